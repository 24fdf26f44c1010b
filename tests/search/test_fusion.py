"""One question is asked of what is seen, heard and said together."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from pyarrow import parquet
from twelvelabs_embed import Fixed, InvalidInputError, Segment, TextImage, TwelveLabs, Video
from twelvelabs_embed.bulk.part_files import part_paths
from twelvelabs_embed.bulk.sinks.lancedb import LanceDBSink
from twelvelabs_embed.search import Index, search
from twelvelabs_embed.search.options import Fusion
from twelvelabs_embed_emulator import Emulator, samples

from tests.search.part_files import as_item, random_vectors, write_parts

OPTIONS = ("visual", "audio", "transcription")
SEEN, HEARD, SAID = np.eye(4)[:3]


def clip(option: str, number: int, scope: str = "clip") -> Segment:
    return Segment(option, scope, 6.0 * number, 6.0 * number + 6)


def write_film(folder: Path, id: str, clips: list[Mapping[str, list[float]]]) -> Path:
    """A film whose clips have the given vectors, by option."""
    rows = [
        (clip(option, number), vector)
        for option in OPTIONS
        for number, by_option in enumerate(clips)
        for name, vector in by_option.items()
        if name == option
    ]
    segments, vectors = zip(*rows, strict=True)
    return write_parts(folder, [as_item(id, vectors, segments=segments)])


def spans(folder: Path, query: np.ndarray, **options: object) -> list[tuple[float, float]]:
    hits = search(folder, query, **options)  # type: ignore[arg-type]
    return [(hit.segment.start_sec or 0, hit.segment.end_sec or 0) for hit in hits]


def direction(cosine: float) -> list[float]:
    """A vector with that cosine similarity to the query."""
    return [cosine, (1 - cosine * cosine) ** 0.5]


QUERY = np.array([1.0, 0.0])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three clips: one is best by sight, one by sound, and the middle one second in all."""
    return write_film(
        tmp_path / "data",
        "film",
        [
            {"visual": direction(0.9), "audio": direction(0.3)},
            {"visual": direction(0.6), "audio": direction(0.7), "transcription": direction(0.2)},
            {"visual": direction(0.1), "audio": direction(0.8), "transcription": direction(0.1)},
        ],
    )


def test_weighted_sums_take_what_is_missing_as_nothing_in_common(folder: Path) -> None:
    hits = search(folder, QUERY, fusion="weighted")
    assert [hit.segment for hit in hits] == [
        Segment(None, "clip", 6.0, 12.0),
        Segment(None, "clip", 0.0, 6.0),
        Segment(None, "clip", 12.0, 18.0),
    ]
    assert [hit.score for hit in hits] == pytest.approx([1.5 / 3, 1.2 / 3, 1.0 / 3])
    assert hits[0].scores == pytest.approx({"visual": 0.6, "audio": 0.7, "transcription": 0.2})
    assert hits[1].scores == pytest.approx({"visual": 0.9, "audio": 0.3})


def test_weights_choose_between_options(folder: Path) -> None:
    def first(**weights: float) -> float:
        return spans(folder, QUERY, fusion="weighted", weights=weights)[0][0]

    assert first(visual=1) == 0
    assert first(audio=1) == 12
    assert first(visual=1, audio=1) == 6
    assert first(visual=1, audio=0.1) == 0


def test_reciprocal_ranks(folder: Path) -> None:
    hits = search(folder, QUERY, fusion="rrf")
    # Ranks by visual, audio and transcription: 1, 3, none; 2, 2, 1; 3, 1, 2.
    assert [(hit.segment.start_sec, hit.score) for hit in hits] == [
        (6.0, pytest.approx(1 / 62 + 1 / 62 + 1 / 61)),
        (12.0, pytest.approx(1 / 63 + 1 / 61 + 1 / 62)),
        (0.0, pytest.approx(1 / 61 + 1 / 63)),
    ]
    [best, *_] = search(folder, QUERY, fusion="rrf", weights={"visual": 3, "audio": 1})
    assert (best.segment.start_sec, best.score) == (0.0, pytest.approx(3 / 61 + 1 / 63))


def test_filters_hold_before_ranks_are_counted(folder: Path) -> None:
    hits = search(folder, QUERY, fusion="rrf", start_sec=6, option=["audio", "transcription"])
    assert [(hit.segment.start_sec, hit.score) for hit in hits] == [
        (6.0, pytest.approx(1 / 62 + 1 / 61)),
        (12.0, pytest.approx(1 / 61 + 1 / 62)),
    ]
    assert set(hits[0].scores) == {"audio", "transcription"}


