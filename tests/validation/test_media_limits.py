"""Rules of media: size, pixels, duration and sound."""

from __future__ import annotations

from typing import Any

import pytest
from twelvelabs_embed.errors import Hint
from twelvelabs_embed.inputs import (
    Audio,
    Image,
    Input,
    MultiInput,
    TextImage,
    Video,
    VideoOption,
)
from twelvelabs_embed.validation.media_probe import MediaFacts, inspect_media

from tests.planning import violations, warnings
from tests.validation.facts import FILM, GOOD, IMAGE, MB, SOUND, but, only

TASK_OF_35 = {"model": "marengo3.5", "route": "task"}
OF_IMAGES = Hint("text", "Make it smaller: fewer pixels, or JPEG of lower quality")
OF_REQUESTS = Hint("omit", "route", then=", and it is uploaded")
OF_THE_SYNC_ENDPOINT = Hint("omit", "route", then=", and a task embeds it")


@pytest.mark.parametrize(
    ("input", "facts", "model", "most", "hint"),
    [
        (Image("a"), IMAGE, "marengo3.0", 32, OF_IMAGES),
        (TextImage("a", "a"), IMAGE, "marengo3.0", 32, OF_IMAGES),
        (Audio("a"), SOUND, "marengo3.0", 36, OF_REQUESTS),
        (Video("a"), FILM, "marengo3.0", 36, OF_REQUESTS),
        (Image("a"), IMAGE, "marengo3.5", 32, OF_IMAGES),
        (TextImage("a", "a"), IMAGE, "marengo3.5", 32, OF_IMAGES),
        (Audio("a"), but(SOUND, duration_sec=20.0), "marengo3.5", 32, OF_THE_SYNC_ENDPOINT),
        (Video("a"), but(FILM, duration_sec=20.0), "marengo3.5", 32, OF_THE_SYNC_ENDPOINT),
    ],
)
def test_sizes_inline(input: Input, facts: MediaFacts, model: str, most: int, hint: Hint) -> None:
    fits = but(facts, size_bytes=most * MB)
    assert violations(input, fits, model=model, route="inline") == []
    too_large = but(facts, size_bytes=most * MB + 1)
    violation = only(violations(input, too_large, model=model, route="inline"))
    assert (violation.code, violation.field, violation.hint) == ("media.too_large", "media", hint)
    assert violation.value == f"{facts.label} has {most}.00 MB ({most * MB + 1:,} bytes)"
    assert f"at most {most} MB" in violation.allowed


@pytest.mark.parametrize(
    ("input", "facts", "most", "said"),
    [
        (Audio("a"), SOUND, 10240 * MB, "at most 10 GB of audio can be uploaded"),
        (Video("a"), FILM, 10240 * MB, "at most 10 GB of video can be uploaded"),
    ],
)
def test_sizes_of_uploads(input: Input, facts: MediaFacts, most: int, said: str) -> None:
    assert violations(input, but(facts, size_bytes=most)) == []
    for duration_sec in (facts.duration_sec, 7200.0):  # embedded at once, or by a task
        too_large = but(facts, size_bytes=most + 1, duration_sec=duration_sec)
        violation = only(violations(input, too_large))
        assert (violation.code, violation.allowed) == ("media.too_large", said)
        assert violation.value == f"{facts.label} has 10.00 GB (10,737,418,241 bytes)"


def test_only_what_is_uploaded_has_limits_of_uploads() -> None:
    enormous = but(FILM, size_bytes=99 * 1024 * MB)
    for via in ("url", "asset"):
        assert violations(Video("a"), but(enormous, via=via)) == []
    assert "inside a request" in only(violations(Video("a"), enormous, route="inline")).allowed
    assert violations(Video("a"), but(FILM, size_bytes=None), route="asset") == []


def test_what_can_be_uploaded_may_be_too_large_for_a_task() -> None:
    long = but(FILM, duration_sec=7200.0)
    assert violations(Video("a"), but(long, size_bytes=4096 * MB)) == []
    violation = only(violations(Video("a"), but(long, size_bytes=4096 * MB + 1)))
    assert (violation.code, violation.allowed) == ("media.too_large", "a task takes at most 4 GB")
    assert violation.value == "match.mp4 has 4.00 GB (4,294,967,297 bytes)"
    for via in ("url", "asset"):  # by a link to an object in a store, whose size is known
        large = but(long, size_bytes=4096 * MB + 1, via=via)
        assert only(violations(Video("a"), large)).allowed == "a task takes at most 4 GB"


