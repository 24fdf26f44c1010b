"""Numbered files of a folder, what waits to become one, and how much one may decompress to."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet
from twelvelabs_embed import Embeddings, InvalidInputError, Segment
from twelvelabs_embed.bulk import decompression_guard
from twelvelabs_embed.bulk.checkpoint import Buffer
from twelvelabs_embed.bulk.decompression_guard import check_decompressed_size, text_lengths
from twelvelabs_embed.bulk.errors import DamagedFileError
from twelvelabs_embed.bulk.fingerprints import Fingerprint
from twelvelabs_embed.bulk.numbered_files import (
    FileNumbers,
    merged_path,
    numbered_paths,
    numbers_of,
    opened,
    remove_temporary_files,
)

from tests.bulk.datasets import failure

NAMES = [
    "part-00000.parquet", "part-00001-00003.parquet", "part-00001.parquet", "part-00002.parquet",
    "part-00003.parquet", "part-00003-00004.parquet", "part-00005.parquet", "part-123456.parquet",
]  # fmt: skip
OTHERS = [
    "part-0006.parquet", "part-00006.parquet.tmp", "parts-00006.parquet", "part-00006-7.parquet",
    "errors-00002.parquet", "changed-00007-00009.parquet",
]  # fmt: skip


def fill(folder: Path, names: list[str]) -> None:
    for name in names:
        (folder / name).touch()


def names(paths: list[Path]) -> list[str]:
    return [path.name for path in paths]


def test_files_that_a_merged_one_replaces_do_not_count(tmp_path: Path) -> None:
    fill(tmp_path, [*NAMES, *OTHERS])
    expected = [
        "part-00000.parquet", "part-00001-00003.parquet", "part-00003-00004.parquet",
        "part-00005.parquet", "part-123456.parquet",
    ]  # fmt: skip
    assert names(numbered_paths(tmp_path, "part")) == expected
    assert names(numbered_paths(tmp_path, "errors")) == ["errors-00002.parquet"]
    paths = numbered_paths(tmp_path, "part")
    assert [numbers_of(path) for path in paths[:3]] == [(0, 0), (1, 3), (3, 4)]
    assert merged_path(paths[:2]) == tmp_path / "part-00000-00003.parquet"
    assert merged_path(paths[1:4]) == tmp_path / "part-00001-00005.parquet"


@pytest.mark.parametrize(("kind", "expected"), [("part", 123_457), ("errors", 3), ("changed", 10)])
def test_new_files_are_numbered_after_the_last(tmp_path: Path, kind: str, expected: int) -> None:
    assert names([FileNumbers(tmp_path, kind).next_path()]) == [f"{kind}-00000.parquet"]
    fill(tmp_path, [*NAMES, *OTHERS])
    numbers = FileNumbers(tmp_path, kind)
    found = names([numbers.next_path(), numbers.next_path()])
    assert found == [f"{kind}-{number:05}.parquet" for number in (expected, expected + 1)]


def test_what_a_process_that_died_left_is_removed(tmp_path: Path) -> None:
    left = ["part-00008.parquet", "changed-00000.parquet", "errors-00000.parquet"]
    left += ["run.json", "tasks.jsonl"]
    fill(tmp_path, [f".{name}.0123456789abcdef.tmp" for name in left])
    fill(tmp_path, [*NAMES, *OTHERS, ".mine.tmp"])
    remove_temporary_files(tmp_path)
    replaced = {"part-00001.parquet", "part-00002.parquet", "part-00003.parquet"}
    assert {path.name for path in tmp_path.iterdir()} == {*NAMES, *OTHERS, ".mine.tmp"} - replaced


@pytest.mark.parametrize(
    "kind", [pa.string(), pa.large_string(), pa.dictionary(pa.int32(), pa.string())], ids=str
)
def test_a_column_of_texts_may_have_any_type_of_texts(kind: Any, tmp_path: Path) -> None:
    path = tmp_path / "part-00000.parquet"
    parquet.write_table(pa.table({"id": pa.array(["a"], kind), "source": pa.array([1])}), path)
    with opened(path) as file:
        assert file.metadata.num_rows == 1


@pytest.mark.parametrize(
    "name", ["id", "input_type", "model", "option", "scope", "code", "message", "input"]
)
def test_a_column_of_texts_has_no_numbers(name: str, tmp_path: Path) -> None:
    path, number = tmp_path / "part-00000.parquet", pa.array([1])
    for kind in (number, number.dictionary_encode()):
        parquet.write_table(pa.table({"id": pa.array(["a"]), name: kind}), path)
        with pytest.raises(DamagedFileError, match=f"column {name} is .*int64"), opened(path):
            pass


@pytest.mark.parametrize(
    "error",
    [pa.ArrowInvalid(""), OSError(), ValueError(), KeyError(), TypeError(), MemoryError()],
    ids=repr,
)
def test_whatever_fails_while_a_file_is_read_says_that_it_is_damaged(
    error: Exception, tmp_path: Path
) -> None:
    path = tmp_path / "part-00000.parquet"
    parquet.write_table(pa.table({"id": pa.array(["a"])}), path)
    with pytest.raises(DamagedFileError) as caught, opened(path):
        raise error
    assert caught.value.__cause__ is error


# --- decompression --------------------------------------------------------------------------------

MIB = 1 << 20


@pytest.mark.parametrize(
    ("size_bytes", "most_bytes"),
    [(1, 512 * MIB), (512 * MIB // 100, 512 * MIB), (10 * MIB, 1000 * MIB)],
)
def test_a_row_group_may_be_a_hundred_times_its_file(size_bytes: int, most_bytes: int) -> None:
    path: Any = SimpleNamespace(name="a", stat=lambda: SimpleNamespace(st_size=size_bytes))

    def check(*sizes_bytes: int) -> None:
        groups = [SimpleNamespace(total_byte_size=one) for one in sizes_bytes]
        metadata = SimpleNamespace(row_group=groups.__getitem__)
        file = SimpleNamespace(num_row_groups=len(groups), metadata=metadata)
        check_decompressed_size(file, path)

    check(most_bytes, most_bytes)
    with pytest.raises(InvalidInputError) as caught:
        check(1, most_bytes + 1)
    assert "row group 1" in caught.value.violations[0].value
    assert decompression_guard._BATCH_BYTES == 128 * MIB


def test_the_texts_of_each_row_are_measured() -> None:
    texts = ["a", None, "äb"]
    batch = pa.record_batch(
        {
            "text": pa.array(texts),
            "words": pa.array(texts).dictionary_encode(),
            "view": pa.array(texts, pa.string_view()),
            "bytes": pa.array([b"abcd", b"", None]),
            "number": pa.array([1, 2, 3]),
            "list": pa.array([["long"], [], None]),
            "none": pa.nulls(3),
        }
    )
    assert text_lengths(batch) == [1 + 1 + 1 + 4, 0, 3 + 3 + 3]


# --- what waits -----------------------------------------------------------------------------------


def vectors(rows: int) -> Embeddings:
    numbers = np.zeros((rows, 4), np.float32)
    return Embeddings(numbers, [Segment()] * rows, model="m", input_type="video")


def test_a_buffer_knows_what_waits_and_since_when() -> None:
    one, found = Buffer(), Fingerprint(5)
    assert (bool(one), one.rows, one.bytes) == (False, 0, 0)
    one.add("a", vectors(2), found, is_changed=False)
    one.add("b", vectors(3), None, is_changed=True)
    one.first_sec = 7.0
    assert (one.rows, one.bytes, one.fingerprints) == (5, 5 * 16, {"a": found})
    assert ([id for id, _ in one.items], [id for id, _ in one.changed]) == (["a"], ["b"])
    one.drop(one.items)
    assert (bool(one), one.items, one.rows, one.bytes) == (True, [], 3, 48)
    later = Buffer(failures=[failure("c")], first_sec=6.0)
    later.add("d", vectors(1), found, is_changed=False)
    one.extend(later)
    assert ([id for id, _ in one.items], [id for id, _ in one.changed]) == (["d"], ["b"])
    assert (one.rows, one.bytes, one.first_sec) == (4, 64, 6.0)
    assert (one.fingerprints, [failure.id for failure in one.failures]) == (
        {"a": found, "d": found}, ["c"]
    )  # fmt: skip
    assert bool(Buffer(failures=[failure("c")]))
