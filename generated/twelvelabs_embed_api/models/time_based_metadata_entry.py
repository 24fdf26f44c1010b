# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

from attrs import frozen as _attrs_frozen

from ..model import Model


@_attrs_frozen(kw_only=True)
class TimeBasedMetadataEntry(Model):
    """What you know of a moment of the file.

    Attributes:
        start (float): Where it starts, in seconds from the beginning of the file.
        end (float): Where it ends, in seconds. The same as start for what happens at once.
        text (str): What is there.
    """

    start: float
    end: float
    text: str
