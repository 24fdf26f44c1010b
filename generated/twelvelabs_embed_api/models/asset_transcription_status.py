# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from typing import Literal, TypeAlias

AssetTranscriptionStatus: TypeAlias = Literal["failed", "pending", "processing", "ready"] | str

ASSET_TRANSCRIPTION_STATUS_VALUES: set[AssetTranscriptionStatus] = {
    "failed",
    "pending",
    "processing",
    "ready",
}


def check_asset_transcription_status(value: AssetTranscriptionStatus) -> AssetTranscriptionStatus:
    """Return the value as it came, also one that the contract does not list."""
    return value
