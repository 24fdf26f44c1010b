# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from typing import Literal, TypeAlias

AudioInputRequestEmbeddingScopeItem: TypeAlias = Literal["asset", "clip"] | str

AUDIO_INPUT_REQUEST_EMBEDDING_SCOPE_ITEM_VALUES: set[AudioInputRequestEmbeddingScopeItem] = {
    "asset",
    "clip",
}


def check_audio_input_request_embedding_scope_item(
    value: AudioInputRequestEmbeddingScopeItem,
) -> AudioInputRequestEmbeddingScopeItem:
    """Return the value as it came, also one that the contract does not list."""
    return value
