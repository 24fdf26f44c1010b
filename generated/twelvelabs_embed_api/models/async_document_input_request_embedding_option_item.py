# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from typing import Literal, TypeAlias

AsyncDocumentInputRequestEmbeddingOptionItem: TypeAlias = Literal["text", "visual"] | str

ASYNC_DOCUMENT_INPUT_REQUEST_EMBEDDING_OPTION_ITEM_VALUES: set[
    AsyncDocumentInputRequestEmbeddingOptionItem
] = {
    "text",
    "visual",
}


def check_async_document_input_request_embedding_option_item(
    value: AsyncDocumentInputRequestEmbeddingOptionItem,
) -> AsyncDocumentInputRequestEmbeddingOptionItem:
    """Return the value as it came, also one that the contract does not list."""
    return value
