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

from twelvelabs_embed._http.effects import Flow
from twelvelabs_embed.batch.jobs import BatchResult, ConcurrencyConfig, Job, NotStartedError
from twelvelabs_embed.batch.plan import JobPlan, plan_jobs
from twelvelabs_embed.bulk.checkpoint import Checkpoint
from twelvelabs_embed.bulk.errors import FolderError
from twelvelabs_embed.bulk.failures import Failure, code_of, failure_of
from twelvelabs_embed.bulk.fingerprints import Fingerprint
from twelvelabs_embed.bulk.item_embedder import ItemEmbedder
from twelvelabs_embed.bulk.report import RunReport
from twelvelabs_embed.bulk.rewriting import ids_of_parts
from twelvelabs_embed.bulk.rows import InvalidRow
from twelvelabs_embed.bulk.selection import (
    RunOptions,
    Selection,
    UnchangedError,
    Work,
    check_whole,
    find_gone,
)
from twelvelabs_embed.bulk.sinks import SinkError
from twelvelabs_embed.bulk.sources import Source
from twelvelabs_embed.bulk.streak import FATAL_ERRORS, FailureStreak, is_shared
from twelvelabs_embed.bulk.tally import Tally, add_usage
from twelvelabs_embed.embed import EmbedFlows
from twelvelabs_embed.errors import (
    OutcomeUnknownError,
    TaskFailedError,
    TwelveLabsError,
    WaitTimeoutError,
)
from twelvelabs_embed.results.embeddings import Embeddings
from twelvelabs_embed.sending import EmbedOptions

