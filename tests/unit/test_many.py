"""The engine of many calls at once, without a socket: what it begins, yields and leaves behind."""

import asyncio
import threading
import time
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, Literal

import httpx
import numpy as np
import pytest
from attrs import evolve
from twelvelabs_embed import (
    Clock,
    ConfigurationError,
    InvalidInputError,
    RetryPolicy,
    Text,
    TwelveLabs,
    TwelveLabsError,
)
from twelvelabs_embed._http.effects import Flow, RunBlocking, Sleep
from twelvelabs_embed._http.request import Connection
from twelvelabs_embed._http.runners import AsyncRunner, Runner
from twelvelabs_embed.batch.worker_pool import (
    BatchResult,
    ConcurrencyConfig,
    Job,
    run_jobs,
    run_jobs_async,
)
from twelvelabs_embed.results.embeddings import Embeddings, Segment

RunOptions = Literal["awaited", "blocking", "threads"]
HOWS: list[RunOptions] = ["awaited", "blocking", "threads"]
TIMEOUT = httpx.Timeout(5)
each_way = pytest.mark.parametrize("how", HOWS)


def embeddings(number: float = 0.0) -> Embeddings:
    return Embeddings(
        vectors=np.full((1, 2), number, np.float32),
        segments=[Segment()],
        model="m",
        input_type="text",
        metadata=None,
    )


def connection(clock: Clock = Clock()) -> Connection:
    return Connection("http://api", httpx.Headers(), TIMEOUT, RetryPolicy(), clock)


def job(number: int, work: Callable[[], object] | None = None, sec: float = 0.0) -> Job[int]:
    """A job that sleeps, does some work in a thread, and gives vectors of its number."""

    def flow() -> Flow[Embeddings]:
        if sec:
            yield Sleep(sec)
        if work is not None:
            yield RunBlocking(work)
        return embeddings(number)

    return Job(number, f"text {number}", flow)


def failing_job(number: int, error: Exception) -> Job[int]:
    def flow() -> Flow[Embeddings]:
        yield Sleep(0.001)
        raise error

    return Job(number, f"text {number}", flow)


def iterate(
    how: RunOptions, jobs: Iterable[Job[int]] | AsyncIterable[Job[int]], **pace: Any
) -> Iterator[tuple[int, BatchResult]]:
    """The engine, from the outside of an event loop."""
    clock = pace.pop("clock", Clock())
    settings = ConcurrencyConfig(**pace)
    if how == "awaited":
        return iterate_awaited(jobs, settings, clock)
    runner = Runner(httpx.Client() if how == "threads" else None, clock)
    assert not isinstance(jobs, AsyncIterable)
    return run_jobs(runner, connection(clock), jobs, settings)


def iterate_awaited(
    jobs: Iterable[Job[int]] | AsyncIterable[Job[int]], pace: ConcurrencyConfig, clock: Clock
) -> Iterator[tuple[int, BatchResult]]:
    runner = AsyncRunner(None, clock)
    results = run_jobs_async(runner, connection(clock), jobs, pace)
    with asyncio.Runner() as runner:
        try:
            while True:
                try:
                    yield runner.run(after(results))
                except StopAsyncIteration:
                    return
        finally:
            runner.run(results.aclose())
            assert not [task for task in asyncio.all_tasks(runner.get_loop()) if not task.done()]


async def after(results: AsyncIterator[tuple[int, BatchResult]]) -> tuple[int, BatchResult]:
    return await anext(results)


@pytest.fixture(autouse=True)
def nothing_is_left_running() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    # Idle threads of anyio end with their event loop, a moment after it.
    until_sec = time.monotonic() + 5
    while (left := set(threading.enumerate()) - before) and time.monotonic() < until_sec:
        time.sleep(0.005)
    assert not left


@each_way
@pytest.mark.parametrize("in_order", [False, True])
def test_all_come_once(how: RunOptions, in_order: bool) -> None:
    jobs = [job(number, sec=0.001 * (number % 3)) for number in range(50)]
    results = list(iterate(how, jobs, concurrency=4, in_order=in_order))
    keys = [key for key, _ in results]
    assert sorted(keys) == list(range(50))
    assert (keys == sorted(keys)) == in_order
    for key, outcome in results:
        assert outcome.input == f"text {key}"
        assert outcome.unwrap().vector[0] == key
        assert (outcome.error, outcome.attempts) == (None, 0)


@each_way
def test_nothing_to_do(how: RunOptions) -> None:
    assert list(iterate(how, [])) == []
    assert list(iterate(how, iter([]))) == []


@each_way
def test_what_fails_stops_no_other(how: RunOptions) -> None:
    failure = TwelveLabsError("no")
    jobs = [failing_job(0, failure), *map(job, range(1, 6))]
    outcomes = dict(iterate(how, jobs, concurrency=2))
    assert outcomes[0].error is failure
    assert outcomes[0].embeddings is None
    assert outcomes[0].route is None
    with pytest.raises(TwelveLabsError, match="no"):
        outcomes[0].unwrap()
    assert all(outcomes[number].unwrap() for number in range(1, 6))


