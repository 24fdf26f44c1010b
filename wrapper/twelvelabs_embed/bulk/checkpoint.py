"""Checkpoint of a run: its folder with what is done, what failed, and what waits to be written.

run.json                 what the run embeds with; another model or other settings are rejected
part-00000.parquet       vectors; see `part_files`
errors-00000.parquet     failures
tasks.jsonl              running tasks, so that they are collected and not created again
.lock                    held by the process that runs
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Self

from attrs import define, evolve, field
from filelock import FileLock, Timeout

from twelvelabs_embed._extras import import_extra
from twelvelabs_embed._files import UnsyncedNameError, sync_folder
from twelvelabs_embed.bulk.decompression_guard import batches
from twelvelabs_embed.bulk.errors import FolderError, FolderInUseError
from twelvelabs_embed.bulk.failures import (
    Failure,
    error_paths,
    read_error_file,
    read_errors,
    write_errors,
)
from twelvelabs_embed.bulk.id_set import IdSet
from twelvelabs_embed.bulk.numbered_files import opened, remove_temporary_files
from twelvelabs_embed.bulk.part_files import (
    PartWriter,
    check_length,
    part_paths,
    read_dimensions,
    read_ids,
)
from twelvelabs_embed.bulk.plan import RunPlan, check_plan, write_plan
from twelvelabs_embed.bulk.rows import BAD_ROW, DUPLICATE
from twelvelabs_embed.bulk.sinks import Sink, open_sink
from twelvelabs_embed.bulk.task_log import TaskLog
from twelvelabs_embed.retry import Clock

if TYPE_CHECKING:
    from twelvelabs_embed.results.embeddings import Embeddings

__all__ = ["Checkpoint"]

_MAX_BYTES = 64 << 20  # of vectors that wait to be written
# A part is written when this share of the maximum waits: the rest is for what comes meanwhile.
_DUE_SHARE = 0.75


@define
class _Buffer:
    """What waits to be written, since `first_sec`."""

    items: list[tuple[str, Embeddings]] = field(factory=list["tuple[str, Embeddings]"])
    failures: list[Failure] = field(factory=list[Failure])
    rows: int = 0
    bytes: int = 0
    first_sec: float = math.inf

    def drop_items(self) -> None:
        """Remove the vectors."""
        self.items, self.rows, self.bytes = [], 0, 0

    def extend(self, later: _Buffer) -> None:
        """Append what came later."""
        self.items += later.items
        self.failures += later.failures
        self.rows += later.rows
        self.bytes += later.bytes
        self.first_sec = min(self.first_sec, later.first_sec)


class Checkpoint:
    """The folder of a run, locked in a `with`. Any thread may add to it; one at a time may write.

    Args:
        folder: is created if needed
        plan: what the run embeds with
        flush_rows: how many rows may wait to be written
        flush_sec: a part is due when a row has waited for so many seconds
        sink: also gets the rows: an address is opened and closed, a `Sink` is closed by the caller
        clock: time

    Attributes:
        done: the ids of items that had their vectors before this run
        failed: the ids of items that failed before
        known: the same ids, each with its row
        tasks: the running tasks
        dimensions: how many numbers a vector has; None before the first
    """

    def __init__(
        self,
        folder: str | os.PathLike[str],
        plan: RunPlan,
        flush_rows: int,
        flush_sec: float,
        sink: Sink | str | None = None,
        clock: Clock = Clock(),
    ) -> None:
        self.folder = Path(folder)
        self._plan = plan
        self._flush_rows = flush_rows
        self._flush_sec = flush_sec
        self._given_sink = sink
        self._sink: Sink | None = None
        self._clock = clock
        self._file_lock = FileLock(self.folder / ".lock", thread_local=False)
        self._lock = Lock()  # held briefly, and not while a part is written
        self._waiting = _Buffer()
        self._writing = _Buffer()
        self.done = self.failed = self.known = IdSet()
        self.tasks = TaskLog(self.folder)
        self.dimensions: int | None = None

    def __enter__(self) -> Self:
        with self._translate_errors():
            self.folder.mkdir(parents=True, exist_ok=True)
            try:
                self._file_lock.acquire(blocking=False)
            except Timeout:
                raise FolderInUseError(self.folder) from None
        try:
            with self._translate_errors():
                self._load()
            self._open_sink()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._file_lock.release()
        if self._sink is not None and isinstance(self._given_sink, str):
            self._sink.close()

    # ------------------------------------------------------------------------------------ reading

    def _load(self) -> None:
        remove_temporary_files(self.folder)
        self._load_plan()
        self.dimensions = read_dimensions(self.folder)
        self.done = read_ids(self.folder)
        self.compact_failures()
        self._load_failures()
        self.tasks.load(self.done)

    def _load_plan(self) -> None:
        """Resume with the plan of the folder, or start one."""
        before = check_plan(self.folder, self._plan)
        if before is None:
            if part_paths(self.folder):
                raise FolderError(f"{self.folder} has parts, but no run.json: take another folder")
            self._plan = evolve(self._plan, created_at=self._clock.now().isoformat())
        else:
            self._plan = evolve(
                self._plan,
                run_id=before.run_id,
                created_at=before.created_at,
                sinks=before.sinks,
            )
        if self._plan != before:
            write_plan(self.folder, self._plan)

    def _open_sink(self) -> None:
        """Open the sink, and write the rows of all parts to it, unless it has them."""
        given = self._given_sink
        if given is None:
            self._record_sinks([])
            return
        self._sink = sink = open_sink(given) if isinstance(given, str) else given
        sink.check(self._plan.model, self.dimensions)
        if sink.address not in self._plan.sinks:
            pa = import_extra("pyarrow", "bulk")
            for path in part_paths(self.folder):
                for batch in _read_batches(path):
                    sink.write(pa.Table.from_batches([batch]))
        self._record_sinks([sink.address])

    def _record_sinks(self, addresses: list[str]) -> None:
        """Record which sinks have all rows: one that is not used in this run will lack some."""
        if self._plan.sinks != addresses:
            self._plan = evolve(self._plan, sinks=addresses)
            with self._translate_errors():
                write_plan(self.folder, self._plan)

    def _load_failures(self) -> None:
        self.failed, self.known = IdSet(), IdSet()
        for failure in read_errors(self.folder):
            self.known.add(failure.id, failure.input)
            if failure.code != DUPLICATE:
                self.failed.add(failure.id)

    # ------------------------------------------------------------------------------------ writing

    def add(self, id: str, embeddings: Embeddings) -> None:
        """Add the vectors of an item, to be written with the next part.

        Raises:
            ModelMismatchError: they have another length than those before
        """
        with self._lock:
            dimensions = self.dimensions or embeddings.vectors.shape[1]
            check_length(id, embeddings, dimensions)
            self.dimensions = dimensions
            waiting = self._started_buffer()
            waiting.items.append((id, embeddings))
            waiting.rows += len(embeddings)
            waiting.bytes += embeddings.vectors.nbytes
            if id in self.failed:  # no longer
                self.done.add(id)

    def add_failure(self, failure: Failure) -> None:
        """Add a failure, to be written with the next part."""
        with self._lock:
            self._started_buffer().failures.append(failure)

    def _started_buffer(self) -> _Buffer:
        waiting = self._waiting
        if not (waiting.items or waiting.failures):
            waiting.first_sec = self._clock.monotonic()
        return waiting

    @property
    def is_full(self) -> bool:
        """Whether no more may be added before a part is written."""
        waiting, writing = self._waiting, self._writing
        return (
            waiting.rows + writing.rows >= self._flush_rows
            or len(waiting.failures) + len(writing.failures) >= self._flush_rows
            or waiting.bytes + writing.bytes >= _MAX_BYTES
        )

    @property
    def is_due(self) -> bool:
        """Whether enough waits for a part."""
        waiting, rows = self._waiting, _DUE_SHARE * self._flush_rows
        return (
            waiting.rows >= rows
            or len(waiting.failures) >= rows
            or waiting.bytes >= _DUE_SHARE * _MAX_BYTES
        )

    def flush_if_due(self) -> None:
        """Write what waits if it is enough, or has waited long enough.

        Raises:
            FolderError: the folder cannot be written; everything continues to wait
        """
        waited_sec = self._clock.monotonic() - self._waiting.first_sec
        if self.is_due or waited_sec >= self._flush_sec:
            self.flush()

    def flush(self) -> None:
        """Write everything that waits.

        Raises:
            FolderError: the folder cannot be written; everything continues to wait
        """
        with self._lock:
            self._writing, self._waiting = self._waiting, _Buffer()
        try:
            self._write(self._writing)
        except BaseException:
            with self._lock:
                self._writing.extend(self._waiting)
                self._waiting = self._writing
            raise
        finally:
            self._writing = _Buffer()

    def _write(self, buffer: _Buffer) -> None:
        """Write a buffer, and remove from it what is written."""
        if buffer.items and self.dimensions is not None:
            writer = PartWriter(self.folder, self.dimensions, {"run_id": self._plan.run_id})
            table = writer.table(buffer.items)
            if self._sink is not None:
                self._sink.write(table)
            with self._translate_errors(), _although_unsynced(buffer.drop_items):
                writer.write_table(table)
        if buffer.failures:
            with self._translate_errors(), _although_unsynced(buffer.failures.clear):
                write_errors(self.folder, buffer.failures)

    def compact_failures(self, reported_since: datetime | None = None) -> None:
        """Drop outdated failures: of items that are done, and those that were reported again later.

        Args:
            reported_since: all rows that cannot be read and all duplicate ids were reported again
                since then; older ones are outdated
        """
        seen = IdSet()

        def is_outdated(failure: Failure) -> bool:
            has_own_id = failure.code != DUPLICATE
            key = (failure.id,) if has_own_id else (failure.id, failure.input)
            is_gone = (
                failure.code in (DUPLICATE, BAD_ROW)
                and reported_since is not None
                and failure.failed_at < reported_since
            )
            is_done = has_own_id and failure.id in self.done
            return not seen.add(*key) or is_done or is_gone

        with self._translate_errors():
            for path in reversed(error_paths(self.folder)):
                failures = list(read_error_file(path))
                kept = [one for one in reversed(failures) if not is_outdated(one)]
                if not kept:
                    path.unlink()
                    sync_folder(self.folder)
                elif len(kept) < len(failures):
                    write_errors(self.folder, kept[::-1], path)

    def save_task(self, id: str, task_id: str | None) -> None:
        """Record that a task runs for an item; None when it no longer does.

        Raises:
            FolderError: the folder cannot be written
        """
        with self._translate_errors():
            self.tasks.save(id, task_id)

    @contextmanager
    def _translate_errors(self) -> Generator[None]:
        """Raise what the file system raises as FolderError."""
        try:
            yield
        except OSError as error:
            reason = error.strerror or str(error)
            raise FolderError(
                f"{self.folder} cannot be written ({reason}). What was written before is complete; "
                "run it again when that is fixed"
            ) from error


@contextmanager
def _although_unsynced(written: Callable[[], object]) -> Generator[None]:
    """Call `written` when a file has its name, even if the folder could not be flushed.

    Otherwise the same rows would be written again, into another file.
    """
    try:
        yield
    except UnsyncedNameError:
        written()
        raise
    written()


def _read_batches(path: Path) -> Iterator[Any]:
    """Yield the rows of a part; all rows of an item together, if they fit into memory."""
    with opened(path) as file:
        yield from batches(file, path, file.metadata.num_rows)
