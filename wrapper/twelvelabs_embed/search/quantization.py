"""Quantized vectors: one byte for each number, for a first pass whose error is known.

A vector of length 1 is `scale * code + rest`, and the length of the rest is stored with it. By
Cauchy and Schwarz, no score of the first pass is further from the exact one than that.
"""

from __future__ import annotations

from concurrent.futures import Executor
from functools import partial
from typing import TypeAlias, cast

import numpy as np
import numpy.typing as npt

from twelvelabs_embed.results.vectors import Vectors, unit

Codes: TypeAlias = npt.NDArray[np.int8]
Numbers: TypeAlias = npt.NDArray[np.float64]

_LARGEST_CODE = 127
# 256 x 512 numbers fit the cache of a core, and BLAS starts no threads for so few.
_BLOCK_ROWS = 256
# The threads of BLAS wait for each other at the end of each product: few large ones are faster.
_MANY_QUERIES_BLOCK_ROWS = 16_384


def quantize(vectors: Vectors) -> tuple[Codes, Vectors, Vectors]:
    """Quantize vectors of any length, scaled to the length 1; zeros stay zeros.

    Returns:
        codes, shape (N, D); the scale of each row, shape (N,); and how far a score of its codes
        may be from the exact one, shape (N,)
    """
    units = np.nan_to_num(unit(vectors), copy=False)
    scales = (np.maximum(units.max(axis=1), -units.min(axis=1)) / _LARGEST_CODE)[:, np.newaxis]
    steps = np.divide(units, scales, out=np.zeros_like(units), where=scales > 0)
    codes = np.rint(steps, out=steps).astype(np.int8)
    units -= codes * scales
    rests = np.sqrt(np.einsum("nd,nd->n", units, units))
    # The rest is for float32: of the sums here, of those of products, and of the query.
    return codes, scales[:, 0], rests + np.float32(1e-6 + 2e-7 * vectors.shape[1])


def coarse_scores(codes: Codes, scales: Vectors, queries: Vectors, threads: Executor) -> Vectors:
    """Return the scores of all codes, shape (Q, N).

    Args:
        codes: shape (N, D)
        scales: shape (N,)
        queries: shape (Q, D), each of the length 1
        threads: what a single query is computed in
    """
    scores = np.empty((len(queries), len(codes)), np.float32)
    if len(queries) == 1:
        # Threads of our own: BLAS shares one such product among threads that wait for each other.
        step = max(_BLOCK_ROWS, -(-len(codes) // _thread_count(threads)))
        starts = range(0, len(codes), step)
        list(threads.map(partial(_score_span, codes, queries[0], scores[0], step), starts))
    else:
        right = np.ascontiguousarray(queries.T)
        block_rows = min(_MANY_QUERIES_BLOCK_ROWS, len(codes))
        block = np.empty((block_rows, codes.shape[1]), np.float32)
        for first in range(0, len(codes), max(1, block_rows)):
            some = codes[first : first + block_rows]
            np.copyto(block[: len(some)], some)
            scores[:, first : first + len(some)] = (block[: len(some)] @ right).T
    scores *= scales
    return scores


def _score_span(codes: Codes, query: Vectors, scores: Vectors, count: int, first: int) -> None:
    last = min(first + count, len(codes))
    block = np.empty((_BLOCK_ROWS, codes.shape[1]), np.float32)
    for start in range(first, last, _BLOCK_ROWS):
        end = min(start + _BLOCK_ROWS, last)
        np.copyto(block[: end - start], codes[start:end])
        np.dot(block[: end - start], query, out=scores[start:end])


def _thread_count(threads: Executor) -> int:
    return int(getattr(threads, "_max_workers", 1))


def exact_scores(vectors: Vectors, query: Numbers) -> Numbers:
    """Compute the cosine of each row, shape (N,). Equal rows have equal scores.

    Args:
        vectors: shape (N, D)
        query: shape (D,), of the length 1
    """
    rows = vectors.astype(np.float64)
    lengths = np.sqrt((rows * rows).sum(axis=1))
    cosine = np.divide((rows * query).sum(axis=1), lengths, out=lengths.copy(), where=lengths > 0)
    return cast(Numbers, np.clip(np.nan_to_num(cosine), -1, 1))
