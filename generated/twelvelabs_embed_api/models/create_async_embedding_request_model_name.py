# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from typing import Literal, TypeAlias

CreateAsyncEmbeddingRequestModelName: TypeAlias = Literal["marengo3.0", "marengo3.5"] | str

CREATE_ASYNC_EMBEDDING_REQUEST_MODEL_NAME_VALUES: set[CreateAsyncEmbeddingRequestModelName] = {
    "marengo3.0",
    "marengo3.5",
}


def check_create_async_embedding_request_model_name(
    value: CreateAsyncEmbeddingRequestModelName,
) -> CreateAsyncEmbeddingRequestModelName:
    """Return the value as it came, also one that the contract does not list."""
    return value
