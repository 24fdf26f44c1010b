"""Store of the parts of a folder, for the process that holds its lock: writes, merges, rewrites."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from threading import RLock

import numpy as np
from attrs import define, frozen

from twelvelabs_embed._extras import import_extra
from twelvelabs_embed._files import expand_path, sync_folder
from twelvelabs_embed.bulk.errors import DamagedFileError, folder_errors
from twelvelabs_embed.bulk.fingerprints import Fingerprint
from twelvelabs_embed.bulk.numbered_files import locked, numbered_paths, remove_temporary_files
from twelvelabs_embed.bulk.part_files import (
    Item,
    PartSummary,
    PartWriter,
    part_paths,
    read_parts,
    with_fingerprints,
)
from twelvelabs_embed.bulk.rewriting import (
    ChangedRows,
    find_rows,
    find_small_tail,
    fit_table,
    group_by_size,
    merge_parts,
    rewrite_part,
    union_schema,
)
from twelvelabs_embed.errors import InvalidInputError, Violation
from twelvelabs_embed.results.export import ArrowTable

__all__ = ["CompactReport", "compact"]

_COPY_ROWS = 8192


@define
class _Part:
    path: Path
    size_bytes: int


class PartStore:
    """The parts of a folder. Several threads may use it; each step is a transaction.

    What writes raises `OSError` if the disk is full or fails: then nothing is left behind, and each
    item has its old rows or its new ones.

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
        """Complete what a process that died did not, and read what the parts have."""
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
        """Write rows as a part; those that replace others wait in a file until `merge_changed`."""
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
        """Merge the last parts, if many of them are small."""
        with self._transaction():
            while count := find_small_tail([part.size_bytes for part in self._parts]):
                if not self._merge(slice(len(self._parts) - count, len(self._parts))):
                    return

    def compact(self) -> None:
        """Merge all parts into as few as their size allows."""
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
        """Put rows that wait to replace others into the parts."""
        with self._transaction():
            if not (paths := numbered_paths(self._folder, "changed")):
                return
            changed = ChangedRows(paths)
            self._rewrite(partial(rewrite_part, changed=changed))
            # A part that was moved away had their old rows.
            if left := list(changed.take_left()):
                pa = import_extra("pyarrow", "bulk")
                schema = union_schema([], *left)
                self.write(pa.concat_tables(fit_table(one, schema) for one in left))
            for path in paths:
                path.unlink(missing_ok=True)
            sync_folder(self._folder)

    def update(self, fingerprints: Mapping[str, Fingerprint]) -> None:
        """Replace the fingerprints of items whose rows stay."""
        if fingerprints:
            self._rewrite(partial(rewrite_part, fingerprints=fingerprints))

    def remove(self, is_gone: Callable[[str], bool]) -> None:
        """Remove the rows of items."""
        self._rewrite(partial(rewrite_part, is_gone=is_gone))

    def _rewrite(self, rewrite: Callable[[Path], bool]) -> None:
        with self._transaction():
            self._list([path for path in self.paths if rewrite(path)])

    # ------------------------------------------------------------------------------------ copying

    def copies(
        self, wanted: Mapping[str, Mapping[str, Fingerprint]]
    ) -> Iterator[tuple[set[str], ArrowTable]]:
        """Yield some ids at a time of items whose content a part has, and all their rows.

        Args:
            wanted: by content, see `item_index.content_key`, the ids and fingerprints of items
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


# ------------------------------------------------------------------- compaction without a run


@frozen(kw_only=True)
class CompactReport:
    """What became of the parts of a folder.

    Attributes:
        parts_before: how many parts there were
        parts_after: how many there are
        size_bytes: their size
    """

    parts_before: int
    parts_after: int
    size_bytes: int


def compact(folder: str | os.PathLike[str]) -> CompactReport:
    """Merge the parts of a folder into as few as possible, of up to 256 MB.

    Runs do so while they write, as far as parts are small. A kill at any moment leaves the rows as
    they are.

    Raises:
        InvalidInputError: there are no parts
        FolderInUseError: a run writes to the folder
        FolderError: the folder cannot be written, or a part cannot be read
    """
    path = expand_path(folder, "folder")
    if not path.is_dir() or not part_paths(path):
        allowed = "a dataset is a folder with part-00000.parquet and so on"
        hint = "Give the folder that a run wrote"
        raise InvalidInputError([Violation("folder", f"{str(path)!r} has no parts", allowed, hint)])
    with folder_errors(path), locked(path):
        remove_temporary_files(path)
        before = len(part_paths(path))
        store = PartStore(path, {})
        store.load()
        store.compact()
        paths = store.paths
        size_bytes = sum(one.stat().st_size for one in paths)
        return CompactReport(parts_before=before, parts_after=len(paths), size_bytes=size_bytes)
