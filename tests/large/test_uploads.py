"""Multipart uploads over real sockets, with what goes wrong on the way."""

import asyncio
import logging
import os
import threading
from collections.abc import Callable, Iterator
from hashlib import md5
from pathlib import Path
from typing import cast

import httpx
import pytest
from twelvelabs_embed import Asset, InvalidInputError, Media, Progress
from twelvelabs_embed.uploads.resume_store import ResumeStore
from twelvelabs_embed.uploads.upload import UploadFlows
from twelvelabs_embed_emulator import Emulator, samples

from tests.clients import AWAITED, NO_WAIT, ClientKind, both_clients, given_clients
from tests.scripted_server import Reset, Response, scripted_server
from tests.waiting import wait_for

CHUNK_BYTES = 512 * 1024
SIZE_BYTES = 16 * CHUNK_BYTES - 1000
ProgressCallback = Callable[[Progress], object]


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator(chunk_bytes=CHUNK_BYTES, urls_per_response=5) as running:
        yield running


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = samples.write_padded_video(tmp_path_factory.mktemp("film") / "film.mp4", SIZE_BYTES)
    with path.open("r+b") as file:  # not only zeros, so that chunks differ
        for offset in range(SIZE_BYTES - 1, SIZE_BYTES // 4, -CHUNK_BYTES // 3):
            file.seek(offset)
            file.write(offset.to_bytes(4, "big")[:1])
    return path


@pytest.fixture
def film(original: Path, tmp_path: Path) -> Path:
    copy = tmp_path / "film.mp4"
    copy.write_bytes(original.read_bytes())
    return copy


@pytest.fixture
def resume_store(tmp_path: Path) -> ResumeStore:
    return ResumeStore(tmp_path / "resume")


async def upload(
    kind: ClientKind,
    base_url: str,
    film: Path,
    resume_store: ResumeStore,
    progress: ProgressCallback | None = None,
    *,
    concurrency: int = 4,
) -> Asset:
    """Upload multipart, however small the file, and wait until it is ready."""
    async with kind.open("any", base_url=base_url, clock=NO_WAIT) as client:
        flows = UploadFlows(client._connection, resume_store, direct_bytes=0)
        flow = flows.upload(Media.file(film), concurrency=concurrency, progress=progress)
        asset = await client.assets.wait_until_ready(str((await client._runner.run(flow)).id))
        return cast("Asset", asset)


def once_at(part: float, act: Callable[[], object]) -> ProgressCallback:
    """Do something when this part of the file was sent."""
    left = [act]

    def on_progress(progress: Progress) -> None:
        if left and progress.done_bytes >= part * progress.total_bytes:
            left.pop()()

    return on_progress


@both_clients
async def test_the_service_gets_every_chunk_once(
    emulator: Emulator, film: Path, resume_store: ResumeStore, kind: ClientKind
) -> None:
    reports: list[Progress] = []
    asset = await upload(kind, emulator.base_url, film, resume_store, reports.append)
    assert (asset.status, asset.filename) == ("ready", "film.mp4")
    assert emulator.received_chunk_bytes == SIZE_BYTES
    done_bytes = [step.done_bytes for step in reports]
    assert done_bytes == sorted(done_bytes)
    assert done_bytes[-1] == SIZE_BYTES
    assert resume_store.uploads() == []


@both_clients
async def test_links_that_expire_on_the_way(
    emulator: Emulator,
    film: Path,
    resume_store: ResumeStore,
    kind: ClientKind,
    caplog: pytest.LogCaptureFixture,
) -> None:
    on_progress = once_at(0.5, lambda: emulator.advance(hours=2))
    asset = await upload(kind, emulator.base_url, film, resume_store, on_progress)
    assert asset.status == "ready"
    assert emulator.received_chunk_bytes == SIZE_BYTES
    assert "storage: 403" in caplog.text


@both_clients
async def test_a_session_that_expires_on_the_way(
    emulator: Emulator,
    film: Path,
    resume_store: ResumeStore,
    kind: ClientKind,
    caplog: pytest.LogCaptureFixture,
) -> None:
    on_progress = once_at(0.5, lambda: emulator.advance(hours=25))
    asset = await upload(kind, emulator.base_url, film, resume_store, on_progress)
    assert asset.status == "ready"
    assert "the session is expired; it is uploaded from the start" in caplog.text


class StoppedError(Exception):
    pass


@both_clients
async def test_what_was_stopped_goes_on(
    emulator: Emulator, film: Path, resume_store: ResumeStore, kind: ClientKind
) -> None:
    def stop() -> None:
        raise StoppedError

    with pytest.raises(StoppedError):
        await upload(kind, emulator.base_url, film, resume_store, once_at(0.6, stop))
    (entry,) = resume_store.uploads()
    assert 4 <= entry.done_chunks < entry.session.total_chunks
    reports: list[Progress] = []
    other = ClientKind(awaited=not kind.awaited)
    await upload(other, emulator.base_url, film, resume_store, reports.append)
    assert reports[0].done_bytes == entry.done_bytes
    assert emulator.received_chunk_bytes <= SIZE_BYTES + 4 * CHUNK_BYTES


async def test_what_was_cancelled_is_resumed(
    emulator: Emulator, film: Path, resume_store: ResumeStore
) -> None:
    task: asyncio.Task[Asset]
    on_progress = once_at(0.5, lambda: task.cancel())
    task = asyncio.ensure_future(
        upload(AWAITED, emulator.base_url, film, resume_store, on_progress)
    )
    with pytest.raises(asyncio.CancelledError):
        await task
    (entry,) = resume_store.uploads()
    asset = await upload(AWAITED, emulator.base_url, film, resume_store)
    assert asset.id == entry.session.asset_id
    assert emulator.received_chunk_bytes <= SIZE_BYTES + 4 * CHUNK_BYTES


@both_clients
@pytest.mark.parametrize("change", ["shrinks", "grows", "is written"])
async def test_a_file_that_changes_on_the_way(
    emulator: Emulator, film: Path, resume_store: ResumeStore, kind: ClientKind, change: str
) -> None:
    size_bytes = {"shrinks": SIZE_BYTES // 3, "grows": SIZE_BYTES + 1, "is written": SIZE_BYTES}
    on_progress = once_at(0.5, lambda: os.truncate(film, size_bytes[change]))
    with pytest.raises(InvalidInputError, match=r"film\.mp4 (shrank|changed) while it was"):
        await upload(kind, emulator.base_url, film, resume_store, on_progress)
    with httpx.Client(base_url=emulator.base_url, headers={"x-api-key": "any"}) as client:
        (session,) = client.get("/assets/multipart-uploads").json()["data"]
        status = client.get(f"/assets/multipart-uploads/{session['upload_id']}").json()
    assert status["chunks_completed"] == 0


@both_clients
def test_two_threads_have_a_session_each(
    kind: ClientKind,
    emulator: Emulator,
    film: Path,
    resume_store: ResumeStore,
    caplog: pytest.LogCaptureFixture,
) -> None:
    has_started = threading.Event()

    def work() -> None:
        on_progress = once_at(0, has_started.set)
        asyncio.run(upload(kind, emulator.base_url, film, resume_store, on_progress))

    def start_second() -> None:
        second.start()
        wait_for(has_started)

    second = threading.Thread(target=work)
    with caplog.at_level(logging.INFO, "twelvelabs_embed"):
        asyncio.run(upload(kind, emulator.base_url, film, resume_store, once_at(0.1, start_second)))
        second.join()
    assert "uploaded a second time" in caplog.text
    assert emulator.received_chunk_bytes == 2 * SIZE_BYTES
    assert resume_store.uploads() == []


# ------------------------------------------------------------------------------ the storage host


def session(storage_url: str, body: bytes) -> Response:
    link = f"{storage_url}/chunk?signature=PRESIGNED"
    return Response(
        201,
        {
            "upload_id": "u",
            "asset_id": "a",
            "chunk_size": len(body),
            "total_chunks": 1,
            "upload_urls": [{"chunk_index": 1, "url": link}],
            "upload_headers": {"content-type": "video/x-chunk"},
        },
        {"set-cookie": "signed-in=yes; path=/"},
    )


@both_clients
async def test_neither_keys_nor_links_get_where_they_do_not_belong(
    film: Path, resume_store: ResumeStore, kind: ClientKind, caplog: pytest.LogCaptureFixture
) -> None:
    body = film.read_bytes()
    good = Response(200, headers={"etag": f'"{md5(body).hexdigest()}"'})
    ready = Response(200, {"_id": "a", "status": "ready"})
    with scripted_server(Reset(), Response(503), good) as storage:
        reported = Response(200, {"total_completed": 1})
        with scripted_server(session(storage.base_url, body), reported, ready) as api:
            with caplog.at_level(logging.DEBUG, "twelvelabs_embed"):
                asset = await upload(kind, api.base_url, film, resume_store)
    assert asset.status == "ready"
    assert [request.method for request in storage.requests] == ["PUT"] * 3
    for request in storage.requests:
        assert request.body == body
        assert request.headers["content-type"] == "video/x-chunk"
        assert request.headers["content-length"] == str(len(body))
        assert not {"x-api-key", "authorization", "cookie"} & request.headers.keys()
        assert "twelvelabs" not in request.headers.get("user-agent", "")
    assert {request.headers["x-api-key"] for request in api.requests} == {"any"}
    assert "attempt 2 of 8 failed" in caplog.text
    assert "PRESIGNED" not in caplog.text


@given_clients
async def test_what_your_own_client_signs_with_does_not_get_there(
    emulator: Emulator, film: Path, resume_store: ResumeStore, kind: ClientKind
) -> None:
    """The emulator's storage host rejects keys."""
    http = {"headers": {"x-api-key": "any", "authorization": "Bearer x"}, "auth": ("me", "x")}
    async with kind.open("any", base_url=emulator.base_url, http=http) as client:
        flows = UploadFlows(client._connection, resume_store, direct_bytes=0)
        await client._runner.run(flows.upload(Media.file(film)))
    assert emulator.received_chunk_bytes == SIZE_BYTES
