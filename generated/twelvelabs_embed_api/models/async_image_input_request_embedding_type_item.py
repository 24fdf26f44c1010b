# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from typing import Literal, TypeAlias

AsyncImageInputRequestEmbeddingTypeItem: TypeAlias = Literal["separate_embedding"] | str

ASYNC_IMAGE_INPUT_REQUEST_EMBEDDING_TYPE_ITEM_VALUES: set[
    AsyncImageInputRequestEmbeddingTypeItem
] = {
    "separate_embedding",
}


def check_async_image_input_request_embedding_type_item(
    value: AsyncImageInputRequestEmbeddingTypeItem,
) -> AsyncImageInputRequestEmbeddingTypeItem:
    """Return the value as it came, also one that the contract does not list."""
    return value
