"""The base of inputs: the check at construction, the representation, parts of a payload."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias, cast

from attrs import Attribute, fields

from twelvelabs_embed.errors import InvalidInputError, Violation
from twelvelabs_embed.inputs.media import Media
from twelvelabs_embed.inputs.validators import shorten

SourceOf: TypeAlias = Callable[[Media], Mapping[str, Any]]
"""Makes the request's media source, such as `{"url": …}`, of media."""


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
        return tuple(
            str(one.alias)
            for one in fields(cast(Any, type(self)))
            if one.kw_only and getattr(self, one.name) is not None
        )

    def __repr__(self) -> str:
        """Return the call that makes the input, without what is None, and with texts shortened."""
        parts: list[str] = []
        for attribute in cast("tuple[Attribute[Any], ...]", fields(cast(Any, type(self)))):
            value = getattr(self, attribute.name)
            if attribute.init and value is not None:
                name = f"{attribute.alias}=" if attribute.kw_only else ""
                parts.append(name + repr(shorten(value) if isinstance(value, str) else value))
        return f"{type(self).__name__}({', '.join(parts)})"


def given_only(**values: Any) -> dict[str, Any]:
    """Make a dictionary of what is not None."""
    return {name: value for name, value in values.items() if value is not None}


def as_source(media_type: str, media: Media, source: SourceOf) -> dict[str, Any]:
    """Write one media source of a `multi_input`."""
    return {"media_sources": [{"media_type": media_type, **source(media)}]}
