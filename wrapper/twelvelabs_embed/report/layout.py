"""Map of vectors: a layout on a plane on which similar vectors are near."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from twelvelabs_embed.report.loader import Integers
from twelvelabs_embed.report.similarity import find_neighbours
from twelvelabs_embed.results.vectors import Vectors, unit

Places: TypeAlias = npt.NDArray[np.float32]
"""Shape (2, N): sums along the first axis are ten times as fast as along the last."""

_NEIGHBOURS = 10
_OTHERS = 5  # rows that a row is repelled by at each step
_STEPS = 150
_FURTHEST = 4.0  # maximum push by one other row
_FURTHEST_STEP = 2.0
_SPREAD = 10.0  # at the start
_COMPONENTS = 50


def draw_map(vectors: Vectors) -> Places:
    """Return places on a plane, shape (2, N), from 0 to 1, for unit vectors, shape (N, D).

    It starts with the first two principal components. Then rows are attracted by their ten nearest
    neighbours and repelled by random rows, as in UMAP (McInnes, Healy and Melville, 2018) with
    a = b = 1 and equal weights of all neighbours. The same vectors always give the same map.
    """
    places = np.zeros((2, len(vectors)), np.float32)
    if not len(vectors):
        return places
    components = _principal_components(vectors)
    places[: components.shape[1]] = components.T[:2]
    if len(vectors) > 3:
        edges = _edges(find_neighbours(unit(components), min(_NEIGHBOURS, len(vectors) - 1)))
        places = _settled(places, edges)
    return _evened(places)


def _principal_components(vectors: Vectors) -> Vectors:
    """Return the principal components of each row, shape (N, at most 50)."""
    centred = vectors - vectors.mean(axis=0)
    directions = np.linalg.eigh(centred.T @ centred)[1][:, ::-1][:, :_COMPONENTS]
    components: Vectors = centred @ directions
    return components


def _edges(neighbours: Integers) -> Integers:
    """Return each pair of neighbours once, shape (2, edges)."""
    count = len(neighbours)
    rows = np.repeat(np.arange(count), neighbours.shape[1])
    left, right = np.sort(np.stack([rows, neighbours.ravel()]), axis=0)
    # One number for each pair: finding equal numbers is much faster than equal pairs.
    return np.stack(np.divmod(np.unique(left * count + right), count))


def _settled(places: Places, edges: Integers) -> Places:
    """Return the places of rows after attraction by neighbours and repulsion by others."""
    random, count = np.random.default_rng(0), places.shape[1]
    places = places * (_SPREAD / (places.std(axis=1, keepdims=True) + 1e-9))
    # No two rows may be at the same place, where nothing would push them apart.
    places += random.normal(scale=0.01, size=places.shape)
    degrees = np.bincount(edges.ravel(), minlength=count).astype(np.float32)
    for step in range(_STEPS):
        others = random.integers(0, count, (_OTHERS, count))
        # As many pushes as there are neighbours, times `_OTHERS`, as in UMAP.
        moves = _push(places, others) * degrees + _pull(places, edges)
        speed = 2 * (1 - step / _STEPS) / degrees
        places += np.clip(speed * moves, -_FURTHEST_STEP, _FURTHEST_STEP)
    return places


def _pull(places: Places, edges: Integers) -> Places:
    """Return how far each row is attracted by its neighbours."""
    left, right = edges
    apart = places[:, right] - places[:, left]
    steps = apart * (2 / (1 + (apart * apart).sum(axis=0)))
    count = places.shape[1]
    pulls = [np.bincount(left, one, count) - np.bincount(right, one, count) for one in steps]
    return np.stack(pulls).astype(np.float32)


def _push(places: Places, others: Integers) -> Places:
    """Return how far each row is repelled by the rows `others`, shape (several, N)."""
    apart = places[:, np.newaxis] - places[:, others]
    squares = (apart * apart).sum(axis=0)
    steps = np.clip(apart * (2 / ((0.01 + squares) * (1 + squares))), -_FURTHEST, _FURTHEST)
    pushes: Places = steps.sum(axis=1)
    return pushes


def _evened(places: Places) -> Places:
    """Return places from 0 to 1, half way to an even spacing, which reduces empty space.

    The distances between groups mean little here, and their order stays.
    """
    low, high = places.min(axis=1, keepdims=True), places.max(axis=1, keepdims=True)
    ranks = np.argsort(np.argsort(places, axis=1, kind="stable"), axis=1)
    extent = np.where(high > low, high - low, 1)
    even: Places = ((places - low) / extent + ranks / max(places.shape[1] - 1, 1)) / 2
    return even.astype(np.float32)
