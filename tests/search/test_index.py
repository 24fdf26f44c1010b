"""The index is what the parts are, whatever happens to either."""

from __future__ import annotations

import logging
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from twelvelabs_embed import ModelMismatchError
from twelvelabs_embed.bulk.compaction import merge_parts
from twelvelabs_embed.bulk.errors import DamagedFileError
from twelvelabs_embed.bulk.part_files import part_paths
from twelvelabs_embed.search import Hit, Index, search
from twelvelabs_embed.search.quantization import coarse_scores, exact_scores, quantize

from tests.search.part_files import Array, as_item, random_vectors, write_parts

QUERY = random_vectors(1, seed=9)[0]


def shards(folder: Path) -> list[Path]:
    return [path for path in (folder / "index").iterdir() if not path.name.startswith(".")]


def rows_of(folder: Path) -> list[tuple[str, float]]:
    """All rows by what comparing everything finds, each as its id and start."""
    from twelvelabs_embed.bulk.part_files import scan, vectors_of

    names: list[tuple[str, float]] = []
    vectors: list[Array] = []
    for batch in scan(folder):
        names += zip(
            batch.column("id").to_pylist(), batch.column("start_sec").to_pylist(), strict=True
        )
        vectors.append(vectors_of(batch).copy())
    scores = exact_scores(np.concatenate(vectors), QUERY / np.linalg.norm(QUERY))
    return [names[row] for row in np.argsort(-scores, kind="stable")]


def found(hits: Sequence[Hit]) -> list[tuple[str, float | None]]:
    return [(hit.id, hit.segment.start_sec) for hit in hits]


def assert_true(folder: Path) -> None:
    """Everything is found, in the right order."""
    assert found(search(folder, QUERY, top=10_000)) == rows_of(folder)
    assert found(search(folder, QUERY, top=7)) == rows_of(folder)[:7]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    parts = [[as_item(f"{name}{n}", random_vectors(50, seed=n))] for n, name in enumerate("abc")]
    return write_parts(tmp_path / "data", *parts)


# --------------------------------------------------------------------------------------- exactness


@given(
    seed=st.integers(0, 1000),
    rows=st.integers(1, 600),
    dimensions=st.integers(1, 40),
    distinct=st.integers(1, 600),
    scale=st.sampled_from([1e-30, 1e-6, 1.0, 1e12, 1e30]),
    top=st.integers(1, 700),
)
@settings(max_examples=60, deadline=None)
def test_ranks_are_those_of_comparing_everything(
    tmp_path_factory: pytest.TempPathFactory,
    seed: int,
    rows: int,
    dimensions: int,
    distinct: int,
    scale: float,
    top: int,
) -> None:
    """Also of equal and nearly equal rows, of zeros, and of any length."""
    random = np.random.default_rng(seed)
    vectors = random_vectors(rows, dimensions, seed)[random.integers(0, min(rows, distinct), rows)]
    vectors *= random.choice([1, 1, 1 + 1e-7, 0], (rows, 1)).astype(np.float32)
    vectors = (vectors * np.float32(scale)).astype(np.float32)
    half = rows // 2
    folder = write_parts(
        tmp_path_factory.mktemp("data"),
        [as_item("a", vectors[:half] if half else vectors[:1])],
        [as_item("b", vectors[half:])],
    )
    query = random_vectors(1, dimensions, seed + 1)[0]
    stacked = np.concatenate([vectors[:half] if half else vectors[:1], vectors[half:]])
    wide = query.astype(np.float64)
    scores = exact_scores(
        stacked, wide / np.abs(wide).max() / np.linalg.norm(wide / np.abs(wide).max())
    )
    wanted = np.argsort(-scores, kind="stable")[:top]
    hits = search(folder, query, top=top)
    first = len(stacked) - len(vectors[half:])
    assert [(hit.id, hit.segment.start_sec) for hit in hits] == [
        ("a", 6.0 * row) if row < first else ("b", 6.0 * (row - first)) for row in wanted
    ]
    assert [hit.score for hit in hits] == scores[wanted].tolist()


