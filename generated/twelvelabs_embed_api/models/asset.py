# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.asset_status import AssetStatus, check_asset_status
from ..models.create_asset_request_method import (
    CreateAssetRequestMethod,
    check_create_asset_request_method,
)
from ..types import UNSET, Unset

T = TypeVar("T", bound="Asset")


@_attrs_define
class Asset:
    """Media that was uploaded.

    Attributes:
        id (str): The id of the asset.
        method (CreateAssetRequestMethod | Unset): The file is sent along (direct), or fetched from a link (url).
        status (AssetStatus | Unset): Only an asset that is ready can be used.
        filename (str | Unset): What the asset is called.
        file_type (str | Unset): The kind of the file, as a MIME type.
        created_at (datetime.datetime | Unset): When the asset was created.
    """

    id: str
    method: CreateAssetRequestMethod | Unset = UNSET
    status: AssetStatus | Unset = UNSET
    filename: str | Unset = UNSET
    file_type: str | Unset = UNSET
    created_at: datetime.datetime | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        method: str | Unset = UNSET
        if not isinstance(self.method, Unset):
            method = self.method

        status: str | Unset = UNSET
        if not isinstance(self.status, Unset):
            status = self.status

        filename = self.filename

        file_type = self.file_type

        created_at: str | Unset = UNSET
        if not isinstance(self.created_at, Unset):
            created_at = self.created_at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "_id": id,
            }
        )
        if method is not UNSET:
            field_dict["method"] = method
        if status is not UNSET:
            field_dict["status"] = status
        if filename is not UNSET:
            field_dict["filename"] = filename
        if file_type is not UNSET:
            field_dict["file_type"] = file_type
        if created_at is not UNSET:
            field_dict["created_at"] = created_at

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("_id")

        _method = d.pop("method", UNSET)
        method: CreateAssetRequestMethod | Unset
        if isinstance(_method, Unset):
            method = UNSET
        else:
            method = check_create_asset_request_method(_method)

        _status = d.pop("status", UNSET)
        status: AssetStatus | Unset
        if isinstance(_status, Unset):
            status = UNSET
        else:
            status = check_asset_status(_status)

        filename = d.pop("filename", UNSET)

        file_type = d.pop("file_type", UNSET)

        from ..types import read_timestamp

        _created_at = d.pop("created_at", UNSET)
        created_at: datetime.datetime | Unset
        if isinstance(_created_at, Unset):
            created_at = UNSET
        else:
            created_at = read_timestamp(_created_at)

        asset = cls(
            id=id,
            method=method,
            status=status,
            filename=filename,
            file_type=file_type,
            created_at=created_at,
        )

        asset.additional_properties = d
        return asset

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
