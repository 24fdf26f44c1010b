"""Checkpoint of a run: its folder with what is done, what failed, and what waits to be written.

run.json                 what the run embeds with; another model or other settings are rejected
part-00000.parquet       vectors; see `part_files`
changed-00000.parquet    vectors that are to replace others; see `rewriting`
errors-00000.parquet     failures
tasks.jsonl              running tasks, so that they are collected and not created again
.lock                    held by the process that runs
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Generator, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from threading import Lock
from typing import Self, cast

from attrs import define, evolve, field

from twelvelabs_embed._files import UnsyncedNameError
from twelvelabs_embed.bulk.errors import FolderError, folder_errors
from twelvelabs_embed.bulk.failures import Failure, FailureLog
from twelvelabs_embed.bulk.fingerprints import Fingerprint
from twelvelabs_embed.bulk.ids import IdSet
from twelvelabs_embed.bulk.item_index import ItemIndex
from twelvelabs_embed.bulk.numbered_files import locked, remove_temporary_files
from twelvelabs_embed.bulk.part_files import Item, check_length, part_paths
from twelvelabs_embed.bulk.part_store import PartStore
from twelvelabs_embed.bulk.plan import RunPlan, check_plan, write_plan
from twelvelabs_embed.bulk.rewriting import read_groups, select_ids
from twelvelabs_embed.bulk.sinks import PrunableSink, Sink, open_sink
from twelvelabs_embed.bulk.task_log import TaskLog
from twelvelabs_embed.errors import InvalidInputError, Violation
from twelvelabs_embed.results.embeddings import Embeddings
from twelvelabs_embed.results.export import ArrowTable
from twelvelabs_embed.retry import Clock

_MAX_BYTES = 64 << 20  # of vectors that wait to be written
# A part is written when this share of the maximum waits: the rest is for what comes meanwhile.
_DUE_SHARE = 0.75


@define
class Buffer:
    """What waits to be written with the next part; it is false when nothing does.

    Attributes:
        items: vectors of items that have none
        changed: vectors of items that have others
        fingerprints: what the items are embedded from
        failures: items that failed
        rows: how many vectors there are
        bytes: their size
        first_sec: when the first of all this was added
    """

    items: list[Item] = field(factory=list[Item])
    changed: list[Item] = field(factory=list[Item])
    fingerprints: dict[str, Fingerprint] = field(factory=dict[str, Fingerprint])
    failures: list[Failure] = field(factory=list[Failure])
    rows: int = 0
    bytes: int = 0
    first_sec: float = math.inf

    def __bool__(self) -> bool:
        return bool(self.items or self.changed or self.failures)

    def add(
        self, id: str, embeddings: Embeddings, found: Fingerprint | None, *, is_changed: bool
    ) -> None:
        """Add the vectors of an item."""
        (self.changed if is_changed else self.items).append((id, embeddings))
        if found is not None:
            self.fingerprints[id] = found
        self.rows += len(embeddings)
        self.bytes += embeddings.vectors.nbytes

    def drop(self, items: list[Item]) -> None:
        """Remove vectors that are written: `items` or `changed`."""
        self.rows -= sum(len(one) for _, one in items)
        self.bytes -= sum(one.vectors.nbytes for _, one in items)
        items.clear()

    def extend(self, later: Buffer) -> None:
        """Append what came later."""
        self.items += later.items
        self.changed += later.changed
        self.fingerprints |= later.fingerprints
        self.failures += later.failures
        self.rows += later.rows
        self.bytes += later.bytes
        self.first_sec = min(self.first_sec, later.first_sec)


@define(eq=False)
class Checkpoint:
    """The folder of a run, locked in a `with`. Any thread may add to it; one at a time may write.

    What writes raises `FolderError` if the folder cannot be written, and `SinkError` if the sink
    cannot: then each item has its old rows or its new ones.

    Args:
        folder: is created if needed
        plan: what the run embeds with
        flush_rows: how many rows may wait to be written
        flush_sec: a part is due when a row has waited for so many seconds
        sink: also gets the rows: an address is opened and closed, a `Sink` is closed by the caller
        clock: time
        is_pruned: whether items may be removed from it

    Attributes:
        parts: the part files
        items: the items that had their vectors before this run
        failures: what failed before
        tasks: the running tasks
        dimensions: how many numbers a vector has; None before the first
    """

    folder: Path
    _plan: RunPlan
    _flush_rows: int
    _flush_sec: float
    _given_sink: Sink | str | None = field(default=None, alias="sink")
    _clock: Clock = field(factory=Clock)
    _is_pruned: bool = field(default=False, kw_only=True, alias="is_pruned")
    parts: PartStore = field(init=False)
    items: ItemIndex = field(init=False)
    failures: FailureLog = field(init=False)
    tasks: TaskLog = field(init=False)
    dimensions: int | None = field(default=None, init=False)
    _sink: Sink | None = field(default=None, init=False)
    _resources: ExitStack = field(factory=ExitStack, init=False)
    # Held briefly, and not while a part is written.
    _lock: Lock = field(factory=Lock, init=False)
    _flushing: Lock = field(factory=Lock, init=False)
    _waiting: Buffer = field(factory=Buffer, init=False)
    _writing: Buffer = field(factory=Buffer, init=False)

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            with folder_errors(self.folder):
                self.folder.mkdir(parents=True, exist_ok=True)
                stack.enter_context(locked(self.folder))
                self._load()
            self._open_sink(stack)
            self._resources = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._resources.close()

    # ------------------------------------------------------------------------------------ reading

    def _load(self) -> None:
        remove_temporary_files(self.folder)
        self._load_plan()
        self.parts = PartStore(self.folder, {"run_id": self._plan.run_id})
        summary = self.parts.load()
        self.dimensions, self.items = summary.dimensions, summary.items
        self.failures = FailureLog(self.folder, self.items)
        self.tasks = TaskLog(self.folder)
        self.tasks.load(self.items)

    def _load_plan(self) -> None:
        """Resume with the plan of the folder, or start one."""
        before = check_plan(self.folder, self._plan)
        if before is None:
            if part_paths(self.folder):
                raise FolderError(f"{self.folder} has parts, but no run.json: take another folder")
            self._plan = evolve(self._plan, created_at=self._clock.now().isoformat())
        else:
            self._plan = evolve(
                self._plan, run_id=before.run_id, created_at=before.created_at, sinks=before.sinks
            )
        if self._plan != before:
            write_plan(self.folder, self._plan)

    def _open_sink(self, stack: ExitStack) -> None:
        """Open the sink, and write the rows of all parts to it, unless it has them."""
        given = self._given_sink
        sink = stack.enter_context(closing(open_sink(given))) if isinstance(given, str) else given
        self._sink = sink
        if self._is_pruned:
            self._check_prunable(sink)
        if sink is None:
            self._record_sinks([])
            return
        sink.check(self._plan.model, self.dimensions)
        if sink.address not in self._plan.sinks:
            for path in self.parts.paths:
                for group in read_groups(path):  # an item's rows are in one of them
                    sink.write(group)
        self._record_sinks([sink.address])

    def _check_prunable(self, sink: Sink | None) -> None:
        """Reject a sink from which nothing can be removed, and to do without one that has rows."""
        allowed, present = "prune removes items from all sinks that have them", self._plan.sinks
        if sink is not None and not isinstance(sink, PrunableSink):
            value, hint = f"{sink.address} has no method delete", "Add it, or omit prune"
        elif sink is None and present:
            value, hint = "no sink is given", f"Give the sink {present[0]}, or omit prune"
        else:
            return
        raise InvalidInputError([Violation("sink", value, allowed, hint)])

    def _record_sinks(self, addresses: list[str]) -> None:
        """Record which sinks have all rows: one that is not used in this run will lack some."""
        if self._plan.sinks != addresses:
            self._plan = evolve(self._plan, sinks=addresses)
            with folder_errors(self.folder):
                write_plan(self.folder, self._plan)

    # ------------------------------------------------------------------------------------ writing

    def add(self, id: str, embeddings: Embeddings, found: Fingerprint | None = None) -> None:
        """Add the vectors of an item, which replace those that it has; the next part has them."""
        is_changed = id in self.items
        with self._lock:
            dimensions = self.dimensions or embeddings.vectors.shape[1]
            check_length(id, embeddings, dimensions)
            self.dimensions = dimensions
            self._started_buffer().add(id, embeddings, found, is_changed=is_changed)
            self.failures.note_done(id)

    def add_failure(self, failure: Failure) -> None:
        """Add a failure, to be written with the next part."""
        with self._lock:
            self._started_buffer().failures.append(failure)

    def _started_buffer(self) -> Buffer:
        waiting = self._waiting
        if not waiting:
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
        """Write what waits if it is enough, or has waited long enough. See `flush`."""
        waited_sec = self._clock.monotonic() - self._waiting.first_sec
        if self.is_due or waited_sec >= self._flush_sec:
            self.flush()

    def flush(self) -> None:
        """Write everything that waits; after an error it continues to wait."""
        with self._flushing:
            with self._lock:
                self._writing, self._waiting = self._waiting, Buffer()
            try:
                self._write(self._writing)
            except BaseException:
                with self._lock:
                    self._writing.extend(self._waiting)
                    self._waiting = self._writing
                raise
            finally:
                self._writing = Buffer()
            with folder_errors(self.folder):
                self.parts.compact_tail()

    def _write(self, buffer: Buffer) -> None:
        """Write a buffer, and remove from it what is written."""
        for items in (buffer.items, buffer.changed):
            if items and self.dimensions is not None:
                table = self.parts.table(items, self.dimensions, buffer.fingerprints)
                is_changed = items is buffer.changed
                self._write_rows(table, partial(buffer.drop, items), replaces=is_changed)
        if buffer.failures:
            with folder_errors(self.folder), _although_unsynced(buffer.failures.clear):
                self.failures.write(buffer.failures)

    def _write_rows(
        self, table: ArrowTable, written: Callable[[], object], *, replaces: bool
    ) -> None:
        if self._sink is not None:
            self._sink.write(table)
        with folder_errors(self.folder), _although_unsynced(written):
            self.parts.write(table, replaces=replaces)

    def copy(self, wanted: Mapping[str, Mapping[str, Fingerprint]]) -> Iterator[tuple[str, int]]:
        """Give items, by content, the rows of one that has it; yield ids and numbers of rows."""
        self.flush()
        for ids, table in self.parts.copies(wanted):
            changed = {id for id in ids if id in self.items}
            for some, replaces in ((ids - changed, False), (changed, True)):
                if some:
                    rows = select_ids(table, sorted(some))
                    self._write_rows(rows, lambda: None, replaces=replaces)
            for id in ids:
                self.failures.note_done(id)
                yield id, table.num_rows // len(ids)

    def finish(self, fingerprints: Mapping[str, Fingerprint]) -> None:
        """Put changed rows and fingerprints into the parts, at the end of a run."""
        with folder_errors(self.folder):
            self.parts.merge_changed()
            self.parts.update(fingerprints)

    def remove(self, ids: Collection[str], seen: IdSet) -> None:
        """Remove the rows of items, from the sink first, and failures of ids that were not seen."""
        if self._sink is not None and ids:
            cast(PrunableSink, self._sink).delete(sorted(ids))
        with folder_errors(self.folder):
            if ids:
                self.parts.remove(ids.__contains__)
            self.failures.compact(seen=seen)

    def compact_failures(self, reported_since: datetime | None) -> None:
        """Drop outdated failures. See `FailureLog.compact`."""
        with folder_errors(self.folder):
            self.failures.compact(reported_since)

    def save_task(self, id: str, task_id: str | None, found: Fingerprint | None = None) -> None:
        """Record that a task runs for an item; None when it no longer does."""
        with folder_errors(self.folder):
            self.tasks.save(id, task_id, found)


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
