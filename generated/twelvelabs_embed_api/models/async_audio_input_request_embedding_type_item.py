# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from typing import Literal, TypeAlias

AsyncAudioInputRequestEmbeddingTypeItem: TypeAlias = (
    Literal["fused_embedding", "separate_embedding"] | str
)

ASYNC_AUDIO_INPUT_REQUEST_EMBEDDING_TYPE_ITEM_VALUES: set[
    AsyncAudioInputRequestEmbeddingTypeItem
] = {
    "fused_embedding",
    "separate_embedding",
}


def check_async_audio_input_request_embedding_type_item(
    value: AsyncAudioInputRequestEmbeddingTypeItem,
) -> AsyncAudioInputRequestEmbeddingTypeItem:
    """Return the value as it came, also one that the contract does not list."""
    return value
