"""Similarity of segments: nearest neighbours, near duplicates, and compressed vectors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from attrs import Factory, define, field, frozen

from twelvelabs_embed.report.loader import Integers, ReportDataset
from twelvelabs_embed.results.vectors import Vectors

__all__ = ["Compressed", "Pair", "compress", "find_duplicates", "find_neighbours"]

SmallIntegers: TypeAlias = npt.NDArray[np.int8]

_BLOCK_ROWS = 1024
_MAX_PAIRS_OF_BLOCK = 20_000
_LARGEST = 127  # of int8
_SAMPLE_ROWS = 500


# -------------------------------------------------------------------------------- smaller vectors


@frozen(eq=False)
class Compressed:
    """Vectors of fewer dimensions of one byte, with nearly the same products.

    Attributes:
        numbers: shape (N, K)
        steps: the quantization step of each of the K dimensions, shape (K,)
        error: the 95th percentile of the error of cosine similarities
    """

    numbers: SmallIntegers = field(repr=False)
    steps: Vectors = field(repr=False)
    error: float


def compress(vectors: Vectors, max_dimensions: int) -> Compressed:
    """Project vectors to their K main directions, quantized to one byte.

    The directions are the right singular vectors, which keep the products of vectors best. The mean
    is not subtracted, unlike in principal component analysis, because that would change cosines.
    """
    if not len(vectors):
        return Compressed(np.empty((0, 0), np.int8), np.empty(0, np.float32), 0.0)
    directions = np.linalg.eigh(vectors.T @ vectors)[1][:, ::-1]
    reduced = vectors @ directions[:, : min(max_dimensions, len(vectors))]
    steps = (np.abs(reduced).max(axis=0) / _LARGEST).astype(np.float32)
    steps[steps == 0] = 1
    numbers = np.rint(reduced / steps).astype(np.int8)
    return Compressed(numbers, steps, _error(vectors, numbers * steps))


def _error(vectors: Vectors, reduced: Vectors) -> float:
    """Return the 95th percentile of the error of products, for a sample of rows."""
    rows = np.linspace(0, len(vectors) - 1, min(len(vectors), _SAMPLE_ROWS)).astype(int)
    exact, nearly = vectors[rows] @ vectors[rows].T, reduced[rows] @ reduced[rows].T
    return float(np.percentile(np.abs(exact - nearly), 95))


# ------------------------------------------------------------------------------------ neighbours


def find_neighbours(vectors: Vectors, count: int) -> Integers:
    """Return the rows nearest to each row, in no order, shape (N, count); count < N."""
    nearest = np.empty((len(vectors), count), np.int64)
    for first, products in _products(vectors):
        rows = np.arange(len(products))
        products[rows, first + rows] = -np.inf
        nearest[first : first + len(products)] = np.argpartition(products, -count)[:, -count:]
    return nearest


@frozen
class Pair:
    """Two items with segments that are nearly the same.

    Attributes:
        first, second: the most similar rows, one of each item
        score: their cosine similarity
        similar: how many rows of one item have a similar row in the other; of the item of which
            that is the larger part
        of: how many rows that item has
    """

    first: int
    second: int
    score: float
    similar: int
    of: int


@define
class _Found:
    """The similar rows of two items found so far."""

    first: int
    second: int
    score: float
    first_rows: set[int] = Factory(set)
    second_rows: set[int] = Factory(set)


def find_duplicates(dataset: ReportDataset, min_score: float, max_count: int) -> list[Pair]:
    """Find pairs of items that have segments with a cosine similarity of at least `min_score`.

    Only segments of the same input type, option and scope are compared. Pairs with the larger
    similar part come first: a copy or an excerpt comes before two videos that share some silence.
    """
    found: dict[tuple[int, int], _Found] = {}
    for rows in _kinds(dataset):
        for first, products in _products(dataset.vectors[rows]):
            left, right, scores = _similar(products, first, dataset.item[rows], min_score)
            for one in zip(rows[left].tolist(), rows[right].tolist(), scores, strict=True):
                _add(found, dataset.item, *one)
    rows_of_items = np.bincount(dataset.item).tolist()
    pairs = [_as_pair(items, one, rows_of_items) for items, one in found.items()]
    # Rounded, because equal scores may differ in the last digits.
    pairs.sort(key=lambda pair: (-pair.similar / pair.of, -round(pair.score, 4), pair.first))
    return pairs[:max_count]


def _add(
    found: dict[tuple[int, int], _Found], item: Integers, first: int, second: int, score: float
) -> None:
    key = (int(item[first]), int(item[second]))
    one = found.setdefault(key, _Found(first, second, score))
    if score > one.score:
        one.first, one.second, one.score = first, second, score
    one.first_rows.add(first)
    one.second_rows.add(second)


def _as_pair(items: tuple[int, int], found: _Found, rows_of_items: Sequence[int]) -> Pair:
    counts = (len(found.first_rows), len(found.second_rows))
    parts = [(count, rows_of_items[item]) for count, item in zip(counts, items, strict=True)]
    similar, of = max(parts, key=lambda part: part[0] / part[1])
    return Pair(found.first, found.second, found.score, similar, of)


def _kinds(dataset: ReportDataset) -> Iterator[Integers]:
    """Yield the rows of each kind."""
    kinds: dict[tuple[str, str | None, str | None], list[int]] = {}
    for row, item in enumerate(map(int, dataset.item)):
        kind = (dataset.input_types[item], dataset.option[row], dataset.scope[row])
        kinds.setdefault(kind, []).append(row)
    for rows in kinds.values():
        yield np.array(rows)


def _products(vectors: Vectors) -> Iterator[tuple[int, Vectors]]:
    """Yield the products of all rows with all rows in blocks, with the first row of each block."""
    for first in range(0, len(vectors), _BLOCK_ROWS):
        yield first, vectors[first : first + _BLOCK_ROWS] @ vectors.T


def _similar(
    products: Vectors, first: int, item: Integers, min_score: float
) -> tuple[Integers, Integers, Sequence[float]]:
    """Find similar rows of different items; when there are many, the most similar."""
    left, right = np.nonzero(products >= min_score)
    scores = products[left, right]
    left += first
    kept = (left < right) & (item[left] != item[right])
    left, right, scores = left[kept], right[kept], scores[kept]
    best = np.argsort(-scores, kind="stable")[:_MAX_PAIRS_OF_BLOCK]
    return left[best], right[best], np.minimum(scores[best], 1).tolist()
