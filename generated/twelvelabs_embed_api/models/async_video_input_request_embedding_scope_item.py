# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from typing import Literal, TypeAlias

AsyncVideoInputRequestEmbeddingScopeItem: TypeAlias = Literal["asset", "clip", "local"] | str

ASYNC_VIDEO_INPUT_REQUEST_EMBEDDING_SCOPE_ITEM_VALUES: set[
    AsyncVideoInputRequestEmbeddingScopeItem
] = {
    "asset",
    "clip",
    "local",
}


def check_async_video_input_request_embedding_scope_item(
    value: AsyncVideoInputRequestEmbeddingScopeItem,
) -> AsyncVideoInputRequestEmbeddingScopeItem:
    """Return the value as it came, also one that the contract does not list."""
    return value
