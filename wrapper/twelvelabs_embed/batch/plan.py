"""Plans of batches: items, what to do with each, and what becomes of the results.

    for result in client.embed.many(inputs, concurrency=16, rpm=600): ...
    async for result in client.embed.many(inputs, in_order=True): ...

`plan_inputs` makes the plan of `client.embed.many`; `plan_jobs` takes a flow for each item, for
runs that also resume tasks. `JobPlan.process` hands results over within the engine's event loop, so
that no other thread has to wake.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterable, Awaitable, Callable, Generator, Iterable
from contextlib import aclosing, closing
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, TypeVar, get_args

from attrs import frozen

from twelvelabs_embed._http.effects import Flow, RunBlocking
from twelvelabs_embed._http.request import Connection
from twelvelabs_embed._http.runners import AsyncRunner, Runner
from twelvelabs_embed.batch import blocking, worker_pool
from twelvelabs_embed.batch.jobs import BatchResult, ConcurrencyConfig, Job
from twelvelabs_embed.errors import InvalidInputError, Violation
from twelvelabs_embed.inputs import EmbedInput, Input, coerce

if TYPE_CHECKING:
    from twelvelabs_embed.results.embeddings import Embeddings

__all__ = ["JobPlan", "plan_inputs", "plan_jobs"]

K = TypeVar("K")
R = TypeVar("R")
T = TypeVar("T")


@frozen
class JobPlan(Generic[T, R]):
    """A run that either client can start.

    Attributes:
        connection: where requests go
        items: the items, read while the run is in progress
        job_of: makes the job of an item
        pack: makes what is yielded of a job and its result
        config: its concurrency
        handle: takes the key of a job and its result, in the engine's event loop; then nothing is
            yielded. The job is in progress until it returns
        is_stopping: whether items of which nothing is done are given up when they have to wait
    """

    connection: Connection
    items: Iterable[T] | AsyncIterable[T]
    job_of: Callable[[T], Job[Any]]
    pack: Callable[[Job[Any], BatchResult], R]
    config: ConcurrencyConfig
    handle: Callable[[Any, BatchResult], Awaitable[None]] | None = None
    is_stopping: Callable[[], bool] | None = None

    def run(self, runner: Runner) -> Generator[R, None, None]:
        """Run it with the blocking client's settings."""
        runner.check_open()
        return blocking.iterate(self, runner)

    def run_async(self, runner: AsyncRunner) -> AsyncGenerator[R, None]:
        """Run it with the awaited client."""
        runner.check_open()
        return worker_pool.iterate_async(self, runner)

    def process(self, runner: Runner) -> None:
        """Run it, and await `handle(key, result)` for each job. What it raises ends the run."""
        with closing(self.run(runner)) as nothing:
            for _ in nothing:
                pass

    async def process_async(self, runner: AsyncRunner) -> None:
        """`process`, awaited."""
        async with aclosing(self.run_async(runner)) as nothing:
            async for _ in nothing:
                pass


def plan_inputs(
    connection: Connection,
    inputs: Iterable[EmbedInput] | AsyncIterable[EmbedInput],
    embed: Callable[[EmbedInput], Flow[Embeddings]],
    model: str,
    config: ConcurrencyConfig,
) -> JobPlan[EmbedInput, BatchResult]:
    """Return the plan of `client.embed.many(inputs)`.

    Raises:
        InvalidInputError: one input instead of many
    """
    is_iterable = hasattr(inputs, "__iter__") or hasattr(inputs, "__aiter__")
    if isinstance(inputs, (str, bytes, bytearray)) or not is_iterable:
        value = f"{type(inputs).__name__} is one input"
        allowed = "many takes an iterable of them"
        raise InvalidInputError([Violation("inputs", value, allowed, "Put it into a list")])

    def job_of(input: EmbedInput) -> Job[None]:
        make = embed if isinstance(input, _INPUT_TYPES) else partial(_coerce_and_embed, embed)
        return Job(None, input, partial(make, input), model)

    return JobPlan(connection, inputs, job_of, lambda _, result: result, config)


_INPUT_TYPES = (str, *get_args(Input))  # coercing them neither reads files nor encodes images


def _coerce_and_embed(
    embed: Callable[[EmbedInput], Flow[Embeddings]], input: EmbedInput
) -> Flow[Embeddings]:
    coerced = yield RunBlocking(partial(coerce, input))
    return (yield from embed(coerced))


def plan_jobs(
    connection: Connection,
    jobs: Iterable[Job[K]] | AsyncIterable[Job[K]],
    config: ConcurrencyConfig,
    handle: Callable[[K, BatchResult], Awaitable[None]] | None = None,
    is_stopping: Callable[[], bool] | None = None,
) -> JobPlan[Job[K], tuple[K, BatchResult]]:
    """Return the plan of jobs, which yields the key and the result of each."""
    return JobPlan(
        connection,
        jobs,
        lambda job: job,
        lambda job, result: (job.key, result),
        config,
        handle,
        is_stopping,
    )
