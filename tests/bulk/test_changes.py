"""Runs that follow their source: changed files, files that are gone, equal contents, links."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from attrs import define, field
from PIL import Image
from pyarrow import parquet
from twelvelabs_embed import InvalidInputError, TwelveLabs
from twelvelabs_embed.bulk import PruneError, dry_run
from twelvelabs_embed.bulk.failures import read_errors
from twelvelabs_embed.bulk.part_files import SOURCE_COLUMNS, part_paths, scan
from twelvelabs_embed_emulator import Emulator, samples

from tests.bulk.fault_proxy import Faulty
from tests.bulk.test_run import Kept, failed, manifest, written

LONG_AGO = 1_700_000_000


def paint(path: Path, color: str, *, at: int = LONG_AGO) -> Path:
    """An image that was modified at a time. All have one size, those of a color one content."""
    Image.new("RGB", (128, 128), color).save(path, "PNG", compress_level=0)
    os.utime(path, (at, at))
    return path


def vectors(out: Path) -> dict[str, list[float]]:
    """The vector of each item, which has one."""
    found = {}
    for batch in scan(out, ["id", "vector"]):
        for row in batch.to_pylist():
            assert row["id"] not in found
            found[row["id"]] = row["vector"]
    return found


def requests(service: Faulty) -> int:
    """How many inputs were embedded."""
    return service.posts["/embed-v2"]


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Three images of different content and the same size."""
    folder = tmp_path / "source"
    folder.mkdir()
    for color in ("red", "green", "blue"):
        paint(folder / f"{color}.png", color)
    return folder


# ------------------------------------------------------------------------------------------ changes


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
    assert caught.value.violations[0].field == "changed"


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


# -------------------------------------------------------------------------------- earlier versions


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


# --------------------------------------------------------------------------------- equal contents


def test_equal_files_are_paid_for_once(
    client: TwelveLabs, service: Faulty, source: Path, out: Path
) -> None:
    paint(source / "another red.png", "red", at=LONG_AGO + 7)
    planned = dry_run(source)
    assert (planned.to_run, planned.copied) == ({"image": 3}, 1)
    report = client.bulk.run(source, out)
    assert (report.done, report.copied, report.rows, report.requests) == (4, 1, 4, 3)
    paint(source / "third red.png", "red")
    assert dry_run(source, out).copied == 1
    report = client.bulk.run(source, out)
    assert (report.done, report.copied, report.requests) == (1, 1, 0)
    found = vectors(out)
    assert found["red.png"] == found["another red.png"] == found["third red.png"]
    assert len(found) == 5
    again = client.bulk.run(source, out)
    assert (again.done_before, again.requests, requests(service)) == (5, 0, 3)


def test_a_renamed_file_is_not_paid_for(client: TwelveLabs, source: Path, out: Path) -> None:
    client.bulk.run(source, out)
    before = vectors(out)
    (source / "red.png").rename(source / "crimson.png")
    report = client.bulk.run(source, out, prune=True)
    assert (report.copied, report.pruned, report.requests) == (1, 1, 0)
    before["crimson.png"] = before.pop("red.png")
    assert vectors(out) == before


def test_all_segments_of_a_video_are_copied(client: TwelveLabs, source: Path, out: Path) -> None:
    samples.video(source / "film.mkv", fps=6)
    client.bulk.run(source, out, options=["visual"], segmentation="fixed:6")
    (source / "same.mkv").write_bytes((source / "film.mkv").read_bytes())
    report = client.bulk.run(source, out, options=["visual"], segmentation="fixed:6")
    assert (report.requests, report.rows) == (0, 3)
    rows: dict[str, list[Any]] = {"film.mkv": [], "same.mkv": []}
    for batch in scan(out):
        for row in batch.to_pylist():
            if row["id"] in rows:
                rows[row["id"]].append({**row, "id": ""})
    assert rows["film.mkv"] == rows["same.mkv"]
    assert len(rows["film.mkv"]) == 3


