"""Run of a source: embeds its items, and writes the vectors or the failure of each of them.

An item is done if the parts have its vectors. So a run that is killed at any moment can be resumed
with nothing lost and nothing twice; only the calls in flight and the rows that waited to be written
are paid for again.
"""

from __future__ import annotations

import math
import time
from asyncio import sleep
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from functools import partial
from threading import Event, Lock, Thread
from typing import Self

from attrs import asdict, evolve

from twelvelabs_embed._http.effects import Flow, RunBlocking
from twelvelabs_embed.batch.jobs import BatchResult, ConcurrencyConfig, Job
from twelvelabs_embed.bulk.checkpoint import Checkpoint
from twelvelabs_embed.bulk.errors import BulkError, FolderError, NoAnswerError
from twelvelabs_embed.bulk.id_set import IdSet
from twelvelabs_embed.bulk.options import RunOptions
from twelvelabs_embed.bulk.part_files import Failure
from twelvelabs_embed.bulk.report import (
    Current,
    RunProgress,
    RunReport,
    Tally,
    code_of,
    oldest_first,
)
from twelvelabs_embed.bulk.rows import (
    BAD_ROW,
    DUPLICATE,
    Entry,
    InvalidRow,
    Item,
    as_json,
    clean,
    duplicate,
)
from twelvelabs_embed.bulk.sinks import SinkError
from twelvelabs_embed.bulk.sources import Source
from twelvelabs_embed.embed import EmbedFlows
from twelvelabs_embed.errors import (
    ApiConnectionError,
    ConfigurationError,
    ForbiddenError,
    ModelMismatchError,
    NotFoundError,
    ServerError,
    TaskFailedError,
    TooManyRequestsError,
    TwelveLabsError,
    UnauthorizedError,
    WaitTimeoutError,
)
from twelvelabs_embed.results.embeddings import Embeddings
from twelvelabs_embed.sending import EmbedOptions
from twelvelabs_embed.uploads.progress import Progress

__all__ = ["Run"]

_TICK_SEC = 0.25
# The interval of checks whether a part is written, while no more may be added.
_POLL_SEC = 0.01

# Not caused by an item: all others would fail like it.
_FATAL = (
    BulkError,
    ConfigurationError,
    ForbiddenError,
    ModelMismatchError,
    UnauthorizedError,
)
# Perhaps not caused by an item, if several fail like it and none succeeds between them.
_MAYBE_FATAL = (ApiConnectionError, ServerError, TooManyRequestsError)
_MIN_IN_A_ROW = 10


class _NotStartedError(BulkError):
    """The run was stopped before this item was started."""


