"""Rewriting of parts: rows are replaced or removed, and many small parts become a few large ones.

Each part is replaced in one step, so that an item has its old rows or its new ones at any time. New
rows of items that have others wait in `changed-00000.parquet` until the parts have them.

A merged part replaces those it was made of in the moment it gets its name: for those from 3 to 12
`part-00003-00012.parquet`. So a kill at any step leaves the old parts or the new one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise, takewhile
from pathlib import Path
from typing import Any

import numpy as np

from twelvelabs_embed._extras import import_extra
from twelvelabs_embed._files import sync_folder
from twelvelabs_embed.bulk.fingerprints import Fingerprint
from twelvelabs_embed.bulk.item_index import content_key, ids_and_first_rows
from twelvelabs_embed.bulk.links import legacy_ids
from twelvelabs_embed.bulk.numbered_files import merged_path, numbers_of, opened, remove_replaced
from twelvelabs_embed.bulk.part_files import COLUMNS, EXTRA_COLUMNS, with_fingerprints, write_part
from twelvelabs_embed.results.export import ArrowTable, arrow_vectors


class ChangedRows:
    """The rows that are to replace others, in files of their own.

    Args:
        paths: the files `changed-00000.parquet` and so on
    """

    def __init__(self, paths: list[Path]) -> None:
        self._paths = paths
        # A later file has what is newer.
        self._files = {id: path for path in paths for id in ids_of_part(path)}
        self._left = set(self._files)

    def id_for(self, id: str) -> str | None:
        """Return the id of the rows that replace those of an id; None if none do."""
        return next((one for one in (id, *legacy_ids(id)) if one in self._files), None)

    def take(self, ids: set[str]) -> Iterator[ArrowTable]:
        """Yield the rows of some ids."""
        self._left -= ids
        by_path: dict[Path, list[str]] = {}
        for id in sorted(ids):
            by_path.setdefault(self._files[id], []).append(id)
        for path, wanted in by_path.items():
            for group in read_groups(path):
                if (rows := select_ids(group, wanted)).num_rows:
                    yield rows

    def take_left(self) -> Iterator[ArrowTable]:
        """Yield the rows of all ids that no part had."""
        yield from self.take(set(self._left))


def rewrite_part(
    path: Path,
    *,
    is_gone: Callable[[str], bool] | None = None,
    changed: ChangedRows | None = None,
    fingerprints: Mapping[str, Fingerprint] | None = None,
) -> bool:
    """Change a part in one step. Returns whether it is still there: not if it has no rows left.

    Args:
        path: the part
        is_gone: whether the rows of an id are to be removed
        changed: rows that replace others
        fingerprints: new ones of items whose rows stay
    """
    ids, fingerprints = ids_of_part(path), fingerprints or {}
    gone = set(filter(is_gone, ids)) if is_gone else set[str]()
    new_ids = {id: new for id in ids if changed and (new := changed.id_for(id))}
    if not (gone or new_ids or any(id in fingerprints for id in ids)):
        return True
    added = list(changed.take(set(new_ids.values()))) if changed else []
    removed = gone.union(new_ids)
    if len(removed) == len(ids) and not added and numbers_of(path)[0] == numbers_of(path)[1]:
        path.unlink()  # a merged one stays, empty: it also stands for those that it replaced
        sync_folder(path.parent)
        return False
    groups = _rewritten(path, list(removed), fingerprints)
    schema = union_schema([path], *added)
    if fingerprints:
        schema = with_fingerprints(schema.empty_table(), {}).schema
    write_part(path, schema, (fit_table(one, schema) for one in (*groups, *added)))
    return True


def _rewritten(
    path: Path, removed: list[str], fingerprints: Mapping[str, Fingerprint]
) -> Iterator[ArrowTable]:
    for group in read_groups(path):
        rows = select_ids(group, removed, invert=True) if removed else group
        if rows.num_rows:
            yield with_fingerprints(rows, fingerprints) if fingerprints else rows


def select_ids(table: ArrowTable, ids: list[str], *, invert: bool = False) -> ArrowTable:
    """Return the rows of some ids, or with `invert` all others."""
    pa, compute = import_extra("pyarrow", "bulk"), import_extra("pyarrow.compute", "bulk")
    found = compute.is_in(table.column("id"), pa.array(ids, pa.string()))
    return table.filter(compute.invert(found) if invert else found)


def ids_of_part(path: Path) -> list[str]:
    """Return the ids of a part, each once for each row group that has it."""
    with opened(path, ["id"]) as file:
        return [
            id
            for batch in file.iter_batches(columns=["id"])
            for id in ids_and_first_rows(batch.column("id"))[0]
        ]


def ids_of_parts(paths: Iterable[Path]) -> Iterator[str]:
    """Yield the ids of parts; one whose rows are in several row groups repeatedly."""
    for path in paths:
        yield from ids_of_part(path)


_KEY_COLUMNS = ("id", "input_type", "source_version", "row_hash")


def find_rows(path: Path, wanted: Mapping[str, Any]) -> Iterator[tuple[str, ArrowTable]]:
    """Yield the contents among those wanted that a part has, each with the rows of one item."""
    with opened(path) as file:
        names = file.schema_arrow.names
        if not set(_KEY_COLUMNS).issubset(names):
            return
        for number in range(file.num_row_groups):
            keys = file.read_row_group(number, columns=list(_KEY_COLUMNS)).combine_chunks()
            _, first = ids_and_first_rows(keys.column("id").combine_chunks())
            found = {
                key: row["id"]
                for row in keys.take(first).to_pylist()
                if (key := content_key(*(row[name] for name in _KEY_COLUMNS[1:]))) is not None
                and key in wanted
            }
            group = file.read_row_group(number) if found else None
            for key, id in found.items():
                yield key, select_ids(group, [id])


# ------------------------------------------------------------------------------ merging

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
    """Merge parts that follow each other into one, and remove them."""
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
    """Yield the rows of a part, a row group at a time."""
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
