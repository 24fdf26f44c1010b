# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from typing import Literal, TypeAlias

AudioInputRequestEmbeddingOptionItem: TypeAlias = Literal["audio", "transcription"] | str

AUDIO_INPUT_REQUEST_EMBEDDING_OPTION_ITEM_VALUES: set[AudioInputRequestEmbeddingOptionItem] = {
    "audio",
    "transcription",
}


def check_audio_input_request_embedding_option_item(
    value: AudioInputRequestEmbeddingOptionItem,
) -> AudioInputRequestEmbeddingOptionItem:
    """Return the value as it came, also one that the contract does not list."""
    return value
