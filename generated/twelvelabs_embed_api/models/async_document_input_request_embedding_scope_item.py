# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from typing import Literal, TypeAlias

AsyncDocumentInputRequestEmbeddingScopeItem: TypeAlias = Literal["asset", "local"] | str

ASYNC_DOCUMENT_INPUT_REQUEST_EMBEDDING_SCOPE_ITEM_VALUES: set[
    AsyncDocumentInputRequestEmbeddingScopeItem
] = {
    "asset",
    "local",
}


def check_async_document_input_request_embedding_scope_item(
    value: AsyncDocumentInputRequestEmbeddingScopeItem,
) -> AsyncDocumentInputRequestEmbeddingScopeItem:
    """Return the value as it came, also one that the contract does not list."""
    return value
