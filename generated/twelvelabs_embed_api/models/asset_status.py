# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from typing import Literal, TypeAlias

AssetStatus: TypeAlias = Literal["failed", "processing", "ready"] | str

ASSET_STATUS_VALUES: set[AssetStatus] = {
    "failed",
    "processing",
    "ready",
}


def check_asset_status(value: AssetStatus) -> AssetStatus:
    """Return the value as it came, also one that the contract does not list."""
    return value
