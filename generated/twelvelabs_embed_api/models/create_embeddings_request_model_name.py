# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from typing import Literal, TypeAlias

CreateEmbeddingsRequestModelName: TypeAlias = Literal["marengo3.0", "marengo3.5"] | str

CREATE_EMBEDDINGS_REQUEST_MODEL_NAME_VALUES: set[CreateEmbeddingsRequestModelName] = {
    "marengo3.0",
    "marengo3.5",
}


def check_create_embeddings_request_model_name(
    value: CreateEmbeddingsRequestModelName,
) -> CreateEmbeddingsRequestModelName:
    """Return the value as it came, also one that the contract does not list."""
    return value
