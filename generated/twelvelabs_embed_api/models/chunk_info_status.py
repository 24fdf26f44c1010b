# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from typing import Literal, TypeAlias

ChunkInfoStatus: TypeAlias = Literal["completed", "failed", "pending"] | str

CHUNK_INFO_STATUS_VALUES: set[ChunkInfoStatus] = {
    "completed",
    "failed",
    "pending",
}


def check_chunk_info_status(value: ChunkInfoStatus) -> ChunkInfoStatus:
    """Return the value as it came, also one that the contract does not list."""
    return value
