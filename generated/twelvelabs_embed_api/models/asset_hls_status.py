# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from typing import Literal, TypeAlias

AssetHlsStatus: TypeAlias = Literal["error", "pending", "processing", "ready"] | str

ASSET_HLS_STATUS_VALUES: set[AssetHlsStatus] = {
    "error",
    "pending",
    "processing",
    "ready",
}


def check_asset_hls_status(value: AssetHlsStatus) -> AssetHlsStatus:
    """Return the value as it came, also one that the contract does not list."""
    return value
