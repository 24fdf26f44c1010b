# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

from attrs import frozen as _attrs_frozen

from ..model import OpenModel


@_attrs_frozen(kw_only=True)
class AssetTranscriptionUtterance(OpenModel):
    """What one speaker says between two moments.

    Attributes:
        start (float): Where it starts, in seconds.
        end (float): Where it ends, in seconds.
        value (str): What is spoken.
        speaker (str | None): Who speaks, when that is known.
    """

    start: float
    end: float
    value: str
    speaker: str | None = None
