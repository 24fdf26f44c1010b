# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from typing import Literal, TypeAlias

CompletedChunkProofType: TypeAlias = Literal["etag"] | str

COMPLETED_CHUNK_PROOF_TYPE_VALUES: set[CompletedChunkProofType] = {
    "etag",
}


def check_completed_chunk_proof_type(value: CompletedChunkProofType) -> CompletedChunkProofType:
    """Return the value as it came, also one that the contract does not list."""
    return value
