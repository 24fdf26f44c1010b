# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..models.multi_input_media_source_media_type import (
    MultiInputMediaSourceMediaType,
    check_multi_input_media_source_media_type,
)
from ..types import UNSET, Unset

T = TypeVar("T", bound="MultiInputMediaSource")


@_attrs_define
class MultiInputMediaSource:
    """One medium among several: at most 32 MB, audio and video at most 30 seconds long. Exactly one of url,
    base64_string and asset_id is given.

        Attributes:
            media_type (MultiInputMediaSourceMediaType): The kind of a medium. A document is PDF, plain text or Markdown.
                marengo3.0 knows only images here.
            name (str | Unset): What the text calls it. Needed only when the text refers to it.
            url (str | Unset): A public, direct link to the file. Links to sharing pages do not work.
            base64_string (str | Unset): The file itself, encoded as base64.
            asset_id (str | Unset): The id of an uploaded asset that is ready.
    """

    media_type: MultiInputMediaSourceMediaType
    name: str | Unset = UNSET
    url: str | Unset = UNSET
    base64_string: str | Unset = UNSET
    asset_id: str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        media_type: str = self.media_type

        name = self.name

        url = self.url

        base64_string = self.base64_string

        asset_id = self.asset_id

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "media_type": media_type,
            }
        )
        if name is not UNSET:
            field_dict["name"] = name
        if url is not UNSET:
            field_dict["url"] = url
        if base64_string is not UNSET:
            field_dict["base64_string"] = base64_string
        if asset_id is not UNSET:
            field_dict["asset_id"] = asset_id

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        media_type = check_multi_input_media_source_media_type(d.pop("media_type"))

        name = d.pop("name", UNSET)

        url = d.pop("url", UNSET)

        base64_string = d.pop("base64_string", UNSET)

        asset_id = d.pop("asset_id", UNSET)

        multi_input_media_source = cls(
            media_type=media_type,
            name=name,
            url=url,
            base64_string=base64_string,
            asset_id=asset_id,
        )

        return multi_input_media_source
