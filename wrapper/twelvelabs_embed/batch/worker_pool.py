"""Many inputs at once: outcomes as they finish, in bounded memory, within a quota.

    for outcome in client.embed.many(inputs, concurrency=16, rpm=600): ...
    async for outcome in client.embed.many(inputs, in_order=True): ...

Both clients run the same engine, which is awaited: of calls that wait for the network, one thread
makes more than many threads do (ARCHITECTURE.md has the figures). The blocking client gives it an
event loop in a thread of its own, so that it also works where a loop is running already, such as in
a notebook.

`run_jobs` is the same with a flow for each item, for runs that also resume tasks. `do_jobs` hands
what comes of them over within the engine, so that no other thread has to wake. Both are also there
to be awaited.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import (
    AsyncGenerator,
    AsyncIterable,
    Awaitable,
    Callable,
    Generator,
    Iterable,
)
from contextlib import aclosing, closing, suppress
from contextvars import copy_context
from functools import partial
from threading import Condition, Event, Thread
from time import sleep as really_sleep
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar, get_args

from attrs import evolve, field, frozen

from twelvelabs_embed._http.effects import Flow, RunBlocking
from twelvelabs_embed._http.request import Connection
from twelvelabs_embed._http.runners import AsyncRunner, Runner
from twelvelabs_embed.batch.admission import (
    Admission,
    AdmissionControl,
    StoppedError,
    ThreadAdmission,
)
from twelvelabs_embed.batch.input_stream import as_input_stream
from twelvelabs_embed.batch.rate_limiter import RateLimiter, max_tokens
from twelvelabs_embed.errors import (
    ConfigurationError,
    InvalidInputError,
    TwelveLabsError,
    Violation,
)
from twelvelabs_embed.inputs.builders import EmbedInput, Input, coerce
from twelvelabs_embed.limits.tables import DEFAULT_MODEL
from twelvelabs_embed.retry import Clock

if TYPE_CHECKING:
    from twelvelabs_embed.results.embeddings import Embeddings
    from twelvelabs_embed.validation.routing import Route

__all__ = [
    "Job",
    "JobPlan",
    "BatchResult",
    "ConcurrencyConfig",
    "do_jobs",
    "do_jobs_async",
    "run_jobs",
    "run_jobs_async",
]

K = TypeVar("K")
R = TypeVar("R")
T = TypeVar("T")

# What was begun and is not taken yet: so many times `concurrency`, whether under way, finished, or
# waiting before another attempt.
_BEGUN_FACTOR = 2
# What finishes within so many seconds is handed to the other thread at once, since it wakes each
# time. It is as long as the interpreter lets a thread run when another one waits.
_TOGETHER_SEC = 0.005
# How long requests of a client of yours may go on when the run is over, in seconds.
_GRACE_SEC = 1.0


# ------------------------------------------------------------------------------------ what one says


@frozen
class BatchResult:
    """What came of one input of many: its vectors or its error.

    Attributes:
        input: what was given
        embeddings: its vectors; None when it failed
        error: why it failed; None when it did not
        attempts: how many requests were sent for it, with retries, uploads and polls
        seconds: how long it took, in seconds; the wait for the quota before its first request is
            not part of it
        route: which way it went, and why; None when it failed
    """

    input: EmbedInput
    embeddings: Embeddings | None
    error: TwelveLabsError | None
    attempts: int
    seconds: float
    route: Route | None

    def unwrap(self) -> Embeddings:
        """The vectors.

        Raises:
            TwelveLabsError: the error, if it failed
        """
        if self.error is not None:
            raise self.error
        assert self.embeddings is not None
        return self.embeddings


@frozen
class Job(Generic[K]):
    """One thing to do in a run.

    Attributes:
        key: whatever tells it from others; it is handed back
        input: what it embeds; its text counts for tokens
        make: makes the flow that embeds it, when it is its turn
        model: the model that embeds it
    """

    key: K
    input: EmbedInput
    make: Callable[[], Flow[Embeddings]] = field(repr=False)
    model: str = DEFAULT_MODEL


@frozen(kw_only=True)
class ConcurrencyConfig:
    """How fast a run may be.

    Attributes:
        concurrency: how many items are under way at most. One that waits before another attempt is
            not: others go on in its place
        in_order: outcomes come in the order of the input, and not as they finish
        max_in_flight_bytes: how many bytes of request bodies are being sent at a time; a larger
            body goes alone
        rate_limiter: keeps the requests within a quota

    Raises:
        ConfigurationError: less than one item or byte at a time
    """

    concurrency: int = 16
    in_order: bool = False
    max_in_flight_bytes: int = 256 << 20
    rate_limiter: RateLimiter = field(factory=RateLimiter)

    def __attrs_post_init__(self) -> None:
        for name in ("concurrency", "max_in_flight_bytes"):
            if (value := getattr(self, name)) < 1:
                raise ConfigurationError(f"{name} is {value}, but at least 1 goes at a time")


# -------------------------------------------------------------------------------------- a run of it


@frozen
class JobPlan(Generic[T, R]):
    """A run that can be begun by either client.

    Attributes:
        connection: where requests go
        items: what there is to do, read while it is done
        job_of: what to do with an item
        pack: what is yielded for a job and its outcome
        pace: how fast
        take: takes the key of a job and its outcome, in the engine's event loop; then nothing is
            yielded. The job is under way until it is taken
    """

    connection: Connection
    items: Iterable[T] | AsyncIterable[T]
    job_of: Callable[[T], Job[Any]]
    pack: Callable[[Job[Any], BatchResult], R]
    pace: ConcurrencyConfig
    take: Callable[[Any, BatchResult], Awaitable[None]] | None = None

    def run(self, runner: Runner) -> Generator[R, None, None]:
        """Do it with the blocking client's settings."""
        runner.check_open()
        return _iterate(self, runner)

    def run_async(self, runner: AsyncRunner) -> AsyncGenerator[R, None]:
        """Do it with the awaited client."""
        runner.check_open()
        return _iterate_async(self, runner)


