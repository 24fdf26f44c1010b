"""What ends a run, and what is written by then."""

from __future__ import annotations

import _thread
import asyncio
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from twelvelabs_embed import (
    AsyncTwelveLabs,
    InvalidInputError,
    ModelMismatchError,
    ServerError,
    TwelveLabs,
    UnauthorizedError,
)
from twelvelabs_embed.bulk import (
    FolderError,
    FolderInUseError,
    NoResponseError,
    RunProgress,
    RunReport,
)
from twelvelabs_embed.bulk.part_files import part_paths, read_parts
from twelvelabs_embed.results.export import ArrowTable
from twelvelabs_embed_emulator import Emulator

from tests.bulk.datasets import failed, manifest, written
from tests.bulk.fault_proxy import Faulty
from tests.scripted_server import Response, scripted_server
from tests.waiting import wait_for


def test_a_second_run_into_the_same_folder_is_rejected(
    client: TwelveLabs, three: Path, out: Path
) -> None:
    def start_another() -> bool:
        with pytest.raises(FolderInUseError, match="another run is writing"):
            client.bulk.run(three, out)
        return False

    assert client.bulk.run(three, out, stop=start_another).done == 3


def test_an_invalid_folder_is_rejected_before_anything_is_sent(
    client: TwelveLabs, service: Faulty, three: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    for folder in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(FolderError, match="cannot be written"):
            client.bulk.run(three, folder)
    (tmp_path / "strange").mkdir()
    (tmp_path / "strange" / "part-00000.parquet").touch()
    with pytest.raises(FolderError, match=r"no run\.json"):
        client.bulk.run(three, tmp_path / "strange")
    (tmp_path / "strange" / "run.json").write_text("{")
    with pytest.raises(FolderError, match="cannot be read"):
        client.bulk.run(three, tmp_path / "strange")
    assert not service.posts


def test_a_full_disk_ends_the_run_and_leaves_complete_files(
    service: Faulty, tmp_path: Path, out: Path
) -> None:
    """The kernel rejects files above 40,000 bytes, like a full disk."""
    source = manifest(tmp_path / "m.jsonl", [f"text {number}" for number in range(100)])
    code = """
import resource, signal, sys
from twelvelabs_embed import TwelveLabs
from twelvelabs_embed.bulk import FolderError
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
with TwelveLabs("k", base_url=sys.argv[1]) as client:
    client.bulk.run(sys.argv[2], sys.argv[3], limit=10, flush_rows=10)
    resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000))
    try:
        client.bulk.run(sys.argv[2], sys.argv[3], flush_rows=60)
    except FolderError as error:
        sys.exit(f"raised: {error}")
"""
    command = [sys.executable, "-c", code, service.base_url, str(source), str(out)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "raised:" in ran.stderr
    assert "File too large" in ran.stderr
    assert sum(written(out).values()) == 10
    assert not list(out.glob(".part*"))
    with TwelveLabs("k", base_url=service.base_url) as client:
        assert client.bulk.run(source, out).done == 90


def test_vectors_of_another_length_end_the_run(three: Path, out: Path) -> None:
    short, long = ({"data": [{"embedding": [0.5] * n}]} for n in (2, 3))
    with scripted_server(Response(body=short), Response(body=short), Response(body=long)) as server:
        with TwelveLabs("k", base_url=server.base_url) as client:
            with pytest.raises(ModelMismatchError, match="have 3 numbers, those before it 2"):
                client.bulk.run(three, out, concurrency=1)
    assert written(out) == {"one": 1, "two": 1}  # what came before is kept
    assert failed(out) == {}


def test_a_key_that_is_not_accepted_ends_the_run(three: Path, out: Path) -> None:
    with Emulator(api_keys=["good"]) as emulator:
        with TwelveLabs("bad", base_url=emulator.base_url) as client:
            with pytest.raises(UnauthorizedError):
                client.bulk.run(three, out)
        assert failed(out) == {}
        with TwelveLabs("good", base_url=emulator.base_url) as client:
            assert client.bulk.run(three, out).done == 3


def test_a_service_that_is_down_ends_the_run_without_failures(
    client: TwelveLabs, service: Faulty, tmp_path: Path, out: Path
) -> None:
    source = manifest(tmp_path / "m.jsonl", [f"text {number}" for number in range(60)])
    service.hold_after = 20

    def go_down(progress: RunProgress) -> None:
        if progress.done:
            service.is_down, service.hold_after = True, None

    with pytest.raises(NoResponseError, match="10 items in a row failed") as caught:
        client.bulk.run(
            source,
            out,
            concurrency=4,
            progress=go_down,
            request_options={"max_retries": 0},
        )
    assert isinstance(caught.value.failure, ServerError)
    assert failed(out) == {}
    service.is_down = False
    before = len(read_parts(out).items)
    assert client.bulk.run(source, out).done == 60 - before


def test_an_invalid_source_is_rejected_and_no_folder_is_created(
    client: TwelveLabs, tmp_path: Path, out: Path
) -> None:
    (tmp_path / "m.csv").write_text("txt\na\n")
    with pytest.raises(InvalidInputError, match="Did you mean 'text'"):
        client.bulk.run(tmp_path / "m.csv", out)
    assert not out.exists()


def test_a_callback_that_raises_ends_the_run(client: TwelveLabs, three: Path, out: Path) -> None:
    def fail(progress: RunProgress) -> None:
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        client.bulk.run(three, out, progress=fail)


# ----------------------------------------------------------------------------------- windows, stops


def test_waiting_rows_are_written_after_flush_sec(
    client: TwelveLabs, service: Faulty, tmp_path: Path, out: Path
) -> None:
    source = manifest(tmp_path / "m.jsonl", [f"text {number}" for number in range(40)])
    service.hold_after = 20  # until there is a part

    def look(progress: RunProgress) -> None:
        if part_paths(out):
            service.hold_after = None

    assert client.bulk.run(source, out, concurrency=2, flush_sec=0.1, progress=look).done == 40
    assert len(part_paths(out)) >= 2


class SlowSink:
    """Takes its time with the first part: until many items were sent and none is in progress."""

    address = "slow"

    def __init__(self, service: Faulty, min_count: int) -> None:
        self._service = service
        self._min_count = min_count
        self._is_idle = threading.Event()
        self.sent: int | None = None

    def note(self, progress: RunProgress) -> None:
        if self._service.sent.total() >= self._min_count and not progress.current:
            self._is_idle.set()

    def check(self, model: str, dimensions: int | None) -> None:
        pass

    def write(self, table: ArrowTable) -> None:
        if self.sent is None:
            wait_for(self._is_idle)
            self.sent = self._service.sent.total()

    def close(self) -> None:
        pass


@pytest.mark.parametrize("is_awaited", [False, True])
def test_a_run_continues_while_a_part_is_written_until_flush_rows_wait(
    service: Faulty, tmp_path: Path, out: Path, is_awaited: bool
) -> None:
    source = manifest(tmp_path / "m.jsonl", [f"text {number}" for number in range(300)])
    sink = SlowSink(service, 90)
    options: Any = {"sink": sink, "progress": sink.note, "flush_rows": 100, "concurrency": 4}

    async def run_awaited() -> RunReport:
        async with AsyncTwelveLabs("k", base_url=service.base_url) as client:
            return await client.bulk.run(source, out, **options)

    if is_awaited:
        report = asyncio.run(run_awaited())
    else:
        with TwelveLabs("k", base_url=service.base_url) as client:
            report = client.bulk.run(source, out, **options)
    assert report.done == 300
    assert sink.sent is not None
    # What waits, `flush_rows`, and what is under way, `concurrency`: as much as a kill may cost.
    assert 90 <= sink.sent <= 104
    assert written(out) == Counter(f"text {number}" for number in range(300))


def test_a_stopped_run_finishes_items_in_progress_and_can_be_resumed(
    client: TwelveLabs, service: Faulty, tmp_path: Path, out: Path
) -> None:
    source = manifest(tmp_path / "m.jsonl", [f"text {number}" for number in range(60)])
    report = client.bulk.run(
        source, out, concurrency=4, stop=lambda: sum(service.sent.values()) >= 20
    )
    assert report.is_stopped
    assert 20 <= report.done < 30
    assert report.done == sum(service.sent.values())  # nothing is paid and lost
    assert client.bulk.run(source, out).done == 60 - report.done
    assert sum(service.sent.values()) == 60


def test_ctrl_c_writes_waiting_rows(
    client: TwelveLabs, service: Faulty, tmp_path: Path, out: Path
) -> None:
    source = manifest(tmp_path / "m.jsonl", [f"text {number}" for number in range(60)])
    service.hold_after = 20
    is_interrupted = threading.Event()

    def interrupt(progress: RunProgress) -> None:
        if progress.done >= 10 and not is_interrupted.is_set():
            is_interrupted.set()  # the second one ends it immediately
            _thread.interrupt_main()

    with pytest.raises(KeyboardInterrupt):
        client.bulk.run(source, out, concurrency=2, progress=interrupt)
    done = len(read_parts(out).items)
    assert 10 <= done <= 20
    service.hold_after = None
    assert client.bulk.run(source, out).done == 60 - done
