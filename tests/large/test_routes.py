"""Every way to the service ends in the same vectors, and nothing is left behind."""

import asyncio
import logging
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from twelvelabs_embed import (
    NO_RETRY,
    AssetFailedError,
    BadRequestError,
    Embeddings,
    Fixed,
    InvalidInputError,
    Media,
    NotFoundError,
    Progress,
    TaskFailedError,
    TwelveLabs,
    Video,
    WaitTimeoutError,
)
from twelvelabs_embed.validation.routing import RouteName
from twelvelabs_embed_emulator import Emulator, samples

from tests.clients import AWAITED, BLOCKING, SHORT_WAITS, ClientKind, both_clients
from tests.waiting import process_of, wait_until


@pytest.fixture(scope="module")
def media(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("media")
    samples.video(folder / "small.mp4")
    samples.write_padded_video(folder / "large.mp4", 60 << 20)
    samples.write_long_video(folder / "long.mkv", 660)
    return folder


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator() as running:
        yield running


@pytest.fixture(params=[BLOCKING, AWAITED], ids=str)
async def client(emulator: Emulator, request: pytest.FixtureRequest) -> AsyncIterator[Any]:
    async with request.param.open(base_url=emulator.base_url, clock=SHORT_WAITS) as made:
        yield made


def film(path: Path) -> Video:
    return Video(path, segmentation=Fixed(5))


async def assets(client: Any) -> list[Any]:
    return [asset async for asset in await client.assets.list()]


def name_of(embeddings: Embeddings) -> str:
    assert embeddings.route is not None
    return embeddings.route.name


async def test_each_file_goes_its_way(client: Any, media: Path) -> None:
    names = ("small.mp4", "large.mp4", "long.mkv")
    small, large, long = await asyncio.gather(*(client.embed(film(media / one)) for one in names))
    assert [str(found.route) for found in (small, large, long)] == [
        "inline: small.mp4 fits into the request",
        "asset: large.mp4 has 60 MB, and at most 36 MB can be sent inside a request",
        "task: long.mkv is 11 min long, and at most 10 min go through the sync endpoint",
    ]
    assert (large.vectors == small.vectors).all()  # it is the same film, with nothing behind it
    assert len(long.select(scope="clip", option="visual")) == 132
    assert [task.status async for task in await client.embed.v_2.tasks.list()] == ["ready"]
    assert await assets(client) == []


@pytest.mark.parametrize("route", ["asset", "task"])
async def test_the_same_file_any_way(client: Any, media: Path, route: RouteName) -> None:
    small = await client.embed(film(media / "small.mp4"))
    other = await client.embed(film(media / "small.mp4"), route=route)
    assert (other.vectors == small.vectors).all()
    assert other.segments == small.segments
    assert (name_of(other), other.input_type) == (route, "video")
    assert await assets(client) == []


async def test_a_long_file_uploaded_or_not(client: Any, media: Path) -> None:
    inline = await client.embed(film(media / "long.mkv"))
    asset = await client.assets.upload(media / "long.mkv")
    uploaded = await client.embed(Video(Media.asset(asset.id), segmentation=Fixed(5)))
    assert (uploaded.vectors == inline.vectors).all()
    # Nothing is known of an asset here: the service said that it is too long.
    assert uploaded.route is not None
    assert (uploaded.route.name, uploaded.route.via) == ("task", "asset")
    assert uploaded.route.why.startswith("the service says:")
    assert [found.id async for found in await client.assets.list()] == [asset.id]  # it is yours


async def test_a_kept_asset_and_the_reported_progress(
    client: Any, media: Path, caplog: pytest.LogCaptureFixture
) -> None:
    reports: list[Progress] = []
    with caplog.at_level(logging.INFO, "twelvelabs_embed"):
        found = await client.embed(
            film(media / "large.mp4"), route="task", keep_asset=True, progress=reports.append
        )
    assert found.route is not None
    assert [asset.id async for asset in await client.assets.list()] == [found.route.asset_id]
    phases = list(dict.fromkeys(progress.phase for progress in reports))
    assert phases == ["upload", "processing", "embedding"]
    assert {progress.label for progress in reports} == {"large.mp4"}
    assert reports[-1].id == found.route.task_id
    assert f"task {found.route.task_id} embeds large.mp4" in caplog.text


@pytest.mark.parametrize(
    ("name", "route", "said"),
    [
        ("large.mp4", "inline", "large.mp4 has 60 MB, but at most 36 MB can be sent inside"),
        ("long.mkv", "asset", "long.mkv is 11 min long, but at most 10 min go through the sync"),
        ("small.mp4", "url", "route: 'url', but small.mp4 is no link"),
    ],
)
async def test_a_way_that_cannot_be_gone(
    client: Any, media: Path, name: str, route: RouteName, said: str
) -> None:
    with pytest.raises(InvalidInputError, match=said):
        await client.embed(film(media / name), route=route)
    assert [task async for task in await client.embed.v_2.tasks.list()] == []
    assert await assets(client) == []


# ------------------------------------------------------------------------------------ failures


async def test_a_task_that_fails_says_why(client: Any, tmp_path: Path) -> None:
    short = samples.video(tmp_path / "short.mp4", duration_sec=3)
    with pytest.raises(TaskFailedError, match=r"failed: .* s is less than") as caught:
        await client.embed(film(short), route="task", check=False)
    with pytest.raises(TaskFailedError) as again:
        await client.embed.v_2.tasks.wait_for_done(caught.value.task_id)
    assert str(again.value) == str(caught.value)


async def test_what_was_uploaded_is_deleted_also_after_a_failure(
    client: Any, media: Path, tmp_path: Path
) -> None:
    (tmp_path / "fake.mp4").write_bytes(b"no film" * 99)
    with pytest.raises(AssetFailedError, match=r"fake\.mp4"):
        await client.embed(Video(tmp_path / "fake.mp4"), route="asset", check=False)
    with pytest.raises(BadRequestError):
        await client.embed(film(media / "long.mkv"), route="asset", check=False)
    assert await assets(client) == []


@both_clients
async def test_time_is_up_and_nothing_is_lost(kind: ClientKind, media: Path) -> None:
    with Emulator(processing_sec=3600) as emulator:
        async with kind.open(base_url=emulator.base_url, clock=SHORT_WAITS) as client:
            with pytest.raises(WaitTimeoutError, match=r"embed\.resume\(id\)") as caught:
                await client.embed(film(media / "small.mp4"), route="task", wait_sec=0.2)
        emulator.advance(hours=2)
        async with kind.open(base_url=emulator.base_url, clock=SHORT_WAITS) as another:
            found = await another.embed.resume(caught.value.id)
            small = await another.embed(film(media / "small.mp4"))
            assert (found.vectors == small.vectors).all()
            emulator.advance(days=8)
            with pytest.raises(NotFoundError):
                await another.embed.resume(caught.value.id)


# ---------------------------------------------------------------------------------------- kill -9

WAITING = """
import sys
from twelvelabs_embed import Fixed, TwelveLabs, Video

def on_progress(progress):
    if progress.phase == "embedding":
        print(progress.id, flush=True)

client = TwelveLabs("k", base_url=sys.argv[1])
client.embed(Video(sys.argv[2], segmentation=Fixed(5)), route="task", progress=on_progress)
"""


@both_clients
@pytest.mark.parametrize("name", ["small.mp4", "large.mp4"])
async def test_killed_while_it_waits(kind: ClientKind, media: Path, name: str) -> None:
    """The task is collected by its id, created once, and what was uploaded for it is deleted."""
    with Emulator(processing_sec=3600) as emulator:
        command = [sys.executable, "-c", WAITING, emulator.base_url, str(media / name)]
        with process_of(command, stdout=subprocess.PIPE, text=True) as process:
            if name == "large.mp4":
                pass_the_processing_of_an_asset(emulator)
            assert process.stdout is not None
            task_id = process.stdout.readline().strip()
            os.kill(process.pid, signal.SIGKILL)
        assert process.returncode == -signal.SIGKILL
        emulator.advance(hours=1)
        async with kind.open(base_url=emulator.base_url, clock=SHORT_WAITS) as client:
            found = await client.embed.resume(task_id)
            small = await client.embed(film(media / "small.mp4"))
            assert (found.vectors == small.vectors).all()
            assert (found.model, found.input_type) == ("marengo3.0", "video")
            assert len([one async for one in await client.embed.v_2.tasks.list()]) == 1
            assert await assets(client) == []


def pass_the_processing_of_an_asset(emulator: Emulator) -> None:
    with TwelveLabs("k", base_url=emulator.base_url, retry=NO_RETRY) as client:
        wait_until(lambda: list(client.assets.list()))
        emulator.advance(hours=1)
