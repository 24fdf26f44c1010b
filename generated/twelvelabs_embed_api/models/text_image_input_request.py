# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.media_source import MediaSource


T = TypeVar("T", bound="TextImageInputRequest")


@_attrs_define
class TextImageInputRequest:
    """A text and an image that together become one vector.

    Attributes:
        media_source (MediaSource): Where the media comes from. Exactly one of the three is given.
        input_text (str): The text, at most 500 tokens long.
    """

    media_source: MediaSource
    input_text: str

    def to_dict(self) -> dict[str, Any]:
        media_source = self.media_source.to_dict()

        input_text = self.input_text

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "media_source": media_source,
                "input_text": input_text,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.media_source import MediaSource  # noqa: PLC0415

        d = dict(src_dict)
        media_source = MediaSource.from_dict(d.pop("media_source"))

        input_text = d.pop("input_text")

        text_image_input_request = cls(
            media_source=media_source,
            input_text=input_text,
        )

        return text_image_input_request
