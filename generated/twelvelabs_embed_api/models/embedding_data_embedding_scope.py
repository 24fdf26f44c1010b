# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from typing import Literal, TypeAlias

EmbeddingDataEmbeddingScope: TypeAlias = Literal["asset", "chunk", "clip", "page"] | str

EMBEDDING_DATA_EMBEDDING_SCOPE_VALUES: set[EmbeddingDataEmbeddingScope] = {
    "asset",
    "chunk",
    "clip",
    "page",
}


def check_embedding_data_embedding_scope(
    value: EmbeddingDataEmbeddingScope,
) -> EmbeddingDataEmbeddingScope:
    """Return the value as it came, also one that the contract does not list."""
    return value
