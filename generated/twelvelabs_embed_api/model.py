# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
"""Base classes of models: validation, serialization, copies, and the methods that pydantic's have.

A model is an attrs class whose annotations say what its fields hold; `fields` reads them.
"""

from __future__ import annotations

import datetime
import json as _json
from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import deepcopy
from typing import (
    TYPE_CHECKING,
    Any,
    ClassVar,
    Generic,
    Literal,
    Self,
    TypeAlias,
    TypeVar,
)

from attrs import NOTHING, field, frozen

from .fields import InvalidFieldError, Readable, fields_of, shortened
from .types import File, RequestFiles

__all__ = ["FreeForm", "InvalidFieldError", "Model", "OpenModel", "shortened"]

V = TypeVar("V")
Document: TypeAlias = dict[str, Any]
_NO_NULLS: frozenset[str] = frozenset()


class Model(Readable):
    """Base of the models. Those that are sent know all their fields."""

    __slots__ = ()
    is_open = False

    def __attrs_post_init__(self) -> None:
        given: dict[str, Any] = {}
        for one in fields_of(type(self)):
            value = one.check(getattr(self, one.name))
            if value is not None or one.wire not in given:  # of two names, either may be given
                given[one.wire] = value
        for one in fields_of(type(self)):
            object.__setattr__(self, one.name, given[one.wire])

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Read what came as JSON. What the contract does not promise is kept as it is.

        Raises:
            KeyError: a required field is missing
            ValueError: a field that says of which class the object is says something else
        """
        if not isinstance(src_dict, Mapping):
            raise TypeError(f"{shortened(src_dict)} is no object")
        return cls._read(dict(src_dict))

    @classmethod
    def _read(cls, rest: Document) -> Self:
        """Make a model of some fields, and remove these from the document."""
        # One response has thousands of rows.
        model, put, pop = cls.__new__(cls), object.__setattr__, rest.pop
        for name, wire, alias_of, read, absent, null_is_list, *_ in fields_of(cls):
            value = getattr(model, alias_of) if alias_of else pop(wire, absent)
            if value is NOTHING:
                raise KeyError(wire)
            if value is None:
                value = [] if null_is_list else None
            elif read is not None and not alias_of:
                value = read(value)
            put(model, name, value)
        return model

    @classmethod
    def model_validate(cls, obj: Any) -> Self:
        """Make a model of a dict, by the names of JSON or of Python; a model is returned as it is.

        Raises:
            InvalidFieldError: a field has a value that it cannot have, is missing or is not known
        """
        if isinstance(obj, cls):
            return obj
        if not isinstance(obj, Mapping):
            raise InvalidFieldError(cls.__name__, obj, "a dict of its fields is needed")
        fields = fields_of(cls)
        names = {one.wire: one.name for one in fields} | {one.name: one.name for one in fields}
        given = {names[key]: value for key, value in obj.items() if key in names}
        more = {key: value for key, value in obj.items() if key not in names}
        for key in more:
            cls._check_unknown(key, more[key], names)
        for one in fields:
            if one.is_required and given.get(one.name) is None:
                raise InvalidFieldError(one.name, given.get(one.name), f"{one.expected} is needed")
        return cls(**given)._with_more(more)

    @classmethod
    def model_validate_json(cls, json_data: str | bytes) -> Self:
        """Make a model of JSON."""
        return cls.model_validate(_json.loads(json_data))

    @classmethod
    def _check_unknown(cls, key: str, value: object, known: Iterable[str]) -> None:
        raise InvalidFieldError(
            key, value, f"{cls.__name__} has only {', '.join(dict.fromkeys(known))}"
        )

    def _with_more(self, more: Document) -> Self:
        return self

    def to_dict(self) -> Document:
        """Serialize the model: what was given, by the names of JSON."""
        return {
            one.wire: _dump(value, _as_dict, datetime.datetime.isoformat)
            for one in fields_of(type(self))
            if (value := getattr(self, one.name)) is not None
        }

    def to_multipart(self) -> RequestFiles:
        """Return the model as the fields of a multipart form."""
        return [
            (
                one.wire,
                value.to_tuple()
                if isinstance(value, File)
                else (None, str(value).encode(), "text/plain"),
            )
            for one in fields_of(type(self))
            if (value := getattr(self, one.name)) is not None
        ]

    # ---- as pydantic's models have them

    def model_dump(
        self,
        *,
        mode: Literal["python", "json"] | str = "python",
        include: Iterable[str] | None = None,
        exclude: Iterable[str] | None = None,
        by_alias: bool = False,
        exclude_unset: bool = False,
        exclude_defaults: bool = False,
        exclude_none: bool = False,
    ) -> Document:
        """Return all fields as a dict.

        Args:
            mode: `json` makes texts of timestamps
            include: only these fields
            exclude: without these fields
            by_alias: by the names of JSON, and not of Python
            exclude_unset: without what was not given
            exclude_defaults: without what is as when it is not given
            exclude_none: without what is None
        """

        def dump(model: Model) -> Document:
            return model.model_dump(
                mode=mode,
                by_alias=by_alias,
                exclude_unset=exclude_unset,
                exclude_defaults=exclude_defaults,
                exclude_none=exclude_none,
            )

        given = self.model_fields_set
        # Of two names for the same, the last is the vendor SDK's.
        fields = {one.wire: one for one in fields_of(type(self))}.values()
        return {
            one.wire if by_alias else one.name: _dump(
                value, dump, _format_timestamp if mode == "json" else None
            )
            for one in fields
            if (include is None or one.name in include) and not (exclude and one.name in exclude)
            for value in [getattr(self, one.name)]
            if not (exclude_none and value is None)
            and not (exclude_unset and one.name not in given)
            and not (exclude_defaults and not one.is_required and value == one.default)
        }

    def model_dump_json(self, *, indent: int | None = None, **settings: Any) -> str:
        """Serialize all fields to JSON. The settings are those of `model_dump`."""
        separators = (",", ":") if indent is None else None
        document = self.model_dump(mode="json", **settings)
        return _json.dumps(document, indent=indent, separators=separators, ensure_ascii=False)

    def dict(self, **settings: Any) -> Document:
        """Return what was given, by the names of JSON; otherwise as `model_dump`."""
        return self.model_dump(**{"by_alias": True, "exclude_unset": True, **settings})

    def json(self, **settings: Any) -> str:
        """Serialize all fields as the vendor SDK's models do it, whatever pydantic's do."""
        return self.model_dump_json(**settings)

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Return a copy in which some fields have other values."""
        fields = fields_of(type(self))
        values = {one.wire: getattr(self, one.name) for one in fields}
        wires = {one.name: one.wire for one in fields}
        values |= {wires[name]: value for name, value in (update or {}).items()}
        if deep:
            values = deepcopy(values)
        more = getattr(self, "additional_properties", {})
        return type(self)(**{one.name: values[one.wire] for one in fields})._with_more({**more})

    @property
    def model_extra(self) -> Document | None:
        """What the contract does not know."""
        return getattr(self, "additional_properties", None)

    def __iter__(self) -> Iterator[tuple[str, Any]]:
        """Yield the fields with their names, so that `dict(model)` is a dict of them."""
        names = {one.wire: one.name for one in fields_of(type(self))}.values()
        yield from ((name, getattr(self, name)) for name in names)
        yield from (self.model_extra or {}).items()

    @property
    def model_fields_set(self) -> set[str]:
        """The names of the fields that were given."""
        return {one.name for one in fields_of(type(self)) if getattr(self, one.name) is not None}


