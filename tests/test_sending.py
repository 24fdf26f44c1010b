"""What `embed` creates and deletes on each route."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from twelvelabs_embed import (
    NO_RETRY,
    Audio,
    BadRequestError,
    Clock,
    ConfigurationError,
    Media,
    OutcomeUnknownError,
    Progress,
    RateLimiter,
    RetryPolicy,
    TaskFailedError,
    TwelveLabs,
    TwelveLabsError,
    Video,
    WaitTimeoutError,
)
from twelvelabs_embed.uploads.resume_store import PendingTask, ResumeStore
from twelvelabs_embed_emulator import Emulator, samples

from tests.clients import NO_WAIT, ClientKind, both_clients, fake_clock
from tests.scripted_server import Reset, Response, scripted_server

ROW = {"embedding": [0.5, -0.25]}
ASSET = {"_id": "a1", "method": "direct", "status": "ready"}
TASK = {"_id": "t1", "status": "processing", "data": None}


async def embed(kind: ClientKind, base_url: str, input: Any, **options: Any) -> Any:
    async with kind.open(base_url=base_url, retry=NO_RETRY) as client:
        return await client.embed(input, **options)


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator() as running:
        yield running


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A video that is too large for a request, so that it is uploaded."""
    folder = tmp_path_factory.mktemp("large")
    return samples.write_padded_video(folder / "large.mp4", 40 << 20)


def asset_ids(emulator: Emulator) -> list[str]:
    with TwelveLabs("k", base_url=emulator.base_url) as client:
        return [str(asset.id) for asset in client.assets.list()]


class KilledError(BaseException):
    """The process ends."""


def kill(progress: Progress) -> None:
    if progress.phase == "embedding":
        raise KilledError(progress.id)


@both_clients
async def test_what_is_uploaded_for_a_request_is_deleted(
    emulator: Emulator, large: Path, kind: ClientKind
) -> None:
    await embed(kind, emulator.base_url, Video(large), route="asset")
    assert asset_ids(emulator) == []


@both_clients
@pytest.mark.parametrize("keep_asset", [False, True], ids=["delete", "keep"])
async def test_a_film_by_a_task_from_its_upload_to_its_vectors(
    large: Path, kind: ClientKind, keep_asset: bool, tmp_path: Path
) -> None:
    """Options reach each request, progress names what it waits for, a crash loses no task."""
    steps = [
        Response(201, {**ASSET, "status": "processing"}),
        Response(200, {**ASSET, "status": "processing"}),
        Response(200, ASSET),
        Response(202, TASK),
        Response(200, TASK),
        Response(200, {**TASK, "status": "ready", "data": [ROW]}),
        Response(204),
    ]
    clock, store = fake_clock(), ResumeStore(tmp_path)
    shown: list[Progress] = []
    remembered: list[PendingTask | None] = []

    def show(progress: Progress) -> None:
        if progress.phase != "upload":
            shown.append(progress)
            remembered.append(store.find_task("t1"))

    policy = RetryPolicy(attempts=1, jitter=0)
    settings: dict[str, Any] = {"clock": clock, "resume_dir": tmp_path, "retry": policy}
    options = {"additional_headers": {"x-own": "1"}}
    async with kind.connected(*steps, **settings) as (client, server):
        found = await client.embed(
            Video(large),
            route="task",
            progress=show,
            keep_asset=keep_asset,
            request_options=options,
        )
    assert [(one.method, one.path.removeprefix("/v1.3")) for one in server.requests] == [
        ("POST", "/assets"),
        ("GET", "/assets/a1"),
        ("GET", "/assets/a1"),
        ("POST", "/embed-v2/tasks"),
        ("GET", "/embed-v2/tasks/t1"),
        ("GET", "/embed-v2/tasks/t1"),
        ("DELETE", "/assets/a1"),
    ][: 6 if keep_asset else 7]
    assert {one.headers.get("x-own") for one in server.requests} == {"1"}
    assert shown == [
        *(Progress("processing", "large.mp4", 0, 0, sec, "a1") for sec in (0, 0.5)),
        *(Progress("embedding", "large.mp4", 0, 0, sec, "t1") for sec in (0, 0, 0.5)),
    ]
    asset_id = None if keep_asset else "a1"
    created_at = datetime(2026, 11, 30, 0, 0, 0, 500_000, tzinfo=UTC)
    task = PendingTask(
        "t1", server.base_url, "marengo3.0", "video", "large.mp4", asset_id, created_at
    )
    assert remembered == [None, None, task, task, task]
    assert store.tasks() == []
    assert (found.route.name, found.route.via) == ("task", "asset")
    assert (found.route.asset_id, found.route.task_id) == ("a1", "t1")


