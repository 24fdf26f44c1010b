"""Blocking iteration over a batch: the worker pool in an event loop in a thread of its own.

So it also works where a loop is running already, such as in a notebook. Requests are awaited in
that loop, unless the client has a user-supplied `httpx_client`, which can only block: then each job
has a thread.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Generator, Iterable
from contextlib import suppress
from contextvars import copy_context
from functools import partial
from threading import Condition, Event, Thread
from time import sleep as real_sleep
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from msgspec.structs import replace

from twelvelabs_embed._http.effects import Flow, SendRequest
from twelvelabs_embed._http.runners import AsyncRunner, Runner
from twelvelabs_embed.batch.admission import Admission, RequestSlot, StoppedError
from twelvelabs_embed.batch.worker_pool import RunFlow, WorkerPool, run_flow_with
from twelvelabs_embed.retry import Clock

if TYPE_CHECKING:
    import httpx

    from twelvelabs_embed.batch.plan import JobPlan
    from twelvelabs_embed.results.embeddings import Embeddings

R = TypeVar("R")
T = TypeVar("T")

# Results that finish within so many seconds are handed to the other thread together, since it wakes
# each time. It is as long as the interpreter lets a thread run when another one waits.
_COLLECT_SEC = 0.005
# How long requests of a user-supplied client may continue when the run is over, in seconds.
_GRACE_SEC = 1.0


def iterate(plan: JobPlan[T, R], runner: Runner) -> Generator[R, None, None]:
    """Run a plan in another thread, and yield the results."""
    channel: _Channel[R] = _Channel()
    thread = Thread(
        target=copy_context().run,  # spans of its requests are children of the caller's span
        args=(_run_in_loop, plan, runner, channel),
        name="twelvelabs-embed-many",
        daemon=True,
    )
    thread.start()
    # Not for each result, since that may wake the other thread.
    report_every = max(1, plan.config.concurrency // 4)
    try:
        while results := channel.take():
            count = 0
            while results:
                yield results.popleft()
                count += 1
                if count == report_every or not results:
                    channel.count_consumed(count)
                    count = 0
        if channel.error is not None:
            raise channel.error
    finally:
        channel.stop()
        thread.join()


class _Channel(Generic[R]):
    """Carries results out of the event loop's thread, and what was consumed into it."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._finished: deque[R] = deque()
        self._is_over = False
        self._is_stopped = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._running: asyncio.Task[None] | None = None
        self._consumed = 0
        self._is_starved = False
        self._report_consumed: Callable[[int], bool] | None = None
        self.error: BaseException | None = None

    def start(self, running: asyncio.Task[None], report_consumed: Callable[[int], bool]) -> None:
        with self._changed:
            self._loop = asyncio.get_running_loop()
            self._running, self._report_consumed = running, report_consumed
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
        """Wait for results, and return all that are finished; none at the end."""
        with self._changed:
            while not self._finished and not self._is_over:
                self._changed.wait(1.0)  # on Windows, an endless wait would not see Ctrl-C
            finished, self._finished = self._finished, deque()
            return finished

    def count_consumed(self, count: int) -> None:
        """Count what was consumed. The loop's thread is woken only where it can start nothing."""
        with self._changed:
            self._consumed += count
            is_starved, self._is_starved = self._is_starved, False
        if is_starved:
            self._call(self.forward_consumed)

    def forward_consumed(self) -> None:
        """Report in the loop what was consumed; if no more can be started, also what will be."""
        with self._changed:
            count, self._consumed = self._consumed, 0
            self._is_starved = True
        if self._report_consumed is not None and count and self._report_consumed(count):
            self._is_starved = False

    def stop(self) -> None:
        with self._changed:
            self._is_stopped = True
            if self._running is not None:
                self._call(self._running.cancel)

    def _call(self, work: Callable[[], object]) -> None:
        assert self._loop is not None
        with suppress(RuntimeError):  # the loop is closed: the run is over
            self._loop.call_soon_threadsafe(work)


def _run_in_loop(plan: JobPlan[T, R], runner: Runner, channel: _Channel[R]) -> None:
    run = _run_in_threads if runner.is_given else _run_awaited
    try:
        asyncio.run(run(plan, runner, _as_awaitable(plan.connection.clock), channel))
    except asyncio.CancelledError:
        channel.end(None)
    except BaseException as error:
        channel.end(error)
    else:
        channel.end(None)


async def _run_awaited(
    plan: JobPlan[T, R], runner: Runner, clock: Clock, channel: _Channel[R]
) -> None:
    own = AsyncRunner(None, clock)
    try:
        await _run_pool(plan, clock, run_flow_with(own), channel)
    finally:
        await own.close()


