"""Arrays of vectors: validation, unit length, cosine similarity and pooling."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import isfinite
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, cast

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from twelvelabs_embed.results.segments import Segment

Vectors: TypeAlias = np.ndarray[tuple[Any, ...], np.dtype[np.float32]]
Pooling: TypeAlias = Literal["mean", "mean_by_duration", "max"]


class NotFiniteError(ValueError):
    """A vector has a number that is not finite.

    Attributes:
        row, column: where the first one is
    """

    def __init__(self, row: int, column: int) -> None:
        super().__init__(row, column)
        self.row = row
        self.column = column

    def __str__(self) -> str:
        return "vectors must be finite numbers"


def as_vectors(vectors: Vectors) -> Vectors:
    """Validate an array of shape (N, D); the same memory where possible, read-only."""
    vectors = _as_float32("vectors", vectors)
    if vectors.ndim != 2:
        raise ValueError(f"vectors must have the shape (N, D), not {vectors.shape}")
    if len(vectors) and not vectors.size:
        raise ValueError("vectors must have at least one number")
    # Without a second array of the same size. The sum of squares is the fastest, but numbers above
    # 10**19 make it infinite, too.
    if vectors.size and not (
        isfinite(np.vdot(vectors, vectors)) or (isfinite(vectors.min()) and isfinite(vectors.max()))
    ):
        row, column = np.argwhere(~np.isfinite(vectors))[0]
        raise NotFiniteError(int(row), int(column))
    return vectors


def as_uncertainties(uncertainties: Vectors, shape: tuple[int, ...]) -> Vectors:
    """Validate uncertainties, which may be NaN; the same memory where possible, read-only."""
    uncertainties = _as_float32("uncertainties", uncertainties)
    if uncertainties.shape != shape:
        shapes = f"{shape}, not {uncertainties.shape}"
        raise ValueError(f"uncertainties must have the shape of the vectors, {shapes}")
    if np.isinf(uncertainties).any():
        raise ValueError("uncertainties must be finite numbers, or NaN where there are none")
    return uncertainties


def _as_float32(name: str, numbers: Vectors) -> Vectors:
    """Return a read-only view of an array of float32, which is copied if it is not contiguous."""
    kind = getattr(numbers, "dtype", type(numbers).__name__)
    if kind != np.float32:
        raise TypeError(f"{name} must be a numpy array of float32, not {kind}")
    view = np.asarray(numbers, order="C").view()
    view.flags.writeable = False
    return view


def read_vectors(array: object, *, dimensions: int) -> Vectors:
    """Read vectors from an array of shape (M, D) or (D,), to compare them with others."""
    if not isinstance(array, np.ndarray):
        raise TypeError(f"expected Embeddings or a numpy array, not {type(array).__name__}")
    numbers = cast("npt.NDArray[Any]", array)
    fits = numbers.ndim in (1, 2) and numbers.shape[-1] == dimensions
    if not fits or numbers.dtype.kind not in "fiu":
        raise ValueError(
            f"an array of {numbers.dtype} of the shape {numbers.shape} cannot be compared with "
            f"vectors of {dimensions} dimensions"
        )
    with np.errstate(over="ignore"):  # what does not fit becomes infinite, which is rejected
        return as_vectors(np.atleast_2d(numbers).astype(np.float32))


def cosine(left: Vectors, right: Vectors) -> Vectors:
    """Return the cosine similarity of each vector on the left with each on the right."""
    if not len(left) or not len(right):
        return np.zeros((len(left), len(right)), np.float32)
    # Divided afterwards, block by block: the vectors on the left may take most of the memory.
    directions = np.ascontiguousarray(unit(right).T)
    similarity = np.empty((len(left), len(right)), np.float32)
    # BLAS starts threads for more rows, which takes longer than a product with one vector.
    rows = 256 if len(right) == 1 else _BLOCK_ROWS
    for first in range(0, len(left), rows):
        block, result = left[first : first + rows], similarity[first : first + rows]
        lengths = np.sqrt(np.einsum("nd,nd->n", block, block))[:, np.newaxis]
        if ((lengths > _SHORTEST) & (lengths < _LONGEST)).all():
            np.divide(block @ directions, lengths, out=result)
        else:  # squares do not fit, or there are zeros
            np.matmul(unit(block), directions, out=result)
    return np.clip(similarity, -1, 1, out=similarity)  # rounding may exceed the range


_BLOCK_ROWS = 4096
# Lengths whose squares, and products with vectors of the length 1, float32 holds precisely.
_SHORTEST, _LONGEST = 1e-15, 1e15


def nearest_rows(scores: Vectors, count: int) -> list[int]:
    """Return the rows of the best scores, best first; equal ones in their order."""
    rows = np.arange(len(scores))
    if count < len(scores):
        # All that may be among the best: with the worst of them, those that are equal to it.
        rows = np.flatnonzero(scores >= np.partition(scores, -count)[-count])
    best: list[int] = rows[np.argsort(-scores[rows], kind="stable")[:count]].tolist()
    return best


def unit(vectors: Vectors) -> Vectors:
    """Scale each vector to the length 1; zeros stay as they are."""
    # Squares of very large or small numbers do not fit float32: first make the largest 1.
    largest = np.maximum(vectors.max(axis=1), -vectors.min(axis=1))[:, np.newaxis]
    scaled = np.divide(vectors, largest, out=np.zeros_like(vectors), where=largest > 0)
    lengths = np.sqrt(np.einsum("nd,nd->n", scaled, scaled))[:, np.newaxis]
    result: Vectors = np.divide(scaled, lengths, out=scaled, where=lengths > 0)
    return result


# --- pooling --------------------------------------------------------------------------------------


def pool(how: Pooling, vectors: Vectors, segments: Sequence[Segment]) -> Vectors:
    """Combine vectors into one, shape (1, D)."""
    if how not in _POOLINGS:
        raise ValueError(f"how must be one of {', '.join(_POOLINGS)}, not {how!r}")
    return _POOLINGS[how](vectors, segments).astype(np.float32)[np.newaxis]


def _mean(vectors: Vectors, segments: Sequence[Segment]) -> npt.NDArray[np.float64]:
    mean: npt.NDArray[np.float64] = vectors.mean(axis=0, dtype=np.float64)
    return mean


def _mean_by_duration(vectors: Vectors, segments: Sequence[Segment]) -> npt.NDArray[np.float64]:
    durations_sec = [_duration_sec(segment) for segment in segments]
    if not sum(durations_sec) > 0:
        raise ValueError("the embeddings have no durations to weight by")
    weights = np.array(durations_sec) / sum(durations_sec)
    mean = np.zeros(vectors.shape[1])
    for first in range(0, len(vectors), _BLOCK_ROWS):  # the product is of float64
        mean += weights[first : first + _BLOCK_ROWS] @ vectors[first : first + _BLOCK_ROWS]
    return mean


def _max(vectors: Vectors, segments: Sequence[Segment]) -> Vectors:
    largest: Vectors = vectors.max(axis=0)
    return largest


_POOLINGS: Mapping[str, Callable[[Vectors, Sequence[Segment]], npt.NDArray[np.floating]]] = {
    "mean": _mean,
    "mean_by_duration": _mean_by_duration,
    "max": _max,
}


def _duration_sec(segment: Segment) -> float:
    if segment.start_sec is None or segment.end_sec is None:
        raise ValueError("an embedding has no start or end, so no duration to weight by")
    return max(segment.end_sec - segment.start_sec, 0.0)


# --- uncertainties --------------------------------------------------------------------------------


def same_uncertainties(one: Vectors | None, other: Vectors | None) -> bool:
    """Return whether uncertainties are equal, where NaN equals NaN."""
    if one is None or other is None:
        return one is other
    return np.array_equal(one, other, equal_nan=True)
