# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from typing import Literal, TypeAlias

CreateAssetRequestMethod: TypeAlias = Literal["direct", "url"] | str

CREATE_ASSET_REQUEST_METHOD_VALUES: set[CreateAssetRequestMethod] = {
    "direct",
    "url",
}


def check_create_asset_request_method(value: CreateAssetRequestMethod) -> CreateAssetRequestMethod:
    """Return the value as it came, also one that the contract does not list."""
    return value