async def _run_pool(
    plan: JobPlan[T, R], clock: Clock, run_flow: RunFlow, channel: _Channel[R]
) -> None:
    loop = asyncio.get_running_loop()
    finished: list[R] = []

    def emit(result: R) -> None:
        if not finished:
            loop.call_later(_COLLECT_SEC, put)
        finished.append(result)

    def put() -> None:
        if finished:
            channel.put(finished)
            finished.clear()

    def ask_for_consumed() -> None:
        # Fewer are left to the timer: at each handover, the threads wait for each other.
        if len(finished) >= plan.config.concurrency // 2:
            put()
        channel.forward_consumed()

    pool = WorkerPool(plan, clock, run_flow, emit, ask_for_consumed)
    running = asyncio.create_task(pool.run())
    channel.start(running, pool.consumed)
    try:
        await running
    finally:
        put()


def _as_awaitable(clock: Clock) -> Clock:
    """Return the clock, whose awaited sleep does what its blocking one does."""
    if clock.sleep is real_sleep:
        return clock

    async def sleep(duration_sec: float) -> None:
        await asyncio.to_thread(clock.sleep, duration_sec)

    return replace(clock, sleep_async=sleep)


# ------------------------------------------------------------------------------ flows in threads


async def _run_in_threads(
    plan: JobPlan[T, R], runner: Runner, clock: Clock, channel: _Channel[R]
) -> None:
    loop = asyncio.get_running_loop()
    stopped = Event()
    own = runner.with_clock(replace(clock, sleep=partial(_sleep_until_stopped, clock, stopped)))
    running: set[asyncio.Future[Embeddings]] = set()

    def run(make: Callable[[], Flow[Embeddings]], admission: Admission) -> Embeddings:
        return own.run(make(), ThreadAdmission(admission, loop))

    async def run_flow(make: Callable[[], Flow[Embeddings]], admission: Admission) -> Embeddings:
        future = _in_thread(partial(run, make, admission))
        running.add(future)
        future.add_done_callback(running.discard)
        try:
            return await asyncio.shield(future)
        finally:
            del future  # its error's traceback refers to this frame: a cycle otherwise

    try:
        await _run_pool(plan, clock, run_flow, channel)
    finally:
        stopped.set()
        if running:  # those that wait for admission need the loop
            await asyncio.wait(running, timeout=_GRACE_SEC)


def _in_thread(work: Callable[[], T]) -> asyncio.Future[T]:
    """Do this in a thread for which neither Ctrl-C nor the end of the interpreter has to wait."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()
    future.add_done_callback(asyncio.Future.exception)  # retrieved, also if the run is over

    # Popped when it is set: an error refers to the frames below, which must not refer to it.
    waiting = [future]

    def resolve(setter: Callable[[asyncio.Future[T], Any], None], value: Any) -> None:
        with suppress(RuntimeError):  # the loop is closed
            loop.call_soon_threadsafe(setter, waiting.pop(), value)

    def run() -> None:
        try:
            result = work()
        except BaseException as error:
            resolve(asyncio.Future.set_exception, error)
        else:
            resolve(asyncio.Future.set_result, result)

    Thread(target=copy_context().run, args=(run,), name="twelvelabs-embed", daemon=True).start()
    return future


def _sleep_until_stopped(clock: Clock, stopped: Event, duration_sec: float) -> None:
    if clock.sleep is real_sleep:
        stopped.wait(duration_sec)
    else:
        clock.sleep(duration_sec)
    if stopped.is_set():
        raise StoppedError


class ThreadAdmission:
    """The admission of an item whose requests are sent in threads, admitted in the event loop."""

    def __init__(self, admission: Admission, loop: asyncio.AbstractEventLoop) -> None:
        self._admission = admission
        self._loop = loop

    def send(
        self, command: SendRequest, send: Callable[[SendRequest], httpx.Response]
    ) -> httpx.Response:
        """Send a request when it may be sent."""
        slot = RequestSlot(self._admission, command)
        asyncio.run_coroutine_threadsafe(slot.start(), self._loop).result()
        try:
            slot.response = send(command)
            return slot.response
        finally:
            self._loop.call_soon_threadsafe(slot.release)

    def sleep(self, duration_sec: float, sleep: Callable[[float], object]) -> None:
        """Sleep before a retry, without slots."""
        self._loop.call_soon_threadsafe(self._admission.yield_slot)
        for step_sec in self._admission.sleep_steps(duration_sec):
            sleep(step_sec)
