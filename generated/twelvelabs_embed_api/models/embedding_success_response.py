# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from attrs import frozen as _attrs_frozen

from ..model import OpenModel

if TYPE_CHECKING:
    from ..models.embedding_audio_metadata import EmbeddingAudioMetadata
    from ..models.embedding_data import EmbeddingData
    from ..models.embedding_image_metadata import EmbeddingImageMetadata
    from ..models.embedding_multi_input_metadata import EmbeddingMultiInputMetadata
    from ..models.embedding_text_image_metadata import EmbeddingTextImageMetadata
    from ..models.embedding_usage import EmbeddingUsage
    from ..models.embedding_video_metadata import EmbeddingVideoMetadata


@_attrs_frozen(kw_only=True)
class EmbeddingSuccessResponse(OpenModel):
    """The vectors and what the service says of the media.

    Attributes:
        data (list[EmbeddingData]): One row for each segment, option and scope. Text, images and multi_input have one
            row.
        metadata (EmbeddingAudioMetadata | EmbeddingImageMetadata | EmbeddingMultiInputMetadata |
            EmbeddingTextImageMetadata | EmbeddingVideoMetadata | None):
        usage (EmbeddingUsage | None):
    """

    _fallbacks: ClassVar = {
        "metadata": "EmbeddingOtherMetadata",
    }
    data: list[EmbeddingData]
    metadata: (
        EmbeddingAudioMetadata
        | EmbeddingImageMetadata
        | EmbeddingMultiInputMetadata
        | EmbeddingTextImageMetadata
        | EmbeddingVideoMetadata
        | None
    ) = None
    usage: EmbeddingUsage | None = None
