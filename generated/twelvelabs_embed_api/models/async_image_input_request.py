# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from attrs import field as _attrs_field
from attrs import frozen as _attrs_frozen

from ..model import Model
from ..models.async_image_input_request_embedding_option_item import (
    AsyncImageInputRequestEmbeddingOptionItem,
)
from ..models.async_image_input_request_embedding_scope_item import (
    AsyncImageInputRequestEmbeddingScopeItem,
)
from ..models.async_image_input_request_embedding_type_item import (
    AsyncImageInputRequestEmbeddingTypeItem,
)

if TYPE_CHECKING:
    from ..models.media_source import MediaSource


def _media_source(value: MediaSource | Mapping[str, Any]) -> MediaSource:
    return value  # type: ignore[return-value]  # the model checks it


@_attrs_frozen(kw_only=True)
class AsyncImageInputRequest(Model):
    """An image to embed by a task: JPEG or PNG, at least 128 pixels on each side, at most 32 MB. Option, type and
    scope have one value each.

        Attributes:
            media_source (MediaSource): Where the media comes from. Exactly one of the three is given.
            embedding_option (Sequence[AsyncImageInputRequestEmbeddingOptionItem] | None): What is seen.
            embedding_type (Sequence[AsyncImageInputRequestEmbeddingTypeItem] | None): A separate vector.
            embedding_scope (Sequence[AsyncImageInputRequestEmbeddingScopeItem] | None): The whole image.
    """

    media_source: MediaSource = _attrs_field(converter=_media_source)
    embedding_option: Sequence[AsyncImageInputRequestEmbeddingOptionItem] | None = None
    embedding_type: Sequence[AsyncImageInputRequestEmbeddingTypeItem] | None = None
    embedding_scope: Sequence[AsyncImageInputRequestEmbeddingScopeItem] | None = None
