"""Worker pool: many inputs concurrently, results as they finish, in bounded memory.

Backpressure: no more is started than twice `concurrency` beyond what was consumed.

Both clients run it, and it is awaited: of calls that wait for the network, one thread makes more
than many threads do (ARCHITECTURE.md has the figures).
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar

from twelvelabs_embed._http.effects import Flow
from twelvelabs_embed._http.runners import AsyncRunner
from twelvelabs_embed.batch.admission import Admission, AdmissionControl, StoppedError
from twelvelabs_embed.batch.input_stream import as_input_stream
from twelvelabs_embed.batch.jobs import BatchResult, Job
from twelvelabs_embed.batch.slots import Slots
from twelvelabs_embed.batch.token_count import max_tokens
from twelvelabs_embed.errors import (
    ConfigurationError,
    QuotaExhaustedError,
    TwelveLabsError,
    UnexpectedError,
    files_exhausted,
)
from twelvelabs_embed.retry import Clock

if TYPE_CHECKING:
    from twelvelabs_embed.batch.plan import JobPlan
    from twelvelabs_embed.results.embeddings import Embeddings

R = TypeVar("R")
T = TypeVar("T")

RunFlow: TypeAlias = Callable[
    [Callable[[], Flow["Embeddings"]], Admission], Awaitable["Embeddings"]
]

# So many times `concurrency` are started and not consumed: in progress, finished, or waiting before
# another attempt.
_STARTED_FACTOR = 2


class WorkerPool(Generic[T, R]):
    """The items of a run that are in progress. Lives in one event loop.

    Args:
        plan: the run
        clock: time
        run_flow: runs the flow of a job, whose requests go through its admission
        emit: is called with each result
        ask_for_consumed: is called when no item can be started until results are consumed
    """

    def __init__(
        self,
        plan: JobPlan[T, R],
        clock: Clock,
        run_flow: RunFlow,
        emit: Callable[[R], None],
        ask_for_consumed: Callable[[], None] = lambda: None,
    ) -> None:
        config = plan.config
        self._plan = plan
        self._clock = clock
        self._run_flow = run_flow
        self._emit = emit
        self._ask_for_consumed = ask_for_consumed
        self._stream = as_input_stream(plan.items, config.concurrency)
        self._unconsumed = Slots(config.concurrency * _STARTED_FACTOR)
        self._control = AdmissionControl(
            config.concurrency,
            config.rate_limiter,
            config.max_in_flight_bytes,
            clock,
            plan.connection.retry,
            plan.is_stopping,
        )
        self._workers: set[asyncio.Task[None]] = set()
        self._busy: set[asyncio.Task[Any] | None] = set()
        self._exhausted: QuotaExhaustedError | None = None
        self._out_of_order: dict[int, R] = {}
        self._next_number = 0

    def consumed(self, count: int = 1) -> bool:
        """Allow as many items to be started as results were consumed; whether more can be now."""
        self._unconsumed.release(count)
        return self._unconsumed.value > 0

    async def run(self) -> None:
        """Run all jobs.

        Raises:
            QuotaExhaustedError: the service asks to wait too long; what was sent is finished
            Exception: what reading the items raised, after the last result; or what handling a
                result raised, immediately
        """
        # More than there are start slots: others run where one waits before another attempt.
        count = self._plan.config.concurrency * _STARTED_FACTOR
        self._workers = {asyncio.create_task(self._work()) for _ in range(count)}
        try:
            await asyncio.gather(*self._workers)
        finally:
            self._control.is_stopped = True
            self._stream.stop()
            for worker in self._workers:
                worker.cancel()
            await asyncio.gather(*self._workers, return_exceptions=True)
        for number in sorted(self._out_of_order):  # those before them were not sent
            self._emit(self._out_of_order.pop(number))
        if self._exhausted is not None:
            raise self._exhausted
        if self._stream.error is not None:
            raise self._stream.error

    async def _work(self) -> None:
        try:
            await self._work_until_end()
        except QuotaExhaustedError as error:
            self._exhausted = self._exhausted or error
            for idle in self._workers - self._busy:
                idle.cancel()
        except asyncio.CancelledError:
            if self._exhausted is None:
                raise

    async def _work_until_end(self) -> None:
        plan, control, unconsumed = self._plan, self._control, self._unconsumed
        in_order = plan.config.in_order
        worker = asyncio.current_task()
        await control.start_slots.acquire()
        while self._exhausted is None:
            if not unconsumed.acquire_nowait():
                self._ask_for_consumed()
                await unconsumed.acquire()
            numbered = await self._stream.next()
            if numbered is None:
                unconsumed.release()
                break
            self._busy.add(worker)
            number, item = numbered
            job = plan.job_of(item)
            tokens = max_tokens(job.input, job.model) if control.counts_tokens else 0
            admission = Admission(control, tokens)
            result = await self._run_job(job, admission)
            if plan.handle is not None:
                await plan.handle(job.key, result)
                unconsumed.release()
            elif in_order:
                self._emit_in_order(number, plan.pack(job, result))
            else:
                self._emit(plan.pack(job, result))
            del numbered, item, job, result  # not to be kept until the next one comes
            self._busy.remove(worker)
            if self._exhausted is None and (
                not admission.has_start_slot or control.transfer_start_slot()
            ):
                await control.start_slots.acquire()
        control.start_slots.release()  # another worker may wait to see the end

    async def _run_job(self, job: Job[Any], admission: Admission) -> BatchResult:
        monotonic = self._clock.monotonic
        started_sec = monotonic()
        try:
            if not admission.open_nowait():
                await admission.open()
            started_sec = monotonic()
            embeddings = await self._run_flow(job.make, admission)
        except (QuotaExhaustedError, StoppedError):
            raise
        except Exception as error:
            seconds = monotonic() - started_sec
            # Of the same name: its traceback leads here, and would hold it in another variable.
            error = as_item_error(error)
            self._control.raise_if_exhausted(error)
            sent, retries = admission.requests, admission.retries
            return BatchResult(job.input, None, error, sent, seconds, None, retries)
        finally:
            admission.close()
        seconds = monotonic() - started_sec
        sent, retries = admission.requests, admission.retries
        return BatchResult(job.input, embeddings, None, sent, seconds, embeddings.route, retries)

    def _emit_in_order(self, number: int, result: R) -> None:
        self._out_of_order[number] = result
        while self._next_number in self._out_of_order:
            self._emit(self._out_of_order.pop(self._next_number))
            self._next_number += 1


async def iterate_async(plan: JobPlan[T, R], runner: AsyncRunner) -> AsyncGenerator[R, None]:
    """Run a plan in the caller's event loop, and yield the results."""
    _require_asyncio()
    finished: deque[R] = deque()
    arrived = asyncio.Event()

    def emit(result: R) -> None:
        if not finished:  # otherwise it is known that some have arrived
            arrived.set()
        finished.append(result)

    pool = WorkerPool(plan, plan.connection.clock, run_flow_with(runner), emit)
    running = asyncio.create_task(pool.run())
    running.add_done_callback(lambda _: arrived.set())
    try:
        while finished or not running.done():
            while finished:
                result = finished.popleft()
                pool.consumed()
                yield result
                del result
            if not running.done():
                arrived.clear()
                await arrived.wait()
        await running
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


def as_item_error(error: Exception) -> TwelveLabsError:
    """Return the error of an item, which may be one that nothing here expects."""
    if isinstance(error, TwelveLabsError):
        return error
    try:
        text = str(error)
    except Exception:  # it may be of any package
        text = "without a message"
    wrapped = files_exhausted(error) or UnexpectedError(f"{type(error).__name__}: {text}")
    wrapped.__cause__ = error
    return wrapped


def run_flow_with(runner: AsyncRunner) -> RunFlow:
    """Return what runs flows with an awaited runner."""
    return lambda make, admission: runner.run(make(), admission)


def _require_asyncio() -> None:
    try:
        asyncio.get_running_loop()
    except RuntimeError as error:
        raise ConfigurationError(
            "many(...) needs asyncio's event loop. In another one, use the blocking client in a "
            "thread"
        ) from error