@both_clients
async def test_a_task_that_fails_is_forgotten_and_its_error_says_why(kind: ClientKind) -> None:
    failed = Response(200, {**TASK, "status": "failed", "error": {"message": "too dark"}})
    async with kind.connected(Response(202, TASK), failed, clock=NO_WAIT) as (client, _):
        with pytest.raises(TaskFailedError) as caught:
            await client.embed(LINK, route="task")
        assert client._resume_store().find_task("t1") is None
    assert (caught.value.task_id, caught.value.message) == ("t1", "too dark")


@both_clients
async def test_an_asset_is_kept_when_its_task_may_exist(large: Path, kind: ClientKind) -> None:
    """The response to its creation is lost, so the service may be reading the asset."""
    with scripted_server(Response(201, ASSET), Response(200, ASSET), Reset()) as server:
        with pytest.raises(OutcomeUnknownError):
            await embed(kind, server.base_url, Video(large), route="task")
        assert [one.path for one in server.requests[2:]] == ["/v1.3/embed-v2/tasks"]


@both_clients
@pytest.mark.parametrize(
    "created",
    [
        Response(202, {**TASK, "_id": None}),
        Response(202, {**TASK, "_id": 7}),
        Response(499, b"<html>The client has closed the request</html>"),
        Response(460, b""),
    ],
    ids=str,
)
async def test_an_asset_is_kept_when_its_task_may_have_been_created(
    large: Path, kind: ClientKind, created: Response
) -> None:
    with scripted_server(Response(201, ASSET), Response(200, ASSET), created) as server:
        with pytest.raises(OutcomeUnknownError):
            await embed(kind, server.base_url, Video(large), route="task")
        assert [one.path for one in server.requests[2:]] == ["/v1.3/embed-v2/tasks"]


@both_clients
@pytest.mark.parametrize("raised", [ConfigurationError("of a callback"), RuntimeError("of one")])
async def test_an_asset_is_kept_when_a_callback_fails_while_its_task_runs(
    large: Path, kind: ClientKind, raised: Exception
) -> None:
    def fail(progress: Progress) -> None:
        if progress.phase == "embedding":
            raise raised

    steps = Response(201, ASSET), Response(200, ASSET), Response(202, TASK)
    with scripted_server(*steps) as server:
        with pytest.raises(type(raised)):
            await embed(kind, server.base_url, Video(large), route="task", progress=fail)
        assert [one.path for one in server.requests[2:]] == ["/v1.3/embed-v2/tasks"]


@both_clients
async def test_an_asset_is_deleted_when_its_task_was_certainly_not_created(
    large: Path, kind: ClientKind
) -> None:
    rejected = Response(400, {"code": "parameter_invalid", "message": "no"})
    steps = Response(201, ASSET), Response(200, ASSET), rejected, Response(204)
    with scripted_server(*steps) as server:
        with pytest.raises(BadRequestError):
            await embed(kind, server.base_url, Video(large), route="task")
        assert [(one.method, one.path) for one in server.requests[2:]] == [
            ("POST", "/v1.3/embed-v2/tasks"),
            ("DELETE", "/v1.3/assets/a1"),
        ]


@both_clients
async def test_an_asset_of_broken_media_is_deleted(
    emulator: Emulator, tmp_path: Path, kind: ClientKind
) -> None:
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"no video" * (5 << 20))
    with pytest.raises(TwelveLabsError):
        await embed(kind, emulator.base_url, Video(broken), route="task", check=False)
    assert asset_ids(emulator) == []


