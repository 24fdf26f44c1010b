"""Violations as data: the code, the field and the hint of each rule of texts and of media.

Those that depend on the model are in test_models.py, limits of media in test_media_limits.py.
"""

from __future__ import annotations

from typing import Any

import pytest
from twelvelabs_embed.errors import Hint
from twelvelabs_embed.inputs import Image, Input, MultiInput, Text, TextImage, Video
from twelvelabs_embed.validation.media_probe import MediaFacts

from tests.planning import violations
from tests.validation.facts import FILM, IMAGE, MB, but

TEXT, NEW = MediaFacts(), {"model": "marengo3.5"}


def with_text(text: str, facts: MediaFacts) -> tuple[Input, MediaFacts]:
    return MultiInput(text, Image("dog.jpg")), MediaFacts(sources=(facts,))


# input and facts, settings of the request -> field, code and hint of the violation
REJECTED: list[tuple[tuple[Input, MediaFacts], dict[str, Any], str, Hint | str | None]] = [
    ((Text(""), TEXT), {}, "text: text.empty", None),
    ((TextImage("", "a"), IMAGE), {}, "text: text.empty", None),
    (
        (Text("\ud83d"), TEXT),
        {},
        "text: text.lone_surrogate",
        "Read it again with the right encoding",
    ),
    (
        with_text("\ud83d", IMAGE),
        NEW,
        "text: text.lone_surrogate",
        "Read it again with the right encoding",
    ),
    (
        with_text("a", but(IMAGE, size_bytes=33 * MB)),
        NEW,
        "media 1: media.too_large",
        "Use a smaller copy",
    ),
    (
        (MultiInput("a", Video("a.mp4")), MediaFacts(sources=(FILM,))),
        NEW,
        "media 1: media.too_long",
        "Cut a part out",
    ),
    (
        (Video("a"), but(FILM, size_bytes=11_000 * MB)),
        {},
        "media: media.too_large",
        "Give a link to it, encode it at a lower bit rate, or split it",
    ),
    (
        (Video("a"), but(FILM, width_px=350, height_px=350)),
        {},
        "media: media.too_few_pixels",
        "Scale it up, or use a better copy",
    ),
    (
        (Video("a"), but(FILM, width_px=5200, height_px=2200)),
        {},
        "media: media.too_many_pixels",
        "Scale it down",
    ),
    ((Text("a"), TEXT), {"route": "task"}, "route: route.not_possible", Hint("omit", "route")),
]


@pytest.mark.parametrize(("given", "options", "field_and_code", "hint"), REJECTED)
def test_a_violation_names_the_field_and_what_to_do(
    given: tuple[Input, MediaFacts],
    options: dict[str, Any],
    field_and_code: str,
    hint: Hint | str | None,
) -> None:
    (violation,) = violations(*given, **options)
    assert f"{violation.field}: {violation.code}" == field_and_code
    assert violation.hint == (Hint("text", hint) if isinstance(hint, str) else hint)
