"""Builders: what they hold, what they reject, and what they put into a request."""

import io
import math
import re
from datetime import timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest
from twelvelabs_embed.errors import Hint, InvalidInputError
from twelvelabs_embed.inputs import (
    Audio,
    AudioOption,
    Document,
    DocumentOption,
    DocumentScope,
    Dynamic,
    EmbeddingKind,
    Fixed,
    Image,
    Input,
    MultiInput,
    Scope,
    Sequential,
    Spatial,
    Text,
    TextImage,
    TimedText,
    Video,
    VideoOption,
)
from twelvelabs_embed.inputs.media import Media
from twelvelabs_embed.limits import all_choices, find_terms

from tests.inputs.violations import fields_of, rejected, source

# ----------------------------------------------------------------------------------- what they hold


EVERY: list[Input] = [
    Text("a dog"),
    Image("dog.jpg"),
    TextImage("a dog", "dog.jpg"),
    Audio("dog.mp3"),
    Video("dog.mp4"),
]


@pytest.mark.parametrize(
    ("input", "input_type"),
    list(zip(EVERY, ["text", "image", "text_image", "audio", "video"], strict=True)),
)
def test_each_input_knows_its_type(input: Input, input_type: str) -> None:
    assert input.input_type == input_type
    with pytest.raises(TypeError):
        type(input)("a", input_type="text")  # type: ignore[call-arg,arg-type]


@pytest.mark.parametrize("input", EVERY)
def test_inputs_are_frozen_values(input: Input) -> None:
    same = type(input)(*(getattr(input, name) for name in type(input).__match_args__[:2]))
    assert same == input
    assert hash(same) == hash(input)
    with pytest.raises(AttributeError):
        input.input_type = "text"  # type: ignore[misc]


def test_different_inputs_are_not_equal() -> None:
    assert Image("a.jpg") != Image("b.jpg")
    assert Audio("a.mp3") != Audio("a.mp3", start=1)
    assert len({Text("a"), Text("a"), Text("b"), Image("a.jpg")}) == 3


@pytest.mark.parametrize(
    ("value", "sec"),
    [
        (90, 90.0),
        (1.5, 1.5),
        (timedelta(minutes=1, milliseconds=500), 60.5),
        (np.float32(1.5), 1.5),
        (np.int64(3), 3.0),
        (Fraction(1, 4), 0.25),
        (None, None),
    ],
)
def test_times(value: Any, sec: float | None) -> None:
    for input in (Audio("a.mp3", start=value, end=100), Video("a.mp4", start=value, end=100)):
        assert input.start_sec == sec
        assert type(input.start_sec) is type(sec)
        assert input.end_sec == 100.0


@pytest.mark.parametrize(
    "options",
    [["audio", "visual"], ("visual", "audio"), {"visual", "audio"}, {"audio": 1, "visual": 2}],
)
def test_any_collection_of_options_in_the_contracts_order(options: Any) -> None:
    assert Video("a.mp4", options=options).options == ("visual", "audio")


def test_a_generator_of_scopes() -> None:
    words: Any = (word for word in ["asset", "clip"])
    assert Audio("a.mp3", scopes=words).scopes == ("clip", "asset")
    assert Video("a.mp4", types=["fused", "separate"]).types == ("separate", "fused")
    assert Audio("a.mp3", options={"transcription", "audio"}).options == ("audio", "transcription")
    pages = Document("a.pdf", options=["text", "visual"], scopes=["asset", "local"])
    assert (pages.options, pages.scopes) == (("visual", "text"), ("local", "asset"))


def test_a_bare_string_is_one_word() -> None:
    video = Video("a.mp4", options="visual", scopes="clip")
    assert (video.options, video.scopes) == (("visual",), ("clip",))


def test_the_typed_words_are_those_of_the_limits() -> None:
    assert get_args(AudioOption) == find_terms("audio").choices["options"]
    assert get_args(VideoOption) == find_terms("video").choices["options"]
    assert get_args(Scope) == all_choices("scopes", "audio") == all_choices("scopes", "video")
    assert get_args(EmbeddingKind) == all_choices("types", "audio") == all_choices("types", "video")
    assert get_args(DocumentOption) == all_choices("options", "document")
    assert get_args(DocumentScope) == all_choices("scopes", "document")


def test_numpy_integers_are_integers() -> None:
    sec: Any = np.int64(5)
    assert type(Fixed(sec).sec) is int
    assert Fixed(sec) == Fixed(5)