def test_a_link_has_no_limit_of_size_that_could_be_checked() -> None:
    facts = inspect_media(Video("https://a.example/a.mp4"))
    assert violations(Video("https://a.example/a.mp4"), facts) == []
    assert violations(Video("a"), but(FILM, via="url", size_bytes=99 * MB)) == []


@pytest.mark.parametrize(
    ("size", "ok"),
    [((128, 128), True), ((127, 128), False), ((5000, 127), False), ((9000, 128), True)],
)
@pytest.mark.parametrize(
    ("input", "settings"), [(Image("a"), {}), (TextImage("a", "a"), {}), (Image("a"), TASK_OF_35)]
)
def test_image_pixels(size: tuple[int, int], ok: bool, input: Input, settings: Any) -> None:
    found = violations(input, but(IMAGE, width_px=size[0], height_px=size[1]), **settings)
    assert (not found) is ok
    if found:
        violation = only(found)
        assert (violation.code, violation.field) == ("media.too_few_pixels", "media")
        assert violation.value == f"dog.jpg has {size[0]}x{size[1]} pixels"
        assert "128" in violation.allowed


def test_pixels_that_are_not_known() -> None:
    for unknown in ({"width_px": None}, {"height_px": None}):
        assert violations(Image("a"), but(IMAGE, **unknown)) == []
        assert violations(Video("a"), but(FILM, **unknown)) == []


TOO_FEW, TOO_MANY = "media.too_few_pixels", "media.too_many_pixels"
RATIO = "media.aspect_ratio"


@pytest.mark.parametrize(
    ("size", "codes"),
    [
        ((360, 360), []),
        ((359, 360), [TOO_FEW]),
        ((864, 360), []),
        ((360, 864), []),
        ((866, 360), [RATIO]),
        ((5184, 2160), []),
        ((2160, 5184), []),
        ((5186, 2162), [TOO_MANY]),
        ((3000, 2400), [TOO_MANY]),
        ((5300, 300), [TOO_FEW, TOO_MANY, RATIO]),
        ((0, 0), []),
    ],
)
@pytest.mark.parametrize("settings", [{}, TASK_OF_35])
def test_video_pixels(size: tuple[int, int], codes: list[str], settings: Any) -> None:
    found = violations(Video("a"), but(FILM, width_px=size[0], height_px=size[1]), **settings)
    assert [violation.code for violation in found] == codes
    assert {violation.field for violation in found} <= {"media"}
    assert all(f"{size[0]}x{size[1]}" in violation.value for violation in found)


def test_pixels_that_are_not_square() -> None:
    """Only what is wrong both ways is rejected."""
    narrow = but(FILM, width_px=320, height_px=480, pixel_aspect_ratio=1.2)
    assert violations(Video("a"), narrow) == []
    stretched = but(FILM, width_px=640, height_px=360, pixel_aspect_ratio=2.0)
    assert violations(Video("a"), stretched) == []
    assert violations(Video("a"), but(narrow, pixel_aspect_ratio=1.01))
    assert violations(Video("a"), but(narrow, pixel_aspect_ratio=0.0001))


@pytest.mark.parametrize(("input", "facts"), [(Audio("a"), SOUND), (Video("a"), FILM)])
def test_durations(input: Input, facts: MediaFacts) -> None:
    for model, most_sec in (("marengo3.0", 600), ("marengo3.5", 30)):
        settings: Any = {"model": model, "route": "inline"}
        assert violations(input, but(facts, duration_sec=float(most_sec)), **settings) == []
        violation = only(violations(input, but(facts, duration_sec=most_sec + 1.0), **settings))
        assert violation.code == "media.too_long"
    violation = only(violations(input, but(facts, duration_sec=700.0), route="inline"))
    assert (violation.code, violation.value) == (
        "media.too_long",
        f"{facts.label} is 11 min 40 s long",
    )
    assert "at most 10 min" in violation.allowed
    assert violation.hint == OF_THE_SYNC_ENDPOINT
    slightly = but(facts, duration_sec=600.04)
    assert "10 min 0.04 s" in only(violations(input, slightly, route="inline")).value


