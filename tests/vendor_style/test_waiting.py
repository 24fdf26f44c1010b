"""Waiting: only `ready` is done and only `failed` has failed; any other status is waited for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from operator import attrgetter
from typing import Any

import pytest
from twelvelabs_embed import (
    AssetFailedError,
    Clock,
    RetryPolicy,
    TaskFailedError,
    UploadError,
    WaitTimeoutError,
)

from tests.clients import AWAITED, BLOCKING, ClientKind
from tests.scripted_server import Response, scripted_server

ROW = {"embedding": [0.5, 0.25]}
Waits = Callable[..., Any]


def task(status: str) -> Response:
    data = [ROW] if status == "ready" else None
    return Response(body={"_id": "t1", "status": status, "data": data})


def asset(status: str) -> Response:
    return Response(body={"_id": "a1", "status": status, "method": "direct", "filename": "a.mp4"})


def upload(status: str, *chunks: str) -> Response:
    found = [{"index": number, "status": one} for number, one in enumerate(chunks, 1)]
    pages = {"page": 1, "total_page": 1, "limit_per_page": 50, "total_results": len(found)}
    return Response(body={"status": status, "uploaded_chunks": found, "page_info": pages})


@contextmanager
def waiting(kind: ClientKind, *steps: Response) -> Iterator[tuple[Waits, list[float]]]:
    """A function that waits by a client of that kind, and how long it has slept."""
    slept_sec: list[float] = []

    async def sleep_async(duration_sec: float) -> None:
        slept_sec.append(duration_sec)

    clock = Clock(
        monotonic=lambda: sum(slept_sec),
        now=lambda: datetime(2026, 11, 1, tzinfo=UTC),
        sleep=slept_sec.append,
        sleep_async=sleep_async,
    )
    with scripted_server(*steps) as server:
        steady = RetryPolicy(jitter=0)
        arguments: dict[str, Any] = {"base_url": server.base_url, "clock": clock, "retry": steady}

        def wait(path: str, *args: Any, **kwargs: Any) -> Any:
            async def run() -> Any:
                async with kind.open(**arguments) as client:
                    return await attrgetter(path)(client)(*args, **kwargs)

            return asyncio.run(run())

        yield wait, slept_sec


@pytest.fixture(params=[BLOCKING, AWAITED], ids=str)
def kind(request: pytest.FixtureRequest) -> ClientKind:
    found: ClientKind = request.param
    return found


UNKNOWN = ["queued", "pending", "validating", "canceled"]
TASK, ASSET = "embed.v_2.tasks.wait_for_done", "assets.wait_until_ready"
UPLOAD = "multipart_upload.wait_for_upload_completion"


@pytest.mark.parametrize("status", UNKNOWN)
@pytest.mark.parametrize(("path", "make"), [(TASK, task), (ASSET, asset)])
def test_an_unknown_status_is_waited_for(
    kind: ClientKind, status: str, path: str, make: Callable[[str], Response]
) -> None:
    statuses, seen = [status, "processing", status, "ready"], list[Any]()
    with waiting(kind, *map(make, statuses)) as (wait, _):
        assert wait(path, "x", callback=seen.append).status == "ready"
    assert [one.status for one in seen] == statuses


@pytest.mark.parametrize("is_busy", [False, True])
@pytest.mark.parametrize(
    ("path", "argument", "make", "error"),
    [
        (TASK, "timeout", task, WaitTimeoutError),
        (ASSET, "timeout", asset, WaitTimeoutError),
        ("embed.resume", "wait_sec", task, WaitTimeoutError),
        (UPLOAD, "max_wait_time", upload, UploadError),
    ],
)
def test_until_the_deadline(
    kind: ClientKind,
    path: str,
    argument: str,
    make: Callable[[str], Response],
    error: type[Exception],
    is_busy: bool,
) -> None:
    """No retry comes later either."""
    with waiting(kind, Response(503) if is_busy else make("queued")) as (wait, slept_sec):
        with pytest.raises(error):
            wait(path, "x", **{argument: 6})
    assert 0 < sum(slept_sec) <= 6


@pytest.mark.parametrize(
    ("path", "make", "error"), [(TASK, task, TaskFailedError), (ASSET, asset, AssetFailedError)]
)
def test_what_failed_has_failed(
    kind: ClientKind, path: str, make: Callable[[str], Response], error: type[Exception]
) -> None:
    with waiting(kind, make("queued"), make("failed")) as (wait, _):
        with pytest.raises(error):
            wait(path, "x")


def test_a_task_that_is_resumed(kind: ClientKind) -> None:
    with waiting(kind, task("queued"), task("ready")) as (wait, slept_sec):
        assert wait("embed.resume", "t1").vectors.shape == (1, 2)
    assert len(slept_sec) == 1


# --- uploads --------------------------------------------------------------------------------------


def test_an_upload(kind: ClientKind) -> None:
    seen: list[Any] = []
    steps = (
        upload("active", "completed", "pending"),
        upload("validating", "completed", "completed"),
        upload("completed", "completed", "completed"),
    )
    with waiting(kind, *steps) as (wait, slept_sec):
        found = wait(UPLOAD, "u1", sleep_interval=2.5, callback=seen.append)
    assert (found.status, found.completed_chunks, found.total_chunks) == ("completed", 2, 2)
    assert [one.status for one in seen] == ["in_progress", "in_progress", "completed"]
    assert slept_sec == [2.5, 2.5]


def test_all_chunks_of_an_active_session_are_an_upload(kind: ClientKind) -> None:
    with waiting(kind, upload("active", "completed")) as (wait, _):
        assert wait(UPLOAD, "u1").status == "completed"
    with waiting(kind, upload("active"), upload("active", "completed")) as (wait, slept_sec):
        assert wait(UPLOAD, "u1").total_chunks == 1
    assert len(slept_sec) == 1


@pytest.mark.parametrize("status", ["failed", "expired"])
def test_a_session_that_ends_is_an_error(kind: ClientKind, status: str) -> None:
    with waiting(kind, upload(status, "completed")) as (wait, _):
        with pytest.raises(UploadError, match=status) as raised:
            wait(UPLOAD, "u1")
    assert raised.value.upload_id == "u1"


def test_so_is_a_chunk_that_failed(kind: ClientKind) -> None:
    with waiting(kind, upload("active", "completed", "failed")) as (wait, _):
        with pytest.raises(UploadError, match=r"\[2\]") as raised:
            wait(UPLOAD, "u1")
    assert (raised.value.chunk_index, raised.value.upload_id) == (2, "u1")


def test_an_upload_that_takes_too_long(kind: ClientKind) -> None:
    with waiting(kind, upload("active", "pending")) as (wait, slept_sec):
        with pytest.raises(UploadError) as raised:
            wait(UPLOAD, "u1", max_wait_time=20)
    assert isinstance(raised.value.original_error, WaitTimeoutError)
    assert (raised.value.upload_id, raised.value.chunk_index) == ("u1", None)
    assert sum(slept_sec) <= 20


@pytest.mark.parametrize("interval", [0, -1, float("nan")])
def test_a_pause_that_is_none(kind: ClientKind, interval: float) -> None:
    with waiting(kind, upload("active", "pending")) as (wait, _):
        with pytest.raises(ValueError, match="sleep_interval"):
            wait(UPLOAD, "u1", sleep_interval=interval)


async def test_the_awaited_client_awaits_a_callback() -> None:
    seen: list[str] = []

    async def callback(status: Any) -> None:
        await asyncio.sleep(0)
        seen.append(status.status)

    async with AWAITED.connected(upload("completed", "completed")) as (client, _):
        await client.multipart_upload.wait_for_upload_completion("u1", callback=callback)
    async with AWAITED.connected(task("ready")) as (client, _):
        await client.embed.v_2.tasks.wait_for_done("t1", callback=callback)
    assert seen == ["completed", "ready"]
