"""LanceDB tables with the columns of a part."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from twelvelabs_embed._extras import import_extra
from twelvelabs_embed.bulk.part_files import vectors_of
from twelvelabs_embed.errors import InvalidInputError
from twelvelabs_embed.results.segments import ALL_COLUMNS
from twelvelabs_embed.search.dataset import (
    DESCRIBED,
    SHOWN,
    DatasetInfo,
    Hit,
    as_info,
    dimensions_of,
    no_parts,
    values_of,
)
from twelvelabs_embed.search.filters import Filters
from twelvelabs_embed.search.quantization import Numbers, exact_scores
from twelvelabs_embed.search.ranking import Integers, Ranking
from twelvelabs_embed.search.rows import Rows
from twelvelabs_embed.search.shards import encoded, number_moments

_BATCH_ROWS = 4096


class LanceTable:
    """A LanceDB table."""

    def __init__(self, path: Path) -> None:
        if not path.is_dir():
            raise InvalidInputError([no_parts(path, "does not exist")])
        lancedb = import_extra("lancedb", "lancedb")
        self._database = lancedb.connect(path.parent)
        self._name = path.stem
        self._table = self._database.open_table(self._name)
        self._dimensions = dimensions_of(self._table.schema, path)

    @property
    def is_current(self) -> bool:
        """Whether the table has not been written to since."""
        return bool(self._database.open_table(self._name).version == self._table.version)

    @cached_property
    def info(self) -> DatasetInfo:
        """What there is to search."""
        table = self._table.search().select(list(DESCRIBED)).to_arrow()
        return as_info(values_of(table), table.num_rows, self._dimensions)

    @cached_property
    def rows(self) -> Rows:
        """All rows, without vectors."""
        names = dict.fromkeys((*SHOWN, *ALL_COLUMNS))
        there = [name for name in names if name in self._table.schema.names]
        table = encoded(self._table.search().select(there).to_arrow())
        return Rows(table, number_moments(table).astype(np.int64))

    def rank(self, queries: Numbers, filters: Filters) -> Iterator[Ranking]:
        """Yield a ranking of the rows for each query. All vectors are read and compared exactly."""
        allowed = self.rows.select(filters)
        scores = np.empty((len(queries), len(self.rows)))
        first = 0
        for batch in self._table.search().select(["vector"]).to_batches(_BATCH_ROWS):
            vectors = vectors_of(batch)
            for number, query in enumerate(queries):
                scores[number, first : first + len(vectors)] = exact_scores(vectors, query)
            first += len(vectors)
        for of_query in scores:
            yield Ranking(of_query, np.zeros(1), of_query.__getitem__, None, allowed)

    def close(self) -> None:
        """Do nothing: nothing is temporary."""

    def nearest(self, query: Numbers, filters: Filters, top: int) -> list[Hit]:
        """Return the nearest rows as the database finds them: by its index, if it has one."""
        found = self._table.search(query.astype(np.float32), vector_column_name="vector")
        found = found.distance_type("cosine").limit(top)
        if condition := filters.as_sql():
            found = found.where(condition, prefilter=True)
        table: Any = found.to_arrow()
        scores = exact_scores(vectors_of(table), query)
        best: Integers = np.argsort(-scores, kind="stable")
        encoded_rows = encoded(
            table.select([name for name in table.column_names if name != "vector"])
        )
        return Rows(encoded_rows, best).hits(best, scores[best])
