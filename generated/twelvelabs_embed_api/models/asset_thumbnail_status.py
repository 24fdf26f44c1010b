# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from typing import Literal, TypeAlias

AssetThumbnailStatus: TypeAlias = Literal["error", "pending", "processing", "ready"] | str

ASSET_THUMBNAIL_STATUS_VALUES: set[AssetThumbnailStatus] = {
    "error",
    "pending",
    "processing",
    "ready",
}


def check_asset_thumbnail_status(value: AssetThumbnailStatus) -> AssetThumbnailStatus:
    """Return the value as it came, also one that the contract does not list."""
    return value
