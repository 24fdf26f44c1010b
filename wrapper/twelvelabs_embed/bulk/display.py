"""Display of runs in terminals and notebooks: their results, and a progress bar."""

from __future__ import annotations

import sys
from collections.abc import Callable
from html import escape
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from twelvelabs_embed._text import did_you_mean, duration_words
from twelvelabs_embed.errors import InvalidInputError, Violation

if TYPE_CHECKING:
    from twelvelabs_embed.bulk.report import RunProgress, RunReport

__all__ = ["ProgressLike", "as_callback", "report_html", "report_text"]

ProgressLike: TypeAlias = "Callable[[RunProgress], object] | Literal['bar']"
"""What is called with the progress, or `bar` for a bar in the terminal or the notebook."""

_BAR_CHARACTERS = 30
_MAX_MESSAGE = 160


# ----------------------------------------------------------------------------------------- results


def _facts(report: RunReport) -> list[tuple[str, str]]:
    """Return names and values of the figures of a run, without those that are 0."""
    counts = {
        "done": report.done,
        "failed": report.failed,
        "changed": report.changed,
        "copied": report.copied,
        "pruned": report.pruned,
        "done before": report.done_before,
        "failed before": report.failed_before,
        "omitted": report.omitted,
        "unfinished": report.unfinished,
    }
    items = ", ".join(f"{n:,} {name}" for name, n in counts.items() if n) or "nothing to do"
    requests = f"{report.requests:,}"
    if report.retries:
        requests += f" ({report.retries:,} retries)"
    facts = [
        ("items", items),
        ("vectors", f"{report.rows:,}"),
        ("requests", requests),
        ("audio and video", f"{report.media_sec / 60:,.1f} min" if report.media_sec else ""),
        ("tokens", f"{report.tokens:,}" if report.tokens else ""),
        ("time", f"{duration_words(report.seconds)}, {report.items_per_sec:,.1f} items/s"),
        ("waited for quota", duration_words(report.waited_sec) if report.waited_sec else ""),
        ("ended", "before the end of the source" if report.is_stopped else ""),
        ("folder", str(report.out)),
    ]
    return [(name, value) for name, value in facts if value]


def _failures(report: RunReport) -> list[tuple[str, str]]:
    """Return the failures by code: how many, and an example."""
    found: list[tuple[str, str]] = []
    for group in report.failures:
        message = " ".join(group.example.message.split())[:_MAX_MESSAGE]
        found.append((f"{group.count:,} {group.code}", f"{group.example.id}: {message}"))
    return found


def report_text(report: RunReport) -> str:
    """Return the results of a run as lines of text."""
    rows = [*_facts(report), *_failures(report)]
    width = max(len(name) for name, _ in rows)
    return "\n".join(["RunReport", *(f"  {name:<{width}}  {value}" for name, value in rows)])


def report_html(report: RunReport) -> str:
    """Return the results of a run as a table, safe to put into a page."""
    rows = "".join(
        f"<tr><th style='text-align:left'>{escape(name)}</th>"
        f"<td style='text-align:left'>{escape(value)}</td></tr>"
        for name, value in [*_facts(report), *_failures(report)]
    )
    return f"<table>{rows}</table>"


# ---------------------------------------------------------------------------------------- progress


def as_callback(progress: ProgressLike | None) -> Callable[[RunProgress], object] | None:
    """Return what is called with the progress.

    Raises:
        InvalidInputError: a word that is not `bar`
    """
    if not isinstance(progress, str):
        return progress
    if progress != "bar":
        hint = did_you_mean(progress, ["bar"]) or "Write progress='bar'"
        violation = Violation("progress", repr(progress), "it is 'bar' or a function", hint)
        raise InvalidInputError([violation])
    return _notebook_bar() or _TerminalBar()


def _bar_text(progress: RunProgress) -> str:
    """Return how far a run has come, in one line."""
    finished = progress.done + progress.failed + progress.skipped
    parts = [f"{finished:,}" if progress.total is None else f"{finished:,}/{progress.total:,}"]
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
    finished = progress.done + progress.failed + progress.skipped
    return min(finished / progress.total, 1.0) if progress.total else 1.0


class _TerminalBar:
    """A line on standard error that is written again; without a terminal nothing."""

    def __init__(self) -> None:
        self._is_terminal = sys.stderr.isatty()
        self._is_over = False

    def __call__(self, progress: RunProgress) -> None:
        if not self._is_terminal or self._is_over:
            return
        part = _part(progress)
        full = round((part or 0.0) * _BAR_CHARACTERS)
        bar = "" if part is None else f"[{'#' * full}{'.' * (_BAR_CHARACTERS - full)}] "
        self._is_over = part == 1.0 and not progress.current
        end = "\n" if self._is_over else ""
        print(f"\r\x1b[K{bar}{_bar_text(progress)}", end=end, file=sys.stderr, flush=True)


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
