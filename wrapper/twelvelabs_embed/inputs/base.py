"""The base of inputs: the check at construction, the representation, parts of a payload."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Self, TypeAlias, cast

from attrs import Attribute, evolve, fields

from twelvelabs_embed._text import shorten_middle
from twelvelabs_embed.errors import InvalidInputError, Violation
from twelvelabs_embed.inputs.media import Media

SourceOf: TypeAlias = Callable[[Media], Mapping[str, Any]]
"""Makes the request's media source, such as `{"url": …}`, of media."""

# Fields of a base class come first in a subclass; this is the order in which users read them.
_ORDER = ("text", "media", "start_sec", "end_sec", "segmentation", "options", "scopes", "types")


class InputBase:
    """The base of all inputs. A constructor raises with everything that is wrong at once."""

    __slots__ = ()

    def __attrs_post_init__(self) -> None:
        if found := self._violations():
            raise InvalidInputError(found)

    def _violations(self) -> list[Violation]:
        """Find everything that is wrong, whatever the media holds."""
        raise NotImplementedError

    def given_options(self) -> tuple[str, ...]:
        """Return the names of the input's own options that are given."""
        given: tuple[str, ...] = ()
        for one in _arguments_of(cast(Any, type(self))):
            if one.kw_only and getattr(self, one.name) is not None:
                given = (*given, str(one.alias))
        return given

    def __repr__(self) -> str:
        """Return the call that makes the input, without what is None, and with texts shortened."""
        parts: list[str] = []
        for one in _arguments_of(cast(Any, type(self))):
            value = getattr(self, one.name)
            if value is not None:
                name = f"{one.alias}=" if one.kw_only else ""
                parts.append(
                    name + repr(shorten_middle(value) if isinstance(value, str) else value)
                )
        return f"{type(self).__name__}({', '.join(parts)})"


@cache
def _arguments_of(kind: type) -> list[Attribute[Any]]:
    return sorted(
        fields(kind), key=lambda one: _ORDER.index(one.name) if one.name in _ORDER else 99
    )


class MediaBase(InputBase):
    """The base of inputs that are one file, perhaps with a text."""

    __slots__ = ()
    media: Media

    @property
    def label(self) -> str:
        """What messages call it."""
        return self.media.label

    def with_media(self, media: Media) -> Self:
        """Return the input with other media."""
        return cast(Self, evolve(cast(Any, self), media=media))

    def to_multi_input(self, source: SourceOf) -> dict[str, Any]:
        """Write the `multi_input` that means the same: the whole file, without options."""
        return as_source(cast(Any, self).input_type, self.media, source)


def given_only(**values: Any) -> dict[str, Any]:
    """Make a dictionary of what is not None."""
    return {name: value for name, value in values.items() if value is not None}


def as_source(media_type: str, media: Media, source: SourceOf) -> dict[str, Any]:
    """Write one media source of a `multi_input`."""
    return {"media_sources": [{"media_type": media_type, **source(media)}]}