@frozen(kw_only=True)
class OpenModel(Model):
    """Base of the models that are received, which may have more fields than the contract knows.

    Attributes:
        additional_properties: what the contract does not know
    """

    is_open: ClassVar[bool] = True
    additional_properties: dict[str, Any] = field(factory=dict, init=False, hash=False, repr=False)
    _nulls: frozenset[str] = field(default=_NO_NULLS, init=False, eq=False, repr=False)

    @classmethod
    def _read(cls, rest: Document) -> Self:
        has_nulls = None in rest.values()
        nulls = frozenset(name for name in rest if rest[name] is None) if has_nulls else _NO_NULLS
        model = super()._read(rest)
        object.__setattr__(model, "_nulls", nulls)
        object.__setattr__(model, "additional_properties", rest)
        return model

    @classmethod
    def _check_unknown(cls, key: str, value: object, known: Iterable[str]) -> None:
        pass

    def _with_more(self, more: Document) -> Self:
        object.__setattr__(self, "additional_properties", more)
        return self

    def to_dict(self) -> Document:
        nulls = {one.wire: None for one in fields_of(type(self)) if one.wire in self._nulls}
        return {**self.additional_properties, **nulls, **super().to_dict()}

    def model_dump(self, **settings: Any) -> Document:
        include, exclude = settings.get("include"), settings.get("exclude")
        more = {
            name: value
            for name, value in self.additional_properties.items()
            if (include is None or name in include) and not (exclude and name in exclude)
        }
        return super().model_dump(**settings) | more

    @property
    def model_fields_set(self) -> set[str]:
        nulls = {one.name for one in fields_of(type(self)) if one.wire in self._nulls}
        return super().model_fields_set | nulls | self.additional_properties.keys()

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties

    if not TYPE_CHECKING:  # it would make every name right

        def __getattr__(self, name: str) -> Any:
            if not name.startswith("_") and name != "additional_properties":
                try:
                    return self.additional_properties[name]
                except (AttributeError, KeyError):
                    pass
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")


class FreeForm(dict[str, V], Readable, Generic[V]):
    """Base of the objects whose names are not the contract's: dicts."""

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, V]) -> Self:
        return cls(src_dict)

    @classmethod
    def model_validate(cls, obj: Any) -> Self:
        return cls(obj)

    def to_dict(self) -> dict[str, V]:
        return dict(self)


def _as_dict(model: Model) -> Document:
    return model.to_dict()


def _format_timestamp(value: datetime.datetime) -> str:
    """Write a timestamp as pydantic does in JSON."""
    return value.isoformat().replace("+00:00", "Z")


def _dump(
    value: Any,
    dump: Callable[[Model], Document],
    format_timestamp: Callable[[datetime.datetime], str] | None,
) -> Any:
    if isinstance(value, Model):
        return dump(value)
    if isinstance(value, FreeForm):
        return value.to_dict()
    if isinstance(value, list):
        # Vectors are long, and the first number tells.
        plain = value and isinstance(value[0], float | int | str)
        return [*value] if plain else [_dump(one, dump, format_timestamp) for one in value]
    if isinstance(value, datetime.datetime):
        return format_timestamp(value) if format_timestamp else value
    return value.to_tuple() if isinstance(value, File) else value
