"""Progress on standard error: a live display on a terminal, elsewhere a line now and then."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console

from twelvelabs_embed._text import duration_words
from twelvelabs_embed.cli import rendering
from twelvelabs_embed.cli.messages import log_text

if TYPE_CHECKING:
    from rich import progress as bars

    from twelvelabs_embed.uploads.progress import Phase, Progress

_FIRST_LINE_SEC, _LONGEST_PAUSE_SEC = 10.0, 60.0


class LineTimer:
    """When to print a line of progress: after 10 s, then at intervals that grow to a minute."""

    def __init__(self) -> None:
        self._pause_sec = self._due_sec = _FIRST_LINE_SEC

    def is_due(self, elapsed_sec: float) -> bool:
        """Return whether to print a line now; then the next one is due later."""
        if elapsed_sec < self._due_sec:
            return False
        self._pause_sec = min(2 * self._pause_sec, _LONGEST_PAUSE_SEC)
        self._due_sec = elapsed_sec + self._pause_sec
        return True


@contextmanager
def handling_logs(show: Callable[[logging.LogRecord], None]) -> Generator[None]:
    """Show the library's warnings and notices: those for people, whatever their level."""

    class Handler(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.levelno >= logging.WARNING or getattr(record, "is_notice", False):
                show(record)

    log, handler = logging.getLogger("twelvelabs_embed"), Handler()
    before = log.level
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    try:
        yield
    finally:
        log.setLevel(before)
        log.removeHandler(handler)


class Watcher:
    """Shows the progress of a call.

    Attributes:
        task_id: the task that is waited for, once there is one
        asset_id: the asset that was waited for before, if a file was uploaded
    """

    def __init__(self, to: Console, what: str, typed: Callable[..., str] | None) -> None:
        self.task_id = ""
        self.asset_id = ""
        self._to = to
        self._typed = typed
        self._display = _LiveDisplay(to, what) if to.is_interactive else _Lines(to)

    def update(self, progress: Progress) -> None:
        """Show the progress; a progress callback of the library."""
        if progress.phase == "processing":
            self.asset_id = progress.id or ""
        if progress.phase == "embedding" and progress.id and progress.id != self.task_id:
            self.task_id = progress.id
            self._print_task(progress.label)
        self._display.update(progress)

    def note(self, text: str) -> None:
        """Print a note above the live display."""
        rendering.print_note(self._to, text)

    def print(self, text: str) -> None:
        """Print a line above the live display."""
        self._to.print(rendering.plain(text), soft_wrap=True)

    def print_interruption(self) -> None:
        """Print what continues after Ctrl-C."""
        if self._typed is None:
            return
        if self.task_id:
            later = self._typed("tasks", "wait", self.task_id)
            self.print(f"Task {self.task_id} continues. To collect it: {later}")
        elif self.asset_id:
            delete = self._typed("assets", "delete", self.asset_id)
            self.print(f"Asset {self.asset_id} is kept. To delete it: {delete}")

    def _print_task(self, label: str) -> None:
        self.print(f"Task {self.task_id} embeds {label}")
        if self._typed:
            later = self._typed("tasks", "wait", self.task_id)
            self.print(f"It can be collected later: {later}")

    def stop(self) -> None:
        """Stop the display."""
        self._display.stop()


@contextmanager
def show_progress(what: str, *, typed: Callable[..., str] | None = None) -> Generator[Watcher]:
    """Show progress, failed attempts and tasks.

    Args:
        what: the title
        typed: makes the command to type of words such as `tasks wait ID`; None where nothing can
            be done later
    """
    with handling_logs(lambda record: watcher.note(log_text(record))):
        watcher = Watcher(rendering.console(stderr=True), what, typed)
        try:
            yield watcher
        except KeyboardInterrupt:
            watcher.stop()
            watcher.print_interruption()
            raise
        finally:
            watcher.stop()


@contextmanager
def show_indexing() -> Generator[Callable[[int, int], None]]:
    """Show how far the index of a dataset is, when one is made. Yields what to call with rows."""
    to = rendering.console(stderr=True)
    timer, started_sec = LineTimer(), time.monotonic()
    bar: bars.Progress | None = None

    def update(done: int, total: int) -> None:
        nonlocal bar
        if to.is_interactive:
            if bar is None:
                bar = _row_bar(to)
                bar.add_task("Indexing", total=total)
                bar.start()
            bar.update(bar.task_ids[0], completed=done)
        elif timer.is_due(time.monotonic() - started_sec):
            to.print(f"Indexing: {done:,} of {total:,} vectors", soft_wrap=True)

    with handling_logs(lambda record: rendering.print_note(to, log_text(record))):
        try:
            yield update
        finally:
            if bar is not None:
                bar.stop()


# --------------------------------------------------------------------------------------- displays


def _title(progress: Progress) -> str:
    doing = {"upload": "Uploading", "processing": "Preparing", "embedding": "Embedding"}
    return f"{doing[progress.phase]} {rendering.plain(progress.label)}".rstrip()


class _LiveDisplay:
    """A clock, or a bar of bytes, on a terminal."""

    def __init__(self, to: Console, what: str) -> None:
        self._to = to
        self._phase: Phase | None = None
        self._bars = _clock(to)
        self._row = self._bars.add_task(rendering.plain(what), total=None)
        self._bars.start()

    def update(self, progress: Progress) -> None:
        if progress.phase != self._phase:
            self._phase = progress.phase
            self._change(progress)
        else:
            self._bars.update(self._row, completed=progress.done_bytes)

    def _change(self, progress: Progress) -> None:
        self.stop()
        self._bars = (_bar if progress.total_bytes else _clock)(self._to)
        # Bytes sent before a crash count as done, but not for the speed.
        self._row = self._bars.add_task(
            _title(progress), total=progress.total_bytes or None, completed=progress.done_bytes
        )
        self._bars.start()

    def stop(self) -> None:
        self._bars.stop()


_CLOCK_WIDTH, _BAR_WIDTH = 12, 54  # characters besides the label


def _clock(to: Console) -> bars.Progress:
    from rich import progress as bars

    columns = bars.SpinnerColumn(), _label(to.width - _CLOCK_WIDTH), bars.TimeElapsedColumn()
    return bars.Progress(*columns, console=to, transient=True)


def _bar(to: Console) -> bars.Progress:
    from rich import progress as bars
    from rich.table import Column

    class Sent(bars.ProgressColumn):
        def render(self, task: bars.Task) -> str:
            return (
                f"{rendering.megabytes(task.completed)}/{rendering.megabytes(task.total or 0)} MB"
            )

    class Rate(bars.ProgressColumn):
        def render(self, task: bars.Task) -> str:
            return "" if task.speed is None else f"{rendering.megabytes(task.speed)} MB/s"

    def column(width: int) -> Column:
        return Column(justify="right", no_wrap=True, min_width=width)

    left = bars.TimeRemainingColumn(compact=True, table_column=column(5))
    return _with_bar(to, Sent(column(12)), Rate(column(10)), left)


def _row_bar(to: Console) -> bars.Progress:
    from rich import progress as bars

    return _with_bar(to, bars.MofNCompleteColumn(), bars.TimeRemainingColumn(compact=True))


def _with_bar(to: Console, *columns: bars.ProgressColumn) -> bars.Progress:
    from rich import progress as bars

    title, bar = _label(to.width - _BAR_WIDTH), bars.BarColumn(bar_width=14)
    return bars.Progress(title, bar, *columns, console=to, transient=True)


def _label(width: int) -> bars.ProgressColumn:
    """Build the column of the title; long names are truncated in favour of the numbers."""
    from rich import progress as bars
    from rich.table import Column

    column = Column(no_wrap=True, overflow="ellipsis", max_width=max(width, 12))
    return bars.TextColumn("{task.description}", markup=False, table_column=column)


class _Lines:
    """Lines at growing intervals, where there is no terminal."""

    def __init__(self, to: Console) -> None:
        self._to = to
        self._phase: Phase | None = None

    def update(self, progress: Progress) -> None:
        if progress.phase != self._phase:
            self._phase, self._timer = progress.phase, LineTimer()
        if self._timer.is_due(progress.elapsed_sec):
            self._to.print(self._line(progress), soft_wrap=True)

    def _line(self, progress: Progress) -> str:
        title, elapsed = _title(progress), duration_words(round(progress.elapsed_sec))
        if not progress.total_bytes:
            return f"{title}: {elapsed}"
        done, total = map(rendering.megabytes, (progress.done_bytes, progress.total_bytes))
        return f"{title}: {done} of {total} MB after {elapsed}"

    def stop(self) -> None:
        pass
