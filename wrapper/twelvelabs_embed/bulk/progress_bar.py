"""Progress bar of a run, in terminals and notebooks."""

from __future__ import annotations

import sys
from collections.abc import Callable
from html import escape
from typing import Any, Literal, TypeAlias

from twelvelabs_embed._text import did_you_mean, duration_words
from twelvelabs_embed.bulk.report import RunProgress
from twelvelabs_embed.errors import InvalidInputError, Violation

ProgressLike: TypeAlias = Callable[[RunProgress], object] | Literal["bar"]
"""What is called with the progress, or `bar` for a bar in the terminal or the notebook."""

_BAR_CHARACTERS = 30


def as_callback(progress: ProgressLike | None) -> Callable[[RunProgress], object] | None:
    """Return what is called with the progress, or reject a word that is not `bar`."""
    if not isinstance(progress, str):
        return progress
    if progress != "bar":
        hint = did_you_mean(progress, ["bar"]) or "Write progress='bar'"
        violation = Violation("progress", repr(progress), "it is 'bar' or a function", hint)
        raise InvalidInputError([violation])
    return _notebook_bar() or _terminal_bar()


def _bar_text(progress: RunProgress) -> str:
    """Return how far a run has come, in one line."""
    total = "" if progress.total is None else f"/{progress.total:,}"
    parts = [f"{progress.finished:,}{total}"]
    parts += [f"{progress.failed:,} failed"] * bool(progress.failed)
    parts.append(f"{progress.items_per_sec:,.1f} items/s")
    if progress.left_sec is not None:
        parts.append(f"{duration_words(progress.left_sec)} left")
    if progress.throttled_by:
        parts.append(f"throttled by {progress.throttled_by}")
    return ", ".join(parts)


def _part(progress: RunProgress) -> float | None:
    """Return the part of the items that is finished; None when their number is not known."""
    if progress.total is None:
        return None
    return min(progress.finished / progress.total, 1.0) if progress.total else 1.0


def _terminal_bar() -> Callable[[RunProgress], object]:
    """Return a line on standard error that is written again; without a terminal nothing."""
    is_over = not sys.stderr.isatty()

    def show(progress: RunProgress) -> None:
        nonlocal is_over
        if is_over:
            return
        part = _part(progress)
        full = round((part or 0.0) * _BAR_CHARACTERS)
        bar = "" if part is None else f"[{'#' * full}{'.' * (_BAR_CHARACTERS - full)}] "
        is_over = part == 1.0 and not progress.current
        end = "\n" if is_over else ""
        print(f"\r\x1b[K{bar}{_bar_text(progress)}", end=end, file=sys.stderr, flush=True)

    return show


def _notebook_bar() -> Callable[[RunProgress], object] | None:
    """Return a bar for the notebook in which this runs; None elsewhere."""
    # Only a notebook has imported IPython's kernel.
    if "IPython" not in sys.modules or "ipykernel" not in sys.modules:
        return None
    from IPython.display import HTML, display  # type: ignore[import-not-found, unused-ignore]

    make_html: Any = HTML
    handle: Any = display(make_html(""), display_id=True)

    def show(progress: RunProgress) -> None:
        part = _part(progress)
        value = "" if part is None else f" value='{part:.4f}'"
        text = escape(_bar_text(progress))
        handle.update(make_html(f"<progress max='1'{value}></progress> {text}"))

    return show
