"""`upload_file`: its arguments, its errors, and that it resumes."""

from __future__ import annotations

import asyncio
import pickle
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from twelvelabs_embed import (
    Clock,
    InvalidInputError,
    MissingFileError,
    RetryPolicy,
    TwelveLabs,
    TwelveLabsError,
    UploadError,
)
from twelvelabs_embed_emulator import Emulator, samples

from tests.clients import AWAITED, BLOCKING, ClientKind, both_clients

CHUNK_BYTES = 1000
Upload = Callable[..., Any]


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("upload") / "film.mp4"
    return samples.video(path, duration_sec=4, fps=2)


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    with Emulator(chunk_bytes=CHUNK_BYTES) as running:
        yield running


@pytest.fixture(params=[BLOCKING, AWAITED], ids=str)
def upload(request: pytest.FixtureRequest, emulator: Emulator, tmp_path: Path) -> Upload:
    """Upload a file by one of the two clients."""
    settings: dict[str, Any] = {"base_url": emulator.base_url, "resume_dir": tmp_path / "resume"}

    async def upload(*args: Any, **kwargs: Any) -> Any:
        async with request.param.open("any", **settings) as client:
            return await client.multipart_upload.upload_file(*args, **kwargs)

    return lambda *args, **kwargs: asyncio.run(upload(*args, **kwargs))


def reports(emulator: Emulator, before: int) -> int:
    """How many batches were reported."""
    paths = [one.path for one in emulator.seen[before:] if one.method == "POST"]
    return sum(path.count("/") == 4 and "multipart-uploads/" in path for path in paths)


def test_batches_are_reported_to_service_and_callback(
    upload: Upload, emulator: Emulator, film: Path
) -> None:
    seen: list[Any] = []
    total = -(-film.stat().st_size // CHUNK_BYTES)
    before = len(emulator.seen)
    result = upload(film, batch_size=7, max_workers=2, progress_callback=seen.append)
    assert result.asset_id
    batches = -(-total // 7)
    assert reports(emulator, before) == batches
    assert [one.completed_chunks for one in seen] == [
        *(7 * number for number in range(1, batches)),
        total,
    ]
    assert {one.total_chunks for one in seen} == {total}
    assert seen[-1].percentage == 100


def test_what_is_uploaded_is_the_file(upload: Upload, emulator: Emulator, film: Path) -> None:
    result = upload(str(film), filename="my film.mp4", file_type="video")
    with TwelveLabs("any", base_url=emulator.base_url) as client:
        asset = client.assets.wait_until_ready(result.asset_id)
    assert (asset.filename, asset.file_type) == ("my film.mp4", "video/mp4")
    assert result.asset_url


def test_an_upload_that_broke_off_is_resumed(
    upload: Upload, emulator: Emulator, film: Path
) -> None:
    def stop(progress: Any) -> None:
        raise KeyError("enough")

    with pytest.raises(KeyError):
        upload(film, batch_size=10, progress_callback=stop)
    before = emulator.received_chunk_bytes
    upload(film, batch_size=10)
    assert emulator.received_chunk_bytes - before == film.stat().st_size - 10 * CHUNK_BYTES


def test_a_file_that_there_is_not(upload: Upload, emulator: Emulator) -> None:
    before = len(emulator.seen)
    with pytest.raises(FileNotFoundError) as raised:
        upload("missing.mp4")
    assert isinstance(raised.value, MissingFileError)
    assert pickle.loads(pickle.dumps(raised.value)).violations == raised.value.violations
    assert len(emulator.seen) == before


def test_other_errors_are_upload_errors(upload: Upload, film: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty.mp4"
    empty.write_bytes(b"")
    for path, settings in (
        (empty, {}),
        (tmp_path, {}),
        (film, {"max_workers": 0}),
        (film, {"batch_size": 0}),
        (film, {"filename": "a", "file_type": "smell"}),
    ):
        with pytest.raises(UploadError) as raised:
            upload(path, **settings)
        assert isinstance(raised.value.original_error, TwelveLabsError)
        assert raised.value.message
    assert not isinstance(raised.value.original_error, InvalidInputError)


@both_clients
@pytest.mark.parametrize(
    ("asked", "delays_sec"),
    [
        ({"max_retries": 2, "retry_delay": 0.125}, [0.125, 0.25]),
        ({"max_retries": 1, "retry_delay": 0}, [0]),
        ({"max_retries": 1}, [0.5]),
        ({"max_retries": 0}, []),
    ],
)
async def test_retries_of_chunks_are_as_they_are_asked_for(
    kind: ClientKind, film: Path, asked: dict[str, Any], delays_sec: list[float]
) -> None:
    slept_sec: list[float] = []

    async def sleep(duration_sec: float) -> None:
        slept_sec.append(duration_sec)

    clock = Clock(sleep=slept_sec.append, sleep_async=sleep)
    settings: dict[str, Any] = {"clock": clock, "retry": RetryPolicy(jitter=0)}
    with Emulator(chunk_bytes=10**6, storage_faults="503*9") as failing:
        async with kind.open("any", base_url=failing.base_url, **settings) as client:
            with pytest.raises(UploadError) as raised:
                await client.multipart_upload.upload_file(film, **asked)
    assert slept_sec == delays_sec
    assert raised.value.chunk_index == 1
    assert isinstance(raised.value.original_error, TwelveLabsError)
    assert raised.value.original_error.attempts == len(delays_sec) + 1


@both_clients
async def test_a_chunk_whose_response_is_lost_is_sent_to_another_link(
    kind: ClientKind, film: Path
) -> None:
    """A link works once, and the chunk had used it when the connection broke."""
    faults = "reset,pass*3,reset"
    with Emulator(chunk_bytes=CHUNK_BYTES, faults=(), storage_faults=faults) as failing:
        async with kind.open("any", base_url=failing.base_url) as client:
            result = await client.multipart_upload.upload_file(
                film, max_workers=1, retry_delay=0.001
            )
            assert (
                await client.assets.wait_until_ready(result.asset_id)
            ).size == film.stat().st_size
        asked = [one.path for one in failing.seen if one.path.endswith("/presigned-urls")]
    assert len(asked) >= 2
