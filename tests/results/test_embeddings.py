"""`Embeddings`: selection, similarity, pooling, export and import."""

from __future__ import annotations

import copy
import io
import os
import pickle
import re
import subprocess
import sys
from base64 import b64decode
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from attrs.exceptions import FrozenInstanceError
from hypothesis import given, strategies as st
from hypothesis.extra import numpy as st_numpy
from PIL import Image
from twelvelabs_embed.errors import (
    InvalidInputError,
    MissingDependencyError,
    ModelMismatchError,
    TwelveLabsError,
)
from twelvelabs_embed.results.embeddings import Embeddings, Match, Segment, Usage
from twelvelabs_embed.validation.routing import Route

pa = pytest.importorskip("pyarrow")
parquet = pytest.importorskip("pyarrow.parquet")
pytest.importorskip("pandas")

CLIPS = (
    Segment("visual", "clip", 0.0, 4.0),
    Segment("visual", "clip", 4.0, 10.0),
    Segment("audio", "clip", 0.0, 4.0),
    Segment("visual", "asset", 0.0, 10.0),
)
METADATA = {"input_type": "video", "input_filename": "dog.mp4", "duration": 10.0}


def make(rows: Any, segments: Any = None, **about: Any) -> Embeddings:
    vectors = np.array(rows, dtype=np.float32)
    about = {"model": "marengo3.0", "input_type": "video"} | about
    return Embeddings(vectors, segments or [Segment()] * len(vectors), **about)


@pytest.fixture
def video() -> Embeddings:
    return make([[1, 0], [0, 2], [3, 3], [-1, 0]], CLIPS, metadata=METADATA)


PAGES = (
    Segment("visual", "page", start_page=1, end_page=1),
    Segment("visual", "page", start_page=3, end_page=3, quadrant="top_left"),
    Segment("visual", "asset", start_page=1, end_page=3),
)
USAGE = Usage({"document": 512}, truncated=True, truncation_reason="model_context_window")


@pytest.fixture
def document() -> Embeddings:
    unsure = np.array([[0.5, 0.25], [0.125, 1], [np.nan, np.nan]], np.float32)
    return make(
        [[1, 0], [0, 2], [3, 3]],
        PAGES,
        model="marengo3.5",
        input_type="document",
        usage=USAGE,
        uncertainties=unsure,
    )


TEXT = make([[2, 1]], input_type="text")
NOTHING = make(np.empty((0, 0)))

finite = st.floats(width=32, allow_nan=False, allow_infinity=False)


def arrays(dimensions: int = 3, min_rows: int = 0) -> st.SearchStrategy[npt.NDArray[np.float32]]:
    shapes = st.tuples(st.integers(min_rows, 4), st.just(dimensions))
    return st_numpy.arrays(np.float32, shapes, elements=finite)


# --- making one -----------------------------------------------------------------------------------


def test_vectors_share_memory_and_cannot_be_written_to() -> None:
    vectors = np.ones((1, 2), np.float32)
    embeddings = Embeddings(vectors, [Segment()], model="m", input_type="text")
    assert np.shares_memory(embeddings.vectors, vectors)
    assert vectors.flags.writeable
    with pytest.raises(ValueError, match="read-only"):
        embeddings.vectors[0, 0] = 5
    with pytest.raises(FrozenInstanceError):
        embeddings.model = "other"  # type: ignore[misc]


def test_vectors_become_contiguous() -> None:
    columns = np.asfortranarray(np.arange(6, dtype=np.float32).reshape(2, 3))
    embeddings = make([[0] * 3] * 2).concat([make(columns)])
    assert embeddings.vectors.flags.c_contiguous
    embeddings = Embeddings(columns, [Segment()] * 2, model="m", input_type="text")
    assert embeddings.vectors.flags.c_contiguous
    assert embeddings.vectors.tolist() == columns.tolist()