_TICK_SEC = 0.25
# The interval of checks whether a part is written, while no more may be added.
_POLL_SEC = 0.01
_MIN_IN_A_ROW = 10


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
        self._connection, self._model = flows.connection, embed_options.model
        self._config = config
        self._options = options
        self._clock = flows.connection.clock
        self._tally = Tally()
        self._streak = FailureStreak(max(_MIN_IN_A_ROW, config.concurrency))
        self._selection = Selection(checkpoint, self._tally, options, self._clock, self._fail_entry)
        self._embedder = ItemEmbedder(flows, embed_options, checkpoint, self._now_sec)
        self._is_any_finished = Event()
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
        total = self._source.prepare()
        self._total = total if self._options.shard.is_all else None
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
                self._write_remaining(error)
                self._add_usage()
        finally:
            self._checkpoint.__exit__()
            self._embedder.close()
            self._ended_sec = self._clock.monotonic()
        if error is None:
            self._raise_error()
            self._report_progress()

    def _write_remaining(self, error: BaseException | None) -> None:
        is_clean = error is None and self._error is None
        if is_clean:
            with self._record_error():
                if self._streak.is_foreign and not self._tally.done:
                    self._streak.end()
            self._settle(math.inf)
        self._checkpoint.flush()
        if error is None or isinstance(error, Exception):  # otherwise it is to end immediately
            self._checkpoint.finish(self._selection.outdated)
        is_complete = self._options.retry_errors and self._is_exhausted
        self._checkpoint.compact_failures(self._started_at if is_complete else None)
        max_share = self._options.max_prune_share
        if is_clean and self._error is None and max_share is not None and self._is_exhausted:
            self._prune(max_share)

    def _add_usage(self) -> None:
        if self._tally.requests:
            usage = self._tally.usage(self._config.rate_limiter.waited_sec, self._now_sec())
            add_usage(self._checkpoint.folder, usage)

    def _prune(self, max_share: float) -> None:
        """Remove what is gone from the source, which was read to its end."""
        selection = self._selection
        gone, total = find_gone(ids_of_parts(self._checkpoint.parts.paths), selection.seen)
        check_whole(self._source.incomplete, selection.bad_rows, len(gone), total, max_share)
        self._checkpoint.remove(gone, selection.seen)
        self._tally.pruned = len(gone)

    # ------------------------------------------------------------------------------------- items

    @property
    def plan(self) -> JobPlan[Job[Work], tuple[Work, BatchResult]]:
        """What the worker pool runs."""
        return plan_jobs(
            self._connection, self._jobs(), self._config, self._handle, self._options.stop
        )

    def _jobs(self) -> Iterator[Job[Work]]:
        """Yield what is to be embedded, until the source ends or the run is stopped."""
        started, is_limited = 0, False
        for candidate in self._source.candidates():
            while self._checkpoint.is_full and not self.is_stopping:
                time.sleep(_POLL_SEC)
            if self.is_stopping:
                return
            if (work := self._selection.select(candidate)) is None:
                continue
            if is_limited := started == self._options.limit:
                break
            started += 1
            if not self._selection.defer(work):
                yield self._job(work)
            elif self._selection.is_full:
                yield from self._jobs_of_copies(until=lambda: not self._selection.is_full)
        yield from self._jobs_of_copies(until=lambda: not self._selection.is_waiting)
        self._is_exhausted = not is_limited and not self.is_stopping

    def _job(self, work: Work) -> Job[Work]:
        make = partial(self._embed, work)
        return Job(work, work.item.input, make, self._model)

    def _jobs_of_copies(self, until: Callable[[], bool]) -> Iterator[Job[Work]]:
        """Copy vectors to items with the same content, and yield those that must be embedded."""
        while not until() and not self.is_stopping:
            self._is_any_finished.clear()
            if not (ready := self._selection.take_ready()):
                self._is_any_finished.wait(_TICK_SEC)
                continue
            works = {id: work for some in ready.values() for id, work in some.items()}
            found = {
                key: {id: work.found for id, work in some.items()} for key, some in ready.items()
            }
            for id, rows in self._checkpoint.copy(found):
                work = works.pop(id)
                with self._lock:
                    self._tally.copy(rows)
                    self._tally.changed += work.known is not None
            for work in works.values():  # what they waited for has failed
                if work.key in self._selection.unfinished:
                    self._tally.unfinished += 1
                else:
                    yield self._job(work)

    @property
    def is_stopping(self) -> bool:
        """Whether no more items are to be started."""
        stop = self._options.stop
        return self._error is not None or self._ending.is_set() or (stop is not None and stop())

    def _embed(self, work: Work) -> Flow[Embeddings]:
        if self.is_stopping:  # since it was read; those in progress are finished
            raise NotStartedError
        return (yield from self._embedder.embed(work))

    # -------------------------------------------------------------------------------------- results

    async def _handle(self, work: Work, result: BatchResult) -> None:
        """Record the result of an item, and wait while the checkpoint is full.

        It raises what ends the run, such as an error with which all other items would fail.
        """
        current = self._embedder.current.pop(work.item.id, None)
        try:
            self._raise_error()
            self._record_result(work, result, current.started_sec if current else 0.0)
        except BaseException:
            self._has_failed = True
            raise
        finally:
            if work.key is not None:
                self._selection.in_progress.discard(work.key)
                self._is_any_finished.set()
        while self._checkpoint.is_full:
            self._raise_error()
            await sleep(_POLL_SEC)

    def _record_result(self, work: Work, result: BatchResult, started_sec: float) -> None:
        error, tally, item = result.error, self._tally, work.item
        if isinstance(error, NotStartedError):
            return
        if isinstance(error, UnchangedError):
            tally.done_before += 1
            if work.known is not None and not work.known.is_from(work.found):
                self._selection.outdated[item.id] = work.found
            return
        if self._has_failed and error is not None:  # which may have the same cause
            return
        tally.requests += result.attempts
        tally.retries += result.retries
        tally.time(item.id, result.seconds)
        if result.embeddings is not None and len(result.embeddings):
            with self._lock:
                tally.add(result.embeddings)
                tally.changed += work.known is not None
            self._checkpoint.add(item.id, result.embeddings, work.found)
            self._wake_writer()
            self._settle(started_sec)
        elif error is None:
            self._fail(self._failure(work, result, "no_vectors", "the service returned no vectors"))
        elif isinstance(error, FATAL_ERRORS):
            raise error
        elif isinstance(error, WaitTimeoutError) and self._checkpoint.tasks.get(
            item.id, work.found
        ):
            tally.unfinished += 1
            if work.key is not None:
                self._selection.unfinished.add(work.key)
        else:
            self._record_failure(work, result, error)

    def _record_failure(self, work: Work, result: BatchResult, error: TwelveLabsError) -> None:
        failure: Failure | None = self._failure(work, result, code_of(error), str(error))
        if isinstance(error, TaskFailedError):
            self._checkpoint.save_task(work.item.id, None)
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

    def _fail_entry(self, entry: InvalidRow, found: Fingerprint) -> None:
        self._fail(failure_of(entry, entry.code, entry.message, self._clock.now(), found=found))

    def _failure(self, work: Work, result: BatchResult, code: str, message: str) -> Failure:
        now = self._clock.now()
        return failure_of(work.item, code, message, now, result.attempts, work.found)

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
                    current=self._embedder.current.values(),
                    rate_limiter=self._config.rate_limiter,
                )
            )
