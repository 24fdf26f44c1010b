"""Rewriting of parts: rows of changed items are replaced, rows of items that are gone are removed.

Each part is replaced in one step, so that an item has its old rows or its new ones at any time. New
rows of items that have others wait in `changed-00000.parquet` until the parts have them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from attrs import frozen

from twelvelabs_embed._extras import import_extra
from twelvelabs_embed._files import sync_folder
from twelvelabs_embed.bulk.fingerprints import Fingerprint
from twelvelabs_embed.bulk.item_index import content_key, ids_and_first_rows
from twelvelabs_embed.bulk.links import legacy_ids
from twelvelabs_embed.bulk.numbered_files import numbers_of, opened
from twelvelabs_embed.bulk.part_files import with_fingerprints, write_part
from twelvelabs_embed.bulk.part_merging import fit_table, read_groups, union_schema
from twelvelabs_embed.results.export import ArrowTable


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


@frozen
class Rewrite:
    """What is to be changed in a part.

    Attributes:
        is_gone: whether the rows of an id are to be removed
        changed: rows that replace others
        fingerprints: new ones of items whose rows stay
    """

    is_gone: Callable[[str], bool] = lambda id: False
    changed: ChangedRows | None = None
    fingerprints: Mapping[str, Fingerprint] = {}


def rewrite_part(path: Path, rewrite: Rewrite) -> bool:
    """Change a part in one step. Returns whether it is still there: not if it has no rows left.

    Raises:
        OSError: the disk is full or fails; the part is as it was
        DamagedFileError: it cannot be read
    """
    ids = ids_of_part(path)
    gone = {id for id in ids if rewrite.is_gone(id)}
    new_ids = {id: new for id in ids if rewrite.changed and (new := rewrite.changed.id_for(id))}
    if not (gone or new_ids or any(id in rewrite.fingerprints for id in ids)):
        return True
    added = list(rewrite.changed.take(set(new_ids.values()))) if rewrite.changed else []
    removed = gone.union(new_ids)
    if len(removed) == len(ids) and not added and numbers_of(path)[0] == numbers_of(path)[1]:
        path.unlink()  # a merged one stays, empty: it also stands for those that it replaced
        sync_folder(path.parent)
        return False
    groups = _rewritten(path, list(removed), rewrite.fingerprints)
    schema = union_schema([path], *added)
    if rewrite.fingerprints:
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