@pytest.mark.parametrize(
    ("vectors", "error", "message"),
    [
        (np.ones((1, 2)), TypeError, "vectors must be a numpy array of float32, not float64"),
        ([[1.0]], TypeError, "vectors must be a numpy array of float32, not list"),
        (np.ones(2, np.float32), ValueError, r"vectors must have the shape (N, D), not (2,)"),
        (np.ones((1, 0), np.float32), ValueError, "vectors must have at least one number"),
        (np.ones((2, 2), np.float32), ValueError, "2 vectors, but 1 segments"),
        (np.array([[1, np.nan]], np.float32), ValueError, "vectors must be finite numbers"),
        (np.array([[-np.inf, 1]], np.float32), ValueError, "vectors must be finite numbers"),
    ],
)
def test_invalid_vectors_are_rejected(vectors: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=f"^{re.escape(message)}$"):
        Embeddings(vectors, [Segment()], model="m", input_type="text")


@pytest.mark.parametrize(
    ("uncertainties", "error", "message"),
    [
        (np.ones((1, 2)), TypeError, "uncertainties must be a numpy array of float32, not float64"),
        (
            np.ones((2, 1), np.float32),
            ValueError,
            "uncertainties must have the shape of the vectors, (1, 2), not (2, 1)",
        ),
        (
            np.array([[1, np.inf]], np.float32),
            ValueError,
            "uncertainties must be finite numbers, or NaN where there are none",
        ),
    ],
)
def test_invalid_uncertainties_are_rejected(
    uncertainties: Any, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=f"^{re.escape(message)}$"):
        make([[1, 2]], uncertainties=uncertainties)


def test_repr_shows_document_fields_only_for_documents() -> None:
    assert repr(CLIPS[0]) == ("Segment(option='visual', scope='clip', start_sec=0.0, end_sec=4.0)")
    assert repr(Segment("text", "chunk", chunk_index=0)) == (
        "Segment(option='text', scope='chunk', start_sec=None, end_sec=None, chunk_index=0)"
    )
    for segment in (*CLIPS, *PAGES):
        assert eval(repr(segment)) == segment


# --- documents, usage and uncertainties -----------------------------------------------------------


def test_selection_keeps_segments_and_uncertainties(document: Embeddings) -> None:
    for some in (document.select(scope="page"), document[:2], document[[0, 1]]):
        assert some.segments == PAGES[:2]
        assert some.usage == USAGE
        assert some.uncertainties is not None
        assert some.uncertainties.tolist() == [[0.5, 0.25], [0.125, 1]]
        with pytest.raises(ValueError, match="read-only"):
            some.uncertainties[0, 0] = 1


def test_pooled_pages_have_a_page_range(document: Embeddings) -> None:
    pooled = document[:2].pool()
    assert pooled.segments == (Segment("visual", start_page=1, end_page=3),)
    assert document[1:2].pool().segments[0].quadrant == "top_left"
    assert pooled.usage == USAGE
    assert pooled.uncertainties is None


def test_concat_fills_missing_uncertainties(document: Embeddings) -> None:
    plain = make([[7, 7]], model="marengo3.5", input_type="document")
    joined = Embeddings.concat([plain, document])
    assert joined.segments == (Segment(), *PAGES)
    assert joined.usage is None
    assert joined.uncertainties is not None
    assert np.isnan(joined.uncertainties[0]).all()
    assert joined.uncertainties[1].tolist() == [0.5, 0.25]
    assert Embeddings.concat([document[:1], document[1:]]) == document
    assert Embeddings.concat([plain, plain]).uncertainties is None


def test_documents_survive_arrow_and_parquet(document: Embeddings, tmp_path: Path) -> None:
    document.to_parquet(tmp_path / "document.parquet")
    assert_same(document, Embeddings.from_parquet(tmp_path / "document.parquet"))
    assert_same(document, Embeddings.from_arrow(document.to_arrow()))
    assert_same(document, pickle.loads(pickle.dumps(document)))
    assert_same(document, copy.deepcopy(document))
    table = document.to_arrow()
    assert table.schema.names[4:] == [
        "vector", "start_page", "end_page", "quadrant", "chunk_index", "uncertainty",
    ]  # fmt: skip
    nothing = document[:0]
    assert_same(nothing, Embeddings.from_arrow(nothing.to_arrow()))


