"""The display of a run in progress: each number in its place, and no place for what is nothing."""

from __future__ import annotations

import io
import logging
from typing import Any

import pytest
from attrs import evolve
from rich.console import Console
from twelvelabs_embed.bulk import Current, RunProgress
from twelvelabs_embed.cli.run_panel import Panel

log = logging.getLogger("twelvelabs_embed")
RUNNING = RunProgress(
    total=None,
    done=5_200,
    failed=0,
    skipped=0,
    rows=1,
    elapsed_sec=70.0,
    items_per_sec=1_012.25,
    left_sec=None,
    waited_sec=0.0,
    throttled_by="",
    current=(),
)


def console(*, is_terminal: bool = True) -> Console:
    return Console(
        file=io.StringIO(), force_terminal=is_terminal, width=200, _environ={"TERM": "xterm"}
    )


def picture(panel: Panel, progress: RunProgress) -> list[str]:
    """The lines of the panel, with single spaces."""
    shown = Console(file=io.StringIO(), width=200)
    shown.print(panel._picture(progress))
    assert isinstance(shown.file, io.StringIO)
    return [" ".join(line.split()) for line in shown.file.getvalue().splitlines()]


COUNTS, SPEED = "5,200 done · 0 failed · 1 vector", "1,012.2 items/s"


@pytest.mark.parametrize(
    ("changes", "lines"),
    [
        ({}, ["5,200 items 1:10", COUNTS, SPEED]),
        ({"total": 0, "done": 0}, ["100% 0 of 0 items 1:10", COUNTS.replace("5,200", "0"), SPEED]),
        ({"total": 10_400}, ["50% 5,200 of 10,400 items 1:10", COUNTS, SPEED]),
        (
            {"total": 5_204, "failed": 1, "skipped": 2},
            [
                "100% 5,203 of 5,204 items 1:10",
                "5,200 done · 1 failed · 1 vector · 2 skipped",
                SPEED,
            ],
        ),
        ({"left_sec": 0.0}, ["5,200 items 1:10", COUNTS, f"{SPEED} · 0:00 left"]),
        ({"waited_sec": 0.99}, ["5,200 items 1:10", COUNTS, SPEED]),
        ({"waited_sec": 1.0}, ["5,200 items 1:10", COUNTS, f"{SPEED} · quota wait 0:01"]),
        (
            {"throttled_by": "tpm"},
            ["5,200 items 1:10", COUNTS, f"{SPEED} · quota wait 0:00 (tpm)"],
        ),
    ],
)
def test_the_numbers_of_a_run(changes: dict[str, Any], lines: list[str]) -> None:
    found = picture(Panel(console()), evolve(RUNNING, **changes))
    # The bar, where it is known how many there are.
    assert [line.lstrip("━╸╺ ") for line in found] == lines


@pytest.mark.parametrize(
    ("current", "line"),
    [
        (Current("a.mp4", "sending", 10.0), "a.mp4 sending 1:00"),
        (Current("a.mp4", "upload", 69.6), "a.mp4 uploading 0:00"),
        (Current("a.mp4", "upload", 0.0, 3 << 19, 2 << 20), "a.mp4 uploading 1.5/2.0 MB 1:10"),
        (Current("a.mp4", "processing", 70.0, 1, 2), "a.mp4 preparing 0:00"),
        (Current("a.mp4", "embedding", 80.0), "a.mp4 embedding (task) 0:00"),
    ],
)
def test_an_item_in_progress(current: Current, line: str) -> None:
    assert picture(Panel(console()), evolve(RUNNING, current=(current,)))[3:] == [line]


@pytest.mark.parametrize(("count", "last"), [(6, "5 sending 1:10"), (7, "and 1 more")])
def test_the_oldest_items_are_shown(count: int, last: str) -> None:
    current = tuple(Current(str(number), "sending", 0.0) for number in range(count))
    shown = picture(Panel(console()), evolve(RUNNING, current=current))[3:]
    assert (shown[0], shown[-1]) == ("0 sending 1:10", last)


def test_what_is_logged_meanwhile(capfd: pytest.CaptureFixture[str]) -> None:
    to = console()
    panel = Panel(to)
    with panel.open():
        log.warning("first of an item")
        log.warning("a\x1b of an item")
        for number in (1, 2):
            log.warning(
                "%s: attempt %d",
                "embed.v_2.create",
                number,
                extra={"operation": "embed.v_2.create"},
            )
        log.info("a notice", extra={"is_notice": True})
        log.info("no notice")
        panel.show_stop()
    assert isinstance(to.file, io.StringIO)
    assert "Note: a notice" in to.file.getvalue()
    assert picture(panel, RUNNING)[2:] == [
        f"{SPEED} · 2 failed attempts",
        "Last warning: a\\x1b of an item",
        "Last failed attempt: embed: attempt 2",
        "Stopping: items in progress are finished. Once more ends them immediately",
    ]
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({}, "5,200 items after 1 min 10 s, 5,200 done, 0 failed, 1,012.2 items/s"),
        (
            {"total": 9_000, "failed": 2, "left_sec": 61.4, "throttled_by": "rpm"},
            "5,202 of 9,000 items after 1 min 10 s, 5,200 done, 2 failed, 1,012.2 items/s, "
            "1 min 1 s left, waits for the quota (rpm)",
        ),
    ],
)
def test_a_line_of_a_run_and_its_end(
    changes: dict[str, Any], line: str, capfd: pytest.CaptureFixture[str]
) -> None:
    to = console(is_terminal=False)
    panel = Panel(to)
    panel.show_end()
    with panel.open():
        panel.show(evolve(RUNNING, **changes))
        panel.show_stop()
    panel.show_end()
    assert isinstance(to.file, io.StringIO)
    failed = changes.get("failed", 0)
    end = f"5,200 items embedded, {failed} failed; the same command resumes from here"
    assert to.file.getvalue().splitlines() == [line, end]
    stopping = "Stopping: items in progress are finished. Once more ends them immediately\n"
    assert capfd.readouterr().err == stopping