@both_clients
@pytest.mark.parametrize("keep_asset", [False, True], ids=["delete", "keep"])
async def test_a_resumed_task_keeps_its_asset_if_that_was_asked_for(
    emulator: Emulator, large: Path, kind: ClientKind, keep_asset: bool
) -> None:
    with pytest.raises(KilledError) as killed:
        await embed(
            kind,
            emulator.base_url,
            Video(large),
            route="task",
            keep_asset=keep_asset,
            progress=kill,
        )
    task_id = killed.value.args[0]
    assert len(asset_ids(emulator)) == 1
    async with kind.open(base_url=emulator.base_url) as client:
        await client.embed.resume(task_id)
    assert len(asset_ids(emulator)) == keep_asset


# ------------------------------------------------------------------------------------------ routes

TOO_LONG = Response(400, {"code": "video_duration_too_long", "message": "3600 s are too long"})
LINK = Video(Media.url("https://media.example/film.mp4"))


@both_clients
async def test_a_task_that_takes_too_long_can_be_waited_for_again(kind: ClientKind) -> None:
    passing = partial(next, count(step=60))
    clock = Clock(monotonic=passing, sleep=NO_WAIT.sleep, sleep_async=NO_WAIT.sleep_async)
    film = Video("https://media.example/film.mp4")
    async with kind.connected(Response(202, TASK), Response(body=TASK), clock=clock) as (client, _):
        with pytest.raises(WaitTimeoutError, match=r"task t1 .*embed\.resume"):
            await client.embed(film, route="task", wait_sec=10)


@both_clients
async def test_a_route_that_was_asked_for_is_not_left(kind: ClientKind) -> None:
    with scripted_server(TOO_LONG, Response(202, {"_id": "t", "status": "processing"})) as server:
        with pytest.raises(BadRequestError, match="too long"):
            await embed(kind, server.base_url, LINK, route="url")
        assert [one.path for one in server.requests] == ["/v1.3/embed-v2"]


@both_clients
async def test_without_a_route_what_is_too_long_goes_to_a_task(kind: ClientKind) -> None:
    created = Response(202, {"_id": "t1", "status": "processing"})
    ready = Response(200, {"_id": "t1", "status": "ready", "data": [ROW]})
    with scripted_server(TOO_LONG, created, ready) as server:
        found = await embed(kind, server.base_url, LINK)
        assert [one.path for one in server.requests[:2]] == [
            "/v1.3/embed-v2",
            "/v1.3/embed-v2/tasks",
        ]
    assert (found.route.name, found.route.task_id) == ("task", "t1")


VECTORS = Response(body={"data": [ROW]})
BY_ROUTE = {
    "inline": [VECTORS],
    "asset": [Response(201, ASSET), Response(200, ASSET), VECTORS, Response(204)],
    "task": [Response(202, TASK), Response(200, {**TASK, "status": "ready", "data": [ROW]})],
}


@both_clients
@pytest.mark.parametrize("route", BY_ROUTE)
async def test_minutes_count_by_each_route(kind: ClientKind, route: str, tmp_path: Path) -> None:
    sounds = [Audio(samples.audio(tmp_path / "a.wav", duration_sec=6))] * 2
    quota = RateLimiter(minutes_per_hour=6 / 60)
    settings: dict[str, Any] = {"clock": fake_clock(), "resume_dir": tmp_path / "resume"}
    async with kind.connected(*BY_ROUTE[route] * 2, **settings) as (client, server):
        many = client.embed.many(sounds, route=route, concurrency=1, rate_limiter=quota)
        assert [one.error async for one in many] == [None, None]
    assert len(server.requests) == len(BY_ROUTE[route] * 2)
    assert quota.waited_sec == pytest.approx(3600, abs=60)


# ----------------------------------------------------------------------------------------- options


@both_clients
@pytest.mark.parametrize(
    "options",
    [{"auto_truncate": True}, {"dimension": 256}, {"uncertainty": True}],
    ids=lambda options: next(iter(options)),
)
async def test_many_sends_the_same_as_one_call(kind: ClientKind, options: dict[str, Any]) -> None:
    options = {"model": "marengo3.5", **options}
    with scripted_server(VECTORS) as server:
        await embed(kind, server.base_url, "a dog", model="marengo3.5")
        await embed(kind, server.base_url, "a dog", **options)
        async with kind.open(base_url=server.base_url) as client:
            assert [one async for one in client.embed.many(["a dog"], **options)]
        without, one, many = (request.json for request in server.requests)
    assert many == one
    assert one != without
