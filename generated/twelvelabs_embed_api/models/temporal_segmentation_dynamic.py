# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from attrs import field as _attrs_field
from attrs import frozen as _attrs_frozen

from ..model import Model

if TYPE_CHECKING:
    from ..models.temporal_segmentation_dynamic_dynamic import (
        TemporalSegmentationDynamicDynamic,
    )


def _dynamic(
    value: TemporalSegmentationDynamicDynamic | Mapping[str, Any],
) -> TemporalSegmentationDynamicDynamic:
    return value  # type: ignore[return-value]  # the model checks it


@_attrs_frozen(kw_only=True)
class TemporalSegmentationDynamic(Model):
    """Segments that follow what happens in the file.

    Attributes:
        strategy (Literal['dynamic']): The strategy. Default: 'dynamic'.
        dynamic (TemporalSegmentationDynamicDynamic): Segments end where something changes, and none is shorter than the
            minimum.
    """

    strategy: Literal["dynamic"] = "dynamic"
    dynamic: TemporalSegmentationDynamicDynamic = _attrs_field(converter=_dynamic)
