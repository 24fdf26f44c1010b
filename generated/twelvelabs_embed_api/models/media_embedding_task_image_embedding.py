# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen as _attrs_frozen

from ..model import OpenModel

if TYPE_CHECKING:
    from ..models.image_embedding_metadata import ImageEmbeddingMetadata


@_attrs_frozen(kw_only=True)
class MediaEmbeddingTaskImageEmbedding(OpenModel):
    """What the task embeds, when it is an image.

    Attributes:
        metadata (ImageEmbeddingMetadata | None): What the task list says of an image.
    """

    metadata: ImageEmbeddingMetadata | None = None
