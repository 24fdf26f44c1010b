"""Index: a dataset that is open to be searched again and again.

from twelvelabs_embed import TwelveLabs
from twelvelabs_embed.search import Index

with TwelveLabs() as client, Index("vectors") as index:
    index.search("a dog jumping", client=client, option="visual")
    index.search("a dog jumping", client=client, fusion="rrf", scope="clip", merge_gap_sec=1)
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Self, TypeAlias, Unpack

import numpy as np
from attrs import evolve
from msgspec.structs import replace

from twelvelabs_embed._http.methods import spells_out
from twelvelabs_embed.results.embeddings import Embeddings
from twelvelabs_embed.results.segments import Segment
from twelvelabs_embed.search.dataset import DatasetInfo, Hit, Where, find_sources
from twelvelabs_embed.search.filters import as_filters
from twelvelabs_embed.search.fusion import Fused, as_weights, fuse
from twelvelabs_embed.search.index_files import open_parts
from twelvelabs_embed.search.lance_table import LanceTable
from twelvelabs_embed.search.moments import Group, find_groups
from twelvelabs_embed.search.options import SearchArguments, SearchOptions
from twelvelabs_embed.search.queries import Query, query_vector
from twelvelabs_embed.search.ranking import Ranking
from twelvelabs_embed.search.rows import Rows
from twelvelabs_embed.search.shards import OnProgress
from twelvelabs_embed.search.snapshots import PartsSnapshot

if TYPE_CHECKING:
    from twelvelabs_embed.client import TwelveLabs

__all__ = ["Index"]

_MAX_THREADS = 4

Snapshot: TypeAlias = PartsSnapshot | LanceTable
"""A dataset as it is at one time."""


class Index:
    """A dataset that is open to be searched, by any number of threads.

    An index is kept in the folder `index` beside the parts: made when it is first needed, and
    renewed when parts were added, removed or replaced, also while it is open. It takes about 2.6
    kB for a vector of 512 numbers. Where it cannot be written, and for parts that are given one by
    one, it is made in a temporary folder. A LanceDB table needs none.

    Args:
        where: the folder that a run wrote, or several, which are searched as one; or some parts;
            or a LanceDB table
        on_progress: is called with how many rows are in the index and how many there are, while it
            is made

    Attributes:
        where: the dataset

    Raises:
        InvalidInputError: there are no parts, or one decompresses to much more than its size
        ModelMismatchError: the parts have different models or dimensions
        DamagedFileError: a part cannot be read
        FolderError: the index cannot be written, not in a temporary folder either
        MissingDependencyError: pyarrow (extra `bulk`) or lancedb (extra `lancedb`) is missing
    """

    def __init__(self, where: Where, *, on_progress: OnProgress | None = None) -> None:
        self.where = where if isinstance(where, (str, os.PathLike)) else list(where)
        self._on_progress = on_progress
        self._threads = ThreadPoolExecutor(min(_MAX_THREADS, os.cpu_count() or 1))
        self._lock = Lock()
        self._snapshot: Snapshot | None = None
        try:
            self._snapshot = self._open()
        except BaseException:
            self.close()
            raise

    def _open(self) -> Snapshot:
        sources = find_sources(self.where)
        if isinstance(sources, Path):
            return LanceTable(sources)
        opened = [open_parts(source, self._on_progress) for source in sources]
        return PartsSnapshot(opened, self._threads)

    def _current(self) -> Snapshot:
        """Return the dataset as it is now."""
        with self._lock:
            before = self._snapshot
            if before is None:
                raise ValueError("the index is closed")
            if not before.is_current:
                self._snapshot = self._open()
                before.close()
            return self._snapshot or before

    def close(self) -> None:
        """End its threads, and remove what is temporary. Files are unmapped with the object."""
        self._threads.shutdown()
        with self._lock:
            if self._snapshot is not None:
                self._snapshot.close()
            self._snapshot = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def info(self) -> DatasetInfo:
        """What there is to search."""
        return self._current().info

    @spells_out(SearchOptions)
    def search(
        self,
        query: Query,
        *,
        client: TwelveLabs | None = None,
        **options: Unpack[SearchArguments],
    ) -> list[Hit]:
        """Find the segments that are nearest to a query, nearest first; see `search`."""
        return self.search_many([query], client=client, **options)[0]

    @spells_out(SearchOptions)
    def search_many(
        self,
        queries: Iterable[Query] | Embeddings,
        *,
        client: TwelveLabs | None = None,
        **options: Unpack[SearchArguments],
    ) -> list[list[Hit]]:
        """Find the segments that are nearest to each of many queries; all are compared in one pass.

        Args:
            queries: `Embeddings`, of which each vector is a query; an array of shape (Q, D); or
                several of what `search` takes
            client: as for `search`
            top, option, scope, input_type, id_prefix, start_sec, end_sec: as for `search`
            fusion, weights, merge_gap_sec, max_per_item: as for `search`

        Raises:
            ValueError: the index is closed; the other errors are those of `search`
        """
        return self._search(queries, client, SearchOptions(**options))

    def _search(
        self,
        queries: Iterable[Query] | Embeddings,
        client: TwelveLabs | None,
        options: SearchOptions,
    ) -> list[list[Hit]]:
        snapshot = self._current()
        info = snapshot.info
        # Each vector of `Embeddings` is again `Embeddings`, so that the model is compared.
        if isinstance(queries, Embeddings):
            each: list[Any] = [queries[number] for number in range(len(queries))]
        else:
            each = list(queries)
        if info.model is None:
            return [[] for _ in each]
        filters = as_filters(info, options)
        if options.weights is not None:  # before anything is sent
            as_weights(options.weights, [*info.options, *info.input_types])
        vectors = [query_vector(query, info.model, info.dimensions, client) for query in each]
        matrix = np.array(vectors).reshape(len(vectors), info.dimensions)
        is_plain = options.fusion is None and not options.groups_hits
        if is_plain and isinstance(snapshot, LanceTable):
            return [snapshot.nearest(vector, filters, options.top) for vector in matrix]
        rankings = snapshot.rank(matrix, filters) if len(matrix) else ()
        return [_find(ranking, snapshot.rows, options) for ranking in rankings]


def _find(ranking: Ranking, rows: Rows, options: SearchOptions) -> list[Hit]:
    fused = fuse(ranking, rows, options) if options.fusion else None
    best = fused.ranking.best if fused else ranking.best
    if fused is None and not options.groups_hits:
        return rows.hits(*best(options.top))
    return _as_hits(find_groups(best, rows, fused, options), rows, fused)


def _as_hits(groups: Sequence[Group], rows: Rows, fused: Fused | None) -> list[Hit]:
    best = np.array([group.members[0] for group in groups], np.int64)
    scores = np.array([group.score for group in groups])
    hits = rows.hits(fused.first_rows[best] if fused else best, scores)
    return [_joined(hit, group, fused) for hit, group in zip(hits, groups, strict=True)]


def _joined(hit: Hit, group: Group, fused: Fused | None) -> Hit:
    segment, by_label = hit.segment, dict[str, float]()
    if len(group.members) > 1:
        segment = Segment(segment.option, segment.scope, group.start_sec, group.end_sec)
    if fused:
        segment = replace(segment, option=None)
        for scores in fused.scores_by_label(np.array(group.members)):
            by_label |= {name: max(one, by_label.get(name, -1)) for name, one in scores.items()}
    return evolve(hit, segment=segment, scores=by_label, merged=len(group.members))
