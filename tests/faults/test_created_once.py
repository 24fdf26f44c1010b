"""What creates something is sent again only when it certainly was not created; on real sockets."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from twelvelabs_embed import (
    Media,
    MediaSource,
    OutcomeUnknownError,
    RetryPolicy,
    Video,
    VideoInputRequest,
)

from tests.clients import NO_WAIT, ClientKind, both_clients
from tests.scripted_server import Reset, Response, Stall, Step, Truncated

TASK = Response(202, {"_id": "t1", "status": "processing", "data": None})
ASSET = Response(201, {"_id": "a1", "status": "processing"})
SESSION = Response(201, {"upload_id": "u1", "asset_id": "a1", "chunk_size": 9, "total_chunks": 1})
BUSY = Response(429, {"code": "too_many_requests", "message": "wait"}, {"retry-after": "1"})
FAST: dict[str, Any] = {"clock": NO_WAIT, "retry": RetryPolicy(attempts=4), "timeout": 0.5}
VIDEO = VideoInputRequest(media_source=MediaSource(url="https://media.example.com/film.mkv"))


async def task(client: Any) -> Any:
    tasks = client.embed.v_2.tasks
    return (await tasks.create(input_type="video", model_name="marengo3.0", video=VIDEO)).id


async def embed(client: Any) -> Any:
    return await client.embed(Video("https://media.example.com/film.mkv"), route="task")


async def asset(client: Any) -> Any:
    file = io.BytesIO(b"film")
    return (await client.assets.create(method="direct", file=file, filename="f.mkv")).id


async def upload(client: Any) -> Any:
    return (await client.assets.upload(Media.bytes(b"film"), timeout=0)).id


async def session(client: Any) -> Any:
    uploads = client.multipart_upload
    return (await uploads.create(filename="f.mkv", type="video", total_size=9)).upload_id


CREATES = pytest.mark.parametrize(
    ("create", "done", "id"),
    [(task, TASK, "t1"), (asset, ASSET, "a1"), (upload, ASSET, "a1"), (session, SESSION, "u1")],
)


@both_clients
@CREATES
async def test_after_a_rejection_it_is_sent_again(
    kind: ClientKind, create: Callable[[Any], Any], done: Response, id: str
) -> None:
    async with kind.connected(BUSY, BUSY, done, **FAST) as (client, server):
        assert await create(client) == id
    assert len(server.requests) == 3
    assert len({request.body for request in server.requests}) in (1, 3)  # a form has boundaries


@both_clients
@CREATES
@pytest.mark.parametrize(
    "fault",
    [Reset(), Stall(), Response(503), Response(500), Response(504), Response(200, b"<html>")],
)
async def test_after_anything_else_it_is_not(
    kind: ClientKind, create: Callable[[Any], Any], done: Response, id: str, fault: Step
) -> None:
    async with kind.connected(fault, done, **FAST) as (client, server):
        with pytest.raises(OutcomeUnknownError, match="may have been created"):
            await create(client)
    assert len(server.requests) == 1


@both_clients
async def test_a_response_that_was_cut_off_means_that_it_was_done(kind: ClientKind) -> None:
    async with kind.connected(Truncated(TASK), TASK, **FAST) as (client, server):
        with pytest.raises(OutcomeUnknownError, match=r"tasks\.list\(started_at='20") as caught:
            await embed(client)
    assert len(server.requests) == 1
    assert caught.value.created_resource == "task"


@both_clients
async def test_attempts_are_counted_also_when_the_outcome_is_unknown(kind: ClientKind) -> None:
    async with kind.connected(BUSY, Reset(), TASK, **FAST) as (client, server):
        with pytest.raises(OutcomeUnknownError) as caught:
            await task(client)
    assert caught.value.attempts == len(server.requests) == 2