def test_documents_in_pandas(document: Embeddings) -> None:
    frame: Any = document.to_pandas()
    assert frame["start_page"].tolist() == [1, 3, 1]
    assert frame["chunk_index"].isna().all()
    assert frame["quadrant"].tolist()[1] == "top_left"
    assert frame["uncertainty"][0].tolist() == [0.5, 0.25]
    assert frame.attrs["usage"] == {
        "input_tokens": {"document": 512},
        "truncated": True,
        "truncation_reason": "model_context_window",
    }


def test_documents_in_a_notebook(document: Embeddings) -> None:
    html = document._repr_html_()
    assert "marengo3.5 · document · 512 document tokens · cut to fit" in html
    heads = re.findall(r"<th[^>]*>([^<]*)</th>", html)
    assert heads == ["", "option", "scope", "start_page", "end_page", "quadrant", "vector"]


# --- choosing -------------------------------------------------------------------------------------


def test_the_only_vector() -> None:
    assert TEXT.vector.tolist() == [2, 1]
    assert TEXT.vector.shape == (2,)


def test_several_vectors_are_an_error_that_suggests_a_selection(video: Embeddings) -> None:
    with pytest.raises(ValueError, match="not one") as raised:
        _ = video.vector
    assert str(raised.value) == (
        "there are 4 vectors, not one; options present: 'visual' (3), 'audio' (1); "
        "scopes present: 'clip' (3), 'asset' (1); "
        'select one with .select(scope="asset", option="visual")'
    )
    assert len(video.select(scope="asset", option="visual")) == 1


def test_several_vectors_of_one_kind_suggest_an_index() -> None:
    with pytest.raises(ValueError, match=r"select one by its index, \[0\], or .* \.pool\(\)$"):
        _ = make([[1], [2]], CLIPS[:2]).vector
    with pytest.raises(ValueError, match=r"^there are no vectors$"):
        _ = NOTHING.vector


