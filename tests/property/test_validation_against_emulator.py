"""Checks and builders against the emulator, which judges by its own reading of the contract.

- What the checks reject, the emulator rejects too, when it is sent with checks off.
- What the checks accept, the emulator accepts.
- What a builder rejects, the emulator rejects, when it is written as plain JSON.

Here with marengo3.0; with marengo3.5, and of what came with it, in `test_marengo35`.

The one thing that is omitted on purpose: an empty list of options or scopes, which a builder
rejects because no document says what it means, and the emulator takes for "all".
"""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st
from twelvelabs_embed.errors import InvalidInputError, Violation
from twelvelabs_embed.inputs import Audio, Dynamic, Fixed, Image, Input, Text, TextImage, Video
from twelvelabs_embed.validation.media_probe import inspect_media
from twelvelabs_embed.validation.routing import RouteName

from tests.planning import violations
from tests.property.emulator_oracle import DETERMINISTIC, MIB, Judge, encoded
from tests.validation.media_files import wav_bytes

# ------------------------------------------------------------------------------------------ judging


def violations_of(make: Callable[[], Input], route: RouteName = "inline") -> list[Violation]:
    """What the builder rejects, or else what the checks reject. Everything was inspected.

    The route is given, because otherwise another one would be found for what is too large or long.
    """
    try:
        input = make()
    except InvalidInputError as error:
        return list(error.violations)
    facts = inspect_media(input)
    assert not any("inspected" in note or "not read" in note for note in facts.notes)
    return violations(input, facts, route=route)


# --------------------------------------------------------------------------- every file, every type

BUILDERS: dict[str, Callable[[bytes], Input]] = {
    "image": Image,
    "text_image": lambda data: TextImage("a dog", data),
    "audio": Audio,
    "video": Video,
}


def test_every_file_as_every_type(files: dict[str, bytes], judge: Judge) -> None:
    verdicts: Counter[tuple[str, bool]] = Counter()
    for name, data in files.items():
        for input_type, make in BUILDERS.items():
            found = violations_of(lambda make=make, data=data: make(data))  # type: ignore[misc]
            section: dict[str, Any] = {"media_source": encoded(data)}
            if input_type == "text_image":
                section["input_text"] = "a dog"
            rejection = judge.rejection(input_type, section)
            assert bool(rejection) is bool(found), (name, input_type, found, rejection)
            verdicts[input_type, not rejection] += 1
    assert sum(verdicts.values()) == 4 * len(files)
    assert all(verdicts[input_type, True] >= 4 for input_type in BUILDERS)
    print("every file:", dict(verdicts))


def test_every_file_as_a_task(files: dict[str, bytes], judge: Judge) -> None:
    """Also of 3 seconds, which is too short, and of more than 10 minutes, which is not too long."""
    verdicts: Counter[tuple[str, bool]] = Counter()
    sounds = {
        "wav of 4 s": wav_bytes(4, 2000),
        "wav of 3.999 s": wav_bytes(3.999, 2000),
        "wav of 11 min": wav_bytes(660, 2000),
    }
    for name, data in {**files, **sounds}.items():
        for input_type in ("audio", "video"):
            make = BUILDERS[input_type]
            found = violations_of(lambda make=make, data=data: make(data), "task")  # type: ignore[misc]
            rejection = judge.task_rejection(input_type, {"media_source": encoded(data)})
            assert bool(rejection) is bool(found), (name, input_type, found, rejection)
            verdicts[input_type, not rejection] += 1
    assert verdicts["audio", True] >= 2
    assert verdicts["video", True] >= 2
    print("every task:", dict(verdicts))


@pytest.mark.parametrize(("more_bytes", "accepted"), [(0, True), (1, False)])
def test_the_largest_file(more_bytes: int, accepted: bool, judge: Judge) -> None:
    sound = wav_bytes(36 * MIB / (2 * 8 * 192_000), rate_hz=192_000, channels=8)  # of few seconds
    data = sound[: 36 * MIB].ljust(36 * MIB + more_bytes, b"\0")
    assert (not violations_of(lambda: Audio(data))) is accepted
    assert (not judge.rejection("audio", {"media_source": encoded(data)})) is accepted


# ------------------------------------------------------------------------------------ every setting

SECONDS = st.sampled_from([-5, -0.001, 0, 2, 2.999, 3, 11.9, 1e9]) | st.floats(-1, 14)
STARTS = st.one_of(st.floats(0, 1), st.floats(0, 1), SECONDS)
ENDS = st.one_of(st.floats(1, 3), st.floats(1, 99), SECONDS)
FIXED = st.tuples(st.just("fixed"), st.integers(2, 10) | st.integers(1, 11))
DYNAMIC = st.tuples(st.just("dynamic"), st.integers(2, 5) | st.integers(1, 6))


def words(*known: str) -> st.SearchStrategy[list[str]]:
    right = st.lists(st.sampled_from(known), min_size=1, unique=True)
    wrong = st.lists(st.sampled_from([*known, "visual", "clips"]), min_size=1, max_size=4)
    return st.one_of(right, right, right, wrong)


def settings_of(
    segmentation: st.SearchStrategy[tuple[str, int]], *options: str
) -> st.SearchStrategy[dict[str, Any]]:
    """What a request can say besides the media; about half of it is right."""
    return st.fixed_dictionaries(
        {},
        optional={
            "start_sec": STARTS,
            "end_sec": ENDS,
            "segmentation": segmentation,
            "embedding_option": words(*options),
            "embedding_scope": words("clip", "asset"),
        },
    )


