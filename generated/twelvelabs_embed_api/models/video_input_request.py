# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from attrs import field as _attrs_field
from attrs import frozen as _attrs_frozen

from ..model import Model
from ..models.video_input_request_embedding_option_item import (
    VideoInputRequestEmbeddingOptionItem,
)
from ..models.video_input_request_embedding_scope_item import (
    VideoInputRequestEmbeddingScopeItem,
)
from ..models.video_input_request_embedding_type_item import (
    VideoInputRequestEmbeddingTypeItem,
)

if TYPE_CHECKING:
    from ..models.media_source import MediaSource
    from ..models.video_segmentation_dynamic import VideoSegmentationDynamic
    from ..models.video_segmentation_fixed import VideoSegmentationFixed


def _media_source(value: MediaSource | Mapping[str, Any]) -> MediaSource:
    return value  # type: ignore[return-value]  # the model checks it


def _segmentation(
    value: VideoSegmentationDynamic | VideoSegmentationFixed | None | Mapping[str, Any],
) -> VideoSegmentationDynamic | VideoSegmentationFixed | None:
    return value  # type: ignore[return-value]  # the model checks it


@_attrs_frozen(kw_only=True)
class VideoInputRequest(Model):
    """A video to embed: any format FFmpeg reads, 360x360 to 5184x2160 pixels, an aspect ratio between
    1:2.4 and 2.4:1, at most 10 minutes long, at most 36 MB when sent inline.

        Attributes:
            media_source (MediaSource): Where the media comes from. Exactly one of the three is given.
            start_sec (float | None): Where to start, in seconds from the beginning of the file. Default: 0.0.
            end_sec (float | None): Where to stop, in seconds; greater than start_sec. The end of the file when absent.
            segmentation (VideoSegmentationDynamic | VideoSegmentationFixed | None): How a video is cut into segments.
                Dynamic ones of at least 4 seconds when absent.
            embedding_option (Sequence[VideoInputRequestEmbeddingOptionItem] | None): What to look at and listen to. All
                three options when absent.
            embedding_scope (Sequence[VideoInputRequestEmbeddingScopeItem] | None): A vector for each segment (clip), for
                the whole file (asset), or both. Both when absent.
            embedding_type (Sequence[VideoInputRequestEmbeddingTypeItem] | None): A vector for each option, one that fuses
                them all, or both. Only with two options or more. Separate
                vectors when absent.
    """

    media_source: MediaSource = _attrs_field(converter=_media_source)
    start_sec: float | None = None
    end_sec: float | None = None
    segmentation: VideoSegmentationDynamic | VideoSegmentationFixed | None = _attrs_field(
        default=None, converter=_segmentation
    )
    embedding_option: Sequence[VideoInputRequestEmbeddingOptionItem] | None = None
    embedding_scope: Sequence[VideoInputRequestEmbeddingScopeItem] | None = None
    embedding_type: Sequence[VideoInputRequestEmbeddingTypeItem] | None = None
