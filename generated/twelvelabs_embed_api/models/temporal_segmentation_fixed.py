# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from attrs import field as _attrs_field
from attrs import frozen as _attrs_frozen

from ..model import Model

if TYPE_CHECKING:
    from ..models.temporal_segmentation_fixed_fixed import TemporalSegmentationFixedFixed


def _fixed(
    value: TemporalSegmentationFixedFixed | Mapping[str, Any],
) -> TemporalSegmentationFixedFixed:
    return value  # type: ignore[return-value]  # the model checks it


@_attrs_frozen(kw_only=True)
class TemporalSegmentationFixed(Model):
    """Segments of equal length.

    Attributes:
        strategy (Literal['fixed']): The strategy. Default: 'fixed'.
        fixed (TemporalSegmentationFixedFixed): Segments of equal length. The last one may be shorter.
    """

    strategy: Literal["fixed"] = "fixed"
    fixed: TemporalSegmentationFixedFixed = _attrs_field(converter=_fixed)
