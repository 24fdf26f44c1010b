"""Violations as data: the code, the field and the hint of each rule of texts and of media.

Those that depend on the model are in test_models.py.
"""

from __future__ import annotations

from typing import Any

import pytest
from twelvelabs_embed.errors import Hint
from twelvelabs_embed.inputs import Audio, Image, Input, MultiInput, Text, TextImage, Video
from twelvelabs_embed.validation.media_probe import MediaFacts

from tests.planning import violations
from tests.validation.facts import FILM, IMAGE, MB, SOUND, but

TEXT, NEW = MediaFacts(), {"model": "marengo3.5"}
TASK = {"route": "task"}


def with_text(text: str, facts: MediaFacts) -> tuple[Input, MediaFacts]:
    return MultiInput(text, Image("dog.jpg")), MediaFacts(sources=(facts,))


@pytest.mark.parametrize(
    ("given", "options", "code", "field", "hint"),
    [
        ((Text(""), TEXT), {}, "text.empty", "text", None),
        ((TextImage("", "a"), IMAGE), {}, "text.empty", "text", None),
        (
            (Text("\ud83d"), TEXT),
            {},
            "text.lone_surrogate",
            "text",
            "Read it again with the right encoding",
        ),
        (
            with_text("\ud83d", IMAGE),
            NEW,
            "text.lone_surrogate",
            "text",
            "Read it again with the right encoding",
        ),
        (
            (Text("dog " * 501), TEXT),
            {},
            "text.too_long",
            "text",
            "Shorten it, or embed its parts one by one",
        ),
        (
            with_text("a", but(IMAGE, size_bytes=33 * MB)),
            NEW,
            "media.too_large",
            "media 1",
            "Use a smaller copy",
        ),
        (
            (MultiInput("a", Video("a.mp4")), MediaFacts(sources=(FILM,))),
            NEW,
            "media.too_long",
            "media 1",
            "Cut a part out",
        ),
        (
            (Image("a"), but(IMAGE, size_bytes=33 * MB)),
            {},
            "media.too_large",
            "media",
            "Make it smaller: fewer pixels, or JPEG of lower quality",
        ),
        (
            (Video("a"), but(FILM, size_bytes=11_000 * MB)),
            {},
            "media.too_large",
            "media",
            "Give a link to it, encode it at a lower bit rate, or split it",
        ),
        (
            (Video("a"), but(FILM, width_px=350, height_px=350)),
            {},
            "media.too_few_pixels",
            "media",
            "Scale it up, or use a better copy",
        ),
        (
            (Video("a"), but(FILM, width_px=5200, height_px=2200)),
            {},
            "media.too_many_pixels",
            "media",
            "Scale it down",
        ),
        (
            (Video("a"), but(FILM, width_px=1000, height_px=400)),
            {},
            "media.aspect_ratio",
            "media",
            "Crop it, or pad it with bars",
        ),
        (
            (Audio("a"), but(SOUND, duration_sec=3.9)),
            TASK,
            "media.too_short",
            "media",
            Hint("omit", "route", then=": short files need no task"),
        ),
        (
            (Audio("a"), but(SOUND, duration_sec=14_401.0)),
            TASK,
            "media.too_long",
            "media",
            "Split it into shorter files: the whole file counts, not a part of it",
        ),
        (
            (Audio("a", start=60), SOUND),
            {},
            "start.after_end",
            "start",
            "Choose an earlier start",
        ),
        (
            (Video("a", options="audio"), but(FILM, has_audio=False)),
            {},
            "options.no_audio",
            "options",
            Hint("set", "options", "visual"),
        ),
        ((Text("a"), TEXT), TASK, "route.not_possible", "route", Hint("omit", "route")),
    ],
)
def test_a_violation_names_the_field_and_what_to_do(
    given: tuple[Input, MediaFacts],
    options: dict[str, Any],
    code: str,
    field: str,
    hint: Hint | str | None,
) -> None:
    (violation,) = violations(*given, **options)
    wanted = Hint("text", hint) if isinstance(hint, str) else hint
    assert (violation.code, violation.field, violation.hint) == (code, field, wanted)
