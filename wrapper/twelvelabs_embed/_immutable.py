"""Immutable classes whose constructors take something else than their fields."""

from __future__ import annotations

from typing import Any, ClassVar, NoReturn, Self, TypeVar

T = TypeVar("T", bound="Immutable")


class Immutable:
    """The base of immutable classes with an `__init__` of their own, which calls `_set_fields`.

    Not of attrs, whose import takes 7 ms of a process that embeds one text, nor a struct of
    msgspec, which has no `__init__`. A class lists its fields:
    `__slots__ = __match_args__ = ("field", ...)`.
    """

    __slots__ = ("__weakref__",)
    __match_args__: ClassVar[tuple[str, ...]]

    def _set_fields(self, *values: object) -> None:
        for name, value in zip(self.__match_args__, values, strict=True):
            object.__setattr__(self, name, value)

    def _fields(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__match_args__}

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"{type(self).__name__} is immutable: {name!r} cannot be set")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"{type(self).__name__} is immutable: {name!r} cannot be deleted")

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return self._fields() == other._fields()

    def __hash__(self) -> int:
        return hash(tuple(self._fields().values()))

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore, (type(self), *self._fields().values())

    def __replace__(self, /, **changes: object) -> Self:
        return type(self)(**(self._fields() | changes))

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={value!r}" for name, value in self._fields().items())
        return f"{type(self).__name__}({shown})"


def _restore(kind: type[T], *values: object) -> T:
    one = kind.__new__(kind)
    one._set_fields(*values)
    return one


def copy_with(one: T, **changes: object) -> T:
    """Copy an immutable value by its constructor, which takes the fields by name, with changes."""
    return one.__replace__(**changes)
