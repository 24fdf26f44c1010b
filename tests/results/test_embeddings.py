"""`Embeddings`: validation, selection, pooling and joining, equality and copies."""

from __future__ import annotations

import copy
import pickle
import re
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from twelvelabs_embed.errors import ModelMismatchError
from twelvelabs_embed.results.embeddings import Embeddings, Segment, Usage
from twelvelabs_embed.results.vectors import NotFiniteError
from twelvelabs_embed.validation.routing import Route

from tests.results.made import (
    CLIPS,
    METADATA,
    NOTHING,
    PAGES,
    TEXT,
    USAGE,
    any_embeddings,
    assert_same,
    make,
)

# --- making one -----------------------------------------------------------------------------------


def test_vectors_share_memory_and_cannot_be_written_to() -> None:
    vectors = np.ones((1, 2), np.float32)
    embeddings = Embeddings(vectors, [Segment()], model="m", input_type="text")
    assert np.shares_memory(embeddings.vectors, vectors)
    assert vectors.flags.writeable
    with pytest.raises(ValueError, match="read-only"):
        embeddings.vectors[0, 0] = 5
    with pytest.raises(AttributeError):
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
    chunks = [Segment("text", "chunk", chunk_index=3)] * 2
    assert make([[1], [2]], chunks).pool().segments == (Segment("text", chunk_index=3),)
    assert pooled.usage == USAGE
    assert pooled.uncertainties is None


def test_concat_fills_missing_uncertainties(document: Embeddings) -> None:
    plain = make([[7, 7]], model="marengo3.5", input_type="document")
    joined = Embeddings.concat([plain, document])
    assert joined.segments == (Segment(), *PAGES)
    assert joined.usage is Embeddings.concat([document, plain]).usage is None
    assert joined.uncertainties is not None
    assert np.isnan(joined.uncertainties[0]).all()
    assert joined.uncertainties[1].tolist() == [0.5, 0.25]
    assert Embeddings.concat([document[:1], document[1:]]) == document
    assert Embeddings.concat([plain, plain]).uncertainties is None


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


@pytest.mark.parametrize("segments", [CLIPS[:2], [*CLIPS[:2], Segment()]])
def test_several_vectors_of_one_kind_suggest_an_index(segments: Any) -> None:
    with pytest.raises(ValueError, match=r"select one by its index, \[0\], or .* \.pool\(\)$"):
        _ = make([[1]] * len(segments), segments).vector
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
    assert NOTHING.select() == NOTHING


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
    assert doubles.dtype == video.__array__(np.float64, copy=True).dtype == np.float64
    changeable = np.array(video)
    changeable[0] = 7
    assert video.vectors[0].tolist() == [1, 0]


@pytest.mark.skipif(np.lib.NumpyVersion(np.__version__) < "2.0.0", reason="copy=False is new")
def test_an_array_without_a_copy_is_an_error_when_a_copy_is_needed(video: Embeddings) -> None:
    assert np.shares_memory(np.asarray(video, copy=False), video.vectors)
    with pytest.raises(ValueError, match="copy"):
        np.asarray(video, dtype=np.float64, copy=False)


# --- pooling and joining --------------------------------------------------------------------------


def test_pool(video: Embeddings) -> None:
    clips = video.select(option="visual", scope="clip")
    assert clips.pool().vector.tolist() == [0.5, 1]
    assert clips.pool("max").vector.tolist() == [1, 2]
    assert clips.pool("mean_by_duration").vector.tolist() == pytest.approx([0.4, 1.2])
    backwards = make([[1], [3]], [Segment(None, None, 0, 2), Segment(None, None, 9, 8)])
    assert backwards.pool("mean_by_duration").vector.tolist() == [1]
    assert clips.pool().segments == (Segment("visual", None, 0.0, 10.0),)
    assert video.pool().segments == (Segment(None, None, 0.0, 10.0),)
    assert clips.pool().vectors.dtype == np.float32
    assert (clips.pool().model, clips.pool().metadata) == ("marengo3.0", METADATA)
    assert make([[1], [3]]).pool() == make([[2]])


def test_pool_of_large_numbers() -> None:
    assert make([[3e38], [3e38]]).pool().vector.tolist() == [np.float32(3e38)]


def test_the_first_number_that_is_not_finite_is_named() -> None:
    with pytest.raises(NotFiniteError) as raised:
        make([[1, 2, 3], [4, 5, np.nan], [np.inf, 7, 8]])
    assert (raised.value.row, raised.value.column) == (1, 2)


def test_invalid_pooling_is_rejected(video: Embeddings) -> None:
    with pytest.raises(ValueError, match="no embeddings to pool"):
        NOTHING.pool()
    with pytest.raises(ValueError, match="one of mean, mean_by_duration, max, not 'median'"):
        video.pool("median")  # type: ignore[arg-type]
    for segment in (Segment(), Segment(start_sec=1), Segment(end_sec=1)):
        with pytest.raises(ValueError, match="no start or end"):
            make([[1]], [segment]).pool("mean_by_duration")
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


@given(any_embeddings())
def test_pickle_round_trip(embeddings: Embeddings) -> None:
    again = pickle.loads(pickle.dumps(embeddings))
    assert_same(embeddings, again)
    assert again.route == embeddings.route


def test_the_route_stays_with_a_selection_and_not_with_what_is_joined() -> None:
    route = Route("task", "it is long", "asset", asset_id="a1", task_id="t1")
    film = make([[1], [2]], CLIPS[:2], route=route)
    for one in (film[:1], film[0], film[[1]], film.select(scope="clip"), film.pool()):
        assert one.route == route
    assert Embeddings.concat([film, film]).route is None


def test_metadata_and_usage_are_copies() -> None:
    metadata, tokens = dict(METADATA), {"video": 5}
    film = make([[1]], metadata=metadata, usage=Usage(tokens))
    metadata["duration"], tokens["video"] = 1.0, 1
    assert film.metadata == METADATA
    assert film.usage == Usage({"video": 5})


def test_the_route_is_pickled() -> None:
    route = Route("task", "it is long", "asset", asset_id="a1", task_id="t1")
    vectors = np.ones((1, 2), np.float32)
    one = Embeddings(vectors, [Segment()], model="m", input_type="video", route=route)
    for again in (pickle.loads(pickle.dumps(one)), copy.copy(one), copy.deepcopy(one)):
        assert again.route == route


def test_copies(video: Embeddings) -> None:
    assert_same(video, copy.copy(video))
    deep = copy.deepcopy(video)
    assert_same(video, deep)
    assert not np.shares_memory(deep.vectors, video.vectors)


# --- being a value --------------------------------------------------------------------------------


def test_equality(video: Embeddings) -> None:
    equal = {"rows": video.vectors, "segments": CLIPS, "metadata": METADATA}
    assert video == make(**equal)
    for change in (
        {"rows": np.nextafter(video.vectors, np.float32(9))},
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
