"""The command line does not show the key: what it prints, and what it writes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from twelvelabs_embed_emulator import Emulator

from tests.cli.runner import PROGRAM, on_terminal, run_here
from tests.secrets.conftest import KEY
from tests.secrets.traces import Evidence


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ("text dog --json", 0),
        ("image beach.jpg", 0),
        ("assets upload film.mkv --json", 0),
        ("video film.mkv --route task --json", 0),
        ("assets list", 0),
        ("assets list --json", 0),
        ("tasks list", 0),
        ("tasks list --json", 0),
        ("uploads list", 0),
        ("uploads list --json", 0),
        ("run . --out {out}", 0),
        ("run . --out {out} --json", 0),
        ("text dog --base-url http://127.0.0.1:9", 3),
        ("text dog --base-url http://127.0.0.1:9 --json", 3),
        ("run . --out {out} --base-url http://127.0.0.1:9", 6),
        ("image nowhere.jpg", 1),
        ("tasks wait nowhere", 1),
        ("tasks wait nowhere --json", 1),
    ],
)
def test_no_command_shows_the_key(
    words: str,
    status: int,
    emulator: Emulator,
    media: Path,
    evidence: Evidence,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(media)
    monkeypatch.setenv("TWELVE_LABS_API_KEY", KEY)
    monkeypatch.setenv("TWELVELABS_BASE_URL", emulator.base_url)
    monkeypatch.setenv("TWELVELABS_EMBED_TRACEBACK", "1")
    ran = run_here(*words.format(out=tmp_path / "out").split(), "--max-retries", "0")
    assert ran.status == status, ran.err
    assert ran.out or ran.err
    evidence.add("command", f"{ran.out} {ran.err}")


def test_what_is_made_of_an_archive_does_not_show_the_key(
    emulator: Emulator,
    media: Path,
    evidence: Evidence,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setenv("TWELVE_LABS_API_KEY", KEY)
    monkeypatch.setenv("TWELVELABS_BASE_URL", emulator.base_url)
    monkeypatch.chdir(tmp_path)
    for words in (
        f"run {media} --out out",
        "search out dog --json",
        "search out dog",
        "report out --query dog --json",
    ):
        ran = run_here(*words.split())
        assert ran.status == 0, ran.err
        evidence.add("command", f"{ran.out} {ran.err}")


def test_no_terminal_shows_the_key(
    emulator: Emulator, media: Path, evidence: Evidence, tmp_path: Path
) -> None:
    """Where progress is drawn, again and again."""
    env = {
        **os.environ,
        "TWELVE_LABS_API_KEY": KEY,
        "TWELVELABS_BASE_URL": emulator.base_url,
    }
    shown = on_terminal([PROGRAM, "run", ".", "--out", str(tmp_path / "out")], env, media)
    assert "of 2 items" in shown
    evidence.add("terminal", shown)
