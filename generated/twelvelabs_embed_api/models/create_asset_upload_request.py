# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..models.create_asset_upload_request_type import (
    CreateAssetUploadRequestType,
    check_create_asset_upload_request_type,
)

T = TypeVar("T", bound="CreateAssetUploadRequest")


@_attrs_define
class CreateAssetUploadRequest:
    """The file that is going to be uploaded in pieces.

    Attributes:
        filename (str): What the asset is called.
        type_ (CreateAssetUploadRequestType): The kind of the file.
        total_size (int): The length of the file in bytes, at most 4 GB.
    """

    filename: str
    type_: CreateAssetUploadRequestType
    total_size: int

    def to_dict(self) -> dict[str, Any]:
        filename = self.filename

        type_: str = self.type_

        total_size = self.total_size

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "filename": filename,
                "type": type_,
                "total_size": total_size,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        filename = d.pop("filename")

        type_ = check_create_asset_upload_request_type(d.pop("type"))

        total_size = d.pop("total_size")

        create_asset_upload_request = cls(
            filename=filename,
            type_=type_,
            total_size=total_size,
        )

        return create_asset_upload_request
