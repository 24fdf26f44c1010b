# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from typing import Literal, TypeAlias

AssetMethod: TypeAlias = Literal["connector", "direct", "multipart", "url"] | str

ASSET_METHOD_VALUES: set[AssetMethod] = {
    "connector",
    "direct",
    "multipart",
    "url",
}


def check_asset_method(value: AssetMethod) -> AssetMethod:
    """Return the value as it came, also one that the contract does not list."""
    return value
