"""Folders, globs, manifests and standard input: which items they have, and what they are called."""

from __future__ import annotations

import errno
import os
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from twelvelabs_embed import (
    ApiConnectionError,
    Audio,
    Dynamic,
    Fixed,
    Image,
    InvalidInputError,
    Media,
    Text,
    TextImage,
    Video,
)
from twelvelabs_embed.bulk.globs import matches
from twelvelabs_embed.bulk.rows import InvalidRow, Item
from twelvelabs_embed.bulk.sources import Source, SourceLike
from twelvelabs_embed_emulator import samples

from tests.bulk.sources import ids, read, write_csv, write_jsonl, write_parquet


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with media and with what is none."""
    folder = tmp_path_factory.mktemp("archive")
    for name in ("b", ".hidden", "vectors"):
        (folder / name).mkdir()
    picture = samples.image(folder / "z.jpg", width=160, height=160).read_bytes()
    samples.audio(folder / "b" / "talk.wav", duration_sec=4, sample_rate_hz=8_000)
    for name in ("a.png", "b/without suffix", ".hidden/x.jpg", ".y.jpg", "vectors/v.jpg"):
        (folder / name).write_bytes(picture)
    (folder / "fake.mp4").write_text("no video")
    (folder / "readme.txt").write_text("no media")
    (folder / "code.ts").write_text("let media = null")
    (folder / "round").symlink_to(folder)
    return folder


# ------------------------------------------------------------------------------------------ folders


def test_a_folder_has_its_media_in_order_without_hidden_files_and_the_output(
    archive: Path,
) -> None:
    entries = read(archive, out=archive / "vectors")
    assert ids(entries) == ["a.png", "b/talk.wav", "b/without suffix", "fake.mp4", "z.jpg"]
    types = [entry.input_type for entry in entries]
    assert types == ["image", "audio", "image", None, "image"]  # by content
    assert isinstance(entries[3], InvalidRow)
    assert "plain text" in entries[3].message


def test_prepare_counts_items(archive: Path) -> None:
    assert Source(archive, out=archive / "vectors").prepare() == 5


def test_a_folder_that_cannot_be_listed_is_an_invalid_row(
    archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scandir = os.scandir

    def fail(path: str) -> Any:
        if Path(path).name == "b":
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", fail)
    entry = next(one for one in read(archive) if one.id == "b")
    assert isinstance(entry, InvalidRow)


def test_ids_are_relative_to_a_single_folder_and_otherwise_to_the_working_folder(
    archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(archive.parent)
    assert ids(read(f"./{archive.name}/b")) == ["talk.wav", "without suffix"]
    two = read([f"./{archive.name}/b", f"{archive.name}/a.png"])
    assert ids(two) == [f"{archive.name}/{x}" for x in ("b/talk.wav", "b/without suffix", "a.png")]
    write_jsonl(archive.parent / "m.jsonl", [{"text": "a"}])
    (archive.parent / "elsewhere").mkdir()
    monkeypatch.chdir(archive.parent / "elsewhere")
    here = Path.cwd()
    for given, root in {
        f"../{archive.name}": archive,
        "../m.jsonl": archive.parent,
        f"../{archive.name}/a.png": here,
        f"../{archive.name}/*.png": here,
        "-": here,
        "s3://films/raw/": Path("/"),
    }.items():
        assert Source(given).root == root
        assert Source([given, "-"]).root == here
    assert Source(["s3://films/raw/", "gs://films"]).root == Path("/")


def test_globs_are_matched_in_order(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(archive)
    assert ids(read("*.[jp][pn]g")) == ["a.png", "z.jpg"]
    assert ids(read("**/*.wav"))[0] == "b/talk.wav"


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("**/*.jpg", ["vectors/v.jpg", "z.jpg"]),
        ("b/**", ["b/talk.wav", "b/without suffix"]),
        ("**/b/**/*", ["b/talk.wav", "b/without suffix"]),
        ("./**/talk.wav", ["b/talk.wav"]),
        ("b**/*.wav", ["b/talk.wav"]),
        ("*/*.jpg", ["round/z.jpg", "vectors/v.jpg"]),
    ],
)
def test_recursive_globs_follow_no_links_to_folders(
    archive: Path, pattern: str, expected: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(archive)
    assert ids(read(pattern)) == expected
    assert ids(read(pattern, out="vectors")) == [id for id in expected if "vectors" not in id]


def test_globs_match_nothing_hidden_and_take_the_names_of_folders_as_they_are(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "[a]"
    for name in ("b/c.jpg", "b/.d.jpg", ".e/f.jpg", "g.jpg"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    found = [str(folder / name) for name in ("b/c.jpg", "g.jpg")]
    assert matches(f"{tmp_path}/[[]a]/**") == matches(f"{tmp_path}/**/*.jpg") == found
    assert matches(f"{tmp_path}/**", folder / "b") == found[1:]


def test_a_lack_of_file_descriptors_ends_a_glob(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(errno.EMFILE, "Too many open files")

    monkeypatch.setattr(os, "scandir", fail)
    with pytest.raises(ApiConnectionError):
        matches(f"{tmp_path}/**")


def test_many_links_to_parents_do_not_multiply_paths(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "a" / "b"
    folder.mkdir(parents=True)
    for number in range(20):  # 20 ** 40 paths, if they were followed
        (folder / f"up {number}").symlink_to(tmp_path, target_is_directory=True)
    (folder / "x.jpg").write_bytes(b"\xff\xd8\xff")
    monkeypatch.chdir(tmp_path)
    assert ids(read("**/*.jpg")) == ["a/b/x.jpg"]


@pytest.mark.parametrize("nothing", ["nowhere", "*.tiff", []])
def test_a_missing_source_is_rejected_before_anything_is_read(
    archive: Path, nothing: SourceLike, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(archive)
    with pytest.raises(InvalidInputError, match="a source is a folder"):
        Source(nothing)


def test_file_names_that_are_not_utf_8_have_an_id(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"caf\xe9.jpg")).write_bytes(b"\xff\xd8\xff")
    assert ids(read(tmp_path)) == ["caf\\udce9.jpg"]


# ---------------------------------------------------------------------------------------- manifests


ROWS: list[dict[str, Any]] = [
    {"id": "one", "text": "a dog"},
    {"media": "z.jpg"},
    {"id": "both", "text": "a beach", "media": "z.jpg"},
    {"media": "https://example.com/film.mp4?sig=x", "start": 1.5, "segmentation": "dynamic:4"},
    {"type": "audio", "media": "b/talk.wav", "segmentation": "fixed:5", "options": "audio"},
    {"text": "no id"},
]


@pytest.mark.parametrize("write", [write_csv, write_jsonl, write_parquet])
def test_all_manifest_formats_give_the_same_items(
    archive: Path, write: Callable[[Path, Any], Path]
) -> None:
    names = {write_csv: "m.csv", write_jsonl: "m.jsonl", write_parquet: "m.parquet"}
    # As Parquet has it, where each row has each column.
    nothing = dict.fromkeys(name for row in ROWS for name in row)
    rows = ROWS if write is write_csv else [{**nothing, **row} for row in ROWS]
    path = write(archive / names[write], rows)
    assert Source(path).prepare() == 6
    entries = read(path)
    path.unlink()
    link = "https://example.com/film.mp4"
    assert ids(entries) == ["one", "z.jpg", "both", link, "b/talk.wav", f"{path.name}:6"]
    picture = Media.file(archive / "z.jpg")
    assert [entry.input for entry in entries if isinstance(entry, Item)] == [
        Text("a dog"),
        Image(picture),
        TextImage("a beach", picture),
        Video(f"{link}?sig=x", start=1.5, segmentation=Dynamic(4)),
        Audio(archive / "b/talk.wav", segmentation=Fixed(5), options=["audio"]),
        Text("no id"),
    ]


def test_unknown_columns_are_one_error_with_suggestions(tmp_path: Path) -> None:
    write_jsonl(tmp_path / "m.jsonl", [{"text": "a"}, {"txt": "b"}, {"segmentaton": 1}])
    write_csv(tmp_path / "m.csv", [{"txt": "b", "segmentaton": 1}])
    write_parquet(tmp_path / "m.parquet", [{"txt": "b", "segmentaton": 1}])
    for path in sorted(tmp_path.iterdir()):
        with pytest.raises(InvalidInputError) as caught:
            Source(path).prepare()
        assert [str(violation.hint) for violation in caught.value.violations] == [
            "Did you mean 'segmentation'?",
            "Did you mean 'text'?",
        ]


def test_lines_and_rows_that_cannot_be_read_are_invalid_rows(tmp_path: Path) -> None:
    (tmp_path / "m.jsonl").write_bytes(b'{"text": "a"\n[1]\n{"text": "\xff"}\n{"text": "b"}')
    assert ids(read(tmp_path / "m.jsonl")) == [f"m.jsonl:{n}" for n in (1, 2, 3, 4)]
    assert [type(entry) for entry in read(tmp_path / "m.jsonl")] == [
        InvalidRow,
        InvalidRow,
        InvalidRow,
        Item,
    ]
    (tmp_path / "m.csv").write_bytes(b"id,text\n1,a,b\n2,\xff\n3,c\n")
    entries = read(tmp_path / "m.csv")
    assert [type(entry) for entry in entries] == [InvalidRow, InvalidRow, Item]
    (tmp_path / "m.parquet").write_bytes(b"no parquet")
    with pytest.raises(InvalidInputError, match=r"m\.parquet cannot be read"):
        Source(tmp_path / "m.parquet").prepare()


# ------------------------------------------------------------------------------------------- memory


def test_memory_does_not_grow_with_the_number_of_rows(tmp_path: Path) -> None:
    def peak(path: Path) -> int:
        tracemalloc.start()
        source = Source(path)
        source.prepare()
        assert sum(1 for _ in source) >= 1000
        _, peak_bytes = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return peak_bytes

    for write, name in ((write_csv, "{}.csv"), (write_jsonl, "{}.jsonl")):
        rows = [{"id": f"number {number}", "text": "a" * 100} for number in range(20_000)]
        few = write(tmp_path / name.format("few"), rows[:1000])
        many = write(tmp_path / name.format("many"), rows)
        peak(few)  # what is imported with the first
        assert peak(many) < peak(few) + 100_000
