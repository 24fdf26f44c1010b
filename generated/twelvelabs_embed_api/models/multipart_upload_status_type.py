# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from typing import Literal, TypeAlias

MultipartUploadStatusType: TypeAlias = Literal["active", "completed", "expired", "failed"] | str

MULTIPART_UPLOAD_STATUS_TYPE_VALUES: set[MultipartUploadStatusType] = {
    "active",
    "completed",
    "expired",
    "failed",
}


def check_multipart_upload_status_type(
    value: MultipartUploadStatusType,
) -> MultipartUploadStatusType:
    """Return the value as it came, also one that the contract does not list."""
    return value
