"""Merging of parts: many small ones become a few large ones, with the same rows in their order.

A merged part replaces those it was made of in the moment it gets its name: for those from 3 to 12
`part-00003-00012.parquet`. So a kill at any step leaves the old parts or the new one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise, takewhile
from pathlib import Path
from typing import Any

import numpy as np

from twelvelabs_embed._extras import import_extra
from twelvelabs_embed._files import sync_folder
from twelvelabs_embed.bulk.numbered_files import merged_path, opened, remove_replaced
from twelvelabs_embed.bulk.part_files import COLUMNS, EXTRA_COLUMNS, write_part
from twelvelabs_embed.results.export import ArrowTable, arrow_vectors

MAX_PART_BYTES = 256 << 20
_MIN_MERGED = 8
# Parts between two limits are merged when there are `_MIN_MERGED` of them. A limit is as many times
# the one before, so that what is merged is above it. Larger parts stay as they are.
_LIMITS_BYTES = [(4 << 10) * _MIN_MERGED**power for power in range(5)]  # up to 16 MB
_GROUP_BYTES = 32 << 20


def find_small_tail(sizes: Sequence[int]) -> int:
    """Return how many of the last parts are to be merged into one; 0 for none.

    A row is written again about once for each limit.
    """
    for least, limit in pairwise([0, *_LIMITS_BYTES]):
        tail = list(takewhile(lambda size: size < limit, reversed(sizes)))  # noqa: B023
        if sum(size >= least for size in tail) >= _MIN_MERGED:
            return len(tail)
    return 0


def group_by_size(sizes: Sequence[int]) -> Iterator[slice]:
    """Yield which neighbours to merge so that parts have up to `MAX_PART_BYTES`."""
    start, total = 0, 0
    for index, size in enumerate(sizes):
        if total and total + size > MAX_PART_BYTES:
            if index - start > 1:
                yield slice(start, index)
            start, total = index, 0
        total += size
    if len(sizes) - start > 1:
        yield slice(start, len(sizes))


def merge_parts(paths: Sequence[Path]) -> Path:
    """Merge parts that follow each other into one, and remove them.

    Raises:
        OSError: the disk is full or fails; the parts are as they were
        DamagedFileError: one of them cannot be read
    """
    schema, target = union_schema(paths), merged_path(paths)
    tables = (group for path in paths for group in read_groups(path))
    write_part(target, schema, _joined(fit_table(one, schema) for one in tables))
    remove_replaced(paths)
    sync_folder(target.parent)
    return target


def union_schema(paths: Iterable[Path], *more: ArrowTable) -> Any:
    """Return the schema with the columns of all parts, with the metadata of the first."""
    pa = import_extra("pyarrow", "bulk")
    schemas = [table.schema for table in more]
    for path in paths:
        with opened(path) as file:
            schemas.append(file.schema_arrow)
    fields: dict[str, Any] = {}
    for schema in schemas:
        for field in schema:
            fields.setdefault(field.name, field)
    names = [name for name in (*COLUMNS, *EXTRA_COLUMNS) if name in fields]
    names += [name for name in fields if name not in names]
    return pa.schema([fields[name] for name in names], schemas[0].metadata)


def fit_table(table: ArrowTable, schema: Any) -> ArrowTable:
    """Return rows with the columns of a schema: null where they have none, NaN for numbers."""
    pa = import_extra("pyarrow", "bulk")
    for name in schema.names:
        if name not in table.column_names:
            kind = schema.field(name).type
            if pa.types.is_fixed_size_list(kind):
                shape = (table.num_rows, kind.list_size)
                column = arrow_vectors(np.full(shape, np.nan, np.float32))
            else:
                column = pa.nulls(table.num_rows, kind)
            table = table.append_column(name, column)
    return table.select(schema.names).cast(schema)


def read_groups(path: Path) -> Iterator[ArrowTable]:
    """Yield the rows of a part, a row group at a time.

    Raises:
        DamagedFileError: it cannot be read
    """
    with opened(path) as file:
        for number in range(file.num_row_groups):
            yield file.read_row_group(number)


def _joined(tables: Iterable[ArrowTable]) -> Iterator[ArrowTable]:
    """Join tables until they have the size of a row group; none is split, as no item may be."""
    pa = import_extra("pyarrow", "bulk")
    waiting: list[ArrowTable] = []
    for table in tables:
        waiting.append(table)
        if sum(one.nbytes for one in waiting) >= _GROUP_BYTES:
            yield pa.concat_tables(waiting).combine_chunks()
            waiting = []
    if waiting:
        yield pa.concat_tables(waiting).combine_chunks()
