"""What is shown during long work. Time is passed in, so that no test waits."""

from __future__ import annotations

import contextlib
import io
import logging
import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Literal

import pytest
from rich.console import Console
from twelvelabs_embed import Progress
from twelvelabs_embed.cli import progress, rendering
from twelvelabs_embed.cli.progress import Watcher, show_indexing, show_progress

MB = 1 << 20
log = logging.getLogger("twelvelabs_embed")


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> Callable[..., io.StringIO]:
    """`shown(80)` makes standard error a terminal of 80 columns; `shown()` makes it a file."""

    def make(columns: int = 0) -> io.StringIO:
        written = io.StringIO()
        console = Console(
            file=written,
            force_terminal=bool(columns),
            width=columns or 1000,
            highlight=False,
            legacy_windows=False,
            _environ={"TERM": "xterm"},
        )
        monkeypatch.setattr(rendering, "console", lambda *, stderr: console)
        return written

    return make


def upload(done_mb: float, elapsed_sec: float, label: str = "film.mkv") -> Progress:
    return Progress("upload", label, round(done_mb * MB), 400 * MB, elapsed_sec)


def waited(elapsed_sec: float, id: str | None = None) -> Progress:
    return Progress("embedding", "film.mkv", 0, 0, elapsed_sec, id)


def frames(written: io.StringIO) -> list[str]:
    """The lines that were on the terminal, one after the other."""
    text = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", written.getvalue())
    return [line.strip() for line in re.split(r"[\r\n]+", text) if line.strip()]


def typed(*words: str) -> str:
    return f"type {' '.join(words)}"


def test_a_file_gets_a_line_now_and_then(shown: Callable[..., io.StringIO]) -> None:
    written = shown()
    with show_progress("Embedding film.mkv") as watcher:
        for elapsed_sec in range(200):
            watcher.update(upload(2 * elapsed_sec, elapsed_sec))
        for elapsed_sec in range(70):
            watcher.update(waited(elapsed_sec))
    assert written.getvalue().splitlines() == [
        "Uploading film.mkv: 20.0 of 400.0 MB after 10 s",
        "Uploading film.mkv: 60.0 of 400.0 MB after 30 s",
        "Uploading film.mkv: 140.0 of 400.0 MB after 1 min 10 s",
        "Uploading film.mkv: 260.0 of 400.0 MB after 2 min 10 s",
        "Uploading film.mkv: 380.0 of 400.0 MB after 3 min 10 s",
        "Embedding film.mkv: 10 s",
        "Embedding film.mkv: 30 s",
    ]


def test_what_is_quick_gets_no_line(shown: Callable[..., io.StringIO]) -> None:
    written = shown()
    with show_progress("Embedding film.mkv") as watcher:
        watcher.update(upload(400, 9.9))
        watcher.update(waited(9.9))
    assert written.getvalue() == ""


@pytest.mark.parametrize("columns", [60, 80, 120])
def test_a_terminal_gets_a_bar_with_bytes(shown: Callable[..., io.StringIO], columns: int) -> None:
    written, label = shown(columns), "a film with a name that is " + "rather " * 6 + "long.mkv"
    with show_progress(f"Embedding {label}") as watcher:
        watcher.update(upload(100, 1, label))
        watcher.update(upload(399.9, 2, label))
    lines = frames(written)
    assert max(map(len, lines)) <= columns
    assert lines[0].startswith("⠋ Embedding a film")
    assert lines[0].endswith("0:00:00")
    bars = [line for line in lines if line.startswith("Uploading")]
    assert "100.0/400.0 MB" in bars[0]
    assert "399.9/400.0 MB" in bars[-1]


def test_a_bar_has_the_speed_and_the_time_that_is_left(
    shown: Callable[..., io.StringIO],
) -> None:
    written = shown(120)
    with show_progress("Embedding film.mkv") as watcher:
        for done_mb in (100, 200, 300, 399.9):
            watcher.update(upload(done_mb, 1))
    assert re.search(r"399.9/400.0 MB +[\d.,]+ MB/s +\d\d:\d\d$", frames(written)[-1])