@pytest.mark.parametrize("seed", range(3))
def test_weighted_sums_are_those_of_computing_all(tmp_path: Path, seed: int) -> None:
    random = np.random.default_rng(seed)
    clips = {
        (film, number): {
            option: random.normal(size=8).tolist() for option in OPTIONS if random.random() < 0.8
        }
        for film in range(12)
        for number in range(30)
    }
    for film in range(12):
        write_film(tmp_path, f"film-{film}", [clips[film, number] for number in range(30)])
    query = random.normal(size=8)
    weights = {"visual": 2.0, "audio": 1.0, "transcription": 0.5}

    def score(by_option: Mapping[str, list[float]]) -> float:
        cosines = {
            option: np.dot(np.float32(vector).astype(float), query)
            / np.linalg.norm(np.float32(vector).astype(float))
            / np.linalg.norm(query)
            for option, vector in by_option.items()
        }
        return sum(weights[option] * one for option, one in cosines.items()) / 3.5

    wanted = sorted(
        ((score(by_option), film, number) for (film, number), by_option in clips.items()),
        key=lambda one: -one[0],
    )
    hits = search(tmp_path, query, fusion="weighted", weights=weights, top=40)
    assert [(hit.id, hit.segment.start_sec) for hit in hits] == [
        (f"film-{film}", 6.0 * number) for _, film, number in wanted[:40]
    ]
    assert [hit.score for hit in hits] == pytest.approx([one for one, _, _ in wanted[:40]])


def test_texts_and_images_take_part_by_their_input_type(tmp_path: Path) -> None:
    folder = write_film(tmp_path, "film", [{"visual": direction(0.5)}])
    write_parts(
        folder, [as_item("hello", [direction(0.9)], segments=[Segment()], input_type="text")]
    )
    hits = search(folder, QUERY, fusion="weighted", weights={"visual": 1, "text": 1})
    assert [(hit.id, set(hit.scores)) for hit in hits] == [
        ("hello", {"text"}),
        ("film", {"visual"}),
    ]


# --------------------------------------------------------------------------------------- moments


@pytest.fixture
def long_film(tmp_path: Path) -> Path:
    scores = [0.1, 0.8, 0.9, 0.2, 0.7, 0.1, 0.1, 0.6, 0.5, 0.1]
    return write_film(tmp_path / "long", "film", [{"visual": direction(one)} for one in scores])


def test_neighbouring_segments_are_one_moment(long_film: Path) -> None:
    hits = search(long_film, QUERY, merge_gap_sec=0, top=3)
    assert [(hit.segment.start_sec, hit.segment.end_sec, hit.merged) for hit in hits] == [
        (6.0, 18.0, 2),
        (24.0, 30.0, 1),
        (42.0, 54.0, 2),
    ]
    assert [hit.score for hit in hits] == pytest.approx([0.9, 0.7, 0.6])
    assert [hit.segment.option for hit in hits] == ["visual"] * 3


def test_a_gap_is_closed_when_it_is_short_enough(long_film: Path) -> None:
    assert spans(long_film, QUERY, merge_gap_sec=6, top=1) == [(6, 30)]
    assert spans(long_film, QUERY, merge_gap_sec=5.9, top=2) == [(6, 18), (24, 30)]


def test_a_segment_between_two_moments_joins_them(long_film: Path) -> None:
    # The fourth clip is taken after those on both sides of it.
    assert spans(long_film, QUERY, merge_gap_sec=0, top=4)[0] == (0, 60)


def test_only_segments_of_one_item_option_and_scope_are_joined(tmp_path: Path) -> None:
    for id in ("a", "b"):
        write_film(
            tmp_path,
            id,
            [
                {"visual": direction(0.9), "audio": direction(-0.1)},
                {"audio": direction(0.8), "visual": direction(0.6)},
            ],
        )
    hits = search(tmp_path, QUERY, merge_gap_sec=1)
    assert [(hit.id, hit.segment.option, hit.merged) for hit in hits] == [
        ("a", "visual", 2),
        ("b", "visual", 2),
        ("a", "audio", 2),
        ("b", "audio", 2),
    ]
    # Together, neighbours may be near the query for different reasons.
    fused = search(tmp_path, QUERY, fusion="weighted", merge_gap_sec=1)
    joined = Segment(None, "clip", 0.0, 12.0)
    assert [(hit.id, hit.merged, hit.segment) for hit in fused] == [
        ("a", 2, joined),
        ("b", 2, joined),
    ]
    assert fused[0].score == pytest.approx(0.7)
    assert fused[0].scores == pytest.approx({"visual": 0.9, "audio": 0.8})  # the best of each


