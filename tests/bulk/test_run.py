"""Runs against the emulator: each item is done once, or reported, whatever happens."""

from __future__ import annotations

import _thread
import asyncio
import json
import math
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from pyarrow import parquet
from twelvelabs_embed import (
    AsyncTwelveLabs,
    InvalidInputError,
    ModelMismatchError,
    ServerError,
    TwelveLabs,
    TwelveLabsError,
    UnauthorizedError,
)
from twelvelabs_embed.bulk import (
    FolderError,
    FolderInUseError,
    NoAnswerError,
    RunChangedError,
    RunProgress,
    RunReport,
    dry_run,
)
from twelvelabs_embed.bulk.failures import read_errors
from twelvelabs_embed.bulk.part_files import part_paths, read_parts, scan
from twelvelabs_embed.results.export import ArrowTable
from twelvelabs_embed_emulator import Emulator, samples

from tests.bulk.conftest import QUICK
from tests.bulk.fault_proxy import Faulty
from tests.scripted_server import Response, scripted_server
from tests.waiting import wait_until


def manifest(path: Path, texts: list[str]) -> Path:
    """A manifest of texts that are their own ids."""
    path.write_text("".join(f"{json.dumps({'id': text, 'text': text})}\n" for text in texts))
    return path


def written(out: Path) -> Counter[str]:
    """How many rows each item has."""
    return Counter(id for batch in scan(out, ["id"]) for id in batch.column("id").to_pylist())


def failed(out: Path) -> dict[str, str]:
    """The code of each item that failed; no item is there twice."""
    failures = list(read_errors(out))
    codes = {failure.id: failure.code for failure in failures}
    assert len(codes) == len(failures)
    return codes


@pytest.fixture
def three(tmp_path: Path) -> Path:
    return manifest(tmp_path / "three.jsonl", ["one", "two", "three"])


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


# ------------------------------------------------------------------------------ results of items


def test_every_item_has_vectors_or_a_failure(
    client: TwelveLabs, service: Faulty, tmp_path: Path, out: Path
) -> None:
    kinds = ["permanent"] * 15 + ["passing"] * 30 + ["plain"] * 255
    texts = [f"{kind} {number}" for number, kind in enumerate(kinds)]
    source = manifest(tmp_path / "m.jsonl", texts)
    report = client.bulk.run(source, out, flush_rows=100, flush_sec=math.inf)
    assert (report.done, report.failed, report.rows) == (285, 15, 285)
    assert written(out) == Counter(text for text in texts if "permanent" not in text)
    assert failed(out) == {text: "parameter_invalid" for text in texts if "permanent" in text}
    assert report.requests == 330
    *full, last = (parquet.read_metadata(path).num_rows for path in part_paths(out))
    # A part is due at 63 rows: 100, less 16 that may end while the others wait, less a quarter for
    # what comes meanwhile. A writer that gets no processor for a while finds more, but items that
    # have ended wait at 84, and at most 32 are in progress then.
    assert all(63 <= rows < 84 + 32 for rows in full)
    assert last < 84 + 32
    group = report.failures[0]
    assert (group.code, group.count) == ("parameter_invalid", 15)
    assert group.example.input == json.dumps({"id": group.example.id, "text": group.example.id})
    assert not report.is_clean
    again = client.bulk.run(source, out)
    assert (again.done_before, again.failed_before, again.requests) == (285, 15, 0)
    assert sum(service.sent.values()) == 285


async def test_a_run_of_the_async_client(service: Faulty, three: Path, out: Path) -> None:
    async with AsyncTwelveLabs("k", base_url=service.base_url, retry=QUICK) as client:
        report = await client.bulk.run(three, out, flush_rows=2)
        assert report.done == 3
        assert (await client.bulk.run(three, out)).done_before == 3
    assert written(out) == Counter(["one", "two", "three"])


def test_a_run_with_a_user_supplied_http_client(service: Faulty, three: Path, out: Path) -> None:
    with httpx.Client() as http:
        client = TwelveLabs("k", base_url=service.base_url, httpx_client=http)
        assert client.bulk.run(three, out).done == 3


