"""The benchmarks run. What they measure is for people to judge."""

import json
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.waiting import process_of

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_every_line_has_figures(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--quick", "--json", tmp_path / "report.json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    report = json.loads((tmp_path / "report.json").read_text())
    assert {row["line"] for row in report["rows"]} == {1, 2, 3, 4, 5, 6, 7}
    printed = done.stdout.splitlines()
    for row in report["rows"]:
        assert any(row["work"] in line and row["install"] in line for line in printed), row
        if row["unit"] != "bytes":
            assert row["ours"] > 0, row
            assert row["theirs"] > 0, row
        elif sys.platform == "linux":  # peak memory cannot be measured elsewhere
            assert row["ours"] is not None, row
            assert row["theirs"] is not None, row
    judged = [row for row in report["rows"] if row["must"]]
    assert len(judged) > 20
    if sys.platform == "linux":
        assert all(row["met"] is not None for row in judged)
    succeeded = [row for row in report["rows"] if row["unit"] == "calls"]
    assert [row["ours"] for row in succeeded] == [20, 20]


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_what_was_measured_is_kept_when_it_is_stopped(tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    with process_of(
        [sys.executable, "-m", "benchmarks", "--quick", "--json", report],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr
        for line in process.stderr:
            if "[2 of " in line:  # the second line of the table
                process.send_signal(signal.SIGINT)
                break
        printed, _ = process.communicate()
    assert process.returncode == 130
    assert "Stopped" in printed
    assert {row["line"] for row in json.loads(report.read_text())["rows"]} == {1}


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_the_benchmark_of_datasets_runs() -> None:
    size = ("--items", "40", "--concurrency", "4", "--repeat", "1")
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.archive", *size],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert len(re.findall(r"of the bare loop$", done.stdout, re.MULTILINE)) == 4
    assert set(re.findall(r'"done": (\d+), "failed": (\d+)', done.stdout)) == {("38", "2")}
