"""Ranks and scores are those of comparing everything, however the work is divided."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from twelvelabs_embed import Segment
from twelvelabs_embed.search import Hit, Index, search
from twelvelabs_embed.search.quantization import coarse_scores, exact_scores, quantize

from tests.search.part_files import QUERY, as_item, found, random_vectors, shards, write_parts


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
    random = np.random.default_rng(seed)
    vectors = random_vectors(300, dimensions, seed)
    # Few large numbers, but none that is as small as 0.
    vectors[::3] *= np.maximum(random.random((100, dimensions), np.float32), 0.1) ** 20
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


@pytest.mark.parametrize("dimensions", [1, 16, 512])
def test_codes_that_fit_exactly_have_only_errors_of_rounding(dimensions: int) -> None:
    """So that few rows have to be compared again."""
    random = np.random.default_rng(dimensions)
    vectors = random.choice([-3.0, 3.0], (20, dimensions)).astype(np.float32)
    codes, scales, errors = quantize(vectors)
    assert (np.abs(codes) == 127).all()
    assert scales == pytest.approx(np.full(20, dimensions**-0.5 / 127), rel=1e-5)
    assert (errors > 0).all()
    assert (errors < 1e-5 + 1e-6 * dimensions).all()


@pytest.mark.parametrize("top", [1, 2, 9, 100])
def test_the_best_of_many_rows_are_found(tmp_path: Path, top: int) -> None:
    """Of which most cannot be among the best, as their coarse scores show."""
    vectors = random_vectors(9_000, 8)
    query = random_vectors(1, 8, seed=5)[0].astype(np.float64)
    folder = write_parts(tmp_path, [as_item("film", vectors)])
    scores = exact_scores(vectors, query / np.linalg.norm(query))
    nearest = np.argsort(-scores, kind="stable")[:top]
    hits = search(folder, query, top=top)
    assert found(hits) == [("film", 6.0 * row) for row in nearest]
    assert [hit.score for hit in hits] == pytest.approx(scores[nearest], abs=1e-12)


@pytest.mark.parametrize(
    "constant", ["quantization._MANY_QUERIES_BLOCK_ROWS", "snapshots._SCORES_BYTES"]
)
@pytest.mark.parametrize("limit", [1, 64, 700])
def test_many_queries_are_computed_in_blocks(
    folder: Path, monkeypatch: pytest.MonkeyPatch, constant: str, limit: int
) -> None:
    queries = random_vectors(7, seed=4)
    one_by_one = [search(folder, query) for query in queries]
    monkeypatch.setattr(f"twelvelabs_embed.search.{constant}", limit)
    with Index(folder) as index:
        assert index.search_many(queries) == one_by_one


@pytest.mark.parametrize("fusion", [None, "rrf", "weighted"])
def test_of_equal_scores_the_first_written_comes_first(tmp_path: Path, fusion: object) -> None:
    """Although the index has its parts in another order: that of the names of its shards."""
    rows = np.repeat(QUERY[np.newaxis], 9, axis=0)
    for number, count in enumerate((9, 4, 1)):
        folder = write_parts(tmp_path, [as_item(f"film-{number}", rows[:count])])
        search(folder, QUERY)
        [new] = [path for path in shards(folder) if len(path.name) > 1]
        new.rename(new.with_name(f"{9 - number}"))
    hits = search(folder, QUERY, top=20, fusion=fusion)  # type: ignore[arg-type]
    assert len(shards(folder)) == 3
    assert found(hits) == [
        (f"film-{number}", 6.0 * row)
        for number, count in enumerate((9, 4, 1))
        for row in range(count)
    ]


@pytest.mark.parametrize("fusion", ["rrf", "weighted"])
@pytest.mark.parametrize("gap_sec", [None, 6.0])
def test_moments_are_the_same_however_parts_are_indexed(
    tmp_path: Path, fusion: object, gap_sec: float | None
) -> None:
    """As one shard, as several, and as several folders; of parts, the same id is another item."""
    segments = [
        Segment(option, "clip", 6.0 * number, 6.0 * number + 6)
        for option in ("visual", "audio")
        for number in range(8)
    ]
    whole, grown, folders = tmp_path / "whole", tmp_path / "grown", []
    for number, id in enumerate(("a", "b", "a")):
        items = [as_item(id, random_vectors(16, seed=number), segments=segments)]
        folders.append(write_parts(tmp_path / f"{number}", items))
        for folder in (whole, grown):
            write_parts(folder, items)
        if number < 2:
            search(grown, QUERY)
            filler = as_item(f"filler-{number}", -np.tile(QUERY, (64 >> 3 * number, 1)))
            write_parts(grown, [filler])
    options = {"fusion": fusion, "merge_gap_sec": gap_sec, "max_per_item": 2, "top": 5}
    options["id_prefix"] = ["a", "b"]
    wanted = search(whole, QUERY, **options)  # type: ignore[arg-type]
    assert search(grown, QUERY, **options) == wanted  # type: ignore[arg-type]
    assert search(folders, QUERY, **options) == wanted  # type: ignore[arg-type]


def test_a_query_of_zeros_is_like_nothing(folder: Path) -> None:
    hits = search(folder, np.zeros(16), top=3)
    assert [hit.score for hit in hits] == [0, 0, 0]
    assert found(hits) == [("a0", 0.0), ("a0", 6.0), ("a0", 12.0)]