def run_jobs(
    runner: Runner, connection: Connection, jobs: Iterable[Job[K]], pace: ConcurrencyConfig
) -> Generator[tuple[K, BatchResult], None, None]:
    """Do jobs, and yield the key and the outcome of each. `EmbedFlows.many` says the rest."""
    return JobPlan(connection, jobs, _itself, _with_key, pace).run(runner)


def run_jobs_async(
    runner: AsyncRunner,
    connection: Connection,
    jobs: Iterable[Job[K]] | AsyncIterable[Job[K]],
    pace: ConcurrencyConfig,
) -> AsyncGenerator[tuple[K, BatchResult], None]:
    """`run_jobs`, awaited."""
    return JobPlan(connection, jobs, _itself, _with_key, pace).run_async(runner)


def do_jobs(
    runner: Runner,
    connection: Connection,
    jobs: Iterable[Job[K]],
    pace: ConcurrencyConfig,
    take: Callable[[K, BatchResult], Awaitable[None]],
) -> None:
    """Do jobs, and hand the key and the outcome of each over. What `take` raises ends it."""
    with closing(JobPlan(connection, jobs, _itself, _with_key, pace, take).run(runner)) as nothing:
        for _ in nothing:
            pass


async def do_jobs_async(
    runner: AsyncRunner,
    connection: Connection,
    jobs: Iterable[Job[K]] | AsyncIterable[Job[K]],
    pace: ConcurrencyConfig,
    take: Callable[[K, BatchResult], Awaitable[None]],
) -> None:
    """`do_jobs`, awaited."""
    plan = JobPlan(connection, jobs, _itself, _with_key, pace, take)
    async with aclosing(plan.run_async(runner)) as nothing:
        async for _ in nothing:
            pass


