"""Queries: embedded if needed, validated, and scaled to the length 1."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias, cast

import numpy as np
import numpy.typing as npt

from twelvelabs_embed.errors import ModelMismatchError
from twelvelabs_embed.results.embeddings import Embeddings
from twelvelabs_embed.search.quantization import Numbers

if TYPE_CHECKING:
    from twelvelabs_embed.client import TwelveLabs
    from twelvelabs_embed.inputs import EmbedInput

Query: TypeAlias = "Embeddings | npt.NDArray[np.floating[Any]] | EmbedInput"
"""`Embeddings` with one vector, an array of shape (D,), or what a client embeds: a text, an
image."""


def query_vector(query: Query, model: str, dimensions: int, client: TwelveLabs | None) -> Numbers:
    """Return the query with the length 1, shape (D,), float64; zeros stay zeros."""
    if not isinstance(query, (Embeddings, np.ndarray)):
        if client is None:
            raise TypeError(
                f"a query of type {type(query).__name__} must be embedded first: "
                "pass client=TwelveLabs() as well"
            )
        query = client.embed(query, model=model)
    if isinstance(query, Embeddings):
        _check_model(query, model, dimensions)
        query = query.vectors if len(query) != 1 else query.vector
    vector = cast("npt.NDArray[Any]", query)
    if vector.ndim != 1:
        raise ValueError(f"the query must be one vector, not an array of the shape {vector.shape}")
    if len(vector) != dimensions:
        raise ModelMismatchError(
            f"the query has {len(vector)} dimensions, the vectors to search have {dimensions}"
        )
    vector = vector.astype(np.float64)
    if not np.isfinite(vector).all():
        raise ValueError("the query must have finite numbers")
    # Divided twice, because squares of the largest numbers do not fit.
    vector = vector / (np.abs(vector).max() or 1)
    return cast(Numbers, vector / (np.linalg.norm(vector) or 1))


def _check_model(query: Embeddings, model: str, dimensions: int) -> None:
    if query.model != model:
        raise ModelMismatchError(
            f"the query is of the model {query.model}, the vectors to search are of {model} "
            f"({dimensions} dimensions). Embed it with model={model!r}"
        )
