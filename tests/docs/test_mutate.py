"""The command that judges the tests names what is there. How they do takes it minutes."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "scripts/mutate.py", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_rooms_and_their_tests_exist() -> None:
    shown = run("--help")
    assert shown.returncode == 0, shown.stderr
    rows = [line.split() for line in shown.stdout.splitlines() if "tests/unit/" in line]
    assert {room for room, *_ in rows} == {"retry", "_wire", "checks"}
    for room, *tests in rows:
        assert (ROOT / "wrapper" / "twelvelabs_embed" / f"{room}.py").is_file()
        assert all((ROOT / test).is_file() for test in tests), tests


def test_survivors_are_told_of_each_room() -> None:
    told = (ROOT / "tests" / "mutants.md").read_text(encoding="utf-8")
    for room in ("retry", "_wire", "checks"):
        assert f"## {room}\n" in told


def test_a_room_that_is_not_there() -> None:
    shown = run("kitchen")
    assert shown.returncode == 2
    assert "there is no kitchen; there are retry, _wire, checks" in shown.stderr
