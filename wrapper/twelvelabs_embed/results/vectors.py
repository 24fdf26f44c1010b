"""Arrays of vectors: validation, unit length, cosine similarity and pooling."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import isfinite
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from twelvelabs_embed.results.segments import Segment

Vectors: TypeAlias = npt.NDArray[np.float32]
Pooling: TypeAlias = Literal["mean", "mean_by_duration", "max"]


def _check_float32(name: str, numbers: Vectors) -> None:
    if (kind := getattr(numbers, "dtype", type(numbers).__name__)) != np.float32:
        raise TypeError(f"{name} must be a numpy array of float32, not {kind}")


def as_vectors(vectors: Vectors) -> Vectors:
    """Validate an array of shape (N, D); the same memory where possible, read-only."""
    _check_float32("vectors", vectors)
    if vectors.ndim != 2:
        raise ValueError(f"vectors must have the shape (N, D), not {vectors.shape}")
    if len(vectors) and not vectors.size:
        raise ValueError("vectors must have at least one number")
    if not is_finite(vectors):
        raise ValueError("vectors must be finite numbers")
    return _read_only(vectors)


def as_uncertainties(uncertainties: Vectors | None) -> Vectors | None:
    """Validate uncertainties, which may be NaN; the same memory where possible, read-only."""
    if uncertainties is None:
        return None
    _check_float32("uncertainties", uncertainties)
    if np.isinf(uncertainties).any():
        raise ValueError("uncertainties must be finite numbers, or NaN where there are none")
    return _read_only(uncertainties)


def is_finite(vectors: Vectors) -> bool:
    """Whether all numbers are finite, computed without a second array of the same size."""
    if not vectors.size or (vectors.flags.c_contiguous and isfinite(np.vdot(vectors, vectors))):
        return True
    # The sum of squares is the fastest, but numbers above 10**19 make it infinite, too.
    return isfinite(vectors.min()) and isfinite(vectors.max())


def _read_only(numbers: Vectors) -> Vectors:
    view = np.ascontiguousarray(numbers).view()
    view.flags.writeable = False
    return view


def cosine(left: Vectors, right: Vectors) -> Vectors:
    """Return the cosine similarity of each vector on the left with each on the right."""
    if not len(left) or not len(right):
        return np.zeros((len(left), len(right)), np.float32)
    similarity: Vectors = unit(left) @ unit(right).T
    return np.clip(similarity, -1, 1, out=similarity)  # rounding may exceed the range


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
    return np.asarray(np.average(vectors, axis=0, weights=durations_sec), np.float64)


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
