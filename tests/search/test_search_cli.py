"""`twelvelabs-embed search`, as a person sees it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from twelvelabs_embed import Image, Segment, TextImage, TwelveLabs
from twelvelabs_embed.search.exact import search
from twelvelabs_embed_emulator import Emulator, samples

from tests.cli.runner import run_here
from tests.search.part_files import as_item, random_vectors, write_parts

TEXTS = {"dog": "a dog jumps", "train": "the train leaves", "odd\x1b[31m": "soup with onions"}


@pytest.fixture(scope="module")
def client(emulator: Emulator) -> Iterator[TwelveLabs]:
    with TwelveLabs("any", base_url=emulator.base_url) as running:
        yield running


@pytest.fixture(scope="module")
def folder(client: TwelveLabs, tmp_path_factory: pytest.TempPathFactory) -> Path:
    items = [
        as_item(
            id,
            client.embed(text).vectors,
            segments=[Segment("transcription", "clip", 3661.0, 3725.5)],
        )
        for id, text in TEXTS.items()
    ]
    items.append(
        as_item("text", client.embed("a cat").vectors, segments=[Segment()], input_type="text")
    )
    return write_parts(tmp_path_factory.mktemp("search"), items)


@pytest.fixture(autouse=True)
def service(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWELVELABS_API_KEY", "any")
    monkeypatch.setenv("TWELVELABS_BASE_URL", emulator.base_url)


def test_hits_are_a_table(folder: Path) -> None:
    ran = run_here("search", str(folder), "a dog jumping", "--top", "2")
    assert ran.status == 0, ran.err
    head, _, first, second = [line for line in ran.out.splitlines() if line.strip()]
    assert head.split() == ["score", "item", "time", "option", "scope"]
    score, *rest = first.split()
    assert 0.3 < float(score) <= 1
    assert rest == ["dog", "1:01:01–1:02:06", "transcription", "clip"]
    assert len(second.split()) == 5


def test_missing_times_are_dashes_and_names_are_escaped(folder: Path) -> None:
    ran = run_here("search", str(folder), "a cat")
    assert "\x1b[31m" not in ran.out
    assert "odd\\x1b[31m" in ran.out
    assert [line.split()[1:] for line in ran.out.splitlines() if " text " in line] == [
        ["text", "–", "–", "–"]
    ]


def test_json_output(folder: Path, client: TwelveLabs) -> None:
    ran = run_here(
        "search", str(folder), "-", "--json", "--type", "video", stdin=b"a dog jumping\n"
    )
    assert (ran.json["model"], ran.json["searched"]) == ("marengo3.0", 4)
    assert (ran.json["text"], ran.json["image"]) == ("-", None)
    wanted = search(folder, "a dog jumping", input_type="video", client=client)
    assert [hit["id"] for hit in ran.json["hits"]] == [hit.id for hit in wanted]
    assert ran.json["hits"][0] == {
        "id": "dog",
        "score": wanted[0].score,
        "input_type": "video",
        "option": "transcription",
        "scope": "clip",
        "start_sec": 3661.0,
        "end_sec": 3725.5,
    }


def test_queries_of_an_image_or_both(folder: Path, client: TwelveLabs, tmp_path: Path) -> None:
    picture = samples.image(tmp_path / "beach.jpg", width=200, height=150)
    seen = run_here("search", str(folder), "--image", str(picture), "--json")
    both = run_here("search", str(folder), "a dog", "--image", str(picture), "--json")
    wanted = [
        search(folder, one, client=client) for one in (Image(picture), TextImage("a dog", picture))
    ]
    for ran, hits in zip((seen, both), wanted, strict=True):
        assert [hit["score"] for hit in ran.json["hits"]] == [hit.score for hit in hits]


def test_search_with_its_own_emulator(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWELVELABS_BASE_URL", "http://127.0.0.1:9")
    ran = run_here("search", str(folder), "a dog", "--emulator", "--json")
    assert ran.json["hits"][0]["id"] == "dog"
    assert "are from the emulator" in ran.err


@pytest.fixture
def film(client: TwelveLabs, tmp_path: Path) -> Path:
    """Two clips, each with two options; the query is said in the first."""
    said, seen = (client.embed(text).vectors[0] for text in ("a dog jumps", "soup"))
    segments = [
        Segment(option, "clip", 6.0 * number, 6.0 * number + 6)
        for number in range(2)
        for option in ("visual", "transcription")
    ]
    vectors = [seen, said, said, said]
    return write_parts(tmp_path / "film", [as_item("films/a.mp4", vectors, segments=segments)])


def test_fusion_and_moments(film: Path, client: TwelveLabs) -> None:
    words = ("search", str(film), "a dog", "--fusion", "weighted", "--weight", "visual=1")
    ran = run_here(*words, "--weight", "transcription=3", "--json")
    hits = search(
        film,
        "a dog",
        client=client,
        fusion="weighted",
        weights={"visual": 1, "transcription": 3},
    )
    assert [(hit["score"], hit["start_sec"], hit["option"]) for hit in ran.json["hits"]] == [
        (hit.score, hit.segment.start_sec, None) for hit in hits
    ]
    assert ran.json["hits"][0]["scores"] == hits[0].scores
    ran = run_here(*words, "--merge-gap-sec", "0", "--max-per-item", "1")
    [row] = [line for line in ran.out.splitlines() if "films/a.mp4" in line]
    assert "0:00–0:12" in row
    assert "visual " in row
    ran = run_here("search", str(film), "a dog", "--merge-gap-sec", "0", "--json")
    assert [hit["merged"] for hit in ran.json["hits"]] == [2, 2]


def test_ids_and_times_are_filtered(film: Path) -> None:
    words = ("search", str(film), "a dog", "--json", "--start-sec", "6.5")
    ran = run_here(*words, "--id-prefix", "films/", "--id-prefix", "other")
    assert [hit["start_sec"] for hit in ran.json["hits"]] == [6, 6]
    assert run_here(*words, "--id-prefix", "other").json["hits"] == []


def test_no_hits_and_no_rows(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    words = ("--type", "text", "--option", "transcription")
    assert "matches these filters" in run_here("search", str(folder), "a", *words).out
    empty = write_parts(tmp_path, [as_item("film", np.zeros((0, 16)), segments=[])])
    monkeypatch.setenv("TWELVELABS_BASE_URL", "http://127.0.0.1:9")
    ran = run_here("search", str(empty), "a dog")
    assert (ran.status, ran.out) == (0, f"{empty} contains no vectors\n")


@pytest.mark.parametrize(
    ("words", "status", "says"),
    [
        (["."], 2, "give a text, --image, or both"),
        (["none", "x"], 1, "DIR value 'none' does not exist"),
        ([".", "x", "--option", "visul"], 1, "no segment has 'visul' allowed there is visual"),
        ([".", "x", "--top", "0"], 2, "--top"),
        ([".", "x", "--fusion", "rff"], 2, "--fusion"),
        ([".", "x", "--weight", "visual=2"], 2, "--weight"),
        ([".", "x", "--fusion", "rrf", "--weight", "visual"], 2, "--weight"),
        ([".", "x", "--fusion", "rrf", "--weight", "visul=1"], 1, "--weight value"),
        ([".", "x", "--merge-gap-sec", "-1"], 2, "--merge-gap-sec"),
        ([".", "x", "--max-per-item", "0"], 2, "--max-per-item"),
        ([".", "x", "--start-sec", "6", "--end-sec", "5"], 1, "--end-sec value"),
        (["models", "x"], 1, "The vectors do not match"),
    ],
)
def test_invalid_arguments_are_rejected(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], status: int, says: str
) -> None:
    monkeypatch.chdir(tmp_path)
    write_parts(tmp_path, [as_item("film", random_vectors(2, 512))])
    mixed = [as_item("a", random_vectors(1)), as_item("b", random_vectors(1), model="other")]
    write_parts(tmp_path / "models", mixed)
    ran = run_here("search", *words)
    assert ran.status == status
    assert says in " ".join(ran.err.replace("│", " ").split())
