"""How the worker pool reads its input, and what it leaves when it is closed early."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from functools import partial

import pytest
from twelvelabs_embed import Clock
from twelvelabs_embed._http.effects import Flow, Sleep
from twelvelabs_embed._http.runners import AsyncRunner
from twelvelabs_embed.batch.jobs import ConcurrencyConfig, Job
from twelvelabs_embed.batch.plan import plan_jobs
from twelvelabs_embed.results.embeddings import Embeddings

from tests.batch.pool import DEADLINE_SEC, HOUR, Way, connection, each_way, embeddings, iterate, job
from tests.waiting import wait_for, wait_until_async

pytestmark = pytest.mark.usefixtures("no_threads_left")


@each_way
def test_an_exception_of_the_input_is_raised_after_the_results(way: Way) -> None:
    def jobs() -> Iterator[Job[int]]:
        yield from map(partial(job, sec=0.02), range(3))
        raise ValueError("line 4 is wrong")

    keys: list[int] = []
    with pytest.raises(ValueError, match="line 4"):
        keys.extend(key for key, _ in iterate(way, jobs()))
    assert sorted(keys) == [0, 1, 2]


@each_way
@pytest.mark.parametrize("in_order", [False, True])
def test_an_endless_input_is_read_lazily(way: Way, in_order: bool) -> None:
    read = 0

    def jobs() -> Iterator[Job[int]]:
        nonlocal read
        while True:
            read += 1
            yield job(read - 1)

    results = iterate(way, jobs(), concurrency=5, in_order=in_order)
    for consumed, _ in enumerate(results, 1):
        # Started and not consumed: 10 at most. Read ahead: 5, and one in hand.
        assert read <= consumed + 10 + 5 + 1
        if consumed == 200:
            break
    results.close()  # type: ignore[attr-defined]


@each_way
def test_results_do_not_wait_for_a_slow_input(way: Way) -> None:
    is_consumed = threading.Event()

    def jobs() -> Iterator[Job[int]]:
        yield job(0)
        wait_for(is_consumed)
        yield job(1)

    results = iterate(way, jobs())
    assert next(results)[0] == 0
    is_consumed.set()
    assert [key for key, _ in results] == [1]


async def test_results_do_not_wait_for_a_slow_async_input() -> None:
    is_consumed = asyncio.Event()

    async def jobs() -> AsyncIterator[Job[int]]:
        yield job(0)
        await is_consumed.wait()
        yield job(1)
        raise ValueError("no more")

    runner = AsyncRunner(None, Clock())
    results = plan_jobs(connection(), jobs(), ConcurrencyConfig()).run_async(runner)
    assert (await anext(results))[0] == 0
    is_consumed.set()
    assert (await anext(results))[0] == 1
    with pytest.raises(ValueError, match="no more"):
        await anext(results)


@each_way
def test_closing_early_cancels_jobs_in_progress(way: Way) -> None:
    ended: list[int] = []
    jobs = [job(0)] + [
        job(number, partial(ended.append, number), sec=HOUR) for number in range(1, 9)
    ]
    results = iterate(way, jobs, concurrency=4)
    next(results)
    results.close()  # type: ignore[attr-defined]
    assert ended == []


@each_way
def test_an_exception_in_the_loop_cancels_too(way: Way) -> None:
    def consume() -> None:
        for _ in iterate(way, (job(number, sec=HOUR * bool(number)) for number in range(9))):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        consume()


async def test_cancelling_the_consumer_cancels_the_rest() -> None:
    started: list[int] = []

    def sleeping(number: int) -> Job[int]:
        def flow() -> Flow[Embeddings]:
            started.append(number)
            yield Sleep(HOUR)
            return embeddings(number)

        return Job(number, f"text {number}", flow)

    async def consume() -> None:
        runner = AsyncRunner(None, Clock())
        jobs = map(sleeping, range(9))
        plan = plan_jobs(connection(), jobs, ConcurrencyConfig(concurrency=3))
        async for _ in plan.run_async(runner):
            pass

    task = asyncio.create_task(consume())
    await wait_until_async(lambda: len(started) == 3)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_a_break_cancels_the_rest() -> None:
    runner = AsyncRunner(None, Clock())
    jobs = (job(number, sec=HOUR * bool(number)) for number in range(9))
    plan = plan_jobs(connection(), jobs, ConcurrencyConfig(concurrency=3))
    async for _ in plan.run_async(runner):
        break
    await wait_until_async(lambda: asyncio.all_tasks() == {asyncio.current_task()})


@each_way
def test_closing_does_not_wait_for_an_input_that_blocks(way: Way) -> None:
    is_closed, is_read = threading.Event(), threading.Event()
    waits: list[bool] = []

    def jobs() -> Iterator[Job[int]]:
        yield job(0)
        waits.append(is_closed.wait(DEADLINE_SEC))
        is_read.set()

    results = iterate(way, jobs())
    next(results)
    results.close()  # type: ignore[attr-defined]
    is_closed.set()  # and then the thread that reads ends, too
    wait_for(is_read)
    assert waits == [True]
