"""What settings of inputs may be: what is converted, and what is wrong with what cannot be.

A conversion changes what has a meaning and passes on what has none: the problems then find
everything that is wrong, and not only the first thing.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Iterable
from datetime import timedelta
from numbers import Real
from typing import SupportsIndex, TypeAlias, TypeGuard, cast

from twelvelabs_embed._text import join_words
from twelvelabs_embed.errors import InvalidInputError, Violation
from twelvelabs_embed.limits.tables import ChoiceName, InputType, LimitName, all_choices, find_limit

Seconds: TypeAlias = float | timedelta
"""A time from the beginning of a file."""

_LONGEST_SHOWN = 60  # characters of a text in repr and messages


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


def to_choices(value: object, name: ChoiceName, input_type: InputType) -> object:
    """Known words in the order of the contract, so that equal choices are equal inputs.

    A bare string is one word: it can mean nothing else, and is often typed.
    """
    if isinstance(value, str):
        return (value,)
    if value is None or isinstance(value, bytes) or not isinstance(value, Iterable):
        return value
    words = tuple(cast(Iterable[object], value))
    known = all_choices(name, input_type)
    return tuple(sorted(words, key=lambda word: known.index(word) if word in known else 99))


def shorten(text: str) -> str:
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"


def refuse(violations: list[Violation]) -> None:
    if violations:
        raise InvalidInputError(violations)


def text_violations(text: object) -> list[Violation]:
    if isinstance(text, str):
        return []
    hint = "Convert it with str(), or wrap media in Image, Audio or Video"
    return [Violation("text", given(text), "a text is a str", hint)]


_WHOLE = {"start": "beginning", "end": "end"}


def time_violations(start_sec: object, end_sec: object) -> list[Violation]:
    violations: list[Violation] = []
    limit = find_limit("min_start_sec", "video")
    earliest_sec = limit.value if limit else 0.0
    for name, value in (("start", start_sec), ("end", end_sec)):
        if value is None:
            continue
        if not isinstance(value, float):
            allowed = "a time is a number of seconds or a timedelta"
            violations.append(
                Violation(name, given(value), allowed, f"Write {name}=12.5, for example")
            )
        elif not math.isfinite(value):
            hint = f"Leave {name} out to mean the {_WHOLE[name]} of the file"
            violations.append(Violation(name, f"{value}", "a time is a finite number", hint))
        elif name == "start" and value < earliest_sec:
            allowed = f"a recording starts at {earliest_sec:g} s"
            violations.append(Violation(name, f"{value:g} s", allowed, "Count from the beginning"))
    if violations or not isinstance(end_sec, float):
        return violations
    start = start_sec if isinstance(start_sec, float) else 0.0
    if end_sec <= start:
        allowed = f"the end lies after the start, which is at {start:g} s"
        hint = "Count both from the beginning of the file, or leave end out"
        violations.append(Violation("end", f"{end_sec:g} s", allowed, hint))
    return violations


def word_violations(name: ChoiceName, words: object, input_type: InputType) -> list[Violation]:
    known = all_choices(name, input_type)
    allowed = f"{name} of {input_type} are {join_words(known)}"
    if words is None:
        return []
    if not isinstance(words, tuple):
        hint = f"Write {name}={list(known)}, for example"
        return [Violation(name, given(words), allowed, hint)]
    chosen = cast(tuple[object, ...], words)
    if not chosen:
        # The contract does not say what an empty list means; all and nothing are both thinkable.
        hint = f"Leave {name} out for all of them"
        return [Violation(name, "nothing is asked for", allowed, hint)]
    violations = [
        Violation(name, shorten(repr(word)), allowed, suggest(word, known))
        for index, word in enumerate(chosen)
        if word not in known and word not in chosen[:index]  # words need not be hashable
    ]
    violations += [
        Violation(name, f"{word!r} is there {chosen.count(word)} times", "each may be there once")
        for word in known
        if chosen.count(word) > 1
    ]
    return violations


def suggest(word: object, known: tuple[str, ...]) -> str:
    import difflib  # only needed here

    text = word.lower() if isinstance(word, str) else ""
    near = difflib.get_close_matches(text, known, n=1, cutoff=0.5)
    return f"Did you mean {near[0]!r}?" if near else ""


def int_violations(name: str, value: object, low: LimitName, high: LimitName) -> list[Violation]:
    low_limit, high_limit = find_limit(low, "video"), find_limit(high, "video")
    assert low_limit is not None
    assert high_limit is not None
    minimum, maximum = int(low_limit.value), int(high_limit.value)
    allowed = f"it is a whole number of seconds, {minimum} to {maximum}"
    if not is_int(value):
        return [Violation(name, given(value), allowed, f"Write {minimum}, for example")]
    if minimum <= value <= maximum:
        return []
    return [Violation(name, f"{value} s", allowed, f"Take {min(max(value, minimum), maximum)}")]


def is_int(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)


def given(value: object) -> str:
    return f"{shorten(repr(value))} is of type {type(value).__name__}"
