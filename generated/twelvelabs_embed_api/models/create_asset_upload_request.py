# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from attrs import field as _attrs_field
from attrs import frozen as _attrs_frozen

from ..model import Model
from ..models.create_asset_upload_request_type import (
    CreateAssetUploadRequestType,
)

if TYPE_CHECKING:
    from ..models.user_metadata import UserMetadata


def _user_metadata(value: UserMetadata | None | Mapping[str, Any]) -> UserMetadata | None:
    return value  # type: ignore[return-value]  # the model checks it


@_attrs_frozen(kw_only=True)
class CreateAssetUploadRequest(Model):
    """The file that is going to be uploaded in pieces.

    Attributes:
        filename (str): What the asset is called.
        type (CreateAssetUploadRequestType): The kind of the file.
        total_size (int): The length of the file in bytes, at most 10 GB. An image may have 32 MB.
        enable_hls (bool | None): Whether to prepare audio or video for streaming, no when absent.
        enable_thumbnail (bool | None): Whether to make a small picture of it, no when absent.
        user_metadata (UserMetadata | None): What you note on an asset. A whole number beyond 53 bits, and an id that
            shall stay as it is, is better sent as
            a text.
    """

    filename: str
    type: CreateAssetUploadRequestType
    total_size: int
    enable_hls: bool | None = None
    enable_thumbnail: bool | None = None
    user_metadata: UserMetadata | None = _attrs_field(default=None, converter=_user_metadata)