def plan_inputs(
    connection: Connection,
    inputs: Iterable[EmbedInput] | AsyncIterable[EmbedInput],
    embed: Callable[[EmbedInput], Flow[Embeddings]],
    model: str,
    pace: ConcurrencyConfig,
) -> JobPlan[EmbedInput, BatchResult]:
    """The plan of `client.embed.many(inputs)`.

    Raises:
        InvalidInputError: one input instead of many
    """
    is_iterable = hasattr(inputs, "__iter__") or hasattr(inputs, "__aiter__")
    if isinstance(inputs, (str, bytes, bytearray)) or not is_iterable:
        value = f"{type(inputs).__name__} is one input"
        limit = "many takes an iterable of them"
        raise InvalidInputError([Violation("inputs", value, limit, "Put it into a list")])

    def job_of(input: EmbedInput) -> Job[None]:
        return Job(None, input, partial(_begin, embed, input), model)

    return JobPlan(connection, inputs, job_of, _without_key, pace)


_MADE = (str, *get_args(Input))  # nothing of them has to be looked at first


def _begin(embed: Callable[[EmbedInput], Flow[Embeddings]], input: EmbedInput) -> Flow[Embeddings]:
    if isinstance(input, _MADE):
        return embed(input)
    return _promote_first(embed, input)


def _promote_first(
    embed: Callable[[EmbedInput], Flow[Embeddings]], input: EmbedInput
) -> Flow[Embeddings]:
    # Files are opened and pictures encoded, which must not hold the others up.
    coerced = yield RunBlocking(partial(coerce, input))
    return (yield from embed(coerced))


def _itself(job: Job[K]) -> Job[K]:
    return job


def _with_key(job: Job[K], outcome: BatchResult) -> tuple[K, BatchResult]:
    return job.key, outcome


def _without_key(job: Job[None], outcome: BatchResult) -> BatchResult:
    return outcome


# ------------------------------------------------------------------------------------------- engine

Drive: TypeAlias = Callable[[Callable[[], Flow["Embeddings"]], Admission], Awaitable["Embeddings"]]


class _Run(Generic[T, R]):
    """Items under way. Lives in one event loop.

    Args:
        plan: what there is to do
        drive: runs a flow, whose requests go through a door
        emit: is told each result
    """

    def __init__(
        self, plan: JobPlan[T, R], clock: Clock, drive: Drive, emit: Callable[[R], None]
    ) -> None:
        self._plan = plan
        self._clock = clock
        self._drive = drive
        self._emit = emit
        self._source = as_input_stream(plan.items, plan.pace.concurrency)
        self._room = asyncio.Semaphore(plan.pace.concurrency * _BEGUN_FACTOR)
        self._traffic = AdmissionControl(
            plan.pace.concurrency, plan.pace.rate_limiter, plan.pace.max_in_flight_bytes, clock
        )
        self._shelf: dict[int, R] = {}
        self._next_number = 0

    def taken(self, count: int = 1) -> None:
        """So many results were taken: others may begin."""
        for _ in range(count):
            self._room.release()

    async def run(self) -> None:
        """Do all of it.

        Raises:
            Exception: what reading the items raised, after the last outcome; or what an item
                raised that is no TwelveLabsError, at once
        """
        # More than there are turns: others go on where one waits before another attempt.
        count = self._plan.pace.concurrency * _BEGUN_FACTOR
        workers = [asyncio.create_task(self._work()) for _ in range(count)]
        try:
            await asyncio.gather(*workers)
        finally:
            self._traffic.is_stopped = True
            self._source.stop()
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)
        if self._source.error is not None:
            raise self._source.error

    async def _work(self) -> None:
        plan, turns = self._plan, self._traffic.turns
        await turns.acquire()
        while (numbered := await self._next()) is not None:
            number, item = numbered
            job = plan.job_of(item)
            tokens = max_tokens(job.input, job.model) if self._traffic.counts_tokens else 0
            admission = Admission(self._traffic, tokens)
            outcome = await self._do(job, admission)
            if plan.take is None:
                self._settle(number, plan.pack(job, outcome))
            else:
                await plan.take(job.key, outcome)
                self._room.release()
            del numbered, item, job, outcome  # not to be kept until the next one comes
            if not admission.has_turn or self._traffic.pass_turn():
                await turns.acquire()
        turns.release()  # another worker may wait to see the end

    async def _next(self) -> tuple[int, T] | None:
        await self._room.acquire()
        numbered = await self._source.next()
        if numbered is None:
            self._room.release()
        return numbered

    async def _do(self, job: Job[Any], admission: Admission) -> BatchResult:
        monotonic = self._clock.monotonic
        started_sec = monotonic()
        try:
            await admission.open()
            started_sec = monotonic()
            embeddings = await self._drive(job.make, admission)
        except TwelveLabsError as error:
            seconds = monotonic() - started_sec
            return BatchResult(job.input, None, error, admission.requests, seconds, None)
        finally:
            admission.close()
        seconds = monotonic() - started_sec
        return BatchResult(
            job.input, embeddings, None, admission.requests, seconds, embeddings.route
        )

    def _settle(self, number: int, result: R) -> None:
        if not self._plan.pace.in_order:
            self._emit(result)
            return
        self._shelf[number] = result
        while self._next_number in self._shelf:
            self._emit(self._shelf.pop(self._next_number))
            self._next_number += 1