@pytest.mark.parametrize(
    "input",
    [
        Text("a"),
        Image("a.jpg"),
        TextImage("a", "a.jpg"),
        Document("a.pdf", segmentation=Sequential(5), scopes="local"),
        Audio("a.wav"),
        Audio("a.wav", types="fused", scopes="clip", options="audio", segmentation=Fixed(4), end=9),
        Video("a.mp4", time_based_metadata=[TimedText(1, 2, "a")], options="audio", start=1),
        MultiInput("a <@dog>", Audio("a.wav"), dog=Image("dog.jpg")),
    ],
)
def test_repr_is_the_call(input: Input) -> None:
    assert eval(repr(input), globals()) == input


def test_repr_is_short_and_in_the_order_of_reading() -> None:
    audio = Audio("a.wav", types="fused", scopes="clip", options="audio", end=9, start=1)
    assert re.findall(r"(\w+)=", repr(audio)) == ["start", "end", "options", "scopes", "types"]
    pages = Document("a.pdf", segmentation=Spatial(), scopes="local", options="text")
    assert re.findall(r" (\w+)=", repr(pages)) == ["segmentation", "options", "scopes"]
    assert repr(Video("a.mp4", segmentation=Dynamic(4))) == (
        "Video(Media.file('a.mp4'), segmentation=Dynamic(min_sec=4))"
    )
    assert len(repr(Text("a" * 10_000))) < 100
    assert len(repr(TextImage("a" * 10_000, bytes(1_000_000)))) < 150


def test_how_messages_call_each_input_and_all_of_its_type() -> None:
    media = Media.file("films/dog.mp4")
    assert [(one.label, one.plural) for one in (
        Text("a"), Image(media), TextImage("a", media), Audio(media), Video(media),
        Document(media), MultiInput("a"),
    )] == [
        ("the text", "texts"),
        ("dog.mp4", "images"),
        ("dog.mp4", "texts with images"),
        ("dog.mp4", "audio"),
        ("dog.mp4", "videos"),
        ("dog.mp4", "documents"),
        ("the multi-input", "several sources together"),
    ]  # fmt: skip


# ---------------------------------------------------------------------------- what goes to the wire


def test_sections() -> None:
    media = Media.file("a.mp4")
    assert Text("a dog").to_payload(source) == {"input_text": "a dog"}
    assert Image(media).to_payload(source) == {"media_source": {"here": media}}
    assert TextImage("a dog", media).to_payload(source) == {
        "input_text": "a dog",
        "media_source": {"here": media},
    }
    assert Audio(media).to_payload(source) == {"media_source": {"here": media}}
    assert Audio(media, segmentation=Fixed(3)).to_payload(source) == {
        "media_source": {"here": media},
        "segmentation": {"strategy": "fixed", "fixed": {"duration_sec": 3}},
    }
    video = Video(
        media, start=0, end=9, segmentation=Dynamic(2), options=["audio"], scopes=["clip"]
    )
    assert video.to_payload(source) == {
        "media_source": {"here": media},
        "start_sec": 0.0,
        "end_sec": 9.0,
        "segmentation": {"strategy": "dynamic", "dynamic": {"min_duration_sec": 2}},
        "embedding_option": ["audio"],
        "embedding_scope": ["clip"],
    }


# --------------------------------------------------------------------------------- what they reject


@pytest.mark.parametrize("sec", [2, 6, 10])
def test_fixed(sec: int) -> None:
    assert Fixed(sec).sec == sec


@pytest.mark.parametrize("sec", [2, 4, 5])
def test_dynamic(sec: int) -> None:
    assert Dynamic(sec).min_sec == sec


@pytest.mark.parametrize("sec", [1, 11, -3, 10**30, True, 2.0, 2.5, math.nan, "4", None])
def test_fixed_rejects(sec: Any) -> None:
    (violation,) = rejected(lambda: Fixed(sec))
    assert violation.field == "Fixed.sec"
    assert "2 to 10" in violation.allowed


@pytest.mark.parametrize("sec", [1, 6, False, 4.0, "4", None])
def test_dynamic_rejects(sec: Any) -> None:
    (violation,) = rejected(lambda: Dynamic(sec))
    assert violation.field == "Dynamic.min_sec"
    assert "2 to 5" in violation.allowed


def test_whether_audio_is_cut_at_scenes_is_the_models_business() -> None:
    assert Audio("a.mp3", segmentation=Dynamic(4)).segmentation == Dynamic(4)
    segmentation: Any = Spatial("quadrants")
    (violation,) = rejected(lambda: Audio("a.mp3", segmentation=segmentation))
    assert violation.field == "segmentation"
    use = Hint("use_segmentation", "fixed", "dynamic")
    assert violation.hint == Hint("either", use, Hint("omit", "segmentation"))


@pytest.mark.parametrize("segmentation", [6, "fixed", {"strategy": "fixed"}, Fixed])
@pytest.mark.parametrize("kind", [Audio, Video])
def test_segmentation_rejects(kind: Any, segmentation: Any) -> None:
    violations = rejected(lambda: kind("a.mp4", segmentation=segmentation))
    assert fields_of(violations) == ["segmentation"]


