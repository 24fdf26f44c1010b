# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

from attrs import frozen as _attrs_frozen

from ..model import Model


@_attrs_frozen(kw_only=True)
class VideoSegmentationFixedFixed(Model):
    """Segments of equal length. The last one may be shorter.

    Attributes:
        duration_sec (int): The length of a segment in seconds. Five seconds cut 12 seconds into 0-5, 5-10 and 10-12.
            Default: 6.
    """

    duration_sec: int
