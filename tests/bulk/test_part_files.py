"""The files of a run: what they hold, that they are whole, and how they are read."""

from __future__ import annotations

import json
import subprocess
import sys
import tracemalloc
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet
from twelvelabs_embed import Embeddings, ModelMismatchError, Segment
from twelvelabs_embed._version import VERSION
from twelvelabs_embed.bulk.failures import Failure, error_paths, read_errors, write_errors
from twelvelabs_embed.bulk.fingerprints import Fingerprint
from twelvelabs_embed.bulk.ids import IdSet, hash_of
from twelvelabs_embed.bulk.numbered_files import remove_temporary_files
from twelvelabs_embed.bulk.part_files import (
    COLUMNS,
    PartWriter,
    atomic_write,
    part_paths,
    part_schema,
    read_parts,
    scan,
    vectors_of,
    with_fingerprints,
)
from twelvelabs_embed.results.segments import DOCUMENT_COLUMNS

CLIPS = (Segment("visual", "clip", 0.0, 4.0), Segment("visual", "asset", 0.0, 9.5))
FAILURE = Failure(
    id="a.jpg",
    input_type=None,
    code="http_503",
    message="busy",
    input='{"media": "a.jpg"}',
    attempts=8,
    failed_at=datetime(2026, 2, 1, 12, 30, tzinfo=UTC),
)


def video(seed: int, dimensions: int = 8) -> Embeddings:
    numbers = np.random.default_rng(seed).normal(size=(2, dimensions)).astype(np.float32)
    return Embeddings(numbers, CLIPS, model="marengo3.0", input_type="video")


def text(seed: int) -> Embeddings:
    return Embeddings(video(seed).vectors[:1], [Segment()], model="marengo3.0", input_type="text")


def test_a_part_has_a_row_for_each_vector(tmp_path: Path) -> None:
    path = PartWriter(tmp_path, 8).write([("film.mkv", video(1)), ("7", text(2))])
    table = parquet.read_table(path)
    assert table.schema.names == list(COLUMNS)
    number = pa.field("element", pa.float32(), nullable=False)
    plain = [
        *(pa.field(name, pa.string(), nullable=False) for name in ("id", "input_type", "model")),
        *(pa.field(name, pa.string()) for name in ("option", "scope")),
        *(pa.field(name, pa.float64()) for name in ("start_sec", "end_sec")),
        pa.field("vector", pa.list_(number, 8), nullable=False),
    ]
    assert [*table.schema] == plain == [*part_schema(8)]
    rows = table.to_pylist()
    assert [tuple(row.values())[:7] for row in rows] == [
        ("film.mkv", "video", "marengo3.0", "visual", "clip", 0.0, 4.0),
        ("film.mkv", "video", "marengo3.0", "visual", "asset", 0.0, 9.5),
        ("7", "text", "marengo3.0", None, None, None, None),
    ]
    assert np.array_equal(rows[1]["vector"], video(1).vectors[1])


def test_compression_is_as_documented(tmp_path: Path) -> None:
    path = PartWriter(tmp_path, 8, {"run_id": "r"}).write([("film.mkv", video(1))])
    columns = parquet.read_metadata(path).row_group(0)
    for index in range(columns.num_columns):
        column = columns.column(index)
        kind = "RLE_DICTIONARY" if index < 5 else "BYTE_STREAM_SPLIT"
        assert kind in column.encodings, column.path_in_schema
        assert column.compression == "ZSTD"
    about = parquet.read_schema(path).metadata[b"twelvelabs_embed"]
    assert json.loads(about) == {"version": VERSION, "run_id": "r"}


def test_parts_are_numbered_after_those_that_are_there(tmp_path: Path) -> None:
    (tmp_path / "part-00041.parquet").touch()
    (tmp_path / "part-7.parquet").touch()  # not a part
    assert PartWriter(tmp_path, 8).write([("a", text(1))]).name == "part-00042.parquet"
    assert [path.name for path in part_paths(tmp_path)] == [
        "part-00041.parquet",
        "part-00042.parquet",
    ]


def test_rows_are_read_back_by_column_and_filter(tmp_path: Path) -> None:
    writer = PartWriter(tmp_path, 8)
    writer.write([("film.mkv", video(1)), ("7", text(2))])
    writer.write([("other.mkv", video(3))])
    batches = list(scan(tmp_path, ["vector", "id"], {"scope": ["asset", None]}))
    assert [batch.schema.names for batch in batches] == [["vector", "id"]] * 2
    assert [batch.column("id").to_pylist() for batch in batches] == [
        ["film.mkv", "7"],
        ["other.mkv"],
    ]
    vectors = np.concatenate([vectors_of(batch) for batch in batches])
    expected = [video(1).vectors[1], text(2).vectors[0], video(3).vectors[1]]
    assert np.array_equal(vectors, expected)
    assert list(scan(tmp_path, ["id"], {"option": "audio"})) == []
    (batch,) = scan(tmp_path, ["id"], {"scope": None})
    assert batch.column("id").to_pylist() == ["7"]
    assert sum(batch.num_rows for batch in scan(tmp_path, batch_rows=1)) == 5


