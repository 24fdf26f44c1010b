# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

from attrs import frozen as _attrs_frozen

from ..model import Model
from ..models.completed_chunk_proof_type import (
    CompletedChunkProofType,
)


@_attrs_frozen(kw_only=True)
class CompletedChunk(Model):
    """One piece that is uploaded, and the proof of it.

    Attributes:
        chunk_index (int): Which piece, from 1.
        proof (str): What the storage host answered.
        proof_type (CompletedChunkProofType): The proof is the answer's ETag.
        chunk_size (int): The length of the piece in bytes.
    """

    chunk_index: int
    proof: str
    proof_type: CompletedChunkProofType
    chunk_size: int
