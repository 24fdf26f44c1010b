# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from attrs import field as _attrs_field
from attrs import frozen as _attrs_frozen

from ..model import Model

if TYPE_CHECKING:
    from ..models.temporal_segmentation_dynamic import TemporalSegmentationDynamic
    from ..models.temporal_segmentation_fixed import TemporalSegmentationFixed


def _temporal(
    value: TemporalSegmentationDynamic | TemporalSegmentationFixed | Mapping[str, Any],
) -> TemporalSegmentationDynamic | TemporalSegmentationFixed:
    return value  # type: ignore[return-value]  # the model checks it


@_attrs_frozen(kw_only=True)
class AsyncTemporalSegmentation(Model):
    """How marengo3.5 cuts audio or video into segments.

    Attributes:
        temporal (TemporalSegmentationDynamic | TemporalSegmentationFixed): Segments of equal length, or such that
            follow what happens. Dynamic ones of 2 seconds when absent.
    """

    temporal: TemporalSegmentationDynamic | TemporalSegmentationFixed = _attrs_field(
        converter=_temporal
    )
