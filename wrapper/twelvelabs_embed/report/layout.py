"""A map of vectors: near on it is what is near among them."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from twelvelabs_embed.report.loader import Integers
from twelvelabs_embed.report.similarity import find_neighbours
from twelvelabs_embed.results.vectors import Vectors, unit

__all__ = ["Places", "draw_map"]

Places: TypeAlias = npt.NDArray[np.float32]
"""Shape (2, N): along the first axis they are added up ten times as fast as along the last."""

_NEIGHBOURS = 10
_OTHERS = 5  # rows that a row is pushed away from at each step
_STEPS = 150
_FURTHEST = 4.0  # that one other row may move a row
_FURTHEST_STEP = 2.0
_SPREAD = 10.0  # of the beginning
_COMPONENTS = 50


def draw_map(vectors: Vectors) -> Places:
    """Places on a plane, shape (2, N), each from 0 to 1, for vectors of the length 1, shape (N, D).

    It begins with the first two principal components. Then rows are drawn to their ten nearest
    neighbours and pushed away from rows taken at random, as in UMAP (McInnes, Healy and Melville,
    2018) with a = b = 1 and all neighbours alike. The same vectors always give the same map.
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
    """The coordinates of each row, the most telling first, shape (N, at most 50)."""
    centred = vectors - vectors.mean(axis=0)
    directions = np.linalg.eigh(centred.T @ centred)[1][:, ::-1][:, :_COMPONENTS]
    components: Vectors = centred @ directions
    return components


def _edges(neighbours: Integers) -> Integers:
    """Each pair of neighbours once, shape (2, edges)."""
    count = len(neighbours)
    rows = np.repeat(np.arange(count), neighbours.shape[1])
    left, right = np.sort(np.stack([rows, neighbours.ravel()]), axis=0)
    # One number for each pair: to find equal numbers takes much less time than equal pairs.
    return np.stack(np.divmod(np.unique(left * count + right), count))


def _settled(places: Places, edges: Integers) -> Places:
    """Where rows are after they were drawn to neighbours and pushed away from others."""
    random, count = np.random.default_rng(0), places.shape[1]
    places = places * (_SPREAD / (places.std(axis=1, keepdims=True) + 1e-9))
    # No two rows are at one place, from which nothing would push them apart.
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
    """How far each row is drawn to its neighbours."""
    left, right = edges
    apart = places[:, right] - places[:, left]
    steps = np.clip(apart * (2 / (1 + (apart * apart).sum(axis=0))), -_FURTHEST, _FURTHEST)
    count = places.shape[1]
    pulls = [np.bincount(left, one, count) - np.bincount(right, one, count) for one in steps]
    return np.stack(pulls).astype(np.float32)


def _push(places: Places, others: Integers) -> Places:
    """How far each row is pushed away from the rows `others`, shape (several, N)."""
    apart = places[:, np.newaxis] - places[:, others]
    squares = (apart * apart).sum(axis=0)
    steps = np.clip(apart * (2 / ((0.01 + squares) * (1 + squares))), -_FURTHEST, _FURTHEST)
    pushes: Places = steps.sum(axis=1)
    return pushes


def _evened(places: Places) -> Places:
    """Places from 0 to 1, half way to where all are equally apart: empty room becomes less.

    How far groups are from each other means little here, and their order stays.
    """
    low, high = places.min(axis=1, keepdims=True), places.max(axis=1, keepdims=True)
    ranks = np.argsort(np.argsort(places, axis=1, kind="stable"), axis=1, kind="stable")
    extent = np.where(high > low, high - low, 1)
    even: Places = ((places - low) / extent + ranks / max(places.shape[1] - 1, 1)) / 2
    return even.astype(np.float32)
