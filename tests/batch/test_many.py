"""`client.embed.many` on real sockets: the emulator, and a service with a quota."""

import asyncio
import gc
import os
import subprocess
import sys
import weakref
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from twelvelabs_embed import (
    ApiConnectionError,
    Audio,
    Dynamic,
    Image,
    InvalidInputError,
    Media,
    NotFoundError,
    RetryPolicy,
    ServerError,
    Text,
    TextImage,
    TwelveLabs,
    Video,
)
from twelvelabs_embed_emulator import Emulator, samples

from tests.batch.many import BUSY, LIMITED, OK, embed_many, texts, threads_that_send
from tests.batch.quota_service import QuotaService, running
from tests.clients import ClientKind, each_transport
from tests.scripted_server import Reset, Response, Step, scripted_server
from tests.waiting import wait_until, wait_until_async

pytestmark = pytest.mark.usefixtures("nothing_left_open")


# ------------------------------------------------------------------------------------- the emulator


@pytest.fixture(scope="module")
def media(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("media")
    samples.video(folder / "film.mkv")
    samples.audio(folder / "talk.wav")
    samples.image(folder / "beach.jpg")
    return folder


@each_transport
def test_all_input_types(emulator: Emulator, media: Path, kind: ClientKind) -> None:
    beach = media / "beach.jpg"
    inputs: list[Any] = [
        "a man walks his dog",
        Text("another"),
        Image(beach),
        beach,
        TextImage("the same, at night", beach),
        Audio(media / "talk.wav"),
        Video(media / "film.mkv", segmentation=Dynamic(3)),
    ]
    results = embed_many(kind, emulator.base_url, inputs, in_order=True, concurrency=3)
    with TwelveLabs("k", base_url=emulator.base_url) as client:
        for input, result in zip(inputs, results, strict=True):
            alone = client.embed(input)
            assert result.input is input
            assert result.unwrap() == alone
            assert result.route == alone.route
            assert result.attempts == 1
            assert result.seconds > 0


@each_transport
def test_a_failure_is_a_result(emulator: Emulator, media: Path, kind: ClientKind) -> None:
    (media / "notes.txt").write_text("no picture")
    bad: list[Any] = [
        "",
        5,
        Image(media / "missing.jpg"),
        media / "notes.txt",
        Video(media / "beach.jpg"),
        Image(Media.asset("6298d673f1090f1100476d4c")),
    ]
    results = embed_many(kind, emulator.base_url, [*bad, "a dog"], in_order=True)
    *failed, last = results
    assert last.error is None
    assert [result.input for result in failed] == bad
    assert [type(result.error) for result in failed] == [InvalidInputError] * 5 + [NotFoundError]
    assert [result.attempts for result in failed] == [0] * 5 + [1]


@each_transport
def test_settings_are_passed_to_embed(emulator: Emulator, media: Path, kind: ClientKind) -> None:
    film = Video(media / "film.mkv")
    (result,) = embed_many(kind, emulator.base_url, [film], route="task")
    assert result.route is not None
    assert result.route.name == "task"
    assert result.attempts >= 2  # it is created, and looked at
    (result,) = embed_many(kind, emulator.base_url, ["a dog"], model="marengo0.1")
    assert "marengo0.1" in str(result.error)


@each_transport
async def test_an_async_iterable_as_input(kind: ClientKind, emulator: Emulator) -> None:
    async def texts() -> AsyncIterator[str]:
        for number in range(20):
            await asyncio.sleep(0)
            yield f"text {number}"

    async with kind.open(base_url=emulator.base_url) as client:
        results = [result async for result in client.embed.many(texts(), in_order=True)]
    assert [result.input for result in results] == [f"text {number}" for number in range(20)]
    assert [result.error for result in results] == [None] * 20


# ----------------------------------------------------------------------------------------- attempts


@each_transport
@pytest.mark.parametrize(
    ("steps", "attempts", "error"),
    [
        ([OK], 1, None),
        ([LIMITED, BUSY, Reset(), OK], 4, None),
        ([BUSY], 3, ServerError),
        ([Response(404)], 1, NotFoundError),
    ],
    ids=["good", "survived", "given up", "rejected"],
)
def test_every_request_is_counted(
    kind: ClientKind, steps: list[Step], attempts: int, error: type[Exception] | None
) -> None:
    retry = RetryPolicy(attempts=4 if len(steps) > 1 else 3, base_sec=0.001)
    with scripted_server(*steps) as server:
        (result,) = embed_many(kind, server.base_url, ["a dog"], retry=retry)
        assert result.attempts == len(server.requests) == attempts
        assert result.retries == attempts - 1
        assert isinstance(result.error, error or type(None))
        assert ("x-mine" in server.requests[0].headers) == kind.given


@each_transport
@pytest.mark.parametrize(
    ("steps", "error"),
    [([Response(404)], NotFoundError), ([BUSY], ServerError), ([Reset()], ApiConnectionError)],
    ids=["rejected", "given up", "broken"],
)
def test_an_error_is_freed_with_its_last_reference(
    kind: ClientKind, steps: list[Step], error: type[Exception]
) -> None:
    """It refers to the request and the response, which must not wait for the garbage collector."""
    retry = RetryPolicy(attempts=2, base_sec=0.001)
    gc.collect()
    gc.disable()
    try:
        with scripted_server(*steps) as server:
            known = asyncio.run(weak_error(kind, server.base_url, retry, error))
        wait_until(lambda: known() is None)  # the thread that sent it may not have ended yet
    finally:
        gc.enable()


async def weak_error(
    kind: ClientKind, base_url: str, retry: RetryPolicy, error: type[Exception]
) -> weakref.ref[Exception]:
    """Return a weak reference to the error of one text.

    The result does not leave the loop: the frames of `asyncio.run` keep what it returns, and with
    Python 3.13 the traceback of the error leads to these frames.
    """
    async with kind.open(base_url=base_url, retry=retry) as client:
        results = [result async for result in client.embed.many(["a dog"])]
    result = results.pop()
    assert isinstance(result.error, error)
    return weakref.ref(result.error)


# ------------------------------------------------------------------------------------------ the end


@each_transport
async def test_closing_early_leaves_nothing_running(kind: ClientKind) -> None:
    service = QuotaService(hold_sec=0.2)
    with running(service):
        async with kind.open(base_url=service.base_url) as client:
            results: Any = aiter(client.embed.many(texts(1000), concurrency=8))
            await anext(results)
            await results.aclose()
        # Nothing is left that sends, and what was sent before has come.
        await wait_until_async(lambda: not threads_that_send() and not service.open_requests)
    assert len(service.accepted_sec) <= 24


def test_ctrl_c_ends_a_run(tmp_path: Path) -> None:
    """The process ends immediately, and with the exception."""
    program = tmp_path / "program.py"
    program.write_text(
        "import signal, sys, threading\n"
        "from itertools import count\n"
        "from twelvelabs_embed import TwelveLabs\n"
        "client = TwelveLabs('k', base_url=sys.argv[1])\n"
        "try:\n"
        "    for number, _ in enumerate(client.embed.many(map(str, count()))):\n"
        "        if number == 20: signal.raise_signal(signal.SIGINT)\n"
        "except KeyboardInterrupt:\n"
        "    print([thread.name for thread in threading.enumerate()])\n"
    )
    with running(QuotaService(hold_sec=0.01)) as service:
        done = subprocess.run(
            [sys.executable, "-W", "error", program, service.base_url],
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "['MainThread']\n"


ENDLESS = """
import resource, sys
from itertools import count
import httpx, numpy as np
from twelvelabs_embed import Clock, RetryPolicy
from twelvelabs_embed._http.runners import Runner
from twelvelabs_embed._http.request import Connection
from twelvelabs_embed.batch.jobs import ConcurrencyConfig, Job
from twelvelabs_embed.batch.plan import plan_jobs
from twelvelabs_embed.results.embeddings import Embeddings, Segment

def job(number):
    def flow():
        vectors = np.full((1, 512), number, np.float32)
        return Embeddings(
            vectors=vectors, segments=[Segment()], model="m", input_type="text", metadata=None
        )
        yield
    return Job(number, f"text {number}", flow)

clock, timeout = Clock(), httpx.Timeout(5)
connection = Connection("http://api", httpx.Headers(), timeout, RetryPolicy(), clock)
in_order = sys.argv[1] == "in order"
plan = plan_jobs(connection, map(job, count()), ConcurrencyConfig(in_order=in_order))
for number, (_, result) in enumerate(plan.run(Runner(None, clock)), 1):
    result.unwrap()
    if number in (5_000, 100_000):
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    if number == 100_000:
        break
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="peaks are in kilobytes only there")
@pytest.mark.parametrize("order", ["as they finish", "in order"])
def test_memory_does_not_grow_with_the_number_of_inputs(order: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", ENDLESS, order], capture_output=True, text=True, check=True
    )
    before_kb, after_kb = map(int, done.stdout.split())
    assert after_kb - before_kb < 1024  # the vectors alone would take 195 MB


def test_the_example_runs(tmp_path: Path) -> None:
    lines = tmp_path / "lines.txt"
    lines.write_text("a dog walks\n\na man walks his dog\nstock prices\na cat\n")
    program = Path(__file__).resolve().parents[2] / "examples" / "many.py"
    with Emulator() as emulator:
        done = subprocess.run(
            [sys.executable, program, lines, "a man walks his dog"],
            env={
                **os.environ,
                "TWELVELABS_API_KEY": "any",
                "TWELVELABS_BASE_URL": emulator.base_url,
            },
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0] == "1.000  a man walks his dog"
    assert len(done.stdout.splitlines()) == 3
    assert "skipped ''" in done.stderr
