"""Jobs without sockets, run in each way."""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable, Iterator
from typing import Any, Literal

import httpx
import numpy as np
import pytest
from twelvelabs_embed import Clock, RetryPolicy
from twelvelabs_embed._http.effects import Flow, RunBlocking, Sleep
from twelvelabs_embed._http.request import Connection
from twelvelabs_embed._http.runners import AsyncRunner, Runner
from twelvelabs_embed.batch.jobs import BatchResult, ConcurrencyConfig, Job
from twelvelabs_embed.batch.plan import plan_jobs
from twelvelabs_embed.results.embeddings import Embeddings, Segment

Way = Literal["awaited", "blocking", "threads"]
WAYS: list[Way] = ["awaited", "blocking", "threads"]
TIMEOUT = httpx.Timeout(5)
HOUR = 3600.0  # a test that waits so long fails by its timeout
DEADLINE_SEC = 20.0
each_way = pytest.mark.parametrize("way", WAYS)


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


def failing_job(number: int, error: Exception, sec: float = 0.001) -> Job[int]:
    def flow() -> Flow[Embeddings]:
        yield Sleep(sec)
        raise error

    return Job(number, f"text {number}", flow)


def iterate(
    way: Way, jobs: Iterable[Job[int]] | AsyncIterable[Job[int]], **config: Any
) -> Iterator[tuple[int, BatchResult]]:
    """Run jobs from outside of an event loop."""
    clock = config.pop("clock", Clock())
    settings = ConcurrencyConfig(**config)
    if way == "awaited":
        return iterate_awaited(jobs, settings, clock)
    runner = Runner(httpx.Client() if way == "threads" else None, clock)
    assert not isinstance(jobs, AsyncIterable)
    return plan_jobs(connection(clock), jobs, settings).run(runner)


def iterate_awaited(
    jobs: Iterable[Job[int]] | AsyncIterable[Job[int]], config: ConcurrencyConfig, clock: Clock
) -> Iterator[tuple[int, BatchResult]]:
    runner = AsyncRunner(None, clock)
    results = plan_jobs(connection(clock), jobs, config).run_async(runner)
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
