"""The worker pool without sockets: what it starts, yields and leaves running."""

import asyncio
import errno
import threading
from collections.abc import AsyncIterator, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from twelvelabs_embed import (
    NO_RETRY,
    ApiConnectionError,
    Clock,
    ConfigurationError,
    Image,
    InvalidInputError,
    Text,
    TwelveLabsError,
    UnexpectedError,
)
from twelvelabs_embed._http.effects import Flow, RunBlocking, Sleep
from twelvelabs_embed._http.runners import Runner
from twelvelabs_embed.batch.blocking import _Channel
from twelvelabs_embed.batch.jobs import ConcurrencyConfig, Job
from twelvelabs_embed.batch.plan import plan_inputs, plan_jobs
from twelvelabs_embed.results.embeddings import Embeddings

from tests.batch.pool import (
    DEADLINE_SEC,
    Way,
    connection,
    each_way,
    embeddings,
    failing_job,
    iterate,
    job,
)
from tests.clients import ClientKind, both_clients, fake_clock
from tests.waiting import wait_for, wait_until, wait_until_async

pytestmark = pytest.mark.usefixtures("no_threads_left")


@each_way
@pytest.mark.parametrize("in_order", [False, True])
def test_each_job_has_one_result(way: Way, in_order: bool) -> None:
    jobs = [job(number, sec=0.001 * (number % 3)) for number in range(50)]
    results = list(iterate(way, jobs, concurrency=4, in_order=in_order))
    keys = [key for key, _ in results]
    assert sorted(keys) == list(range(50))
    assert (keys == sorted(keys)) == in_order
    for key, result in results:
        assert result.input == f"text {key}"
        assert result.unwrap().vector[0] == key
        assert (result.error, result.attempts) == (None, 0)


@each_way
def test_no_jobs_give_no_results(way: Way) -> None:
    assert list(iterate(way, [])) == []
    assert list(iterate(way, iter([]))) == []


@each_way
def test_a_failure_does_not_stop_other_jobs(way: Way) -> None:
    failure = TwelveLabsError("no")
    jobs = [failing_job(0, failure), *map(job, range(1, 6))]
    results = dict(iterate(way, jobs, concurrency=2))
    assert results[0].error is failure
    assert results[0].embeddings is None
    assert results[0].route is None
    with pytest.raises(TwelveLabsError, match="no"):
        results[0].unwrap()
    assert all(results[number].unwrap() for number in range(1, 6))


@each_way
@pytest.mark.parametrize(
    ("raised", "expected"),
    [
        (AttributeError("oops"), UnexpectedError),
        (RuntimeError("oops"), UnexpectedError),
        (OSError(errno.EIO, "oops"), UnexpectedError),
        (OSError(errno.EMFILE, "oops"), ApiConnectionError),
        (OSError(errno.ENFILE, "oops"), ApiConnectionError),
    ],
)
def test_an_unexpected_exception_is_the_error_of_its_item(
    way: Way, raised: Exception, expected: type[Exception]
) -> None:
    jobs = [failing_job(0, raised), *map(job, range(1, 20))]
    results = dict(iterate(way, jobs, concurrency=2))
    assert len(results) == 20
    error = results.pop(0).error
    assert type(error) is expected
    assert "oops" in str(error)
    assert error.__cause__ is raised
    assert all(result.unwrap() for result in results.values())


@each_way
def test_concurrency_is_a_maximum(way: Way) -> None:
    lock, running, counts = threading.Lock(), 0, list[int]()
    three_run = threading.Barrier(3)

    def work() -> None:
        nonlocal running
        with lock:
            running += 1
            counts.append(running)
        three_run.wait(DEADLINE_SEC)
        with lock:
            running -= 1

    results = list(iterate(way, [job(number, work) for number in range(21)], concurrency=3))
    assert all(result.unwrap() for _, result in results)  # an error if three never run together
    assert max(counts) == 3


def waiting(is_over: threading.Event) -> Clock:
    """A clock whose sleep ends with an event, which must come."""

    async def sleep_async(duration_sec: float) -> None:
        await wait_until_async(is_over.is_set, DEADLINE_SEC)

    def sleep(duration_sec: float) -> None:
        wait_until(is_over.is_set, DEADLINE_SEC)

    return Clock(sleep=sleep, sleep_async=sleep_async)


def job_tried_again(number: int) -> Job[int]:
    """A job that waits before another attempt."""

    def flow() -> Flow[Embeddings]:
        yield Sleep(1.0, yields_slot=True)
        return embeddings(number)

    return Job(number, f"text {number}", flow)


@each_way
@pytest.mark.parametrize("is_slow", [False, True])
def test_other_jobs_run_while_one_waits_for_another_attempt(way: Way, is_slow: bool) -> None:
    """Also where the source gives no more jobs before that one has ended."""
    is_over, is_ended = threading.Event(), threading.Event()

    def jobs() -> Iterator[Job[int]]:
        yield job_tried_again(0)
        yield from map(job, range(1, 9))
        yield job(9, is_over.set)
        if is_slow:
            wait_for(is_ended)
        yield job(10)

    keys: list[int] = []
    for key, result in iterate(way, jobs(), concurrency=1, clock=waiting(is_over)):
        result.unwrap()  # an error if it waited in vain
        keys.append(key)
        if key == 0:
            is_ended.set()
    assert [key for key in keys if key not in (0, 10)] == list(range(1, 10))
    assert sorted(keys) == list(range(11))


