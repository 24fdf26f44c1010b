"""What `client.embed` does before and after the call, against a server that says what it got."""

import asyncio
import contextlib
import logging
import re
import subprocess
import sys
import threading
from datetime import UTC, datetime
from inspect import signature
from pathlib import Path
from typing import Any

import pytest
from PIL import Image as Pillow
from twelvelabs_embed import (
    NO_RETRY,
    Audio,
    Fixed,
    Image,
    InvalidInputError,
    InvalidResponseError,
    Media,
    Progress,
    RetryPolicy,
    Route,
    Text,
    TextImage,
    TwelveLabsError,
    Video,
)
from twelvelabs_embed.bulk import Bulk
from twelvelabs_embed.embed import Embed
from twelvelabs_embed.sending import EmbedArguments, EmbedOptions
from twelvelabs_embed.uploads.resume_store import PendingTask, ResumeStore

from tests.clients import AWAITED, ClientKind, both_clients, fake_clock
from tests.scripted_server import Reset, Response, Step

OK = Response(body={"data": [{"embedding": [0.5, -0.25]}]})
URL = "https://media.example.com/film.mkv"


async def sent(kind: ClientKind, input: Any, **settings: Any) -> Any:
    async with kind.connected(OK) as (client, server):
        await client.embed(input, **settings)
    return server.requests[0].json


@both_clients
async def test_a_text(kind: ClientKind) -> None:
    expected = {
        "input_type": "text",
        "model_name": "marengo3.0",
        "text": {"input_text": "dog.jpg"},
    }
    assert await sent(kind, "dog.jpg") == await sent(kind, Text("dog.jpg")) == expected


@both_clients
async def test_settings_that_are_left_out_are_not_sent(kind: ClientKind) -> None:
    assert (await sent(kind, Video(URL)))["video"] == {"media_source": {"url": URL}}
    audio = Audio(Media.asset("a1"), start=2, segmentation=Fixed(5))
    assert (await sent(kind, audio))["audio"] == {
        "media_source": {"asset_id": "a1"},
        "start_sec": 2,
        "segmentation": {"strategy": "fixed", "fixed": {"duration_sec": 5}},
    }


@both_clients
async def test_another_model_is_passed_on(kind: ClientKind) -> None:
    assert (await sent(kind, "a dog", model="marengo9"))["model_name"] == "marengo9"


def test_each_option_is_an_argument_of_the_same_type() -> None:
    arguments = {name: one.__forward_arg__ for name, one in EmbedArguments.__annotations__.items()}
    shown = signature(Embed.__call__).parameters
    assert arguments == {name: shown[name].annotation for name in EmbedOptions.__struct_fields__}
    for method in (Embed.__call__, Embed.many, Bulk.run):
        assert signature(method).parameters.keys() >= arguments.keys()


@both_clients
async def test_an_argument_that_there_is_not_names_the_nearest(kind: ClientKind) -> None:
    async with kind.open() as client:
        for embed in (client.embed, client.embed.many):
            with pytest.raises(TypeError, match=r"'model_name'.*model"):
                await embed("a dog", model_name="marengo3.0")


@both_clients
async def test_plain_values_become_what_they_are(kind: ClientKind, tmp_path: Path) -> None:
    picture = tmp_path / "picture"
    Pillow.new("RGB", (200, 200)).save(picture, "JPEG")
    for value in (picture, picture.read_bytes(), Pillow.new("RGB", (200, 200))):
        assert (await sent(kind, value))["input_type"] == "image"


@both_clients
async def test_what_is_rejected_is_not_sent(kind: ClientKind, tmp_path: Path) -> None:
    small = tmp_path / "small.png"
    Pillow.new("RGB", (20, 200)).save(small)
    async with kind.connected(OK) as (client, server):
        with pytest.raises(InvalidInputError, match="20x200") as caught:
            await client.embed(TextImage(" ".join(["word"] * 501), small))
        assert {violation.field for violation in caught.value.violations} == {"text", "media"}
        assert server.requests == []
        await client.embed(TextImage("a word", small), check=False)
        assert len(server.requests) == 1


@both_clients
async def test_what_was_not_checked_is_logged(
    kind: ClientKind, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "twelvelabs_embed"):
        await sent(kind, Video(URL))
    assert f"{URL} was not downloaded" in caplog.text


async def test_files_are_looked_into_in_a_thread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture = tmp_path / "picture.png"
    Pillow.new("RGB", (200, 200)).save(picture)
    threads = []
    looked = Media.open

    def look(media: Media) -> Any:
        threads.append(threading.current_thread())
        return looked(media)

    monkeypatch.setattr(Media, "open", look)
    async with AWAITED.connected(OK) as (client, server):
        await asyncio.gather(*(client.embed(Image(picture)) for _ in range(3)))
    assert threads[0] is not threading.main_thread()
    assert len(server.requests) == 3


@both_clients
@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"data": [{"embedding": [1, 2]}, {"embedding": [1]}]}, "row 1"),
        ({"data": [{"embedding": [1, None]}]}, "row 0"),
        ({"data": None}, "data"),
        ({}, "data"),
        ({"data": [], "error": {"code": "busy", "message": "try again"}}, "busy: try again"),
        ({"data": [], "message": "try again"}, "try again"),
        ({"errorMessage": "of a gateway"}, "of a gateway"),
        ({"fault": {"faultstring": "of a gateway"}}, "of a gateway"),
        (["of a gateway"], "of a gateway"),
    ],
)
async def test_vectors_that_are_none(kind: ClientKind, body: Any, words: str) -> None:
    async with kind.connected(Response(body=body), retry=NO_RETRY) as (client, _):
        with pytest.raises(InvalidResponseError, match=words):
            await client.embed("a dog")


