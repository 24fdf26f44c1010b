"""Similarity of embeddings, and the nearest ones."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from twelvelabs_embed.errors import ModelMismatchError, TwelveLabsError
from twelvelabs_embed.results.embeddings import Embeddings, Match, Segment

from tests.results.made import CLIPS, NOTHING, TEXT, arrays, make


@given(arrays(), arrays())
def test_similarity_is_the_cosine(
    rows: npt.NDArray[np.float32], others: npt.NDArray[np.float32]
) -> None:
    similarity = make(rows).similarity(make(others))
    assert similarity.dtype == np.float32
    assert similarity.shape == (len(rows), len(others))
    assert (np.abs(similarity) <= 1).all()
    exact = [[exact_cosine(row, other) for other in others] for row in rows]
    np.testing.assert_allclose(similarity, np.array(exact).reshape(similarity.shape), atol=2e-6)


def exact_cosine(one: npt.NDArray[np.float32], other: npt.NDArray[np.float32]) -> float:
    # In extended range, so that no square is lost.
    a, b = one.astype(np.longdouble), other.astype(np.longdouble)
    lengths = np.sqrt((a @ a) * (b @ b))
    return float(a @ b / lengths) if lengths else 0.0


def test_zeros_have_the_similarity_zero() -> None:
    rows = make([[0, 0], [1, 1]])
    np.testing.assert_allclose(rows.similarity(rows), [[0, 0], [0, 1]], rtol=1e-6)


def test_similarity_to_arrays(video: Embeddings) -> None:
    assert video.similarity(np.array([0.0, 9.0]))[:2].tolist() == [[0], [1]]
    assert video.similarity(np.array([[0, 9], [1, 0]]))[:2].tolist() == [[0, 1], [1, 0]]


@pytest.mark.parametrize(
    "array",
    [
        np.ones(3),
        np.ones((2, 2, 2)),
        np.array(1.0),
        np.array(["a", "b"]),
        np.array([1j, 1]),
        np.array([np.nan, 1]),
        np.array([1e300, 1]),
    ],
    ids=["length", "3-d", "0-d", "text", "complex", "nan", "too large"],
)
def test_arrays_that_cannot_be_compared(video: Embeddings, array: Any) -> None:
    with pytest.raises(ValueError, match=r"cannot be compared|must be finite"):
        video.similarity(array)
    with pytest.raises(ValueError, match=r"cannot be compared|must be finite"):
        video.best(array)


def test_a_list_is_rejected_as_query(video: Embeddings) -> None:
    with pytest.raises(TypeError, match="not list"):
        video.best([1.0, 0.0])  # type: ignore[call-overload]


@pytest.mark.parametrize(
    ("other", "names"),
    [
        (
            make([[1, 0]], model="marengo3.5"),
            "marengo3.0 (2 dimensions) and marengo3.5 (2 dimensions)",
        ),
        (make([[1]]), "marengo3.0 (2 dimensions) and marengo3.0 (1 dimensions)"),
        (
            make(np.empty((0, 2)), model="other"),
            "marengo3.0 (2 dimensions) and other (2 dimensions)",
        ),
    ],
    ids=["model", "length", "model without rows"],
)
def test_different_models_do_not_mix(video: Embeddings, other: Embeddings, names: str) -> None:
    message = f"{re.escape(names)}$"
    with pytest.raises(ModelMismatchError, match=message):
        video.similarity(other)
    with pytest.raises(ModelMismatchError, match=message):
        video.best(other)
    with pytest.raises(ModelMismatchError, match=message):
        Embeddings.concat([video, other])
    assert issubclass(ModelMismatchError, TwelveLabsError)
    assert issubclass(ModelMismatchError, ValueError)


def test_best(video: Embeddings) -> None:
    assert video.best(make([[0, 5]])) == Match(1, 1.0, CLIPS[1])
    assert video.best(np.array([0.0, 5.0])) == Match(1, 1.0, CLIPS[1])
    best = video.best(TEXT, top=3)
    assert [match.index for match in best] == [2, 0, 1]
    assert [match.segment for match in best] == [CLIPS[2], CLIPS[0], CLIPS[1]]
    assert best[0].score == pytest.approx(3 / 10**0.5)
    assert len(video.best(TEXT, top=99)) == 4
    assert video.best(TEXT, top=1) == [video.best(TEXT)]


def test_best_of_equal_scores_is_the_first() -> None:
    equal = make([[0, 1], [1, 0], [2, 0], [0, 3]])
    assert [match.index for match in equal.best(np.array([1.0, 0.0]), top=4)] == [1, 2, 0, 3]
    many = equal[[1, 0] * 100].best(np.array([1.0, 0.0]), top=100)
    assert [match.index for match in many] == list(range(0, 200, 2))


@pytest.mark.parametrize(
    ("rows", "query", "top", "message"),
    [
        (make([[1, 0]]), make([[1, 0], [0, 1]]), None, "must be one vector, not 2"),
        (make([[1, 0]]), make(np.empty((0, 2))), None, "must be one vector, not 0"),
        (NOTHING, TEXT, None, "there are no embeddings to search"),
        (make([[1, 0]]), TEXT, 0, "top must be at least 1, not 0"),
    ],
)
def test_invalid_queries_of_best_are_rejected(
    rows: Embeddings, query: Embeddings, top: Any, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        rows.best(query, top=top)


def test_vectors_are_not_copied_to_be_compared_or_pooled() -> None:
    """numpy tells tracemalloc of its memory."""
    import tracemalloc

    rows, dimensions = 40_000, 256
    vectors = np.random.default_rng(0).normal(size=(rows, dimensions)).astype(np.float32)
    segments = [Segment("visual", "clip", float(row), row + 1.5) for row in range(rows)]
    clips = Embeddings(vectors, segments, model="marengo3.0", input_type="video")
    expected = np.average(vectors.astype(np.float64), axis=0)
    tracemalloc.start()
    try:
        best = clips.best(vectors[17])
        scores = clips.similarity(vectors[17])
        tracemalloc.reset_peak()
        pooled = clips.pool("mean_by_duration")
        clips.best(vectors[17])
        _, peak_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (best.index, scores[17, 0]) == (17, pytest.approx(1))
    assert pooled.vectors[0] == pytest.approx(expected, abs=1e-6)
    assert peak_bytes < vectors.nbytes / 2


@pytest.mark.parametrize("others", [1, 3])
def test_similarity_of_vectors_of_any_length(others: int) -> None:
    """Also of those whose squares do not fit float32, in one block with others, and of zeros."""
    random = np.random.default_rng(1)
    vectors = random.normal(size=(700, 8)).astype(np.float32)
    vectors[random.integers(0, 700, 30)] *= np.float32(1e-25)
    vectors[300:310] *= np.float32(1e25)
    vectors[5] = 0
    segments = [Segment() for _ in vectors]
    rows = Embeddings(vectors, segments, model="marengo3.0", input_type="text")
    query = random.normal(size=(others, 8)).astype(np.float32)
    wide, right = vectors.astype(np.float64), query.astype(np.float64)
    lengths = np.linalg.norm(wide, axis=1, keepdims=True) * np.linalg.norm(right, axis=1)
    expected = np.divide(wide @ right.T, lengths, out=np.zeros_like(lengths), where=lengths > 0)
    assert rows.similarity(query) == pytest.approx(expected, abs=1e-6)
    best = rows.best(query[0], top=50)
    assert [one.index for one in best] == np.argsort(
        -rows.similarity(query[0])[:, 0], kind="stable"
    )[:50].tolist()