class Run:
    """One run, from `with` to its end.

        with run:
            process_jobs(..., run.jobs(), run.config, run.handle)
        run.report()

    Jobs are made by one thread while another handles results and a third writes them.

    Args:
        source: the items
        checkpoint: the folder of the vectors
        flows: embeds
        embed_options: what `flows` is called with, for each item
        config: concurrency and rate limiter
        options: the rest
    """

    def __init__(
        self,
        source: Source,
        checkpoint: Checkpoint,
        flows: EmbedFlows,
        embed_options: EmbedOptions,
        config: ConcurrencyConfig,
        options: RunOptions,
    ) -> None:
        self._source = source
        source.is_stopped = lambda: self.is_stopping
        self._checkpoint = checkpoint
        self._flows = flows
        self._embed_options = embed_options
        self._embed_arguments = asdict(embed_options, recurse=False)
        self.config = config
        self._options = options
        self._clock = flows.connection.clock
        self._tally = Tally()
        self._seen = IdSet()
        self._current: dict[str, Current] = {}
        self._undecided: list[tuple[float, Failure]] = []
        self._total: int | None = None
        self._is_exhausted = False
        self._has_failed = False
        self._error: BaseException | None = None
        self._lock = Lock()
        self._ending, self._is_due = Event(), Event()
        self._helpers = [
            Thread(target=work, name=f"twelvelabs-embed-{name}", daemon=True)
            for name, work in (("run", self._report_repeatedly), ("write", self._write_repeatedly))
        ]
        self._started_sec = self._ended_sec = 0.0
        # In the precision of the files.
        now = self._clock.now()
        self._started_at = now.replace(microsecond=now.microsecond // 1000 * 1000)

    def __enter__(self) -> Self:
        self._total = self._source.prepare()
        self._checkpoint.__enter__()
        self._started_sec = self._clock.monotonic()
        for helper in self._helpers:
            helper.start()
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        self._ending.set()
        self._is_due.set()
        for helper in self._helpers:
            helper.join()
        try:
            if not isinstance(error, (FolderError, SinkError)):  # otherwise writing fails again
                self._write_remaining()
        finally:
            self._checkpoint.__exit__()
            self._ended_sec = self._clock.monotonic()
        if error is None:
            self._raise_error()
            self._report_progress()

    def _write_remaining(self) -> None:
        if self._error is None:
            self._record_undecided(math.inf)
        self._checkpoint.flush()
        is_complete = self._options.retry_errors and self._is_exhausted
        self._checkpoint.compact_failures(self._started_at if is_complete else None)

    # ------------------------------------------------------------------------------------- items

    def jobs(self) -> Iterator[Job[Item]]:
        """Yield what is to be embedded, until the source ends or the run is stopped."""
        started = 0
        for entry in self._source:
            while self._checkpoint.is_full and not self.is_stopping:
                time.sleep(_POLL_SEC)
            if self.is_stopping:
                return
            if (item := self._select(entry)) is None:
                continue
            if started == self._options.limit:
                return
            started += 1
            yield Job(item, item.input, partial(self._embed, item), self._embed_options.model)
        self._is_exhausted = not self.is_stopping

    @property
    def is_stopping(self) -> bool:
        """Whether no more items are to be started."""
        if self._error is not None or self._ending.is_set():
            return True
        return self._options.stop is not None and self._options.stop()

    def _select(self, entry: Entry) -> Item | None:
        """Return the item of an entry, if it is to be embedded now."""
        checkpoint, tally = self._checkpoint, self._tally
        if not self._seen.add(entry.id):
            entry = duplicate(entry)
        elif entry.id in checkpoint.done:
            tally.done_before += 1
            return None
        if self._options.retry_errors:
            if entry.id not in checkpoint.failed and not _has_no_own_id(entry):
                tally.omitted += 1
                return None
        elif len(checkpoint.known) and checkpoint.known.has(entry.id, as_json(entry.row)):
            tally.failed_before += 1
            return None
        if isinstance(entry, Item):
            return entry
        self._fail(self._failure(entry, entry.code, entry.message))
        return None

    def _embed(self, item: Item) -> Flow[Embeddings]:
        """Embed an item, or collect the task that was created for it before."""
        if self.is_stopping:  # since it was read; those in progress are finished
            raise _NotStartedError
        self._current[item.id] = Current(item.id, "sending", self._now_sec())
        progress = partial(self._track, item.id)
        task_id = self._checkpoint.tasks.get(item.id)
        if task_id is not None:
            try:
                return (yield from self._resume(task_id, progress))
            except NotFoundError:  # it is kept for seven days
                yield RunBlocking(partial(self._checkpoint.save_task, item.id, None))
        arguments = {**self._embed_arguments, "progress": progress}
        return (yield from self._flows(item.input, **arguments))

    def _resume(self, task_id: str, progress: Callable[[Progress], None]) -> Flow[Embeddings]:
        options = self._embed_options
        return self._flows.resume(
            task_id,
            model=options.model,
            keep_asset=options.keep_asset,
            wait_sec=options.wait_sec,
            progress=progress,
            request_options=options.request_options,
        )

    def _track(self, id: str, progress: Progress) -> None:
        """Record the progress of an item, and its task immediately."""
        if progress.phase == "embedding" and progress.id is not None:
            self._checkpoint.save_task(id, progress.id)
        if (current := self._current.get(id)) is not None:
            self._current[id] = evolve(
                current,
                phase=progress.phase,
                done_bytes=progress.done_bytes,
                total_bytes=progress.total_bytes,
            )

    # -------------------------------------------------------------------------------------- results

    async def handle(self, item: Item, result: BatchResult) -> None:
        """Handle the result of an item, and wait while the checkpoint is full.

        Raises:
            TwelveLabsError: all other items would fail like this one
            NoAnswerError: the last items failed like this one
            FolderError: the folder cannot be written
        """
        try:
            self._handle(item, result)
        except BaseException:
            self._has_failed = True
            raise
        while self._checkpoint.is_full:
            self._raise_error()
            await sleep(_POLL_SEC)

    def _handle(self, item: Item, result: BatchResult) -> None:
        current = self._current.pop(item.id, None)
        self._raise_error()
        if isinstance(result.error, _NotStartedError):
            return
        if self._has_failed and result.error is not None:  # which may have the same cause
            return
        error, tally = result.error, self._tally
        tally.requests += result.attempts
        tally.retries += result.retries
        tally.time(item.id, result.seconds)
        if result.embeddings is not None and len(result.embeddings):
            tally.add(result.embeddings)
            self._checkpoint.add(item.id, result.embeddings)
            self._wake_writer()
            self._record_undecided(current.started_sec if current else 0.0)
        elif error is None:
            self._fail(self._failure(item, "no_vectors", "the service returned no vectors", result))
        elif isinstance(error, _FATAL):
            raise error
        elif isinstance(error, WaitTimeoutError) and self._checkpoint.tasks.get(item.id):
            tally.unfinished += 1
        else:
            self._handle_error(item, result, error)

    def _handle_error(self, item: Item, result: BatchResult, error: TwelveLabsError) -> None:
        failure = self._failure(item, code_of(error), str(error), result)
        if isinstance(error, TaskFailedError):
            self._checkpoint.save_task(item.id, None)
        if not isinstance(error, _MAYBE_FATAL):
            self._fail(failure)
            return
        self._undecided.append((self._now_sec(), failure))
        if len(self._undecided) >= max(_MIN_IN_A_ROW, self.config.concurrency):
            in_a_row = len(self._undecided)
            self._undecided.clear()  # not caused by them
            raise NoAnswerError(in_a_row, error) from error

    def _record_undecided(self, until_sec: float) -> None:
        """Record undecided failures: an item that was started later succeeded."""
        while self._undecided and self._undecided[0][0] <= until_sec:
            self._fail(self._undecided.pop(0)[1])

    def _now_sec(self) -> float:
        return self._clock.monotonic() - self._started_sec

    def _fail(self, failure: Failure) -> None:
        with self._lock:  # called in both threads
            self._tally.fail(failure)
        self._checkpoint.add_failure(failure)
        self._wake_writer()

    def _wake_writer(self) -> None:
        if self._checkpoint.is_due:
            self._is_due.set()

    def _failure(
        self, entry: Entry, code: str, message: str, result: BatchResult | None = None
    ) -> Failure:
        return Failure(
            id=entry.id,
            input_type=entry.input_type,
            code=code,
            message=clean(message),
            input=as_json(entry.row),
            attempts=result.attempts if result else 0,
            failed_at=self._clock.now(),
        )

    # ------------------------------------------------------------------------------------- progress

    def report(self) -> RunReport:
        """Return the report of the run, once it has ended."""
        tally, seconds = self._tally, self._ended_sec - self._started_sec
        return RunReport(
            out=self._checkpoint.folder,
            done=tally.done,
            failed=tally.failed,
            done_before=tally.done_before,
            failed_before=tally.failed_before,
            omitted=tally.omitted,
            unfinished=tally.unfinished,
            rows=tally.rows,
            requests=tally.requests,
            retries=tally.retries,
            media_sec=tally.media_sec,
            tokens=tally.tokens,
            seconds=seconds,
            items_per_sec=tally.finished / seconds if seconds else 0.0,
            waited_sec=self.config.rate_limiter.waited_sec,
            slowest=tally.slowest(),
            failures=tally.failures(),
            is_stopped=not self._is_exhausted,
        )

    def _report_repeatedly(self) -> None:
        with self._record_error():
            while not self._ending.wait(_TICK_SEC):
                self._report_progress()

    def _write_repeatedly(self) -> None:
        with self._record_error():
            while not self._ending.is_set():
                self._checkpoint.flush_if_due()
                self._is_due.wait(_TICK_SEC)
                self._is_due.clear()

    @contextmanager
    def _record_error(self) -> Generator[None]:
        """End the run with what a thread raises."""
        try:
            yield
        except BaseException as error:
            self._error = error

    def _raise_error(self) -> None:
        if self._error is not None:
            raise self._error

    def _report_progress(self) -> None:
        if self._options.progress is not None:
            self._options.progress(self._progress())

    def _progress(self) -> RunProgress:
        tally, rate_limiter = self._tally, self.config.rate_limiter
        rate = tally.items_per_sec(self._clock.monotonic())
        left = self._left()
        return RunProgress(
            total=None if left is None else tally.finished + tally.skipped + left,
            done=tally.done,
            failed=tally.failed,
            skipped=tally.skipped,
            rows=tally.rows,
            elapsed_sec=self._now_sec(),
            items_per_sec=rate,
            left_sec=left / rate if left is not None and rate else None,
            waited_sec=rate_limiter.waited_sec,
            throttled_by=rate_limiter.throttled_by,
            current=oldest_first(self._current.values()),
        )

    def _left(self) -> int | None:
        """How many items are still to be run."""
        tally, limit = self._tally, self._options.limit
        if self._total is None:
            return None
        left = max(self._total - tally.finished - tally.skipped, 0)
        return left if limit is None else min(left, max(limit - tally.finished, 0))


def _has_no_own_id(entry: Entry) -> bool:
    return isinstance(entry, InvalidRow) and entry.code in (DUPLICATE, BAD_ROW)