def test_a_folder_of_media_has_a_row_for_each_segment(
    client: TwelveLabs, tmp_path: Path, out: Path
) -> None:
    samples.video(tmp_path / "film.mkv", fps=8)
    samples.image(tmp_path / "beach.jpg", width=160, height=160)
    (tmp_path / "fake.mp4").write_text("no video")
    report = client.bulk.run(tmp_path, out, options=["visual"], segmentation="fixed:6")
    assert written(out) == {"film.mkv": 3, "beach.jpg": 1}
    assert report.rows == 4
    segments = {
        (row["scope"], round(row["start_sec"]), round(row["end_sec"]))
        for path in part_paths(out)
        for row in parquet.read_table(path).to_pylist()
        if row["id"] == "film.mkv"
    }
    assert segments == {("clip", 0, 6), ("clip", 6, 12), ("asset", 0, 12)}
    assert failed(out) == {"fake.mp4": "invalid_input"}
    vectors = client.embed(tmp_path / "beach.jpg").vector.tolist()
    rows = [row for p in part_paths(out) for row in parquet.read_table(p).to_pylist()]
    assert next(row for row in rows if row["id"] == "beach.jpg")["vector"] == vectors


def test_a_duplicate_id_is_a_failure_and_nothing_is_lost(
    client: TwelveLabs, tmp_path: Path, out: Path
) -> None:
    source = tmp_path / "m.jsonl"
    rows = [{"id": "a", "text": "first"}, {"id": "a", "text": "second"}]
    source.write_text("\n".join(map(json.dumps, rows)))
    for _ in range(2):
        client.bulk.run(source, out)
        assert written(out) == {"a": 1}
        failures = list(read_errors(out))
        assert [(one.code, json.loads(one.input)["text"]) for one in failures] == [
            ("duplicate_id", "second")
        ]
    rows[1]["id"] = "b"
    source.write_text("\n".join(map(json.dumps, rows)))
    assert client.bulk.run(source, out).done == 1
    assert client.bulk.run(source, out, retry_errors=True).is_clean
    assert written(out) == {"a": 1, "b": 1}
    assert list(read_errors(out)) == []


def test_a_run_resumes_with_a_source_that_has_grown(
    client: TwelveLabs, three: Path, out: Path
) -> None:
    client.bulk.run(three, out, limit=2)
    assert len(read_parts(out).items) == 2
    manifest(three, ["zero", "one", "two", "three", "four"])
    report = client.bulk.run(three, out)
    assert (report.done, report.done_before) == (3, 2)


# ----------------------------------------------------------------------------------- failing before


def test_retry_errors_runs_only_failures_and_drops_their_rows(
    client: TwelveLabs, service: Faulty, tmp_path: Path, out: Path
) -> None:
    source = manifest(tmp_path / "m.jsonl", ["permanent 1", "permanent 2", "fine"])
    client.bulk.run(source, out)
    # The second is fixed, another is new.
    rows = [
        {"id": "permanent 1", "text": "permanent 1"},
        {"id": "permanent 2", "text": "fixed"},
        {"id": "new", "text": "new"},
        {"id": "fine", "text": "fine"},
    ]
    source.write_text("\n".join(map(json.dumps, rows)))
    report = client.bulk.run(source, out, retry_errors=True)
    assert (report.done, report.failed, report.omitted, report.done_before) == (1, 1, 1, 1)
    assert failed(out) == {"permanent 1": "parameter_invalid"}
    assert written(out) == {"fine": 1, "permanent 2": 1}
    assert service.tried["fine"] == 1
    assert client.bulk.run(source, out).done == 1


def test_a_row_that_was_fixed_runs_without_retry_errors(
    client: TwelveLabs, tmp_path: Path, out: Path
) -> None:
    source = tmp_path / "m.jsonl"
    source.write_text('{"id": "a", "media": "nowhere.jpg"}\n')
    client.bulk.run(source, out)
    assert failed(out) == {"a": "invalid_input"}
    source.write_text('{"id": "a", "text": "here"}\n')
    assert client.bulk.run(source, out).is_clean
    assert failed(out) == {}