@given(seed=st.integers(0, 1000), dimensions=st.sampled_from([1, 2, 16, 512, 2048]))
@settings(max_examples=30, deadline=None)
def test_no_coarse_score_is_further_from_the_exact_one_than_it_says(
    seed: int, dimensions: int
) -> None:
    from concurrent.futures import ThreadPoolExecutor

    random = np.random.default_rng(seed)
    vectors = random_vectors(300, dimensions, seed)
    vectors[::3] *= random.random((100, dimensions), np.float32) ** 20  # few large numbers
    vectors[7] = 0
    queries = np.concatenate([random_vectors(2, dimensions, seed + 1), vectors[:1]]).astype(float)
    queries /= np.linalg.norm(queries, axis=1, keepdims=True)
    codes, scales, errors = quantize(vectors)
    for some in (queries, queries[:1]):
        with ThreadPoolExecutor(2) as threads:
            scores = coarse_scores(codes, scales, some.astype(np.float32), threads)
        for query, row in zip(some, scores, strict=True):
            assert (np.abs(row - exact_scores(vectors, query)) <= errors).all()


def test_many_queries_find_what_each_finds(folder: Path) -> None:
    queries = random_vectors(40, seed=4)
    with Index(folder) as index:
        many = index.search_many(queries, top=5, scope="clip")
        assert many == [index.search(query, top=5, scope="clip") for query in queries]
        assert index.search_many([], top=5) == []
        _, embeddings = as_item("queries", queries)
        assert index.search_many(embeddings, top=5, scope="clip") == many


def test_an_index_is_searched_by_several_threads(folder: Path) -> None:
    queries = random_vectors(16, seed=4)
    results: list[list[Hit]] = [[] for _ in queries]
    with Index(folder) as index:

        def ask(number: int) -> None:
            results[number] = index.search(queries[number])

        threads = [threading.Thread(target=ask, args=(number,)) for number in range(len(queries))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert results == [search(folder, query) for query in queries]


# ------------------------------------------------------------------------------------- parts change


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


def test_unchanged_parts_are_not_read_again(folder: Path) -> None:
    search(folder, QUERY)
    [shard] = shards(folder)
    seen: list[tuple[int, int]] = []
    search(folder, QUERY, on_progress=lambda done, total: seen.append((done, total)))
    assert seen == []
    assert shards(folder) == [shard]


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


def test_folders_of_different_dimensions_are_rejected(folder: Path, tmp_path: Path) -> None:
    other = write_parts(tmp_path / "other", [as_item("z", random_vectors(5, dimensions=8))])
    with pytest.raises(ModelMismatchError, match="8 and 16"):
        Index([folder, other])


def test_added_parts_of_another_length_are_rejected(folder: Path) -> None:
    search(folder, QUERY)
    write_parts(folder, [as_item("z", random_vectors(5, dimensions=8))])
    with pytest.raises(ModelMismatchError, match="dimensions"):
        search(folder, QUERY)


# ----------------------------------------------------------------------------- the index breaks


FILES = ["vectors.f32", "codes.i8", "bounds.f32", "rows.arrow", "shard.json"]


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("kept", [0.0, 0.5, 0.999])
def test_a_file_that_is_cut_off_is_noticed(folder: Path, name: str, kept: float) -> None:
    search(folder, QUERY)
    path = shards(folder)[0] / name
    os.truncate(path, int(kept * path.stat().st_size))
    assert_true(folder)


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


def test_an_index_that_cannot_be_written_is_made_elsewhere(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (folder / "index").write_text("not a folder")
    with caplog.at_level(logging.WARNING, "twelvelabs_embed"):
        assert_true(folder)
    assert "temporary folder" in caplog.text


def test_a_damaged_part_is_named(folder: Path) -> None:
    search(folder, QUERY)
    path = part_paths(folder)[1]
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(DamagedFileError, match=path.name):
        search(folder, QUERY)


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