@pytest.mark.parametrize(("input", "facts"), [(Audio("a"), SOUND), (Video("a"), FILM)])
def test_durations_of_tasks(input: Input, facts: MediaFacts) -> None:
    assert violations(input, but(facts, duration_sec=4 * 3600.0)) == []
    violation = only(violations(input, but(facts, duration_sec=4 * 3600 + 0.5)))
    assert (violation.code, violation.value) == (
        "media.too_long",
        f"{facts.label} is 4 h 0.5 s long",
    )
    assert violation.allowed == "a task takes at most 4 h"
    assert violations(input, but(facts, duration_sec=4.0), route="task") == []
    short = but(facts, duration_sec=3.9)
    assert violations(input, short) == []
    violation = only(violations(input, short, route="task"))
    assert (violation.code, violation.allowed) == ("media.too_short", "a task takes at least 4 s")
    assert violation.value == f"{facts.label} is 3.9 s long"
    assert violation.hint == Hint("omit", "route", then=": short files need no task")


def test_a_short_file_that_goes_by_a_task_for_its_settings() -> None:
    found = violations(Audio("a", start=1), but(SOUND, duration_sec=3.9), model="marengo3.5")
    assert only(found).code == "media.too_short"
    assert only(found).hint == Hint("omit", "start", then=": as a whole, it needs no task")
    # With the other model they are no reason for a task.
    found = violations(Audio("a", start=1), but(SOUND, duration_sec=3.9), route="task")
    assert only(found).hint == Hint("omit", "route", then=": short files need no task")


def test_limits_of_sources() -> None:
    input, source = MultiInput("a", Video("a")), but(FILM, duration_sec=30.0, size_bytes=32 * MB)

    def codes(model: str = "marengo3.5", **changes: Any) -> list[str]:
        facts = MediaFacts(sources=(but(source, **changes),))
        return [one.code for one in violations(input, facts, model=model)]

    assert codes() == codes(size_bytes=None, duration_sec=None) == []
    assert codes(size_bytes=32 * MB + 1) == ["media.too_large"]
    assert codes(duration_sec=30.001) == ["media.too_long"]
    assert codes(duration_sec=99.0, is_estimate=True) == []
    assert codes(size_bytes=33 * MB, duration_sec=31.0) == ["media.too_large", "media.too_long"]
    assert codes("marengo3.0", width_px=300) == ["sources.wrong_model", "media.too_few_pixels"]


def test_a_start_behind_the_end() -> None:
    for input, facts in ((Audio("a", start=60), SOUND), (Video("a", start=99.5), FILM)):
        violation = only(violations(input, facts))
        assert (violation.code, violation.field) == ("start.after_end", "start")
        assert (violation.value, violation.allowed) == (
            f"{input.start_sec:g} s",
            f"{facts.label} is 60 s long",
        )
    assert violations(Audio("a", start=59.9), SOUND) == []
    assert violations(Audio("a", start=1, end=9_999), SOUND) == []
    assert violations(Audio("a", start=99), but(SOUND, duration_sec=None)) == []


def test_sound_that_is_not_there() -> None:
    silent = but(FILM, has_audio=False)
    wanted: list[list[VideoOption]] = [["audio"], ["transcription"], ["audio", "transcription"]]
    for options in wanted:
        violation = only(violations(Video("a", options=options), silent))
        assert (violation.code, violation.field) == ("options.no_audio", "options")
        assert violation.value == " and ".join(options)
        assert violation.hint == Hint("set", "options", "visual")
        assert violations(Video("a", options=options), but(FILM, has_audio=None)) == []
    for video in (Video("a"), Video("a", options=["visual", "audio"])):
        assert violations(video, silent) == []
        assert "no audio track" in warnings(video, silent)[0]


def test_all_violations_are_reported_together() -> None:
    facts = but(
        FILM,
        size_bytes=50 * MB,
        width_px=5300,
        height_px=300,
        duration_sec=700.0,
        has_audio=False,
        fault="truncated",
    )
    found = violations(Video("a", start=800, options="audio"), facts, route="inline")
    assert [violation.field for violation in found] == ["media"] * 6 + ["start", "options"]
    both = violations(TextImage("", "a"), but(IMAGE, width_px=1))
    assert [violation.field for violation in both] == ["text", "media"]


@pytest.mark.parametrize(("input", "facts"), GOOD[1:])
def test_a_model_without_known_limits_rejects_nothing_for_them(
    input: Input, facts: MediaFacts
) -> None:
    facts = but(facts, size_bytes=9_999 * MB, duration_sec=99_999.0, width_px=1)
    assert violations(input, facts)
    assert violations(input, facts, model="marengo9") == []
