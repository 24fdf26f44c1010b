# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..models.completed_chunk_proof_type import (
    CompletedChunkProofType,
    check_completed_chunk_proof_type,
)

T = TypeVar("T", bound="CompletedChunk")


@_attrs_define
class CompletedChunk:
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

    def to_dict(self) -> dict[str, Any]:
        chunk_index = self.chunk_index

        proof = self.proof

        proof_type: str = self.proof_type

        chunk_size = self.chunk_size

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "chunk_index": chunk_index,
                "proof": proof,
                "proof_type": proof_type,
                "chunk_size": chunk_size,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        chunk_index = d.pop("chunk_index")

        proof = d.pop("proof")

        proof_type = check_completed_chunk_proof_type(d.pop("proof_type"))

        chunk_size = d.pop("chunk_size")

        completed_chunk = cls(
            chunk_index=chunk_index,
            proof=proof,
            proof_type=proof_type,
            chunk_size=chunk_size,
        )

        return completed_chunk