def test_equal_files_with_other_settings_are_not_equal(
    client: TwelveLabs, source: Path, out: Path
) -> None:
    samples.video(source / "film.mkv", fps=6)
    rows = [
        {"id": "1", "media": "film.mkv", "end": 6},
        {"id": "2", "media": "film.mkv", "end": 7},
        {"id": "3", "media": "film.mkv", "end": 6},
        {"id": "5", "media": "red.png", "text": "a"},
        {"id": "6", "media": "red.png", "text": "b"},
        {"id": "7", "text": "a"},
        {"id": "8", "text": "a"},
    ]
    (source / "m.jsonl").write_text("\n".join(map(json.dumps, rows)))
    report = client.bulk.run(source / "m.jsonl", out, check=False)
    assert (report.done, report.copied, report.requests) == (7, 2, 5)


def test_equal_files_fail_each_by_itself(client: TwelveLabs, source: Path, out: Path) -> None:
    for name in "abc":
        (source / f"{name}.png").write_bytes(b"no image")
    report = client.bulk.run(source, out)
    assert (report.done, report.failed, report.copied) == (3, 3, 0)
    assert set(failed(out)) == {"a.png", "b.png", "c.png"}


def test_equal_files_wait_for_one_task(tmp_path: Path, out: Path) -> None:
    films = tmp_path / "films"
    films.mkdir()
    samples.video(films / "a.mkv", fps=6)
    (films / "b.mkv").write_bytes((films / "a.mkv").read_bytes())
    with (
        Emulator(processing_sec=3600) as slow,
        TwelveLabs("k", base_url=slow.base_url, resume_dir=tmp_path / "resume") as client,
    ):
        assert client.bulk.run(films, out, route="task", wait_sec=0).unfinished == 2
        slow.advance(hours=2)
        slow.wait_until_idle()
        report = client.bulk.run(films, out, route="task", wait_sec=0)
        assert (report.done, report.copied) == (2, 1)
        assert len(list(client.embed.v_2.tasks.list())) == 1