@each_way
def test_jobs_that_wait_for_another_attempt_are_bounded(way: Way) -> None:
    is_over, started = threading.Event(), []
    counts: list[int] = []

    def end() -> None:
        counts.append(len(started))
        is_over.set()

    def jobs() -> Iterator[Job[int]]:
        for number in range(50):
            one = job_tried_again(number)
            yield evolve(one, make=partial(begin, one))

    def begin(one: Job[int]) -> Flow[Embeddings]:
        started.append(one.key)
        if len(started) == 8:
            threading.Timer(0.2, end).start()  # meanwhile no more may start
        return one.make()

    results = dict(iterate(way, jobs(), concurrency=4, clock=waiting(is_over)))
    assert sorted(results) == list(range(50))
    assert [result.error for result in results.values() if result.error] == []
    assert counts == [8]


@each_way
def test_a_slow_job_delays_a_bounded_number_of_results_in_order(way: Way) -> None:
    is_first_done = threading.Event()
    done: list[int] = []

    def finish(number: int) -> None:
        done.append(number)
        if len(done) == 9:
            is_first_done.set()  # all that may start before the first is consumed

    jobs = [job(0, is_first_done.wait)]
    jobs += [job(number, partial(finish, number)) for number in range(1, 50)]
    results = iterate(way, jobs, concurrency=5, in_order=True)
    assert next(results)[0] == 0
    assert len(done) <= 10
    assert [key for key, _ in results] == list(range(1, 50))


async def test_the_blocking_client_works_inside_a_running_loop() -> None:
    runner = Runner(None, Clock())
    plan = plan_jobs(connection(), map(job, range(5)), ConcurrencyConfig(in_order=True))
    assert [key for key, _ in plan.run(runner)] == [0, 1, 2, 3, 4]


@each_way
def test_durations_come_from_the_clock(way: Way) -> None:
    clock = fake_clock()
    ((_, result),) = iterate(way, [job(0, sec=5000.0)], clock=clock)
    assert result.seconds == 5000.0
    ((_, result),) = iterate(way, [failing_job(0, TwelveLabsError("no"), 7.0)], clock=clock)
    assert result.seconds == 7.0


def test_a_plan_without_settings_has_those_of_the_documentation() -> None:
    config, other = ConcurrencyConfig(), ConcurrencyConfig()
    assert (config.concurrency, config.in_order, config.max_in_flight_bytes) == (16, False, 2**28)
    assert config.rate_limiter is not other.rate_limiter
    assert (config.rate_limiter.counts_tokens, config.rate_limiter.counts_media) == (False, False)
    assert repr(job(1)) == "Job(key=1, input='text 1', model='marengo3.0')"


def test_what_is_read_or_encoded_to_know_its_type_is_so_in_a_thread(tmp_path: Path) -> None:
    given = list[object]()

    def embed(input: object) -> Flow[Embeddings]:
        given.append(input)
        yield Sleep(0)
        return embeddings()

    image = tmp_path / "dog"
    image.write_bytes(b"\xff\xd8\xff\xe0\x00\x10JFIF")
    plan = plan_inputs(connection(), [], embed, "marengo3.5", ConcurrencyConfig())
    for input in ("a dog", Text("a dog"), Image(image)):
        assert isinstance(next(plan.job_of(input).make()), Sleep)

    async def awaited() -> AsyncIterator[str]:
        yield "a dog"

    items = awaited()
    assert plan_inputs(connection(), items, embed, "m", ConcurrencyConfig()).items is items
    one = plan.job_of(image)
    assert (one.key, one.input, one.model) == (None, image, "marengo3.5")
    flow = one.make()
    command = next(flow)
    assert isinstance(command, RunBlocking)
    assert isinstance(flow.send(command.work()), Sleep)
    assert given == ["a dog", Text("a dog"), Image(image), Image(image)]


@pytest.mark.parametrize("name", ["concurrency", "max_in_flight_bytes"])
def test_an_invalid_concurrency_config_is_rejected(name: str) -> None:
    with pytest.raises(ConfigurationError, match=f"{name} is 0, but at least 1"):
        ConcurrencyConfig(**{name: 0})


@both_clients
async def test_invalid_arguments_are_rejected_before_the_first_result(
    kind: ClientKind, tmp_path: Path
) -> None:
    many: Any = kind.client_type("k").embed.many
    texts = tmp_path / "texts.csv"
    texts.write_text("text\na dog\n")
    for name in ("concurrency", "max_in_flight_bytes", "rpm", "tpm", "minutes_per_hour"):
        with pytest.raises(ConfigurationError, match=f"{name} is 0"):
            many(["a"], **{name: 0})
        async with kind.open(base_url="http://127.0.0.1:1", retry=NO_RETRY) as client:
            with pytest.raises(ConfigurationError, match=f"{name} is 0"):
                await client.bulk.run(texts, tmp_path / "out", **{name: 0})
    for one in ("a dog", b"...", bytearray(b"..."), Path("dog.jpg"), Text("a dog")):
        with pytest.raises(InvalidInputError, match="is one input, but many takes an iterable"):
            many(one)


@both_clients
async def test_many_of_a_closed_client_is_an_error(kind: ClientKind) -> None:
    async with kind.open() as client:
        pass
    with pytest.raises(RuntimeError, match="closed"):
        await client.embed.many(["a"])


async def test_a_run_that_ends_before_its_loop_runs_is_cancelled() -> None:
    channel = _Channel[object]()
    channel.stop()  # as Ctrl-C does, while the thread starts
    running: asyncio.Task[Any] = asyncio.create_task(asyncio.Event().wait())
    channel.start(running, lambda count: True)
    assert running.cancelling()
