"""Display of a run in progress: a live panel, or a line now and then."""

from __future__ import annotations

import logging
import os
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from twelvelabs_embed._text import clock, duration_words
from twelvelabs_embed.cli import rendering
from twelvelabs_embed.cli.messages import log_text
from twelvelabs_embed.cli.progress import LineTimer, handling_logs

if TYPE_CHECKING:
    from twelvelabs_embed.bulk import Current, RunProgress

_MAX_CURRENT = 6
_BAR_WIDTH = 40


class Panel:
    """Display of the progress of a run, on standard error.

    Attributes:
        last: the last progress; None before the run started
    """

    def __init__(self, to: Console) -> None:
        self.last: RunProgress | None = None
        self._to = to
        self._live = Live(console=to, transient=True, auto_refresh=False)
        self._retries = 0
        self._last_lines: dict[str, str] = {}
        self._timer = LineTimer()
        self._lock = Lock()
        self._is_stopping = False

    def show(self, progress: RunProgress) -> None:
        """Show the progress; a callback of the library."""
        with self._lock:
            self.last = progress
            if self._to.is_interactive:
                self._live.update(self._picture(progress), refresh=True)
            elif self._timer.is_due(progress.elapsed_sec):
                self._to.print(_line(progress), soft_wrap=True)

    def show_stop(self) -> None:
        """Show that no more items are started."""
        # Without the lock: a signal may arrive while it is held.
        self._is_stopping = True
        os.write(2, b"" if self._to.is_interactive else _STOPPING.encode() + b"\n")

    def show_end(self) -> None:
        """Print the last progress of a run that ended early."""
        if self.last is not None:
            done, failed = rendering.counted(self.last.done, "item"), self.last.failed
            text = f"{done} embedded, {failed:,} failed; the same command resumes from here"
            self._to.print(text, soft_wrap=True)

    @contextmanager
    def open(self) -> Generator[None]:
        """Show the panel until the context ends."""
        with handling_logs(self._handle_log):
            if not self._to.is_interactive:
                yield
                return
            with self._live:
                self._live.update(Text("Reading the source"), refresh=True)
                yield

    def _handle_log(self, record: logging.LogRecord) -> None:
        text = log_text(record)
        if getattr(record, "is_notice", False):
            rendering.print_note(self._to, text)
        elif getattr(record, "operation", None):
            self._retries += 1
            self._last_lines["Last failed attempt"] = rendering.plain(text)
        else:  # about one item, as there may be about many
            self._last_lines["Last warning"] = rendering.plain(text)

    def _picture(self, progress: RunProgress) -> RenderableType:
        parts: list[RenderableType] = [
            _bar(progress),
            _counts(progress),
            _speed(progress, self._retries),
        ]
        if progress.current:
            parts.append(_current_table(progress, self._to.width))
        for name, text in self._last_lines.items():
            parts.append(_one_line(f"{name}: {text}", "yellow"))
        if self._is_stopping:
            parts.append(_one_line(_STOPPING, "bold yellow"))
        return Group(*parts)


_STOPPING = "Stopping: items in progress are finished. Once more ends them immediately"


# -------------------------------------------------------------------------------------- progress


def _bar(progress: RunProgress) -> Table:
    finished, total = progress.finished, progress.total
    row = Table.grid(padding=(0, 2, 0, 0))
    if total is None:
        row.add_row(rendering.counted(finished, "item"), clock(progress.elapsed_sec))
        return row
    share = finished / total if total else 1.0
    row.add_row(
        ProgressBar(max(total, 1), finished, width=_BAR_WIDTH),
        f"{share:4.0%}",
        f"{finished:,} of {rendering.counted(total, 'item')}",
        clock(progress.elapsed_sec),
    )
    return row


def _counts(progress: RunProgress) -> Text:
    parts = [
        (f"{progress.done:,} done", "green"),
        (f"{progress.failed:,} failed", "red" if progress.failed else ""),
        (rendering.counted(progress.rows, "vector"), ""),
    ]
    if progress.skipped:
        parts.append((f"{progress.skipped:,} skipped", ""))
    return _joined(parts)


def _speed(progress: RunProgress, retries: int) -> Text:
    parts = [(f"{progress.items_per_sec:,.1f} items/s", "")]
    if progress.left_sec is not None:
        parts.append((f"{clock(progress.left_sec)} left", ""))
    if progress.throttled_by:
        parts.append(
            (f"quota wait {clock(progress.waited_sec)} ({progress.throttled_by})", "yellow")
        )
    elif progress.waited_sec >= 1:
        parts.append((f"quota wait {clock(progress.waited_sec)}", ""))
    if retries:
        parts.append((rendering.counted(retries, "failed attempt"), "yellow"))
    return _joined(parts)


def _joined(parts: Sequence[tuple[str, str]]) -> Text:
    text = Text(no_wrap=True, overflow="ellipsis")
    for number, (word, style) in enumerate(parts):
        text.append("  ·  " if number else "", "dim").append(word, style)
    return text


def _current_table(progress: RunProgress, width: int) -> Table:
    """Show the oldest items in progress, the best hint at what is slow."""
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True, overflow="ellipsis", max_width=max(width - 44, 16), style="dim")
    table.add_column(no_wrap=True, style="dim")
    table.add_column(no_wrap=True, justify="right", style="dim")
    for one in progress.current[:_MAX_CURRENT]:
        age_sec = max(progress.elapsed_sec - one.started_sec, 0.0)
        table.add_row(rendering.plain(one.id), _phase(one), clock(age_sec))
    if (more := len(progress.current) - _MAX_CURRENT) > 0:
        table.add_row(f"and {more:,} more", "", "")
    return table


def _phase(current: Current) -> str:
    if current.phase == "upload" and current.total_bytes:
        sent, total = map(rendering.megabytes, (current.done_bytes, current.total_bytes))
        return f"uploading {sent}/{total} MB"
    words = {"upload": "uploading", "processing": "preparing", "embedding": "embedding (task)"}
    return words.get(current.phase, current.phase)


def _one_line(text: str, style: str) -> Text:
    return Text(text, style, no_wrap=True, overflow="ellipsis")


def _line(progress: RunProgress) -> str:
    of = "" if progress.total is None else f" of {progress.total:,}"
    parts = [
        f"{progress.finished:,}{of} items after {duration_words(round(progress.elapsed_sec))}",
        f"{progress.done:,} done",
        f"{progress.failed:,} failed",
        f"{progress.items_per_sec:,.1f} items/s",
    ]
    if progress.left_sec is not None:
        parts.append(f"{duration_words(round(progress.left_sec))} left")
    if progress.throttled_by:
        parts.append(f"waits for the quota ({progress.throttled_by})")
    return ", ".join(parts)