def test_select(video: Embeddings) -> None:
    assert video.select(option="audio").segments == (CLIPS[2],)
    assert video.select(scope="clip").vectors.tolist() == [[1, 0], [0, 2], [3, 3]]
    assert video.select(option="visual", scope="clip").segments == CLIPS[:2]
    assert video.select(option=["audio", "visual"], scope={"asset"}).segments == (CLIPS[3],)
    assert video.select() == video
    assert video.select(scope="asset").metadata == METADATA


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        (
            {"option": "visaul"},
            "no embedding has the option 'visaul'; did you mean 'visual'? "
            "(options present: 'audio', 'visual')",
        ),
        ({"scope": "zzz"}, "no embedding has the scope 'zzz' (scopes present: 'asset', 'clip')"),
        (
            {"option": ["visual", "transcription"]},
            "no embedding has the option 'transcription' (options present: 'audio', 'visual')",
        ),
        (
            {"option": "audio", "scope": "asset"},
            "no embedding has the option 'audio' with the scope 'asset' "
            "(present: audio with clip, visual with asset, visual with clip)",
        ),
    ],
)
def test_selecting_absent_values_is_an_error(video: Embeddings, wanted: Any, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        video.select(**wanted)


def test_select_without_any_options() -> None:
    with pytest.raises(ValueError, match=r"\(options present: none\)$"):
        TEXT.select(option="visual")


@pytest.mark.parametrize(
    ("index", "rows"),
    [
        (0, [0]),
        (-1, [3]),
        (np.int64(2), [2]),
        (slice(1, 3), [1, 2]),
        (slice(None, None, -2), [3, 1]),
        ([3, 0], [3, 0]),
        ([], []),
        ([True, False, False, True], [0, 3]),
        (np.array([False, True, False, False]), [1]),
        (np.array([1, 1]), [1, 1]),
    ],
)
def test_indexing(video: Embeddings, index: Any, rows: list[int]) -> None:
    chosen = video[index]
    assert chosen.vectors.tolist() == [video.vectors[row].tolist() for row in rows]
    assert chosen.segments == tuple(video.segments[row] for row in rows)
    assert chosen.vectors.shape[1] == 2
    assert (chosen.model, chosen.input_type, chosen.metadata) == ("marengo3.0", "video", METADATA)


@pytest.mark.parametrize("index", [4, -5, [True], True, [[0]], "visual", (0, 0), None, 1.0])
def test_invalid_indexes_are_rejected(video: Embeddings, index: Any) -> None:
    with pytest.raises(IndexError):
        video[index]


def test_a_slice_shares_memory(video: Embeddings) -> None:
    assert np.shares_memory(video[1:3].vectors, video.vectors)


def test_iteration_gives_segments_with_their_vectors(video: Embeddings) -> None:
    pairs = [(segment, vector.tolist()) for segment, vector in video]
    assert pairs == list(zip(CLIPS, [[1, 0], [0, 2], [3, 3], [-1, 0]], strict=True))
    assert len(video) == 4


def test_as_an_array(video: Embeddings) -> None:
    assert np.shares_memory(np.asarray(video), video.vectors)
    assert np.asarray(video).tolist() == video.vectors.tolist()
    doubles = np.asarray(video, dtype=np.float64)
    assert doubles.dtype == np.float64
    changeable = np.array(video)
    changeable[0] = 7
    assert video.vectors[0].tolist() == [1, 0]


@pytest.mark.skipif(np.lib.NumpyVersion(np.__version__) < "2.0.0", reason="copy=False is new")
def test_an_array_without_a_copy_is_an_error_when_a_copy_is_needed(video: Embeddings) -> None:
    assert np.shares_memory(np.asarray(video, copy=False), video.vectors)
    with pytest.raises(ValueError, match="copy"):
        np.asarray(video, dtype=np.float64, copy=False)


# --- comparing ------------------------------------------------------------------------------------


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


# --- pooling and joining --------------------------------------------------------------------------


def test_pool(video: Embeddings) -> None:
    clips = video.select(option="visual", scope="clip")
    assert clips.pool().vector.tolist() == [0.5, 1]
    assert clips.pool("max").vector.tolist() == [1, 2]
    assert clips.pool("mean_by_duration").vector.tolist() == pytest.approx([0.4, 1.2])
    assert clips.pool().segments == (Segment("visual", None, 0.0, 10.0),)
    assert video.pool().segments == (Segment(None, None, 0.0, 10.0),)
    assert clips.pool().vectors.dtype == np.float32
    assert (clips.pool().model, clips.pool().metadata) == ("marengo3.0", METADATA)
    assert make([[1], [3]]).pool() == make([[2]])


def test_pool_of_large_numbers() -> None:
    assert make([[3e38], [3e38]]).pool().vector.tolist() == [np.float32(3e38)]


def test_invalid_pooling_is_rejected(video: Embeddings) -> None:
    with pytest.raises(ValueError, match="no embeddings to pool"):
        NOTHING.pool()
    with pytest.raises(ValueError, match="one of mean, mean_by_duration, max, not 'median'"):
        video.pool("median")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="no start or end"):
        TEXT.pool("mean_by_duration")
    with pytest.raises(ValueError, match="no durations"):
        make([[1]], [Segment("audio", "clip", 3.0, 3.0)]).pool("mean_by_duration")


def test_concat(video: Embeddings) -> None:
    joined = Embeddings.concat([video, NOTHING, TEXT])
    assert joined.vectors.tolist() == [*video.vectors.tolist(), [2, 1]]
    assert joined.segments == (*CLIPS, Segment())
    assert (joined.input_type, joined.metadata) == ("mixed", None)
    same = Embeddings.concat(part for part in (video, video))
    assert (len(same), same.input_type, same.metadata) == (8, "video", METADATA)
    assert Embeddings.concat([NOTHING, NOTHING]) == NOTHING


def test_concat_compares_dimensions_of_nonempty_parts(video: Embeddings) -> None:
    with pytest.raises(ModelMismatchError):
        Embeddings.concat([NOTHING, video, make([[1]])])


def test_concat_of_nothing_is_an_error() -> None:
    with pytest.raises(ValueError, match="nothing to join"):
        Embeddings.concat([])


# --- elsewhere and back ---------------------------------------------------------------------------

