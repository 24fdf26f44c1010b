# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from typing import Literal, TypeAlias

AssetSourceType: TypeAlias = Literal["connector"] | str

ASSET_SOURCE_TYPE_VALUES: set[AssetSourceType] = {
    "connector",
}


def check_asset_source_type(value: AssetSourceType) -> AssetSourceType:
    """Return the value as it came, also one that the contract does not list."""
    return value
