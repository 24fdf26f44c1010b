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

from attrs import evolve, frozen

from twelvelabs_embed._http.effects import Flow, RunBlocking
from twelvelabs_embed.batch.jobs import BatchResult, ConcurrencyConfig, Job, NotStartedError
from twelvelabs_embed.batch.plan import JobPlan, plan_jobs
from twelvelabs_embed.bulk.checkpoint import Checkpoint
from twelvelabs_embed.bulk.errors import BulkError, FolderError
from twelvelabs_embed.bulk.failures import Failure, failure_of
from twelvelabs_embed.bulk.id_set import IdSet
from twelvelabs_embed.bulk.report import Current, RunProgress, RunReport, Tally, code_of
from twelvelabs_embed.bulk.rows import (
    BAD_ROW,
    DUPLICATE,
    Entry,
    Item,
    as_json,
    duplicate,
)
from twelvelabs_embed.bulk.sinks import SinkError
from twelvelabs_embed.bulk.sources import Source
from twelvelabs_embed.bulk.streak import FailureStreak, is_shared
from twelvelabs_embed.embed import EmbedFlows
from twelvelabs_embed.errors import (
    ConfigurationError,
    ForbiddenError,
    ModelMismatchError,
    NotFoundError,
    OutcomeUnknownError,
    TaskFailedError,
    TwelveLabsError,
    UnauthorizedError,
    WaitTimeoutError,
    is_gone,
)
from twelvelabs_embed.results.embeddings import Embeddings
from twelvelabs_embed.sending import EmbedOptions
from twelvelabs_embed.uploads.progress import Progress

__all__ = ["Run", "RunOptions"]

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
_MIN_IN_A_ROW = 10


@frozen
class RunOptions:
    """How a run proceeds, apart from what affects its vectors.

    Attributes:
        retry_errors: run only what failed before
        limit: how many items to run at most
        progress: is called with the progress
        stop: returns whether to start no more items
    """

    retry_errors: bool = False
    limit: int | None = None
    progress: Callable[[RunProgress], object] | None = None
    stop: Callable[[], bool] | None = None


