# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen as _attrs_frozen

from ..model import OpenModel

if TYPE_CHECKING:
    from ..models.video_embedding_metadata import VideoEmbeddingMetadata


@_attrs_frozen(kw_only=True)
class MediaEmbeddingTaskVideoEmbedding(OpenModel):
    """What the task embeds, when it is a video.

    Attributes:
        metadata (VideoEmbeddingMetadata | None): What the task list says of a video.
    """

    metadata: VideoEmbeddingMetadata | None = None