def test_outdated_failures_of_a_killed_process_are_dropped(
    client: TwelveLabs, tmp_path: Path, out: Path
) -> None:
    source = manifest(tmp_path / "m.jsonl", ["a", "permanent"])
    client.bulk.run(source, out)
    kept = [(path, path.read_bytes()) for path in out.glob("errors-*")]
    manifest(tmp_path / "m.jsonl", ["a"])
    source.write_text('{"id": "a", "text": "a"}\n{"id": "permanent", "text": "fixed"}')
    client.bulk.run(source, out, retry_errors=True)
    assert failed(out) == {}
    for path, content in kept:
        path.write_bytes(content)
    client.bulk.run(source, out)
    assert failed(out) == {}


def test_a_response_without_vectors_is_a_failure(three: Path, out: Path) -> None:
    with scripted_server(Response(body={"data": []})) as server:
        with TwelveLabs("k", base_url=server.base_url) as client:
            client.bulk.run(three, out)
    assert failed(out) == dict.fromkeys(["one", "two", "three"], "no_vectors")


# ---------------------------------------------------------------------------------- what ends a run


def test_other_settings_are_rejected_with_all_differences(
    client: TwelveLabs, three: Path, out: Path
) -> None:
    client.bulk.run(three, out, options=["visual"])
    with pytest.raises(RunChangedError) as caught:
        client.bulk.run(three, out, model="marengo9", scopes="clip", concurrency=3)
    assert [str(one) for one in caught.value.differences] == [
        'model was "marengo3.0", now it is "marengo9"',
        'options was ["visual"], now it is omitted',
        'scopes was omitted, now it is ["clip"]',
    ]
    with pytest.raises(RunChangedError, match="root of ids was"):
        client.bulk.run([three, three], out, options=["visual"])


def test_settings_may_change_before_the_first_part(
    client: TwelveLabs, tmp_path: Path, out: Path
) -> None:
    source = manifest(tmp_path / "m.jsonl", ["permanent"])
    client.bulk.run(source, out, options=["visual"])
    assert client.bulk.run(source, out, options=["audio"]).failed_before == 1


def test_only_explicit_settings_of_vectors_are_stored(
    client: TwelveLabs, three: Path, out: Path
) -> None:
    chosen: dict[str, Any] = {"model": "marengo3.5", "dimension": 256, "uncertainty": True}
    assert client.bulk.run(three, out, **chosen).done == 3
    # Folders of earlier versions say nothing of it, so that nothing of it must be said.
    assert json.loads((out / "run.json").read_bytes())["settings"] == {
        "dimension": 256,
        "uncertainty": True,
    }
    rows = [row for path in part_paths(out) for row in parquet.read_table(path).to_pylist()]
    assert {(len(row["vector"]), len(row["uncertainty"])) for row in rows} == {(256, 256)}
    assert client.bulk.run(three, out, **chosen).done_before == 3
    assert dry_run(three, out, **chosen).done_before == 3
    for again in (client.bulk.run, dry_run):
        with pytest.raises(RunChangedError, match="dimension was 256, now it is 128"):
            again(three, out, **{**chosen, "dimension": 128})


def test_documents_need_a_model_that_supports_them(
    client: TwelveLabs, tmp_path: Path, out: Path
) -> None:
    folder = tmp_path / "archive"
    folder.mkdir()
    samples.document(folder / "paper.pdf", pages=["a dog", "a beach"])
    samples.image(folder / "beach.jpg", width=160, height=160)
    assert dry_run(folder).to_run == {"image": 1}  # as ever, a folder is about media
    source = tmp_path / "m.jsonl"
    source.write_text(json.dumps({"type": "document", "media": "archive/paper.pdf"}) + "\n")
    (failure,) = dry_run(source).failures
    assert "only marengo3.5 embeds documents" in failure.example.message
    assert client.bulk.run(source, out, model="marengo3.5").done == 1


