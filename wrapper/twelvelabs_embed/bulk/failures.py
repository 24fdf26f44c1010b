"""Failures of a run: items that failed, their files, and their groups by code.

`errors-00000.parquet` has one row for each item that failed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from attrs import asdict, define, evolve, field, frozen

from twelvelabs_embed._extras import import_extra
from twelvelabs_embed._files import atomic_write, sync_folder
from twelvelabs_embed.bulk.decompression_guard import batches
from twelvelabs_embed.bulk.fingerprints import Fingerprint
from twelvelabs_embed.bulk.ids import IdSet
from twelvelabs_embed.bulk.item_index import ItemIndex
from twelvelabs_embed.bulk.links import legacy_ids, mask_json, mask_links
from twelvelabs_embed.bulk.numbered_files import (
    FileNumbers,
    Folder,
    check_ids,
    numbered_paths,
    opened,
)
from twelvelabs_embed.bulk.part_files import metadata
from twelvelabs_embed.bulk.rows import BAD_ROW, DUPLICATE, Entry, as_json, clean
from twelvelabs_embed.errors import ApiError, TwelveLabsError

__all__ = ["Failure", "FailureGroup", "read_errors", "write_errors"]

_TEXT_COLUMNS = ("id", "input_type", "code", "message", "input")
_SOURCE_COLUMNS = ("source_version", "row_hash")
_MAX_MESSAGES = 5


@frozen
class Failure:
    """An item that failed.

    Attributes:
        id: the item
        input_type: what it was to be embedded as; None when that is not known
        code: the service's short name of the error, or one of this library
        message: what is wrong
        input: the item in the source, as JSON
        attempts: how many requests were sent for it
        failed_at: when it failed
        source_version: the version of its media then; see `fingerprints`
        row_hash: the hash of its row's text and settings then
    """

    id: str
    input_type: str | None
    code: str
    message: str
    input: str
    attempts: int
    failed_at: datetime
    source_version: str | None = None
    row_hash: str | None = None

    @property
    def fingerprint(self) -> Fingerprint | None:
        """What it would have been embedded from; None if that is not known."""
        if self.row_hash is None:
            return None
        return Fingerprint(version=self.source_version, row_hash=self.row_hash)


def failure_of(
    entry: Entry,
    code: str,
    message: str,
    failed_at: datetime,
    attempts: int = 0,
    found: Fingerprint = Fingerprint(),
) -> Failure:
    """Return the failure of an entry of a source."""
    return Failure(
        entry.id,
        entry.input_type,
        code,
        mask_links(clean(message)),
        as_json(entry.row),
        attempts,
        failed_at,
        found.version,
        found.row_hash,
    )


def code_of(error: TwelveLabsError) -> str:
    """Return the short name of an error: the service's, otherwise of its class: `task_failed`."""
    if isinstance(error, ApiError):
        return error.code or f"http_{error.status_code}"
    name = type(error).__name__.removesuffix("Error")
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


@frozen
class FailureGroup:
    """Failures with the same code.

    Attributes:
        code: the service's short name of the error, or one of this library
        count: how many there are
        failures: the first of them, at least one
        messages: messages with their counts, the most frequent first, at most five; none in the
            report of a run
    """

    code: str
    count: int
    failures: Sequence[Failure]
    messages: Sequence[tuple[str, int]] = ()

    @property
    def example(self) -> Failure:
        """The first failure."""
        return self.failures[0]

    def as_document(self) -> dict[str, Any]:
        """Return the group as JSON types."""
        example = {**asdict(self.example), "failed_at": self.example.failed_at.isoformat()}
        for name in _SOURCE_COLUMNS:
            del example[name]
        return {"code": self.code, "count": self.count, "example": example}


@define
class FailureGroups:
    """Failures, counted by code.

    Attributes:
        max_failures: how many of each code are kept
        counts_messages: whether messages are counted, too, which takes memory for each of them
    """

    max_failures: int = 1
    counts_messages: bool = False
    _counts: Counter[str] = field(factory=Counter[str], init=False)
    _failures: dict[str, list[Failure]] = field(factory=dict[str, list[Failure]], init=False)
    _messages: dict[str, Counter[str]] = field(factory=dict[str, Counter[str]], init=False)

    def add(self, failure: Failure) -> None:
        """Count a failure."""
        self._counts[failure.code] += 1
        kept = self._failures.setdefault(failure.code, [])
        if len(kept) < self.max_failures:
            kept.append(failure)
        if self.counts_messages:
            self._messages.setdefault(failure.code, Counter())[failure.message] += 1

    def groups(self) -> tuple[FailureGroup, ...]:
        """Return the groups, the most frequent code first."""
        return tuple(
            FailureGroup(
                code,
                count,
                self._failures[code],
                self._messages.get(code, Counter[str]()).most_common(_MAX_MESSAGES),
            )
            for code, count in sorted(self._counts.items(), key=lambda one: (-one[1], one[0]))
        )


def error_paths(folder: Folder) -> list[Path]:
    """Return the files of failures, in the order in which they were started."""
    return numbered_paths(folder, "errors")


def write_errors(folder: Folder, failures: Sequence[Failure], path: Folder | None = None) -> Path:
    """Write a file of failures: a new one, or a replacement of the one at `path`."""
    pa, parquet = import_extra("pyarrow", "bulk"), import_extra("pyarrow.parquet", "bulk")
    fields = [pa.field(name, pa.string(), name == "input_type") for name in _TEXT_COLUMNS]
    fields.append(pa.field("attempts", pa.int32(), nullable=False))
    fields.append(pa.field("failed_at", pa.timestamp("ms", "UTC"), nullable=False))
    fields += [pa.field(name, pa.string()) for name in _SOURCE_COLUMNS]
    schema = pa.schema(fields, metadata())
    table = pa.Table.from_pylist([asdict(failure) for failure in failures], schema)
    target = Path(path) if path else FileNumbers(folder, "errors").next_path()
    atomic_write(target, lambda file: parquet.write_table(table, file, compression="zstd"))
    return target


def read_errors(folder: Folder) -> Iterator[Failure]:
    """Yield the failures of a folder, in the order in which they were written.

    Raises:
        DamagedFileError: a file of them cannot be read
    """
    for path in error_paths(folder):
        yield from _read_file(path)


def _read_file(path: Path) -> Iterator[Failure]:
    """Yield the failures of one file."""
    with opened(path) as file:
        for batch in batches(file, path, 1024):
            check_ids(batch)
            for row in batch.to_pylist():
                yield _unsigned(Failure(**row))


def _unsigned(failure: Failure) -> Failure:
    """Return a failure without signatures of links, which older datasets have."""
    if "://" not in failure.input and "://" not in failure.message:
        return failure
    return evolve(
        failure,
        id=next(iter(legacy_ids(failure.id)), failure.id),
        message=mask_links(failure.message),
        input=mask_json(failure.input),
    )


# ---------------------------------------------------------------------- failures of earlier runs


class FailureLog:
    """The files of failures of a folder.

    Args:
        folder: an existing folder, which no other process writes
        items: the items that have vectors

    Attributes:
        failed: the ids of items that failed before
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
        """Write failures into a new file."""
        write_errors(self._folder, failures, self._numbers.next_path())

    def compact(self, reported_since: datetime | None = None, seen: IdSet | None = None) -> None:
        """Drop outdated failures: of items that are done, and those that were reported again later.

        Each file stays as it is, or is replaced by one without them.

        Args:
            reported_since: all rows that cannot be read and all duplicate ids were reported again
                since then; older ones are outdated
            seen: the ids of all rows; failures of others are outdated
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
            failures = list(_read_file(path))
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
