"""One emulator for all runs of a process, a proxy before it, and clients that do not wait long."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from twelvelabs_embed import RetryPolicy, TwelveLabs
from twelvelabs_embed_emulator import Emulator

from tests.bulk.datasets import manifest, paint
from tests.bulk.fault_proxy import Faulty, faulty
from tests.cli.runner import Run, run_here
from tests.power_cut import Disk, observed_disk

if TYPE_CHECKING:
    from tests.bulk.sink_places import Place

QUICK = RetryPolicy(base_sec=0.01)


@pytest.fixture(scope="session")
def emulator() -> Iterator[Emulator]:
    with Emulator() as running:
        yield running


@pytest.fixture
def service(emulator: Emulator) -> Iterator[Faulty]:
    """The emulator behind a proxy that counts, and lets some of it fail."""
    with faulty(emulator.base_url) as running:
        yield running


@pytest.fixture
def client(service: Faulty, tmp_path: Path) -> Iterator[TwelveLabs]:
    with TwelveLabs(
        "k", base_url=service.base_url, retry=QUICK, resume_dir=tmp_path / "resume"
    ) as client:
        yield client


@pytest.fixture
def cli(service: Faulty, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """`cli("run", ...)` in a folder of its own, with a key and the emulator behind the proxy."""
    monkeypatch.chdir(tmp_path)
    for name in ("TWELVE_LABS_API_KEY", "COLUMNS", "NO_COLOR", "FORCE_COLOR", "GITHUB_ACTIONS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TWELVELABS_API_KEY", "good")
    monkeypatch.setenv("TWELVELABS_BASE_URL", service.base_url)
    return run_here


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


@pytest.fixture
def disk() -> Iterator[Disk]:
    with observed_disk() as disk:
        yield disk


@pytest.fixture
def three(tmp_path: Path) -> Path:
    return manifest(tmp_path / "three.jsonl", ["one", "two", "three"])


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Three images of different content and the same size."""
    folder = tmp_path / "source"
    folder.mkdir()
    for color in ("red", "green", "blue"):
        paint(folder / f"{color}.png", color)
    return folder


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL server with pgvector."""
    from tests.bulk.sink_places import postgres_server

    with postgres_server() as uri:
        yield uri


@pytest.fixture(params=["lancedb", "qdrant", "qdrant server", "pgvector"])
def place(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Place]:
    from tests.bulk import qdrant_service, sink_places as places  # heavy, and only for sinks

    match request.param:
        case "lancedb":
            yield places.lancedb_place(tmp_path / "archive")
        case "qdrant":
            yield places.qdrant_place(str(tmp_path / "archive"))
        case "qdrant server":
            monkeypatch.setenv("QDRANT_API_KEY", qdrant_service.API_KEY)
            with qdrant_service.serving() as service, warnings.catch_warnings():
                # That a key goes to loopback without TLS; here it may.
                warnings.filterwarnings("ignore", "Api key is used with an insecure connection")
                yield places.qdrant_place(service.url)
        case _:
            yield places.pgvector_place(request.getfixturevalue("postgres"))
