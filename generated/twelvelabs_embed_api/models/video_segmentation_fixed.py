# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from attrs import field as _attrs_field
from attrs import frozen as _attrs_frozen

from ..model import Model

if TYPE_CHECKING:
    from ..models.video_segmentation_fixed_fixed import VideoSegmentationFixedFixed


def _fixed(value: VideoSegmentationFixedFixed | Mapping[str, Any]) -> VideoSegmentationFixedFixed:
    return value  # type: ignore[return-value]  # the model checks it


@_attrs_frozen(kw_only=True)
class VideoSegmentationFixed(Model):
    """Segments of equal length.

    Attributes:
        strategy (Literal['fixed']): The strategy. Default: 'fixed'.
        fixed (VideoSegmentationFixedFixed): Segments of equal length. The last one may be shorter.
    """

    strategy: Literal["fixed"] = "fixed"
    fixed: VideoSegmentationFixedFixed = _attrs_field(converter=_fixed)
