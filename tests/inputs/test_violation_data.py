"""Violations as data: the code, the field and the hint of all that an input rejects by itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import pytest
from twelvelabs_embed import (
    Audio,
    Document,
    Dynamic,
    Fixed,
    Image,
    MultiInput,
    Sequential,
    Spatial,
    Text,
    TimedText,
    Video,
)
from twelvelabs_embed.errors import Hint
from twelvelabs_embed.inputs.coercion import coerce

from tests.inputs.violations import only_violation

ANY = cast(Any, None)  # what the type checkers would not let through
NOT_A_NUMBER = cast(Any, "6")
OMIT_OR = Hint("text", "Count both from the beginning of the file")


@pytest.mark.parametrize(
    ("make", "code", "field", "hint"),
    [
        (
            lambda: Fixed(NOT_A_NUMBER),
            "Fixed.sec.wrong_type",
            "Fixed.sec",
            "Write 2, for example",
        ),
        (lambda: Fixed(1), "Fixed.sec.out_of_range", "Fixed.sec", "Use 2"),
        (lambda: Fixed(11), "Fixed.sec.out_of_range", "Fixed.sec", "Use 10"),
        (
            lambda: Dynamic(NOT_A_NUMBER),
            "Dynamic.min_sec.wrong_type",
            "Dynamic.min_sec",
            "Write 2, for example",
        ),
        (lambda: Dynamic(1), "Dynamic.min_sec.out_of_range", "Dynamic.min_sec", "Use 2"),
        (lambda: Dynamic(6), "Dynamic.min_sec.out_of_range", "Dynamic.min_sec", "Use 5"),
        (
            lambda: Spatial(cast(Any, "quadrant")),
            "Spatial.strategy.invalid",
            "Spatial.strategy",
            "Did you mean 'quadrants'?",
        ),
        (
            lambda: Sequential(0),
            "Sequential.max_sentences.invalid",
            "Sequential.max_sentences",
            "Write 5",
        ),
        (
            lambda: Sequential(5, 5),
            "Sequential.overlap_sentences.invalid",
            "Sequential.overlap_sentences",
            "Omit it for none",
        ),
        (lambda: TimedText(ANY, 2, "a"), "time.missing", "start", None),
        (lambda: TimedText(1, ANY, "a"), "time.missing", "end", None),
        (lambda: TimedText(1, 2, ""), "text.empty", "text", "Omit the entry"),
        (
            lambda: Video("a", start=cast(Any, "1:30")),
            "time.wrong_type",
            "start",
            Hint("example", "start", 12.5),
        ),
        (
            lambda: Video("a", start=float("nan")),
            "time.not_finite",
            "start",
            Hint("omit", "start", then=" to mean the beginning of the file"),
        ),
        (
            lambda: Audio("a", end=float("inf")),
            "time.not_finite",
            "end",
            Hint("omit", "end", then=" to mean the end of the file"),
        ),
        (lambda: Video("a", start=-1), "time.negative", "start", "Count from the beginning"),
        (
            lambda: Video("a", start=3, end=3),
            "time.end_before_start",
            "end",
            Hint("either", OMIT_OR, Hint("omit", "end")),
        ),
        (
            lambda: Video("a", segmentation=cast(Any, 6)),
            "segmentation.wrong_type",
            "segmentation",
            Hint(
                "either",
                Hint("use_segmentation", "fixed", "dynamic"),
                Hint("omit", "segmentation"),
            ),
        ),
        (
            lambda: Document("a", segmentation=cast(Any, 6)),
            "segmentation.wrong_type",
            "segmentation",
            Hint(
                "either",
                Hint("use_segmentation", "spatial", "sequential"),
                Hint("omit", "segmentation"),
            ),
        ),
        (
            lambda: Audio("a", options=cast(Any, 1)),
            "options.wrong_type",
            "options",
            Hint("example", "options", ["audio", "transcription"]),
        ),
        (
            lambda: Video("a", scopes=[]),
            "scopes.empty",
            "scopes",
            Hint("omit", "scopes", then=" for all of them"),
        ),
        (
            lambda: Video("a", types=cast(Any, "fussed")),
            "types.unknown",
            "types",
            "Did you mean 'fused'?",
        ),
        (
            lambda: Video("a", time_based_metadata=cast(Any, 1)),
            "time_based_metadata.invalid",
            "time_based_metadata",
            "Omit it for nothing",
        ),
        (
            lambda: Video("a", time_based_metadata=[]),
            "time_based_metadata.invalid",
            "time_based_metadata",
            "Omit it for nothing",
        ),
        (
            lambda: Text(cast(Any, 1)),
            "text.wrong_type",
            "text",
            "Convert it with str(), or wrap media in Image, Audio or Video",
        ),
        (
            lambda: MultiInput(None),
            "input.empty",
            "MultiInput",
            "Give a text, an image or a video",
        ),
        (
            lambda: MultiInput("a", cast(Any, "dog.jpg")),
            "source.wrong_type",
            "media 1",
            "Wrap it: Image(…), for example",
        ),
        (
            lambda: MultiInput("a", Video("a", end=2)),
            "source.has_option",
            "media 1",
            "Omit it, or embed the source by itself",
        ),
        (
            lambda: MultiInput("<@dog> as <@dogs>", dog=Image("a")),
            "reference.without_source",
            "text",
            "Did you mean 'dog'?",
        ),
        (
            lambda: MultiInput("as <@dog>"),
            "reference.without_source",
            "text",
            Hint("add_source", "dog"),
        ),
        (
            lambda: MultiInput("as <@>"),
            "reference.without_source",
            "text",
            Hint("add_source", "name"),
        ),
        (
            lambda: MultiInput("a", dog=Image("a")),
            "source.without_reference",
            "dog",
            "Write that into the text, or give the source without a name",
        ),
        (lambda: coerce(b"none"), "input.unknown_type", "input", Hint("name_input_type")),
    ],
)
def test_a_violation_names_the_field_and_what_to_do(
    make: Callable[[], object], code: str, field: str, hint: Hint | str | None
) -> None:
    violation = only_violation(make)
    wanted = Hint("text", hint) if isinstance(hint, str) else hint
    assert (violation.code, violation.field, violation.hint) == (code, field, wanted)
