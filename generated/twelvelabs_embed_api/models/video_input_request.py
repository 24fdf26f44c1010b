# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..models.video_input_request_embedding_option_item import (
    VideoInputRequestEmbeddingOptionItem,
    check_video_input_request_embedding_option_item,
)
from ..models.video_input_request_embedding_scope_item import (
    VideoInputRequestEmbeddingScopeItem,
    check_video_input_request_embedding_scope_item,
)
from ..models.video_input_request_embedding_type_item import (
    VideoInputRequestEmbeddingTypeItem,
    check_video_input_request_embedding_type_item,
)
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.media_source import MediaSource
    from ..models.video_segmentation_dynamic import VideoSegmentationDynamic
    from ..models.video_segmentation_fixed import VideoSegmentationFixed


T = TypeVar("T", bound="VideoInputRequest")


@_attrs_define
class VideoInputRequest:
    """A video to embed: any format FFmpeg reads, 360x360 to 5184x2160 pixels, an aspect ratio between
    1:2.4 and 2.4:1, at most 10 minutes long, at most 36 MB when sent inline.

        Attributes:
            media_source (MediaSource): Where the media comes from. Exactly one of the three is given.
            start_sec (float | Unset): Where to start, in seconds from the beginning of the file. Default: 0.0.
            end_sec (float | Unset): Where to stop, in seconds; greater than start_sec. The end of the file when absent.
            segmentation (Unset | VideoSegmentationDynamic | VideoSegmentationFixed): How a video is cut into segments.
            embedding_option (list[VideoInputRequestEmbeddingOptionItem] | Unset): What to look at and listen to. All three
                options when absent.
            embedding_scope (list[VideoInputRequestEmbeddingScopeItem] | Unset): A vector for each segment (clip), for the
                whole file (asset), or both. Both when absent.
            embedding_type (list[VideoInputRequestEmbeddingTypeItem] | Unset): A vector for each option, one that fuses them
                all, or both. Only with two options or more. Separate
                vectors when absent.
    """

    media_source: MediaSource
    start_sec: float | Unset = 0.0
    end_sec: float | Unset = UNSET
    segmentation: Unset | VideoSegmentationDynamic | VideoSegmentationFixed = UNSET
    embedding_option: list[VideoInputRequestEmbeddingOptionItem] | Unset = UNSET
    embedding_scope: list[VideoInputRequestEmbeddingScopeItem] | Unset = UNSET
    embedding_type: list[VideoInputRequestEmbeddingTypeItem] | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.video_segmentation_fixed import VideoSegmentationFixed  # noqa: PLC0415

        media_source = self.media_source.to_dict()

        start_sec = self.start_sec

        end_sec = self.end_sec

        segmentation: dict[str, Any] | Unset
        if isinstance(self.segmentation, Unset):
            segmentation = UNSET
        elif isinstance(self.segmentation, VideoSegmentationFixed):
            segmentation = self.segmentation.to_dict()
        else:
            segmentation = self.segmentation.to_dict()

        embedding_option: list[str] | Unset = UNSET
        if not isinstance(self.embedding_option, Unset):
            embedding_option = []
            for embedding_option_item_data in self.embedding_option:
                embedding_option_item: str = embedding_option_item_data
                embedding_option.append(embedding_option_item)

        embedding_scope: list[str] | Unset = UNSET
        if not isinstance(self.embedding_scope, Unset):
            embedding_scope = []
            for embedding_scope_item_data in self.embedding_scope:
                embedding_scope_item: str = embedding_scope_item_data
                embedding_scope.append(embedding_scope_item)

        embedding_type: list[str] | Unset = UNSET
        if not isinstance(self.embedding_type, Unset):
            embedding_type = []
            for embedding_type_item_data in self.embedding_type:
                embedding_type_item: str = embedding_type_item_data
                embedding_type.append(embedding_type_item)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "media_source": media_source,
            }
        )
        if start_sec is not UNSET:
            field_dict["start_sec"] = start_sec
        if end_sec is not UNSET:
            field_dict["end_sec"] = end_sec
        if segmentation is not UNSET:
            field_dict["segmentation"] = segmentation
        if embedding_option is not UNSET:
            field_dict["embedding_option"] = embedding_option
        if embedding_scope is not UNSET:
            field_dict["embedding_scope"] = embedding_scope
        if embedding_type is not UNSET:
            field_dict["embedding_type"] = embedding_type

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.media_source import MediaSource  # noqa: PLC0415
        from ..models.video_segmentation_dynamic import VideoSegmentationDynamic  # noqa: PLC0415
        from ..models.video_segmentation_fixed import VideoSegmentationFixed  # noqa: PLC0415

        d = dict(src_dict)
        media_source = MediaSource.from_dict(d.pop("media_source"))

        start_sec = d.pop("start_sec", UNSET)

        end_sec = d.pop("end_sec", UNSET)

        def _parse_segmentation(
            data: object,
        ) -> Unset | VideoSegmentationDynamic | VideoSegmentationFixed:
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                componentsschemas_video_segmentation_type_0 = VideoSegmentationFixed.from_dict(data)

                return componentsschemas_video_segmentation_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            if not isinstance(data, dict):
                raise TypeError()
            componentsschemas_video_segmentation_type_1 = VideoSegmentationDynamic.from_dict(data)

            return componentsschemas_video_segmentation_type_1

        segmentation = _parse_segmentation(d.pop("segmentation", UNSET))

        _embedding_option = d.pop("embedding_option", UNSET)
        embedding_option: list[VideoInputRequestEmbeddingOptionItem] | Unset = UNSET
        if _embedding_option is not UNSET:
            embedding_option = []
            for embedding_option_item_data in _embedding_option or []:
                if embedding_option_item_data is None:
                    embedding_option.append(embedding_option_item_data)
                    continue
                embedding_option_item = check_video_input_request_embedding_option_item(
                    embedding_option_item_data
                )

                embedding_option.append(embedding_option_item)

        _embedding_scope = d.pop("embedding_scope", UNSET)
        embedding_scope: list[VideoInputRequestEmbeddingScopeItem] | Unset = UNSET
        if _embedding_scope is not UNSET:
            embedding_scope = []
            for embedding_scope_item_data in _embedding_scope or []:
                if embedding_scope_item_data is None:
                    embedding_scope.append(embedding_scope_item_data)
                    continue
                embedding_scope_item = check_video_input_request_embedding_scope_item(
                    embedding_scope_item_data
                )

                embedding_scope.append(embedding_scope_item)

        _embedding_type = d.pop("embedding_type", UNSET)
        embedding_type: list[VideoInputRequestEmbeddingTypeItem] | Unset = UNSET
        if _embedding_type is not UNSET:
            embedding_type = []
            for embedding_type_item_data in _embedding_type or []:
                if embedding_type_item_data is None:
                    embedding_type.append(embedding_type_item_data)
                    continue
                embedding_type_item = check_video_input_request_embedding_type_item(
                    embedding_type_item_data
                )

                embedding_type.append(embedding_type_item)

        video_input_request = cls(
            media_source=media_source,
            start_sec=start_sec,
            end_sec=end_sec,
            segmentation=segmentation,
            embedding_option=embedding_option,
            embedding_scope=embedding_scope,
            embedding_type=embedding_type,
        )

        return video_input_request