@each_way
def test_a_mistake_in_a_program_is_raised(how: RunOptions) -> None:
    begun: list[int] = []
    jobs = [failing_job(0, AttributeError("oops"))]
    jobs += [job(number, partial(begun.append, number), sec=0.05) for number in range(1, 100)]
    with pytest.raises(AttributeError, match="oops"):
        list(iterate(how, jobs, concurrency=2))
    assert len(begun) < 10


@each_way
def test_what_reading_the_jobs_raises_comes_last(how: RunOptions) -> None:
    def jobs() -> Iterator[Job[int]]:
        yield from map(partial(job, sec=0.02), range(3))
        raise ValueError("line 4 is wrong")

    keys: list[int] = []
    with pytest.raises(ValueError, match="line 4"):
        keys.extend(key for key, _ in iterate(how, jobs()))
    assert sorted(keys) == [0, 1, 2]


@each_way
def test_no_more_at_once_than_allowed(how: RunOptions) -> None:
    lock, running, most = threading.Lock(), 0, 0

    def work() -> None:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        time.sleep(0.01)
        with lock:
            running -= 1

    list(iterate(how, [job(number, work) for number in range(20)], concurrency=3))
    assert most == 3


def waiting(is_over: threading.Event) -> Clock:
    """A clock whose sleep ends with an event."""

    async def sleep_async(duration_sec: float) -> None:
        await asyncio.to_thread(is_over.wait, 10)

    def sleep(duration_sec: float) -> None:
        is_over.wait(10)

    return Clock(sleep=sleep, sleep_async=sleep_async)


def job_tried_again(number: int) -> Job[int]:
    """A job that waits before another attempt."""

    def flow() -> Flow[Embeddings]:
        yield Sleep(1.0, yields_slot=True)
        return embeddings(number)

    return Job(number, f"text {number}", flow)


@each_way
@pytest.mark.parametrize("is_slow", [False, True])
def test_others_go_on_while_one_waits_for_another_attempt(how: RunOptions, is_slow: bool) -> None:
    """Also where the source gives no more before that one has ended."""
    is_over, is_ended = threading.Event(), threading.Event()

    def jobs() -> Iterator[Job[int]]:
        yield job_tried_again(0)
        yield from map(job, range(1, 9))
        yield job(9, is_over.set)
        if is_slow:
            assert is_ended.wait(10)
        yield job(10)

    keys: list[int] = []
    for key, _ in iterate(how, jobs(), concurrency=1, clock=waiting(is_over)):
        keys.append(key)
        if key == 0:
            is_ended.set()
    assert [key for key in keys if key not in (0, 10)] == list(range(1, 10))
    assert sorted(keys) == list(range(11))


@each_way
def test_no_more_wait_for_another_attempt_than_may_be_begun(how: RunOptions) -> None:
    is_over, begun = threading.Event(), []
    most: list[int] = []

    def end() -> None:
        most.append(len(begun))
        is_over.set()

    def jobs() -> Iterator[Job[int]]:
        for number in range(50):
            one = job_tried_again(number)
            yield evolve(one, make=partial(begin, one))

    def begin(one: Job[int]) -> Flow[Embeddings]:
        begun.append(one.key)
        if len(begun) == 8:
            threading.Timer(0.1, end).start()
        return one.make()

    results = iterate(how, jobs(), concurrency=4, clock=waiting(is_over))
    assert sorted(key for key, _ in results) == list(range(50))
    assert most == [8]


@each_way
@pytest.mark.parametrize("in_order", [False, True])
def test_an_endless_input_is_read_as_it_is_needed(how: RunOptions, in_order: bool) -> None:
    read = 0

    def jobs() -> Iterator[Job[int]]:
        nonlocal read
        while True:
            read += 1
            yield job(read - 1)

    results = iterate(how, jobs(), concurrency=5, in_order=in_order)
    for taken, _ in enumerate(results, 1):
        # Begun and not taken: 10 at most. Read ahead: 5, and one in hand.
        assert read <= taken + 10 + 5 + 1
        if taken == 200:
            break
    results.close()  # type: ignore[attr-defined]


@each_way
def test_those_behind_a_slow_one_wait_in_order_but_not_for_ever_more(how: RunOptions) -> None:
    is_first_done = threading.Event()
    done: list[int] = []

    def finish(number: int) -> None:
        done.append(number)
        if len(done) == 9:
            is_first_done.set()  # all that may be begun before the first is taken

    jobs = [job(0, is_first_done.wait)]
    jobs += [job(number, partial(finish, number)) for number in range(1, 50)]
    results = iterate(how, jobs, concurrency=5, in_order=True)
    assert next(results)[0] == 0
    assert len(done) <= 10
    assert [key for key, _ in results] == list(range(1, 50))


