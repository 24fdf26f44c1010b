# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from typing import Literal, TypeAlias

AsyncDocumentInputRequestEmbeddingTypeItem: TypeAlias = (
    Literal["fused_embedding", "separate_embedding"] | str
)

ASYNC_DOCUMENT_INPUT_REQUEST_EMBEDDING_TYPE_ITEM_VALUES: set[
    AsyncDocumentInputRequestEmbeddingTypeItem
] = {
    "fused_embedding",
    "separate_embedding",
}


def check_async_document_input_request_embedding_type_item(
    value: AsyncDocumentInputRequestEmbeddingTypeItem,
) -> AsyncDocumentInputRequestEmbeddingTypeItem:
    """Return the value as it came, also one that the contract does not list."""
    return value
