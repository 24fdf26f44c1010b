# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from typing import Literal, TypeAlias

AsyncImageInputRequestEmbeddingScopeItem: TypeAlias = Literal["asset"] | str

ASYNC_IMAGE_INPUT_REQUEST_EMBEDDING_SCOPE_ITEM_VALUES: set[
    AsyncImageInputRequestEmbeddingScopeItem
] = {
    "asset",
}


def check_async_image_input_request_embedding_scope_item(
    value: AsyncImageInputRequestEmbeddingScopeItem,
) -> AsyncImageInputRequestEmbeddingScopeItem:
    """Return the value as it came, also one that the contract does not list."""
    return value
