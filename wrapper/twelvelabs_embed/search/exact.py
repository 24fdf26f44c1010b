"""Exact search by cosine similarity over what a run wrote: Parquet parts, or a LanceDB table.

from twelvelabs_embed import TextImage, TwelveLabs
from twelvelabs_embed.search.exact import search

with TwelveLabs() as client:
    search("vectors", "a dog jumping", client=client)
    search("vectors", TextImage("at night", "beach.jpg"), client=client, scope="clip")
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias, cast

import numpy as np
import numpy.typing as npt

from twelvelabs_embed._text import closest_match
from twelvelabs_embed.errors import InvalidInputError, ModelMismatchError, Violation
from twelvelabs_embed.results.embeddings import Embeddings
from twelvelabs_embed.search.dataset import (
    DatasetInfo,
    Filters,
    Hit,
    Numbers,
    Where,
    open_dataset,
)

if TYPE_CHECKING:
    from twelvelabs_embed.client import TwelveLabs
    from twelvelabs_embed.inputs import EmbedInput

__all__ = ["DatasetInfo", "Hit", "describe", "search"]

Filter: TypeAlias = str | Collection[str] | None
"""The allowed values, one or several; None allows any."""


def search(
    where: Where,
    query: Embeddings | npt.NDArray[np.floating[Any]] | EmbedInput,
    *,
    top: int = 10,
    option: Filter = None,
    scope: Filter = None,
    input_type: Filter = None,
    client: TwelveLabs | None = None,
) -> list[Hit]:
    """The segments that are nearest to a query by cosine similarity, nearest first.

    Every vector is compared, so the result is exact (a LanceDB table with an index is searched by
    the index). Vectors need not have unit length. Of segments that are equally near, the one that
    was written first comes first.

    Args:
        where: the folder that a run wrote, or several, such as those of shards; or some parts, or a
            LanceDB table
        query: `Embeddings` with one vector, or an array of shape (D,), or, with a `client`, any
            input with one vector: a `str`, an `Image`, a `TextImage`
        top: how many, at least 1; fewer when there are fewer
        option: only segments with one of these options: `visual`, `audio`, `transcription`
        scope: only segments with one of these scopes: `clip`, `asset`
        input_type: only items embedded as one of these, such as `video`
        client: embeds the query, with the model of the dataset

    Raises:
        InvalidInputError: there are no parts, one decompresses to much more than its size, or no
            segment has such an option, scope or input type
        ModelMismatchError: the query has another model or other dimensions than the dataset, or the
            parts differ among themselves
        ValueError: the query is not one vector
        MissingDependencyError: pyarrow (extra `bulk`) or lancedb (extra `lancedb`) is missing
        TwelveLabsError: the query could not be embedded
    """
    if top < 1:
        raise ValueError(f"top must be at least 1, not {top}")
    dataset = open_dataset(where)
    info = dataset.describe()
    if info.model is None:
        return []
    filters = _filters(info, {"option": option, "scope": scope, "input_type": input_type})
    vector = query_vector(query, info.model, info.dimensions, client)
    candidates = dataset.candidates(vector, filters, top)
    # Sorting is stable: equal scores stay in the order of the rows.
    return sorted(candidates, key=lambda hit: -hit.score)[:top]


def describe(where: Where) -> DatasetInfo:
    """Describe what there is to search. Vectors are not read, so it is fast.

    Raises:
        InvalidInputError: there are no parts, or one decompresses to much more than its size
        ModelMismatchError: the parts have different models or dimensions
        MissingDependencyError: pyarrow (extra `bulk`) or lancedb (extra `lancedb`) is missing
    """
    return open_dataset(where).describe()


# --------------------------------------------------------------------------------------- the query


def _filters(info: DatasetInfo, allowed: Mapping[str, Filter]) -> Filters:
    """Validate filters: some segment must have each of the values.

    Raises:
        InvalidInputError: with every value that no segment has
    """
    present = {"option": info.options, "scope": info.scopes, "input_type": info.input_types}
    filters = {
        name: [values] if isinstance(values, str) else list(values)
        for name, values in allowed.items()
        if values is not None
    }
    violations = [
        _unknown_value(name, value, present[name])
        for name, values in filters.items()
        for value in values
        if value not in present[name]
    ]
    if violations:
        raise InvalidInputError(violations)
    return filters


def _unknown_value(name: str, value: str, present: Collection[str]) -> Violation:
    near = closest_match(value, present)
    return Violation(
        name,
        f"no segment has {value!r}",
        f"there is {', '.join(present)}" if present else f"no segment has any {name}",
        f"Did you mean {near}?" if near else "Use one of these, or omit it to search all segments",
    )


def query_vector(
    query: Embeddings | npt.NDArray[np.floating[Any]] | EmbedInput,
    model: str,
    dimensions: int,
    client: TwelveLabs | None,
) -> Numbers:
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
