"""The commands that embed: what they send, print and save."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from msgspec.structs import asdict
from twelvelabs_embed import (
    Audio,
    Dynamic,
    Embeddings,
    Fixed,
    Image,
    Input,
    Text,
    TextImage,
    TwelveLabs,
    Video,
)
from twelvelabs_embed.inputs import Document, MultiInput, Sequential, Spatial, TimedText

from tests.cli.runner import Run

CASES: list[tuple[list[str], Input]] = [
    (["text", "a dog"], Text("a dog")),
    (["image", "beach.jpg"], Image("beach.jpg")),
    (["text-image", "a dog", "beach.jpg"], TextImage("a dog", "beach.jpg")),
    (["audio", "talk.wav"], Audio("talk.wav")),
    (
        ["audio", "talk.wav", "--fixed-sec", "3", "--option", "audio", "--scope", "clip"],
        Audio("talk.wav", segmentation=Fixed(3), options=["audio"], scopes=["clip"]),
    ),
    (
        ["audio", "talk.wav", "--start-sec", "1.5", "--end-sec", "4"],
        Audio("talk.wav", start=1.5, end=4),
    ),
    (
        ["video", "film.mkv", "--dynamic-min-sec", "4", "--option", "visual", "--option", "audio"],
        Video("film.mkv", segmentation=Dynamic(4), options=["visual", "audio"]),
    ),
    (
        ["video", "film.mkv", "--fixed-sec", "5", "--start-sec", "2", "--end-sec", "12"],
        Video("film.mkv", segmentation=Fixed(5), start=2, end=12),
    ),
]


@pytest.mark.parametrize(("words", "input"), CASES, ids=[" ".join(words) for words, _ in CASES])
def test_a_command_gives_what_the_client_gives(cli: Run, words: list[str], input: Input) -> None:
    ran = cli(*words, "--json")
    assert (ran.status, ran.err) == (0, "")
    with TwelveLabs() as client:
        wanted = client.embed(input)
    rows = ran.json["embeddings"]
    assert ran.json["model"] == "marengo3.0"
    assert ran.json["input_type"] == input.input_type
    assert ran.json["metadata"] == wanted.metadata
    assert wanted.route is not None
    assert ran.json["route"] == asdict(wanted.route)
    got = [(row["option"], row["scope"], row["start_sec"], row["end_sec"]) for row in rows]
    assert got == [(s.option, s.scope, s.start_sec, s.end_sec) for s in wanted.segments]
    vectors = np.array([row["vector"] for row in rows], np.float32)
    assert np.array_equal(vectors, wanted.vectors)


NEW_CASES: list[tuple[list[str], Input]] = [
    (["text", "a dog", "--dimension", "128", "--uncertainty", "--auto-truncate"], Text("a dog")),
    (
        ["multi", "a <@dog-1> and", "--image", "dog-1=beach.jpg", "--audio", "talk.wav"],
        MultiInput("a <@dog-1> and", Audio("talk.wav"), **{"dog-1": Image("beach.jpg")}),
    ),
    (["multi", "--document", "paper.pdf"], MultiInput(None, Document("paper.pdf"))),
    (["document", "paper.pdf"], Document("paper.pdf")),
    (
        ["document", "paper.pdf", "--spatial", "quadrants", "--option", "visual"],
        Document("paper.pdf", segmentation=Spatial("quadrants"), options=["visual"]),
    ),
    (
        [
            *("document", "notes.md", "--max-sentences", "2", "--overlap-sentences", "1"),
            *("--option", "text", "--scope", "local", "--uncertainty"),
        ],
        Document("notes.md", segmentation=Sequential(2, 1), options=["text"], scopes=["local"]),
    ),
    (
        [
            *("video", "film.mkv", "--type", "fused", "--timed-text", "0-2.5=a goal = 1"),
            *("--dynamic-min-sec", "4", "--scope", "local", "--uncertainty"),
        ],
        Video(
            "film.mkv",
            types=["fused"],
            time_based_metadata=[TimedText(0, 2.5, "a goal = 1")],
            segmentation=Dynamic(4),
            scopes=["local"],
        ),
    ),
    (["audio", "talk.wav", "--dynamic-min-sec", "3"], Audio("talk.wav", segmentation=Dynamic(3))),
]


@pytest.mark.parametrize(
    ("words", "input"), NEW_CASES, ids=[" ".join(words) for words, _ in NEW_CASES]
)
def test_marengo_3_5_takes_what_the_client_gives(cli: Run, words: list[str], input: Input) -> None:
    ran = cli(*words, "--model", "marengo3.5", "--json")
    assert ran.status == 0, ran.err
    asked: dict[str, Any] = {
        "dimension": 128 if "--dimension" in words else None,
        "uncertainty": "--uncertainty" in words,
    }
    with TwelveLabs() as client:
        wanted = client.embed(input, model="marengo3.5", **asked)
    rows = ran.json["embeddings"]
    assert (ran.json["model"], ran.json["input_type"]) == ("marengo3.5", input.input_type)
    places = ("option", "scope", "start_sec", "start_page", "quadrant", "chunk_index")
    got = [tuple(row.get(name) for name in places) for row in rows]
    assert got == [tuple(getattr(one, name) for name in places) for one in wanted.segments]
    assert np.array_equal(np.array([row["vector"] for row in rows], np.float32), wanted.vectors)
    assert ("uncertainty" in rows[0]) == asked["uncertainty"]
    assert (ran.json["usage"] is None) == (wanted.usage is None)


def test_the_table_of_a_document_says_which_page(cli: Run) -> None:
    ran = cli("document", "paper.pdf", "--model", "marengo3.5", "--spatial", "quadrants")
    lines = [line.split() for line in ran.out.splitlines() if line.startswith(" visual")]
    assert len(lines) == 10
    assert [line[:4] for line in lines[:2]] == [
        ["visual", "page", "1", "–"],
        ["visual", "page", "1", "top_left"],
    ]
    assert " start sec " not in ran.out


def test_a_text_that_is_cut_is_noted(cli: Run) -> None:
    words = ("text", "-", "--model", "marengo3.5")
    long = b"word " * 2_100
    ran = cli(*words, "--auto-truncate", stdin=long)
    assert ran.status == 0, ran.err
    assert "Note: the text was truncated" in ran.err
    assert "tokens 2,000 of text" in ran.out
    assert cli(*words, stdin=long).status == 1


def test_a_name_goes_to_the_first_equals_sign(cli: Run, tmp_path: Path) -> None:
    odd = tmp_path / "a=b.jpg"
    odd.write_bytes(Path("beach.jpg").read_bytes())
    same = cli("multi", "see", "--image", "beach.jpg", "--json").json["embeddings"]
    assert cli("multi", "see", "--image", str(odd), "--json").json["embeddings"] == same


def test_a_link_and_an_asset_are_sent_as_they_are(cli: Run) -> None:
    linked = cli("image", "http://127.0.0.1:9/x.jpg")
    assert linked.status == 1
    assert "image.media_source.url" in linked.err
    asset = cli("image", "asset:6298d673f1090f1100476d4c")
    assert asset.status == 1
    assert "there is no asset 6298d673f1090f1100476d4c" in asset.err


def test_the_emulator_of_a_call_needs_no_key_and_no_network(
    cli: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TWELVELABS_API_KEY")
    monkeypatch.setenv("TWELVELABS_BASE_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "")
    ran = cli("text", "a dog", "--emulator", "--json")
    assert ran.status == 0
    assert len(ran.json["embeddings"][0]["vector"]) == 512
    note = "Note: these vectors are from the emulator, and comparable only with its own\n"
    assert ran.err == note
    missing = cli("image", "asset:emulator", "--emulator")
    assert "there is no asset emulator" in missing.err  # which is masked if it is the key


def test_no_check_leaves_it_to_the_service(cli: Run) -> None:
    checked, sent = cli("image", "tiny.png"), cli("image", "tiny.png", "--no-check")
    assert (checked.status, sent.status) == (1, 1)
    assert checked.err.startswith("Rejected; nothing was sent\n")
    assert sent.err.startswith("Rejected by the service\n")


def test_what_may_surprise_is_noted(cli: Run) -> None:
    ran = cli("video", "silent.mp4", "--scope", "asset")
    assert ran.status == 0
    assert ran.err == "Note: silent.mp4 has no audio track: expect visual vectors only\n"


# ---------------------------------------------------------------------------------------- the table


def test_the_table_says_what_each_vector_stands_for(cli: Run) -> None:
    ran = cli("video", "film.mkv", "--fixed-sec", "6", "--option", "visual")
    lines = [line.rstrip() for line in ran.out.splitlines() if line.strip()]
    assert lines[0] == "film.mkv: 3 vectors of 512 numbers (marengo3.0, video)"
    assert lines[1] == "route inline: film.mkv fits into the request"
    names = ["option", "scope", "start sec", "end sec", "norm", "first numbers"]
    assert re.split("  +", lines[2].strip()) == names
    assert [line.split()[:4] for line in lines[4:]] == [
        ["visual", "clip", "0.00", "6.00"],
        ["visual", "clip", "6.00", "12.00"],
        ["visual", "asset", "0.00", "12.00"],
    ]


@pytest.mark.parametrize("columns", ["80", "120"])
def test_the_table_fits_the_terminal(
    cli: Run, columns: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    ran = cli("video", "film.mkv")
    assert "transcription" in ran.out
    assert max(map(len, ran.out.splitlines())) <= int(columns)
    assert ran.out.count("…") == 12  # at the end of the numbers only


@pytest.mark.parametrize(
    ("words", "label"),
    [
        (["text-image", "a dog", "beach.jpg"], "beach.jpg"),
        (["multi", "a dog"], "the text"),
        (["multi", "--image", "beach.jpg"], "beach.jpg"),
        (["multi", "a dog", "--image", "beach.jpg"], "the text and beach.jpg"),
        (["multi", "--image", "beach.jpg", "--image", "beach.jpg"], "2 sources"),
        (["multi", "a <@b> c", "--image", "b=beach.jpg", "--image", "beach.jpg"],
         "the text and 2 sources"),
    ],
)  # fmt: skip
def test_the_table_names_what_was_embedded(cli: Run, words: list[str], label: str) -> None:
    kind = {"text-image": "text_image", "multi": "multi_input"}[words[0]]
    head = f"{label}: 1 vector of 512 numbers (marengo3.0, {kind})\n"
    assert cli(*words).out.startswith(head)


def test_a_text_has_no_segment_columns(cli: Run) -> None:
    ran = cli("text", "a dog")
    assert ran.out.startswith("the text: 1 vector of 512 numbers (marengo3.0, text)\n")
    assert "scope" not in ran.out


def test_output_that_is_no_terminal_is_plain_and_whole(cli: Run) -> None:
    ran = cli("video", "film.mkv", "--fixed-sec", "2")
    assert "\x1b" not in ran.out + ran.err
    assert "more" not in ran.out


# ------------------------------------------------------------------------------------------- saving


def test_a_parquet_file_holds_everything(cli: Run, tmp_path: Path) -> None:
    target = tmp_path / "film.parquet"
    ran = cli("video", "film.mkv", "--out", str(target))
    assert (ran.status, ran.err) == (0, f"Wrote 12 vectors to {target}\n")
    assert ran.out.startswith("film.mkv: 12 vectors")
    with TwelveLabs() as client:
        assert Embeddings.from_parquet(target) == client.embed(Video("film.mkv"))
    assert list(tmp_path.iterdir()) == [target]


def test_an_npy_file_holds_the_vectors(cli: Run, tmp_path: Path) -> None:
    target = tmp_path / "talk.NPY"
    target.write_bytes(b"old")
    ran = cli("audio", "talk.wav", "--out", str(target), "--json")
    count = len(ran.json["embeddings"])
    assert ran.err == f"Wrote {count} vectors to {target}, without their segments\n"
    vectors = np.load(target)
    assert (vectors.shape, vectors.dtype) == ((count, 512), np.float32)
    assert list(tmp_path.iterdir()) == [target]


def test_json_is_ascii_on_one_line(cli: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    ran = cli("text", "a dog", "--json")
    assert ran.out.isascii()
    assert ran.out.count("\n") == 1
    assert json.loads(ran.out)


@pytest.mark.parametrize("word", ["emulator", "any", "key", "test"])
def test_no_word_is_taken_for_the_key_of_the_emulator(cli: Run, tmp_path: Path, word: str) -> None:
    path = tmp_path / f"{word}.jpg"
    path.write_bytes(b"no image")
    ran = cli("image", str(path), "--emulator", "--no-check")
    assert ran.status == 1
    ran = cli("image", str(path), "--emulator")
    assert ran.status == 1
    assert f"{word}.jpg" in ran.err
