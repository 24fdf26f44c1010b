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
class ImageInputRequest(Model):
    """An image to embed: JPEG or PNG, at least 128 pixels on each side, at most 32 MB.

    Attributes:
        media_source (MediaSource): Where the media comes from. Exactly one of the three is given.
    """

    media_source: MediaSource = _attrs_field(converter=_media_source)
