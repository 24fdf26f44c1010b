"""Write what `twelvelabs-embed COMMAND --help` shows into docs/cli.md."""

import argparse
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PAGE = Path(__file__).resolve().parent.parent / "docs" / "cli.md"
BLOCK = re.compile(r"<!-- help: (?P<command>[\w-]+(?: [\w-]+)?) -->\n```text\n.*?```\n", re.DOTALL)
ROOT = "twelvelabs-embed"

# The same on every machine: 80 columns, no colour. Read by typer and rich when they are imported.
for name in ("FORCE_COLOR", "GITHUB_ACTIONS", "PY_COLORS", "TERMINAL_WIDTH", "TYPER_USE_RICH"):
    os.environ.pop(name, None)
os.environ.update(COLUMNS="80", NO_COLOR="1")

import typer.main  # noqa: E402
from twelvelabs_embed.cli.app import app  # noqa: E402
from typer.testing import CliRunner  # noqa: E402


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts/cli-docs", description=__doc__)
    parser.add_argument("--check", action="store_true", help="only say whether it is current")
    check = parser.parse_args().check
    page = PAGE.read_text(encoding="utf-8")
    if missing := commands() - {found["command"] for found in BLOCK.finditer(page)}:
        print(f"docs/cli.md has no help block for {', '.join(sorted(missing))}", file=sys.stderr)
        return 1
    current = BLOCK.sub(lambda found: block(found["command"]), page)
    if not check:
        PAGE.write_text(current, encoding="utf-8")
    elif current != page:
        print("docs/cli.md is not current: run scripts/cli-docs", file=sys.stderr)
        return 1
    return 0


def commands() -> set[str]:
    """What there is to be documented: the program itself and its commands."""
    return {ROOT, *leaves(typer.main.get_group(app))}


def leaves(group: Any, prefix: str = "") -> Iterator[str]:
    """The commands of a group and of the groups in it: `video`, `tasks list`."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from leaves(command, f"{name} ")
        else:
            yield prefix + name


def block(command: str) -> str:
    words = [] if command == ROOT else command.split()
    shown = CliRunner().invoke(app, [*words, "--help"], prog_name=ROOT)
    if shown.exit_code:
        raise SystemExit(f"{command} --help fails: {shown.output}")
    lines = "\n".join(line.rstrip() for line in shown.stdout.strip("\n").splitlines())
    return f"<!-- help: {command} -->\n```text\n{lines.strip()}\n```\n"


if __name__ == "__main__":
    sys.exit(main())
