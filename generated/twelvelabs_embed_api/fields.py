# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
"""Fields of models: what each holds, by its annotation, its deserialization and its validation.

The annotations of a model are read once, when it is first used.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from inspect import get_annotations
from types import NoneType, UnionType
from typing import (
    Any,
    ClassVar,
    Literal,
    NamedTuple,
    Self,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

from attrs import NOTHING, fields_dict, has

from .types import UNSET, Unset, read_timestamp


class InvalidFieldError(ValueError):
    """A value that a field cannot have.

    Attributes:
        field: where it is, from the outermost model: `media_source.url`
        value: what it is
        expected: what it may be
    """

    def __init__(self, field: str, value: object, expected: str) -> None:
        super().__init__(field, value, expected)
        self.field, self.value, self.expected = field, value, expected

    def __str__(self) -> str:
        return f"{self.field} is {shortened(self.value)}, but {self.expected}"

    def below(self, field: str) -> InvalidFieldError:
        """Return the same error of the model that has this one in a field."""
        path = self.field if self.field.startswith("[") else f".{self.field}"
        return InvalidFieldError(f"{field}{path}", self.value, self.expected)


def shortened(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."


class Readable:
    """What can be read from an object of JSON."""

    __slots__ = ()
    is_open: ClassVar[bool]
    """Whether it may have more fields than the contract knows, as what is received may."""
    _names: ClassVar[Mapping[str, str]] = {}
    """Names of fields that differ in JSON."""
    _fallbacks: ClassVar[Mapping[str, str]] = {}
    """By field, the class of what none of its classes can read."""

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        raise NotImplementedError

    @classmethod
    def model_validate(cls, obj: Any) -> Self:
        raise NotImplementedError


class Shape(NamedTuple):
    """What a field holds, by its annotation.

    Attributes:
        models: the classes of objects
        fallback: the class of objects that none of them can read
        item: of a list
        scalars: `str`, `float`, `int`, `bool`, `datetime.datetime`
        constants: the values, if there are no others
        is_optional: whether None is one
    """

    models: tuple[type[Readable], ...]
    fallback: type[Readable] | None
    item: Shape | None
    scalars: tuple[type, ...]
    constants: tuple[Any, ...]
    is_optional: bool

    @property
    def expected(self) -> str:
        """What a value may be, in words."""
        if self.item:
            return f"a list of {self.item.plural}"
        if self.models:
            return f"{' or '.join(one.__name__ for one in self.models)} or a dict of its fields"
        if self.constants:
            return " or ".join(map(repr, self.constants))
        return " or ".join(_WORDS[one][0] for one in self.scalars) or "a value"

    @property
    def plural(self) -> str:
        if self.models:
            return f"{' or '.join(one.__name__ for one in self.models)} or of dicts of its fields"
        return " or ".join(_WORDS[one][1] for one in self.scalars) or "values"

    # ---- what came as JSON

    def read(self, value: Any) -> Any:
        if self.constants and value not in self.constants:
            raise ValueError(f"{value!r} is not {self.expected}")
        if self.item and isinstance(value, list) and self.item.models:
            return [None if one is None else self.item.read(one) for one in value]
        if self.models:
            return self._read_model(value)
        if datetime.datetime in self.scalars:
            timestamp = read_timestamp(value)
            return None if isinstance(timestamp, Unset) else timestamp
        return value

    def _read_model(self, value: Any) -> Any:
        candidates = [*self.models, self.fallback] if self.fallback else [*self.models]
        is_sure = len(candidates) == 1 and not self.is_optional
        for model in candidates:
            try:
                return model.from_dict(value)
            except (TypeError, ValueError, KeyError, AttributeError):
                if is_sure:
                    raise
        if not self.is_optional:
            raise TypeError(f"{shortened(value)} is not {self.expected}")
        return value if isinstance(value, Mapping) else None

    # ---- what a user gives

    def check(self, value: Any) -> Any:
        if self.models:
            return self._check_model(value)
        if self.item:
            if isinstance(value, str | bytes | Mapping | Readable) or not isinstance(
                value, Iterable
            ):
                hint = f"; write [{value!r}]" if isinstance(value, str) else ""
                raise InvalidFieldError("", value, f"{self.expected} is needed{hint}")
            return [self._check_item(number, one) for number, one in enumerate(value)]
        if self.constants and value not in self.constants:
            raise InvalidFieldError("", value, f"only {self.expected} is possible")
        if isinstance(value, str) and self.scalars and str not in self.scalars:
            return self._check_text(value)
        is_text = self.scalars == (str,)
        if (self.scalars and isinstance(value, _NO_SCALARS)) or (
            is_text and not isinstance(value, str)
        ):
            raise InvalidFieldError("", value, f"{self.expected} is needed")
        return self._as_number(value)

    def _as_number(self, value: Any) -> Any:
        """Return Python's number, also for one of numpy, and a whole one where the field is."""
        if self.scalars not in ((int,), (float,), (bool,)):
            return value
        if getattr(value, "shape", None) == ():
            value = value.item()
        if self.scalars == (float,):
            return read_float(value)
        is_whole = self.scalars == (int,) and isinstance(value, float) and value.is_integer()
        return int(value) if is_whole else value

    def _check_item(self, number: int, value: Any) -> Any:
        assert self.item is not None
        try:
            return self.item.check(value)
        except InvalidFieldError as error:
            raise _at(f"[{number}]", error) from None

    def _check_text(self, text: str) -> Any:
        """Read a number or a timestamp from a text, as the vendor's SDK does."""
        for scalar in self.scalars:
            try:
                if scalar is datetime.datetime:
                    return datetime.datetime.fromisoformat(text)
                if scalar in (int, float):
                    return scalar(text)
            except ValueError:
                pass
        raise InvalidFieldError("", text, f"{self.expected} is needed")

    def _check_model(self, value: Any) -> Any:
        if isinstance(value, self.models):
            return value
        if self.fallback and isinstance(value, self.fallback):
            return value
        if not isinstance(value, Mapping):
            raise InvalidFieldError("", value, f"{self.expected} is needed")
        tags = _discriminators(self.models)
        for name, tagged in tags.items():
            if not self.fallback and name in value and value[name] not in tagged:
                known = " or ".join(map(repr, tagged))
                raise InvalidFieldError(name, value[name], f"only {known} is possible")
        likely = sorted(self.models, key=lambda model: _similarity(model, value), reverse=True)
        candidates = [*likely, self.fallback] if self.fallback else likely
        first: InvalidFieldError | None = None
        for model in candidates:
            try:
                return model.model_validate(value)
            except InvalidFieldError as error:
                first = first or error
        assert first is not None
        raise first