OF_AUDIO = settings_of(st.one_of(FIXED, FIXED, FIXED, DYNAMIC), "audio", "transcription")
OF_VIDEO = settings_of(st.one_of(FIXED, DYNAMIC), "visual", "audio", "transcription")
TEXTS = st.one_of(
    st.text(max_size=40),
    st.text(st.characters(), max_size=5),  # halves of surrogate pairs, too
    st.sampled_from(["", " ", "\ud83d", "a\udc15"]),
    st.integers(480, 520).map("word ".__mul__),
    st.integers(480, 520).map("\u72ac\u3000".__mul__),
    st.integers(490, 3000).map("a".__mul__),
)
PICTURES = ["jpeg", "png", "png of 128x128", "png of 127x300", "gif"]
SOUNDS = ["wav", "mp3", "flac", "mp3 cut off", "m4a"]
FILMS = ["mkv", "mp4", "mkv without sound", "avi", "transport stream", "358x360"]

Case = tuple[str, str, str, dict[str, Any]]
"""Input type, text, name of a file, settings as the contract names them."""

CASES: st.SearchStrategy[Case] = st.one_of(
    st.tuples(st.just("text"), TEXTS, st.just(""), st.just({})),
    st.tuples(st.just("text_image"), TEXTS, st.sampled_from(PICTURES), st.just({})),
    st.tuples(st.just("audio"), st.just(""), st.sampled_from(SOUNDS), OF_AUDIO),
    st.tuples(st.just("video"), st.just(""), st.sampled_from(FILMS), OF_VIDEO),
)


def build(input_type: str, text: str, data: bytes, raw: dict[str, Any]) -> Input:
    """The input as a user writes it."""
    if input_type == "text":
        return Text(text)
    if input_type == "text_image":
        return TextImage(text, data)
    make: Any = {"audio": Audio, "video": Video}[input_type]
    names = {
        "start_sec": "start",
        "end_sec": "end",
        "embedding_option": "options",
        "embedding_scope": "scopes",
    }
    given_ = {names.get(name, name): value for name, value in raw.items()}
    if "segmentation" in given_:
        strategy, sec = given_["segmentation"]
        given_["segmentation"] = {"fixed": Fixed, "dynamic": Dynamic}[strategy](sec)
    recording: Input = make(data, **given_)
    return recording


def write(input_type: str, text: str, data: bytes, raw: dict[str, Any]) -> dict[str, Any]:
    """The request's section as written from the contract alone."""
    if input_type == "text":
        return {"input_text": text}
    section = {"media_source": encoded(data), **raw}
    if input_type == "text_image":
        section["input_text"] = text
    if "segmentation" in raw:
        strategy, sec = raw["segmentation"]
        lengths = {"fixed": "duration_sec", "dynamic": "min_duration_sec"}
        section["segmentation"] = {"strategy": strategy, strategy: {lengths[strategy]: sec}}
    return section


def test_every_setting(files: dict[str, bytes], judge: Judge) -> None:
    verdicts: Counter[tuple[str, bool]] = Counter()

    @settings(DETERMINISTIC, max_examples=400)
    @given(CASES)
    def agree(case: Case) -> None:
        input_type, text, name, raw = case
        data = files.get(name, b"")
        found = violations_of(lambda: build(input_type, text, data, raw))
        section = write(input_type, text, data, raw)
        rejection = judge.rejection(input_type, section)
        assert bool(rejection) is bool(found), (found, rejection)
        verdicts[input_type, not rejection] += 1
        if not rejection:  # then the builder writes the same request
            written = build(input_type, text, data, raw).to_payload(lambda media: encoded(data))
            assert in_order(written) == in_order(section)

    agree()
    print("every setting:", dict(verdicts))
    assert sum(verdicts.values()) >= 300
    assert len(verdicts) == 8
    assert min(verdicts.values()) >= 5


def in_order(section: dict[str, Any]) -> dict[str, Any]:
    return {
        name: sorted(value) if isinstance(value, list) else value for name, value in section.items()
    }


# ------------------------------------------------------------------------------------ damaged files


def test_damaged_files(files: dict[str, bytes], judge: Judge) -> None:
    """What is rejected is rejected rightly. Not the reverse: checks do not decode recordings."""
    verdicts: Counter[tuple[bool, bool]] = Counter()
    names = ["jpeg", "png", "wav", "mp3", "flac", "mkv", "mp4", "avi", "transport stream"]
    places = st.lists(st.floats(0, 1, exclude_max=True), max_size=8)

    @settings(DETERMINISTIC, max_examples=150)
    @given(st.sampled_from(names), places, st.floats(0.05, 1))
    def agree(name: str, flips: list[float], left: float) -> None:
        data = bytearray(files[name])
        for place in flips:
            data[int(place * len(data))] ^= 0xFF
        damaged = bytes(data[: round(left * len(data))])
        input_type = {"jpeg": "image", "png": "image", "wav": "audio", "mp3": "audio"}.get(name)
        input_type = input_type or ("audio" if name == "flac" else "video")
        found = violations_of(lambda: BUILDERS[input_type](damaged))
        rejection = judge.rejection(input_type, {"media_source": encoded(damaged)})
        assert rejection or not found, found
        verdicts[not found, not rejection] += 1

    agree()
    print("damaged files (accepted by checks, by the emulator):", dict(verdicts))
    assert verdicts[False, False] >= 10
    assert verdicts[True, True] >= 10
