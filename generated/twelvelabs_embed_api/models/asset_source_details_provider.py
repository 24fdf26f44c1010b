# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from typing import Literal, TypeAlias

AssetSourceDetailsProvider: TypeAlias = Literal["google_drive"] | str

ASSET_SOURCE_DETAILS_PROVIDER_VALUES: set[AssetSourceDetailsProvider] = {
    "google_drive",
}


def check_asset_source_details_provider(
    value: AssetSourceDetailsProvider,
) -> AssetSourceDetailsProvider:
    """Return the value as it came, also one that the contract does not list."""
    return value
