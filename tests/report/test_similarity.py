"""Similarity and the map of a report: which items are near each other, and where they are shown."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from twelvelabs_embed import Segment
from twelvelabs_embed.report.layout import (
    _edges,
    _evened,
    _principal_components,
    _pull,
    _push,
    _settled,
    draw_map,
)
from twelvelabs_embed.report.loader import ReportDataset, load
from twelvelabs_embed.report.similarity import compress, find_duplicates, find_neighbours
from twelvelabs_embed.results.vectors import unit

from tests.search.part_files import Array, as_item, random_vectors, write_parts


def topics(rows: int, *, count: int, dimensions: int = 64, noise: float = 0.3) -> Array:
    """Unit vectors around `count` centres, round robin."""
    centres = unit(random_vectors(count, dimensions))
    random = np.random.default_rng(1)
    scattered = np.resize(centres, (rows, dimensions)) + random.normal(
        scale=noise / dimensions**0.5, size=(rows, dimensions)
    )
    return unit(scattered.astype(np.float32))


def test_compressed_vectors_keep_similarities() -> None:
    vectors = topics(600, count=20, dimensions=256)
    compressed = compress(vectors, 64)
    assert compressed.numbers.shape == (600, 64)
    assert compressed.numbers.dtype == np.int8
    largest = np.abs(compressed.numbers.astype(int)).max(axis=0)
    assert largest.tolist() == [127] * 64  # each dimension uses its byte, and none overflows
    reduced = compressed.numbers * compressed.steps
    errors = np.abs(reduced @ reduced.T - vectors @ vectors.T)[~np.eye(600, dtype=bool)]
    assert np.percentile(errors, 95) == pytest.approx(compressed.error, rel=0.2)
    assert compressed.error < 0.02


@pytest.mark.parametrize("rows", [0, 1, 2, 3, 4, 20])
def test_few_vectors_are_no_special_case(rows: int) -> None:
    vectors = unit(random_vectors(rows, 16)) if rows else np.empty((0, 0), np.float32)
    assert len(compress(vectors, 64).numbers) == rows
    places = draw_map(vectors)
    assert (places.shape, places.dtype) == ((2, rows), np.float32)
    assert np.isfinite(places).all()


def test_zeros_are_no_special_case() -> None:
    vectors = np.zeros((30, 16), np.float32)
    assert not compress(vectors, 8).numbers.any()
    places = draw_map(vectors)
    assert places.min() >= 0
    assert places.max() <= 1


def test_neighbours_are_the_nearest() -> None:
    vectors = unit(random_vectors(1500, 8))
    found = find_neighbours(vectors, 5)
    products = vectors @ vectors.T
    np.fill_diagonal(products, -2)
    assert np.array_equal(np.sort(found), np.sort(np.argsort(-products)[:, :5]))


def test_the_map_keeps_similar_vectors_near_and_is_reproducible() -> None:
    vectors = topics(600, count=6)
    places = draw_map(vectors)
    apart = np.linalg.norm(places[:, :, np.newaxis] - places[:, np.newaxis], axis=0)
    np.fill_diagonal(apart, np.inf)
    assert (apart.argmin(axis=1) % 6 == np.arange(600) % 6).mean() > 0.98
    assert np.array_equal(places, draw_map(vectors))
    assert (places.min(), places.max()) == (0, 1)


def test_the_map_moves_rows_as_umap_does() -> None:
    """Neighbours attract by 2d / (1 + d²), others repel by 2d / (0.01 + d²)(1 + d²), at most 4."""
    neighbours = np.array([[1, 2], [0, 3], [3, 0], [1, 2]])
    edges = _edges(neighbours)
    assert edges.tolist() == [[0, 0, 1, 2], [1, 2, 3, 3]]
    # The rows are at (0, 0), (1, 0), (0, 2) and (1, 2).
    places = np.array([[0, 1, 0, 1], [0, 0, 2, 2]], np.float32)
    assert _pull(places, edges).tolist() == [
        pytest.approx([1, -1, 1, -1]),
        pytest.approx([0.8, 0.8, -0.8, -0.8]),
    ]
    far = np.array([[0, 100], [0, 0]], np.float32)
    assert _pull(far, np.array([[0], [1]]))[0].tolist() == pytest.approx(
        [200 / 10_001, -200 / 10_001]
    )
    others = np.array([[1, 0, 3, 3], [2, 1, 2, 0]])
    near, second = 2 / (1.01 * 2), 4 / (4.01 * 5)
    diagonal = 2 / (5.01 * 6)
    assert _push(places, others).tolist() == [
        pytest.approx([-near, near, -near, diagonal]),
        pytest.approx([-second, 0, 0, 2 * diagonal]),
    ]
    assert _push(np.array([[0, 0.1]] * 2, np.float32), np.array([[1, 0]])).tolist() == [[-4, 4]] * 2


def test_each_step_of_the_layout_is_smaller_than_the_last(monkeypatch: pytest.MonkeyPatch) -> None:
    """It begins with an even extent; rows are pushed by five others, and pulled by neighbours."""
    places = np.array([[0, 1, 0, 3], [0, 0, 20, 30]], np.float32)
    edges = np.array([[0, 0, 0, 1], [1, 2, 3, 2]])
    random = np.random.default_rng(0)
    expected = places * (10 / places.std(axis=1, keepdims=True))
    expected += random.normal(scale=0.01, size=(2, 4))
    for speed in (2.0, 1.0):
        push = _push(expected, random.integers(0, 4, (5, 4)))
        move = speed * (push + _pull(expected, edges) / [3, 2, 2, 1])
        expected += np.clip(move, -2, 2).astype(np.float32)
    monkeypatch.setattr("twelvelabs_embed.report.layout._STEPS", 2)
    assert _settled(places, edges) == pytest.approx(expected, abs=1e-4)


def test_the_places_of_a_map_are_half_way_to_an_even_spacing() -> None:
    places = np.array([[0, 10, 1, 1], [5, 5, 5, 5]], np.float32)
    assert _evened(places).tolist() == [
        pytest.approx([0, 1, (0.1 + 1 / 3) / 2, (0.1 + 2 / 3) / 2]),
        pytest.approx([0, 1 / 6, 1 / 3, 1 / 2]),
    ]
    assert _evened(places[:, :1]).tolist() == [[0], [0]]


def test_the_first_two_principal_components_place_few_rows() -> None:
    vectors = np.diag([5, 3, 1]).astype(np.float32)
    components = _principal_components(vectors)
    centred = vectors - vectors.mean(axis=0)
    assert components @ components.T == pytest.approx(centred @ centred.T, abs=1e-5)
    assert np.argsort(-np.abs(components).max(axis=0)).tolist() == [0, 1, 2]
    assert _principal_components(random_vectors(4, 60)).shape == (4, 50)
    assert np.abs(np.diff(_evened(components.T[:2]) - draw_map(vectors))) == pytest.approx(0)


def dataset_of(tmp_path: Path, **items: Array) -> ReportDataset:
    parts = [as_item(id, vectors) for id, vectors in items.items()]
    return load([write_parts(tmp_path / "vectors", parts)], 10_000)


def test_a_copy_comes_before_partly_similar_items(tmp_path: Path) -> None:
    film, other = random_vectors(6, 64), random_vectors(6, 64, seed=1)
    silent = np.vstack([other[:4], film[:2]])
    noisy = film + np.random.default_rng(0).normal(scale=0.02, size=film.shape)
    dataset = dataset_of(tmp_path, film=film, other=other, silent=silent, copy=noisy)
    pairs = find_duplicates(dataset, 0.95, 10)
    named = [{dataset.ids[dataset.item[row]] for row in (one.first, one.second)} for one in pairs]
    assert named == [{"film", "copy"}, {"other", "silent"}, {"film", "silent"}, {"silent", "copy"}]
    assert [(pair.similar, pair.of) for pair in pairs] == [(6, 6), (4, 6), (2, 6), (2, 6)]
    assert pairs[1].score == pytest.approx(1)


def test_no_score_is_above_one(tmp_path: Path) -> None:
    """Although products of equal vectors are, by rounding."""
    items = {
        f"{copy}{n}": row[np.newaxis]
        for copy in "ab"
        for n, row in enumerate(random_vectors(100, 64))
    }
    dataset = dataset_of(tmp_path, **items)
    assert (np.einsum("nd,nd->n", dataset.vectors, dataset.vectors) > 1).any()
    pairs = find_duplicates(dataset, 0.95, 1000)
    assert len(pairs) == 100
    assert max(pair.score for pair in pairs) == 1


def test_an_excerpt_of_a_video_is_wholly_similar(tmp_path: Path) -> None:
    film = random_vectors(40, 64)
    [pair] = find_duplicates(dataset_of(tmp_path, film=film, excerpt=film[7:10]), 0.95, 10)
    assert (pair.similar, pair.of) == (3, 3)


def test_only_segments_of_the_same_kind_are_compared(tmp_path: Path) -> None:
    same = random_vectors(1, 64)
    kinds = {
        "seen": [Segment("visual", "clip", 0, 6)],
        "heard": [Segment("audio", "clip", 0, 6)],
        "whole": [Segment("visual", "asset", 0, 6)],
    }
    items = [as_item(id, same, segments=segments) for id, segments in kinds.items()]
    items += [as_item("image", same, segments=[Segment()], input_type="image")]
    items += [as_item("text", same, segments=[Segment()], input_type="text")]
    dataset = load([write_parts(tmp_path, items)], 100)
    assert find_duplicates(dataset, 0.95, 10) == []


def test_the_similar_rows_of_near_duplicates_take_bounded_memory(tmp_path: Path) -> None:
    count = 3_000
    same = unit(random_vectors(1, 8) + random_vectors(count, 8) * 1e-4)
    items = [as_item(f"{place}", same[place : place + 1]) for place in range(count)]
    dataset = load([write_parts(tmp_path, items)], 10_000)
    tracemalloc.start()
    assert len(find_duplicates(dataset, 0.95, 7)) == 7
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak_bytes < 8 * count * count / 4  # a quarter of an index for each pair


def test_many_duplicates_take_no_more_than_a_bounded_time_and_list(tmp_path: Path) -> None:
    same = np.repeat(random_vectors(1, 64), 2_000, axis=0)
    items = [as_item(f"{place}", same[:1]) for place in range(2_000)]
    pairs = find_duplicates(load([write_parts(tmp_path, items)], 10_000), 0.95, 7)
    assert len(pairs) == 7
