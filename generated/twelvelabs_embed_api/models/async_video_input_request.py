# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from attrs import field as _attrs_field
from attrs import frozen as _attrs_frozen

from ..model import Model
from ..models.async_video_input_request_embedding_option_item import (
    AsyncVideoInputRequestEmbeddingOptionItem,
)
from ..models.async_video_input_request_embedding_scope_item import (
    AsyncVideoInputRequestEmbeddingScopeItem,
)
from ..models.async_video_input_request_embedding_type_item import (
    AsyncVideoInputRequestEmbeddingTypeItem,
)

if TYPE_CHECKING:
    from ..models.async_temporal_segmentation import AsyncTemporalSegmentation
    from ..models.media_source import MediaSource
    from ..models.time_based_metadata_entry import TimeBasedMetadataEntry
    from ..models.video_segmentation_dynamic import VideoSegmentationDynamic
    from ..models.video_segmentation_fixed import VideoSegmentationFixed


def _media_source(value: MediaSource | Mapping[str, Any]) -> MediaSource:
    return value  # type: ignore[return-value]  # the model checks it


def _segmentation(
    value: AsyncTemporalSegmentation
    | VideoSegmentationDynamic
    | VideoSegmentationFixed
    | None
    | Mapping[str, Any],
) -> AsyncTemporalSegmentation | VideoSegmentationDynamic | VideoSegmentationFixed | None:
    return value  # type: ignore[return-value]  # the model checks it


def _time_based_metadata(
    value: Sequence[TimeBasedMetadataEntry | Mapping[str, Any]] | None,
) -> Sequence[TimeBasedMetadataEntry] | None:
    return value  # type: ignore[return-value]  # the model checks it


@_attrs_frozen(kw_only=True)
class AsyncVideoInputRequest(Model):
    """A video to embed by a task: any format FFmpeg reads, 360x360 to 5184x2160 pixels, an aspect ratio between
    1:2.4 and 2.4:1, 4 seconds to 4 hours long, at most 4 GB, at most 36 MB when sent inline.

        Attributes:
            media_source (MediaSource): Where the media comes from. Exactly one of the three is given.
            start_sec (float | None): Where to start, in seconds from the beginning of the file. Default: 0.0.
            end_sec (float | None): Where to stop, in seconds; greater than start_sec. The end of the file when absent.
            segmentation (AsyncTemporalSegmentation | VideoSegmentationDynamic | VideoSegmentationFixed | None): How the
                file is cut into segments: the strategy itself with marengo3.0, the strategy inside temporal with
                marengo3.5. When absent, dynamic ones of at least 4 seconds with marengo3.0, of at least 2 with marengo3.5.
            embedding_option (Sequence[AsyncVideoInputRequestEmbeddingOptionItem] | None): What to look at and listen to.
                All that the model knows when absent.
            embedding_scope (Sequence[AsyncVideoInputRequestEmbeddingScopeItem] | None): A vector for each segment (clip or
                local), for the whole file (asset), or both. Both when absent.
            embedding_type (Sequence[AsyncVideoInputRequestEmbeddingTypeItem] | None): A vector for each option, one that
                fuses them all, or both. Only with two options or more. Separate
                vectors when absent.
            time_based_metadata (Sequence[TimeBasedMetadataEntry] | None): What you know of moments of the file. Each goes
                into the fused vector of the segments that it overlaps.
                Only for marengo3.5, which makes no fused vectors without it.
    """

    media_source: MediaSource = _attrs_field(converter=_media_source)
    start_sec: float | None = None
    end_sec: float | None = None
    segmentation: (
        AsyncTemporalSegmentation | VideoSegmentationDynamic | VideoSegmentationFixed | None
    ) = _attrs_field(default=None, converter=_segmentation)
    embedding_option: Sequence[AsyncVideoInputRequestEmbeddingOptionItem] | None = None
    embedding_scope: Sequence[AsyncVideoInputRequestEmbeddingScopeItem] | None = None
    embedding_type: Sequence[AsyncVideoInputRequestEmbeddingTypeItem] | None = None
    time_based_metadata: Sequence[TimeBasedMetadataEntry] | None = _attrs_field(
        default=None, converter=_time_based_metadata
    )
