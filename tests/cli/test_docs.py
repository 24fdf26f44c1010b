"""docs/cli.md and the help are true."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import attrs
import pytest
from twelvelabs_embed import RetryPolicy
from twelvelabs_embed._commands.failures import STATUS_HELP, Status
from twelvelabs_embed._commands.settings import Settings
from twelvelabs_embed.client import BASE_URL_VARIABLE, DEFAULT_TIMEOUT_SEC, KEY_VARIABLES

from tests.cli.running import Run

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
HELP = "\n".join(re.findall(r"```text\n(Usage:.*?)```", PAGE, re.DOTALL))
EXAMPLES = [
    line
    for block in re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
    for line in block.splitlines()
    if "twelvelabs-embed" in line and not re.search("emulator --port|--install|pip", line)
]


def test_the_help_in_the_page_is_current() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / "cli_docs.py", "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("line", EXAMPLES)
def test_the_examples_of_the_page_run(
    cli: Run, line: str, media: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("film.mkv", "beach.jpg", "talk.wav"):
        (tmp_path / name).symlink_to(media / name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("TWELVELABS_API_KEY")
    said, _, command = line.rpartition(" | ")
    stdin = shlex.split(said)[1].encode() + b"\n" if said else None
    ran = cli(*shlex.split(command)[1:], stdin=stdin)
    assert ran.status == 0, ran.err


def test_the_examples_of_the_help_run(
    cli: Run, tmp_path: Path, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("film.mkv", "beach.jpg", "talk.wav"):
        (tmp_path / name).symlink_to(media / name)
    monkeypatch.chdir(tmp_path)
    examples = re.findall(r"Example: twelvelabs-embed (.*)", HELP)
    assert len(examples) == 8  # each command, and the program
    for example in examples:
        if not example.startswith("emulator"):
            assert cli(*shlex.split(example)).status == 0, example


def test_the_error_that_the_page_shows_is_what_is_shown(cli: Run) -> None:
    command, shown = re.findall(r"```text\n\$ twelvelabs-embed (.*?)\n(.*?)```", PAGE, re.DOTALL)[0]
    assert cli(*shlex.split(command)).err == shown


def test_every_exit_status_is_documented() -> None:
    table = {int(status) for status in re.findall(r"^\| (\d+) \|", PAGE, re.MULTILINE)}
    helped = {int(status) for status in re.findall(r"^ *(\d+)  ", STATUS_HELP, re.MULTILINE)}
    assert table == helped == {0, 2, 5, 130, *Status}


def test_defaults_and_names_are_those_of_the_client() -> None:
    defaults = {one.name: one.default for one in attrs.fields(Settings)}
    assert defaults["timeout_sec"] == DEFAULT_TIMEOUT_SEC
    assert defaults["max_retries"] == RetryPolicy().attempts - 1
    for name in (*KEY_VARIABLES, BASE_URL_VARIABLE):
        assert name in HELP
