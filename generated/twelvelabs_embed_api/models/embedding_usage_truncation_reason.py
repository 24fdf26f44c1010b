# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from typing import Literal, TypeAlias

EmbeddingUsageTruncationReason: TypeAlias = Literal["model_context_window"] | str

EMBEDDING_USAGE_TRUNCATION_REASON_VALUES: set[EmbeddingUsageTruncationReason] = {
    "model_context_window",
}


def check_embedding_usage_truncation_reason(
    value: EmbeddingUsageTruncationReason,
) -> EmbeddingUsageTruncationReason:
    """Return the value as it came, also one that the contract does not list."""
    return value
