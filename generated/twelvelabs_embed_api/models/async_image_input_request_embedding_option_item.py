# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from typing import Literal, TypeAlias

AsyncImageInputRequestEmbeddingOptionItem: TypeAlias = Literal["visual"] | str

ASYNC_IMAGE_INPUT_REQUEST_EMBEDDING_OPTION_ITEM_VALUES: set[
    AsyncImageInputRequestEmbeddingOptionItem
] = {
    "visual",
}


def check_async_image_input_request_embedding_option_item(
    value: AsyncImageInputRequestEmbeddingOptionItem,
) -> AsyncImageInputRequestEmbeddingOptionItem:
    """Return the value as it came, also one that the contract does not list."""
    return value
