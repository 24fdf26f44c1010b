# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from typing import Literal, TypeAlias

CreateEmbeddingsRequestInputType: TypeAlias = (
    Literal["audio", "image", "multi_input", "text", "text_image", "video"] | str
)

CREATE_EMBEDDINGS_REQUEST_INPUT_TYPE_VALUES: set[CreateEmbeddingsRequestInputType] = {
    "audio",
    "image",
    "multi_input",
    "text",
    "text_image",
    "video",
}


def check_create_embeddings_request_input_type(
    value: CreateEmbeddingsRequestInputType,
) -> CreateEmbeddingsRequestInputType:
    """Return the value as it came, also one that the contract does not list."""
    return value