def test_more_items_wait_for_another_than_are_kept_in_memory(
    client: TwelveLabs, source: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("twelvelabs_embed.bulk.selection._MAX_WAITING", 3)
    for number in range(10):
        paint(source / f"red {number}.png", "red")
    report = client.bulk.run(source, out)
    assert (report.done, report.copied, report.requests) == (13, 10, 3)
    assert len(vectors(out)) == 13


def test_a_changed_item_becomes_equal_to_another_that_changes(
    client: TwelveLabs, source: Path, out: Path
) -> None:
    client.bulk.run(source, out)
    for name in ("red.png", "green.png"):
        paint(source / name, "yellow", at=LONG_AGO + 1)
    report = client.bulk.run(source, out)
    assert (report.changed, report.copied, report.requests) == (2, 1, 1)
    found = vectors(out)
    assert found["red.png"] == found["green.png"] != found["blue.png"]


# ------------------------------------------------------------------------------------------- prune


class Prunable(Kept):
    """A sink in memory from which items can be removed."""

    def delete(self, ids: Any) -> None:
        for id in ids:
            self.rows.pop(id, None)


def test_items_that_are_gone_are_removed_if_that_is_asked_for(
    client: TwelveLabs, source: Path, out: Path
) -> None:
    sink = Prunable()
    client.bulk.run(source, out, sink=sink)
    (source / "red.png").unlink()
    assert dry_run(source, out).gone == 1
    client.bulk.run(source, out, sink=sink)
    assert len(vectors(out)) == 3
    report = client.bulk.run(source, out, sink=sink, prune=True)
    assert (report.pruned, report.requests) == (1, 0)
    assert set(vectors(out)) == set(sink.rows) == {"green.png", "blue.png"}
    assert client.bulk.run(source, out, sink=sink, prune=True).pruned == 0


def test_failures_of_items_that_are_gone_are_removed(
    client: TwelveLabs, source: Path, out: Path
) -> None:
    (source / "bad.png").write_bytes(b"no image")
    client.bulk.run(source, out)
    (source / "bad.png").unlink()
    client.bulk.run(source, out, prune=True)
    assert not list(read_errors(out))


def test_a_part_without_rows_is_removed(client: TwelveLabs, source: Path, out: Path) -> None:
    client.bulk.run(source, out, limit=1)
    client.bulk.run(source, out)
    assert len(part_paths(out)) == 2
    (source / "blue.png").unlink()  # the first
    assert client.bulk.run(source, out, prune=True).pruned == 1
    assert len(part_paths(out)) == 1
    assert set(vectors(out)) == {"green.png", "red.png"}


def test_nothing_is_removed_from_a_source_that_is_empty_by_mistake(
    client: TwelveLabs, source: Path, out: Path
) -> None:
    client.bulk.run(source, out)
    for path in source.iterdir():
        path.unlink()
    with pytest.raises(PruneError) as caught:
        client.bulk.run(source, out, prune=True, max_prune_share=1)
    assert (caught.value.count, caught.value.total) == (3, 3)
    assert len(vectors(out)) == 3


def test_more_than_half_is_removed_only_if_that_is_allowed(
    client: TwelveLabs, source: Path, out: Path
) -> None:
    client.bulk.run(source, out)
    for name in ("red.png", "blue.png"):
        (source / name).unlink()
    with pytest.raises(PruneError):
        client.bulk.run(source, out, prune=True)
    assert len(vectors(out)) == 3
    assert client.bulk.run(source, out, prune=True, max_prune_share=0.9).pruned == 2
    with pytest.raises(InvalidInputError) as caught:
        client.bulk.run(source, out, prune=True, max_prune_share=50)
    assert caught.value.violations[0].field == "max_prune_share"


@pytest.mark.parametrize("what", ["a folder", "a file", "a link"])
def test_nothing_is_removed_if_the_source_cannot_be_listed_whole(
    what: str, client: TwelveLabs, source: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.bulk.run(source, out)
    (source / "red.png").unlink()
    scandir, opens = os.scandir, open

    def deny(path: Any, *args: Any) -> Any:
        if str(path).endswith("denied"):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path, *args) if not args else opens(path, *args)

    if what == "a link":
        (source / "denied").symlink_to(source / "nowhere.png")
    elif what == "a folder":
        (source / "denied").mkdir()
        monkeypatch.setattr(os, "scandir", deny)
    else:
        (source / "denied").write_bytes(b"x")
        monkeypatch.setattr("twelvelabs_embed.bulk.sources.open", deny, raising=False)
    with pytest.raises(PruneError):
        client.bulk.run(source, out, prune=True)
    assert len(vectors(out)) == 3


def test_nothing_is_removed_if_rows_cannot_be_read(
    client: TwelveLabs, tmp_path: Path, out: Path
) -> None:
    source = manifest(tmp_path / "m.jsonl", ["a", "b", "c"])
    client.bulk.run(source, out)
    source.write_text(source.read_text().replace('"id": "c"', '"id": "c'))
    with pytest.raises(PruneError):
        client.bulk.run(source, out, prune=True)
    assert set(written(out)) == {"a", "b", "c"}


def test_nothing_is_removed_by_a_run_that_does_not_read_its_source_to_the_end(
    client: TwelveLabs, tmp_path: Path, out: Path
) -> None:
    source = manifest(tmp_path / "m.jsonl", ["a", "b", "c"])
    client.bulk.run(source, out)
    manifest(source, ["b", "d", "e", "c"])
    report = client.bulk.run(source, out, prune=True, limit=1)
    assert (report.pruned, report.is_stopped) == (0, True)
    assert set(written(out)) == {"a", "b", "c", "d"}


def test_a_sink_that_has_rows_takes_part(
    client: TwelveLabs, service: Faulty, source: Path, out: Path
) -> None:
    client.bulk.run(source, out, sink=Kept())
    for sink in (Kept(), None):
        with pytest.raises(InvalidInputError) as caught:
            client.bulk.run(source, out, sink=sink, prune=True)
        assert caught.value.violations[0].field == "sink"
    assert requests(service) == 3


# ------------------------------------------------------------------------------------------- links


@define
class Links:
    """A server of one image.

    Attributes:
        headers: what else it answers with
        status: its answer, by method; 200 by default
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


def test_items_after_a_server_that_does_not_answer_are_embedded(
    client: TwelveLabs, links: Links, linked: Path, out: Path
) -> None:
    linked.write_text('{"media": "http://127.0.0.1:9/a.png"}\n{"text": "a"}')
    assert (report := client.bulk.run(linked, out)).done == 1
    assert report.failed == 1
