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

from twelvelabs_embed._units import join_words
from twelvelabs_embed.errors import InvalidInputError, Problem
from twelvelabs_embed.limits import InputType, LimitName, WordListName, all_words, find_limit

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


def to_words(value: object, name: WordListName, input_type: InputType) -> object:
    """Known words in the order of the contract, so that equal choices are equal inputs.

    A bare string is one word: it can mean nothing else, and is often typed.
    """
    if isinstance(value, str):
        return (value,)
    if value is None or isinstance(value, bytes) or not isinstance(value, Iterable):
        return value
    words = tuple(cast(Iterable[object], value))
    known = all_words(name, input_type)
    return tuple(sorted(words, key=lambda word: known.index(word) if word in known else 99))


def shorten(text: str) -> str:
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"


def refuse(problems: list[Problem]) -> None:
    if problems:
        raise InvalidInputError(problems)


def text_problems(text: object) -> list[Problem]:
    if isinstance(text, str):
        return []
    way_out = "Convert it with str(), or wrap media in Image, Audio or Video"
    return [Problem("text", given(text), "a text is a str", way_out)]


_WHOLE = {"start": "beginning", "end": "end"}


def time_problems(start_sec: object, end_sec: object) -> list[Problem]:
    problems: list[Problem] = []
    limit = find_limit("min_start_sec", "video")
    earliest_sec = limit.value if limit else 0.0
    for name, value in (("start", start_sec), ("end", end_sec)):
        if value is None:
            continue
        if not isinstance(value, float):
            allowed = "a time is a number of seconds or a timedelta"
            problems.append(Problem(name, given(value), allowed, f"Write {name}=12.5, for example"))
        elif not math.isfinite(value):
            way_out = f"Leave {name} out to mean the {_WHOLE[name]} of the file"
            problems.append(Problem(name, f"{value}", "a time is a finite number", way_out))
        elif name == "start" and value < earliest_sec:
            allowed = f"a recording starts at {earliest_sec:g} s"
            problems.append(Problem(name, f"{value:g} s", allowed, "Count from the beginning"))
    if problems or not isinstance(end_sec, float):
        return problems
    start = start_sec if isinstance(start_sec, float) else 0.0
    if end_sec <= start:
        allowed = f"the end lies after the start, which is at {start:g} s"
        way_out = "Count both from the beginning of the file, or leave end out"
        problems.append(Problem("end", f"{end_sec:g} s", allowed, way_out))
    return problems


def word_problems(name: WordListName, words: object, input_type: InputType) -> list[Problem]:
    known = all_words(name, input_type)
    allowed = f"{name} of {input_type} are {join_words(known)}"
    if words is None:
        return []
    if not isinstance(words, tuple):
        way_out = f"Write {name}={list(known)}, for example"
        return [Problem(name, given(words), allowed, way_out)]
    chosen = cast(tuple[object, ...], words)
    if not chosen:
        # The contract does not say what an empty list means; all and nothing are both thinkable.
        way_out = f"Leave {name} out for all of them"
        return [Problem(name, "nothing is asked for", allowed, way_out)]
    problems = [
        Problem(name, shorten(repr(word)), allowed, suggest(word, known))
        for index, word in enumerate(chosen)
        if word not in known and word not in chosen[:index]  # words need not be hashable
    ]
    problems += [
        Problem(name, f"{word!r} is there {chosen.count(word)} times", "each may be there once")
        for word in known
        if chosen.count(word) > 1
    ]
    return problems


def suggest(word: object, known: tuple[str, ...]) -> str:
    import difflib  # only needed here

    text = word.lower() if isinstance(word, str) else ""
    near = difflib.get_close_matches(text, known, n=1, cutoff=0.5)
    return f"Did you mean {near[0]!r}?" if near else ""


def int_problems(name: str, value: object, low: LimitName, high: LimitName) -> list[Problem]:
    low_limit, high_limit = find_limit(low, "video"), find_limit(high, "video")
    assert low_limit is not None
    assert high_limit is not None
    minimum, maximum = int(low_limit.value), int(high_limit.value)
    allowed = f"it is a whole number of seconds, {minimum} to {maximum}"
    if not is_int(value):
        return [Problem(name, given(value), allowed, f"Write {minimum}, for example")]
    if minimum <= value <= maximum:
        return []
    return [Problem(name, f"{value} s", allowed, f"Take {min(max(value, minimum), maximum)}")]


def is_int(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)


def given(value: object) -> str:
    return f"{shorten(repr(value))} is of type {type(value).__name__}"
