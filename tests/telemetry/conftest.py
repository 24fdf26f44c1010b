"""OpenTelemetry in memory, and a client that reports to it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from twelvelabs_embed import Clock, Media, RetryPolicy, TwelveLabs
from twelvelabs_embed.uploads.upload import UploadFlows
from twelvelabs_embed_emulator import Emulator, samples

from tests.otel_memory import InMemoryTelemetry, telemetry_in_memory

KEY = "marker-key-7f3a"
SIZE_BYTES = 3 << 20


@pytest.fixture
def otel() -> InMemoryTelemetry:
    otel = telemetry_in_memory()
    otel.clear()
    return otel


@pytest.fixture(scope="session")
def emulator() -> Iterator[Emulator]:
    with Emulator(api_keys=[KEY], chunk_bytes=1 << 20) as running:
        yield running


@pytest.fixture
def client(emulator: Emulator, tmp_path: Path) -> Iterator[TwelveLabs]:
    with TwelveLabs(
        KEY,
        base_url=emulator.base_url,
        retry=QUICK,
        clock=IMPATIENT,
        resume_dir=tmp_path / "resume",
    ) as client:
        yield client


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return samples.write_padded_video(tmp_path_factory.mktemp("film") / "film.mp4", SIZE_BYTES)


def upload_multipart(client: TwelveLabs, film: Path) -> None:
    """What `assets.upload` does with larger files."""
    flows = UploadFlows(client._connection, client._resume_store(), direct_bytes=0)
    client._runner.run(flows.upload(Media.file(film)))


async def _sleep_async(duration_sec: float) -> None:
    pass


QUICK = RetryPolicy(attempts=3)
IMPATIENT = Clock(sleep=lambda duration_sec: None, sleep_async=_sleep_async)
