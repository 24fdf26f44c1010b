# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from typing import Literal, TypeAlias

CreateAssetUploadRequestType: TypeAlias = Literal["audio", "image", "video"] | str

CREATE_ASSET_UPLOAD_REQUEST_TYPE_VALUES: set[CreateAssetUploadRequestType] = {
    "audio",
    "image",
    "video",
}


def check_create_asset_upload_request_type(
    value: CreateAssetUploadRequestType,
) -> CreateAssetUploadRequestType:
    """Return the value as it came, also one that the contract does not list."""
    return value
