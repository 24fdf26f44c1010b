# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from typing import Literal, TypeAlias

CreateAsyncEmbeddingRequestInputType: TypeAlias = (
    Literal["audio", "document", "image", "video"] | str
)

CREATE_ASYNC_EMBEDDING_REQUEST_INPUT_TYPE_VALUES: set[CreateAsyncEmbeddingRequestInputType] = {
    "audio",
    "document",
    "image",
    "video",
}


def check_create_async_embedding_request_input_type(
    value: CreateAsyncEmbeddingRequestInputType,
) -> CreateAsyncEmbeddingRequestInputType:
    """Return the value as it came, also one that the contract does not list."""
    return value