texts = st.none() | st.text(st.characters(codec="utf-8"), max_size=5)
times = st.none() | st.floats(allow_nan=False)
pages = st.none() | st.integers(0, 2**62)
segments = st.builds(Segment, texts, texts, times, times) | st.builds(
    Segment, texts, texts, times, times, pages, pages, texts, pages
)
usages = st.builds(
    Usage, st.dictionaries(st.text(max_size=3), st.integers(0), max_size=2), st.booleans(), texts
)
json_like = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=5,
)


@st.composite
def any_embeddings(draw: st.DrawFn) -> Embeddings:
    vectors = draw(arrays(draw(st.integers(1, 4)), min_rows=0))
    return Embeddings(
        vectors,
        [draw(segments) for _ in vectors],
        model=draw(st.text(max_size=5)),
        input_type=draw(st.text(max_size=5)),
        metadata=draw(st.none() | st.dictionaries(st.text(max_size=3), json_like, max_size=3)),
        usage=draw(st.none() | usages),
        uncertainties=draw(st.none() | st.just(np.abs(vectors))),
    )


def assert_same(one: Embeddings, other: Embeddings) -> None:
    assert one == other
    assert one.vectors.view(np.uint32).tolist() == other.vectors.view(np.uint32).tolist()
    assert not other.vectors.flags.writeable


@given(any_embeddings())
def test_arrow_round_trip(embeddings: Embeddings) -> None:
    assert_same(embeddings, Embeddings.from_arrow(embeddings.to_arrow()))


@given(any_embeddings())
def test_parquet_round_trip(
    tmp_path_factory: pytest.TempPathFactory, embeddings: Embeddings
) -> None:
    path = tmp_path_factory.getbasetemp() / "embeddings.parquet"
    embeddings.to_parquet(path)
    assert_same(embeddings, Embeddings.from_parquet(path))


@given(any_embeddings())
def test_pickle_round_trip(embeddings: Embeddings) -> None:
    again = pickle.loads(pickle.dumps(embeddings))
    assert_same(embeddings, again)
    assert again.route == embeddings.route


def test_the_route_is_pickled() -> None:
    route = Route("task", "it is long", "asset", asset_id="a1", task_id="t1")
    vectors = np.ones((1, 2), np.float32)
    one = Embeddings(vectors, [Segment()], model="m", input_type="video", route=route)
    for again in (pickle.loads(pickle.dumps(one)), copy.copy(one), copy.deepcopy(one)):
        assert again.route == route


def test_empty_embeddings_round_trip(tmp_path: Path) -> None:
    NOTHING.to_parquet(tmp_path / "nothing.parquet")
    assert Embeddings.from_parquet(str(tmp_path / "nothing.parquet")) == NOTHING


def test_copies(video: Embeddings) -> None:
    assert_same(video, copy.copy(video))
    deep = copy.deepcopy(video)
    assert_same(video, deep)
    assert not np.shares_memory(deep.vectors, video.vectors)


def test_arrow_table(video: Embeddings) -> None:
    table = video.to_arrow()
    assert table.schema.names == ["option", "scope", "start_sec", "end_sec", "vector"]
    assert table.schema.field("vector").type == pa.list_(pa.float32(), 2)
    assert table.to_pylist()[1] == {
        "option": "visual",
        "scope": "clip",
        "start_sec": 4.0,
        "end_sec": 10.0,
        "vector": [0.0, 2.0],
    }


def test_slices_of_tables_can_be_read(video: Embeddings) -> None:
    table = video.to_arrow()
    assert Embeddings.from_arrow(table.slice(1, 2)) == video[1:3]
    joined = pa.concat_tables([table, table.slice(3)])
    assert Embeddings.from_arrow(joined) == video[[0, 1, 2, 3, 3]]