def test_a_terminal_gets_a_clock_while_the_service_works(
    shown: Callable[..., io.StringIO],
) -> None:
    written = shown(80)
    with show_progress("Embedding film.mkv") as watcher:
        watcher.update(Progress("processing", "film.mkv", 0, 0, 0))
        watcher.update(waited(0))
    lines = frames(written)
    assert "⠋ Preparing film.mkv 0:00:00" in lines
    assert lines[-1] == "⠋ Embedding film.mkv 0:00:00"


def test_log_records_meanwhile_have_lines_of_their_own(
    shown: Callable[..., io.StringIO],
) -> None:
    written = shown(80)
    with show_progress("Embedding film.mkv", typed=typed) as watcher:
        watcher.update(upload(100, 1))
        log.warning("chunk 3 failed")
        log.info("not for users")
        watcher.update(upload(200, 2))
        watcher.update(waited(0, "t1"))
        watcher.update(waited(1, "t1"))
    lines = frames(written)
    assert lines.count("Note: chunk 3 failed") == 1
    assert lines.count("Task t1 embeds film.mkv") == 1
    assert lines.count("It can be collected later: type tasks wait t1") == 1
    assert not [line for line in lines if "not for users" in line]
    # What moves is gone in the end.
    assert written.getvalue().endswith("\x1b[2K\x1b[?25h") or "\x1b[1A\x1b[2K" in written.getvalue()


def test_indexing_of_a_dataset_has_lines_in_a_file(
    shown: Callable[..., io.StringIO], monkeypatch: pytest.MonkeyPatch
) -> None:
    times = iter(range(0, 100, 4))
    monkeypatch.setattr(progress, "time", SimpleNamespace(monotonic=lambda: next(times)))
    written = shown()
    with show_indexing() as update:
        for done in range(1_000, 9_000, 1_000):
            update(done, 9_000)
        log.warning("a part is damaged")
    assert written.getvalue().splitlines() == [
        "Indexing: 3,000 of 9,000 vectors",
        "Indexing: 8,000 of 9,000 vectors",
        "Note: a part is damaged",
    ]


def test_indexing_of_a_dataset_has_a_bar_on_a_terminal(shown: Callable[..., io.StringIO]) -> None:
    written = shown(80)
    with show_indexing():
        pass
    assert written.getvalue() == ""  # there was nothing to be done
    with show_indexing() as update:
        update(50, 150)
        update(150, 150)
    assert re.match(r"Indexing .* 0/150 ", frames(written)[0])
    assert re.match(r"Indexing .* 150/150 ", frames(written)[-1])


INTERRUPTED = {
    "embedding": "Task i1 continues. To collect it: type tasks wait i1",
    "processing": "Asset i1 is kept. To delete it: type assets delete i1",
}


@pytest.mark.parametrize("phase", ["embedding", "processing"])
def test_ctrl_c_reports_what_is_kept(
    shown: Callable[..., io.StringIO], phase: Literal["embedding", "processing"]
) -> None:
    def interrupted(typed: Callable[..., str] | None) -> list[str]:
        written = shown()
        with contextlib.suppress(KeyboardInterrupt):
            with show_progress("Embedding film.mkv", typed=typed) as watcher:
                watcher.update(Progress(phase, "film.mkv", 0, 0, 0, "i1"))
                raise KeyboardInterrupt
        return written.getvalue().splitlines()

    assert interrupted(typed)[-1] == INTERRUPTED[phase]
    assert not [line for line in interrupted(None) if "type" in line]


def test_the_log_is_left_as_it_was(shown: Callable[..., io.StringIO]) -> None:
    shown()
    before = (log.level, [*log.handlers])
    with show_progress("Embedding film.mkv") as watcher:
        assert isinstance(watcher, Watcher)
        assert log.isEnabledFor(logging.INFO)
    assert (log.level, log.handlers) == before
