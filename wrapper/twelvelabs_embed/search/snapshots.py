"""Snapshots of datasets: their rows, and the ranking of these by a query."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Executor

import numpy as np

from twelvelabs_embed._extras import import_extra
from twelvelabs_embed.results.export import ArrowTable
from twelvelabs_embed.search.dataset import join_infos
from twelvelabs_embed.search.filters import Filters
from twelvelabs_embed.search.index_files import OpenParts
from twelvelabs_embed.search.quantization import Numbers, coarse_scores, exact_scores
from twelvelabs_embed.search.ranking import Integers, Ranking
from twelvelabs_embed.search.rows import Rows, as_array
from twelvelabs_embed.search.shards import Shard

_SCORES_BYTES = 256 << 20  # of all rows, for some of many queries
_EXACT_ROWS = 2048


class PartsSnapshot:
    """Parts with their index."""

    def __init__(self, parts: Sequence[OpenParts], threads: Executor) -> None:
        self._parts = parts
        self._threads = threads
        self._shards = [shard for one in parts for shard in one.shards]
        # The number of the first row of each shard.
        self._firsts = np.cumsum([0, *(shard.facts.info.rows for shard in self._shards)])[:-1]
        self._order = _order(parts)
        self.info = join_infos([shard.facts.info for shard in self._shards])
        self.rows = _join_rows(self._shards)

    @property
    def is_current(self) -> bool:
        """Whether the parts are still the same."""
        return all(one.is_current for one in self._parts)

    def rank(self, queries: Numbers, filters: Filters) -> Iterator[Ranking]:
        """Yield a ranking of the rows for each query, of shape (Q, D), each of the length 1."""
        allowed = self.rows.select(filters)
        errors = np.concatenate([shard.errors for shard in self._shards])
        batch_size = max(1, _SCORES_BYTES // (4 * max(1, len(errors))))
        for first in range(0, len(queries), batch_size):
            some = queries[first : first + batch_size]
            narrow = some.astype(np.float32)
            scores = [
                coarse_scores(shard.codes, shard.scales, narrow, self._threads)
                for shard in self._shards
            ]
            for query, row in zip(some, np.concatenate(scores, axis=1), strict=True):
                yield Ranking(row, errors, self._exactly(query), self._order, allowed)

    def close(self) -> None:
        """Remove temporary indexes."""
        for one in self._parts:
            one.close()

    def _exactly(self, query: Numbers) -> _ExactScores:
        return _ExactScores(self._shards, self._firsts, query)


class _ExactScores:
    """Computes the exact scores of rows of shards."""

    def __init__(self, shards: Sequence[Shard], firsts: Integers, query: Numbers) -> None:
        self._shards, self._firsts, self._query = shards, firsts, query

    def __call__(self, rows: Integers) -> Numbers:
        scores = np.empty(len(rows))
        shard_of_row = np.searchsorted(self._firsts, rows, side="right") - 1
        for number, shard in enumerate(self._shards):
            places = np.flatnonzero(shard_of_row == number)
            for start in range(0, len(places), _EXACT_ROWS):
                some = places[start : start + _EXACT_ROWS]
                vectors = shard.vectors[rows[some] - self._firsts[number]]
                scores[some] = exact_scores(vectors, self._query)
        return scores


def _order(parts: Sequence[OpenParts]) -> Integers | None:
    """Return the place of each row in the order in which rows were written; None if it is that."""
    places: list[Integers] = []
    first = 0
    for one in parts:
        counts = {part.name: part.rows for shard in one.shards for part in shard.facts.parts}
        firsts: dict[str, int] = {}
        for path in one.stats:
            firsts[path.name] = first
            first += counts[path.name]
        places += [
            np.arange(firsts[part.name], firsts[part.name] + part.rows)
            for shard in one.shards
            for part in shard.facts.parts
        ]
    order = np.concatenate([np.empty(0, np.int64), *places])
    return None if (np.diff(order) > 0).all() else order


def _join_rows(shards: Sequence[Shard]) -> Rows:
    pa = import_extra("pyarrow", "bulk")
    tables: list[ArrowTable] = [shard.rows.drop_columns("moment") for shard in shards]
    moments: list[Integers] = [np.empty(0, np.int64)]
    first = 0
    for shard in shards:
        of_shard = as_array(shard.rows.column("moment").combine_chunks(), np.int32)
        moments.append(of_shard.astype(np.int64) + first)
        first += 1 + int(of_shard.max(initial=-1))
    table = tables[0] if len(tables) == 1 else pa.concat_tables(tables).unify_dictionaries()
    return Rows(table, np.concatenate(moments))