def test_segments_of_one_id_and_other_input_types_are_not_joined(tmp_path: Path) -> None:
    for number, input_type in enumerate(("video", "audio")):
        segments = [clip("audio", number)]
        write_parts(tmp_path, [as_item("a", [SEEN], segments=segments, input_type=input_type)])
    assert [hit.merged for hit in search(tmp_path, SEEN, merge_gap_sec=1)] == [1, 1]


def test_times_that_differ_by_rounding_are_neighbours(tmp_path: Path) -> None:
    thirds = [Segment("visual", "clip", 0, 1 / 3), Segment("visual", "clip", 1 / 3 + 1e-9, 1)]
    folder = write_parts(tmp_path, [as_item("film", [SEEN] * 2, segments=thirds)])
    assert spans(folder, SEEN, merge_gap_sec=0) == [(0, 1)]


def test_the_best_score_of_an_option_may_be_below_zero(tmp_path: Path) -> None:
    clips = [{"visual": direction(0.9), "audio": direction(-one)} for one in (0.4, 0.2)]
    folder = write_film(tmp_path, "film", clips)
    (hit,) = search(folder, QUERY, fusion="weighted", merge_gap_sec=1)
    assert hit.scores == pytest.approx({"visual": 0.9, "audio": -0.2})


@pytest.mark.parametrize("fusion", [None, "rrf"])
def test_segments_of_other_scopes_or_without_times_are_not_joined(
    tmp_path: Path, fusion: Fusion | None
) -> None:
    segments = [clip("visual", 0), clip("visual", 1, "asset"), Segment("visual", "page"), Segment()]
    for number in range(2):
        write_parts(tmp_path, [as_item(f"{number}", [SEEN] * 4, segments=segments)])
    hits = search(tmp_path, SEEN, merge_gap_sec=100, fusion=fusion)
    assert [hit.merged for hit in hits] == [1] * 8


def test_moments_that_become_one_leave_room_for_another_of_the_item(tmp_path: Path) -> None:
    scores = [0.9, 0.7, 0.8, None, None, 0.6, None, 0.5]
    clips = [{} if one is None else {"visual": direction(one)} for one in scores]
    folder = write_film(tmp_path, "film", clips)
    both = {"merge_gap_sec": 0, "max_per_item": 2}
    assert spans(folder, QUERY, top=3, **both) == [(0, 18), (30, 36)]
    # When there are enough, none is added that would make them fewer.
    assert spans(folder, QUERY, top=2, **both) == [(0, 6), (12, 18)]


