"""Data of embeddings: what is exported, shown and joined without the methods of `Embeddings`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from twelvelabs_embed._immutable import Immutable
from twelvelabs_embed.errors import ModelMismatchError
from twelvelabs_embed.results.segments import Segment, Usage
from twelvelabs_embed.results.vectors import Vectors

if TYPE_CHECKING:
    from twelvelabs_embed.validation.routing import Route


class EmbeddingsBase(Immutable):
    """The attributes of `Embeddings`, which describes them."""

    __slots__ = __match_args__ = (
        "vectors",
        "segments",
        "model",
        "input_type",
        "metadata",
        "usage",
        "uncertainties",
        "route",
    )
    vectors: Vectors
    segments: tuple[Segment, ...]
    model: str
    input_type: str
    metadata: Mapping[str, Any] | None
    usage: Usage | None
    uncertainties: Vectors | None
    route: Route | None


def join_uncertainties(parts: Sequence[EmbeddingsBase]) -> Vectors | None:
    """Join uncertainties, NaN for parts without any; None when no part has any."""
    if all(part.uncertainties is None for part in parts):
        return None
    return np.concatenate(
        [
            np.full_like(part.vectors, np.nan) if part.uncertainties is None else part.uncertainties
            for part in parts
        ]
    )


def check_same_model(one: EmbeddingsBase, other: EmbeddingsBase) -> None:
    """Raise ModelMismatchError for vectors of different models or dimensions."""
    # Without vectors there are no dimensions that could differ.
    lengths = {part.vectors.shape[1] for part in (one, other) if len(part.vectors)}
    if one.model != other.model or len(lengths) > 1:
        names = [f"{part.model} ({part.vectors.shape[1]} dimensions)" for part in (one, other)]
        raise ModelMismatchError(
            f"vectors of different models or dimensions do not mix: {' and '.join(names)}"
        )
