# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from typing import Literal, TypeAlias

EmbeddingDimension: TypeAlias = Literal[128, 256, 512] | int

EMBEDDING_DIMENSION_VALUES: set[EmbeddingDimension] = {
    128,
    256,
    512,
}


def check_embedding_dimension(value: EmbeddingDimension) -> EmbeddingDimension:
    """Return the value as it came, also one that the contract does not list."""
    return value