@pytest.mark.parametrize(
    "value", [-1, -0.001, math.nan, math.inf, -math.inf, True, "1", 1j, 10**400]
)
@pytest.mark.parametrize("kind", [Audio, Video])
def test_start_rejects(kind: Any, value: Any) -> None:
    assert fields_of(rejected(lambda: kind("a.mp4", start=value))) == ["start"]


@pytest.mark.parametrize("value", [0, -1, math.nan, math.inf, False, "1", [1], timedelta(0)])
@pytest.mark.parametrize("kind", [Audio, Video])
def test_end_rejects(kind: Any, value: Any) -> None:
    assert fields_of(rejected(lambda: kind("a.mp4", end=value))) == ["end"]


@pytest.mark.parametrize(("start", "end"), [(5, 5), (5, 4), (timedelta(minutes=1), 59.9)])
def test_the_end_is_after_the_start(start: Any, end: float) -> None:
    (violation,) = rejected(lambda: Video("a.mp4", start=start, end=end))
    assert violation.field == "end"
    assert violation.code == "time.end_before_start"
    assert Video("a.mp4", start=5, end=5.001).end_sec == 5.001
    assert Video("a.mp4", end=0.5).end_sec == 0.5
    (violation,) = rejected(lambda: Video("a.mp4", end=0))
    assert violation.allowed == "the end is after the start, which is at 0 s"


@pytest.mark.parametrize(
    ("options", "hint"),
    [
        (["visul"], "'visual'"),
        (["Audio"], "'audio'"),
        ("transcript", "'transcription'"),
        (["smell"], ""),
        ([3], ""),
        ([None], ""),
        ([["visual"]], "'visual'"),
    ],
)
def test_unknown_words_are_named_and_the_near_one_is_suggested(options: Any, hint: str) -> None:
    (violation,) = rejected(lambda: Video("a.mp4", options=options))
    assert violation.field == "options"
    word = options if isinstance(options, str) else options[0]
    assert violation.value == repr(word)
    assert violation.allowed == "options of video are visual, audio and transcription"
    assert violation.hint == (Hint("text", f"Did you mean {hint}?") if hint else None)


def test_visual_is_not_for_audio() -> None:
    options: Any = ["visual", "audio"]
    (violation,) = rejected(lambda: Audio("a.mp3", options=options))
    assert violation.value == "'visual'"
    assert violation.allowed == "options of audio are audio and transcription"


def test_repeats_are_rejected_by_name() -> None:
    (violation,) = rejected(lambda: Video("a.mp4", scopes=["clip", "asset", "clip"]))
    assert violation.field == "scopes"
    assert violation.value == "'clip' is there 2 times"
    wrong: Any = ["smell", "audio", "touch", "audio", "smell", ["touch"]]
    values = [one.value for one in rejected(lambda: Video("a.mp4", options=wrong))]
    assert values == ["'smell'", "'touch'", "['touch']", "'audio' is there 2 times"]


@pytest.mark.parametrize("words", [[], (), set(), 3, b"clip", True])
def test_no_words_and_no_collections_are_rejected(words: Any) -> None:
    assert fields_of(rejected(lambda: Video("a.mp4", options=words))) == ["options"]
    assert fields_of(rejected(lambda: Audio("a.mp4", scopes=words))) == ["scopes"]


@pytest.mark.parametrize("text", [b"a", 3, None, Path("a.txt"), ["a"]])
def test_a_text_is_a_str(text: Any) -> None:
    assert fields_of(rejected(lambda: Text(text))) == ["text"]
    assert fields_of(rejected(lambda: TextImage(text, "a.jpg"))) == ["text"]


@pytest.mark.parametrize("kind", [Image, Audio, Video])
@pytest.mark.parametrize(
    "media", [42, None, "", "http://", "s3://", "s3://bucket/a//b.mp4", ["a.mp4"], io.StringIO("a")]
)
def test_media_rejects(kind: Any, media: Any) -> None:
    (violation,) = rejected(lambda: kind(media))
    assert violation.field == "media"
    assert violation.hint


def test_all_violations_are_reported_together() -> None:
    wrong: Any = Audio
    violations = rejected(
        lambda: wrong(
            "",
            start=-1,
            end=math.nan,
            segmentation=4,
            options=["visul", "audio", "audio"],
            scopes=[],
        )
    )
    assert fields_of(violations) == [
        "media",
        "start",
        "end",
        "segmentation",
        "options",
        "options",
        "scopes",
    ]
    assert str(InvalidInputError(violations)).count("\n") == 6
    text_image: Any = TextImage
    assert fields_of(rejected(lambda: text_image(3, 4))) == ["text", "media"]
