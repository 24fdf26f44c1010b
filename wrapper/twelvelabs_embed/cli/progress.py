"""What is shown while one waits: on a terminal it moves, elsewhere it is a line now and then.

All of it goes to standard error.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from rich.console import Console

from twelvelabs_embed._text import duration_words
from twelvelabs_embed.cli import rendering
from twelvelabs_embed.cli.messages import log_text

if TYPE_CHECKING:
    from rich import progress as bars

    from twelvelabs_embed.uploads.progress import Phase, Progress

_FIRST_LINE_SEC, _LONGEST_PAUSE_SEC = 10.0, 60.0


class Watcher:
    """Somebody who waits for the library.

    Attributes:
        task_id: the task that is waited for, once there is one
        asset_id: the asset that was waited for before, if something was uploaded
    """

    def __init__(self, to: Console, what: str, typed: Callable[..., str] | None) -> None:
        self.task_id = ""
        self.asset_id = ""
        self._to = to
        self._typed = typed
        self._display = _Moving(to, what) if to.is_interactive else _Lines(to)

    def tell(self, progress: Progress) -> None:
        """Show how far it is; a progress callback of the library."""
        if progress.phase == "processing":
            self.asset_id = progress.id or ""
        if progress.phase == "embedding" and progress.id and progress.id != self.task_id:
            self.task_id = progress.id
            self._tell_task(progress.label)
        self._display.tell(progress)

    def note(self, text: str) -> None:
        """Print a note, above what moves."""
        rendering.print_note(self._to, text)

    def remark(self, text: str) -> None:
        """Print a line, above what moves."""
        self._to.print(rendering.plain(text), soft_wrap=True)

    def tell_interruption(self) -> None:
        """Print what Ctrl-C does not end."""
        if self._typed is None:
            return
        if self.task_id:
            later = self._typed("tasks", "wait", self.task_id)
            self.remark(f"Task {self.task_id} goes on without you: {later}")
        elif self.asset_id:
            delete = self._typed("assets", "delete", self.asset_id)
            self.remark(f"Asset {self.asset_id} stays; to delete it: {delete}")

    def _tell_task(self, label: str) -> None:
        self.remark(f"Task {self.task_id} embeds {label}")
        if self._typed:
            later = self._typed("tasks", "wait", self.task_id)
            self.remark(f"It can be collected later: {later}")

    def start(self) -> None:
        """Begin to show that something goes on."""
        self._display.start()

    def stop(self) -> None:
        """End it."""
        self._display.stop()


@contextmanager
def watching(what: str, *, typed: Callable[..., str] | None = None) -> Generator[Watcher]:
    """Show that something goes on; tell of attempts that failed and of tasks.

    Args:
        what: what goes on
        typed: makes of words, `tasks wait ID`, the command that one types; None where nothing can
            be done later
    """
    watcher = Watcher(rendering.console(stderr=True), what, typed)
    log, handler = logging.getLogger("twelvelabs_embed"), _LogHandler(watcher)
    level = log.level
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    watcher.start()
    try:
        yield watcher
    except KeyboardInterrupt:
        watcher.stop()
        watcher.tell_interruption()
        raise
    finally:
        watcher.stop()
        log.setLevel(level)
        log.removeHandler(handler)


class _LogHandler(logging.Handler):
    """Tells of what the library logs: attempts that failed and are repeated, uploads that go on."""

    def __init__(self, watcher: Watcher) -> None:
        super().__init__(logging.INFO)
        self._watcher = watcher

    def emit(self, record: logging.LogRecord) -> None:
        if record.levelno >= logging.WARNING or getattr(record, "is_notice", False):
            self._watcher.note(log_text(record))


# ------------------------------------------------------------------------------ what it looks like


def _words(progress: Progress) -> str:
    doing = {"upload": "Uploading", "processing": "Preparing", "embedding": "Embedding"}
    return f"{doing[progress.phase]} {rendering.plain(progress.label)}".rstrip()


class _Display(Protocol):
    def start(self) -> None: ...
    def tell(self, progress: Progress) -> None: ...
    def stop(self) -> None: ...


class _Moving(_Display):
    """On a terminal: a clock, or a bar of bytes."""

    def __init__(self, to: Console, what: str) -> None:
        self._to = to
        self._phase: Phase | None = None
        self._bars = _clock(to)
        self._row = self._bars.add_task(rendering.plain(what), total=None)

    def start(self) -> None:
        self._bars.start()

    def tell(self, progress: Progress) -> None:
        if progress.phase != self._phase:
            self._phase = progress.phase
            self._change(progress)
        else:
            self._bars.update(self._row, completed=progress.done_bytes)

    def _change(self, progress: Progress) -> None:
        self.stop()
        self._bars = (_bar if progress.total_bytes else _clock)(self._to)
        # What was sent before a crash counts as done, but not for the speed.
        self._row = self._bars.add_task(
            _words(progress), total=progress.total_bytes or None, completed=progress.done_bytes
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

    return bars.Progress(
        _label(to.width - _BAR_WIDTH),
        bars.BarColumn(bar_width=14),
        Sent(column(12)),
        Rate(column(10)),
        bars.TimeRemainingColumn(compact=True, table_column=column(5)),
        console=to,
        transient=True,
    )


def _label(width: int) -> bars.ProgressColumn:
    """What goes on; a long name is cut short, because the numbers behind it say more."""
    from rich import progress as bars
    from rich.table import Column

    column = Column(no_wrap=True, overflow="ellipsis", max_width=max(width, 12))
    return bars.TextColumn("{task.description}", markup=False, table_column=column)


class _Lines(_Display):
    """Where nobody watches: a line now and then, less and less often."""

    def __init__(self, to: Console) -> None:
        self._to = to
        self._phase: Phase | None = None

    def start(self) -> None:
        pass

    def tell(self, progress: Progress) -> None:
        if progress.phase != self._phase:
            self._phase = progress.phase
            self._pause_sec = self._due_sec = _FIRST_LINE_SEC
        if progress.elapsed_sec >= self._due_sec:
            self._pause_sec = min(2 * self._pause_sec, _LONGEST_PAUSE_SEC)
            self._due_sec = progress.elapsed_sec + self._pause_sec
            self._to.print(self._line(progress), soft_wrap=True)

    def _line(self, progress: Progress) -> str:
        words, since = _words(progress), duration_words(round(progress.elapsed_sec))
        if not progress.total_bytes:
            return f"{words}: {since}"
        done, total = map(rendering.megabytes, (progress.done_bytes, progress.total_bytes))
        return f"{words}: {done} of {total} MB after {since}"

    def stop(self) -> None:
        pass
