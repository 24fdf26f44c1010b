# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from typing import Literal, TypeAlias

EmbeddingDataQuadrant: TypeAlias = (
    Literal["bottom_left", "bottom_right", "top_left", "top_right"] | str
)

EMBEDDING_DATA_QUADRANT_VALUES: set[EmbeddingDataQuadrant] = {
    "bottom_left",
    "bottom_right",
    "top_left",
    "top_right",
}


def check_embedding_data_quadrant(value: EmbeddingDataQuadrant) -> EmbeddingDataQuadrant:
    """Return the value as it came, also one that the contract does not list."""
    return value
