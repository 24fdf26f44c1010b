"""OpenTelemetry in memory, and a client that reports to it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from twelvelabs_embed import Media, RetryPolicy
from twelvelabs_embed.uploads.upload import UploadFlows
from twelvelabs_embed_emulator import Emulator, samples

from tests.clients import AWAITED, BLOCKING, NO_WAIT
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


@pytest.fixture(params=[BLOCKING, AWAITED], ids=str)
async def client(
    emulator: Emulator, tmp_path: Path, request: pytest.FixtureRequest
) -> AsyncIterator[Any]:
    settings = {"base_url": emulator.base_url, "resume_dir": tmp_path / "resume", **QUICK}
    async with request.param.open(KEY, **settings) as client:
        yield client


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return samples.write_padded_video(tmp_path_factory.mktemp("film") / "film.mp4", SIZE_BYTES)


async def upload_multipart(client: Any, film: Path) -> None:
    """What `assets.upload` does with larger files."""
    flows = UploadFlows(client._connection, client._resume_store(), direct_bytes=0)
    await client._runner.run(flows.upload(Media.file(film)))


QUICK: dict[str, Any] = {"retry": RetryPolicy(attempts=3), "clock": NO_WAIT}
