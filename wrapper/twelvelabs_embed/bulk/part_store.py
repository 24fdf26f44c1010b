"""Store of the parts of a folder, for the process that holds its lock: writes, merges, rewrites."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import RLock

import numpy as np
from attrs import define

from twelvelabs_embed._extras import import_extra
from twelvelabs_embed._files import sync_folder
from twelvelabs_embed.bulk.errors import DamagedFileError
from twelvelabs_embed.bulk.fingerprints import Fingerprint
from twelvelabs_embed.bulk.numbered_files import numbered_paths
from twelvelabs_embed.bulk.part_files import (
    Item,
    PartSummary,
    PartWriter,
    read_parts,
    with_fingerprints,
)
from twelvelabs_embed.bulk.part_merging import (
    find_small_tail,
    fit_table,
    group_by_size,
    merge_parts,
    union_schema,
)
from twelvelabs_embed.bulk.rewriting import (
    ChangedRows,
    Rewrite,
    find_rows,
    rewrite_part,
)
from twelvelabs_embed.results.export import ArrowTable

_COPY_ROWS = 8192


@define
class _Part:
    path: Path
    size_bytes: int


class PartStore:
    """The parts of a folder. Several threads may use it; each step is a transaction.

    Args:
        folder: an existing folder, which no other process writes
        about: the metadata of each part, such as the id of the run
    """

    def __init__(self, folder: Path, about: Mapping[str, str]) -> None:
        self._folder = folder
        self._about = about
        self._lock = RLock()
        self._parts: list[_Part] = []
        self._writers: dict[str, PartWriter] = {}

    @property
    def paths(self) -> list[Path]:
        """The parts, in their order."""
        with self._lock:
            return [part.path for part in self._parts]

    def load(self) -> PartSummary:
        """Complete what a process that died did not, and read what the parts have.

        Raises:
            ModelMismatchError: the parts have vectors of different lengths
            DamagedFileError: one cannot be read
            OSError: the disk is full or fails
        """
        with self._transaction():
            self._list(numbered_paths(self._folder, "part"))
            self.merge_changed()
            return read_parts(self.paths)

    @contextmanager
    def _transaction(self) -> Generator[None]:
        """Let no other thread in; after an error, see what is there."""
        with self._lock:
            try:
                yield
            except BaseException:
                self._list(numbered_paths(self._folder, "part"))
                raise

    def _list(self, paths: Iterable[Path]) -> None:
        self._parts = []
        for path in paths:
            try:
                self._parts.append(_Part(path, path.stat().st_size))
            except OSError as error:  # a symbolic link that leads nowhere
                raise DamagedFileError(path, error) from error

    # ------------------------------------------------------------------------------------ writing

    def table(
        self, items: Sequence[Item], dimensions: int, fingerprints: Mapping[str, Fingerprint]
    ) -> ArrowTable:
        """Return the rows of some items, for `write`."""
        return self._writer("part", dimensions).table(items, fingerprints)

    def write(self, table: ArrowTable, *, replaces: bool = False) -> None:
        """Write rows as a part; those that replace others wait in a file until `merge_changed`.

        Raises:
            OSError: the disk is full or fails; nothing is left behind
        """
        kind = "changed" if replaces else "part"
        dimensions = table.schema.field("vector").type.list_size
        with self._transaction():
            path = self._writer(kind, dimensions).write_table(table)
            if not replaces:
                self._parts.append(_Part(path, path.stat().st_size))

    def _writer(self, kind: str, dimensions: int) -> PartWriter:
        with self._lock:
            if kind not in self._writers:
                writer = PartWriter(self._folder, dimensions, self._about, kind)
                self._writers[kind] = writer
            return self._writers[kind]

    # --------------------------------------------------------------------------------- compaction

    def compact_tail(self) -> None:
        """Merge the last parts, if many of them are small.

        Raises:
            OSError: the disk is full or fails; the parts are as they were
        """
        with self._transaction():
            while count := find_small_tail([part.size_bytes for part in self._parts]):
                if not self._merge(slice(len(self._parts) - count, len(self._parts))):
                    return

    def compact(self) -> None:
        """Merge all parts into as few as their size allows.

        Raises:
            OSError: the disk is full or fails; the rows are as they were
        """
        with self._transaction():
            sizes = [part.size_bytes for part in self._parts]
            for which in reversed(list(group_by_size(sizes))):
                if not self._merge(which):
                    return

    def _merge(self, which: slice) -> bool:
        # What another process put between them would count as replaced.
        if (paths := numbered_paths(self._folder, "part")) != self.paths:
            self._list(paths)
            return False
        path = merge_parts([part.path for part in self._parts[which]])
        self._parts[which] = [_Part(path, path.stat().st_size)]
        return True

    # ---------------------------------------------------------------------------------- rewriting

    def merge_changed(self) -> None:
        """Put rows that wait to replace others into the parts.

        Raises:
            OSError: the disk is full or fails; each item has its old rows or its new ones
        """
        with self._transaction():
            if not (paths := numbered_paths(self._folder, "changed")):
                return
            changed = ChangedRows(paths)
            self._rewrite(Rewrite(changed=changed))
            # A part that was moved away had their old rows.
            if left := list(changed.take_left()):
                pa = import_extra("pyarrow", "bulk")
                schema = union_schema([], *left)
                self.write(pa.concat_tables(fit_table(one, schema) for one in left))
            for path in paths:
                path.unlink(missing_ok=True)
            sync_folder(self._folder)

    def update(self, fingerprints: Mapping[str, Fingerprint]) -> None:
        """Replace the fingerprints of items whose rows stay.

        Raises:
            OSError: the disk is full or fails; each part has the old ones or the new ones
        """
        if fingerprints:
            self._rewrite(Rewrite(fingerprints=fingerprints))

    def remove(self, is_gone: Callable[[str], bool]) -> None:
        """Remove the rows of items.

        Raises:
            OSError: the disk is full or fails; each item has all its rows or none
        """
        self._rewrite(Rewrite(is_gone=is_gone))

    def _rewrite(self, rewrite: Rewrite) -> None:
        with self._transaction():
            self._list([path for path in self.paths if rewrite_part(path, rewrite)])

    # ------------------------------------------------------------------------------------ copying

    def copies(
        self, wanted: Mapping[str, Mapping[str, Fingerprint]]
    ) -> Iterator[tuple[set[str], ArrowTable]]:
        """Yield the rows of items that have the same content as one that has vectors.

        Args:
            wanted: by content, see `item_index.content_key`, the ids and fingerprints of items

        Returns:
            some of the ids at a time, and all their rows. Contents that no part has are omitted
        """
        left = dict(wanted)
        with self._lock:
            for path in [*self.paths, *numbered_paths(self._folder, "changed")]:
                for key, rows in find_rows(path, left) if left else ():
                    if (items := left.pop(key, None)) is not None:
                        yield from _copies(rows, items)


def _copies(
    rows: ArrowTable, items: Mapping[str, Fingerprint]
) -> Iterator[tuple[set[str], ArrowTable]]:
    pa = import_extra("pyarrow", "bulk")
    ids, step = list(items), max(_COPY_ROWS // rows.num_rows, 1)
    place = rows.column_names.index("id")
    for begin in range(0, len(ids), step):
        some = ids[begin : begin + step]
        repeated = np.repeat(np.array(some, object), rows.num_rows)
        table = rows.take(np.tile(np.arange(rows.num_rows), len(some)))
        field = rows.schema.field("id")
        table = table.set_column(place, field, pa.array(repeated))
        yield set(some), with_fingerprints(table, {id: items[id] for id in some})