def test_rows_of_a_manifest_override_settings(
    client: TwelveLabs, tmp_path: Path, out: Path
) -> None:
    small: dict[str, Any] = {"duration_sec": 6, "fps": 2, "width": 360, "height": 360, "scenes": 1}
    samples.video(tmp_path / "film.mkv", **small, subtitles=None)
    samples.document(tmp_path / "paper.pdf", pages=["a dog", "a beach"])
    rows: list[dict[str, Any]] = [
        {
            "media": "film.mkv",
            "scopes": "clip",
            "segmentation": "fixed:3",
            "types": ["separate", "fused"],
            "time_based_metadata": [{"start": 1, "end": 1, "text": "a goal"}],
        },
        {"type": "document", "media": "paper.pdf", "scopes": ["local", "asset"]},
    ]
    source = tmp_path / "m.jsonl"
    source.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    assert client.bulk.run(source, out, model="marengo3.5").done == 2
    columns = ["id", "option", "scope", "start_page"]
    found = [row for batch in scan(out, columns) for row in batch.to_pylist()]
    assert Counter((row["id"], row["option"], row["scope"]) for row in found) == {
        ("film.mkv", "visual", "clip"): 2,
        ("film.mkv", "audio", "clip"): 2,
        ("film.mkv", "fused", "clip"): 2,
        ("paper.pdf", "visual", "page"): 2,
        ("paper.pdf", "visual", "asset"): 1,
    }
    assert {row["start_page"] for row in found if row["scope"] == "page"} == {1, 2}


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

    service.delay_sec = 0.05

    def go_down(progress: RunProgress) -> None:
        service.is_down = progress.done > 0

    with pytest.raises(NoAnswerError, match="10 items in a row failed") as caught:
        client.bulk.run(
            source,
            out,
            concurrency=4,
            progress=go_down,
            request_options={"max_retries": 0},
        )
    assert isinstance(caught.value.failure, ServerError)
    assert failed(out) == {}
    service.is_down, service.delay_sec = False, 0.0
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
    service.delay_sec = 0.05
    seen: list[int] = []

    def look(progress: RunProgress) -> None:
        seen.append(len(part_paths(out)))

    client.bulk.run(source, out, concurrency=2, flush_sec=0.2, progress=look)
    assert max(seen[:-1]) >= 1
    assert len(part_paths(out)) >= 2


class SlowSink:
    """Takes its time with the first part: until so many items were sent, and a little longer."""

    address = "slow"

    def __init__(self, service: Faulty, count: int) -> None:
        self._service = service
        self._count = count
        self.sent: int | None = None

    def check(self, model: str, dimensions: int | None) -> None:
        pass

    def write(self, table: ArrowTable) -> None:
        if self.sent is None:
            wait_until(lambda: self._service.sent.total() >= self._count)
            time.sleep(0.2)  # no more may come
            self.sent = self._service.sent.total()

    def close(self) -> None:
        pass


@pytest.mark.parametrize("is_awaited", [False, True])
def test_a_run_continues_while_a_part_is_written_until_flush_rows_wait(
    service: Faulty, tmp_path: Path, out: Path, is_awaited: bool
) -> None:
    source = manifest(tmp_path / "m.jsonl", [f"text {number}" for number in range(300)])
    sink = SlowSink(service, 90)

    async def run_awaited() -> RunReport:
        async with AsyncTwelveLabs("k", base_url=service.base_url) as client:
            return await client.bulk.run(source, out, sink=sink, flush_rows=100, concurrency=4)

    if is_awaited:
        report = asyncio.run(run_awaited())
    else:
        with TwelveLabs("k", base_url=service.base_url) as client:
            report = client.bulk.run(source, out, sink=sink, flush_rows=100, concurrency=4)
    assert report.done == 300
    assert sink.sent is not None
    # What waits, `flush_rows`, and what is under way, `concurrency`: as much as a kill may cost.
    assert 90 <= sink.sent <= 104
    assert written(out) == Counter(f"text {number}" for number in range(300))


def test_a_stopped_run_finishes_items_in_progress_and_can_be_resumed(
    client: TwelveLabs, service: Faulty, tmp_path: Path, out: Path
) -> None:
    source = manifest(tmp_path / "m.jsonl", [f"text {number}" for number in range(60)])
    service.delay_sec = 0.02
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
    service.delay_sec = 0.05

    def interrupt(progress: RunProgress) -> None:
        if progress.done >= 10:
            _thread.interrupt_main()

    with pytest.raises(KeyboardInterrupt):
        client.bulk.run(source, out, concurrency=2, progress=interrupt)
    assert 10 <= len(read_parts(out).items) < 60


