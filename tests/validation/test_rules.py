"""Rules: all violations of every kind together, and none where nothing is certain."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any, get_args

import pytest
from PIL import Image as Pillow
from twelvelabs_embed.errors import Hint
from twelvelabs_embed.inputs import (
    Audio,
    Document,
    Image,
    Input,
    MultiInput,
    Text,
    TextImage,
    Video,
)
from twelvelabs_embed.limits import InputType
from twelvelabs_embed.limits.file_signatures import FORMATS, Format
from twelvelabs_embed.validation.media_probe import MediaFacts, inspect_media
from twelvelabs_embed.validation.rules.media_inputs import RULES

from tests.planning import check, violations, warnings
from tests.validation.facts import FILM, GOOD, IMAGE, MB, SOUND, but, only


@pytest.mark.parametrize(("input", "facts"), GOOD)
def test_good_inputs_have_no_violations_and_no_warnings(input: Input, facts: MediaFacts) -> None:
    assert violations(input, facts) == []
    assert warnings(input, facts) == []


# --- texts ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [Text, partial(TextImage, media="dog.jpg")])
def test_texts(make: Any) -> None:
    def said(text: str) -> str:
        return only(violations(make(text), IMAGE)).value

    assert said("") == "the text is empty"
    assert said("dog " * 501) == "the text has 501 words"
    assert "lone surrogate" in said("a \ud83d dog")
    for text in (" ", "dog " * 500, "犬" * 5000, "a \U0001f415 dog"):
        assert violations(make(text), IMAGE) == []


def test_how_long_a_text_may_be_is_noted() -> None:
    assert warnings(Text("a" * 500), MediaFacts()) == []
    for text in ("a" * 501, "dog " * 300, "dog " * 500, "犬" * 167):
        assert "may have more than 500 tokens" in warnings(Text(text), MediaFacts())[0]
    assert warnings(Text("dog " * 501), MediaFacts()) == []  # that one is a violation
    assert warnings(Text("a" * 2000), MediaFacts(), model="marengo3.5") == []
    assert warnings(Text("a" * 2001), MediaFacts(), model="marengo3.5") == [
        "the text may have more than 2000 tokens; how they are counted is not public"
    ]


# --- files ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("missing", "there is no file 'dog.jpg'"),
        ("directory", "dog.jpg is a directory"),
        ("unreadable", "dog.jpg cannot be read"),
        ("empty", "dog.jpg is empty"),
        ("truncated", "dog.jpg is cut off"),
        ("broken", "dog.jpg is broken or no media file"),
    ],
)
@pytest.mark.parametrize("input", [Image("a"), TextImage("a", "a"), Audio("a"), Video("a")])
def test_faults(fault: Any, said: str, input: Input) -> None:
    form = {"audio": FORMATS["wav"], "video": FORMATS["mp4"]}.get(input.input_type, IMAGE.format)
    facts = MediaFacts(label="dog.jpg", fault=fault, format=form)
    violation = only(violations(input, facts))
    assert (violation.field, violation.value) == ("media", said)
    assert violation.hint
    if fault in ("missing", "directory", "unreadable", "empty"):  # whose format is not known
        assert only(violations(input, but(facts, format=None))).value == said
    why = only(violations(input, but(facts, fault_detail="the reason"))).value
    assert "the reason" in why or fault in ("directory", "empty")


def test_faults_of_documents() -> None:
    facts = MediaFacts(label="a.pdf", fault="empty")
    violation = only(violations(Document("a.pdf"), facts, model="marengo3.5"))
    assert (violation.code, violation.hint) == ("media.empty", Hint("get_again"))


@pytest.mark.parametrize(
    ("name", "image", "audio", "video"),
    [
        ("jpeg", True, False, False),
        ("png", True, False, False),
        ("gif", False, False, True),
        ("webp", False, False, True),
        ("heif", False, False, False),
        ("wav", False, True, False),
        ("mp3", False, True, False),
        ("flac", False, True, False),
        ("aac", False, False, False),
        ("m4a", False, False, True),
        ("ogg", False, False, True),
        ("mp4", False, False, True),
        ("avi", False, False, True),
        ("text", False, False, False),
        ("pdf", False, False, False),
        ("html", False, False, False),
    ],
)
def test_formats_by_magic_alone(name: str, image: bool, audio: bool, video: bool) -> None:
    """Without the extra; what may hold a video is given the benefit of the doubt."""
    facts = MediaFacts(size_bytes=9_000, format=FORMATS[name])
    inputs: list[Input] = [Image("a"), TextImage("a", "a"), Audio("a"), Video("a")]
    accepted = [not violations(input, facts) for input in inputs]
    assert accepted == [image, image, audio, video]


UNPACK = Hint("text", "Unpack it")
USE_IMAGE, USE_RECORDING = Hint("use_input", "Image"), Hint("use_input", "Video", "Audio")
TAKES = "; it takes WAV, MP3 and FLAC"


@pytest.mark.parametrize(
    ("input", "format", "hint"),
    [
        (Image("a"), "gif", Hint("convert_to_jpeg")),
        (Image("a"), "mp4", USE_RECORDING),
        (Image("a"), "mp3", USE_RECORDING),
        (TextImage("a", "a"), "mp4", USE_RECORDING),
        (Image("a"), "html", Hint("text", "It is a web page: find the link of the file itself")),
        (Audio("a"), "m4a", Hint("text", "Convert it: ffmpeg -i FILE FILE.flac")),
        (Audio("a"), "png", USE_IMAGE),
        (Audio("a"), "zip", UNPACK),
        (Video("a"), "jpeg", USE_IMAGE),
        (Video("a"), "mp3", Hint("use_input", "Audio", then=TAKES)),
        (Video("a"), "text", Hint("use_text_of_file")),
        (Document("a"), "png", USE_IMAGE),
        (Document("a"), "mp3", Hint("use_input", "Audio")),
        (Document("a"), "mp4", Hint("use_input", "Video")),
        (Document("a"), "zip", Hint("text", "Save it as PDF, or as text")),
    ],
)
def test_hints_of_a_format(input: Input, format: str, hint: Hint) -> None:
    facts = MediaFacts(label="it", size_bytes=9, format=FORMATS[format])
    model = "marengo3.5" if isinstance(input, Document) else "marengo3.0"
    violation = only(violations(input, facts, model=model))
    assert (violation.code, violation.field) == ("media.wrong_format", "media")
    assert violation.value == f"it is {FORMATS[format].title}"
    assert violation.hint == hint


def test_sound_of_a_video_has_two_hints() -> None:
    facts = MediaFacts(label="it", size_bytes=9, format=FORMATS["mp4"])
    hint = only(violations(Audio("a"), facts)).hint
    assert hint is not None
    assert hint.action == "either"
    assert hint.args[0] == Hint("use_sound_of_video")


def test_nothing_is_advised_about_what_is_hardly_ever_seen() -> None:
    facts = MediaFacts(label="it", format=Format("wasm", "WebAssembly", "other"))
    violation = only(violations(Image("a"), facts))
    assert (violation.code, violation.hint) == ("media.wrong_format", None)


def test_an_unknown_format() -> None:
    facts = MediaFacts(label="it", size_bytes=9)
    violation = only(violations(Image("a"), facts))
    assert (violation.code, violation.value) == ("media.wrong_format", "it is of an unknown format")
    assert violations(Audio("a"), facts) == []
    assert violations(Video("a"), facts) == []


def test_a_closer_look_counts_more_than_magic() -> None:
    """FFmpeg found pictures in a format for sound, and only sound in one for pictures."""
    assert violations(Video("a"), but(FILM, format=FORMATS["mp3"])) == []
    violation = only(violations(Video("a"), but(SOUND, format=FORMATS["mp4"])))
    assert violation.value == "talk.mp3 is MP4 without a video stream"
    other = Format("ape", "Monkey's Audio", "audio", may_hold_video=True)
    assert only(violations(Video("a"), but(SOUND, format=other))).value.endswith("Monkey's Audio")
    assert only(violations(Audio("a"), but(SOUND, format=other))).value.endswith("Monkey's Audio")


@pytest.mark.parametrize("name", ["mp4", "m4a", "matroska", "mpegts"])
def test_sound_in_a_video_file_is_to_be_converted_and_not_sent_round(name: str) -> None:
    facts = but(SOUND, format=FORMATS[name])
    for input in (Audio("a"), Video("a")):
        hint = only(violations(input, facts)).hint
        assert isinstance(hint, Hint)
        assert "ffmpeg -i FILE FILE.flac" in f"{hint.args} {hint.then}"
        assert "Video" not in hint.args


def test_an_estimated_duration_is_no_violation() -> None:
    facts = but(SOUND, duration_sec=20_000, is_estimate=True)
    assert violations(Audio("a", start=19_000), facts) == []
    assert violations(Audio("a", start=30_000), facts) == []
    assert {one.code for one in violations(Audio("a"), but(facts, is_estimate=False))}


def test_one_video_track_that_is_right_is_enough() -> None:
    proxy = but(FILM, width_px=320, height_px=180)
    assert violations(Video("a"), but(proxy, other_sizes_px=((640, 360),))) == []
    assert only(violations(Video("a"), but(proxy, other_sizes_px=((100, 100),)))).code


# --- files, from the disk -------------------------------------------------------------------------


def test_check_looks_at_the_file(tmp_path: Path) -> None:
    path = tmp_path / "small.png"
    Pillow.new("RGB", (100, 300)).save(path)
    assert only(check(Image(path))).value == "small.png has 100x300 pixels"
    assert only(check(Video(path))).value == "small.png is PNG"
    assert "there is no file" in only(check(Audio(tmp_path / "none.mp3"))).value
    assert only(check(Video(tmp_path))).value == f"{tmp_path.name} is a directory"
    assert check(Text("a dog")) == []
    assert check(Image(path), model="marengo9") == []


def test_check_takes_the_wanted_options(tmp_path: Path) -> None:
    def fields(**wanted: Any) -> list[str]:
        return [violation.field for violation in check(Text("a dog"), **wanted)]

    assert fields(dimension=256) == ["dimension"]
    assert fields(uncertainty=True) == ["uncertainty"]
    assert fields(auto_truncate=True) == ["auto_truncate"]
    assert fields(route="task") == ["route"]
    assert fields(dimension=256, uncertainty=True, auto_truncate=True, model="marengo3.5") == []


def test_what_is_combined_is_looked_at_one_by_one(tmp_path: Path) -> None:
    (tmp_path / "talk.mp3").write_text("This is not a talk.\n" * 100)
    talk, link = Audio(tmp_path / "talk.mp3"), Image("https://a.example/dog.jpg")
    facts = inspect_media(MultiInput("a talk about a dog", talk, link))
    assert facts.sources == (inspect_media(talk), inspect_media(link))
    assert facts.notes == inspect_media(link).notes != ()
    assert warnings(MultiInput("a", talk, link), facts) == [*facts.notes]


def test_a_text_file_called_mp4(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    path.write_text("This is not a film.\n" * 100)
    assert only(check(Video(path))).value == "film.mp4 is plain text"
    assert only(check(Audio(path))).value == "film.mp4 is plain text"
    assert only(check(Image(path))).value == "film.mp4 is plain text"


def test_links_and_assets_are_noted(tmp_path: Path) -> None:
    video = Video("https://a.example/film.mp4?key=secret")
    assert check(video) == []
    assert warnings(video, inspect_media(video)) == [
        "https://a.example/film.mp4 was not downloaded: nothing is known of the file"
    ]


# --- their messages -------------------------------------------------------------------------------

MESSAGES: list[tuple[Input, MediaFacts, dict[str, Any], str]] = [
    (
        Image("a"),
        but(IMAGE, fault="empty"),
        {},
        "media: dog.jpg is empty, but there must be something to embed. Get it again; a file "
        "object is read from its current position: seek(0) first",
    ),
    (
        Image("a"),
        but(IMAGE, format=FORMATS["gif"]),
        {},
        "media: dog.jpg is GIF, but an image has to be JPEG or PNG. "
        "Convert it, or give it as a PIL image, which is sent as PNG",
    ),
    (
        Audio("a"),
        but(SOUND, format=FORMATS["mp4"]),
        {},
        "media: talk.mp3 is MP4, but audio has to be WAV, MP3 or FLAC. "
        "Convert it: ffmpeg -i FILE FILE.flac",
    ),
    (
        Video("a"),
        but(SOUND, format=FORMATS["text"]),
        {},
        "media: talk.mp3 is plain text, but a video has moving pictures. "
        "For the words of a text use Text(…)",
    ),
    (
        Image("a"),
        but(IMAGE, size_bytes=33 * MB),
        {},
        "media: dog.jpg has 33 MB, but an image may have at most 32 MB. "
        "Make it smaller: fewer pixels, or JPEG of lower quality",
    ),
    (
        Image("a"),
        but(IMAGE, width_px=100),
        {},
        "media: dog.jpg has 100x480 pixels, but "
        "each side of an image has to have at least 128. Use a larger image, or scale it up",
    ),
    (
        Video("a"),
        but(FILM, width_px=866, height_px=360),
        {},
        "media: the sides of match.mp4 are as 2.406 to 1 (866x360), but "
        "they may be at most as 2.4 to 1. Crop it, or pad it with bars",
    ),
    (
        Video("a"),
        but(FILM, duration_sec=700.0),
        {"route": "inline"},
        "media: match.mp4 is 11 min 40 s long, but at most 10 min go through the sync endpoint. "
        "Omit route, and a task embeds it",
    ),
    (
        Video("a"),
        but(FILM, duration_sec=99_999.0),
        {},
        "media: match.mp4 is 27 h 46 min 39 s long, but a task takes at most 4 h. "
        "Split it into shorter files: the whole file counts, not a part of it",
    ),
    (
        Audio("a", start=60),
        SOUND,
        {},
        "start: 60 s, but talk.mp3 is 60 s long. Choose an earlier start",
    ),
    (
        Video("a", options="audio"),
        but(FILM, has_audio=False),
        {},
        "options: audio, but match.mp4 has no audio track. Use options='visual'",
    ),
]


@pytest.mark.parametrize(("input", "facts", "options", "text"), MESSAGES)
def test_messages(input: Input, facts: MediaFacts, options: dict[str, Any], text: str) -> None:
    assert str(only(violations(input, facts, **options))) == text


def test_every_input_type_is_a_class_with_rules_and_a_plural() -> None:
    classes = {one.input_type: one for one in get_args(Input)}
    assert set(classes) == {"text", *RULES} == set(get_args(InputType))
    assert len({one.plural for one in classes.values()}) == len(classes)