class Run:
    """One run, from `with` to its end.

        with run:
            run.plan.process(runner)
        run.report()

    Jobs are made by one thread while another handles results and a third writes them.

    Args:
        source: the items
        checkpoint: the folder of the vectors
        flows: embeds
        embed_options: what each item is embedded with
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
        self._config = config
        self._options = options
        self._clock = flows.connection.clock
        self._tally = Tally()
        self._streak = FailureStreak(max(_MIN_IN_A_ROW, config.concurrency))
        self._seen = IdSet()
        self._current: dict[str, Current] = {}
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
                self._write_remaining(is_clean=error is None)
        finally:
            self._checkpoint.__exit__()
            self._ended_sec = self._clock.monotonic()
        if error is None:
            self._raise_error()
            self._report_progress()

    def _write_remaining(self, *, is_clean: bool) -> None:
        if is_clean and self._error is None:
            with self._record_error():
                if self._streak.is_foreign and not self._tally.done:
                    self._streak.end()
            self._settle(math.inf)
        self._checkpoint.flush()
        is_complete = self._options.retry_errors and self._is_exhausted
        self._checkpoint.compact_failures(self._started_at if is_complete else None)

    # ------------------------------------------------------------------------------------- items

    @property
    def plan(self) -> JobPlan[Job[Item], tuple[Item, BatchResult]]:
        """What the worker pool runs."""
        return plan_jobs(
            self._flows.connection, self._jobs(), self._config, self._handle, self._options.stop
        )

    def _jobs(self) -> Iterator[Job[Item]]:
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
        return self._error is not None or self._ending.is_set() or self._is_stopped()

    def _is_stopped(self) -> bool:
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
            has_own_id = isinstance(entry, Item) or entry.code not in (DUPLICATE, BAD_ROW)
            if has_own_id and entry.id not in checkpoint.failed:
                tally.omitted += 1
                return None
        elif len(checkpoint.known) and checkpoint.known.has(entry.id, as_json(entry.row)):
            tally.failed_before += 1
            return None
        if isinstance(entry, Item):
            return entry
        self._fail(failure_of(entry, entry.code, entry.message, self._clock.now()))
        return None

    def _embed(self, item: Item) -> Flow[Embeddings]:
        """Embed an item, or collect the task that was created for it before."""
        if self.is_stopping:  # since it was read; those in progress are finished
            raise NotStartedError
        self._current[item.id] = Current(item.id, "sending", self._now_sec())
        options = evolve(self._embed_options, progress=partial(self._track, item.id))
        task_id = self._checkpoint.tasks.get(item.id)
        if task_id is not None:
            try:
                return (yield from self._resume(task_id, options))
            except NotFoundError as error:  # it is kept for seven days
                if not is_gone(error):
                    raise
                yield RunBlocking(partial(self._checkpoint.save_task, item.id, None))
        return (yield from self._flows._embed(item.input, options=options))

    def _resume(self, task_id: str, options: EmbedOptions) -> Flow[Embeddings]:
        return self._flows.resume(
            task_id,
            model=options.model,
            keep_asset=options.keep_asset,
            wait_sec=options.wait_sec,
            progress=options.progress,
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

    async def _handle(self, item: Item, result: BatchResult) -> None:
        """Record the result of an item, and wait while the checkpoint is full.

        Raises:
            TwelveLabsError: all other items would fail like this one
            NoAnswerError: the last items failed like this one
            FolderError: the folder cannot be written
        """
        try:
            self._record(item, result)
        except BaseException:
            self._has_failed = True
            raise
        while self._checkpoint.is_full:
            self._raise_error()
            await sleep(_POLL_SEC)

    def _record(self, item: Item, result: BatchResult) -> None:
        current = self._current.pop(item.id, None)
        self._raise_error()
        error, tally = result.error, self._tally
        if isinstance(error, NotStartedError):
            return
        if self._has_failed and error is not None:  # which may have the same cause
            return
        tally.requests += result.attempts
        tally.retries += result.retries
        tally.time(item.id, result.seconds)
        if result.embeddings is not None and len(result.embeddings):
            tally.add(result.embeddings)
            self._checkpoint.add(item.id, result.embeddings)
            self._wake_writer()
            self._settle(current.started_sec if current else 0.0)
        elif error is None:
            self._fail(self._failure(item, result, "no_vectors", "the service returned no vectors"))
        elif isinstance(error, _FATAL):
            raise error
        elif isinstance(error, WaitTimeoutError) and self._checkpoint.tasks.get(item.id):
            tally.unfinished += 1
        else:
            self._record_failure(item, result, error)

    def _record_failure(self, item: Item, result: BatchResult, error: TwelveLabsError) -> None:
        failure: Failure | None = self._failure(item, result, code_of(error), str(error))
        if isinstance(error, TaskFailedError):
            self._checkpoint.save_task(item.id, None)
        # What may have been created is not created again by the next run.
        if failure and (not is_shared(error) or isinstance(error, OutcomeUnknownError)):
            self._fail(failure)
            failure = None
        if is_shared(error):
            self._streak.add(self._now_sec(), failure, error)

    def _settle(self, started_sec: float) -> None:
        for failure in self._streak.settle(started_sec):
            self._fail(failure)

    def _now_sec(self) -> float:
        return self._clock.monotonic() - self._started_sec

    def _fail(self, failure: Failure) -> None:
        with self._lock:  # called in both threads
            self._tally.fail(failure)
        self._checkpoint.add_failure(failure)
        self._wake_writer()

    def _failure(self, item: Item, result: BatchResult, code: str, message: str) -> Failure:
        return failure_of(item, code, message, self._clock.now(), result.attempts)

    def _wake_writer(self) -> None:
        if self._checkpoint.is_due:
            self._is_due.set()

    # ------------------------------------------------------------------------------------- progress

    def report(self) -> RunReport:
        """Return the report of the run, once it has ended."""
        return self._tally.report(
            self._checkpoint.folder,
            self._ended_sec - self._started_sec,
            self._config.rate_limiter.waited_sec,
            stopped=not self._is_exhausted,
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
            self._options.progress(
                self._tally.progress(
                    self._now_sec(),
                    total=self._total,
                    limit=self._options.limit,
                    current=self._current.values(),
                    rate_limiter=self._config.rate_limiter,
                )
            )
