"""Uploads in processes of their own: how much memory they take, and what is left when they die."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from twelvelabs_embed.uploads.resume_store import ResumeStore
from twelvelabs_embed_emulator import Emulator, samples

from tests.waiting import wait_until

ROOT = Path(__file__).parents[2]
CHUNK_BYTES = 4 << 20
CONCURRENCY = 4  # the default of `assets.upload`
SIZE_BYTES = 210 << 20  # more than may be sent at once

both = pytest.mark.parametrize("kind", ["blocking", "awaited"])
Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def emulator(request: pytest.FixtureRequest) -> Iterator[Emulator]:
    """An emulator; its parameter, if there is one, is a script of faults of the storage host."""
    script = getattr(request, "param", ())
    with Emulator(chunk_bytes=CHUNK_BYTES, storage_faults=script) as running:
        yield running


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return samples.write_padded_video(tmp_path_factory.mktemp("film") / "film.mp4", SIZE_BYTES)


@pytest.fixture
def resume_dir(tmp_path: Path) -> Path:
    return tmp_path / "resume"


@pytest.fixture
def start(emulator: Emulator, resume_dir: Path) -> Iterator[Start]:
    """Begin to upload a file in another process."""
    processes: list[subprocess.Popen[str]] = []

    def begin(film: Path, kind: str) -> "subprocess.Popen[str]":
        command = [sys.executable, "-m", "tests.large.child", emulator.base_url]
        process = subprocess.Popen(
            [*command, str(film), str(resume_dir), kind],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        processes.append(process)
        return process

    yield begin
    for process in processes:
        process.kill()
        process.communicate(timeout=60)


def result(process: "subprocess.Popen[str]") -> dict[str, Any]:
    out, err = process.communicate(timeout=100)
    assert process.returncode == 0, err
    took: dict[str, Any] = json.loads(out)
    return took


@pytest.mark.slow
@both
def test_a_gigabyte_takes_little_memory(
    emulator: Emulator, start: Start, tmp_path: Path, kind: str
) -> None:
    film = samples.write_padded_video(tmp_path / "film.mp4", 1 << 30)
    took = result(start(film, kind))
    print(f"\n1 GiB, {kind}: {took['duration_sec']} s, {took['memory_mib']} MiB more memory")
    assert took["status"] == "ready"
    assert emulator.received_chunk_bytes == 1 << 30
    assert took["memory_mib"] < 64


@pytest.mark.slow
@both
@pytest.mark.parametrize("emulator", ["slow-head:0.05,repeat"], indirect=True, ids=["slow"])
def test_an_upload_that_was_killed_goes_on(
    emulator: Emulator, start: Start, film: Path, resume_dir: Path, kind: str
) -> None:
    first = start(film, kind)
    wait_until(lambda: emulator.received_chunk_bytes >= SIZE_BYTES // 2)
    first.kill()
    first.wait()
    before_bytes = emulator.received_chunk_bytes
    (entry,) = ResumeStore(resume_dir).uploads()
    took = result(start(film, kind))
    twice_bytes = emulator.received_chunk_bytes - SIZE_BYTES
    print(f"\nkilled after {before_bytes} of {SIZE_BYTES} bytes: {twice_bytes} bytes sent twice")
    assert before_bytes < SIZE_BYTES
    assert took["asset_id"] == entry.session.asset_id
    assert took["status"] == "ready"
    assert twice_bytes <= CONCURRENCY * CHUNK_BYTES
    assert ResumeStore(resume_dir).uploads() == []


@pytest.mark.slow
def test_two_processes_have_a_session_each(
    emulator: Emulator, start: Start, film: Path, resume_dir: Path
) -> None:
    first = start(film, "blocking")
    wait_until(lambda: emulator.received_chunk_bytes)
    second = start(film, "awaited")
    took = [result(first), result(second)]
    assert [one["status"] for one in took] == ["ready", "ready"]
    assert took[0]["asset_id"] != took[1]["asset_id"]
    assert emulator.received_chunk_bytes == 2 * SIZE_BYTES
    assert ResumeStore(resume_dir).uploads() == []
