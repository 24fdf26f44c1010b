# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from typing import Literal, TypeAlias

AudioInputRequestEmbeddingTypeItem: TypeAlias = (
    Literal["fused_embedding", "separate_embedding"] | str
)

AUDIO_INPUT_REQUEST_EMBEDDING_TYPE_ITEM_VALUES: set[AudioInputRequestEmbeddingTypeItem] = {
    "fused_embedding",
    "separate_embedding",
}


def check_audio_input_request_embedding_type_item(
    value: AudioInputRequestEmbeddingTypeItem,
) -> AudioInputRequestEmbeddingTypeItem:
    """Return the value as it came, also one that the contract does not list."""
    return value
