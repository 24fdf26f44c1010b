"""Violations as data: the code, the field and the hint of all that an input rejects by itself."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from typing import Any, get_args

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
from twelvelabs_embed._immutable import copy_with
from twelvelabs_embed.errors import Hint, Violation
from twelvelabs_embed.inputs.coercion import coerce
from twelvelabs_embed.inputs.faults import Fault, StoreError, fault_of, fault_violation

from tests.inputs.violations import only_violation

OMIT_OR = Hint("text", "Count both from the beginning of the file")


def wrong(value: object) -> Any:
    """Return a value that the type checkers would not let through."""
    return value


# what makes it -> field, code and hint of the violation
REJECTED: list[tuple[Callable[[], object], str, Hint | str | None]] = [
    (lambda: Fixed(wrong("6")), "Fixed.sec: Fixed.sec.wrong_type", "Write 2, for example"),
    (lambda: Fixed(1), "Fixed.sec: Fixed.sec.out_of_range", "Use 2"),
    (lambda: Fixed(11), "Fixed.sec: Fixed.sec.out_of_range", "Use 10"),
    (
        lambda: Dynamic(wrong("6")),
        "Dynamic.min_sec: Dynamic.min_sec.wrong_type",
        "Write 2, for example",
    ),
    (lambda: Dynamic(1), "Dynamic.min_sec: Dynamic.min_sec.out_of_range", "Use 2"),
    (lambda: Dynamic(6), "Dynamic.min_sec: Dynamic.min_sec.out_of_range", "Use 5"),
    (
        lambda: Spatial(wrong("quadrant")),
        "Spatial.strategy: Spatial.strategy.invalid",
        "Did you mean 'quadrants'?",
    ),
    (
        lambda: Sequential(0),
        "Sequential.max_sentences: Sequential.max_sentences.invalid",
        "Write 5",
    ),
    (
        lambda: Sequential(5, 5),
        "Sequential.overlap_sentences: Sequential.overlap_sentences.invalid",
        "Omit it for none",
    ),
    (lambda: TimedText(wrong(None), 2, "a"), "start: time.missing", None),
    (lambda: TimedText(1, wrong(None), "a"), "end: time.missing", None),
    (lambda: TimedText(1, 2, ""), "text: text.empty", "Omit the entry"),
    (
        lambda: Video("a", start=wrong("1:30")),
        "start: time.wrong_type",
        Hint("example", "start", 12.5),
    ),
    (
        lambda: Video("a", start=float("nan")),
        "start: time.not_finite",
        Hint("omit", "start", then=" to mean the beginning of the file"),
    ),
    (
        lambda: Audio("a", end=float("inf")),
        "end: time.not_finite",
        Hint("omit", "end", then=" to mean the end of the file"),
    ),
    (lambda: Video("a", start=-1), "start: time.negative", "Count from the beginning"),
    (
        lambda: Video("a", start=3, end=3),
        "end: time.end_before_start",
        Hint("either", OMIT_OR, Hint("omit", "end")),
    ),
    (
        lambda: Video("a", segmentation=wrong(6)),
        "segmentation: segmentation.wrong_type",
        Hint("either", Hint("use_segmentation", "fixed", "dynamic"), Hint("omit", "segmentation")),
    ),
    (
        lambda: Document("a", segmentation=wrong(6)),
        "segmentation: segmentation.wrong_type",
        Hint(
            "either",
            Hint("use_segmentation", "spatial", "sequential"),
            Hint("omit", "segmentation"),
        ),
    ),
    (
        lambda: Audio("a", options=wrong(1)),
        "options: options.wrong_type",
        Hint("example", "options", ["audio", "transcription"]),
    ),
    (
        lambda: Video("a", scopes=[]),
        "scopes: scopes.empty",
        Hint("omit", "scopes", then=" for all of them"),
    ),
    (lambda: Video("a", types=wrong("fussed")), "types: types.unknown", "Did you mean 'fused'?"),
    (
        lambda: Document("a", options=wrong("txt")),
        "options: options.unknown",
        "Did you mean 'text'?",
    ),
    (lambda: Document("a", scopes=wrong("clip")), "scopes: scopes.unknown", None),
    (
        lambda: Document(""),
        "media: media.invalid",
        "Give the path of a file",
    ),
    (
        lambda: Video("a", time_based_metadata=wrong(1)),
        "time_based_metadata: time_based_metadata.invalid",
        "Omit it for nothing",
    ),
    (
        lambda: Video("a", time_based_metadata=wrong(b"ab")),
        "time_based_metadata: time_based_metadata.invalid",
        "Omit it for nothing",
    ),
    (
        lambda: Video("a", time_based_metadata=wrong([1, 2])),
        "time_based_metadata: time_based_metadata.invalid",
        None,
    ),
    (
        lambda: Video("a", time_based_metadata=[]),
        "time_based_metadata: time_based_metadata.invalid",
        "Omit it for nothing",
    ),
    (
        lambda: Text(wrong(1)),
        "text: text.wrong_type",
        "Convert it with str(), or wrap media in Image, Audio or Video",
    ),
    (lambda: MultiInput(None), "MultiInput: input.empty", "Give a text, an image or a video"),
    (
        lambda: MultiInput("a", wrong("dog.jpg")),
        "media 1: source.wrong_type",
        "Wrap it: Image(…), for example",
    ),
    (
        lambda: MultiInput("a", Video("a", end=2)),
        "media 1: source.has_option",
        "Omit it, or embed the source by itself",
    ),
    (
        lambda: MultiInput("<@dog> as <@dogs>", dog=Image("a")),
        "text: reference.without_source",
        "Did you mean 'dog'?",
    ),
    (lambda: MultiInput("as <@dog>"), "text: reference.without_source", Hint("add_source", "dog")),
    (lambda: MultiInput("as <@>"), "text: reference.without_source", Hint("add_source", "name")),
    (
        lambda: MultiInput("a", dog=Image("a")),
        "dog: source.without_reference",
        "Write that into the text, or give the source without a name",
    ),
    (lambda: coerce(b"none"), "input: input.unknown_type", Hint("name_input_type")),
]


@pytest.mark.parametrize("fault", get_args(Fault))
def test_each_fault_has_its_violation(fault: Fault) -> None:
    violation = fault_violation("film.mp4", fault, "why")
    assert (violation.field, violation.code) == ("media", f"media.{fault}")
    assert violation.value
    assert violation.allowed
    without = fault_violation("film.mp4", fault)
    assert without.value == violation.value.replace("'why'", "'film.mp4'").replace(
        " (why)", ""
    ).replace("why", "")


@pytest.mark.parametrize(
    ("error", "fault", "detail"),
    [
        (FileNotFoundError(2, "no such file", "a.mp4"), "missing", "a.mp4"),
        (NotADirectoryError(20, "no folder", "b/a.mp4"), "missing", "b/a.mp4"),
        (FileNotFoundError(), "missing", ""),
        (IsADirectoryError(21, "a folder", "b"), "directory", ""),
        (PermissionError(13, "denied", "a.mp4"), "unreadable", "denied"),
        (OSError("no number"), "unreadable", "OSError"),
        (ValueError("embedded null byte"), "unreadable", "embedded null byte"),
        (
            StoreError("object_missing", "nothing there", "s3://a/"),
            "object_missing",
            "nothing there",
        ),
    ],
    ids=repr,
)
def test_an_error_of_reading_is_a_fault(
    error: OSError | ValueError, fault: Fault, detail: str
) -> None:
    assert fault_of(error) == (fault, detail)
    again = pickle.loads(pickle.dumps(error))
    assert fault_of(again) == (fault, detail)
    assert vars(again) == vars(error)


def test_the_name_of_a_missing_file_is_shortened() -> None:
    assert len(fault_of(FileNotFoundError(2, "no", "a" * 5000))[1]) < 120


@pytest.mark.parametrize(("make", "field_and_code", "hint"), REJECTED)
def test_a_violation_names_the_field_and_what_to_do(
    make: Callable[[], object], field_and_code: str, hint: Hint | str | None
) -> None:
    violation = only_violation(make)
    assert f"{violation.field}: {violation.code}" == field_and_code
    assert violation.hint == (Hint("text", hint) if isinstance(hint, str) else hint)


def test_violations_are_immutable_values() -> None:
    hint = Hint("omit", "end", then=" for all")
    one = Violation("end", "9 s", "it is 5 s long", hint, code="a.b")
    assert repr(one) == (
        "Violation(field='end', value='9 s', allowed='it is 5 s long', "
        "hint=Hint(action='omit', args=('end',), then=' for all'), code='a.b')"
    )
    for same in (pickle.loads(pickle.dumps(one)), copy.deepcopy(one), copy_with(one)):
        assert (same, hash(same), str(same)) == (one, hash(one), str(one))
    assert copy_with(one, field="start") == Violation(
        "start", "9 s", "it is 5 s long", hint, code="a.b"
    )
    assert one != copy_with(one, code="a.c")
    assert one != tuple(getattr(one, name) for name in one.__match_args__)
    with pytest.raises(AttributeError, match="field"):
        one.field = "start"
    with pytest.raises(AttributeError, match="field"):
        del one.field


def test_values_are_equal_within_their_class_and_have_hashes_of_their_own() -> None:
    class Another(Violation):
        __slots__ = ()

    made = [Violation(field, "0", "at least 1") for field in "ab"]
    assert Another("a", "0", "at least 1") not in made
    assert len(set(map(hash, made))) == 2
