# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from attrs import field as _attrs_field
from attrs import frozen as _attrs_frozen

from ..model import Model

if TYPE_CHECKING:
    from ..models.media_source import MediaSource


def _media_source(value: MediaSource | Mapping[str, Any]) -> MediaSource:
    return value  # type: ignore[return-value]  # the model checks it


@_attrs_frozen(kw_only=True)
class TextImageInputRequest(Model):
    """A text and an image that together become one vector.

    Attributes:
        media_source (MediaSource): Where the media comes from. Exactly one of the three is given.
        input_text (str): The text, at most 500 tokens long.
    """

    media_source: MediaSource = _attrs_field(converter=_media_source)
    input_text: str
