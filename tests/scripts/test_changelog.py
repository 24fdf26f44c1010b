"""Fragments of the changelog: they can be put together."""

import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_fragments_make_a_changelog() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["towncrier"]
    kinds = {kind["directory"] for kind in settings["type"]}
    fragments = [path for path in (ROOT / "changes").iterdir() if path.suffix == ".md"]
    assert [path.name for path in fragments if path.name.split(".")[1] not in kinds] == []

    command = [sys.executable, "-m", "towncrier", "build", "--draft", "--version", "next"]
    shown = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert shown.returncode == 0, shown.stderr
    words = " ".join(shown.stdout.split())
    for path in fragments:
        assert " ".join(path.read_text().split()) in words, path
