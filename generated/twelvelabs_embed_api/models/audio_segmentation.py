# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import (
    TYPE_CHECKING,
    Any,
    Literal,
    TypeVar,
    cast,
)

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.audio_segmentation_fixed import AudioSegmentationFixed


T = TypeVar("T", bound="AudioSegmentation")


@_attrs_define
class AudioSegmentation:
    """How audio is cut into segments.

    Attributes:
        strategy (Literal['fixed']): The strategy. Audio knows only this one. Default: 'fixed'.
        fixed (AudioSegmentationFixed): Segments of equal length. The last one may be shorter.
    """

    fixed: AudioSegmentationFixed
    strategy: Literal["fixed"] = "fixed"

    def to_dict(self) -> dict[str, Any]:
        strategy = self.strategy

        fixed = self.fixed.to_dict()

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "strategy": strategy,
                "fixed": fixed,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.audio_segmentation_fixed import AudioSegmentationFixed  # noqa: PLC0415

        d = dict(src_dict)
        strategy = cast(Literal["fixed"], d.pop("strategy"))
        if strategy != "fixed":
            raise ValueError(f"strategy must match const 'fixed', got '{strategy}'")

        fixed = AudioSegmentationFixed.from_dict(d.pop("fixed"))

        audio_segmentation = cls(
            strategy=strategy,
            fixed=fixed,
        )

        return audio_segmentation
