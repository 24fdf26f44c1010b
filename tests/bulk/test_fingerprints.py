"""Fingerprints of items: what is kept of files, links, objects and rows."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from twelvelabs_embed import Dynamic, Fixed
from twelvelabs_embed.bulk.fingerprints import (
    Fingerprint,
    hash_file,
    hash_row,
    media_of,
    stat_file,
    stat_object,
)
from twelvelabs_embed.bulk.ids import hash_of
from twelvelabs_embed.inputs.object_stores import ObjectStat, StoredObject

AT = datetime(2026, 11, 30, 12, 0, 1, 600_000, tzinfo=UTC)
LINK = "https://a.example/a.mp4"


def test_a_file_is_known_by_a_hash_of_its_content(tmp_path: Path) -> None:
    path, content = tmp_path / "a", bytes(range(256)) * 5000  # more than is read at once
    path.write_bytes(content)
    expected = "blake2b:" + blake2b(content, digest_size=16).hexdigest()
    assert hash_file(path) == expected
    found = Fingerprint(5, 6, None, "hash", "a").with_content_of(path)
    assert found == Fingerprint(5, 6, expected, "hash", "a")
    assert [Fingerprint(version=one).is_of_file for one in (expected, "etag:a", None)] == [
        True, False, False
    ]  # fmt: skip


def test_a_regular_file_has_a_size_and_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"abc")
    os.utime(path, ns=(0, 123_456_789))
    assert stat_file(path) == (3, 123_456_789)
    assert [stat_file(one) for one in (tmp_path, tmp_path / "none", "\0")] == [None] * 3
    for modified_ns, known_ns in ((2**63 - 1, 2**63 - 1), (2**63, None), (-(2**63), None)):
        found = SimpleNamespace(st_mode=os.stat(path).st_mode, st_size=3, st_mtime_ns=modified_ns)
        with monkeypatch.context() as patch:
            patch.setattr(os, "stat", lambda _, found=found: found)
            known = stat_file(path)
        assert known == (3, known_ns)


@pytest.mark.parametrize(
    ("etag", "version"), [("x", "etag:x"), (None, f"last-modified:{AT.isoformat()}")]
)
def test_an_object_has_the_version_of_its_store(etag: str | None, version: str) -> None:
    stored = StoredObject("s3", "bucket", "a.mp4", stat=[ObjectStat(5, AT, etag)])
    seconds = round(AT.timestamp())  # listing an object may omit the fraction
    assert stat_object(stored) == (5, seconds * 1_000_000_000, version)


@pytest.mark.parametrize(
    ("row", "media"),
    [
        ({"media": "a.mp4"}, None),
        ({"id": "1"}, None),
        ({"id": "1", "media": None}, None),
        ({"id": "1", "media": Path("b/a.mp4")}, "b/a.mp4"),
        ({"id": "1", "media": "a?sig=b.mp4"}, "a?sig=b.mp4"),
        ({"id": "1", "media": "\udce9"}, "\\udce9"),
        ({"id": "1", "media": f"{LINK}?sig=secret"}, LINK),
    ],
)
def test_the_media_of_a_row_is_kept_where_its_id_does_not_say_it(
    row: dict[str, Any], media: str | None
) -> None:
    assert media_of(row) == media


FOLDER: dict[str, Any] = {"media": Path("a.mp4")}
# Rows that mean the same, and their hash, which datasets of earlier versions have.
SAME: dict[str, list[dict[str, Any]]] = {
    "of files": [FOLDER, {"media": "a.mp4"}, {"id": "1", "media": "b.mp4", "type": "video"}],
    "of a text": [{"text": "a"}, {"text": "a", "id": "1", "options": None}],
    "of a link": [
        {"media": LINK},
        {"media": f"{LINK}?sig=a"},
        {"media": f"{LINK.replace('//', '//me:word@')}?token=b"},
    ],
    "of an object": [
        {"media": "s3://bucket/a.mp4"},
        {"media": StoredObject("s3", "bucket", "a.mp4")},
    ],
    "of an asset": [{"media": "asset:1"}],
    "of settings": [
        {"media": "a", "options": "visual,audio", "segmentation": "fixed:5", "start": "1"},
        {"media": "b", "options": ["audio", "visual"], "segmentation": Fixed(5), "start": 1.0},
    ],
    "of other settings": [
        {"media": "a", "options": "visual,audio", "segmentation": Dynamic(5), "start": 1.0}
    ],
    "of texts about parts": [
        {"media": "a", "time_based_metadata": [{"start": 1, "end": 2, "text": "ä"}]},
        {"media": "a", "time_based_metadata": '[{"start": 1, "end": 2, "text": "ä"}]'},
    ],
}


def test_rows_that_mean_the_same_have_one_hash() -> None:
    found = {name: {hash_row(row) for row in rows} for name, rows in SAME.items()}
    assert {name: len(hashes) for name, hashes in found.items()} == dict.fromkeys(SAME, 1)
    assert len(set[str]().union(*found.values())) == len(SAME)
    assert {name: next(iter(hashes)) for name, hashes in found.items()} == HASHES


HASHES = {
    "of files": "2afb9b83f9314e5d029766197f539792",
    "of a text": "9a57a0a50316426c03d0549e09a06878",
    "of a link": "9dc0f2ca4ac9f359cc11dfe3dc2b8079",
    "of an object": "998973f25cdc6b9de64c7db0e56f7672",
    "of an asset": "d285d35b34f9c49b6b47bd9b0e92f4c7",
    "of settings": "ea82a615cfbab5b37e9fbd1d2ea5a9c1",
    "of other settings": "56b8b1dfaba4d1d8eceb601bd04f4b5f",
    "of texts about parts": "3e1e5730bd5567c040b73c22327a0441",
}


def test_other_texts_have_another_hash() -> None:
    texts = [("a", "b"), ("ab",), ("a", "", "b"), ("?",), ("\ud800",), ("\udce9",), ("",)]
    assert len({hash_of(*one) for one in texts}) == len(texts)
    assert hash_of("a").hex() == blake2b(b"a", digest_size=16).hexdigest()
