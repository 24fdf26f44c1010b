"""Converters and validators of the arguments of inputs.

A converter changes what has a meaning and passes on what has none: the validators then find
everything that is wrong, and not only the first thing.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Collection, Iterable
from datetime import timedelta
from numbers import Real
from typing import SupportsIndex, TypeAlias, TypeGuard, TypeVar, cast

from twelvelabs_embed._text import did_you_mean, join_words, shorten_middle, value_words
from twelvelabs_embed.errors import Hint, InvalidInputError, Violation
from twelvelabs_embed.inputs.media import Media
from twelvelabs_embed.inputs.media_conversion import MediaLike, as_media
from twelvelabs_embed.limits import ChoiceName, InputType, LimitName, all_choices, find_limit

Seconds: TypeAlias = float | timedelta
"""A time from the beginning of a file."""

Word = TypeVar("Word", bound=str)


# ------------------------------------------------------------------------------------- converters


def to_media(value: MediaLike) -> Media:
    """Make media of a value, or the error that `media_violations` reports."""
    try:
        return as_media(value)
    except InvalidInputError as error:
        return cast(Media, error)


def to_sec(value: Seconds | None) -> float | None:
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, bool) or not isinstance(value, Real):
        return value
    try:
        return float(value)
    except OverflowError:
        return math.inf


def to_int(value: SupportsIndex) -> int:
    # numpy's integers are as good as int; a bool is a mistake, and 4.0 may be one.
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        return cast(int, value)
    return operator.index(value)


def to_choices(
    value: Word | Collection[Word] | None, name: ChoiceName, input_type: InputType
) -> tuple[Word, ...] | None:
    """Sort known words in the order of the contract, so that equal choices are equal inputs.

    A bare string is one word: it can mean nothing else, and is often typed.
    """
    given = cast(object, value)
    if isinstance(given, str):
        return (cast(Word, given),)
    if given is None or isinstance(given, bytes) or not isinstance(given, Iterable):
        return cast(tuple[Word, ...] | None, given)
    known, words = all_choices(name, input_type), cast(Iterable[Word], given)
    return tuple(sorted(words, key=lambda word: known.index(word) if word in known else 99))


# ------------------------------------------------------------------------------------- validators


def raise_if_any(violations: list[Violation]) -> None:
    if violations:
        raise InvalidInputError(violations)


def media_violations(media: object) -> list[Violation]:
    return list(media.violations) if isinstance(media, InvalidInputError) else []


_WHOLE = {"start": "beginning", "end": "end"}


def time_violations(start_sec: object, end_sec: object) -> list[Violation]:
    if start_sec is None and end_sec is None:
        return []
    found: list[Violation] = []
    limit = find_limit("min_start_sec", "video")
    min_start_sec = limit.value if limit else 0.0
    for name, value in (("start", start_sec), ("end", end_sec)):
        if value is None:
            continue
        if not isinstance(value, float):
            allowed = "a time is a number of seconds or a timedelta"
            hint = Hint("example", name, 12.5)
            found.append(Violation(name, value_words(value), allowed, hint, code="time.wrong_type"))
        elif not math.isfinite(value):
            allowed = "a time is a finite number"
            hint = Hint("omit", name, then=f" to mean the {_WHOLE[name]} of the file")
            found.append(Violation(name, f"{value}", allowed, hint, code="time.not_finite"))
        elif name == "start" and value < min_start_sec:
            allowed = f"a recording starts at {min_start_sec:g} s"
            hint = Hint("text", "Count from the beginning")
            found.append(Violation(name, f"{value:g} s", allowed, hint, code="time.negative"))
    if found or not isinstance(end_sec, float):
        return found
    start = start_sec if isinstance(start_sec, float) else 0.0
    if end_sec > start:
        return []
    allowed = f"the end is after the start, which is at {start:g} s"
    count = Hint("text", "Count both from the beginning of the file")
    hint = Hint("either", count, Hint("omit", "end"))
    return [Violation("end", f"{end_sec:g} s", allowed, hint, code="time.end_before_start")]


def segmentation_violations(value: object, types: tuple[type, ...]) -> list[Violation]:
    if value is None or isinstance(value, types):
        return []
    names = [one.__name__ for one in types]
    use = Hint("use_segmentation", *(name.lower() for name in names))
    hint = Hint("either", use, Hint("omit", "segmentation"))
    allowed = f"it is {' or '.join(names)}"
    return [
        Violation("segmentation", value_words(value), allowed, hint, code="segmentation.wrong_type")
    ]


def choice_violations(input_type: InputType, **given_words: object) -> list[Violation]:
    """Find what is wrong with the options of an input that are lists of words."""
    found: list[Violation] = []
    for name, words in given_words.items():
        if words is not None:
            found += _word_violations(cast(ChoiceName, name), words, input_type)
    return found


def _word_violations(name: ChoiceName, words: object, input_type: InputType) -> list[Violation]:
    known = all_choices(name, input_type)
    allowed = f"{name} of {input_type} are {join_words(known)}"
    if not isinstance(words, tuple):
        hint = Hint("example", name, list(known))
        return [Violation(name, value_words(words), allowed, hint, code=f"{name}.wrong_type")]
    chosen = cast(tuple[object, ...], words)
    if not chosen:
        # The contract does not say what an empty list means: all and nothing are both possible.
        hint = Hint("omit", name, then=" for all of them")
        return [Violation(name, "nothing is asked for", allowed, hint, code=f"{name}.empty")]
    unknown = [
        Violation(
            name,
            shorten_middle(repr(word)),
            allowed,
            did_you_mean(str(word), known),
            code=f"{name}.unknown",
        )
        for index, word in enumerate(chosen)
        if word not in known and word not in chosen[:index]  # words need not be hashable
    ]
    repeated = [
        Violation(
            name,
            f"{word!r} is there {chosen.count(word)} times",
            "each may be there once",
            code=f"{name}.repeated",
        )
        for word in known
        if chosen.count(word) > 1
    ]
    return unknown + repeated


def int_violations(name: str, value: object, low: LimitName, high: LimitName) -> list[Violation]:
    low_limit, high_limit = find_limit(low, "video"), find_limit(high, "video")
    assert low_limit is not None
    assert high_limit is not None
    minimum, maximum = int(low_limit.value), int(high_limit.value)
    allowed = f"it is a whole number of seconds, {minimum} to {maximum}"
    if not is_int(value):
        hint = f"Write {minimum}, for example"
        return [Violation(name, value_words(value), allowed, hint, code=f"{name}.wrong_type")]
    if minimum <= value <= maximum:
        return []
    hint = f"Use {min(max(value, minimum), maximum)}"
    return [Violation(name, f"{value} s", allowed, hint, code=f"{name}.out_of_range")]


def is_int(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)
