"""Damage, kills and several processes: an index is right, or it is made again."""

from __future__ import annotations

import errno
import logging
import os
import shutil
import signal
import subprocess
import sys
from itertools import count
from pathlib import Path
from unittest.mock import Mock

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet
from twelvelabs_embed.bulk.errors import DamagedFileError, FolderError
from twelvelabs_embed.bulk.part_files import part_paths
from twelvelabs_embed.search import (
    Index,
    fingerprints,
    index_files,
    search,
    shards as shard_files,
)

from tests.power_cut import PowerCutError, observed_disk
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
from tests.search.test_index import add, compact

FILES = ["vectors.f32", "codes.i8", "bounds.f32", "rows.arrow", "shard.json"]


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("kept", [0.0, 0.5, 0.999])
def test_a_file_that_is_cut_off_is_noticed(folder: Path, name: str, kept: float) -> None:
    search(folder, QUERY)
    path = shards(folder)[0] / name
    os.truncate(path, int(kept * path.stat().st_size))
    assert_true(folder)


def test_a_file_that_is_cut_off_and_ends_as_before_is_noticed(tmp_path: Path) -> None:
    folder = write_parts(tmp_path, [as_item("film", np.ones((5_000, 16)))])
    search(folder, QUERY)
    path = shards(folder)[0] / "vectors.f32"
    os.truncate(path, path.stat().st_size // 2)
    assert_true(folder)


@pytest.mark.parametrize("name", ["vectors.f32", "rows.arrow"])
def test_another_end_of_a_large_file_is_noticed(tmp_path: Path, name: str) -> None:
    folder = write_parts(tmp_path, [as_item("film", random_vectors(5_000))])
    search(folder, QUERY)
    path = shards(folder)[0] / name
    content = path.read_bytes()
    assert len(content) > 1 << 17
    path.write_bytes(content[:-100] + bytes(100))
    seen: list[int] = []
    search(folder, QUERY, on_progress=lambda done, _: seen.append(done))
    assert seen  # it is made again


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_noticed(folder: Path, name: str) -> None:
    search(folder, QUERY)
    (shards(folder)[0] / name).unlink()
    assert_true(folder)


def test_a_file_of_another_shard_is_noticed(folder: Path, tmp_path: Path) -> None:
    parts = [[as_item(f"{name}9", random_vectors(50, seed=40 + n))] for n, name in enumerate("abc")]
    other = write_parts(tmp_path / "other", *parts)
    search(folder, QUERY)
    search(other, QUERY)
    for name in ("vectors.f32", "codes.i8", "bounds.f32"):
        shutil.copy(shards(other)[0] / name, shards(folder)[0] / name)
        assert_true(folder)


@pytest.mark.parametrize("part", ['"format":3', '"format":2'])
def test_an_index_of_another_version_is_made_again(folder: Path, part: str) -> None:
    search(folder, QUERY)
    path = shards(folder)[0] / "shard.json"
    path.write_text(path.read_text().replace('"format":3', part))
    seen: list[int] = []
    search(folder, QUERY, on_progress=lambda done, _: seen.append(done))
    assert bool(seen) == (part == '"format":2')


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of temporary files."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return folder


def test_an_index_that_cannot_be_written_is_made_elsewhere(
    folder: Path, temporary: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (folder / "index").write_text("not a folder")
    with caplog.at_level(logging.WARNING, "twelvelabs_embed"):
        assert_true(folder)
    assert "temporary folder" in caplog.text
    with Index(folder) as index:
        for number in range(2):
            write_parts(folder, [as_item(f"new-{number}", random_vectors(5, seed=number))])
            assert found(index.search(QUERY, top=10_000)) == rows_of(folder)
            assert len(list(temporary.iterdir())) == 1  # that of before is removed
    assert list(temporary.iterdir()) == []


def test_an_index_that_can_be_written_nowhere_is_reported(
    folder: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = part_paths(folder)
    cause = OSError(errno.ENOSPC, "No space left")
    monkeypatch.setattr(index_files, "write_shard", Mock(side_effect=cause))
    for where in (folder, paths):
        with pytest.raises(FolderError, match="No space left"):
            Index(where)
        assert list(temporary.iterdir()) == []
    assert [path.name for path in (folder / "index").iterdir()] == [".lock"]


def test_parts_that_never_stop_changing_are_reported(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    changing = Mock(side_effect=fingerprints.PartChangedError)
    monkeypatch.setattr(index_files, "write_shard", changing)
    with pytest.raises(FolderError, match="changes all the time"):
        search(folder, QUERY)
    assert changing.call_count > 1


def test_a_damaged_part_is_named(folder: Path, temporary: Path) -> None:
    search(folder, QUERY)
    path = part_paths(folder)[1]
    path.write_bytes(path.read_bytes()[:-100])
    for where in (folder, part_paths(folder)):
        with pytest.raises(DamagedFileError, match=path.name):
            search(where, QUERY)
    assert list(temporary.iterdir()) == []


def test_a_part_of_which_fewer_vectors_than_rows_can_be_read_is_named(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As of a damaged file that pyarrow reads without an error."""
    read_all = shard_files.batches
    monkeypatch.setattr(shard_files, "batches", lambda *a: list(read_all(*a))[:-1])
    with pytest.raises(DamagedFileError, match=part_paths(folder)[0].name):
        search(folder, QUERY)


def test_a_part_whose_id_is_missing_is_named(folder: Path) -> None:
    path = part_paths(folder)[1]
    table = parquet.read_table(path)
    ids = pa.array([None, *table.column("id").to_pylist()[1:]], pa.string())
    parquet.write_table(table.set_column(table.column_names.index("id"), "id", ids), path)
    with pytest.raises(DamagedFileError, match=path.name):
        search(folder, QUERY)


def test_an_index_that_was_made_survives_a_power_cut(folder: Path) -> None:
    with observed_disk() as disk:
        search(folder, QUERY)
        disk.restore(folder / "index")
    seen: list[int] = []
    search(folder, QUERY, on_progress=lambda done, _: seen.append(done))
    assert seen == []
    assert_true(folder)


def test_a_power_cut_while_the_index_is_made_leaves_nothing_wrong(folder: Path) -> None:
    with observed_disk() as disk:
        for cut_at in count(1):
            disk.steps, disk.cut_at = 0, cut_at
            try:
                search(folder, QUERY)
            except PowerCutError:
                disk.cut_at = None
                disk.restore(folder / "index")
                assert_true(folder)
                shutil.rmtree(folder / "index")
            else:
                assert cut_at > 5
                return


# ------------------------------------------------------------------------------ kills and processes


CHILD = """
import os, signal, sys
from pathlib import Path
import numpy
from twelvelabs_embed.search import index_files, shards, search

folder, step = Path(sys.argv[1]), sys.argv[2]

def die(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)

if step == "facts":
    shards.write_facts = die
elif step == "rename":
    index_files.Path.rename = die
elif step == "renamed":
    index_files.sync_folder = die
elif step == "withdraw":
    index_files.withdraw = die
progress = {"first": 1, "half": 100}.get(step)
search(folder, numpy.ones(16), on_progress=lambda done, _: progress and done >= progress and die())
"""


def run(*arguments: object) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", CHILD, *map(str, arguments)])


@pytest.mark.skipif(sys.platform == "win32", reason="kills")
@pytest.mark.parametrize("step", ["first", "half", "facts", "rename", "renamed", "withdraw"])
@pytest.mark.parametrize("is_renewed", [False, True])
def test_a_kill_while_the_index_is_made_leaves_nothing_wrong(
    folder: Path, step: str, is_renewed: bool
) -> None:
    if is_renewed:
        search(folder, QUERY)
        compact(folder)
        add(folder)
    elif step == "withdraw":
        pytest.skip("there is nothing to withdraw")
    assert run(folder, step).wait() == -signal.SIGKILL
    assert_true(folder)
    assert len(shards(folder)) == 1
    assert list((folder / "index").glob(".*.tmp")) == []


def test_several_processes_make_one_index(folder: Path) -> None:
    children = [run(folder, "none") for _ in range(3)]
    assert [child.wait() for child in children] == [0, 0, 0]
    assert len(shards(folder)) == 1
    assert_true(folder)


def test_processes_search_while_parts_are_added(folder: Path) -> None:
    children = [run(folder, "none") for _ in range(2)]
    for number in range(5):
        write_parts(folder, [as_item(f"new-{number}", random_vectors(50, seed=number))])
        search(folder, QUERY)
    assert [child.wait() for child in children] == [0, 0]
    assert_true(folder)


@pytest.mark.skipif(sys.platform == "win32", reason="a mapped file cannot be removed")
def test_an_open_index_can_be_read_after_its_files_were_removed(folder: Path) -> None:
    with Index(folder) as index:
        before = index.search(QUERY)
        shutil.rmtree(folder / "index")
        assert index.search(QUERY) == before


def test_a_closed_index_says_so(folder: Path) -> None:
    index = Index(folder)
    index.close()
    with pytest.raises(ValueError, match="closed"):
        index.search(QUERY)
