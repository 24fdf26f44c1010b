# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

from attrs import frozen as _attrs_frozen

from ..model import Model


@_attrs_frozen(kw_only=True)
class TemporalSegmentationFixedFixed(Model):
    """Segments of equal length. The last one may be shorter.

    Attributes:
        duration_sec (int): The length of a segment in seconds.
    """

    duration_sec: int