def paper(seed: int) -> Embeddings:
    pages = (
        Segment("visual", "page", start_page=1, end_page=1, quadrant="top_left"),
        Segment("text", "chunk", chunk_index=3),
    )
    vectors = video(seed).vectors
    return Embeddings(
        vectors, pages, model="marengo3.5", input_type="document", uncertainties=np.abs(vectors)
    )


def test_only_parts_with_documents_have_their_columns(tmp_path: Path) -> None:
    writer = PartWriter(tmp_path, 8)
    first = writer.write([("film.mkv", video(1))])
    second = writer.write([("7", text(2)), ("paper.pdf", paper(3))])
    assert parquet.read_schema(first).names == list(COLUMNS)
    assert parquet.read_schema(second).names == [*COLUMNS, *DOCUMENT_COLUMNS, "uncertainty"]
    table = parquet.read_table(second)
    assert np.isnan(table.column("uncertainty").to_pylist()[0]).all()
    assert np.array_equal(table.column("uncertainty").to_pylist()[1:], np.abs(video(3).vectors))
    assert read_parts(tmp_path).dimensions == 8
    assert len(read_parts(tmp_path).items) == 3


def test_fingerprints_are_columns_of_their_own(tmp_path: Path) -> None:
    found = Fingerprint(7, 1_700_000_000_123_456_789, "blake2b:00", "row", "a.mkv")
    writer = PartWriter(tmp_path, 8)
    writer.write([("1", video(1)), ("2", text(2))], {"1": found})
    kinds = {
        "source_size": pa.int64(),
        "source_modified": pa.timestamp("ns", "UTC"),
        **dict.fromkeys(("source_version", "row_hash", "source_media"), pa.string()),
    }
    (path,) = part_paths(tmp_path)
    table = parquet.read_table(path)
    assert [*table.schema][len(COLUMNS) :] == [pa.field(*one) for one in kinds.items()]
    assert {name: str(column.encodings) for name, column in columns_of(path).items()
            if name in ("source_version", "row_hash", "source_media")
            and "RLE_DICTIONARY" not in column.encodings} == {}  # fmt: skip
    first, second, third = [list(row.values())[-5:] for row in table.to_pylist()]
    modified = first.pop(1)
    assert modified.value == found.modified_ns
    assert first == [7, "blake2b:00", "row", "a.mkv"]
    assert second[0] == 7
    assert third == [None] * 5
    other = Fingerprint(8, None, "etag:1", None, None)
    rows = with_fingerprints(table, {"2": other}).select(list(kinds)).to_pylist()
    assert [row["source_size"] for row in rows] == [7, 7, 8]  # others keep what they have
    assert rows[0]["source_modified"].value == found.modified_ns
    assert rows[2] == {
        "source_size": 8,
        "source_modified": None,
        "source_version": "etag:1",
        "row_hash": None,
        "source_media": None,
    }
    known = read_parts(tmp_path).items.get("1")
    assert known is not None
    assert known.has_row_of(found)
    assert (known.size_bytes, known.modified_ns) == (7, found.modified_ns)


def columns_of(path: Path) -> dict[str, Any]:
    group = parquet.read_metadata(path).row_group(0)
    columns = [group.column(index) for index in range(group.num_columns)]
    return {column.path_in_schema: column for column in columns}


def test_an_item_without_vectors_has_no_uncertainties(tmp_path: Path) -> None:
    empty = Embeddings(np.empty((0, 8), np.float32), [], model="marengo3.5", input_type="document")
    (tmp_path / "a").mkdir()
    path = PartWriter(tmp_path / "a", 8).write([("empty", empty), ("paper.pdf", paper(3))])
    table = parquet.read_table(path)
    assert np.array_equal(table.column("uncertainty").to_pylist(), np.abs(video(3).vectors))


def test_columns_of_documents_are_read_from_any_part(tmp_path: Path) -> None:
    writer = PartWriter(tmp_path, 8)
    writer.write([("film.mkv", video(1))])
    writer.write([("paper.pdf", paper(3))])
    columns = ["id", "start_page", "chunk_index"]
    rows = [tuple(row.values()) for batch in scan(tmp_path, columns) for row in batch.to_pylist()]
    assert rows == [
        ("film.mkv", None, None),
        ("film.mkv", None, None),
        ("paper.pdf", 1, None),
        ("paper.pdf", None, 3),
    ]
    (batch,) = scan(tmp_path, ["id"], {"quadrant": "top_left"})
    assert batch.column("id").to_pylist() == ["paper.pdf"]