POLICY = RetryPolicy(attempts=2, jitter=0)
TASK = {"_id": "t1", "status": "processing", "data": None}
VECTOR = {"embedding": [0.5, -0.25], "embedding_option": "visual", "embedding_scope": "asset"}
READY = Response(
    body={**TASK, "status": "ready", "data": [{**VECTOR, "start_sec": 0, "end_sec": 1}]}
)
FAILED = Response(body={**TASK, "status": "failed", "error": {"message": "no"}})
GONE = Response(404, {"code": "resource_not_exist", "message": "no such task"})
PAGE = Response(200, b"<html>Please sign in</html>", {"content-type": "text/html"})
TIMED_OUT = Response(408)
DENIED = Response(403, {"code": "api_not_allowed", "message": "no"})
QUEUED = Response(body={**TASK, "status": "queued"})


@both_clients
@pytest.mark.parametrize(
    ("responses", "is_deleted"),
    [
        ([READY], True),
        ([FAILED], True),
        ([GONE], True),
        ([QUEUED, READY], True),
        ([TIMED_OUT, TIMED_OUT, READY], True),
        ([PAGE, PAGE, READY], True),
        ([Response(302, b"", {"location": "https://x.example"}), READY], True),
        ([TIMED_OUT], False),
        ([PAGE], False),
        ([QUEUED], False),
        ([DENIED], False),
        ([Response(body={**TASK, "status": "ready", "data": [{"embedding": None}]})], False),
        ([Reset()], False),
        ([Response(404, {"code": "not_found", "message": "no such path"})], False),
        ([Response(200, {"error": {"code": "busy", "message": "try again"}}), READY], True),
        ([Response(200, {"status": "failed", "message": "of a gateway"})], False),
        ([Response(body={**TASK, "_id": "t2", "status": "failed"})], False),
    ],
    ids=str,
)
async def test_what_was_uploaded_is_deleted_only_when_the_task_is_known_to_be_over(
    kind: ClientKind, responses: list[Step], is_deleted: bool, tmp_path: Path
) -> None:
    store = ResumeStore(tmp_path)
    settings: dict[str, Any] = {"resume_dir": tmp_path, "clock": fake_clock(), "retry": POLICY}
    async with kind.connected(*responses, **settings) as (client, server):
        task = {"base_url": server.base_url, "model": "marengo3.0", "input_type": "video"}
        moment = datetime(2026, 11, 30, tzinfo=UTC)
        store.save_task(PendingTask("t1", **task, label="film", asset_id="a1", created_at=moment))
        with contextlib.suppress(TwelveLabsError):
            await client.embed.resume("t1", wait_sec=60)
        deleted = [one.path for one in server.requests if one.method == "DELETE"]
    assert deleted[:1] == (["/v1.3/assets/a1"] if is_deleted else [])


@both_clients
@pytest.mark.parametrize(
    ("kept", "given", "model", "input_type"),
    [
        (None, None, "marengo3.0", "audio"),  # which the response says
        (None, "marengo3.5", "marengo3.5", "audio"),
        ({"asset_id": None}, None, "marengo3.5", "video"),
        ({"asset_id": "a1"}, None, "marengo3.5", "video"),
        ({"asset_id": "a1"}, "marengo9", "marengo9", "video"),
    ],
)
async def test_what_is_known_of_a_task_that_is_resumed(
    kind: ClientKind,
    kept: dict[str, Any] | None,
    given: str | None,
    model: str,
    input_type: str,
    tmp_path: Path,
) -> None:
    store, shown, asset_id = ResumeStore(tmp_path), [], (kept or {}).get("asset_id")
    ready = Response(body={**READY.body, "metadata": {"input_type": "audio"}})
    settings: dict[str, Any] = {"resume_dir": tmp_path, "clock": fake_clock(), "retry": POLICY}
    async with kind.connected(QUEUED, ready, **settings) as (client, server):
        if kept is not None:
            of_service = {"base_url": server.base_url, "created_at": settings["clock"].now()}
            about = {"model": "marengo3.5", "input_type": "video", "label": "film"}
            store.save_task(PendingTask("t1", **kept, **about, **of_service))
        found = await client.embed.resume("t1", model=given, progress=shown.append)
    assert (found.model, found.input_type) == (model, input_type)
    route = Route("task", "it was resumed", "asset" if asset_id else "inline", asset_id, "t1")
    assert found.route == route
    label = "film" if kept else ""
    assert shown == [Progress("embedding", label, 0, 0, sec, "t1") for sec in (0, 0, 0.5)]
    assert [one.method for one in server.requests] == ["GET", "GET"] + ["DELETE"] * bool(asset_id)
    assert store.tasks() == []


def test_the_ways_of_a_text_and_a_video_are_short() -> None:
    """How long it is to read, not how long it takes; in a process without spans of other tests."""
    command = [sys.executable, "-m", "benchmarks.calls"]
    shown = subprocess.run(
        command, cwd=Path(__file__).parents[1], capture_output=True, text=True, check=True
    ).stdout
    counts = re.findall(r"^\w+: (\d+) calls, (\d+) files", shown, re.MULTILINE)
    (text_calls, text_files), (video_calls, video_files) = [map(int, one) for one in counts]
    assert (40 < text_calls <= 55, text_files <= 20) == (True, True), shown
    assert (90 < video_calls <= 129, video_files <= 28) == (True, True), shown
