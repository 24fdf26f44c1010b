# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from typing import Literal, TypeAlias

EmbeddingDataEmbeddingOption: TypeAlias = (
    Literal["audio", "fused", "text", "transcription", "visual"] | str
)

EMBEDDING_DATA_EMBEDDING_OPTION_VALUES: set[EmbeddingDataEmbeddingOption] = {
    "audio",
    "fused",
    "text",
    "transcription",
    "visual",
}


def check_embedding_data_embedding_option(
    value: EmbeddingDataEmbeddingOption,
) -> EmbeddingDataEmbeddingOption:
    """Return the value as it came, also one that the contract does not list."""
    return value
