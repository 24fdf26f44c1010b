"""Failures of earlier runs into a folder: what is not tried again, and which are outdated."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from twelvelabs_embed._files import sync_folder
from twelvelabs_embed.bulk.failures import (
    Failure,
    error_paths,
    read_error_file,
    read_errors,
    write_errors,
)
from twelvelabs_embed.bulk.fingerprints import Fingerprint
from twelvelabs_embed.bulk.id_set import IdSet
from twelvelabs_embed.bulk.item_index import ItemIndex
from twelvelabs_embed.bulk.numbered_files import FileNumbers
from twelvelabs_embed.bulk.rows import BAD_ROW, DUPLICATE, Entry, as_json


class FailureLog:
    """The files of failures of a folder.

    Args:
        folder: an existing folder, which no other process writes
        items: the items that have vectors

    Attributes:
        failed: the ids of items that failed before

    Raises:
        DamagedFileError: a file of failures cannot be read
        OSError: the disk is full or fails
    """

    def __init__(self, folder: Path, items: ItemIndex) -> None:
        self._folder, self._items = folder, items
        self._numbers = FileNumbers(folder, "errors")
        self._repaired = IdSet()  # failed before, and have vectors now
        self.compact()
        # The failed ids, and the same with their rows and the versions of their media.
        self.failed, self._known = IdSet(), IdSet()
        for failure in read_errors(folder):
            found = failure.fingerprint
            self._known.add(failure.id, failure.input, "" if found is None else _state_of(found))
            if failure.code != DUPLICATE:
                self.failed.add(failure.id)

    def has_failed(self, entry: Entry, found: Fingerprint) -> bool:
        """Return whether an entry failed before as it is now."""
        if not len(self._known):
            return False
        row = as_json(entry.row)
        return any(self._known.has(entry.id, row, state) for state in ("", _state_of(found)))

    def note_done(self, id: str) -> None:
        """Note that an item has vectors of what it is now, so that its failures are outdated."""
        if id in self.failed:  # no longer
            self._repaired.add(id)

    def write(self, failures: Sequence[Failure]) -> None:
        """Write failures into a new file.

        Raises:
            OSError: the disk is full or fails; nothing is left behind
        """
        write_errors(self._folder, failures, self._numbers.next_path())

    def compact(self, reported_since: datetime | None = None, seen: IdSet | None = None) -> None:
        """Drop outdated failures: of items that are done, and those that were reported again later.

        Args:
            reported_since: all rows that cannot be read and all duplicate ids were reported again
                since then; older ones are outdated
            seen: the ids of all rows; failures of others are outdated

        Raises:
            OSError: the disk is full or fails; each file is as it was, or without them
        """
        later = IdSet()

        def is_outdated(failure: Failure) -> bool:
            has_own_id = failure.code != DUPLICATE
            key = (failure.id,) if has_own_id else (failure.id, failure.input)
            return (
                not later.add(*key)
                or (has_own_id and self._is_done(failure))
                or (seen is not None and failure.id not in seen)
                or (
                    failure.code in (DUPLICATE, BAD_ROW)
                    and reported_since is not None
                    and failure.failed_at < reported_since
                )
            )

        for path in reversed(error_paths(self._folder)):
            failures = list(read_error_file(path))
            kept = [one for one in reversed(failures) if not is_outdated(one)]
            if not kept:
                path.unlink()
                sync_folder(self._folder)
            elif len(kept) < len(failures):
                write_errors(self._folder, kept[::-1], path)

    def _is_done(self, failure: Failure) -> bool:
        """Return whether an item has vectors of what failed, or of what it was after that."""
        if failure.id in self._repaired:
            return True
        known, found = self._items.get(failure.id), failure.fingerprint
        return known is not None and (found is None or not known.has_row or known.is_from(found))


def _state_of(found: Fingerprint) -> str:
    """Return the version of a file; a dash where there is none, or for a link."""
    version = found.version if found.is_of_file else None
    return version or "-"
