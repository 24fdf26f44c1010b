# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from typing import Literal, TypeAlias

AsyncAudioInputRequestEmbeddingOptionItem: TypeAlias = Literal["audio", "transcription"] | str

ASYNC_AUDIO_INPUT_REQUEST_EMBEDDING_OPTION_ITEM_VALUES: set[
    AsyncAudioInputRequestEmbeddingOptionItem
] = {
    "audio",
    "transcription",
}


def check_async_audio_input_request_embedding_option_item(
    value: AsyncAudioInputRequestEmbeddingOptionItem,
) -> AsyncAudioInputRequestEmbeddingOptionItem:
    """Return the value as it came, also one that the contract does not list."""
    return value
