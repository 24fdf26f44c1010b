"""The folder of a run: what is done, what failed, and what waits to be written.

run.json                 what the run embeds with; another model or other settings are refused
part-00000.parquet       vectors; see `parts`
errors-00000.parquet     what failed
tasks.jsonl              tasks that run, so that they are collected and not created again
.lock                    held by the process that runs
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from threading import Lock, RLock
from typing import TYPE_CHECKING, Any, Self
from uuid import uuid4

from attrs import define, evolve, field, frozen
from filelock import FileLock, Timeout

from twelvelabs_embed._extras import import_extra
from twelvelabs_embed._version import VERSION
from twelvelabs_embed.bulk.decompression_guard import batches
from twelvelabs_embed.bulk.errors import (
    Difference,
    FolderError,
    FolderInUseError,
    RunChangedError,
)
from twelvelabs_embed.bulk.part_files import (
    Failure,
    IdSet,
    PartWriter,
    atomic_write,
    check_length,
    error_paths,
    part_paths,
    read_dimensions,
    read_error_file,
    read_errors,
    read_ids,
    remove_halves,
    sync_folder,
    write_errors,
)
from twelvelabs_embed.bulk.rows import BAD_ROW, DUPLICATE
from twelvelabs_embed.bulk.sinks import Sink, open_sink
from twelvelabs_embed.retry import Clock
from twelvelabs_embed.validation.options import VectorOptions

if TYPE_CHECKING:
    from twelvelabs_embed.results.embeddings import Embeddings

__all__ = [
    "Plan",
    "Store",
]

_FORMAT = 1
_MAX_BYTES = 64 << 20  # of vectors that wait to be written
# A part is written when so much of what may wait does: the rest is for what comes meanwhile.
_PART = 0.75


# --------------------------------------------------------------------------------------------- plan


@frozen
class Plan:
    """What a run embeds with, as `run.json` has it.

    Attributes:
        model: what embeds
        settings: those that decide what the vectors are
        root: the folder that ids start from
        sources: what was given
        sinks: the addresses of the sinks that have all rows
        run_id: of the first run into the folder
        created_at: of the first run into the folder
    """

    model: str
    settings: Mapping[str, Any]
    root: str
    sources: list[str]
    sinks: list[str] = field(factory=list)
    run_id: str = field(factory=lambda: uuid4().hex)
    created_at: str = ""

    def differences(self, before: Plan) -> list[Difference]:
        """What makes vectors or ids that do not go with those that are there."""
        fields: dict[str, tuple[Any, Any]] = {
            "model": (before.model, self.model),
            "root of ids": (before.root, self.root),
        }
        for name in sorted({*before.settings, *self.settings}):
            fields[name] = (before.settings.get(name), self.settings.get(name))
        return [
            Difference(name, _shown(was), _shown(now))
            for name, (was, now) in fields.items()
            if was != now
        ]


def _shown(value: Any) -> str:
    return "left out" if value is None else json.dumps(value)


def _read_plan(path: Path) -> Plan | None:
    if not path.exists():
        return None
    try:
        said = json.loads(path.read_bytes())
        if said.pop("format") != _FORMAT:
            raise ValueError("it is of another version")
        del said["version"]
        return Plan(**said)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise FolderError(f"{path} cannot be read ({error!r}): restore it") from error


def _write_plan(path: Path, plan: Plan) -> None:
    fields = {name: getattr(plan, name) for name in Plan.__annotations__}
    text = json.dumps({"format": _FORMAT, "version": VERSION, **fields}, indent=2) + "\n"
    atomic_write(path, lambda file: file.writelines([text.encode()]))


def as_chosen(settings: VectorOptions) -> dict[str, Any]:
    """What was chosen about the vectors, as `run.json` has it.

    What was not is left out: folders of earlier versions know nothing of it, and go on.
    """
    values = {name: getattr(settings, name) for name in VectorOptions.__annotations__}
    return {
        name: value for name, value in values.items() if value is not None and value is not False
    }


def check_plan(folder: Path, plan: Plan) -> None:
    """See whether a plan goes with what is in a folder.

    Raises:
        RunChangedError: it does not
        FolderError: what is in the folder cannot be read
    """
    if (before := _read_plan(folder / "run.json")) is not None:
        _compare(folder, plan, before)


def _compare(folder: Path, plan: Plan, before: Plan) -> None:
    # While there is nothing, anything goes with it.
    has_something = part_paths(folder) or _read_tasks(folder / "tasks.jsonl")
    if has_something and (differences := plan.differences(before)):
        raise RunChangedError(folder, differences)


def _read_tasks(path: Path) -> dict[str, str]:
    """The tasks that were begun; of some of them the vectors are there."""
    tasks: dict[str, str | None] = {}
    for line in path.read_bytes().split(b"\n") if path.exists() else ():
        with suppress(ValueError, TypeError, KeyError):  # empty, or cut off by a crash
            said = json.loads(line)
            tasks[said["id"]] = said["task_id"]
    return {id: task_id for id, task_id in tasks.items() if task_id is not None}


# -------------------------------------------------------------------------------------------- store


@define
class _Window:
    """What waits to be written, since `first_sec`."""

    items: list[tuple[str, Embeddings]] = field(factory=list["tuple[str, Embeddings]"])
    failures: list[Failure] = field(factory=list[Failure])
    rows: int = 0
    bytes: int = 0
    first_sec: float = math.inf

    def add(self, later: _Window) -> None:
        """Take in what came later."""
        self.items += later.items
        self.failures += later.failures
        self.rows += later.rows
        self.bytes += later.bytes
        self.first_sec = min(self.first_sec, later.first_sec)


class Store:
    """A run's folder, held in a `with`. Any thread may add to it, and one at a time may write.

    Args:
        folder: is made when it is not there
        plan: what the run embeds with
        flush_rows: how many rows may wait to be written
        flush_sec: a part is due when something has waited for so many seconds
        sink: where rows go besides: an address is opened and closed, a `Sink` is yours to close
        clock: time

    Attributes:
        done: the ids of items that have their vectors, since before this run
        failed: the ids of items that failed before
        known: the same ids, each with its row
        tasks: the tasks of items that were begun before
        dimensions: how many numbers a vector has; None before the first
    """

    def __init__(
        self,
        folder: str | os.PathLike[str],
        plan: Plan,
        flush_rows: int,
        flush_sec: float,
        sink: Sink | str | None = None,
        clock: Clock = Clock(),
    ) -> None:
        self.folder = Path(folder)
        self._tasks_path = self.folder / "tasks.jsonl"
        self._plan = plan
        self._flush_rows = flush_rows
        self._flush_sec = flush_sec
        self._given_sink = sink
        self._sink: Sink | None = None
        self._clock = clock
        self._file_lock = FileLock(self.folder / ".lock", thread_local=False)
        self._lock = Lock()  # held for moments, and not while a part is written
        self._tasks_lock = RLock()
        self._waiting = _Window()
        self._leaving = _Window()  # is being written
        self.done = self.failed = self.known = IdSet()
        self.tasks: dict[str, str] = {}
        self.dimensions: int | None = None

    def __enter__(self) -> Self:
        with self._telling():
            self.folder.mkdir(parents=True, exist_ok=True)
            try:
                self._file_lock.acquire(blocking=False)
            except Timeout:
                raise FolderInUseError(self.folder) from None
        try:
            with self._telling():
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
        remove_halves(self.folder)
        self._agree()
        self.dimensions = read_dimensions(self.folder)
        self.done = read_ids(self.folder)
        self.settle()
        self._load_failures()
        self._load_tasks()

    def _agree(self) -> None:
        """Go on with the plan that is there, or begin one."""
        path = self.folder / "run.json"
        before = _read_plan(path)
        if before is None:
            if part_paths(self.folder):
                raise FolderError(f"{self.folder} has parts, but no run.json: take another folder")
            self._plan = evolve(self._plan, created_at=self._clock.now().isoformat())
        else:
            _compare(self.folder, self._plan, before)
            self._plan = evolve(
                self._plan,
                run_id=before.run_id,
                created_at=before.created_at,
                sinks=before.sinks,
            )
        if self._plan != before:
            _write_plan(path, self._plan)

    def _open_sink(self) -> None:
        """Open the sink, and give it what the parts have, unless it has all of that."""
        given = self._given_sink
        if given is None:
            self._keep_sinks([])
            return
        self._sink = sink = open_sink(given) if isinstance(given, str) else given
        sink.check(self._plan.model, self.dimensions)
        if sink.address not in self._plan.sinks:
            pa = import_extra("pyarrow", "bulk")
            parquet = import_extra("pyarrow.parquet", "bulk")
            for path in part_paths(self.folder):
                with parquet.ParquetFile(path, memory_map=True) as file:
                    for batch in batches(file, path, file.metadata.num_rows):
                        sink.write(pa.Table.from_batches([batch]))
        self._keep_sinks([sink.address])

    def _keep_sinks(self, addresses: list[str]) -> None:
        """Write down which sinks have all rows: one that does not go along will lack some."""
        if self._plan.sinks != addresses:
            self._plan = evolve(self._plan, sinks=addresses)
            with self._telling():
                _write_plan(self.folder / "run.json", self._plan)

    def _load_failures(self) -> None:
        self.failed, self.known = IdSet(), IdSet()
        for failure in read_errors(self.folder):
            self.known.add(failure.id, failure.input)
            if failure.code != DUPLICATE:
                self.failed.add(failure.id)

    def _load_tasks(self) -> None:
        tasks = _read_tasks(self._tasks_path)
        self.tasks = {id: task_id for id, task_id in tasks.items() if id not in self.done}
        if len(self.tasks) < len(tasks):
            lines = [_task_line(id, task_id) for id, task_id in self.tasks.items()]
            atomic_write(self._tasks_path, lambda file: file.writelines(lines))

    # ------------------------------------------------------------------------------------ writing

    def add(self, id: str, embeddings: Embeddings) -> None:
        """Keep the vectors of an item, to be written with the next part.

        Raises:
            ModelMismatchError: they have another length than those before
        """
        with self._lock:
            dimensions = self.dimensions or embeddings.vectors.shape[1]
            check_length(id, embeddings, dimensions)
            self.dimensions = dimensions
            waiting = self._begun_window()
            waiting.items.append((id, embeddings))
            waiting.rows += len(embeddings)
            waiting.bytes += embeddings.vectors.nbytes
            if id in self.failed:  # no more
                self.done.add(id)

    def add_failure(self, failure: Failure) -> None:
        """Keep what failed, to be written with the next part."""
        with self._lock:
            self._begun_window().failures.append(failure)

    def _begun_window(self) -> _Window:
        waiting = self._waiting
        if not (waiting.items or waiting.failures):
            waiting.first_sec = self._clock.monotonic()
        return waiting

    @property
    def is_full(self) -> bool:
        """Whether nothing more may wait before a part is written."""
        waiting, leaving = self._waiting, self._leaving
        return (
            waiting.rows + leaving.rows >= self._flush_rows
            or len(waiting.failures) + len(leaving.failures) >= self._flush_rows
            or waiting.bytes + leaving.bytes >= _MAX_BYTES
        )

    @property
    def is_due(self) -> bool:
        """Whether enough waits for a part."""
        waiting, rows = self._waiting, _PART * self._flush_rows
        return (
            waiting.rows >= rows
            or len(waiting.failures) >= rows
            or waiting.bytes >= _PART * _MAX_BYTES
        )

    def flush_if_due(self) -> None:
        """Write what waits if it is enough, or has waited long enough.

        Raises:
            FolderError: the folder cannot be written; everything goes on waiting
        """
        waited_sec = self._clock.monotonic() - self._waiting.first_sec
        if self.is_due or waited_sec >= self._flush_sec:
            self.flush()

    def flush(self) -> None:
        """Write everything that waits.

        Raises:
            FolderError: the folder cannot be written; everything goes on waiting
        """
        with self._lock:
            self._leaving, self._waiting = self._waiting, _Window()
        try:
            self._write(self._leaving)
        except BaseException:
            with self._lock:
                self._leaving.add(self._waiting)
                self._waiting = self._leaving
            raise
        finally:
            self._leaving = _Window()

    def _write(self, window: _Window) -> None:
        """Write a window, and take out of it what is written."""
        if window.items and self.dimensions is not None:
            writer = PartWriter(self.folder, self.dimensions, {"run_id": self._plan.run_id})
            table = writer.table(window.items)
            if self._sink is not None:
                self._sink.write(table)
            with self._telling():
                writer.write_table(table)
            window.items, window.rows, window.bytes = [], 0, 0
        if window.failures:
            with self._telling():
                write_errors(self.folder, window.failures)
            window.failures = []

    def settle(self, told_since: datetime | None = None) -> None:
        """Drop what is said of failures that are over.

        That is when the item is done, and when the same is said again later.

        Args:
            told_since: rows that cannot be read and ids that are there twice were told of again
                since then, all that there are; older ones are over
        """
        said_later = IdSet()

        def is_over(failure: Failure) -> bool:
            own = failure.code != DUPLICATE
            key = (failure.id,) if own else (failure.id, failure.input)
            is_strange = failure.code in (DUPLICATE, BAD_ROW)
            is_gone = is_strange and told_since is not None and failure.failed_at < told_since
            return not said_later.add(*key) or (own and failure.id in self.done) or is_gone

        with self._telling():
            for path in reversed(error_paths(self.folder)):
                failures = list(read_error_file(path))
                kept = [one for one in reversed(failures) if not is_over(one)]
                if not kept:
                    path.unlink()
                    sync_folder(self.folder)
                elif len(kept) < len(failures):
                    write_errors(self.folder, kept[::-1], path)

    def save_task(self, id: str, task_id: str | None) -> None:
        """Write down that a task runs for an item; None when it does so no more.

        Raises:
            FolderError: the folder cannot be written
        """
        with self._tasks_lock, self._telling():
            if self.tasks.get(id) == task_id:
                return
            if task_id is None:
                del self.tasks[id]
            else:
                self.tasks[id] = task_id
            with self._tasks_path.open("ab") as file:
                file.write(_task_line(id, task_id))
                file.flush()
                os.fsync(file.fileno())

    @contextmanager
    def _telling(self) -> Generator[None]:
        """Say what it means that the disk refuses."""
        try:
            yield
        except OSError as error:
            reason = error.strerror or str(error)
            raise FolderError(
                f"{self.folder} cannot be written ({reason}). What was written before is whole; "
                "run it again when that is mended"
            ) from error


def _task_line(id: str, task_id: str | None) -> bytes:
    # The line break comes first: a line that was cut off does not spoil the next.
    return b"\n" + json.dumps({"id": id, "task_id": task_id}).encode()