def test_other_tables_are_rejected(video: Embeddings, tmp_path: Path) -> None:
    table = video.to_arrow()
    ragged = table.column("vector").cast(pa.list_(pa.float32()))
    for other in (
        table.drop_columns(["scope"]),
        table.replace_schema_metadata(None),
        table.set_column(4, "vector", ragged),
    ):
        with pytest.raises(ValueError, match=r"not made by Embeddings\.to_arrow"):
            Embeddings.from_arrow(other)
    parquet.write_table(pa.table({"a": [1]}), tmp_path / "other.parquet")
    with pytest.raises(ValueError, match=r"not made by Embeddings\.to_arrow"):
        Embeddings.from_parquet(tmp_path / "other.parquet")


def test_a_failed_write_keeps_the_existing_file(
    video: Embeddings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "clips.parquet"
    TEXT.to_parquet(path)

    def write_half(table: Any, where: Path, **options: Any) -> None:
        where.write_bytes(b"PAR1")
        raise OSError("disk full")

    monkeypatch.setattr(parquet, "write_table", write_half)
    with pytest.raises(OSError, match="disk full"):
        video.to_parquet(path)
    assert os.listdir(tmp_path) == ["clips.parquet"]
    assert Embeddings.from_parquet(path) == TEXT


def test_the_target_of_a_link_is_replaced(video: Embeddings, tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    link = tmp_path / "link.parquet"
    link.symlink_to(tmp_path / "there" / "file.parquet")
    TEXT.to_parquet(link)
    video.to_parquet(link)
    assert link.is_symlink()
    assert Embeddings.from_parquet(tmp_path / "there" / "file.parquet") == video
    assert os.listdir(tmp_path / "there") == ["file.parquet"]


def test_pandas(video: Embeddings) -> None:
    frame: Any = video.to_pandas()
    assert list(frame.columns) == ["option", "scope", "start_sec", "end_sec", "vector"]
    assert frame["end_sec"].tolist() == [4, 10, 4, 10]
    assert np.stack(frame["vector"]).tolist() == video.vectors.tolist()
    assert frame["vector"][0].dtype == np.float32
    assert frame.attrs == {"model": "marengo3.0", "input_type": "video", "metadata": METADATA}
    text: Any = TEXT.to_pandas()
    assert text["option"].tolist() == [None]
    assert text["start_sec"].dtype == np.float64
    assert NOTHING.to_pandas().empty


@pytest.mark.parametrize(
    ("module", "extra", "method"),
    [
        ("pyarrow", "arrow", "to_arrow"),
        ("pyarrow", "arrow", "to_parquet"),
        ("pyarrow", "arrow", "from_parquet"),
        ("pandas", "pandas", "to_pandas"),
    ],
)
def test_a_missing_package_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, module: str, extra: str, method: str
) -> None:
    # None in sys.modules is how Python itself marks what cannot be imported.
    monkeypatch.setitem(sys.modules, module, None)
    monkeypatch.setitem(sys.modules, f"{module}.parquet", None)
    arguments = [tmp_path / "file.parquet"] if "parquet" in method else []
    with pytest.raises(MissingDependencyError) as raised:
        getattr(TEXT, method)(*arguments)
    error = raised.value
    assert (error.package, error.extra, error.name) == (module, extra, module)
    assert str(error) == (
        f"{module} is not installed. The extra [{extra}] of twelvelabs-embed brings it; "
        'see "Install" in its README.'
    )
    again = pickle.loads(pickle.dumps(error))
    assert isinstance(again, ImportError)
    assert (str(again), again.extra, again.name) == (str(error), extra, module)


def test_import_is_light() -> None:
    heavy = "{'pyarrow', 'pandas', 'httpx', 'msgspec', 'twelvelabs_embed_api'}"
    imports = "import sys, twelvelabs_embed.results.embeddings"
    code = f"{imports}; print(sorted({heavy} & set(sys.modules)))"
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "[]"


# --- being a value --------------------------------------------------------------------------------


def test_equality(video: Embeddings) -> None:
    equal = {"rows": video.vectors, "segments": CLIPS, "metadata": METADATA}
    assert video == make(**equal)
    for change in (
        {"rows": video.vectors + 1},
        {"segments": CLIPS[::-1]},
        {"metadata": None},
        {"model": "marengo3.5"},
        {"input_type": "audio"},
        {"usage": USAGE},
        {"uncertainties": video.vectors},
    ):
        assert video != make(**(equal | change))
    assert video != "video"
    with pytest.raises(TypeError, match="unhashable"):
        hash(video)


def test_repr(video: Embeddings) -> None:
    assert repr(video) == (
        "<Embeddings 4 x 2 marengo3.0 video: 3 visual, 1 audio; 3 clip, 1 asset>"
    )
    assert repr(TEXT) == "<Embeddings 1 x 2 marengo3.0 text>"
    assert repr(NOTHING) == "<Embeddings 0 x 0 marengo3.0 video>"


# --- in a notebook --------------------------------------------------------------------------------


def pixels(html: str) -> Image.Image:
    """The heat map, read by another PNG reader."""
    data = re.search(r"data:image/png;base64,([^\"]+)", html)
    assert data
    return Image.open(io.BytesIO(b64decode(data[1])))


def test_html_has_facts_timeline_picture_and_table(video: Embeddings) -> None:
    html = video._repr_html_()
    assert "4 × 2 · marengo3.0 · video · dog.mp4" in html
    assert re.findall(r"<text [^>]*>([^<]*)</text>", html) == ["visual", "audio", "0 s", "10 s"]
    assert re.findall(r"<td[^>]*>([^<]*)</td>", html)[6:12] == [
        "1", "visual", "clip", "4", "10", "0.0000, 2.0000",
    ]  # fmt: skip


def test_timeline_is_drawn_to_scale(video: Embeddings) -> None:
    # 400 px for 10 s, after 100 px of label: blocks of 4 s and 6 s, and a line for the asset.
    html = video._repr_html_()
    assert 'd="M100 2h160v15h-160zM100 19h400v2h-400z"' in html
    assert 'd="M260 2h240v15h-240z"' in html
    first, second, *others = re.findall(r'<path [^>]*fill="(#[0-9a-f]{6})"', html)
    assert first == second
    assert first not in others  # a colour for each option


def test_heat_map_shows_similarity(video: Embeddings) -> None:
    picture = pixels(video._repr_html_())
    assert picture.size == (4, 4)
    yellow, dark = (253, 231, 37), (68, 1, 84)
    assert picture.getpixel((2, 2)) == yellow
    assert picture.getpixel((0, 3)) == dark
    assert picture.getpixel((3, 0)) == dark


def test_html_of_one_row_shows_its_numbers() -> None:
    html = TEXT._repr_html_()
    assert "its 2 numbers" in html
    assert pixels(html).size == (2, 1)
    assert "<svg" not in html
    assert "option" not in html


def test_html_of_nothing() -> None:
    html = NOTHING._repr_html_()
    assert "0 × 0" in html
    assert not re.search("<(svg|img|table)", html)


def test_html_of_zeros() -> None:
    assert pixels(make([[0, 0], [0, 0]])._repr_html_()).size == (2, 2)


def test_html_is_escaped() -> None:
    evil = "<script>alert('&')</script>"
    html = make(
        [[1], [2]],
        [Segment(evil, evil, 0.0, 1.0)] * 2,
        model=evil,
        input_type=evil,
        metadata={"input_filename": evil},
    )._repr_html_()
    assert "<script" not in html
    assert html.count("&lt;script&gt;") >= 5


def test_html_of_hours_stays_small() -> None:
    rows = 20_000
    segments = [Segment("visual", "clip", 2.0 * row, 2.0 * row + 2) for row in range(rows)]
    html = make(np.ones((rows, 2)), segments)._repr_html_()
    assert len(html) < 30_000
    assert pixels(html).size == (64, 64)
    assert re.findall(r"<td[^>]*>([^<]*)</td>", html)[-1] == "19,992 more"
    assert "64 of the 20,000 rows" in html


def test_a_tilde_in_the_path_of_a_file_is_expanded(
    document: Embeddings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    document.to_parquet("~/x.parquet")
    assert [path.name for path in tmp_path.iterdir()] == ["x.parquet"]
    assert Embeddings.from_parquet("~/x.parquet") == document
    for use in (document.to_parquet, Embeddings.from_parquet):
        with pytest.raises(InvalidInputError, match="path: it is empty"):
            use("")


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
