# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..models.create_asset_upload_request_type import (
    CreateAssetUploadRequestType,
    check_create_asset_upload_request_type,
)
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.user_metadata import UserMetadata


T = TypeVar("T", bound="CreateAssetUploadRequest")


@_attrs_define
class CreateAssetUploadRequest:
    """The file that is going to be uploaded in pieces.

    Attributes:
        filename (str): What the asset is called.
        type_ (CreateAssetUploadRequestType): The kind of the file.
        total_size (int): The length of the file in bytes, at most 10 GB. An image may have 32 MB.
        enable_hls (bool | Unset): Whether to prepare audio or video for streaming. The service decides when absent.
        enable_thumbnail (bool | Unset): Whether to make a small picture of it. The service decides when absent.
        user_metadata (UserMetadata | Unset): What you note on an asset. A whole number beyond 53 bits, and an id that
            shall stay as it is, is better sent as
            a text.
    """

    filename: str
    type_: CreateAssetUploadRequestType
    total_size: int
    enable_hls: bool | Unset = UNSET
    enable_thumbnail: bool | Unset = UNSET
    user_metadata: UserMetadata | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        filename = self.filename

        type_: str = self.type_

        total_size = self.total_size

        enable_hls = self.enable_hls

        enable_thumbnail = self.enable_thumbnail

        user_metadata: dict[str, Any] | Unset = UNSET
        if not isinstance(self.user_metadata, Unset):
            user_metadata = self.user_metadata.to_dict()

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "filename": filename,
                "type": type_,
                "total_size": total_size,
            }
        )
        if enable_hls is not UNSET:
            field_dict["enable_hls"] = enable_hls
        if enable_thumbnail is not UNSET:
            field_dict["enable_thumbnail"] = enable_thumbnail
        if user_metadata is not UNSET:
            field_dict["user_metadata"] = user_metadata

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.user_metadata import UserMetadata  # noqa: PLC0415

        d = dict(src_dict)
        filename = d.pop("filename")

        type_ = check_create_asset_upload_request_type(d.pop("type"))

        total_size = d.pop("total_size")

        enable_hls = d.pop("enable_hls", UNSET)

        enable_thumbnail = d.pop("enable_thumbnail", UNSET)

        _user_metadata = d.pop("user_metadata", UNSET)
        user_metadata: UserMetadata | Unset
        if isinstance(_user_metadata, Unset):
            user_metadata = UNSET
        else:
            user_metadata = UserMetadata.from_dict(_user_metadata)

        create_asset_upload_request = cls(
            filename=filename,
            type_=type_,
            total_size=total_size,
            enable_hls=enable_hls,
            enable_thumbnail=enable_thumbnail,
            user_metadata=user_metadata,
        )

        return create_asset_upload_request
