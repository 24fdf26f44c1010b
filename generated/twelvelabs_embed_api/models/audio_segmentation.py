# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from attrs import field as _attrs_field
from attrs import frozen as _attrs_frozen

from ..model import Model

if TYPE_CHECKING:
    from ..models.audio_segmentation_fixed import AudioSegmentationFixed


def _fixed(value: AudioSegmentationFixed | Mapping[str, Any]) -> AudioSegmentationFixed:
    return value  # type: ignore[return-value]  # the model checks it


@_attrs_frozen(kw_only=True)
class AudioSegmentation(Model):
    """How audio is cut into segments. Segments of 6 seconds when absent.

    Attributes:
        strategy (Literal['fixed']): The strategy. Audio knows only this one. Default: 'fixed'.
        fixed (AudioSegmentationFixed): Segments of equal length. The last one may be shorter.
    """

    strategy: Literal["fixed"] = "fixed"
    fixed: AudioSegmentationFixed = _attrs_field(converter=_fixed)
