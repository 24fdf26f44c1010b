"""A key to look for, and what a test with it leaves behind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from twelvelabs_embed import RetryPolicy
from twelvelabs_embed_emulator import Emulator, samples

from tests.clients import NO_WAIT, ClientKind
from tests.otel_memory import InMemoryTelemetry, telemetry_in_memory
from tests.secrets.traces import Evidence

KEY = "tlk_2MARKER7f3a90b1c6d5e84MARKER"
CHUNK_BYTES = 1 << 16


class _Secret:
    """The key, as pydantic's `SecretStr` has it: tracebacks show the arguments of tests, too."""

    def get_secret_value(self) -> str:
        return KEY


SECRET = _Secret()


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    with Emulator(api_keys=[KEY], chunk_bytes=CHUNK_BYTES) as running:
        yield running


@pytest.fixture(scope="module")
def media(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("media")
    samples.image(folder / "beach.jpg", width=320, height=240)
    samples.video(folder / "film.mkv", fps=8)
    return folder


@pytest.fixture
def otel() -> InMemoryTelemetry:
    otel = telemetry_in_memory()
    otel.clear()
    return otel


@pytest.fixture
def evidence(
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    otel: InMemoryTelemetry,
) -> Iterator[Evidence]:
    """Collects what a test leaves, and fails it if the key or a signature is there."""
    monkeypatch.setenv("TWELVELABS_EMBED_RESUME_DIR", str(tmp_path / "resume"))
    # As if the smallest file were too large to go at once.
    monkeypatch.setattr("twelvelabs_embed.uploads.upload.direct_limit", lambda kind: None)
    found = Evidence()
    with found.logs():
        yield found
    for where, text in zip(("stdout", "stderr"), capfd.readouterr(), strict=True):
        found.add(where, text)
    found.add_files(tmp_path)
    found.add_telemetry(otel)
    assert found.texts
    assert found.leaks(KEY) == []


def settings(base_url: str) -> dict[str, Any]:
    retry = RetryPolicy(attempts=2)
    return {"base_url": base_url, "retry": retry, "timeout": 0.3, "clock": NO_WAIT}


async def fail(base_url: str, kind: ClientKind, work: Callable[[Any], Any]) -> Exception:
    """What a call of a client with the key raises, within a span of an application."""
    try:
        # Which notes what passes through it: type, words and traceback.
        with telemetry_in_memory().tracer.start_as_current_span("work"):
            async with kind.open(SECRET, **settings(base_url)) as client:
                await work(client)
    except Exception as error:
        return error
    raise AssertionError("it did not fail")
