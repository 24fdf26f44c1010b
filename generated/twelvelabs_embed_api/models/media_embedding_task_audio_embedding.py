# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen as _attrs_frozen

from ..model import OpenModel

if TYPE_CHECKING:
    from ..models.audio_embedding_metadata import AudioEmbeddingMetadata


@_attrs_frozen(kw_only=True)
class MediaEmbeddingTaskAudioEmbedding(OpenModel):
    """What the task embeds, when it is audio.

    Attributes:
        metadata (AudioEmbeddingMetadata | None): What the task list says of an audio file.
    """

    metadata: AudioEmbeddingMetadata | None = None
