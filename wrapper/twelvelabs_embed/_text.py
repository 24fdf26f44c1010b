"""Text for people: sizes, durations, lists, suggestions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

_MIB = 1 << 20
_GIB = 1 << 30


def size_words(size_bytes: float) -> str:
    """`36 MB`, `4 GB`; with the bytes when they matter: `36.00 MB (37,748,737 bytes)`."""
    unit, name = (_GIB, "GB") if size_bytes >= _GIB else (_MIB, "MB")
    if size_bytes % unit == 0:
        return f"{size_bytes / unit:g} {name}"
    return f"{size_bytes / unit:.2f} {name} ({size_bytes:,.0f} bytes)"


def duration_words(duration_sec: float) -> str:
    """`11 min 40 s`, `4 h`; with milliseconds when they matter."""
    hours, seconds = divmod(round(duration_sec, 3), 3600)
    minutes, seconds = divmod(seconds, 60)
    shown = f"{round(seconds, 3):.3f}".rstrip("0").rstrip(".")
    words = [f"{hours:.0f} h"] * bool(hours) + [f"{minutes:.0f} min"] * bool(minutes)
    if shown != "0" or not words:
        words.append(f"{shown} s")
    return " ".join(words)


def clock(duration_sec: float) -> str:
    """`0:07`, `12:40`, `3:05:00`."""
    minutes, seconds = divmod(round(duration_sec), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def join_words(words: Sequence[str]) -> str:
    """Join words as in a sentence: `a, b and c`."""
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else "".join(words)


def closest_match(word: str, choices: Iterable[str], *, cutoff: float = 0.6) -> str | None:
    """Return the choice that a misspelt word probably means; None when none is similar."""
    from difflib import get_close_matches

    return next(iter(get_close_matches(word, list(choices), n=1, cutoff=cutoff)), None)


def did_you_mean(word: str, choices: Iterable[str]) -> str:
    """Ask for the closest match: `Did you mean 'clip'?`; empty when there is none."""
    near = closest_match(word.lower(), choices, cutoff=0.5)
    return f"Did you mean {near!r}?" if near else ""


def sql_list(values: Iterable[str]) -> str:
    """Write texts as a list in SQL: `('a', 'it''s')`."""
    return f"({', '.join(sql_text(value) for value in values)})"


def sql_text(value: str) -> str:
    """Quote a text for SQL: `'it''s'`."""
    return "'" + value.replace("'", "''") + "'"


def shorten_middle(text: str, longest: int = 80) -> str:
    """Omit the middle of a text that is longer: a path's end says most."""
    half = longest // 2
    return text if len(text) <= longest else f"{text[:half]}…{text[-half:]}"


def value_words(value: object) -> str:
    """`'dog.jpg' is of type str`; without an address in memory, which says nothing."""
    shown, kind = repr(value), f"of type {type(value).__name__}"
    return f"an object {kind}" if shown.startswith("<") else f"{shorten_middle(shown)} is {kind}"