_WORDS: dict[type, tuple[str, str]] = {
    str: ("a text", "texts"),
    float: ("a number", "numbers"),
    int: ("a whole number", "whole numbers"),
    bool: ("True or False", "booleans"),
    datetime.datetime: ("a datetime", "datetimes"),
}
_NO_SCALARS = (bytes, list, tuple, set, Mapping, Readable)


def read_float(value: Any) -> Any:
    """Return 6.0 for 6: JSON may have either where the contract has a number."""
    return float(value) if type(value) is int else value


def _at(field: str, error: InvalidFieldError) -> InvalidFieldError:
    """Return the error at a field; its own is empty where it is the value itself."""
    return (
        error.below(field) if error.field else InvalidFieldError(field, error.value, error.expected)
    )


def _discriminators(models: Iterable[type[Readable]]) -> dict[str, list[Any]]:
    """List discriminators, fields that say of which class an object is, with their values."""
    found: dict[str, list[Any]] = {}
    for model in models:
        tags = [one for one in fields_of(model) if one.shape.constants]
        for one in tags:
            found.setdefault(one.wire, []).extend(one.shape.constants)
    return found


def _similarity(model: Any, value: Mapping[str, Any]) -> tuple[bool, int]:
    """Rate how similar a dict is to a model: by its constants, then by its names."""
    fields = fields_of(model)
    is_named = any(value.get(one.wire) in one.shape.constants for one in fields)
    return is_named, sum(one.wire in value or one.name in value for one in fields)


