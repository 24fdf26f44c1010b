# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from attrs import field as _attrs_field
from attrs import frozen as _attrs_frozen

from ..model import Model

if TYPE_CHECKING:
    from ..models.completed_chunk import CompletedChunk


def _completed_chunks(
    value: Sequence[CompletedChunk | Mapping[str, Any]],
) -> Sequence[CompletedChunk]:
    return value  # type: ignore[return-value]  # the model checks it


@_attrs_frozen(kw_only=True)
class ReportChunkBatchRequest(Model):
    """Pieces that are uploaded.

    Attributes:
        completed_chunks (Sequence[CompletedChunk]): 1 to 50 pieces, in any order.
    """

    completed_chunks: Sequence[CompletedChunk] = _attrs_field(converter=_completed_chunks)