# -------------------------------------------------------------------------------------------- tasks


@pytest.fixture
def film(tmp_path: Path) -> Path:
    folder = tmp_path / "films"
    folder.mkdir()
    samples.video(folder / "film.mkv", fps=6)
    return folder


def test_an_unfinished_task_is_collected_by_the_next_run(
    client: TwelveLabs, service: Faulty, emulator: Emulator, film: Path, out: Path
) -> None:
    with Emulator(processing_sec=3600) as slow:
        with TwelveLabs("k", base_url=slow.base_url, resume_dir=out.parent / "j") as other:
            report = other.bulk.run(film, out, route="task", wait_sec=0)
            assert (report.unfinished, report.failed, report.is_clean) == (1, 0, False)
            task = json.loads((out / "tasks.jsonl").read_text())
            slow.advance(hours=2)
            assert other.bulk.run(film, out, route="task").done == 1
            tasks = list(other.embed.v_2.tasks.list())
    assert [one.id for one in tasks] == [task["task_id"]]  # it was created once
    assert written(out)["film.mkv"] > 1


def test_a_task_that_the_service_has_deleted_is_created_again(
    client: TwelveLabs, service: Faulty, film: Path, out: Path
) -> None:
    with Emulator(processing_sec=3600) as slow:
        with TwelveLabs("k", base_url=slow.base_url, resume_dir=out.parent / "j") as other:
            other.bulk.run(film, out, route="task", wait_sec=0)
    report = client.bulk.run(film, out, route="task")
    assert report.done == 1
    assert service.posts["/embed-v2/tasks"] == 1


def test_truncated_lines_of_the_task_log_are_ignored(
    client: TwelveLabs, three: Path, out: Path
) -> None:
    client.bulk.run(three, out)
    (out / "tasks.jsonl").write_bytes(b'\n{"id": "four", "task_id": "nowhere"}\n{"id": "o')
    manifest(three, ["one", "two", "three", "four"])
    assert client.bulk.run(three, out).done == 1


# -------------------------------------------------------------------------------------------- sinks


class Kept:
    """A sink in memory."""

    address = "memory"

    def __init__(self) -> None:
        self.rows: dict[str, list[Any]] = {}
        self.is_broken = False

    def check(self, model: str, dimensions: int | None) -> None:
        assert model == "marengo3.0"

    def write(self, table: Any) -> None:
        if self.is_broken:
            raise ConnectionError("away")
        new: dict[str, list[Any]] = {}
        for row in table.to_pylist():
            new.setdefault(row["id"], []).append(row)
        self.rows.update(new)

    def close(self) -> None:
        raise AssertionError("its caller closes it")


def test_a_new_sink_gets_the_rows_of_existing_parts(
    client: TwelveLabs, three: Path, out: Path
) -> None:
    sink = Kept()
    client.bulk.run(three, out, limit=1)
    client.bulk.run(three, out, limit=1, sink=sink)
    assert len(sink.rows) == 2
    sink.is_broken = True
    with pytest.raises(ConnectionError, match="away"):
        client.bulk.run(three, out, sink=sink)
    assert len(read_parts(out).items) == 2  # no part without the sink
    sink.is_broken = False
    client.bulk.run(three, out, sink=sink)
    assert set(sink.rows) == {"one", "two", "three"} == set(written(out))
    assert json.loads((out / "run.json").read_text())["sinks"] == ["memory"]


def test_a_sink_gets_the_rows_of_runs_without_it(
    client: TwelveLabs, three: Path, out: Path
) -> None:
    sink = Kept()
    client.bulk.run(three, out, limit=1, sink=sink)
    client.bulk.run(three, out, limit=1)
    client.bulk.run(three, out, sink=sink)
    assert set(sink.rows) == {"one", "two", "three"}


# ------------------------------------------------------------------------------- progress, dry runs


