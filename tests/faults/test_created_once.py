"""What creates something is sent again only when it certainly was not created; on real sockets."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from twelvelabs_embed import (
    AsyncTwelveLabs,
    Clock,
    Media,
    MediaSource,
    OutcomeUnknownError,
    RetryPolicy,
    TwelveLabs,
    Video,
    VideoInputRequest,
)

from tests.scripted_server import Reset, Response, Stall, Truncated, scripted_server

TASK = Response(202, {"_id": "t1", "status": "processing", "data": None})
ASSET = Response(201, {"_id": "a1", "status": "processing"})
SESSION = Response(201, {"upload_id": "u1", "asset_id": "a1", "chunk_size": 9, "total_chunks": 1})
BUSY = Response(429, {"code": "too_many_requests", "message": "wait"}, {"retry-after": "1"})
FAST = {
    "clock": Clock(sleep=lambda duration_sec: None),
    "retry": RetryPolicy(attempts=4),
    "timeout": 0.5,
}
VIDEO = VideoInputRequest(media_source=MediaSource(url="https://media.example.com/film.mkv"))


def task(client: TwelveLabs) -> Any:
    return client.embed.v_2.tasks.create(
        input_type="video", model_name="marengo3.0", video=VIDEO
    ).id


def embed(client: TwelveLabs) -> Any:
    return client.embed(Video("https://media.example.com/film.mkv"), route="task")


def asset(client: TwelveLabs) -> Any:
    return client.assets.create(method="direct", file=io.BytesIO(b"film"), filename="f.mkv").id


def upload(client: TwelveLabs) -> Any:
    return client.assets.upload(Media.bytes(b"film"), timeout=0).id


def session(client: TwelveLabs) -> Any:
    return client.multipart_upload.create(filename="f.mkv", type="video", total_size=9).upload_id


CREATES = pytest.mark.parametrize(
    ("create", "done", "id"),
    [(task, TASK, "t1"), (asset, ASSET, "a1"), (upload, ASSET, "a1"), (session, SESSION, "u1")],
)


@CREATES
def test_after_a_rejection_it_is_sent_again(
    create: Callable[[TwelveLabs], Any], done: Response, id: str
) -> None:
    with (
        scripted_server(BUSY, BUSY, done) as server,
        TwelveLabs("k", base_url=server.base_url, **FAST) as client,  # type: ignore[arg-type]
    ):
        assert create(client) == id
    assert len(server.requests) == 3
    assert len({request.body for request in server.requests}) in (1, 3)  # a form has boundaries


@CREATES
@pytest.mark.parametrize(
    "fault",
    [Reset(), Stall(), Response(503), Response(500), Response(504), Response(200, b"<html>")],
)
def test_after_anything_else_it_is_not(
    create: Callable[[TwelveLabs], Any], done: Response, id: str, fault: Response | Reset | Stall
) -> None:
    with (
        scripted_server(fault, done) as server,
        TwelveLabs("k", base_url=server.base_url, **FAST) as client,  # type: ignore[arg-type]
        pytest.raises(OutcomeUnknownError, match="may have been created"),
    ):
        create(client)
    assert len(server.requests) == 1


def test_a_response_that_was_cut_off_means_that_it_was_done() -> None:
    with (
        scripted_server(Truncated(TASK), TASK) as server,
        TwelveLabs("k", base_url=server.base_url, **FAST) as client,  # type: ignore[arg-type]
        pytest.raises(OutcomeUnknownError, match=r"tasks\.list\(started_at='20") as caught,
    ):
        embed(client)
    assert len(server.requests) == 1
    assert caught.value.created_resource == "task"


async def test_awaited() -> None:
    with scripted_server(BUSY, Reset(), TASK) as server:
        async with AsyncTwelveLabs("k", base_url=server.base_url, timeout=0.5) as client:
            with pytest.raises(OutcomeUnknownError) as caught:
                await client.embed.v_2.tasks.create(
                    input_type="video", model_name="marengo3.0", video=VIDEO
                )
    assert caught.value.attempts == len(server.requests) == 2
