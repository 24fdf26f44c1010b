# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from typing import Literal, TypeAlias

AsyncAudioInputRequestEmbeddingScopeItem: TypeAlias = Literal["asset", "clip", "local"] | str

ASYNC_AUDIO_INPUT_REQUEST_EMBEDDING_SCOPE_ITEM_VALUES: set[
    AsyncAudioInputRequestEmbeddingScopeItem
] = {
    "asset",
    "clip",
    "local",
}


def check_async_audio_input_request_embedding_scope_item(
    value: AsyncAudioInputRequestEmbeddingScopeItem,
) -> AsyncAudioInputRequestEmbeddingScopeItem:
    """Return the value as it came, also one that the contract does not list."""
    return value
