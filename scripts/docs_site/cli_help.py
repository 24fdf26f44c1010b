"""Help texts of the command line, which `hooks` inserts into docs/cli.md on the site."""

import os
import re
import subprocess
import sys

MARK = re.compile(r"^<!-- help: (?P<command>.+) -->$", re.MULTILINE)
ROOT = "twelvelabs-embed"


def insert_help(page: str) -> str:
    """Replace each `<!-- help: COMMAND -->` of a page by what `COMMAND --help` prints."""
    return MARK.sub(lambda mark: f"```text\n{help_text(mark['command'])}\n```", page)


def help_text(command: str) -> str:
    """Return what `COMMAND --help` prints, in 80 columns and without colours."""
    words = [] if command == ROOT else command.split()
    typer_options = ("FORCE_COLOR", "GITHUB_ACTIONS", "PY_COLORS", "TERMINAL_WIDTH")
    environment = {name: value for name, value in os.environ.items() if name not in typer_options}
    shown = subprocess.run(
        [sys.executable, "-m", "twelvelabs_embed", *words, "--help"],
        env={**environment, "COLUMNS": "80", "NO_COLOR": "1", "PYTHONUTF8": "1"},
        check=True,
        capture_output=True,
        encoding="utf-8",
    )
    return "\n".join(line.rstrip() for line in shown.stdout.splitlines()).strip()
