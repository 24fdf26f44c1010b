"""Rows of a dataset without their vectors: what is filtered, and what hits are made of."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np

from twelvelabs_embed._extras import import_extra
from twelvelabs_embed.results.export import ArrowTable
from twelvelabs_embed.results.segments import ALL_COLUMNS, Segment
from twelvelabs_embed.search.dataset import SHOWN, Hit
from twelvelabs_embed.search.filters import Filters
from twelvelabs_embed.search.quantization import Numbers
from twelvelabs_embed.search.ranking import Integers, Mask


class Rows:
    """Rows, by number.

    Args:
        table: their columns; texts are dictionaries, the same in all chunks
        moments: the number of the moment of each row: rows of the same item, scope and time have
            one
    """

    def __init__(self, table: ArrowTable, moments: Integers) -> None:
        self._table = table
        self.moments = moments
        self._codes: dict[str, Integers] = {}

    def __len__(self) -> int:
        return len(self._table)

    def codes(self, name: str) -> Integers:
        """Return the number of the text of each row in a column, shape (N,); -1 for none."""
        if name not in self._codes:
            indices = _one_chunk(self._table, name).indices.fill_null(-1)
            self._codes[name] = as_array(indices, np.int32)
        return self._codes[name]

    def texts(self, name: str) -> list[str]:
        """Return the texts of a column that rows have, by number."""
        texts: list[str] = _one_chunk(self._table, name).dictionary.to_pylist()
        return texts

    @cached_property
    def times(self) -> tuple[Numbers, Numbers]:
        """Start and end of each row, each of shape (N,); NaN for none."""
        start, end = (
            as_array(_one_chunk(self._table, name).fill_null(np.nan), np.float64)
            for name in ("start_sec", "end_sec")
        )
        return start, end

    def select(self, filters: Filters) -> Mask | None:
        """Return which rows are allowed, shape (N,); None for all."""
        masks = [self._having(name, allowed) for name, allowed in filters.values.items()]
        if filters.id_prefixes:
            masks.append(self._starting_with(filters.id_prefixes))
        if filters.start_sec is not None:
            masks.append(self.times[1] > filters.start_sec)
        if filters.end_sec is not None:
            masks.append(self.times[0] < filters.end_sec)
        return np.logical_and.reduce(masks) if masks else None

    def _having(self, name: str, allowed: Sequence[str]) -> Mask:
        return self._where(name, np.array([text in allowed for text in self.texts(name)], np.bool_))

    def _starting_with(self, prefixes: Sequence[str]) -> Mask:
        pa, compute = import_extra("pyarrow", "bulk"), import_extra("pyarrow.compute", "bulk")
        ids = _one_chunk(self._table, "id").dictionary
        found = [
            as_array(compute.starts_with(ids, prefix).cast(pa.uint8()), np.uint8) > 0
            for prefix in prefixes
        ]
        return self._where("id", np.logical_or.reduce(found))

    def _where(self, name: str, texts: Mask) -> Mask:
        """Return which rows have one of some texts; those without any have none."""
        mask: Mask = np.append(texts, False)[self.codes(name)]
        return mask

    def hits(self, rows: Integers, scores: Numbers) -> list[Hit]:
        """Return hits of rows."""
        names = [
            name
            for name in dict.fromkeys((*SHOWN, *ALL_COLUMNS))
            if name in self._table.column_names
        ]
        columns = {name: _one_chunk(self._table, name) for name in names}
        # One by one: `take` would import pandas, as `to_numpy` does.
        found = [
            {name: column[row].as_py() for name, column in columns.items()} for row in rows.tolist()
        ]
        return [
            Hit(
                row["id"],
                float(score),
                row["input_type"],
                Segment(**{name: row.get(name) for name in ALL_COLUMNS}),
            )
            for row, score in zip(found, scores, strict=True)
        ]


def as_array(column: Any, kind: type[np.generic]) -> Any:
    """Return an array of numbers without nulls, in the same memory.

    Not by `to_numpy`, which imports pandas where it is installed: that takes longer than a search.
    """
    if not len(column):
        return np.empty(0, kind)
    offset_bytes = column.offset * np.dtype(kind).itemsize
    return np.frombuffer(column.buffers()[1], kind, len(column), offset_bytes)


def _one_chunk(table: ArrowTable, name: str) -> Any:
    """Return a column as one array."""
    column = table.column(name)
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()
