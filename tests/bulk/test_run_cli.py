"""`twelvelabs-embed run`: output for people and for scripts."""

from __future__ import annotations

import io
import json
import logging
import os
import re
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from twelvelabs_embed.bulk import Current, RunProgress
from twelvelabs_embed.bulk.checkpoint import Checkpoint
from twelvelabs_embed.bulk.failures import read_errors
from twelvelabs_embed.bulk.part_files import read_parts
from twelvelabs_embed.cli import rendering, run_panel
from twelvelabs_embed_emulator import samples

from tests.bulk.datasets import manifest
from tests.bulk.fault_proxy import Faulty
from tests.bulk.test_kill import PROGRAM
from tests.cli.runner import Run, on_terminal


@pytest.fixture
def mixed(tmp_path: Path) -> str:
    """A manifest of which one item in four fails."""
    return manifest(tmp_path / "m.jsonl", ["permanent 1", "one", "two", "three"]).name


def test_a_clean_run_has_the_status_0(cli: Run, tmp_path: Path) -> None:
    manifest(tmp_path / "m.jsonl", ["one", "two"])
    ran = cli("run", "m.jsonl", "--out", "vectors")
    assert ran.status == 0
    assert "2 items embedded in" in ran.out
    assert "2 vectors written to vectors" in ran.out
    assert "slowest" in ran.out
    assert "Note" not in ran.err  # after ten seconds there are lines of progress
    assert "2 were done before" in cli("run", "m.jsonl", "--out", "vectors").out


def test_a_source_without_media_is_not_passed_over_in_silence(cli: Run, tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "read.txt").write_text("a dog")
    for more in (["--dry-run"], []):
        ran = cli("run", "notes", "--out", "vectors", *more)
        assert ran.status == 0
        assert "nothing was found" in ran.out


def test_an_empty_folder_is_not_the_working_directory(cli: Run, tmp_path: Path) -> None:
    manifest(tmp_path / "m.jsonl", ["one"])
    for more in ([], ["--dry-run"], ["--emulator"]):
        ran = cli("run", "m.jsonl", "--out", "", *more)
        assert (ran.status, ran.out) == (1, "")
        assert "field    --out\n  value    it is empty" in ran.err
    assert [path.name for path in tmp_path.iterdir()] == ["m.jsonl"]


