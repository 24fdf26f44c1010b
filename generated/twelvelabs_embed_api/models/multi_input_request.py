# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from attrs import field as _attrs_field
from attrs import frozen as _attrs_frozen

from ..model import Model

if TYPE_CHECKING:
    from ..models.multi_input_media_source import MultiInputMediaSource


def _media_sources(
    value: Sequence[MultiInputMediaSource | Mapping[str, Any]] | None,
) -> Sequence[MultiInputMediaSource] | None:
    return value  # type: ignore[return-value]  # the model checks it


@_attrs_frozen(kw_only=True)
class MultiInputRequest(Model):
    """A text, media, or both, that together become one vector. Media of several kinds need a text. A PDF is the only
    source and goes without a text; another document counts as text, and something that is no text goes with it.

        Attributes:
            input_text (str | None): The text, at most 2,000 tokens long with marengo3.5 and at most 500 tokens with
                marengo3.0. It refers to a
                source as `<@name>`; each such name needs its source.
            media_sources (Sequence[MultiInputMediaSource] | None): At most 10 sources. Their order counts.
    """

    input_text: str | None = None
    media_sources: Sequence[MultiInputMediaSource] | None = _attrs_field(
        default=None, converter=_media_sources
    )