def test_ranks_are_counted_as_deep_as_ten_times_the_hits(
    long_film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_film(long_film, "other", [{"visual": direction(0.95)}] * 3)
    monkeypatch.setattr("twelvelabs_embed.search.fusion._MIN_DEPTH", 4)
    assert len(search(long_film, QUERY, fusion="rrf", top=1, max_per_item=1)) == 1
    assert len(search(long_film, QUERY, fusion="rrf", top=13)) == 13
    by_rank = search(long_film, QUERY, fusion="rrf", top=2, weights={"visual": 1})
    assert [hit.score for hit in by_rank] == pytest.approx([1 / 61, 1 / 62])


def test_the_best_of_each_item(tmp_path: Path) -> None:
    write_film(tmp_path, "a", [{"visual": direction(0.9 - 0.001 * n)} for n in range(300)])
    write_film(tmp_path, "b", [{"visual": direction(0.5)}, {"visual": direction(0.2)}])
    hits = search(tmp_path, QUERY, max_per_item=1, top=5)
    assert [(hit.id, hit.segment.start_sec) for hit in hits] == [("a", 0), ("b", 0)]
    hits = search(tmp_path, QUERY, max_per_item=2, top=3)
    assert [hit.id for hit in hits] == ["a", "a", "b"]
    [first, second] = search(tmp_path, QUERY, max_per_item=1, merge_gap_sec=0, top=2)
    assert (first.id, second.id) == ("a", "b")


# --------------------------------------------------------------------------------------- filters


def test_ids_and_times_are_filtered(tmp_path: Path) -> None:
    for id in ("2024/a", "2024/b", "2025/c", "it's"):
        write_film(tmp_path, id, [{"visual": direction(0.9 - 0.1 * n)} for n in range(4)])
    database = tmp_path / "database"
    sink = LanceDBSink(database)
    for path in part_paths(tmp_path):
        sink.write(parquet.read_table(path))

    def ids(**options: object) -> list[str]:
        hits = search(tmp_path, QUERY, top=100, **options)  # type: ignore[arg-type]
        in_database = search(database, QUERY, top=100, **options)  # type: ignore[arg-type]
        assert sorted(in_database, key=str) == sorted(hits, key=str)
        return [f"{hit.id} {hit.segment.start_sec:.0f}" for hit in hits]

    assert set(ids(id_prefix="2024/")) == {f"2024/{x} {t}" for x in "ab" for t in (0, 6, 12, 18)}
    assert set(ids(id_prefix=["2025", "it's"], end_sec=6)) == {"2025/c 0", "it's 0"}
    assert set(ids(id_prefix="2025", start_sec=6, end_sec=12.5)) == {"2025/c 6", "2025/c 12"}
    assert ids(id_prefix="3") == []


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"start_sec": 6, "end_sec": 6}, "end_sec"),
        ({"start_sec": float("nan")}, "start_sec"),
        ({"fusion": "rrf", "weights": {"visul": 1}}, "weights"),
        ({"fusion": "rrf", "weights": {"visual": -1}}, "weights"),
        ({"fusion": "rrf", "weights": {"visual": 0}}, "weights"),
    ],
)
def test_what_cannot_be_is_rejected(folder: Path, options: object, field: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        search(folder, QUERY, **options)  # type: ignore[arg-type]
    assert [violation.field for violation in caught.value.violations] == [field]


@pytest.mark.parametrize(
    "options",
    [{"fusion": "rff"}, {"weights": {"visual": 1}}, {"merge_gap_sec": -1}, {"max_per_item": 0}],
)
def test_numbers_and_words_are_checked_first(tmp_path: Path, options: object) -> None:
    with pytest.raises(ValueError, match=next(iter(options))):  # type: ignore[call-overload]
        search(tmp_path / "missing", QUERY, **options)  # type: ignore[arg-type]


# ------------------------------------------------------------------------ LanceDB, and a real video


@pytest.mark.parametrize("fusion", ["rrf", "weighted", None])
def test_a_lancedb_table_gives_the_same_moments(tmp_path: Path, fusion: Fusion | None) -> None:
    folder = tmp_path / "parts"
    for film in range(4):
        vectors = random_vectors(60, 8, film)
        segments = [clip(OPTIONS[n % 3], n // 3) for n in range(60)]
        write_parts(folder, [as_item(f"film-{film}", vectors, segments=segments)])
    sink = LanceDBSink(tmp_path / "database")
    for path in part_paths(folder):
        sink.write(parquet.read_table(path))
    query = random_vectors(1, 8, 9)[0]
    for choice in (
        {"merge_gap_sec": 6.0},
        {"max_per_item": 1},
        {"start_sec": 30.0, "max_per_item": 2},
    ):
        assert search(tmp_path / "database", query, fusion=fusion, **choice) == search(
            folder, query, fusion=fusion, **choice
        )


def test_the_moment_of_a_film_where_something_is_seen_and_said(tmp_path: Path) -> None:
    """The emulator's film shows and says something else in each of three parts."""
    film = tmp_path / "film.mkv"
    samples.video(film, fps=6)
    samples.image(tmp_path / "beach.jpg")
    with Emulator() as emulator, TwelveLabs("any", base_url=emulator.base_url) as client:
        embeddings = client.embed(Video(film, segmentation=Fixed(4)))
        folder = write_parts(tmp_path / "out", [("film.mkv", embeddings)])
        question = TextImage("a man walking his dog on the beach", tmp_path / "beach.jpg")
        with Index(folder) as index:
            for fusion in ("rrf", "weighted"):
                [best, *_] = index.search(question, client=client, fusion=fusion, scope="clip")
                assert (best.id, best.segment.start_sec, best.segment.option) == (
                    "film.mkv",
                    0,
                    None,
                )
                assert set(best.scores) == set(OPTIONS)
            [first] = index.search(question, client=client, fusion="rrf", max_per_item=1, top=1)
    assert first.id == "film.mkv"
