# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.asset_hls_status import AssetHlsStatus, check_asset_hls_status
from ..types import UNSET, Unset

T = TypeVar("T", bound="AssetHls")


@_attrs_define
class AssetHls:
    """The file as a stream, when that was asked for.

    Attributes:
        manifest_url (str | Unset): The playlist, when the stream is ready.
        status (AssetHlsStatus | Unset): How far the stream is.
    """

    manifest_url: str | Unset = UNSET
    status: AssetHlsStatus | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        manifest_url = self.manifest_url

        status: str | Unset = UNSET
        if not isinstance(self.status, Unset):
            status = self.status

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if manifest_url is not UNSET:
            field_dict["manifest_url"] = manifest_url
        if status is not UNSET:
            field_dict["status"] = status

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        manifest_url = d.pop("manifest_url", UNSET)

        _status = d.pop("status", UNSET)
        status: AssetHlsStatus | Unset
        if isinstance(_status, Unset):
            status = UNSET
        else:
            status = check_asset_hls_status(_status)

        asset_hls = cls(
            manifest_url=manifest_url,
            status=status,
        )

        asset_hls.additional_properties = d
        return asset_hls

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