class Field(NamedTuple):
    """A field of a model: its names, and what it holds.

    Attributes:
        name: in Python
        wire: in JSON
        alias_of: the field of which this is another name
        read: reads what came as JSON; None where that is the value itself
        absent: what it is when it did not come; NOTHING if it must come
        null_is_list: whether null is read as an empty list
        default: what it is when it is not given; NOTHING if it must be given
        is_received: whether its model is one that is received
    """

    name: str
    wire: str
    alias_of: str | None
    read: Callable[[Any], Any] | None
    absent: Any
    null_is_list: bool
    shape: Shape
    default: Any
    is_received: bool

    @property
    def is_required(self) -> bool:
        return self.default is NOTHING

    @property
    def expected(self) -> str:
        return self.shape.expected

    def check(self, value: Any) -> Any:
        if value is None or value is UNSET or value is ...:
            if self.is_required:
                # What was received may be null all the same; what is sent may not.
                if value is None and self.is_received:
                    return None
                raise InvalidFieldError(self.name, value, f"{self.expected} is needed")
            return self.default
        try:
            return self.shape.check(value)
        except InvalidFieldError as error:
            raise _at(self.name, error) from None


_known: dict[type, tuple[Field, ...]] = {}


def fields_of(model: type[Any]) -> tuple[Field, ...]:
    """List the fields of a model, in order; none of a dict."""
    if model not in _known:
        _known[model] = _read_fields(model) if has(model) else ()
    return _known[model]


def _read_fields(model: Any) -> tuple[Field, ...]:
    from . import models

    # Annotations name models before their modules are imported.
    texts = [text for base in model.__mro__ for text in get_annotations(base).values()]
    names = set(re.findall(r"\w+", " ".join(map(str, texts)))).intersection(models.__all__)
    hints = get_type_hints(model, localns={name: getattr(models, name) for name in names})
    found: dict[str, Field] = {}
    for name, attribute in fields_dict(model).items():
        if not attribute.init:
            continue
        wire, default = model._names.get(name, name), attribute.default
        fallback = model._fallbacks.get(name)
        shape = shape_of(hints[name], fallback and getattr(models, fallback))
        has_models = bool(shape.models or (shape.item and shape.item.models))
        is_read = has_models or shape.constants or datetime.datetime in shape.scalars
        reader = read_float if shape.scalars == (float,) else shape.read if is_read else None
        is_tag = bool(shape.constants) and model.is_open
        found[name] = Field(
            name,
            wire,
            alias_of=next((one.name for one in found.values() if one.wire == wire), None),
            read=reader,
            absent=NOTHING if is_tag else default,
            null_is_list=default is NOTHING and has_models and shape.item is not None,
            shape=shape,
            default=default,
            is_received=model.is_open,
        )
    return tuple(found.values())


def shape_of(annotation: Any, fallback: type[Readable] | None = None) -> Shape:
    """Return what an annotation says, or what a list of it holds."""
    members = [*_members(annotation)]
    models = tuple(one for one in members if isinstance(one, type) and issubclass(one, Readable))
    items = [get_args(one)[0] for one in members if get_origin(one) in (list, Sequence)]
    scalars = tuple(one for one in members if one in _WORDS)
    literals = tuple(
        value for one in members if get_origin(one) is Literal for value in get_args(one)
    )
    return Shape(
        models,
        fallback,
        shape_of(items[0]) if items else None,
        scalars,
        () if scalars else literals,
        NoneType in members,
    )


def _members(annotation: Any) -> Iterable[Any]:
    if get_origin(annotation) in (Union, UnionType):
        for one in get_args(annotation):
            yield from _members(one)
    else:
        yield annotation
