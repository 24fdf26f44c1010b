"""Runs against the emulator: each item is done once, or reported, whatever happens."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from pyarrow import parquet
from twelvelabs_embed import AsyncTwelveLabs, TwelveLabs, TwelveLabsError
from twelvelabs_embed.bulk import RunChangedError, RunProgress, dry_run
from twelvelabs_embed.bulk.failures import read_errors
from twelvelabs_embed.bulk.part_files import part_paths, read_parts
from twelvelabs_embed_emulator import Emulator, samples

from tests.bulk.conftest import QUICK
from tests.bulk.datasets import Kept, failed, manifest, written
from tests.bulk.fault_proxy import Faulty
from tests.scripted_server import Response, scripted_server


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


def test_retry_errors_omits_new_rows_and_reports_those_whose_id_is_not_known(
    client: TwelveLabs, tmp_path: Path, out: Path
) -> None:
    source = manifest(tmp_path / "m.jsonl", ["a"])
    client.bulk.run(source, out)
    lines = ['{"id": "new", "media": "nowhere.jpg"}', "no JSON", '{"id": "a", "text": "twice"}']
    source.write_text(source.read_text() + "\n".join(lines))
    report = client.bulk.run(source, out, retry_errors=True)
    assert (report.done_before, report.omitted, report.failed, report.requests) == (1, 1, 2, 0)
    assert failed(out) == {"m.jsonl:3": "bad_row", "a": "duplicate_id"}


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
    service.hold_after = service.forwarded + 5
    reported: list[RunProgress] = []

    def look(progress: RunProgress) -> None:
        reported.append(progress)
        if progress.done == 5 and progress.current:
            service.hold_after = None

    report = client.bulk.run(source, out, concurrency=2, progress=look)
    assert all(one.total == 30 for one in reported)
    first = next(one for one in reported if one.current)
    assert first.current[0].phase == "sending"
    assert len(first.current) <= 4
    assert 0 < first.current[0].started_sec <= first.elapsed_sec < report.seconds
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
