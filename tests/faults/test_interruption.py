"""Calls that are ended from outside: Ctrl-C, cancellation, fork."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from twelvelabs_embed import NO_RETRY, ApiTimeoutError, BadRequestError, Media
from twelvelabs_embed.uploads.resume_store import ResumeStore
from twelvelabs_embed_emulator import Emulator, samples

from tests.clients import AWAITED, ClientKind, each_transport
from tests.faults.layers import Waits, failing, sockets
from tests.waiting import TIMEOUT_SEC, process_of, wait_until, wait_until_async

ROOT = Path(__file__).parents[2]
SIZE_BYTES = 210 << 20  # more than may be sent at once
CHUNK_BYTES = 4 << 20


# ----------------------------------------------------------------------------------------- Ctrl-C


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return samples.write_padded_video(tmp_path_factory.mktemp("film") / "film.mp4", SIZE_BYTES)


@pytest.mark.skipif(os.name != "posix", reason="a signal to one process")
@pytest.mark.parametrize(
    "what",
    [
        *(
            "call",
            "call-given",
            "call-awaited",
            "call-shared",
            "many",
            "many-given",
            "many-awaited",
        ),
        *("upload", "upload-given", "upload-awaited"),
    ],
)
def test_ctrl_c_ends_it_soon(what: str, film: Path, tmp_path: Path) -> None:
    """Of an upload the first chunks get through, and no response comes to those after them."""
    is_upload, store = what.startswith("upload"), ResumeStore(tmp_path)
    chunks = "pass*5,stall,stall,stall,stall,repeat"
    with (
        Emulator(storage_faults=chunks, chunk_bytes=CHUNK_BYTES) as emulator,
        failing(emulator.base_url, "pass,repeat" if is_upload else "stall,repeat") as (url, layer),
        process_of(
            [sys.executable, "-m", "tests.faults.child", what, url, str(film), str(tmp_path)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        ) as process,
    ):
        if is_upload:
            wait_until(lambda: [entry.done_chunks for entry in store.uploads()] == [5])
        else:
            wait_until(lambda: layer.open_requests)
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=TIMEOUT_SEC)  # what stalls gets no response
    assert said == f"interrupted {[5] if is_upload else []}\n"


# ----------------------------------------------------------------------------------- cancellation


async def test_a_call_can_be_cancelled_at_any_moment(emulator: Emulator) -> None:
    tasks, before = asyncio.all_tasks(), sockets()
    with failing(emulator.base_url, "slow-head:0.001,slow-body:0.001,503,reset,repeat") as (url, _):
        async with AWAITED.open(base_url=url, clock=Waits().clock()) as client:
            await client.embed("a dog")
            ended = 0
            for moment in range(60):
                task = asyncio.create_task(client.embed("a dog"))
                await asyncio.sleep(moment * 0.0005)
                ended += task.cancel()
                await asyncio.wait([task])
            assert ended  # at least the one that was cancelled before its first step
            assert asyncio.all_tasks() == tasks
            assert len((await client.embed("a dog")).vector) == 512
    await wait_until_async(lambda: sockets() <= before)


async def test_an_upload_can_be_cancelled_at_any_moment(emulator: Emulator) -> None:
    tasks, before = asyncio.all_tasks(), sockets()
    content = bytes(4 << 20)
    with failing(emulator.base_url, "pass,stall-request:0.1,repeat") as (url, _):
        async with AWAITED.open(base_url=url) as client:
            await client.assets.list()
            ended = 0
            for moment in range(20):
                uploading = client.assets.upload(Media.bytes(content), timeout=0)
                task = asyncio.create_task(uploading)
                await asyncio.sleep(moment * 0.002)
                ended += task.cancel()
                await asyncio.wait([task])
            assert ended  # at least the one that was cancelled before its first step
            assert asyncio.all_tasks() == tasks
    await wait_until_async(lambda: sockets() <= before)


async def test_in_a_task_group(emulator: Emulator) -> None:
    tasks, before = asyncio.all_tasks(), sockets()
    with failing(emulator.base_url, "400,stall,repeat") as (url, _):
        async with AWAITED.open(base_url=url) as client:

            async def embed_ten() -> None:
                async with asyncio.TaskGroup() as group:
                    for number in range(10):
                        group.create_task(client.embed(f"dog {number}"))

            with pytest.raises(ExceptionGroup) as caught:
                await embed_ten()
            assert caught.group_contains(BadRequestError)
            assert asyncio.all_tasks() == tasks
    await wait_until_async(lambda: sockets() <= before)


async def test_many_can_be_cancelled(emulator: Emulator) -> None:
    tasks, before = asyncio.all_tasks(), sockets()
    with failing(emulator.base_url, "pass*5,stall,repeat") as (url, _):
        async with AWAITED.open(base_url=url) as client:
            taken: list[object] = []

            async def take() -> None:
                async for result in client.embed.many(["a", "b"] * 50, concurrency=8):
                    taken.append(result)

            taking = asyncio.create_task(take())
            await wait_until_async(lambda: len(taken) >= 5)
            taking.cancel()
            with pytest.raises(asyncio.CancelledError):
                await taking
            # What is closed when it is collected is closed by the loop, a moment later.
            await wait_until_async(lambda: asyncio.all_tasks() == tasks)
    await wait_until_async(lambda: sockets() <= before)


# ---------------------------------------------------------------- a server that does not read


@each_transport
async def test_a_request_that_is_never_read(kind: ClientKind, emulator: Emulator) -> None:
    """The timeout is for sending, too.

    Half of the request is read. The other half has to be more than the kernel's buffers may take,
    which are 37 MB on Linux.
    """
    media = Media.bytes(bytes(100 << 20))
    with failing(emulator.base_url, "stall-request:60") as (url, layer):
        async with kind.open(base_url=url, timeout=0.5, retry=NO_RETRY) as client:
            with pytest.raises(ApiTimeoutError):
                await client.assets.upload(media, timeout=0)
        assert not layer.seen  # it is still not read


# ------------------------------------------------------------------------------------------- fork


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
@pytest.mark.parametrize(
    ("mode", "count"),
    [([], 1), (["shared"], 3)],  # an event loop wakes by a pair of sockets
)
def test_a_forked_process_has_connections_of_its_own(
    emulator: Emulator, mode: list[str], count: int
) -> None:
    command = [sys.executable, "-m", "tests.faults.forking", emulator.base_url, *mode]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    said = dict(line.split(": ", 1) for line in done.stdout.splitlines())
    before, after, child = (set(said[name].split()) for name in ("before", "after", "child"))
    assert len(before) == count
    assert before == after
    assert len(child - before) == 1