def test_other_lengths_are_rejected_and_nothing_is_written(tmp_path: Path) -> None:
    writer = PartWriter(tmp_path, 8)
    with pytest.raises(ModelMismatchError, match="its vectors have 4 numbers"):
        writer.write([("a.mkv", video(1)), ("b.mkv", video(2, dimensions=4))])
    assert list(tmp_path.iterdir()) == []
    assert read_parts(tmp_path).dimensions is None
    writer.write([("a.mkv", video(1))])
    assert read_parts(tmp_path).dimensions == 8
    PartWriter(tmp_path, 4).write([("b.mkv", video(2, dimensions=4))])
    with pytest.raises(ModelMismatchError, match=r"part-00000\.parquet"):
        read_parts(tmp_path)


def test_failures_are_read_back(tmp_path: Path) -> None:
    write_errors(tmp_path, [FAILURE, FAILURE])
    write_errors(tmp_path, [FAILURE])
    assert list(read_errors(tmp_path)) == [FAILURE] * 3
    write_errors(tmp_path, [FAILURE], error_paths(tmp_path)[0])
    assert list(read_errors(tmp_path)) == [FAILURE] * 2


def test_a_file_appears_complete_or_not_at_all(tmp_path: Path) -> None:
    def fail(file: object) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        atomic_write(tmp_path / "run.json", fail)
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_leaves_nothing_behind(tmp_path: Path) -> None:
    """The kernel rejects files above 2000 bytes, like a full disk."""
    code = """
import resource, signal, sys
from tests.bulk.test_part_files import video
from twelvelabs_embed.bulk.part_files import PartWriter
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))
try:
    PartWriter(sys.argv[1], 8).write([(str(seed), video(seed)) for seed in range(100)])
except OSError as error:
    sys.exit(f"rejected {error.errno}")
"""
    command = [sys.executable, "-c", code, str(tmp_path)]
    ran = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[2]
    )
    assert "rejected" in ran.stderr
    assert list(tmp_path.iterdir()) == []


def test_temporary_files_of_a_killed_process_are_removed(tmp_path: Path) -> None:
    (tmp_path / ".part-00003.parquet.tmp").touch()
    (tmp_path / ".mine.tmp").touch()
    remove_temporary_files(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [".mine.tmp"]


# ---------------------------------------------------------------------------------------------- ids


def test_ids_are_read_from_the_parts(tmp_path: Path) -> None:
    writer = PartWriter(tmp_path, 8)
    writer.write([("film.mkv", video(1)), ("ü", text(2))])
    writer.write([("7", text(3))])
    found = read_parts(tmp_path).items
    assert len(found) == 3
    assert all(id in found for id in ("film.mkv", "ü", "7"))
    assert "8" not in found
    later: Any = "smell"  # a type of a later version
    one = Embeddings(video(4).vectors[:1], [Segment()], model="marengo3.0", input_type=later)
    # numpy drops zeros at the end of a hash.
    zero = next(id for id in map(str, range(10_000, 20_000)) if hash_of(id).endswith(b"\0"))
    writer.write([("9", one), (zero, text(5))])
    assert zero in read_parts(tmp_path).items
    types = [one and one.input_type for one in map(read_parts(tmp_path).items.get, ["ü", "9"])]
    assert types == ["text", ""]
    known = found.get("7")
    assert known is not None  # its part says when it was embedded, at the latest
    assert known.modified_ns == part_paths(tmp_path)[1].stat().st_mtime_ns


def test_a_set_of_ids_is_a_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(IdSet, "_MAX_RECENT", 7)
    ids, expected = IdSet(), set[str]()
    for number in np.random.default_rng(1).integers(0, 300, 1000):
        id = str(number)
        assert ids.add(id) == (id not in expected)
        expected.add(id)
    assert len(ids) == len(expected)
    assert all((str(number) in ids) == (str(number) in expected) for number in range(400))


def test_several_texts_are_one_id_together() -> None:
    ids = IdSet()
    ids.add("a", "bc")
    assert ids.has("a", "bc")
    assert not ids.has("ab", "c")
    assert "abc" not in ids


def test_a_set_of_ids_takes_little_memory() -> None:
    tracemalloc.start()
    ids = IdSet()
    for number in range(1 << 17):
        ids.add(str(number))
    taken_bytes, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert taken_bytes < 17 * len(ids)
