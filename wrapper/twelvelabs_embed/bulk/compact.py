"""Compaction of a folder that no run is writing."""

from __future__ import annotations

import os

from attrs import frozen

from twelvelabs_embed._files import expand_path
from twelvelabs_embed.bulk.errors import folder_errors
from twelvelabs_embed.bulk.numbered_files import locked, remove_temporary_files
from twelvelabs_embed.bulk.part_files import part_paths
from twelvelabs_embed.bulk.part_store import PartStore
from twelvelabs_embed.errors import InvalidInputError, Violation

__all__ = ["CompactReport", "compact"]


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
