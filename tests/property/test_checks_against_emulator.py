"""Checks and builders against the emulator, which judges by its own reading of the contract.

- What the checks refuse, the emulator refuses too, when it is sent with checks off.
- What the checks accept, the emulator accepts.
- What a builder refuses, the emulator refuses, when it is written as plain JSON.

The one thing that is left out on purpose: an empty list of options or scopes, which a builder
refuses because nobody says what it means, and the emulator takes for "all".
"""

import base64
import io
import json
import time
import wave
from collections import Counter
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import httpx
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from PIL import Image as Pillow
from twelvelabs_embed._model_settings import ModelSettings
from twelvelabs_embed.checks import examine, problems
from twelvelabs_embed.errors import InvalidInputError, Problem
from twelvelabs_embed.inputs import (
    Audio,
    Document,
    Dynamic,
    Fixed,
    Image,
    Input,
    MultiInput,
    SourceInput,
    Text,
    TextImage,
    Video,
)
from twelvelabs_embed.limits import MODELS
from twelvelabs_embed.routes import RouteName
from twelvelabs_embed_emulator import Emulator, samples

# The same cases each time, or nearly: a run must not fail for another reason than a change.
SETTINGS = settings(
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
MIB = 1 << 20


# -------------------------------------------------------------------------------------------- media


new_frame: Any = av.VideoFrame.from_image


def wav(duration_sec: float, rate_hz: int = 2000, channels: int = 1) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(channels)
        sound.setsampwidth(2)
        sound.setframerate(rate_hz)
        sound.writeframes(bytes(2 * channels * round(duration_sec * rate_hz)))
    return file.getvalue()


def titled(sound: bytes, title: bytes) -> bytes:
    """A WAV with its title in front of the sound."""
    padded = title + bytes(2 - len(title) % 2)
    info = b"INFOINAM" + len(padded).to_bytes(4, "little") + padded
    chunk = b"LIST" + len(info).to_bytes(4, "little") + info
    whole = sound[8:36] + chunk + sound[36:]
    return b"RIFF" + len(whole).to_bytes(4, "little") + whole


def film(form: str, size: tuple[int, int], seconds: tuple[int, ...] = (0, 1)) -> bytes:
    """Plain pictures, each shown for a second, at the `seconds` that are given."""
    rate_hz = 25 if form == "mpegts" else 1
    file = io.BytesIO()
    with av.open(file, "w", format=form) as container:
        codec = "mpeg2video" if form == "mpegts" else "mpeg4"
        stream: Any = container.add_stream(codec, rate=rate_hz)
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        for second in seconds:
            frame = new_frame(Pillow.new("RGB", size, (second * 40 % 256, 90, 90)))
            frame.pts, frame.time_base = second, Fraction(1)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return file.getvalue()


def picture(size: tuple[int, int], form: str) -> bytes:
    file = io.BytesIO()
    Pillow.new("RGB", size, "teal").save(file, format=form)
    return file.getvalue()


def make_samples(folder: Path) -> dict[str, bytes]:
    """Good files of every kind, and one for each thing that can be wrong."""
    jpeg = samples.image(folder / "a.jpg", scene="station").read_bytes()
    mp3 = samples.audio(folder / "a.mp3", duration_sec=3).read_bytes()
    flac = samples.audio(folder / "a.flac", duration_sec=12, kind="waves").read_bytes()
    small: Any = {"duration_sec": 3, "fps": 4, "width": 360, "height": 360, "scenes": 1}
    mkv = samples.video(folder / "a.mkv", **small).read_bytes()
    mp4 = samples.video(folder / "a.mp4", **small, subtitles=None).read_bytes()
    silent = samples.video(folder / "b.mkv", **small, sound=False, subtitles=None).read_bytes()
    ripped = samples.audio(folder / "a.m4a", duration_sec=3).read_bytes()
    large_jpeg = jpeg + bytes(5 * MIB - len(jpeg))
    return {
        # images
        "jpeg": jpeg,
        "png": picture((300, 200), "PNG"),
        "png of 128x128": picture((128, 128), "PNG"),
        "png of 127x300": picture((127, 300), "PNG"),
        "jpeg of 300x127": picture((300, 127), "JPEG"),
        "gif": picture((400, 400), "GIF"),
        "webp": picture((400, 400), "WEBP"),
        "bmp": picture((130, 130), "BMP"),
        "jpeg of 5 MB": large_jpeg,
        "jpeg of 5 MB and a byte": large_jpeg + b"\0",
        "jpeg cut off": jpeg[: len(jpeg) // 2],
        "png cut off": picture((300, 200), "PNG")[:200],
        # sound
        "wav": wav(3),
        "wav with a title in Latin-1": titled(wav(3), "caf\xe9".encode("latin-1")),
        "wav of 10 min": wav(600),
        "wav of 10 min and a moment": wav(600.01),
        "wav without sound": wav(0),
        "wav cut off": wav(3)[:6000],
        "wav behind a wrong length": wav(3)[:4] + bytes(4) + wav(3)[8:],
        "mp3": mp3,
        "mp3 behind junk": b"\x80" * 99 + mp3,
        "mp3 cut off": mp3[: len(mp3) // 2],
        "flac": flac,
        "flac cut off": flac[: len(flac) // 2],
        "m4a": ripped,
        "ogg": samples.audio(folder / "a.ogg", duration_sec=3).read_bytes(),
        # video
        "mkv": mkv,
        "mp4": mp4,
        "mkv without sound": silent,
        "avi": film("avi", (360, 360)),
        "transport stream": film("mpegts", (480, 360)),
        "360x864": film("matroska", (360, 864)),
        "358x360": film("matroska", (358, 360)),
        "866x360": film("matroska", (866, 360)),
        "5184x2160": film("matroska", (5184, 2160)),
        "2162x2400": film("matroska", (2162, 2400)),
        "10 min": film("matroska", (360, 360), (0, 300, 599)),
        "10 min and a second": film("matroska", (360, 360), (0, 300, 600)),
        "mp4 cut off": mp4[: len(mp4) // 2],
        "mkv cut off": silent[: len(silent) // 2],
        # others
        "nothing": b"",
        "zeros": bytes(2000),
        "text": b"a man walks his dog\n" * 20,
        "page": b"<!DOCTYPE html><html><body>not found</body></html>",
        "playlist": b"#EXTM3U\n#EXT-X-TARGETDURATION:3\n#EXTINF:3,\na.ts\n#EXT-X-ENDLIST\n",
        "pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n",
    }


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return make_samples(tmp_path_factory.mktemp("samples"))


# ------------------------------------------------------------------------------------------ judging


class Judge:
    """The emulator, asked with plain HTTP."""

    def __init__(self, http: httpx.Client) -> None:
        self._http = http

    def refusal(self, input_type: str, section: dict[str, Any]) -> str | None:
        """What the emulator says against a request; None when it accepts it."""
        # Written by hand: neither the wrapper's client nor its checks have a part in it.
        body = {"input_type": input_type, "model_name": "marengo3.0", input_type: section}
        return self.refusal_of(body)

    def refusal_of(self, body: dict[str, Any]) -> str | None:
        """The same of a whole request."""
        headers = {"content-type": "application/json", "x-api-key": "any"}
        response = self._http.post("/embed-v2", content=json.dumps(body), headers=headers)
        if response.status_code == 200:
            return None
        assert response.status_code in (400, 413), response.text
        return response.text

    def task_refusal(self, input_type: str, section: dict[str, Any]) -> str | None:
        """What the emulator says against a task, at once or when it has worked on it."""
        body = {"input_type": input_type, "model_name": "marengo3.0", input_type: section}
        headers = {"content-type": "application/json", "x-api-key": "any"}
        created = self._http.post("/embed-v2/tasks", content=json.dumps(body), headers=headers)
        if created.status_code != 202:
            assert created.status_code in (400, 413), created.text
            return created.text
        path = f"/embed-v2/tasks/{created.json()['_id']}"
        while (task := self._http.get(path, headers=headers).json())["status"] == "processing":
            time.sleep(0.01)  # the emulator really works meanwhile
        return str(task["error"]["message"]) if task["status"] == "failed" else None


@pytest.fixture(scope="module")
def judge() -> Iterator[Judge]:
    with Emulator() as emulator, httpx.Client(base_url=emulator.base_url, timeout=60) as http:
        yield Judge(http)


def encoded(data: bytes) -> dict[str, str]:
    return {"base64_string": base64.b64encode(data).decode()}


def problems_of(make: Callable[[], Input], route: RouteName = "inline") -> list[Problem]:
    """What the builder refuses, or else what the checks refuse. Nothing is left unknown.

    The route is given, because otherwise another one would be found for what is too large or long.
    """
    try:
        input = make()
    except InvalidInputError as error:
        return list(error.problems)
    facts = examine(input)
    assert facts.notes == ()
    return problems(input, facts, route=route)


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
            found = problems_of(lambda make=make, data=data: make(data))  # type: ignore[misc]
            section: dict[str, Any] = {"media_source": encoded(data)}
            if input_type == "text_image":
                section["input_text"] = "a dog"
            refusal = judge.refusal(input_type, section)
            assert bool(refusal) is bool(found), (name, input_type, found, refusal)
            verdicts[input_type, not refusal] += 1
    assert sum(verdicts.values()) == 4 * len(files)
    assert all(verdicts[input_type, True] >= 4 for input_type in BUILDERS)
    print("every file:", dict(verdicts))


def test_every_file_as_a_task(files: dict[str, bytes], judge: Judge) -> None:
    """Also of 3 seconds, which is too short, and of more than 10 minutes, which is not too long."""
    verdicts: Counter[tuple[str, bool]] = Counter()
    sounds = {"wav of 4 s": wav(4), "wav of 3.999 s": wav(3.999), "wav of 11 min": wav(660)}
    for name, data in {**files, **sounds}.items():
        for input_type in ("audio", "video"):
            make = BUILDERS[input_type]
            found = problems_of(lambda make=make, data=data: make(data), "task")  # type: ignore[misc]
            refusal = judge.task_refusal(input_type, {"media_source": encoded(data)})
            assert bool(refusal) is bool(found), (name, input_type, found, refusal)
            verdicts[input_type, not refusal] += 1
    assert verdicts["audio", True] >= 2
    assert verdicts["video", True] >= 2
    print("every task:", dict(verdicts))


@pytest.mark.parametrize(("more_bytes", "accepted"), [(0, True), (1, False)])
def test_the_largest_file(more_bytes: int, accepted: bool, judge: Judge) -> None:
    sound = wav(36 * MIB / (2 * 8 * 192_000), rate_hz=192_000, channels=8)  # of few seconds
    data = sound[: 36 * MIB].ljust(36 * MIB + more_bytes, b"\0")
    assert (not problems_of(lambda: Audio(data))) is accepted
    assert (not judge.refusal("audio", {"media_source": encoded(data)})) is accepted


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
    """The request's section as somebody writes it who only has the contract."""
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

    @settings(SETTINGS, max_examples=400)
    @given(CASES)
    def agree(case: Case) -> None:
        input_type, text, name, raw = case
        data = files.get(name, b"")
        found = problems_of(lambda: build(input_type, text, data, raw))
        section = write(input_type, text, data, raw)
        refusal = judge.refusal(input_type, section)
        assert bool(refusal) is bool(found), (found, refusal)
        verdicts[input_type, not refusal] += 1
        if not refusal:  # then the builder writes the same request
            written = build(input_type, text, data, raw).section(lambda media: encoded(data))
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


# --------------------------------------------------------------------------------- several together

KINDS: dict[str, Callable[[bytes], SourceInput]] = {
    "png": Image,
    "png of 127x300": Image,
    "gif": Image,
    "wav": Audio,
    "m4a": Audio,
    "mkv": Video,
    "paper": Document,
    "text": Document,
}


@pytest.mark.parametrize("model", MODELS)
def test_several_together(
    model: str, files: dict[str, bytes], judge: Judge, tmp_path: Path
) -> None:
    """What is refused is refused rightly. Not the reverse: what nobody documents is let through."""
    paper = samples.document(tmp_path / "a.pdf", pages=["a dog", "a beach"]).read_bytes()
    verdicts: Counter[tuple[bool, bool]] = Counter()
    texts = st.sampled_from([None, None, "a dog", "dog " * 501, "dog " * 2001])
    chosen = st.lists(st.sampled_from([*KINDS, "png", "png", "wav"]), max_size=3)

    @settings(SETTINGS, max_examples=100)
    @given(texts, chosen, st.booleans())
    def agree(text: str | None, names: list[str], uncertainty: bool) -> None:
        if text is None and not names:
            return
        data = {name: paper if name == "paper" else files[name] for name in names}
        made = MultiInput(text, *(KINDS[name](data[name]) for name in names))
        asked = ModelSettings(uncertainty=uncertainty)
        found = problems(made, examine(made), model=model, settings=asked)
        body = {
            "input_type": "multi_input",
            "model_name": model,
            "multi_input": made.section(lambda media: encoded(b"".join(media.iter_chunks(MIB)))),
            **({"embedding_uncertainty": True} if uncertainty else {}),
        }
        refusal = judge.refusal_of(body)
        assert refusal or not found, found
        verdicts[not found, not refusal] += 1

    agree()
    print("several together (accepted by checks, by the emulator):", dict(verdicts))
    assert verdicts[False, False] >= 10
    assert verdicts[True, True] >= 5


# ------------------------------------------------------------------------------------ damaged files


def test_damaged_files(files: dict[str, bytes], judge: Judge) -> None:
    """What is refused is refused rightly. Not the reverse: checks do not decode recordings."""
    verdicts: Counter[tuple[bool, bool]] = Counter()
    names = ["jpeg", "png", "wav", "mp3", "flac", "mkv", "mp4", "avi", "transport stream"]
    places = st.lists(st.floats(0, 1, exclude_max=True), max_size=8)

    @settings(SETTINGS, max_examples=150)
    @given(st.sampled_from(names), places, st.floats(0.05, 1))
    def agree(name: str, flips: list[float], left: float) -> None:
        data = bytearray(files[name])
        for place in flips:
            data[int(place * len(data))] ^= 0xFF
        damaged = bytes(data[: round(left * len(data))])
        input_type = {"jpeg": "image", "png": "image", "wav": "audio", "mp3": "audio"}.get(name)
        input_type = input_type or ("audio" if name == "flac" else "video")
        found = problems_of(lambda: BUILDERS[input_type](damaged))
        refusal = judge.refusal(input_type, {"media_source": encoded(damaged)})
        assert refusal or not found, found
        verdicts[not found, not refusal] += 1

    agree()
    print("damaged files (accepted by checks, by the emulator):", dict(verdicts))
    assert verdicts[False, False] >= 10
    assert verdicts[True, True] >= 10
