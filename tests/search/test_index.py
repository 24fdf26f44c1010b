"""The index is what the parts are, and is not made again without need."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import Mock

import numpy as np
import pytest
from twelvelabs_embed import ModelMismatchError
from twelvelabs_embed.bulk.part_files import part_paths
from twelvelabs_embed.bulk.rewriting import merge_parts
from twelvelabs_embed.search import Index, fingerprints, index_files, search

from tests.search.part_files import (
    QUERY,
    as_item,
    assert_true,
    found,
    random_vectors,
    rows_of,
    shards,
    write_parts,
)


def add(folder: Path) -> None:
    write_parts(folder, [as_item("new", random_vectors(80, seed=20))])


def remove(folder: Path) -> None:
    part_paths(folder)[1].unlink()


def compact(folder: Path) -> None:
    merge_parts(part_paths(folder)[:2])


def replace_keeping_size_and_time(folder: Path) -> None:
    """With the vectors of one part in the place of another's, and the times of that."""
    path = part_paths(folder)[1]
    stat = path.stat()
    write_parts(folder / "other", [as_item("b1", random_vectors(40, seed=30))])
    content = part_paths(folder / "other")[0].read_bytes()
    shutil.rmtree(folder / "other")
    footer = int.from_bytes(content[-8:-4], "little") + 8
    padding = b"\0" * (stat.st_size - len(content))  # before the metadata, where nobody reads it
    path.write_bytes(content[:-footer] + padding + content[-footer:])
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert (path.stat().st_size, path.stat().st_ino) == (stat.st_size, stat.st_ino)


CHANGES = [add, remove, compact, replace_keeping_size_and_time]


@pytest.mark.parametrize("change", CHANGES)
def test_what_changed_is_found(folder: Path, change: Callable[[Path], None]) -> None:
    assert_true(folder)
    change(folder)
    assert_true(folder)


@pytest.mark.parametrize("change", CHANGES)
def test_an_open_index_follows_its_parts(folder: Path, change: Callable[[Path], None]) -> None:
    with Index(folder) as index:
        index.search(QUERY)
        change(folder)
        assert found(index.search(QUERY, top=10_000)) == rows_of(folder)
        assert index.info.rows == len(rows_of(folder))


@contextmanager
def opened_parts() -> Iterator[list[str]]:
    """The names of the parts whose content is read, in order."""
    names: list[str] = []
    _hooked.append(names)
    yield names
    _hooked.remove(names)


_hooked: list[list[str]] = []


def _note_opened(event: str, arguments: tuple[object, ...]) -> None:
    if event == "open" and _hooked:
        name = Path(str(arguments[0])).name
        for names in _hooked if name.endswith(".parquet") else ():
            names.append(name)


sys.addaudithook(_note_opened)


@pytest.fixture
def set_clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[int, Path], None]:
    """`set_clock(ns, path)`: it is so long after the last change of a file."""

    def set_to(later_ns: int, path: Path) -> None:
        stat = path.stat()
        now_ns = max(stat.st_mtime_ns, stat.st_ctime_ns) + later_ns
        monkeypatch.setattr(fingerprints, "time", SimpleNamespace(time_ns=lambda: now_ns))

    return set_to


def test_unchanged_parts_are_not_read_again(
    folder: Path, set_clock: Callable[[int, Path], None]
) -> None:
    set_clock(10**10, part_paths(folder)[-1])
    search(folder, QUERY)
    [shard] = shards(folder)
    seen: list[tuple[int, int]] = []
    with opened_parts() as names:
        search(folder, QUERY, on_progress=lambda done, total: seen.append((done, total)))
        with Index(folder) as index:
            index.search(QUERY)
            index.search(QUERY)
    assert (seen, names) == ([], [])
    assert shards(folder) == [shard]


@pytest.mark.parametrize(
    ("after_ns", "is_read"), [(0, True), (2 * 10**9, True), (2 * 10**9 + 1, False)]
)
def test_a_part_that_may_have_changed_in_the_same_moment_is_read_once_more(
    folder: Path, set_clock: Callable[[int, Path], None], after_ns: int, is_read: bool
) -> None:
    """Times of files count in steps of up to two seconds."""
    path = part_paths(folder)[-1]
    set_clock(after_ns, path)
    search(folder, QUERY)
    set_clock(10**10, path)
    with opened_parts() as names:
        search(folder, QUERY)
        assert (path.name in names) == is_read
        names.clear()
        search(folder, QUERY)
        assert names == []


