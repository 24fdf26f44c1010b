"""Runs that follow their source: changed files, rows and links."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import pytest
from attrs import define, field
from pyarrow import parquet
from twelvelabs_embed import InvalidInputError, TwelveLabs
from twelvelabs_embed.bulk import dry_run
from twelvelabs_embed.bulk.item_embedder import LinkVersions
from twelvelabs_embed.bulk.part_files import SOURCE_COLUMNS, part_paths, scan
from twelvelabs_embed_emulator import Emulator, samples

from tests.bulk.datasets import LONG_AGO, Kept, failed, paint, requests, vectors
from tests.bulk.fault_proxy import Faulty


def test_a_changed_file_is_embedded_anew_and_nothing_else(
    client: TwelveLabs, service: Faulty, source: Path, out: Path
) -> None:
    client.bulk.run(source, out)
    before = vectors(out)
    paint(source / "red.png", "yellow", at=LONG_AGO + 1)
    planned = dry_run(source, out)
    assert (planned.to_run, planned.changed, planned.done_before) == ({"image": 1}, 1, 2)
    report = client.bulk.run(source, out)
    assert (report.done, report.changed, report.done_before, report.requests) == (1, 1, 2, 1)
    after = vectors(out)
    assert after.pop("red.png") != before.pop("red.png")
    assert after == before
    assert client.bulk.run(source, out).requests == 0
    assert requests(service) == 4
    assert not list(out.glob("changed-*"))


def test_files_that_are_done_are_not_read(client: TwelveLabs, source: Path, out: Path) -> None:
    client.bulk.run(source, out)
    for path in source.iterdir():  # which only reading would notice
        paint(path, "black")
    report = client.bulk.run(source, out)
    assert (report.done_before, report.changed, report.requests) == (3, 0, 0)


def test_a_file_that_cannot_be_hashed_does_not_end_the_run(
    client: TwelveLabs, source: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(path: Path) -> str:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr("twelvelabs_embed.bulk.fingerprints.hash_file", fail)
    assert client.bulk.run(source, out).done == 3


def test_a_file_that_is_only_touched_keeps_its_vectors_and_is_read_once(
    client: TwelveLabs, source: Path, out: Path
) -> None:
    client.bulk.run(source, out)
    before = vectors(out)
    os.utime(source / "red.png", (LONG_AGO + 5, LONG_AGO + 5))
    report = client.bulk.run(source, out)
    assert (report.done_before, report.requests) == (3, 0)
    paint(source / "red.png", "black", at=LONG_AGO + 5)
    assert client.bulk.run(source, out).requests == 0  # its new time is known
    assert vectors(out) == before


def test_a_file_that_changes_while_it_is_new_is_noticed(
    client: TwelveLabs, source: Path, out: Path
) -> None:
    """File systems round times: a file may change twice within one."""
    path = source / "red.png"
    os.utime(path)
    stamp = path.stat()
    client.bulk.run(source, out)
    paint(path, "yellow")
    os.utime(path, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    assert client.bulk.run(source, out).changed == 1


def test_changed_items_keep_their_vectors_if_that_is_asked_for(
    client: TwelveLabs, source: Path, out: Path
) -> None:
    client.bulk.run(source, out)
    before = vectors(out)
    paint(source / "red.png", "yellow", at=LONG_AGO + 1)
    assert dry_run(source, out, changed="keep").kept == 1
    report = client.bulk.run(source, out, changed="keep")
    assert (report.kept, report.done_before, report.requests) == (1, 3, 0)
    assert vectors(out) == before
    assert client.bulk.run(source, out).changed == 1  # it is still known to have changed
    with pytest.raises(InvalidInputError) as caught:
        client.bulk.run(source, out, changed="kep")  # type: ignore[arg-type]
    (violation,) = caught.value.violations
    assert (violation.field, violation.allowed) == ("changed", "it is embed or keep")
    assert str(violation.hint) == "Did you mean 'keep'?"


CHANGES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "text": ({"text": "a dog"}, {"text": "a cat"}),
    "media": ({"media": "red.png"}, {"media": "blue.png"}),
    "text beside media": (
        {"media": "red.png", "text": "a"},
        {"media": "red.png", "text": "b"},
    ),
    "end": ({"media": "film.mkv", "end": 8}, {"media": "film.mkv", "end": 9}),
    "segmentation": (
        {"media": "film.mkv", "segmentation": "fixed:6"},
        {"media": "film.mkv", "segmentation": "fixed:4"},
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_changed_row_is_embedded_anew(
    name: str, client: TwelveLabs, source: Path, out: Path
) -> None:
    samples.video(source / "film.mkv", fps=6)
    rows = source / "m.jsonl"
    for number, row in enumerate(CHANGES[name]):
        rows.write_text(json.dumps({"id": "a", **row}))
        report = client.bulk.run(rows, out, check=False)
        assert (report.changed, report.done_before) == (number, 0)
        assert client.bulk.run(rows, out, check=False).done_before == 1


def test_a_row_that_says_the_same_otherwise_is_no_change(
    client: TwelveLabs, source: Path, out: Path
) -> None:
    samples.video(source / "film.mkv", fps=6)
    media = {"media": "film.mkv", "id": "a"}
    rows = [
        {**media, "options": "visual,audio", "segmentation": "fixed:6", "start": "1", "end": None},
        {"segmentation": {"fixed": 6}, "start": 1.0, "options": ["audio", "visual"], **media},
    ]
    for row in rows:
        (source / "m.jsonl").write_text(json.dumps(row))
        report = client.bulk.run(source / "m.jsonl", out)
    assert (report.done_before, report.requests) == (1, 0)


def test_a_changed_item_that_fails_keeps_its_vectors_and_waits_for_another_change(
    client: TwelveLabs, source: Path, out: Path
) -> None:
    client.bulk.run(source, out)
    before, red = vectors(out), source / "red.png"
    red.write_bytes(b"no image")
    assert client.bulk.run(source, out).failed == 1
    report = client.bulk.run(source, out)
    assert (report.failed_before, report.failed, report.done_before) == (1, 0, 2)
    assert (vectors(out), set(failed(out))) == (before, {"red.png"})
    paint(red, "yellow", at=LONG_AGO + 1)
    assert client.bulk.run(source, out).changed == 1
    assert failed(out) == {}


def test_a_failed_file_runs_again_when_it_changed(
    client: TwelveLabs, source: Path, out: Path
) -> None:
    (source / "red.png").write_bytes(b"no image")
    assert client.bulk.run(source, out).failed == 1
    assert client.bulk.run(source, out).failed_before == 1
    paint(source / "red.png", "red")
    assert client.bulk.run(source, out).done == 1
    assert failed(out) == {}


def test_the_task_of_a_file_that_changed_is_not_collected(tmp_path: Path, out: Path) -> None:
    films = tmp_path / "films"
    films.mkdir()
    samples.video(films / "film.mkv", fps=6)
    with (
        Emulator(processing_sec=3600) as slow,
        TwelveLabs("k", base_url=slow.base_url, resume_dir=tmp_path / "resume") as client,
    ):
        for fps in (6, 6, 7):
            samples.video(films / "film.mkv", fps=fps)
            assert client.bulk.run(films, out, route="task", wait_sec=0).unfinished == 1
        assert len(list(client.embed.v_2.tasks.list())) == 2


def test_a_sink_gets_the_new_rows_of_a_changed_item(
    client: TwelveLabs, source: Path, out: Path
) -> None:
    sink = Kept()
    client.bulk.run(source, out, sink=sink)
    paint(source / "red.png", "yellow", at=LONG_AGO + 1)
    client.bulk.run(source, out, sink=sink)
    assert {id: rows[0]["vector"] for id, rows in sink.rows.items()} == vectors(out)


# --------------------------------------------------------------------------------- earlier versions


def make_older(out: Path) -> None:
    """Make a folder what earlier versions wrote: without fingerprints."""
    for path in part_paths(out):
        table = parquet.read_table(path)
        parquet.write_table(table.drop_columns(list(SOURCE_COLUMNS)), path)


def test_a_dataset_of_an_earlier_version_is_upgraded(
    client: TwelveLabs, source: Path, out: Path
) -> None:
    (source / "m.jsonl").write_text('{"text": "a dog"}')
    given = [source, source / "m.jsonl"]
    client.bulk.run(given, out)
    before = vectors(out)
    make_older(out)
    report = client.bulk.run(given, out)
    assert (report.done_before, report.requests) == (4, 0)
    rows = [row for batch in scan(out, ["row_hash"]) for row in batch.to_pylist()]
    assert all(row["row_hash"] for row in rows)
    assert vectors(out) == before
    paint(source / "red.png", "yellow", at=LONG_AGO + 1)
    assert client.bulk.run(given, out).changed == 1


def test_files_that_are_newer_than_their_vectors_of_an_earlier_version_are_embedded_anew(
    client: TwelveLabs, source: Path, out: Path
) -> None:
    client.bulk.run(source, out)
    make_older(out)
    for path in part_paths(out):
        os.utime(path, (LONG_AGO + 100, LONG_AGO + 100))
    paint(source / "red.png", "yellow", at=LONG_AGO + 101)
    report = client.bulk.run(source, out)
    assert (report.changed, report.requests) == (1, 1)


# -------------------------------------------------------------------------------------------- links


@define
class Links:
    """A server of one image.

    Attributes:
        headers: added to its responses
        status: of its responses, by method; 200 by default
        asked: the requests for the version of the image, and not for the image
    """

    base_url: str = ""
    headers: dict[str, str] = field(factory=dict[str, str])
    status: dict[str, int] = field(factory=dict[str, int])
    asked: list[tuple[str, dict[str, str]]] = field(factory=list[tuple[str, dict[str, str]]])


@pytest.fixture
def links(tmp_path: Path) -> Iterator[Links]:
    content, state = paint(tmp_path / "linked.png", "red").read_bytes(), Links()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            if self.command == "HEAD" or "range" in headers:
                state.asked.append((self.command, headers))
            self.send_response(state.status.get(self.command, 200))
            for name, value in {**state.headers, "Content-Length": str(len(content))}.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(content)

        do_HEAD = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        state.base_url = f"http://127.0.0.1:{server.server_port}"
        yield state
        server.shutdown()


@pytest.fixture
def linked(links: Links, tmp_path: Path) -> Path:
    path = tmp_path / "m.jsonl"
    path.write_text(json.dumps({"media": f"{links.base_url}/a.png"}))
    return path


@pytest.mark.parametrize("name", ["ETag", "Last-Modified"])
def test_a_link_is_embedded_anew_when_its_server_says_that_it_changed(
    name: str, client: TwelveLabs, links: Links, linked: Path, out: Path
) -> None:
    for number, version in enumerate(["1", "2"]):
        links.headers[name] = version
        report = client.bulk.run(linked, out)
        assert (report.done, report.changed) == (1, number)
        again = client.bulk.run(linked, out)
        assert (again.done_before, again.requests) == (1, 0)
    assert [method for method, _ in links.asked] == ["HEAD"] * 4
    assert all("x-api-key" not in headers for _, headers in links.asked)


def test_a_version_is_bounded_as_is_the_wait_for_it(links: Links) -> None:
    versions = LinkVersions()
    links.headers |= {"Last-Modified": "b", "ETag": "a" * 201}
    assert versions.ask(links.base_url) == f"etag:{'a' * 200}"
    http = versions._client()
    assert (http.timeout, http.max_redirects) == (httpx.Timeout(5.0), 5)
    versions.close()
    assert http.is_closed
    assert LinkVersions().ask("https://[a/film") is None  # which is no link
    LinkVersions().close()


def test_a_link_that_is_signed_for_reading_is_asked_by_reading_a_byte(
    client: TwelveLabs, links: Links, linked: Path, out: Path
) -> None:
    links.status["HEAD"] = 403
    for number, version in enumerate(["1", "2"]):
        links.headers["ETag"] = version
        assert client.bulk.run(linked, out).changed == number
    method, headers = links.asked[1]
    assert (method, headers["range"]) == ("GET", "bytes=0-0")


def test_a_link_whose_server_says_nothing_keeps_its_vectors(
    client: TwelveLabs, links: Links, linked: Path, out: Path
) -> None:
    assert client.bulk.run(linked, out).done == 1
    assert client.bulk.run(linked, out).done_before == 1
    links.headers["ETag"] = "1"  # now it does: there is nothing to compare
    assert client.bulk.run(linked, out).done_before == 1
    links.headers["ETag"] = "2"
    assert client.bulk.run(linked, out).changed == 1
    links.status |= {"HEAD": 500, "GET": 500}
    assert client.bulk.run(linked, out).done_before == 1


def test_a_server_that_fails_three_times_is_not_asked_any_more(links: Links) -> None:
    links.status["HEAD"], links.headers["Location"] = 302, "/round/and/round"
    versions, counts = LinkVersions(), list[int]()
    for number in range(5):
        assert versions.ask(f"{links.base_url}/{number}.png") is None
        counts.append(len(links.asked))
    assert counts[0] < counts[1] < counts[2] == counts[4]
    links.status["HEAD"], links.headers["ETag"] = 200, '"1"'
    assert versions.ask(links.base_url) is None
    assert versions.ask(links.base_url.replace("127.0.0.1", "localhost")) == 'etag:"1"'
    versions.close()


def test_servers_are_not_asked_if_vectors_are_kept(
    client: TwelveLabs, links: Links, linked: Path, out: Path
) -> None:
    assert client.bulk.run(linked, out, changed="keep").done == 1
    assert client.bulk.run(linked, out, changed="keep").done_before == 1
    assert links.asked == []


def test_another_link_for_the_same_id_is_a_change_and_another_signature_is_none(
    client: TwelveLabs, links: Links, linked: Path, out: Path
) -> None:
    def run(media: str) -> int:
        linked.write_text(json.dumps({"id": "a", "media": links.base_url + media}))
        return client.bulk.run(linked, out).changed

    assert run("/a.png?X-Amz-Signature=0123456789abcdef") == 0
    assert run("/a.png?X-Amz-Signature=fedcba9876543210") == 0
    assert run("/b.png?X-Amz-Signature=fedcba9876543210") == 1


def test_items_after_a_server_that_does_not_respond_are_embedded(
    client: TwelveLabs, links: Links, linked: Path, out: Path
) -> None:
    linked.write_text('{"media": "http://127.0.0.1:9/a.png"}\n{"text": "a"}')
    assert (report := client.bulk.run(linked, out)).done == 1
    assert report.failed == 1
