"""Rules of the duration of audio and video."""

from __future__ import annotations

from twelvelabs_embed._text import duration_words
from twelvelabs_embed.errors import Hint, Violation
from twelvelabs_embed.inputs import Audio, Video
from twelvelabs_embed.validation.routing import unsupported_options
from twelvelabs_embed.validation.rules.subject import Subject


def duration(subject: Subject) -> list[Violation]:
    """Judge how long a recording is."""
    facts, limits = subject.facts, subject.limits
    if facts.duration_sec is None:
        return []
    value = f"{facts.label} is {duration_words(facts.duration_sec)} long"
    low, high = limits.get("min_duration_sec"), limits.get("max_duration_sec")
    if low is not None and facts.duration_sec < low.value:
        allowed = f"a task takes at least {duration_words(low.value)}"
        hint = Hint("omit", "route", then=": short files need no task")
        if unsupported := unsupported_options(subject.input, subject.options.model, "sync"):
            hint = Hint("omit", *unsupported, then=": as a whole, it needs no task")
        return [Violation("media", value, allowed, hint, code="media.too_short")]
    if high is None or facts.duration_sec <= high.value:
        return []
    if subject.endpoint != "task":
        allowed = f"at most {duration_words(high.value)} go through the sync endpoint"
        hint = Hint("omit", "route", then=", and a task embeds it")
    else:
        allowed = f"a task takes at most {duration_words(high.value)}"
        hint = Hint("text", "Split it into shorter files: the whole file counts, not a part of it")
    return [Violation("media", value, allowed, hint, code="media.too_long")]


def start_in_file(subject: Subject) -> list[Violation]:
    """Judge whether the start is before the end of the file."""
    input, duration_sec = subject.input, subject.facts.duration_sec
    if not isinstance(input, (Audio, Video)) or input.start_sec is None or duration_sec is None:
        return []
    if input.start_sec < duration_sec:
        return []
    allowed, hint = f"{subject.facts.label} is {duration_sec:g} s long", "Choose an earlier start"
    return [Violation("start", f"{input.start_sec:g} s", allowed, hint, code="start.after_end")]
