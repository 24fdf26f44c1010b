# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="TimeBasedMetadataEntry")


@_attrs_define
class TimeBasedMetadataEntry:
    """What you know of a moment of the file.

    Attributes:
        start (float): Where it starts, in seconds from the beginning of the file.
        end (float): Where it ends, in seconds. The same as start for what happens at once.
        text (str): What is there.
    """

    start: float
    end: float
    text: str

    def to_dict(self) -> dict[str, Any]:
        start = self.start

        end = self.end

        text = self.text

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "start": start,
                "end": end,
                "text": text,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        start = d.pop("start")

        end = d.pop("end")

        text = d.pop("text")

        time_based_metadata_entry = cls(
            start=start,
            end=end,
            text=text,
        )

        return time_based_metadata_entry
