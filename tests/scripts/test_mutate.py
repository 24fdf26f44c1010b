"""`scripts/mutate`: its targets exist. Mutation testing itself takes minutes."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "scripts.quality.mutate", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_targets_and_their_tests_exist() -> None:
    shown = run("--help")
    assert shown.returncode == 0, shown.stderr
    rows = [
        line.split() for line in shown.stdout.splitlines() if "tests/" in line and ".md" not in line
    ]
    assert {target for target, *_ in rows} == {"retry", "decoding", "rules"}
    for _, code, *tests in rows:
        assert list((ROOT / "wrapper" / "twelvelabs_embed").glob(code))
        assert tests
        assert all((ROOT / test).is_file() for test in tests), tests


def test_survivors_of_each_target_are_explained() -> None:
    explained = (ROOT / "tests" / "mutants.md").read_text(encoding="utf-8")
    for target in ("retry", "decoding", "rules"):
        assert f"## {target}\n" in explained


def test_an_unknown_target_is_a_usage_error() -> None:
    shown = run("kitchen")
    assert shown.returncode == 2
    assert "there is no kitchen; there are retry, decoding, rules" in shown.stderr
