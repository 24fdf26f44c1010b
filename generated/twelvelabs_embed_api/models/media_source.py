# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="MediaSource")


@_attrs_define
class MediaSource:
    """Where the media comes from. Exactly one of the three is given.

    Attributes:
        base64_string (str | Unset): The file itself, encoded as base64.
        url (str | Unset): A public, direct link to the file. Links to sharing pages do not work.
        asset_id (str | Unset): The id of an uploaded asset that is ready.
    """

    base64_string: str | Unset = UNSET
    url: str | Unset = UNSET
    asset_id: str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        base64_string = self.base64_string

        url = self.url

        asset_id = self.asset_id

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if base64_string is not UNSET:
            field_dict["base64_string"] = base64_string
        if url is not UNSET:
            field_dict["url"] = url
        if asset_id is not UNSET:
            field_dict["asset_id"] = asset_id

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        base64_string = d.pop("base64_string", UNSET)

        url = d.pop("url", UNSET)

        asset_id = d.pop("asset_id", UNSET)

        media_source = cls(
            base64_string=base64_string,
            url=url,
            asset_id=asset_id,
        )

        return media_source
