"""Items with the same content, which are paid for once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from twelvelabs_embed import TwelveLabs
from twelvelabs_embed.bulk import DryReport, dry_run
from twelvelabs_embed.bulk.fingerprints import Fingerprint
from twelvelabs_embed.bulk.part_files import scan
from twelvelabs_embed_emulator import Emulator, samples

from tests.bulk.datasets import LONG_AGO, failed, paint, requests, vectors
from tests.bulk.fault_proxy import Faulty


def test_equal_files_are_paid_for_once(
    client: TwelveLabs, service: Faulty, source: Path, out: Path
) -> None:
    paint(source / "another red.png", "red", at=LONG_AGO + 7)
    planned = dry_run(source)
    assert (planned.to_run, planned.copied) == ({"image": 3}, 1)
    report = client.bulk.run(source, out)
    assert (report.done, report.copied, report.rows, report.requests) == (4, 1, 4, 3)
    for name in ("third red.png", "fourth red.png"):
        paint(source / name, "red")
    planned = dry_run(source, out, check=False)
    assert planned == DryReport(
        to_run={},
        **{"changed": 0, "copied": 2, "kept": 0, "gone": 0, "done_before": 4, "failed": 0},
        failures=(),
        estimate=None,
    )
    report = client.bulk.run(source, out)
    assert (report.done, report.copied, report.requests) == (2, 2, 0)
    found = vectors(out)
    assert found["red.png"] == found["another red.png"] == found["third red.png"]
    assert len(found) == 6
    again = client.bulk.run(source, out)
    assert (again.done_before, again.requests, requests(service)) == (6, 0, 3)


def test_files_that_cannot_be_read_are_no_copies(
    source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is wrong with them is reported when they are inspected."""

    def unreadable(*_: Any) -> Fingerprint:
        raise OSError(5, "Input/output error")

    paint(source / "another red.png", "red")
    assert dry_run(source, check=False).copied == 1
    monkeypatch.setattr(Fingerprint, "with_content_of", unreadable)
    assert dry_run(source, check=False).copied == 0


def test_a_dry_run_counts_what_changed_and_what_is_gone(
    client: TwelveLabs, source: Path, out: Path
) -> None:
    for name in ("white", "black"):
        paint(source / f"{name}.png", name)
    client.bulk.run(source, out)
    for name, color in {"red": "pink", "green": "grey"}.items():
        paint(source / f"{name}.png", color, at=LONG_AGO + 3)
    for name in ("white", "black"):
        (source / f"{name}.png").unlink()
    shown: list[tuple[int, int | None]] = []

    def show(number: int, total: int | None) -> None:
        shown.append((number, total))

    planned = dry_run(source, out, check=False, progress=show)
    assert shown == [(2, 3), (3, 3)]  # blue.png is done
    assert planned == DryReport(
        to_run={"image": 2},
        **{"changed": 2, "copied": 0, "kept": 0, "gone": 2, "done_before": 1, "failed": 0},
        failures=(),
        estimate=None,
    )
    shown.clear()
    some = dry_run(source, out, check=False, limit=1, progress=show)
    assert some == evolve(planned, to_run={"image": 1}, changed=1, gone=0)  # nor is it known
    assert shown == [(2, 3)]
    kept = dry_run(source, out, changed="keep", check=False)
    assert kept == evolve(planned, to_run={}, changed=0, kept=2, done_before=3)


def test_a_new_and_a_changed_item_get_the_vectors_of_another(
    client: TwelveLabs, source: Path, out: Path
) -> None:
    client.bulk.run(source, out)
    changed = next(path for path in sorted(source.iterdir()) if path.name != "red.png")
    paint(changed, "red", at=LONG_AGO + 3)
    paint(source / "new.png", "red")
    report = client.bulk.run(source, out)
    assert (report.done, report.copied, report.changed, report.rows) == (2, 2, 1, 2)
    assert report.requests == 0
    found = vectors(out)
    assert found["red.png"] == found["new.png"] == found[changed.name]
    assert len(found) == 4


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
