"""Rows of a source: what makes one invalid, and the settings that it has."""

from __future__ import annotations

import errno
import json
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import attrs
import pytest
from twelvelabs_embed import Audio, Dynamic, Fixed, InvalidInputError, Text, Video
from twelvelabs_embed.bulk.row_settings import Defaults
from twelvelabs_embed.bulk.rows import (
    COLUMNS,
    DUPLICATE,
    MEDIA_SUFFIXES,
    SUFFIXES,
    InvalidRow,
    Item,
    RowReader,
    as_json,
    duplicate,
)
from twelvelabs_embed.bulk.sources import Source
from twelvelabs_embed.errors import ApiConnectionError, MissingDependencyError
from twelvelabs_embed.inputs import Document, Sequential, Spatial, TimedText

from tests.bulk.sources import only, read, write_csv, write_jsonl, write_parquet


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({}, "no text and no media"),
        ({"media": "nowhere.jpg"}, "there is no file"),
        ({"media": "https://example.com/watch"}, "Give a type"),
        ({"media": "unknown"}, "the column type"),
        ({"media": 5}, "it is a path or a link"),
        ({"text": 5}, "a text is a str"),
        ({"text": "a", "type": "vidio"}, "Did you mean 'video'?"),
        ({"text": "a", "options": "visual"}, "text has no options"),
        ({"type": "image", "text": "a"}, "image has no text"),
        ({"type": "video"}, "video needs media"),
        ({"type": "video", "media": "x.mp4", "start": "soon"}, "a time is a number"),
        ({"type": "video", "media": "x.mp4", "segmentation": "fixed:99"}, "2 to 10"),
        (
            {"type": "video", "media": "x.mp4", "segmentation": {"even": 3}},
            "OVERLAP. Write fixed:6",
        ),
        ({"type": "audio", "media": "x.mp3", "options": ["visual"]}, "options of audio"),
        ({"id": True, "text": "a"}, "an id is a text or a number"),
        ({"type": "multi_input", "text": "a"}, "client.embed.many"),
        ({"text": "a", "types": "fused"}, "text has no types"),
        ({"type": "document", "media": "a.pdf", "types": ["fused"]}, "document has no types"),
        ({"type": "video", "media": "x.mp4", "types": "both"}, "types of video are"),
        ({"type": "video", "media": "x.mp4", "time_based_metadata": "a goal"}, "a list of structs"),
        ({"type": "video", "media": "x.mp4", "time_based_metadata": "5"}, "a list of structs"),
        (
            {"type": "video", "media": "x.mp4", "time_based_metadata": "[" * 100_000},
            "a list of structs",
        ),
        (
            {
                "type": "video",
                "media": "x.mp4",
                "time_based_metadata": [{"start": 1, "end": 2, "text": "a", "note": ""}],
            },
            "a list of structs",
        ),
        ({"type": "video", "media": "x.mp4", "segmentation": "fixed:\u00b2"}, "whole number"),
        (
            {
                "type": "video",
                "media": "x.mp4",
                "time_based_metadata": [{"start": 9, "end": 1, "text": "a goal"}],
            },
            "the end is after the start",
        ),
        ({"type": "document", "media": "a.txt", "segmentation": "sequential:5:5"}, "less than"),
        (
            {"type": "document", "media": "a.txt", "segmentation": "sequential:5:1:1"},
            "max_sentences",
        ),
    ],
)
def test_an_invalid_row_does_not_stop_the_next_one(
    tmp_path: Path, row: dict[str, Any], message: str
) -> None:
    (tmp_path / "unknown").write_bytes(bytes(range(32)))
    bad, good = read(write_jsonl(tmp_path / "m.jsonl", [row, {"id": 7, "text": "good"}]))
    assert isinstance(bad, InvalidRow)
    assert message in bad.message
    assert "but None" not in bad.message
    assert good.id == "7"


LINKS = {
    "image": "jpg jpeg png gif webp bmp tif tiff heic heif avif",
    "audio": "wav mp3 flac m4a aac ogg oga opus aif aiff wma amr",
    "video": "mp4 m4v mov qt mkv webm avi wmv asf flv ts mts m2ts mpg mpeg mxf 3gp ogv y4m",
    "document": "pdf md txt",
}


@pytest.mark.parametrize("input_type", LINKS)
def test_a_link_has_the_type_of_its_suffix(input_type: str) -> None:
    """Whatever its case, and also in front of a query or a fragment."""
    reader = RowReader(Path(), "", "row", {})
    for suffix in LINKS[input_type].split():
        for end in (suffix, suffix.upper(), f"{suffix}?a=b.c", f"{suffix}#a.b?c", f"{suffix}?a#b"):
            entry = reader.read({"media": f"https://a.example/a.b/c.{end}"}, 1)
            assert entry.input_type == input_type, end
    words = [word for words in LINKS.values() for word in words.split()]
    assert {f".{word}" for word in words} == {*SUFFIXES, ".pdf", ".md", ".txt"}
    assert SUFFIXES.keys() - MEDIA_SUFFIXES == {".ts", ".mts"}  # TypeScript, in folders


