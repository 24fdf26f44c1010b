# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from attrs import field as _attrs_field
from attrs import frozen as _attrs_frozen

from ..model import Model
from ..models.audio_input_request_embedding_option_item import (
    AudioInputRequestEmbeddingOptionItem,
)
from ..models.audio_input_request_embedding_scope_item import (
    AudioInputRequestEmbeddingScopeItem,
)
from ..models.audio_input_request_embedding_type_item import (
    AudioInputRequestEmbeddingTypeItem,
)

if TYPE_CHECKING:
    from ..models.audio_segmentation import AudioSegmentation
    from ..models.media_source import MediaSource


def _media_source(value: MediaSource | Mapping[str, Any]) -> MediaSource:
    return value  # type: ignore[return-value]  # the model checks it


def _segmentation(value: AudioSegmentation | None | Mapping[str, Any]) -> AudioSegmentation | None:
    return value  # type: ignore[return-value]  # the model checks it


@_attrs_frozen(kw_only=True)
class AudioInputRequest(Model):
    """Audio to embed: WAV, MP3 or FLAC, at most 10 minutes long, at most 36 MB when sent inline.

    Attributes:
        media_source (MediaSource): Where the media comes from. Exactly one of the three is given.
        start_sec (float | None): Where to start, in seconds from the beginning of the file. Default: 0.0.
        end_sec (float | None): Where to stop, in seconds; greater than start_sec. The end of the file when absent.
        segmentation (AudioSegmentation | None): How audio is cut into segments. Segments of 6 seconds when absent.
        embedding_option (Sequence[AudioInputRequestEmbeddingOptionItem] | None): What to listen to. Both options when
            absent.
        embedding_scope (Sequence[AudioInputRequestEmbeddingScopeItem] | None): A vector for each segment (clip), for
            the whole file (asset), or both. Both when absent.
        embedding_type (Sequence[AudioInputRequestEmbeddingTypeItem] | None): A vector for each option, one that fuses
            them all, or both. Only with two options or more. Separate
            vectors when absent.
    """

    media_source: MediaSource = _attrs_field(converter=_media_source)
    start_sec: float | None = None
    end_sec: float | None = None
    segmentation: AudioSegmentation | None = _attrs_field(default=None, converter=_segmentation)
    embedding_option: Sequence[AudioInputRequestEmbeddingOptionItem] | None = None
    embedding_scope: Sequence[AudioInputRequestEmbeddingScopeItem] | None = None
    embedding_type: Sequence[AudioInputRequestEmbeddingTypeItem] | None = None
