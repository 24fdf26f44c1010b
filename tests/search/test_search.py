"""Search over parts finds exactly what comparing everything with everything finds."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow
import pytest
from twelvelabs_embed import (
    Embeddings,
    Image,
    InvalidInputError,
    ModelMismatchError,
    Segment,
    TextImage,
    TwelveLabs,
    Video,
)
from twelvelabs_embed.bulk.part_files import part_paths
from twelvelabs_embed.search.dataset import Hit
from twelvelabs_embed.search.exact import describe, search
from twelvelabs_embed.search.index import Index
from twelvelabs_embed.search.rows import as_array
from twelvelabs_embed_emulator import Emulator, samples

from tests.search.part_files import Array, as_item, random_vectors, write_parts


@pytest.fixture
def client() -> TwelveLabs:
    """A client that never gets to send anything."""
    return TwelveLabs("any", base_url="http://127.0.0.1:9")


def cosines(vectors: Array, query: Array) -> np.ndarray:
    rows, one = vectors.astype(np.float64), query.astype(np.float64)
    return rows @ one / np.linalg.norm(rows, axis=1) / np.linalg.norm(one)


def test_the_nearest_of_all_parts_are_found(tmp_path: Path) -> None:
    vectors = random_vectors(9_000)
    parts = [
        [
            as_item(f"{number}-{row}", vectors[row : row + 10])
            for row in range(first, first + 3000, 10)
        ]
        for number, first in enumerate((0, 3000, 6000))
    ]
    folder = write_parts(tmp_path, *parts)
    query = random_vectors(1, seed=1)[0]
    found = search(folder, query, top=25)
    wanted = cosines(vectors, query)
    nearest = np.argsort(-wanted)[:25]
    assert [hit.score for hit in found] == pytest.approx(wanted[nearest])
    assert [hit.id for hit in found] == [f"{row // 3000}-{row // 10 * 10}" for row in nearest]
    assert [hit.segment.start_sec for hit in found] == [6.0 * (row % 10) for row in nearest]


def test_fields_of_a_hit(tmp_path: Path) -> None:
    segment = Segment("audio", "asset", 1.5, 7.25)
    item = as_item("talk.wav", [[3, 4]], segments=[segment], input_type="audio")
    folder = write_parts(tmp_path, [item])
    assert search(folder, np.array([6.0, 8.0])) == [Hit("talk.wav", 1.0, "audio", segment)]


def test_texts_and_images_have_no_segment(tmp_path: Path) -> None:
    item = as_item("hello", [[1, 0]], segments=[Segment()], input_type="text")
    [hit] = search(write_parts(tmp_path, [item]), np.array([0.0, 1.0]))
    assert (hit.score, hit.segment) == (0.0, Segment())


def test_a_page_is_found_among_parts_without_pages(tmp_path: Path) -> None:
    segment = Segment("visual", "page", start_page=2, end_page=2, quadrant="top_left")
    paper = as_item("paper.pdf", [[1, 0]], segments=[segment], input_type="document")
    folder = write_parts(tmp_path, [as_item("film", [[0, 1]])], [paper])
    found = search(folder, np.array([1.0, 0.5]))
    assert [hit.segment for hit in found] == [segment, Segment("visual", "clip", 0, 6)]


def test_the_first_of_equally_near_segments_comes_first(tmp_path: Path) -> None:
    # Lengths of products of matrices that are no multiple of anything, so that the same row lies
    # in places that BLAS treats differently.
    same = random_vectors(1, dimensions=33)
    rows = np.repeat(same, 5_001, axis=0)
    folder = write_parts(
        tmp_path,
        [as_item("first", rows), as_item("second", rows)],
        [as_item("third", rows)],
    )
    found = search(folder, random_vectors(1, dimensions=33, seed=3)[0], top=5_003)
    assert len({hit.score for hit in found}) == 1
    assert [hit.id for hit in found] == ["first"] * 5001 + ["second"] * 2
    assert [hit.segment.start_sec for hit in found[:3]] == [0, 6, 12]


@pytest.mark.parametrize("scale", [1e-30, 1e-22, 1.0, 1e18, 1e38])
def test_vectors_of_any_length_are_normalized(tmp_path: Path, scale: float) -> None:
    rows = np.array([[1, 0], [1, 1], [0, 0], [-1, 0]]) * scale
    folder = write_parts(tmp_path, [as_item("film", rows)])
    found = search(folder, np.array([1.0, 0.0]) * scale)
    assert [hit.score for hit in found] == pytest.approx([1, 2**-0.5, 0, -1], abs=1e-6)


@pytest.mark.parametrize("length", [1e-200, 1e200])
def test_a_query_may_have_any_length(tmp_path: Path, length: float) -> None:
    folder = write_parts(tmp_path, [as_item("film", [[1, 0], [1, 1]])])
    found = search(folder, np.array([length, 0.0]))
    assert [hit.score for hit in found] == pytest.approx([1, 2**-0.5])


def test_fewer_hits_when_there_are_fewer_rows(tmp_path: Path) -> None:
    folder = write_parts(tmp_path, [as_item("film", random_vectors(3))])
    assert len(search(folder, random_vectors(1)[0])) == 3


# -------------------------------------------------------------------------------- choosing rows


SEGMENTS = [
    Segment("visual", "clip", 0, 6),
    Segment("audio", "clip", 0, 6),
    Segment("visual", "asset", 0, 6),
    Segment("audio", "asset", 0, 6),
]


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    vectors = random_vectors(4)
    return write_parts(
        tmp_path / "mixed",
        [as_item("film", vectors, segments=SEGMENTS)],
        [as_item("words", random_vectors(1), segments=[Segment()], input_type="text")],
    )


def test_filters_by_option_scope_and_type(mixed: Path) -> None:
    query = random_vectors(1, seed=5)[0]
    found = search(mixed, query, option="visual")
    assert {hit.segment for hit in found} == {SEGMENTS[0], SEGMENTS[2]}
    found = search(mixed, query, option=["visual", "audio"], scope="asset")
    assert {hit.segment for hit in found} == {SEGMENTS[2], SEGMENTS[3]}
    assert [hit.id for hit in search(mixed, query, input_type="text")] == ["words"]
    assert search(mixed, query, option="visual", input_type="text") == []


def test_all_absent_filter_values_are_rejected_together(mixed: Path) -> None:
    with pytest.raises(InvalidInputError) as caught:
        search(mixed, random_vectors(1)[0], option=["visul", "audio"], scope="page")
    option, scope = caught.value.violations
    assert (option.field, option.value) == ("option", "no segment has 'visul'")
    assert option.allowed == "there is audio, visual"
    assert str(option.hint) == "Did you mean visual?"
    assert (scope.field, scope.allowed) == ("scope", "there is asset, clip")


def test_describe(mixed: Path) -> None:
    contents = describe(mixed)
    assert (contents.rows, contents.dimensions, contents.model) == (5, 16, "marengo3.0")
    assert contents.input_types == ("text", "video")
    assert contents.options == ("audio", "visual")
    assert contents.scopes == ("asset", "clip")


# ------------------------------------------------------------------------------- where it searches


def test_one_part_or_some_can_be_searched(tmp_path: Path) -> None:
    write_parts(tmp_path, *([as_item(name, random_vectors(1))] for name in "abc"))
    query = random_vectors(1)[0]
    paths = part_paths(tmp_path)
    assert [hit.id for hit in search(paths[1], query)] == ["b"]
    assert [hit.id for hit in search([str(path) for path in paths[:2]], query)] == ["a", "b"]


@pytest.mark.parametrize("name", ["empty", "missing"])
def test_a_folder_without_parts_is_rejected(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(InvalidInputError, match=rf"{name}.*Give the folder that a run wrote"):
        search(tmp_path / name, random_vectors(1)[0])


def test_other_parquet_files_are_rejected(tmp_path: Path) -> None:
    _, embeddings = as_item("film", random_vectors(2))
    embeddings.to_parquet(tmp_path / "film.parquet")
    with pytest.raises(InvalidInputError, match=r"film\.parquet' is not a part"):
        search(tmp_path / "film.parquet", random_vectors(1)[0])


def test_empty_parts_give_no_hits_and_nothing_is_sent(tmp_path: Path, client: TwelveLabs) -> None:
    folder = write_parts(tmp_path, [as_item("film", np.zeros((0, 16)), segments=[])])
    assert search(folder, "a dog", client=client) == []
    assert describe(folder).model is None


# ---------------------------------------------------------------------------------------- refusing


def test_folders_of_runs_without_items_are_skipped(tmp_path: Path) -> None:
    """Such as those of some of many shards."""
    full = write_parts(tmp_path / "full", [as_item("film", random_vectors(2))])
    for name in ("empty", "other"):
        (tmp_path / name).mkdir()
    (tmp_path / "empty" / "run.json").write_text("{}")
    query = random_vectors(1)[0]
    assert search([tmp_path / "empty", full, full], query) == search(full, query)
    with pytest.raises(InvalidInputError, match="other' contains no vectors"):
        search([tmp_path / "other", full], query)
    with pytest.raises(InvalidInputError, match="empty' contains no vectors"):
        search([tmp_path / "empty"], query)
    with pytest.raises(InvalidInputError, match=r"part-00000\.parquet' is no folder"):
        search([full, *part_paths(full)], query)
    with pytest.raises(InvalidInputError, match=r"'gone\.parquet' does not exist"):
        search(["gone.parquet", *part_paths(full)], query)


def test_a_query_of_another_model_or_dimensions_is_rejected(tmp_path: Path) -> None:
    folder = write_parts(tmp_path, [as_item("film", random_vectors(2))])
    _, other = as_item("query", random_vectors(1), segments=[Segment()], model="marengo3.5")
    with pytest.raises(ModelMismatchError, match=r"marengo3\.5.* are of marengo3\.0"):
        search(folder, other)
    with pytest.raises(ModelMismatchError, match=r"the query has 8 dimensions.* have 16"):
        search(folder, np.ones(8))


def test_parts_of_different_models_or_dimensions_are_rejected(tmp_path: Path) -> None:
    film, other = as_item("a", random_vectors(1)), as_item("b", random_vectors(1), model="new")
    short = as_item("c", random_vectors(1, dimensions=8))
    with pytest.raises(ModelMismatchError, match=r"marengo3\.0 and new"):
        search(write_parts(tmp_path / "models", [film], [other]), np.ones(16))
    with pytest.raises(ModelMismatchError, match=r"part-00000\.parquet \(16\) and part-00001"):
        search(write_parts(tmp_path / "lengths", [film], [short]), np.ones(16))


@pytest.mark.parametrize(
    ("query", "error", "says"),
    [
        ("a dog", TypeError, "pass client=TwelveLabs"),
        (np.ones((1, 16)), ValueError, r"one vector, not an array of the shape \(1, 16\)"),
        (np.full(16, np.nan), ValueError, "finite"),
        (as_item("two", random_vectors(2))[1], ValueError, "one vector"),
    ],
)
def test_invalid_queries_are_rejected(
    tmp_path: Path, query: object, error: type[Exception], says: str
) -> None:
    folder = write_parts(tmp_path, [as_item("film", random_vectors(2))])
    with pytest.raises(error, match=says):
        search(folder, query)  # type: ignore[arg-type]


def test_top_is_at_least_one(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="top must be at least 1, not 0"):
        search(tmp_path, np.ones(2), top=0)


@pytest.mark.parametrize("best", [0, 25, 49])
def test_every_batch_of_a_part_is_searched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, best: int
) -> None:
    """Also those after a batch that has as many hits as are wanted."""
    monkeypatch.setattr("twelvelabs_embed.search.shards._BLOCK_ROWS", 10)
    vectors = random_vectors(50)
    folder = write_parts(tmp_path, [as_item("film", vectors)])
    (hit,) = search(folder, vectors[best], top=1)
    assert hit.segment.start_sec == 6.0 * best


# ---------------------------------------------------------------------------- with a real service


def test_a_query_is_embedded_with_the_model_of_the_parts(tmp_path: Path) -> None:
    samples.video(tmp_path / "film.mkv", fps=6)
    samples.image(tmp_path / "beach.jpg")
    with Emulator() as emulator, TwelveLabs("any", base_url=emulator.base_url) as client:
        film = client.embed(Video(tmp_path / "film.mkv"))
        folder = write_parts(tmp_path / "out", [("film.mkv", film)])
        said = search(folder, "a man walking his dog", client=client, option="transcription")
        seen = search(folder, Image(tmp_path / "beach.jpg"), client=client, option="visual")
        both = search(folder, TextImage("a dog", tmp_path / "beach.jpg"), client=client, top=1)
    assert said[0].segment.start_sec == 0
    assert (seen[0].segment.start_sec, seen[0].segment.scope) == (0, "clip")
    assert len(both) == 1


def test_a_query_of_vectors_of_a_newer_model_is_embedded_with_that(tmp_path: Path) -> None:
    with Emulator() as emulator, TwelveLabs("any", base_url=emulator.base_url) as client:
        words = client.embed("a man walking his dog", model="marengo3.5")
        folder = write_parts(tmp_path, [("words", words)])
        (hit,) = search(folder, "a man walking his dog", client=client)
    assert hit.score == pytest.approx(1, abs=1e-5)


# ---------------------------------------------------------------------------------------- LanceDB


def test_a_lancedb_table_gives_the_same_hits(mixed: Path) -> None:
    """As the sink of a run writes it."""
    import lancedb
    from pyarrow import parquet
    from twelvelabs_embed.bulk.sinks.lancedb import LanceDBSink

    database = mixed.parent / "database"
    sink = LanceDBSink(database, "films")
    for path in part_paths(mixed):
        sink.write(parquet.read_table(path))
    query = random_vectors(1, seed=9)[0]
    for where in (database, database / "films.lance"):
        assert describe(where) == describe(mixed)
        for choice in ({}, {"option": "visual"}, {"scope": ["clip", "asset"], "top": 2}):
            assert search(where, query, **choice) == search(mixed, query, **choice)
    LanceDBSink(database, "other").write(parquet.read_table(part_paths(mixed)[0]))
    with pytest.raises(InvalidInputError, match="one table is searched"):
        search(database, query)
    with pytest.raises(InvalidInputError, match="does not exist"):
        search(database / "missing.lance", query)
    films = database / "films.lance"
    lancedb.connect(database).open_table("films").drop_columns(["scope"])
    with pytest.raises(InvalidInputError) as raised:
        search(films, query)
    assert raised.value.violations[0].value == f"{str(films)!r} has no column scope"


@pytest.mark.parametrize("values", [[], [3, 4]])
def test_a_column_without_rows_has_its_type(values: list[int]) -> None:
    found = as_array(pyarrow.array(values, "int32"), np.int32)
    assert (found.tolist(), found.dtype) == (values, np.int32)


def test_an_open_lancedb_table_is_followed_and_its_column_of_vectors_is_known(
    tmp_path: Path,
) -> None:
    """Also where another program has added a column of other vectors."""
    import lancedb
    from pyarrow import parquet
    from twelvelabs_embed.bulk.sinks.lancedb import LanceDBSink

    vectors = random_vectors(3)
    folder = write_parts(
        tmp_path, *([as_item(name, [one])] for name, one in zip("ab", vectors[:2], strict=True))
    )
    first, second = map(parquet.read_table, part_paths(folder))
    LanceDBSink(tmp_path / "database", "films").write(first)
    database = lancedb.connect(tmp_path / "database")
    with Index(tmp_path / "database") as index:
        assert [hit.id for hit in index.search(vectors[2])] == ["a"]
        LanceDBSink(tmp_path / "database", "films").write(second)
        assert {hit.id for hit in index.search(vectors[2])} == {"a", "b"}
        database.open_table("films").add_columns({"other": "vector"})
        assert len(index.search(vectors[2])) == 2
        assert index.info.rows == 2


def test_the_model_of_a_query_is_compared_before_its_dimensions(tmp_path: Path) -> None:
    folder = write_parts(tmp_path, [as_item("film", random_vectors(2))])
    query = Embeddings(np.ones((1, 8), np.float32), [Segment()], model="new", input_type="text")
    with pytest.raises(ModelMismatchError, match="model new"):
        search(folder, query)


# --------------------------------------------------------------------------------------- memory


@pytest.mark.slow
def test_parts_are_not_loaded_as_a_whole(tmp_path: Path) -> None:
    """120 MB of vectors, in parts of 60 MB, as a run writes them."""
    halves = [[as_item(f"{seed}", random_vectors(30_000, 512, seed=seed))] for seed in range(2)]
    folder = write_parts(tmp_path, *halves)
    code = (
        "import sys, numpy, pyarrow; from twelvelabs_embed.search.exact import search;"
        "search(sys.argv[1], numpy.ones(512)); print(pyarrow.default_memory_pool().max_memory())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, folder], capture_output=True, text=True, check=True
    )
    assert int(done.stdout) < 60 << 20


def test_a_part_that_another_program_wrote_is_found_among_ours(tmp_path: Path) -> None:
    """It may have other types for the same: large strings, nullable columns, narrow numbers."""
    import pyarrow as pa
    from pyarrow import parquet

    vectors = random_vectors(2)
    write_parts(tmp_path, [as_item("ours", vectors[:1])], [as_item("theirs", vectors[1:])])
    path = part_paths(tmp_path)[1]
    table = parquet.read_table(path)
    for index, field in enumerate(table.schema):
        if pa.types.is_string(field.type):
            column = table.column(index).cast(pa.large_string())
            table = table.set_column(index, field.name, column)
        elif pa.types.is_float64(field.type):
            table = table.set_column(index, field.name, table.column(index).cast(pa.float32()))
    parquet.write_table(table, path)
    hits = search(tmp_path, vectors[1], top=2)
    assert [hit.id for hit in hits] == ["theirs", "ours"]
    assert hits[0].score == pytest.approx(1, abs=1e-5)
