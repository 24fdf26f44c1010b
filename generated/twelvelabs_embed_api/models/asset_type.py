# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from typing import Literal, TypeAlias

AssetType: TypeAlias = Literal["audio", "document", "image", "video"] | str

ASSET_TYPE_VALUES: set[AssetType] = {
    "audio",
    "document",
    "image",
    "video",
}


def check_asset_type(value: AssetType) -> AssetType:
    """Return the value as it came, also one that the contract does not list."""
    return value
