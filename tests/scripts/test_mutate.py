"""`scripts/mutate`: its packages are complete, and mutants are programs with one change each."""

import subprocess
import sys
from pathlib import Path

import pytest

from scripts.quality.mutants import find_sites, make_mutant
from scripts.quality.mutate import PACKAGES

ROOT = Path(__file__).resolve().parents[2]

CODE = """\
import os
from functools import cache

LIMITS = {"image": 5}


@cache
def save(path, size=3):
    '''Save it.'''
    if size > LIMITS["image"]:
        raise ValueError("too large for this")
    os.fsync(path)
    return [size]
"""


def test_every_package_and_its_tests_are_listed() -> None:
    folders = [
        path.parent.relative_to(ROOT).as_posix()
        for top in ("wrapper/twelvelabs_embed", "emulator/twelvelabs_embed_emulator", "scripts")
        for path in (ROOT / top).glob("*/__init__.py")
        # The vendor's module names, without code of their own; and the code that makes mutants.
        if path.parent.name not in {"core", "wrapper", "quality"}
    ]
    assert {name for name in PACKAGES if not name.endswith("*.py")} == set(folders)
    missing = [test for tests in PACKAGES.values() for test in tests if not (ROOT / test).exists()]
    assert missing == []


@pytest.fixture
def diffs(tmp_path: Path) -> list[str]:
    (tmp_path / "code.py").write_text(CODE)
    sites = find_sites(tmp_path, Path("code.py"))
    return [make_mutant(tmp_path, *site).diff for site in sites]


@pytest.mark.parametrize(
    "change",
    [
        '+LIMITS = {"image": 6}',  # data of a module
        "+    if size >= LIMITS",  # a decorated function
        "+    if not (size > LIMITS",
        "+    pass",  # a call whose result nobody uses
        "+def save(path, size=4):",
    ],
)
def test_mutants_are_made(diffs: list[str], change: str) -> None:
    assert any(change in diff for diff in diffs)


def test_messages_imports_and_docstrings_are_left_alone(diffs: list[str]) -> None:
    removed = [line for diff in diffs for line in diff.splitlines() if line.startswith("-")]
    assert not any("too large" in line or "import" in line or "Save it" in line for line in removed)


def test_an_unknown_package_is_a_usage_error() -> None:
    command = [sys.executable, "-m", "scripts.quality.mutate", "kitchen"]
    shown = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert shown.returncode == 2
    assert "there is no kitchen; there are top" in shown.stderr
