"""How runs look in terminals and notebooks, and what is kept of what they used."""

from __future__ import annotations

import io
import json
import re
import sys
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from attrs import evolve
from twelvelabs_embed import InvalidInputError, TwelveLabs
from twelvelabs_embed.bulk import Current, RunProgress, RunReport, Slow
from twelvelabs_embed.bulk.failures import Failure, FailureGroup
from twelvelabs_embed.bulk.progress_bar import as_callback
from twelvelabs_embed.bulk.tally import Usage, add_usage, total_usage
from twelvelabs_embed.report import write_report

from tests.bulk.datasets import manifest


@pytest.fixture
def report(client: TwelveLabs, tmp_path: Path) -> RunReport:
    source = manifest(tmp_path / "<b>.jsonl", ["one", "two"])
    source.write_text(f"{source.read_text()}\n{json.dumps({'id': '<i>', 'media': 'no.jpg'})}\n")
    return client.bulk.run(source, tmp_path / "out")


def test_a_report_reads_well_in_a_terminal(report: RunReport) -> None:
    text = repr(report)
    assert str(report) == text
    assert "2 done, 1 failed" in text
    assert "invalid_input" in text
    assert str(report.out) in text
    assert max(map(len, text.splitlines())) < 300


LONG = " ".join(["broken\n"] * 40)


def test_a_report_has_all_figures_that_are_not_0() -> None:
    found = Failure("a<b", "video", "x&y", LONG, "{}", 2, datetime(2026, 11, 30, tzinfo=UTC), "v")
    counts = {
        "done": 1005, "changed": 2, "copied": 1, "kept": 6, "pruned": 7, "failed": 3,
        "done_before": 11, "failed_before": 13, "omitted": 17, "unfinished": 4, "rows": 1900,
        "requests": 2300, "retries": 9, "media_sec": 90.0, "tokens": 2900,
    }  # fmt: skip
    report = RunReport(
        out=Path("out"), **counts, seconds=125.0, items_per_sec=8.04, waited_sec=61.0,
        slowest=(Slow("a<b", 3.0),), failures=(FailureGroup("x&y", 3, [found]),), is_stopped=True,
    )  # fmt: skip
    shown = [
        ("items", "1,005 done, 3 failed, 2 changed, 1 copied, 7 pruned, 11 done before, "
                  "13 failed before, 17 omitted, 4 unfinished"),
        ("vectors", "1,900"),
        ("requests", "2,300 (9 retries)"),
        ("audio and video", "1.5 min"),
        ("tokens", "2,900"),
        ("time", "2 min 5 s, 8.0 items/s"),
        ("waited for quota", "1 min 1 s"),
        ("ended", "before the end of the source"),
        ("folder", "out"),
        ("3 x&y", "a<b: " + ("broken " * 40)[:160]),
    ]  # fmt: skip
    assert repr(report).splitlines() == [
        "RunReport", *(f"  {name:<16}  {value}" for name, value in shown)
    ]  # fmt: skip
    cells = re.findall("<t[hd] style='text-align:left'>(.*?)</t[hd]>", report._repr_html_())
    assert cells == [escape(cell) for row in shown for cell in row]
    example = {
        "id": "a<b", "input_type": "video", "code": "x&y", "message": LONG, "input": "{}",
        "attempts": 2, "failed_at": "2026-11-30T00:00:00+00:00",
    }  # fmt: skip
    assert report.as_document() == {
        "out": "out", **counts, "seconds": 125.0, "items_per_sec": 8.04, "waited_sec": 61.0,
        "slowest": ({"id": "a<b", "seconds": 3.0},), "is_stopped": True,
        "failures": [{"code": "x&y", "count": 3, "example": example}],
    }  # fmt: skip
    nothing = dict.fromkeys([*counts, "seconds", "items_per_sec", "waited_sec"], 0)
    empty = evolve(report, **nothing, failures=(), is_stopped=False)
    assert repr(empty).splitlines() == [
        "RunReport",
        "  items     nothing to do",
        "  vectors   0",
        "  requests  0",
        "  time      0 s, 0.0 items/s",
        "  folder    out",
    ]


def test_a_report_is_a_table_in_a_notebook(report: RunReport) -> None:
    html = report._repr_html_()
    assert html.startswith("<table>")
    assert "2 done, 1 failed" in html
    assert "<i>" not in html
    assert "&lt;i&gt;" in html


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def open_terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    return terminal