def test_a_tilde_in_the_folder_is_expanded(
    cli: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    manifest(tmp_path / "m.jsonl", ["one"])
    assert cli("run", "m.jsonl", "--out=~/vectors").status == 0
    assert "1 were done before" in cli("run", "m.jsonl", "--out", "home/vectors").out
    assert "1 are done" in cli("run", "m.jsonl", "--out=~/vectors", "--dry-run").out
    assert cli("search", "~/vectors", "one").status == 0
    assert cli("report", "~/vectors", "--out=~/report.html").status == 0
    assert cli("text", "one", "--out=~/one.npy").status == 0
    names = {path.name for path in (tmp_path / "home").iterdir()}
    assert names == {"vectors", "report.html", "one.npy"}
    assert not (tmp_path / "~").exists()


def test_a_warning_about_the_source_is_a_note(cli: Run, tmp_path: Path) -> None:
    (tmp_path / "m.csv").write_text('id,text\n1,"a\n2,b"\n3,c\n')
    ran = cli("run", "m.csv", "--out", "vectors")
    assert ran.status == 0
    assert ran.err.startswith("Note: m.csv: one quoted cell has lines 2 to 3")


def test_a_dry_run_estimates_time_and_price(cli: Run, tmp_path: Path) -> None:
    samples.audio(tmp_path / "talk.wav", duration_sec=12, sample_rate_hz=8_000)
    words = ["run", "talk.wav", "--out", "vectors", "--scope", "clip", "--option", "audio"]
    more = ["--rpm", "1", "--minutes-per-hour", "2", "--price-per-minute", "0.5"]
    ran = cli(*words, "--dry-run", *more)
    assert ran.status == 0
    assert ran.out.splitlines()[1:] == [
        "2 vectors, at least 1 request",
        "0.2 MB of media, 0.2 min of audio and video",
        "at least 0.10 h within the quota",
        "price of audio and video: 0.10",
    ]
    estimate = cli(*words, "--dry-run", "--json", *more).json["estimate"]
    assert (estimate["media_sec"], estimate["min_rows"], estimate["max_rows"]) == (12, 2, 2)
    assert estimate["min_hours"] == pytest.approx(0.1)
    assert estimate["price"] == pytest.approx(0.1)
    assert cli(*words, "--dry-run", "--json").json["estimate"]["price"] is None
    assert cli(*words, "--price-per-minute", "2").status == 2
    assert "1 request, 0.2 min of audio and video\n" in cli(*words).out


def test_failures_are_grouped_with_an_example_and_set_the_exit_status(cli: Run, mixed: str) -> None:
    ran = cli("run", mixed, "--out", "vectors")
    assert ran.status == 6
    assert "1 failed" in ran.out
    assert "permanent 1: 400 parameter_invalid: permanent 1 is rejected" in ran.out
    again = cli("run", mixed, "--out", "vectors")
    assert again.status == 6
    assert "1 failed before: --retry-errors runs them again" in again.out
    assert cli("run", mixed, "--out", "vectors", "--retry-errors").status == 6


def test_json_is_one_document(cli: Run, mixed: str) -> None:
    ran = cli("run", mixed, "--out", "vectors", "--json")
    assert ran.status == 6
    assert (ran.json["done"], ran.json["failed"]) == (3, 1)
    assert ran.json["failures"][0]["code"] == "parameter_invalid"


def test_settings_of_the_command_line_reach_the_service(
    cli: Run, tmp_path: Path, mixed: str
) -> None:
    words = ["--option", "visual", "--fixed-sec", "5", "--start-sec", "1", "--scope", "clip"]
    cli("run", mixed, "--out", "vectors", *words)
    settings = json.loads((tmp_path / "vectors" / "run.json").read_text())["settings"]
    assert settings == {
        "start": 1.0,
        "segmentation": "fixed:5",
        "options": ["visual"],
        "scopes": ["clip"],
    }


def test_other_settings_are_rejected_field_by_field(cli: Run, mixed: str) -> None:
    cli("run", mixed, "--out", "vectors")
    ran = cli("run", mixed, "--out", "vectors", "--option", "audio", "--model", "marengo9")
    assert ran.status == 1
    assert "Rejected; nothing was sent (2 violations)" in ran.err
    assert "--option" in ran.err
    assert 'vectors was started with "marengo3.0"' in ran.err


def test_unknown_columns_are_rejected_before_anything_is_sent(
    cli: Run, tmp_path: Path, service: Faulty
) -> None:
    (tmp_path / "m.csv").write_text("id,txt\n1,a\n")
    ran = cli("run", "m.csv", "--out", "vectors")
    assert ran.status == 1
    assert "Did you mean 'text'?" in ran.err
    assert not service.posts


def test_errors_of_the_folder_are_one_message(
    cli: Run, tmp_path: Path, mixed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    ran = cli("run", mixed, "--out", "file")
    assert ran.status == 4
    assert ran.err.startswith("The run cannot continue\n")
    add = Checkpoint.add

    def run_another(checkpoint: Checkpoint, id: str, embeddings: Any, *found: Any) -> None:
        other = cli("run", mixed, "--out", "vectors")
        assert other.status == 4
        assert "another run is writing to vectors" in other.err
        add(checkpoint, id, embeddings, *found)

    monkeypatch.setattr(Checkpoint, "add", run_another)
    assert cli("run", mixed, "--out", "vectors").status == 6


def test_standard_input_limits_and_dry_runs(cli: Run, tmp_path: Path, service: Faulty) -> None:
    lines = b'{"text": "a dog"}\n{"text": "a cat"}\n{"media": "nowhere.jpg"}\n'
    lines += b'{"media": "https://media.example/film.mp4"}\n'
    dry = cli("run", "-", "--out", "vectors", "--dry-run", stdin=lines)
    assert dry.status == 1
    assert dry.out.splitlines()[0] == "3 items to embed: 2 text, 1 video"
    assert dry.out.splitlines()[1].startswith("at least 4 vectors, ")  # the link may have more
    assert "1 would be rejected" in dry.out
    assert not (tmp_path / "vectors").exists()
    assert (
        cli("run", "-", "--out", "vectors", "--dry-run", "--json", stdin=lines).json["failed"] == 1
    )
    ran = cli("run", "-", "--out", "vectors", "--limit", "1", stdin=lines)
    assert ran.status == 0
    assert "it was stopped before the end" in ran.out
    assert len(read_parts(tmp_path / "vectors").items) == 1
    assert not list(read_errors(tmp_path / "vectors"))


def test_a_service_that_is_down_is_reported_with_a_count(
    cli: Run, tmp_path: Path, service: Faulty
) -> None:
    manifest(tmp_path / "m.jsonl", [f"text {number}" for number in range(40)])
    service.is_down = True
    ran = cli("run", "m.jsonl", "--out", "vectors", "--max-retries", "0")
    assert ran.status == 3
    assert "16 items in a row failed with this error" in ran.err


def test_the_option_emulator_needs_no_key(
    cli: Run, mixed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TWELVELABS_API_KEY")
    monkeypatch.delenv("TWELVELABS_BASE_URL")
    ran = cli("run", mixed, "--out", "vectors", "--emulator")
    assert ran.status == 0
    assert "comparable only with its own" in ran.err


def test_a_terminal_shows_a_panel_and_then_the_summary(service: Faulty, tmp_path: Path) -> None:
    manifest(tmp_path / "m.jsonl", [f"text {number}" for number in range(20)])
    service.delay_sec = 0.1
    env = {
        "PATH": os.environ["PATH"],
        "TWELVELABS_API_KEY": "k",
        "TWELVELABS_BASE_URL": service.base_url,
    }
    words = [PROGRAM, "run", "m.jsonl", "--out", "vectors", "--concurrency", "2"]
    shown = on_terminal(words, env, tmp_path)
    assert "items/s" in shown
    assert "sending" in shown
    assert shown.index("20 items embedded") > shown.rindex("sending")


# -------------------------------------------------------------------------------------------- panel


def progress(**settings: Any) -> RunProgress:
    usual: dict[str, Any] = {
        "total": 10_000,
        "done": 5_200,
        "failed": 30,
        "skipped": 70,
        "rows": 52_000,
        "elapsed_sec": 430.0,
        "items_per_sec": 12.25,
        "left_sec": 384.0,
        "waited_sec": 62.0,
        "throttled_by": "rpm",
        "current": tuple(
            Current(
                f"archive/2026/{'very long ' * 8}{number}.mkv", "upload", 400.0, 40 << 20, 120 << 20
            )
            for number in range(16)
        ),
    }
    return RunProgress(**{**usual, **settings})


@pytest.mark.parametrize("columns", [80, 120])
def test_the_panel_fits_and_says_everything(columns: int) -> None:
    written = io.StringIO()
    to = Console(file=written, force_terminal=True, width=columns, _environ={"TERM": "xterm"})
    panel = run_panel.Panel(to)
    with panel.open():
        panel.show(progress())
        panel.show_stop()
        panel.show(progress())
    shown = Console(file=io.StringIO(), width=columns)
    shown.print(panel._picture(progress()))
    file = shown.file
    assert isinstance(file, io.StringIO)
    lines = file.getvalue().splitlines()
    assert max(map(len, lines)) <= columns
    text = "\n".join(line.rstrip() for line in lines)
    for part in (
        "53%  5,300 of 10,000 items  7:10",
        "5,200 done  ·  30 failed  ·  52,000 vectors  ·  70 skipped",
        "12.2 items/s  ·  6:24 left  ·  quota wait 1:02 (rpm)",
        "uploading 40.0/120.0 MB  0:30",
        "and 10 more",
        "Once more ends them immediately",
    ):
        assert part in text


def test_a_file_gets_some_lines_of_progress() -> None:
    written = io.StringIO()
    panel = run_panel.Panel(Console(file=written, width=1000))
    with panel.open():
        for elapsed_sec in range(0, 200):
            panel.show(progress(elapsed_sec=float(elapsed_sec), total=None, left_sec=None))
    lines = written.getvalue().splitlines()
    assert len(lines) == 5  # after 10, 30, 70, 130 and 190 seconds
    assert lines[0] == (
        "5,300 items after 10 s, 5,200 done, 30 failed, 12.2 items/s, waits for the quota (rpm)"
    )


def test_control_characters_in_names_are_escaped(capsys: pytest.CaptureFixture[str]) -> None:
    current = (Current("a\x1b[2Jb\nc", "sending", 0.0),)
    panel = run_panel.Panel(rendering.console())
    rendering.console().print(panel._picture(progress(current=current)))
    assert "a\\x1b[2Jb c" in capsys.readouterr().out


def test_only_failed_attempts_are_counted_as_such() -> None:
    panel = run_panel.Panel(rendering.console())
    log = logging.getLogger("twelvelabs_embed")
    with panel.open():
        log.warning("the scope is unusual")
        log.warning(
            "%s: attempt 1 failed", "embed.v_2.create", extra={"operation": "embed.v_2.create"}
        )
    written = io.StringIO()
    Console(file=written, width=100).print(panel._picture(progress()))
    shown = written.getvalue()
    assert "1 failed attempt\n" in re.sub(" +\n", "\n", shown)
    assert "Last failed attempt: embed: attempt 1 failed" in shown
    assert "Last warning: the scope is unusual" in shown