@each_way
def test_what_is_finished_does_not_wait_for_a_slow_input(how: RunOptions) -> None:
    is_taken = threading.Event()

    def jobs() -> Iterator[Job[int]]:
        yield job(0)
        assert is_taken.wait(10)
        yield job(1)

    results = iterate(how, jobs())
    assert next(results)[0] == 0
    is_taken.set()
    assert [key for key, _ in results] == [1]


async def test_what_is_finished_does_not_wait_for_a_slow_awaited_input() -> None:
    is_taken = asyncio.Event()

    async def jobs() -> AsyncIterator[Job[int]]:
        yield job(0)
        await is_taken.wait()
        yield job(1)
        raise ValueError("no more")

    runner = AsyncRunner(None, Clock())
    results = run_jobs_async(runner, connection(), jobs(), ConcurrencyConfig())
    assert (await anext(results))[0] == 0
    is_taken.set()
    assert (await anext(results))[0] == 1
    with pytest.raises(ValueError, match="no more"):
        await anext(results)


@each_way
def test_closing_early_cancels_what_is_under_way(how: RunOptions) -> None:
    ended: list[int] = []
    jobs = [job(0)] + [job(number, partial(ended.append, number), sec=30) for number in range(1, 9)]
    results = iterate(how, jobs, concurrency=4)
    next(results)
    started_sec = time.monotonic()
    results.close()  # type: ignore[attr-defined]
    assert time.monotonic() - started_sec < 5
    assert ended == []


@each_way
def test_an_exception_in_the_loop_cancels_too(how: RunOptions) -> None:
    def consume() -> None:
        for _ in iterate(how, (job(number, sec=30.0 * bool(number)) for number in range(9))):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        consume()


async def test_cancelling_the_consumer_cancels_the_rest() -> None:
    began = asyncio.Event()

    async def consume() -> None:
        runner = AsyncRunner(None, Clock())
        jobs = (job(number, sec=30) for number in range(9))
        began.set()
        async for _ in run_jobs_async(runner, connection(), jobs, ConcurrencyConfig(concurrency=3)):
            pass

    task = asyncio.create_task(consume())
    await began.wait()
    await asyncio.sleep(0.02)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_a_break_cancels_the_rest() -> None:
    runner = AsyncRunner(None, Clock())
    jobs = (job(number, sec=0.0 if number == 0 else 30.0) for number in range(9))
    async for _ in run_jobs_async(runner, connection(), jobs, ConcurrencyConfig(concurrency=3)):
        break
    async with asyncio.timeout(5):
        while asyncio.all_tasks() != {asyncio.current_task()}:
            await asyncio.sleep(0.001)


@each_way
def test_closing_does_not_wait_for_an_input_that_blocks(how: RunOptions) -> None:
    is_over = threading.Event()

    def jobs() -> Iterator[Job[int]]:
        yield job(0)
        is_over.wait(10)

    results = iterate(how, jobs())
    next(results)
    started_sec = time.monotonic()
    results.close()  # type: ignore[attr-defined]
    assert time.monotonic() - started_sec < 5
    is_over.set()  # and then the thread that reads ends, too


async def test_the_blocking_client_works_inside_a_running_loop() -> None:
    runner = Runner(None, Clock())
    results = run_jobs(runner, connection(), map(job, range(5)), ConcurrencyConfig(in_order=True))
    assert [key for key, _ in results] == [0, 1, 2, 3, 4]


@each_way
def test_time_is_the_clients(how: RunOptions) -> None:
    now_sec = 100.0
    lock = threading.Lock()

    def sleep(duration_sec: float) -> None:
        nonlocal now_sec
        with lock:
            now_sec += duration_sec

    async def sleep_async(duration_sec: float) -> None:
        sleep(duration_sec)

    clock = Clock(monotonic=lambda: now_sec, sleep=sleep, sleep_async=sleep_async)
    ((_, outcome),) = iterate(how, [job(0, sec=5000.0)], clock=clock)
    assert outcome.seconds == 5000.0


@pytest.mark.parametrize("name", ["concurrency", "max_in_flight_bytes"])
def test_a_pace_that_cannot_be(name: str) -> None:
    with pytest.raises(ConfigurationError, match=f"{name} is 0, but at least 1"):
        ConcurrencyConfig(**{name: 0})


def test_a_mistake_in_the_call_is_told_at_once() -> None:
    with TwelveLabs("k") as client:
        with pytest.raises(ConfigurationError, match="rpm is 0"):
            client.embed.many(["a"], rpm=0)
        with pytest.raises(ConfigurationError, match="concurrency is 0"):
            client.embed.many(["a"], concurrency=0)
        for one in ("a dog", b"...", Path("dog.jpg"), Text("a dog")):
            with pytest.raises(InvalidInputError, match="is one input, but many takes an iterable"):
                client.embed.many(one)  # type: ignore[arg-type]
    with pytest.raises(RuntimeError, match="closed"):
        client.embed.many(["a"])