# ---------------------------------------------------------------------------------------- awaited


async def _iterate_async(plan: JobPlan[T, R], runner: AsyncRunner) -> AsyncGenerator[R, None]:
    _check_loop()
    finished: deque[R] = deque()
    news = asyncio.Event()

    def emit(result: R) -> None:
        finished.append(result)
        news.set()

    run = _Run(plan, plan.connection.clock, _awaiting(runner), emit)
    running = asyncio.create_task(run.run())
    running.add_done_callback(lambda _: news.set())
    try:
        while finished or not running.done():
            while finished:
                result = finished.popleft()
                run.taken()
                yield result
                del result
            if not running.done():
                news.clear()
                await news.wait()
        await running
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


def _awaiting(runner: AsyncRunner) -> Drive:
    return lambda make, admission: runner.run(make(), admission)


def _check_loop() -> None:
    try:
        asyncio.get_running_loop()
    except RuntimeError as error:
        raise ConfigurationError(
            "many(...) needs asyncio's event loop. In another one, use the blocking client in a "
            "thread"
        ) from error


# --------------------------------------------------------------------------------------- blocking


def _iterate(plan: JobPlan[T, R], runner: Runner) -> Generator[R, None, None]:
    channel: _Channel[R] = _Channel()
    thread = Thread(
        target=copy_context().run,  # what is traced here has its requests within it
        args=(_serve, plan, runner, channel),
        name="twelvelabs-embed-many",
        daemon=True,
    )
    thread.start()
    # So often it is told that there is room: not for each, since that wakes the other thread.
    often = max(1, plan.pace.concurrency // 4)
    try:
        while results := channel.take():
            count = 0
            while results:
                yield results.popleft()
                count += 1
                if count == often or not results:
                    channel.tell_taken(count)
                    count = 0
        if channel.error is not None:
            raise channel.error
    finally:
        channel.stop()
        thread.join()


class _Channel(Generic[R]):
    """Carries results out of the thread of the event loop, and news into it."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._finished: deque[R] = deque()
        self._is_over = False
        self._is_stopped = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._running: asyncio.Task[None] | None = None
        self._taken: Callable[[int], None] | None = None
        self.error: BaseException | None = None

    def begin(self, running: asyncio.Task[None], taken: Callable[[int], None]) -> None:
        with self._changed:
            self._loop = asyncio.get_running_loop()
            self._running, self._taken = running, taken
            if self._is_stopped:
                running.cancel()

    def put(self, results: Iterable[R]) -> None:
        with self._changed:
            self._finished.extend(results)
            self._changed.notify()

    def end(self, error: BaseException | None) -> None:
        with self._changed:
            self._is_over = True
            self.error = error
            self._changed.notify()

    def take(self) -> deque[R]:
        """All that is finished; empty when nothing more comes."""
        with self._changed:
            while not self._finished and not self._is_over:
                self._changed.wait(1.0)  # on Windows, an endless wait would not see Ctrl-C
            finished, self._finished = self._finished, deque()
            return finished

    def tell_taken(self, count: int) -> None:
        if self._taken is not None and count:
            self._call(partial(self._taken, count))

    def stop(self) -> None:
        with self._changed:
            self._is_stopped = True
            if self._running is not None:
                self._call(self._running.cancel)

    def _call(self, work: Callable[[], object]) -> None:
        assert self._loop is not None
        with suppress(RuntimeError):  # the loop is closed: all is done
            self._loop.call_soon_threadsafe(work)


def _serve(plan: JobPlan[T, R], runner: Runner, channel: _Channel[R]) -> None:
    try:
        asyncio.run(_pump(plan, runner, channel))
    except asyncio.CancelledError:
        channel.end(None)
    except BaseException as error:
        channel.end(error)
    else:
        channel.end(None)


async def _pump(plan: JobPlan[T, R], runner: Runner, channel: _Channel[R]) -> None:
    clock = _awaitable(plan.connection.clock)
    if runner.is_given:
        await _pump_with_threads(plan, runner, clock, channel)
        return
    own = AsyncRunner(None, clock)
    try:
        await _do_all(plan, clock, _awaiting(own), channel)
    finally:
        await own.close()


async def _do_all(plan: JobPlan[T, R], clock: Clock, drive: Drive, channel: _Channel[R]) -> None:
    loop = asyncio.get_running_loop()
    finished: list[R] = []

    def emit(result: R) -> None:
        if not finished:
            loop.call_later(_TOGETHER_SEC, put)
        finished.append(result)

    def put() -> None:
        if finished:
            channel.put(finished)
            finished.clear()

    run = _Run(plan, clock, drive, emit)
    running = asyncio.create_task(run.run())
    channel.begin(running, run.taken)
    try:
        await running
    finally:
        put()


def _awaitable(clock: Clock) -> Clock:
    """The clock, whose awaited sleep does what its blocking one does."""
    if clock.sleep is really_sleep:
        return clock

    async def sleep(duration_sec: float) -> None:
        await asyncio.to_thread(clock.sleep, duration_sec)

    return evolve(clock, sleep_async=sleep)


# ----------------------------------------------------------- blocking, with an http_client of yours


async def _pump_with_threads(
    plan: JobPlan[T, R], runner: Runner, clock: Clock, channel: _Channel[R]
) -> None:
    """Flows run in threads, because a client of yours can only block."""
    loop = asyncio.get_running_loop()
    stopped = Event()
    own = runner.with_clock(evolve(clock, sleep=partial(_sleep_until_stopped, clock, stopped)))
    running: set[asyncio.Future[Embeddings]] = set()

    def run(make: Callable[[], Flow[Embeddings]], admission: Admission) -> Embeddings:
        return own.run(make(), ThreadAdmission(admission, loop))

    async def drive(make: Callable[[], Flow[Embeddings]], admission: Admission) -> Embeddings:
        future = _in_thread(partial(run, make, admission))
        running.add(future)
        future.add_done_callback(running.discard)
        try:
            return await asyncio.shield(future)
        finally:
            del future  # the traceback of its error leads here: nobody else would end that circle

    try:
        await _do_all(plan, clock, drive, channel)
    finally:
        stopped.set()
        if running:  # those that wait at a door need the loop to be told
            await asyncio.wait(running, timeout=_GRACE_SEC)


def _in_thread(work: Callable[[], T]) -> asyncio.Future[T]:
    """Do this in a thread for which neither Ctrl-C nor the end of the interpreter has to wait."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()
    future.add_done_callback(asyncio.Future.exception)  # of those that nobody waits for any more

    # Taken out when it is told: an error leads to the frames below, and they must not lead to it.
    waiting = [future]

    def tell(settle: Callable[[asyncio.Future[T], Any], None], value: Any) -> None:
        with suppress(RuntimeError):  # the loop is closed
            loop.call_soon_threadsafe(settle, waiting.pop(), value)

    def run() -> None:
        try:
            result = work()
        except BaseException as error:
            tell(asyncio.Future.set_exception, error)
        else:
            tell(asyncio.Future.set_result, result)

    Thread(target=copy_context().run, args=(run,), name="twelvelabs-embed", daemon=True).start()
    return future


def _sleep_until_stopped(clock: Clock, stopped: Event, duration_sec: float) -> None:
    if clock.sleep is really_sleep:
        stopped.wait(duration_sec)
    else:
        clock.sleep(duration_sec)
    if stopped.is_set():
        raise StoppedError
