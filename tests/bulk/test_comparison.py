"""Comparison of a row with the item that has vectors: new, the same, changed, or unknown."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from twelvelabs_embed import Text
from twelvelabs_embed.bulk.changes import Comparison, compare
from twelvelabs_embed.bulk.fingerprints import Fingerprint, hash_file, hash_row, media_of
from twelvelabs_embed.bulk.item_index import KnownItem
from twelvelabs_embed.bulk.part_files import PartWriter, read_parts
from twelvelabs_embed.bulk.rows import Item, RowReader
from twelvelabs_embed.bulk.selection import Work
from twelvelabs_embed.inputs.object_stores import ObjectStat, StoredObject

from tests.bulk.test_part_files import video

AT = datetime(2026, 11, 30, 12, tzinfo=UTC)
AT_NS = round(AT.timestamp()) * 1_000_000_000
NOW = AT + timedelta(hours=1)
LINK = "https://a.example/a.mp4"


@pytest.fixture
def film(tmp_path: Path) -> Path:
    path = tmp_path / "a.mp4"
    path.write_bytes(b"film")
    os.utime(path, ns=(AT_NS, AT_NS))
    return path


def known(folder: Path, found: Fingerprint | None, written: datetime = AT) -> KnownItem:
    """What is known of a video that has vectors of what has this fingerprint."""
    (folder / "out").mkdir()
    path = PartWriter(folder / "out", 8).write([("a", video(1))], found and {"a": found})
    os.utime(path, (written.timestamp(), written.timestamp()))
    item = read_parts(folder / "out").items.get("a")
    assert item is not None
    return item


def compared(row: dict[str, Any], item: KnownItem | None, now: datetime = NOW) -> Comparison:
    return compare(RowReader(Path(), "", "row", {}).candidate({"id": "a", **row}, 1), item, now)


def found_of(row: dict[str, Any], **known: Any) -> Fingerprint:
    row = {"id": "a", **row}
    return Fingerprint(row_hash=hash_row(row), media=media_of(row), **known)


@pytest.mark.parametrize(("age_sec", "is_settled"), [(2, True), (1.999, False), (-5, False)])
def test_the_time_of_a_file_counts_when_it_is_two_seconds_old(
    film: Path, age_sec: float, is_settled: bool
) -> None:
    row = {"media": str(film)}
    expected = found_of(row, size_bytes=4, modified_ns=AT_NS if is_settled else None)
    assert compared(row, None, AT + timedelta(seconds=age_sec)) == Comparison("new", expected)


@pytest.mark.parametrize(
    ("content", "later_sec", "state", "is_outdated"),
    [
        (b"film", 0, "same", False),
        (b"film", 9, "same", True),  # touched: its time is to be renewed
        (b"film", 3599, "same", False),  # but not while it may change again
        (b"FILM", 9, "changed", False),
        (b"FILM", 0, "same", False),  # is not read
        (b"longer", 0, "changed", False),
    ],
)
def test_a_file_is_read_only_if_its_size_and_time_do_not_decide(
    content: bytes, later_sec: float, state: Any, is_outdated: bool, film: Path, tmp_path: Path
) -> None:
    row, version = {"media": str(film)}, hash_file(film)
    before = found_of(row, size_bytes=4, modified_ns=AT_NS, version=version)
    item = known(tmp_path, before)
    film.write_bytes(content)
    time_ns = AT_NS + later_sec * 1_000_000_000
    os.utime(film, ns=(time_ns, time_ns))
    comparison = compared(row, item)
    assert (comparison.state, comparison.is_outdated) == (state, is_outdated)
    is_read = later_sec > 0 and len(content) == 4
    assert comparison.fingerprint.version == (hash_file(film) if is_read else None)


def test_a_file_that_cannot_be_read_keeps_its_vectors(
    film: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = {"media": str(film)}
    item = known(tmp_path, found_of(row, size_bytes=4, modified_ns=1, version=hash_file(film)))

    def fail(*_: object, **__: object) -> None:
        raise PermissionError

    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", fail)
        assert compared(row, item) == Comparison(
            "same", found_of(row, size_bytes=4, modified_ns=AT_NS)
        )
    film.unlink()
    assert compared(row, item) == Comparison("same", found_of(row))


@pytest.mark.parametrize(
    ("row", "before", "state"),
    [
        ({"text": "a"}, {"text": "a"}, "same"),
        ({"text": "a"}, {"text": "b"}, "changed"),
        ({"media": LINK}, {"media": LINK}, "unknown"),
        ({"media": LINK}, {"media": f"{LINK}?id=2"}, "changed"),
        ({"media": LINK, "type": "video"}, {"media": LINK}, "unknown"),
        ({"media": LINK, "type": "audio"}, {"media": LINK}, "changed"),
        ({"media": "asset:1"}, {"media": "asset:1"}, "same"),
    ],
)
def test_what_is_not_here_is_compared_by_its_row(
    row: dict[str, Any], before: dict[str, Any], state: Any, tmp_path: Path
) -> None:
    item = known(tmp_path, found_of(before))
    assert compared(row, item) == Comparison(state, found_of(row))
    other = evolve(item, input_type="")  # of an earlier version
    expected = "unknown" if row.get("type") == "audio" else state
    assert compared(row, other).state == expected


@pytest.mark.parametrize(
    ("etag", "before", "state", "is_outdated"),
    [
        ("1", "etag:1", "same", False),
        ("2", "etag:1", "changed", False),
        ("1", None, "same", True),
    ],
)
def test_an_object_that_was_listed_is_compared_by_its_version(
    etag: str, before: str | None, state: Any, is_outdated: bool, tmp_path: Path
) -> None:
    row = {"media": StoredObject("s3", "bucket", "a.mp4", stat=[ObjectStat(4, AT, etag)])}
    version = {"size_bytes": 4, "modified_ns": AT_NS}
    item = known(tmp_path, found_of(row, **version, version=before))
    expected = found_of(row, **version, version=f"etag:{etag}")
    assert compared(row, item) == Comparison(state, expected, is_outdated)


@pytest.mark.parametrize(("written_sec", "state"), [(0, "same"), (9, "same"), (-1, "changed")])
def test_an_item_of_an_earlier_version_is_compared_by_time(
    written_sec: float, state: Any, film: Path, tmp_path: Path
) -> None:
    row = {"media": str(film)}
    item = known(tmp_path, None, AT + timedelta(seconds=written_sec))
    comparison = compared(row, item)
    assert (comparison.state, comparison.is_outdated) == (state, state == "same")
    expected = hash_file(film) if state == "same" else None
    assert comparison.fingerprint.version == expected
    text = compared({"text": "a"}, item)
    assert text == Comparison("same", found_of({"text": "a"}), is_outdated=True)
    film.unlink()
    assert compared(row, item) == Comparison("same", found_of(row))


@pytest.mark.parametrize(
    ("before", "now", "is_unchanged"),
    [
        ({"version": "etag:1"}, {"version": "etag:1"}, True),
        ({"version": "etag:1"}, {"version": "etag:2"}, False),
        ({"version": "etag:1"}, {}, True),  # its server says nothing
        ({}, {"version": "etag:1"}, True),
        ({"version": "etag:1"}, {"version": "etag:1", "row_hash": "other"}, False),
        (None, {"version": "etag:1"}, True),  # of an earlier version
    ],
)
def test_a_link_whose_server_was_asked_is_compared_by_its_version(
    before: dict[str, Any] | None, now: dict[str, Any], is_unchanged: bool, tmp_path: Path
) -> None:
    found = found_of({"media": LINK})
    item = known(tmp_path, None if before is None else evolve(found, **before))
    work = Work(Item("a", Text("a"), {}), evolve(found, **now), item, LINK)
    assert work.is_unchanged() is is_unchanged
    assert not Work(work.item, found, None, LINK).is_unchanged()
