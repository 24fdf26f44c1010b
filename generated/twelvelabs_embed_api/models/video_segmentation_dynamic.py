# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from attrs import field as _attrs_field
from attrs import frozen as _attrs_frozen

from ..model import Model

if TYPE_CHECKING:
    from ..models.video_segmentation_dynamic_dynamic import (
        VideoSegmentationDynamicDynamic,
    )


def _dynamic(
    value: VideoSegmentationDynamicDynamic | Mapping[str, Any],
) -> VideoSegmentationDynamicDynamic:
    return value  # type: ignore[return-value]  # the model checks it


@_attrs_frozen(kw_only=True)
class VideoSegmentationDynamic(Model):
    """Segments that follow the scenes of the video.

    Attributes:
        strategy (Literal['dynamic']): The strategy. Default: 'dynamic'.
        dynamic (VideoSegmentationDynamicDynamic): Segments end where scenes change, and none is shorter than the
            minimum.
    """

    strategy: Literal["dynamic"] = "dynamic"
    dynamic: VideoSegmentationDynamicDynamic = _attrs_field(converter=_dynamic)
