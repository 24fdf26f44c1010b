"""Exact rankings from scores with known errors.

Rows are computed exactly, those that may be best first, until no other can be among the best: the
result is that of computing all. Of equal scores, the row that was written first comes first.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from attrs import field, frozen

from twelvelabs_embed.search.quantization import Numbers

Integers: TypeAlias = npt.NDArray[np.int64]
Mask: TypeAlias = npt.NDArray[np.bool_]
Scores: TypeAlias = npt.NDArray[np.float32] | npt.NDArray[np.float64]

_CHUNK_ROWS = 512
_BLOCK_ROWS = 256


@frozen(eq=False)
class Ranking:
    """Rows by their score.

    Attributes:
        scores: about what each row has, shape (N,)
        errors: how far each of them may be from the exact score, shape (N,)
        exact: computes the exact scores of rows
        order: in which order rows of the same score are; that of their numbers when it is None
        allowed: the rows that count, shape (N,); all when it is None
    """

    scores: Scores = field(repr=False)
    errors: Scores = field(repr=False)
    exact: Callable[[Integers], Numbers] = field(repr=False)
    order: Integers | None = field(default=None, repr=False)
    allowed: Mask | None = field(default=None, repr=False)

    def best(self, count: int) -> tuple[Integers, Numbers]:
        """Return the best rows and their exact scores, best first; fewer when there are fewer."""
        rows, most = self._candidates(count)
        found = np.empty(0, np.int64)
        scores = np.empty(0)
        for first in range(0, len(rows), max(_CHUNK_ROWS, count)):
            if len(scores) == count and most[first] < scores[-1]:
                break
            chunk = rows[first : first + max(_CHUNK_ROWS, count)]
            found = np.concatenate([found, chunk])
            scores = np.concatenate([scores, self.exact(chunk)])
            places = found if self.order is None else self.order[found]
            nearest = np.lexsort((places, -scores))[:count]
            found, scores = found[nearest], scores[nearest]
        return found, scores

    def _candidates(self, count: int) -> tuple[Integers, Scores]:
        """Return the rows that may be among the best, and the most that each may have.

        They are sorted by that, the largest first.
        """
        most, least = self.scores + self.errors, self.scores - self.errors
        rows = np.arange(len(most)) if self.allowed is None else np.flatnonzero(self.allowed)
        if self.allowed is not None:
            most, least = most[rows], least[rows]
        if count < len(rows):
            # A row that cannot reach this is not among the best.
            threshold = _reached(least, count)
            kept = np.flatnonzero(most >= threshold)
            rows, most = rows[kept], most[kept]
        by_most = np.argsort(-most, kind="stable")
        return rows[by_most], most[by_most]


def _reached(scores: Scores, count: int) -> float:
    """Return a score that at least so many rows reach, near the highest such score."""
    blocks = len(scores) // _BLOCK_ROWS
    if blocks >= 4 * count:
        # One row of each of so many blocks: much faster than all rows, and nearly as high.
        scores = scores[: blocks * _BLOCK_ROWS].reshape(blocks, _BLOCK_ROWS).max(axis=1)
    return float(np.partition(scores, -count)[-count])
