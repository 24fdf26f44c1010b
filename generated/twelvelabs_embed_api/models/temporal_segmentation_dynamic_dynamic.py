# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

from attrs import frozen as _attrs_frozen

from ..model import Model


@_attrs_frozen(kw_only=True)
class TemporalSegmentationDynamicDynamic(Model):
    """Segments end where something changes, and none is shorter than the minimum.

    Attributes:
        min_duration_sec (int): The shortest length of a segment in seconds.
    """

    min_duration_sec: int