@pytest.mark.parametrize(
    ("media", "link", "path"),
    [
        ("https://a.example/a.mp4", "https://a.example/a.mp4", None),
        ("S3://bucket/a.mp4", "S3://bucket/a.mp4", None),
        ("asset:6298", None, None),
        ("Asset:6298", None, "/base/Asset:6298"),
        ("a.mp4", None, "/base/a.mp4"),
        ("~/a.mp4", None, "/home/me/a.mp4"),
        (Path("a.mp4"), None, "/base/a.mp4"),
        (None, None, None),
    ],
)
def test_where_the_media_of_a_row_is(
    media: Any, link: str | None, path: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", "/home/me")
    row = {"id": "1", "type": "video", "media": media}
    found = RowReader(Path("/base"), "", "row", {}).candidate(row, 1)
    assert (found.link, found.path, found.listed) == (link, path and Path(path), None)
    if path is not None:
        entry = found.read()
        assert isinstance(entry, Item)
        assert entry.input == Video(path)


@pytest.mark.parametrize(
    ("row", "id"),
    [
        ({"text": "a"}, "row:3"),
        ({"text": "a", "media": "  "}, "row:3"),
        ({"id": 7, "media": "a.mp4"}, "7"),
        ({"id": 1.5}, "1.5"),
        ({"id": " x ", "media": "a.mp4"}, " x "),
        ({"id": "b/../a"}, "b/../a"),
        ({"media": "b/.././a.mp4"}, "films/a.mp4"),
        ({"media": Path("b/../a.mp4")}, "films/a.mp4"),
        ({"media": "\udce9.mp4"}, "films/\\udce9.mp4"),
        ({"media": "asset:6298"}, "asset:6298"),
        ({"media": "https://a.example/b/../a.mp4"}, "https://a.example/b/../a.mp4"),
        ({"media": "s3://bucket/a.mp4"}, "s3://bucket/a.mp4"),
    ],
)
def test_the_id_of_a_row(row: dict[str, Any], id: str) -> None:
    assert RowReader(Path(), "films", "row", {}).candidate(row, 3).id == id


def test_a_row_is_kept_as_json() -> None:
    row = {"media": Path("ü.mp4"), "start": 1.5, "id": "\udce9"}
    assert as_json(row) == '{"media": "ü.mp4", "start": 1.5, "id": "\\udce9"}'


@pytest.mark.parametrize(
    "error", [OSError(errno.EMFILE, "Too many open files"), MissingDependencyError("av", "media")]
)
def test_what_is_no_fault_of_a_row_ends_the_reading(
    error: Exception, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise error

    (tmp_path / "a.mp4").touch()
    monkeypatch.setattr(Path, "open", fail)
    reader = RowReader(tmp_path, "", "row", {})
    kind = ApiConnectionError if isinstance(error, OSError) else MissingDependencyError
    with pytest.raises(kind):
        reader.read({"media": "a.mp4"}, 1)
    monkeypatch.setattr(Path, "open", lambda *_: 1 / 0)
    entry = reader.read({"media": "a.mp4"}, 1)
    assert isinstance(entry, InvalidRow)
    assert (entry.code, entry.message) == ("bad_row", "the row cannot be read: division by zero")


def test_a_row_with_the_id_of_another_keeps_what_it_says() -> None:
    reader = RowReader(Path(), "", "row", {})
    good = reader.read({"id": "1", "text": "a"}, 1)
    bad = reader.read({"id": "1", "type": "video", "text": "a"}, 2)
    for entry in (good, bad):
        again = duplicate(entry)
        assert (again.id, again.input_type) == ("1", entry.input_type)
        assert (again.code, again.row) == (DUPLICATE, entry.row)


def test_columns_that_a_type_does_not_have_are_named_in_their_order() -> None:
    row = {"text": "a", "scopes": "clip", "end": 2, "start": 1, "media": "x", "type": "text"}
    entry = RowReader(Path(), "", "row", {}).read(row, 1)
    assert isinstance(entry, InvalidRow)
    assert re.findall(r"text has no (\w+)", entry.message) == ["media", "start", "end", "scopes"]


@pytest.mark.parametrize("write", [write_csv, write_jsonl, write_parquet])
def test_every_setting_of_a_recording_is_a_column(
    tmp_path: Path, write: Callable[[Path, Any], Path]
) -> None:
    timed_texts = [
        {"start": 1, "end": 2.5, "text": "a goal"},
        {"start": 9, "end": 9, "text": "Ende"},
    ]
    row: dict[str, Any] = {
        "media": "https://example.com/film.mp4",
        "start": 0.5,
        "end": 90,
        "segmentation": "dynamic:4",
        "options": ["visual", "audio"],
        "scopes": ["clip"],
        "types": ["separate", "fused"],
        "time_based_metadata": timed_texts,
    }
    if write is write_csv:
        lists = {name: ", ,".join(row[name]) for name in ("options", "scopes", "types")}
        row = {**row, **lists, "time_based_metadata": json.dumps(timed_texts)}
    names = {write_csv: "m.csv", write_jsonl: "m.jsonl", write_parquet: "m.parquet"}
    entry = only(read(write(tmp_path / names[write], [row])))
    assert isinstance(entry, Item), entry
    assert entry.input == Video(
        row["media"],
        start=0.5,
        end=90,
        segmentation=Dynamic(4),
        options=["visual", "audio"],
        scopes="clip",
        types=["separate", "fused"],
        time_based_metadata=[TimedText(1, 2.5, "a goal"), TimedText(9, 9, "Ende")],
    )


def test_every_setting_of_an_input_is_a_column() -> None:
    for made in (Audio("a.wav"), Video("a.mp4"), Document("a.pdf")):
        own = {one.alias for one in attrs.fields(type(made)) if one.kw_only}
        assert own <= set(COLUMNS), made


@pytest.mark.parametrize(
    ("segmentation", "expected"),
    [
        ("spatial:quadrants", Spatial("quadrants")),
        ({"spatial": {"strategy": "standard"}}, Spatial()),
        ("sequential:5", Sequential(5)),
        (" sequential : 5:1 ", Sequential(5, 1)),
        ({"spatial": {"strategy": "quadrants"}, "sequential": None}, Spatial("quadrants")),
        (
            {"sequential": {"strategy": "sentence", "max_sentences": 5, "overlap_sentences": 1}},
            Sequential(5, 1),
        ),
    ],
)
def test_documents_have_no_settings_of_recordings(
    tmp_path: Path, segmentation: Any, expected: Any
) -> None:
    reader = RowReader(tmp_path, "", "rows", {"start": 3.0, "options": ["audio"]})
    link = "https://example.com/paper.pdf?sig=x"
    entry = reader.read({"media": link, "segmentation": segmentation}, 1)
    assert isinstance(entry, Item), entry
    assert entry.input == Document(link, segmentation=expected)


@pytest.mark.parametrize(
    "segmentation",
    [
        "fixed:5",
        " fixed : 5 ",
        {"fixed": 5},
        {"fixed": 5, "dynamic": None},
        {"strategy": "fixed", "fixed": {"duration_sec": 5}},
        {"temporal": {"strategy": "fixed", "fixed": {"duration_sec": 5}}},
    ],
)
def test_segmentation_is_a_word_or_a_struct(tmp_path: Path, segmentation: Any) -> None:
    row = {"type": "video", "media": "x.mp4", "segmentation": segmentation}
    entry = only(read(write_jsonl(tmp_path / "m.jsonl", [row])))
    assert isinstance(entry, Item)
    assert entry.input == Video(tmp_path / "x.mp4", segmentation=Fixed(5))


def test_settings_of_the_run_are_the_defaults_of_rows(tmp_path: Path) -> None:
    rows = [
        {"type": "video", "media": "x.mp4"},
        {"type": "video", "id": "2", "media": "x.mp4", "options": "audio"},
        {"text": "a"},
    ]
    defaults = Defaults(options=["visual"], segmentation="fixed:4", start=2)
    items = read(write_jsonl(tmp_path / "m.jsonl", rows), defaults)
    film, settings = tmp_path / "x.mp4", {"segmentation": Fixed(4), "start": 2}
    assert [item.input for item in items if isinstance(item, Item)] == [
        Video(film, options=["visual"], **settings),
        Video(film, options=["audio"], **settings),
        Text("a"),
    ]


def test_settings_that_no_type_has_are_rejected_immediately(tmp_path: Path) -> None:
    for wrong in (Defaults(options="smell"), Defaults(segmentation="5"), Defaults(start="soon")):  # type: ignore[arg-type]
        with pytest.raises(InvalidInputError):
            Source(tmp_path, wrong)


def test_equal_settings_are_the_same_json() -> None:
    one = Defaults(options=["visual", "audio"], segmentation=Fixed(4))
    other = Defaults(options="audio, visual", segmentation="fixed:4")
    assert one.as_json() == other.as_json()
    long = Defaults(start=timedelta(days=1, milliseconds=500), end=1e6, segmentation=Dynamic(2))
    assert long.as_json() == {"start": 86400.5, "end": 1e6, "segmentation": "dynamic:2"}
