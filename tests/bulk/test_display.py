"""How runs look in terminals and notebooks, and what is kept of what they used."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from twelvelabs_embed import InvalidInputError, TwelveLabs
from twelvelabs_embed.bulk import RunReport
from twelvelabs_embed.bulk.usage import Usage, add_usage, total_usage
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


def test_a_report_is_a_table_in_a_notebook(report: RunReport) -> None:
    html = report._repr_html_()
    assert html.startswith("<table>")
    assert "2 done, 1 failed" in html
    assert "<i>" not in html
    assert "&lt;i&gt;" in html


def test_a_bar_is_shown_by_one_word_in_a_terminal(
    client: TwelveLabs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
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
    display.display = lambda html, display_id: SimpleNamespace(update=shown.append)
    for name in ("IPython", "ipykernel"):
        monkeypatch.setitem(sys.modules, name, ModuleType(name))
    monkeypatch.setitem(sys.modules, "IPython.display", display)
    client.bulk.run(manifest(tmp_path / "a.jsonl", ["a", "b"]), tmp_path / "out", progress="bar")
    assert shown[-1].startswith("<progress max='1' value='1.0000'>")
    assert "2/2" in shown[-1]


def test_another_word_is_an_error_before_anything_is_sent(
    client: TwelveLabs, tmp_path: Path
) -> None:
    word: Any = "bars"
    with pytest.raises(InvalidInputError) as caught:
        client.bulk.run(manifest(tmp_path / "a.jsonl", ["a"]), tmp_path / "out", progress=word)
    assert [one.field for one in caught.value.violations] == ["progress"]


def test_what_runs_used_adds_up_and_is_on_the_page(client: TwelveLabs, tmp_path: Path) -> None:
    source, out = manifest(tmp_path / "a.jsonl", ["one", "two"]), tmp_path / "out"
    first = client.bulk.run(source, out, limit=1)
    second = client.bulk.run(source, out)
    usage = total_usage([out])
    assert usage is not None
    assert (usage.runs, usage.requests) == (2, first.requests + second.requests)
    client.bulk.run(source, out)  # sends nothing
    assert total_usage([out]) == usage
    write_report(out, tmp_path / "page.html")
    assert f'"requests":{usage.requests}' in (tmp_path / "page.html").read_text()


@pytest.mark.parametrize("damaged", ["", "[]", "{}", '{"format": 2}', '{"format": 1, "runs": "a"}'])
def test_usage_that_cannot_be_read_is_left_out(tmp_path: Path, damaged: str) -> None:
    (tmp_path / "usage.json").write_text(damaged)
    assert total_usage([tmp_path]) is None
    add_usage(tmp_path, Usage(runs=1, requests=3))
    assert total_usage([tmp_path]) == Usage(runs=1, requests=3)
