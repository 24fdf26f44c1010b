"""Similarity of segments: nearest neighbours, near duplicates, and compressed vectors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias, cast

import numpy as np
import numpy.typing as npt
from attrs import field, frozen

from twelvelabs_embed.report.loader import Integers, Numbers, ReportDataset
from twelvelabs_embed.results.vectors import Vectors

SmallIntegers: TypeAlias = npt.NDArray[np.int8]

_BLOCK_ROWS = 256
_MAX_PAIRS_OF_BLOCK = 5_000
_SIMILAR_ROWS = 16
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


def find_duplicates(dataset: ReportDataset, min_score: float, max_count: int) -> list[Pair]:
    """Find pairs of items that have segments with a cosine similarity of at least `min_score`.

    Only segments of the same input type, option and scope are compared. Pairs with the larger
    similar part come first: a copy or an excerpt comes before two videos that share some silence.
    """
    lefts, rights, scores = [np.empty(0, np.int64)], [np.empty(0, np.int64)], [np.empty(0)]
    for rows in _kinds(dataset):
        for first, products in _products(dataset.vectors[rows]):
            left, right, score = _similar(products, first, dataset.item[rows], min_score)
            lefts.append(rows[left])
            rights.append(rows[right])
            scores.append(score)
    left, right, score = np.concatenate(lefts), np.concatenate(rights), np.concatenate(scores)
    return _pairs(dataset.item, left, right, score, max_count)


def _pairs(
    item: Integers, left: Integers, right: Integers, score: Numbers, max_count: int
) -> list[Pair]:
    """Return the best pairs of items from their similar rows."""
    if not len(left):
        return []
    rows_of_items = np.bincount(item)
    keys = item[left] * len(rows_of_items) + item[right]
    order = np.lexsort((np.arange(len(keys)), -score, keys))
    starts = np.flatnonzero(np.diff(keys[order], prepend=-1))
    best = order[starts]  # the most similar rows of each pair
    parts = [(_count_rows(keys, rows), rows_of_items[item[rows[best]]]) for rows in (left, right)]
    (first_count, first_of), (second_count, second_of) = parts
    is_first = first_count / first_of >= second_count / second_of
    similar = np.where(is_first, first_count, second_count)
    of = np.where(is_first, first_of, second_of)
    # Rounded, because equal scores may differ in the last digits.
    ranks = np.lexsort((left[best], -np.round(score[best], 4), -similar / of))[:max_count]
    return [
        Pair(*values)
        for values in zip(
            *(one[ranks].tolist() for one in (left[best], right[best], score[best], similar, of)),
            strict=True,
        )
    ]


def _count_rows(keys: Integers, rows: Integers) -> Integers:
    """Return how many different rows each key has, in the order of the keys."""
    order = np.lexsort((rows, keys))
    is_new_key = np.diff(keys[order], prepend=-1) != 0
    is_new = is_new_key | (np.diff(rows[order], prepend=-1) != 0)
    return cast(Integers, np.add.reduceat(is_new.astype(np.int64), np.flatnonzero(is_new_key)))


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
) -> tuple[Integers, Integers, Numbers]:
    """Find similar rows of different items; when there are many, the most similar.

    A few rows at a time: where all are similar, their indexes take more memory than the products.
    """
    left, right, scores = np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0)
    for begin in range(0, len(products), _SIMILAR_ROWS):
        rows, columns = np.nonzero(products[begin : begin + _SIMILAR_ROWS, first:] >= min_score)
        rows += begin
        columns += first
        kept = (first + rows < columns) & (item[first + rows] != item[columns])
        rows, columns = rows[kept], columns[kept]
        left, right = np.append(left, first + rows), np.append(right, columns)
        scores = np.append(scores, np.minimum(products[rows, columns], 1))
        best = np.argsort(-scores, kind="stable")[:_MAX_PAIRS_OF_BLOCK]
        left, right, scores = left[best], right[best], scores[best]
    return left, right, scores