PROGRESS = RunProgress(
    total=10, done=3, failed=1, skipped=1, rows=9, elapsed_sec=7.0, items_per_sec=2.5,
    left_sec=65.0, waited_sec=4.0, throttled_by="rpm", current=(Current("a", "sending", 1.0),),
)  # fmt: skip
HALF, FULL = "#" * 15, "#" * 30


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        (
            {},
            f"[{HALF}{'.' * 15}] 5/10, 1 failed, 2.5 items/s, 1 min 5 s left, throttled by rpm",
        ),
        (
            {"failed": 0, "left_sec": None, "throttled_by": "", "items_per_sec": 1234.56},
            f"[{'#' * 12}{'.' * 18}] 4/10, 1,234.6 items/s",
        ),
        ({"total": None, "done": 5000, "left_sec": None}, "5,002, 1 failed, 2.5 items/s, throttle"),
        ({"total": 0}, f"[{FULL}] 5/0, 1 failed"),
        ({"total": 5}, f"[{FULL}] 5/5, 1 failed"),  # items are still in progress
        ({"total": 5, "current": ()}, f"[{FULL}] 5/5, 1 failed"),
    ],
)
def test_a_bar_says_how_far_a_run_has_come(
    changes: dict[str, Any], line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal, show = open_terminal(monkeypatch), as_callback("bar")
    assert show is not None
    show(evolve(PROGRESS, **changes))
    shown = terminal.getvalue()
    assert shown.startswith(f"\r\x1b[K{line}")
    is_over = "current" in changes
    assert shown.endswith("\n") == is_over
    show(evolve(PROGRESS, done=4))
    assert (terminal.getvalue() == shown) == is_over  # nothing follows the last line


def test_a_bar_is_shown_by_one_word_in_a_terminal(
    client: TwelveLabs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal = open_terminal(monkeypatch)
    client.bulk.run(manifest(tmp_path / "a.jsonl", ["a", "b"]), tmp_path / "out", progress="bar")
    assert "2/2" in terminal.getvalue()
    assert terminal.getvalue().endswith("\n")


def test_without_a_terminal_no_bar_is_written(
    client: TwelveLabs, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    client.bulk.run(manifest(tmp_path / "a.jsonl", ["a"]), tmp_path / "out", progress="bar")
    assert capsys.readouterr().err == ""


def test_a_bar_is_shown_by_one_word_in_a_notebook(
    client: TwelveLabs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[str] = []
    display: Any = ModuleType("IPython.display")
    display.HTML = str

    def show(html: str, display_id: bool) -> SimpleNamespace:
        assert display_id  # otherwise there is no handle
        shown.append(html)
        return SimpleNamespace(update=shown.append)

    display.display = show
    for name in ("IPython", "ipykernel"):
        monkeypatch.setitem(sys.modules, name, ModuleType(name))
    monkeypatch.setitem(sys.modules, "IPython.display", display)
    client.bulk.run(manifest(tmp_path / "a.jsonl", ["a", "b"]), tmp_path / "out", progress="bar")
    assert shown[0] == ""
    assert shown[-1].startswith("<progress max='1' value='1.0000'>")
    assert "2/2" in shown[-1]


@pytest.mark.parametrize(
    ("word", "hint"), [("bars", "Did you mean 'bar'?"), ("yes", "Write progress='bar'")]
)
def test_another_word_is_an_error_before_anything_is_sent(
    client: TwelveLabs, tmp_path: Path, word: Any, hint: str
) -> None:
    with pytest.raises(InvalidInputError) as caught:
        client.bulk.run(manifest(tmp_path / "a.jsonl", ["a"]), tmp_path / "out", progress=word)
    (violation,) = caught.value.violations
    assert (violation.field, str(violation.hint)) == ("progress", hint)


def test_what_runs_used_adds_up_and_is_on_the_page(client: TwelveLabs, tmp_path: Path) -> None:
    source, out = manifest(tmp_path / "a.jsonl", ["one", "two"]), tmp_path / "out"
    first = client.bulk.run(source, out, limit=1)
    second = client.bulk.run(source, out)
    usage = total_usage([out])
    assert usage is not None
    assert (usage.runs, usage.requests) == (2, first.requests + second.requests)
    assert 0 < usage.run_sec <= first.seconds + second.seconds
    client.bulk.run(source, out)  # sends nothing
    assert total_usage([out]) == usage
    write_report(out, tmp_path / "page.html")
    assert f'"requests":{usage.requests}' in (tmp_path / "page.html").read_text()


@pytest.mark.parametrize(
    "damaged",
    ["", "[]", "{}", "5", '"a"', '{"format": 2, "runs": 1}', '{"format": 0}', '{"format": 3}',
     '{"format": 1, "runs": "a"}', '{"format": 1, "walks": 1}'],
)  # fmt: skip
def test_usage_that_cannot_be_read_is_left_out(tmp_path: Path, damaged: str) -> None:
    (tmp_path / "usage.json").write_text(damaged)
    assert total_usage([tmp_path]) is None
    add_usage(tmp_path, Usage(runs=1, requests=3))
    assert total_usage([tmp_path]) == Usage(runs=1, requests=3)
    add_usage(tmp_path / "none", Usage(runs=1))  # a folder that cannot be written
    assert total_usage([tmp_path / "none", tmp_path]) == Usage(runs=1, requests=3)
    add_usage(
        tmp_path,
        Usage(runs=1, requests=2, retries=3, media_sec=4.5, tokens=5, waited_sec=6.5, run_sec=7.5),
    )
    assert json.loads((tmp_path / "usage.json").read_text()) == {
        "format": 1, "runs": 2, "requests": 5, "retries": 3, "media_sec": 4.5, "tokens": 5,
        "waited_sec": 6.5, "run_sec": 7.5,
    }  # fmt: skip
    assert total_usage([tmp_path] * 2) == Usage(
        runs=4, requests=10, retries=6, media_sec=9.0, tokens=10, waited_sec=13.0, run_sec=15.0
    )