def test_progress_adds_up(client: TwelveLabs, service: Faulty, tmp_path: Path, out: Path) -> None:
    source = manifest(tmp_path / "m.jsonl", [f"text {number}" for number in range(30)])
    client.bulk.run(source, out, limit=5)
    service.delay_sec = 0.1
    reported: list[RunProgress] = []
    client.bulk.run(source, out, concurrency=2, progress=reported.append)
    assert all(one.total == 30 for one in reported)
    first = next(one for one in reported if one.current)
    assert first.current[0].phase == "sending"
    assert len(first.current) <= 4
    assert any(one.left_sec for one in reported)
    last = reported[-1]
    assert (last.done, last.skipped, last.rows, last.current) == (25, 5, 25, ())


def test_a_report_is_json_serializable(client: TwelveLabs, tmp_path: Path, out: Path) -> None:
    source = manifest(tmp_path / "m.jsonl", ["permanent", "fine"])
    document = json.loads(json.dumps(client.bulk.run(source, out).as_document()))
    assert document["failures"][0]["example"]["id"] == "permanent"
    assert [slow["id"] for slow in document["slowest"]]


def test_a_dry_run_sends_and_writes_nothing(
    client: TwelveLabs, service: Faulty, tmp_path: Path, out: Path
) -> None:
    samples.image(tmp_path / "a.jpg", width=160, height=160)
    samples.image(tmp_path / "tiny.jpg", width=64, height=64)
    samples.image(tmp_path / "done.jpg", width=180, height=160)
    with pytest.raises(TwelveLabsError):
        dry_run(tmp_path / "nowhere", out)
    report = dry_run(tmp_path, out)
    assert (report.to_run, report.failed, report.done_before) == ({"image": 2}, 1, 0)
    assert report.failures[0].example.id == "tiny.jpg"
    assert not out.exists()
    client.bulk.run([tmp_path / "done.jpg"], out)
    with pytest.raises(RunChangedError):
        dry_run(tmp_path, out, model="marengo9")
    assert not [path for path in service.posts if path != "/embed-v2"]


# ------------------------------------------------------------------------------------------- memory


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_memory_does_not_grow_with_the_number_of_items(
    service: Faulty, tmp_path: Path, peak_bytes_of: Callable[..., int]
) -> None:
    few, many = (
        peak_bytes_of(manifest(tmp_path / f"{count}.jsonl", list(map(str, range(count)))))
        for count in (1_000, 10_000)
    )
    print(f"peak at 1,000 items {few >> 20} MB, at 10,000 {many >> 20} MB")
    assert many < few + (32 << 20)


@pytest.fixture
def peak_bytes_of(service: Faulty, tmp_path: Path) -> Callable[[Path], int]:
    code = """
import resource, sys
from twelvelabs_embed import TwelveLabs
with TwelveLabs("k", base_url=sys.argv[1]) as client:
    report = client.bulk.run(sys.argv[2], sys.argv[2] + ".out", concurrency=32, flush_rows=500)
assert report.is_clean
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)
"""

    def measure(source: Path) -> int:
        command = [sys.executable, "-c", code, service.base_url, str(source)]
        started_sec = time.monotonic()
        ran = subprocess.run(command, capture_output=True, text=True, check=True)
        print(f"{source.name}: {time.monotonic() - started_sec:.0f} s")
        return int(ran.stdout)

    return measure


# ------------------------------------------------------------------------------------------ example


def test_the_example_runs_and_resumes(service: Faulty, tmp_path: Path, out: Path) -> None:
    (tmp_path / "archive").mkdir()
    samples.video(tmp_path / "archive" / "film.mkv", fps=8)
    (tmp_path / "archive" / "fake.jpg").write_text("no picture")
    program = Path(__file__).resolve().parents[2] / "examples" / "bulk.py"

    def run() -> str:
        done = subprocess.run(
            [sys.executable, program, tmp_path / "archive", out],
            env={**os.environ, "TWELVELABS_API_KEY": "k", "TWELVELABS_BASE_URL": service.base_url},
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    first = run()
    assert "1 embedded now, 0 before" in first
    assert "fake.jpg: invalid_input: " in first
    assert int(first.splitlines()[-1].split()[0]) > 2
    assert "0 embedded now, 1 before" in run()