def test_what_was_verified_need_not_be_noted(
    folder: Path, set_clock: Callable[[int, Path], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the index may be read and not written, it is verified each time."""
    set_clock(0, part_paths(folder)[-1])
    search(folder, QUERY)
    monkeypatch.setattr(index_files, "write_facts", Mock(side_effect=OSError))
    for _ in range(2):
        with opened_parts() as names:
            assert_true(folder)
        assert names


def test_progress_counts_all_rows(folder: Path) -> None:
    seen: list[tuple[int, int]] = []
    search(folder, QUERY, on_progress=lambda done, total: seen.append((done, total)))
    assert seen == [(50, 150), (100, 150), (150, 150)]
    write_parts(folder, [as_item("new", random_vectors(20))])
    search(folder, QUERY, on_progress=lambda done, total: seen.append((done, total)))
    assert seen[3:] == [(170, 170)]


def test_only_new_parts_are_read_and_there_are_few_shards(folder: Path) -> None:
    read = 0
    for number in range(40):
        write_parts(folder, [as_item(f"new-{number}", random_vectors(50, seed=number))])
        rows: list[int] = [0]
        search(folder, QUERY, on_progress=lambda done, _, rows=rows: rows.append(done))
        read += rows[-1] - (rows[1] - 50)
    assert len(shards(folder)) <= 7
    assert read < 50 * 43 * 7  # and not 43 * 43 / 2
    assert_true(folder)


def test_a_copied_dataset_keeps_its_index(folder: Path, tmp_path: Path) -> None:
    search(folder, QUERY)
    copy = shutil.copytree(folder, tmp_path / "copy")
    seen: list[int] = []
    assert found(search(copy, QUERY, on_progress=lambda done, _: seen.append(done)))
    assert seen == []


def test_an_index_of_another_dataset_is_not_used(folder: Path, tmp_path: Path) -> None:
    parts = [[as_item(f"{name}9", random_vectors(50, seed=40 + n))] for n, name in enumerate("abc")]
    other = write_parts(tmp_path / "other", *parts)
    search(folder, QUERY)
    search(other, QUERY)
    shutil.rmtree(folder / "index")
    shutil.copytree(other / "index", folder / "index")
    assert_true(folder)


def test_several_folders_are_one(folder: Path, tmp_path: Path) -> None:
    second = write_parts(tmp_path / "second", [as_item("z", random_vectors(50, seed=50))])
    both = search([folder, second], QUERY, top=200)
    one_by_one = [*search(folder, QUERY, top=200), *search(second, QUERY, top=200)]
    assert both == sorted(one_by_one, key=lambda hit: -hit.score)
    assert Index([folder, second]).info.rows == 200


def test_a_folder_without_vectors_has_no_dimensions_that_differ(
    folder: Path, tmp_path: Path
) -> None:
    none = as_item("film", np.zeros((0, 8)), segments=[])
    for name, parts in (("other", [none]), ("two", [none, none])):
        empty = write_parts(tmp_path / name, *([one] for one in parts))
        with Index([folder, empty]) as index:
            assert (index.info.rows, index.info.dimensions) == (150, 16)
            assert index.search(QUERY) == search(folder, QUERY)
            queries = random_vectors(2)
            assert index.search_many(queries)[1] == search(folder, queries[1])


def test_folders_of_different_dimensions_are_rejected(folder: Path, tmp_path: Path) -> None:
    other = write_parts(tmp_path / "other", [as_item("z", random_vectors(5, dimensions=8))])
    with pytest.raises(ModelMismatchError, match="8 and 16"):
        Index([folder, other])


def test_added_parts_of_another_length_are_rejected(folder: Path) -> None:
    search(folder, QUERY)
    write_parts(folder, [as_item("z", random_vectors(5, dimensions=8))])
    with pytest.raises(ModelMismatchError, match="dimensions"):
        search(folder, QUERY)
