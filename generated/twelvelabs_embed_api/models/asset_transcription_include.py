# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from typing import Literal, TypeAlias

AssetTranscriptionInclude: TypeAlias = Literal["sentences", "utterances", "words"] | str

ASSET_TRANSCRIPTION_INCLUDE_VALUES: set[AssetTranscriptionInclude] = {
    "sentences",
    "utterances",
    "words",
}


def check_asset_transcription_include(
    value: AssetTranscriptionInclude,
) -> AssetTranscriptionInclude:
    """Return the value as it came, also one that the contract does not list."""
    return value
