"""A run: takes items from a source, embeds them, and writes what came of each of them.

What is done is what the parts say. So a run that is killed at any moment goes on where it stood,
with nothing lost and nothing twice; paid again are only the calls that were under way and the rows
that waited to be written.
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

from attrs import asdict, evolve, frozen

from twelvelabs_embed._http.effects import Flow, RunBlocking
from twelvelabs_embed._http.request import RequestOptions
from twelvelabs_embed.batch.jobs import BatchResult, ConcurrencyConfig, Job
from twelvelabs_embed.bulk.checkpoint import Store
from twelvelabs_embed.bulk.errors import BulkError, FolderError, NoAnswerError
from twelvelabs_embed.bulk.part_files import Failure, IdSet
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
from twelvelabs_embed.uploads.progress import Progress
from twelvelabs_embed.validation.routing import RouteName

__all__ = ["RunOptions", "Run", "Settings"]

_TICK_SEC = 0.25
# So often it is looked whether a part is written, when nothing more may wait.
_LOOK_SEC = 0.01

# Not the fault of an item: every other one would fail like it.
_ENDS_THE_RUN = (
    BulkError,
    ConfigurationError,
    ForbiddenError,
    ModelMismatchError,
    UnauthorizedError,
)
# Perhaps not the fault of an item, if several fail like it and none succeeds between them.
_MAY_END_THE_RUN = (ApiConnectionError, ServerError, TooManyRequestsError)
_FEWEST_IN_A_ROW = 10


class _NotBegunError(BulkError):
    """The run was stopped before this item was begun."""


@frozen(kw_only=True)
class Settings:
    """What `client.embed` is called with for each item, besides the item."""

    model: str
    dimension: int | None
    uncertainty: bool
    auto_truncate: bool
    check: bool
    route: RouteName | None
    keep_asset: bool
    wait_sec: float | None
    request_options: RequestOptions | None


@frozen
class RunOptions:
    """How a run goes, apart from what decides its vectors.

    Attributes:
        retry_errors: run only what failed before
        limit: how many items to run at most
        progress: is told how far it has come
        stop: whether to begin nothing more
    """

    retry_errors: bool = False
    limit: int | None = None
    progress: Callable[[RunProgress], object] | None = None
    stop: Callable[[], bool] | None = None


class Run:
    """One run, from `with` to its end.

        with run:
            process_jobs(..., run.jobs(), run.pace, run.take)
        run.report()

    Jobs are made by one thread while another takes outcomes and a third writes them.

    Args:
        source: what is to be embedded
        store: where the vectors go
        flows: embeds
        settings: what `flows` is called with, for each item
        pace: how many at once, and the gate
        how: the rest
    """

    def __init__(
        self,
        source: Source,
        store: Store,
        flows: EmbedFlows,
        settings: Settings,
        pace: ConcurrencyConfig,
        how: RunOptions,
    ) -> None:
        self._source = source
        source.is_stopped = lambda: self.is_stopping
        self._store = store
        self._flows = flows
        self._settings = settings
        self._keywords = asdict(settings, recurse=False)
        self.pace = pace
        self._how = how
        self._clock = flows.connection.clock
        self._tally = Tally()
        self._seen = IdSet()
        self._current: dict[str, Current] = {}
        self._held: list[tuple[float, Failure]] = []
        self._total: int | None = None
        self._is_read_to_its_end = False
        self._is_over = False
        self._broken: BaseException | None = None
        self._lock = Lock()
        self._ending, self._is_due = Event(), Event()
        self._helpers = [
            Thread(target=work, name=f"twelvelabs-embed-{name}", daemon=True)
            for name, work in (("run", self._tell_on), ("write", self._write_on))
        ]
        self._started_sec = self._ended_sec = 0.0
        # As exact as the files keep it.
        now = self._clock.now()
        self._started_at = now.replace(microsecond=now.microsecond // 1000 * 1000)

    def __enter__(self) -> Self:
        self._total = self._source.prepare()
        self._store.__enter__()
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
            if not isinstance(error, (FolderError, SinkError)):  # which cannot be written
                self._write_the_rest()
        finally:
            self._store.__exit__()
            self._ended_sec = self._clock.monotonic()
        if error is None:
            self._raise_if_broken()
            self._tell()

    def _write_the_rest(self) -> None:
        if self._broken is None:
            self._release(math.inf)
        self._store.flush()
        is_whole = self._how.retry_errors and self._is_read_to_its_end
        self._store.settle(self._started_at if is_whole else None)

    # ----------------------------------------------------------------------------------- items in

    def jobs(self) -> Iterator[Job[Item]]:
        """What is to be embedded, until the source ends or the run is stopped."""
        begun = 0
        for entry in self._source:
            while self._store.is_full and not self.is_stopping:
                time.sleep(_LOOK_SEC)
            if self.is_stopping:
                return
            if (item := self._admit(entry)) is None:
                continue
            if begun == self._how.limit:
                return
            begun += 1
            yield Job(item, item.input, partial(self._embed, item), self._settings.model)
        self._is_read_to_its_end = not self.is_stopping

    @property
    def is_stopping(self) -> bool:
        """Whether nothing more is to begin."""
        if self._broken is not None or self._ending.is_set():
            return True
        return self._how.stop is not None and self._how.stop()

    def _admit(self, entry: Entry) -> Item | None:
        """The item of an entry, if it is to be embedded now."""
        store, tally = self._store, self._tally
        if not self._seen.add(entry.id):
            entry = duplicate(entry)
        elif entry.id in store.done:
            tally.done_before += 1
            return None
        if self._how.retry_errors:
            if entry.id not in store.failed and not _is_strange(entry):
                tally.left_out += 1
                return None
        elif len(store.known) and store.known.has(entry.id, as_json(entry.row)):
            tally.failed_before += 1
            return None
        if isinstance(entry, Item):
            return entry
        self._fail(self._failure(entry, entry.code, entry.message))
        return None

    def _embed(self, item: Item) -> Flow[Embeddings]:
        """Embed an item, or collect the task that was created for it before."""
        if self.is_stopping:  # since it was read; others go on to their end
            raise _NotBegunError
        self._current[item.id] = Current(item.id, "sending", self._now_sec())
        tell = partial(self._follow, item.id)
        task_id = self._store.tasks.get(item.id)
        if task_id is not None:
            try:
                return (yield from self._resume(task_id, tell))
            except NotFoundError:  # it is kept for seven days
                yield RunBlocking(partial(self._store.save_task, item.id, None))
        return (yield from self._flows(item.input, progress=tell, **self._keywords))

    def _resume(self, task_id: str, tell: Callable[[Progress], None]) -> Flow[Embeddings]:
        settings = self._settings
        return self._flows.resume(
            task_id,
            model=settings.model,
            keep_asset=settings.keep_asset,
            wait_sec=settings.wait_sec,
            progress=tell,
            request_options=settings.request_options,
        )

    def _follow(self, id: str, progress: Progress) -> None:
        """Take note of how far an item is, and of its task at once."""
        if progress.phase == "embedding" and progress.id is not None:
            self._store.save_task(id, progress.id)
        if (current := self._current.get(id)) is not None:
            self._current[id] = evolve(
                current,
                phase=progress.phase,
                done_bytes=progress.done_bytes,
                total_bytes=progress.total_bytes,
            )

    # -------------------------------------------------------------------------------- outcomes out

    async def take(self, item: Item, outcome: BatchResult) -> None:
        """Take what came of an item, and wait while nothing more may wait to be written.

        Raises:
            TwelveLabsError: every other item would fail like this one
            NoAnswerError: as the last ones did
            FolderError: the folder cannot be written
        """
        try:
            self._take(item, outcome)
        except BaseException:
            self._is_over = True
            raise
        while self._store.is_full:
            self._raise_if_broken()
            await sleep(_LOOK_SEC)

    def _take(self, item: Item, outcome: BatchResult) -> None:
        current = self._current.pop(item.id, None)
        self._raise_if_broken()
        if isinstance(outcome.error, _NotBegunError):
            return
        if self._is_over and outcome.error is not None:  # which may have the same reason
            return
        error, tally = outcome.error, self._tally
        tally.requests += outcome.attempts
        tally.time(item.id, outcome.seconds)
        if outcome.embeddings is not None and len(outcome.embeddings):
            tally.done += 1
            tally.rows += len(outcome.embeddings)
            self._store.add(item.id, outcome.embeddings)
            self._wake_writer()
            self._release(current.started_sec if current else 0.0)
        elif error is None:
            self._fail(self._failure(item, "no_vectors", "the service gave no vectors", outcome))
        elif isinstance(error, _ENDS_THE_RUN):
            raise error
        elif isinstance(error, WaitTimeoutError) and item.id in self._store.tasks:
            tally.unfinished += 1
        else:
            self._take_error(item, outcome, error)

    def _take_error(self, item: Item, outcome: BatchResult, error: TwelveLabsError) -> None:
        failure = self._failure(item, code_of(error), str(error), outcome)
        if isinstance(error, TaskFailedError):
            self._store.save_task(item.id, None)
        if not isinstance(error, _MAY_END_THE_RUN):
            self._fail(failure)
            return
        self._held.append((self._now_sec(), failure))
        if len(self._held) >= max(_FEWEST_IN_A_ROW, self.pace.concurrency):
            in_a_row = len(self._held)
            self._held.clear()  # they are not to blame
            raise NoAnswerError(in_a_row, error) from error

    def _release(self, until_sec: float) -> None:
        """Write down failures that were held back: an item that was begun later succeeded."""
        while self._held and self._held[0][0] <= until_sec:
            self._fail(self._held.pop(0)[1])

    def _now_sec(self) -> float:
        return self._clock.monotonic() - self._started_sec

    def _fail(self, failure: Failure) -> None:
        with self._lock:  # both threads come here
            self._tally.fail(failure)
        self._store.add_failure(failure)
        self._wake_writer()

    def _wake_writer(self) -> None:
        if self._store.is_due:
            self._is_due.set()

    def _failure(
        self, entry: Entry, code: str, message: str, outcome: BatchResult | None = None
    ) -> Failure:
        return Failure(
            id=entry.id,
            input_type=entry.input_type,
            code=code,
            message=clean(message),
            input=as_json(entry.row),
            attempts=outcome.attempts if outcome else 0,
            failed_at=self._clock.now(),
        )

    # -------------------------------------------------------------------------------------- telling

    def report(self) -> RunReport:
        """What came of the run, once it has ended."""
        tally, seconds = self._tally, self._ended_sec - self._started_sec
        return RunReport(
            out=self._store.folder,
            done=tally.done,
            failed=tally.failed,
            done_before=tally.done_before,
            failed_before=tally.failed_before,
            left_out=tally.left_out,
            unfinished=tally.unfinished,
            rows=tally.rows,
            requests=tally.requests,
            seconds=seconds,
            items_per_sec=tally.finished / seconds if seconds else 0.0,
            waited_sec=self.pace.rate_limiter.waited_sec,
            slowest=tally.slowest(),
            failures=tally.failures(),
            is_stopped=not self._is_read_to_its_end,
        )

    def _tell_on(self) -> None:
        with self._breaking():
            while not self._ending.wait(_TICK_SEC):
                self._tell()

    def _write_on(self) -> None:
        with self._breaking():
            while not self._ending.is_set():
                self._store.flush_if_due()
                self._is_due.wait(_TICK_SEC)
                self._is_due.clear()

    @contextmanager
    def _breaking(self) -> Generator[None]:
        """End the run with what is raised."""
        try:
            yield
        except BaseException as error:
            self._broken = error

    def _raise_if_broken(self) -> None:
        if self._broken is not None:
            raise self._broken

    def _tell(self) -> None:
        if self._how.progress is not None:
            self._how.progress(self._progress())

    def _progress(self) -> RunProgress:
        tally, rate_limiter, now_sec = self._tally, self.pace.rate_limiter, self._clock.monotonic()
        rate = tally.items_per_sec(now_sec)
        left = self._left()
        return RunProgress(
            total=None if left is None else tally.finished + tally.passed_over + left,
            done=tally.done,
            failed=tally.failed,
            passed_over=tally.passed_over,
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
        tally, limit = self._tally, self._how.limit
        if self._total is None:
            return None
        left = max(self._total - tally.finished - tally.passed_over, 0)
        return left if limit is None else min(left, max(limit - tally.finished, 0))


def _is_strange(entry: Entry) -> bool:
    return isinstance(entry, InvalidRow) and entry.code in (DUPLICATE, BAD_ROW)
