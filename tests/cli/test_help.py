"""Help of a made-up program that has each kind of argument, option and command."""

from __future__ import annotations

from typing import Annotated

import pytest
import typer
from twelvelabs_embed.cli.help import Command, Group
from twelvelabs_embed.cli.options import flag, number, option
from typer.testing import CliRunner

program = typer.Typer(cls=Group, epilog="Exit status: 0", pretty_exceptions_enable=False)


@program.callback()
def root(
    version: Annotated[bool, typer.Option("--version", help="Show the version.")] = False,
) -> None:
    """Do things.

    Example: program go
    """


@program.command("go", cls=Command)
def go(
    first: Annotated[str, typer.Argument(metavar="FILE", help="The file.")],
    out: str = option("The folder.", "DIR", default=..., panel="Output"),
    more: Annotated[list[str] | None, typer.Argument(metavar="[MORE]...", help="Others.")] = None,
    third: Annotated[str | None, typer.Argument(help="One more.")] = None,
    count: int = number("How many.", low=1, high=2_000, default=7),
    yes: bool = flag("--yes -y", "Do not ask."),
    check: bool = flag("--check/--no-check", "Validate.", default=True, panel="Output"),
    keep: bool = flag("--keep/--drop", "Keep it.", panel="Output"),
    name: str | None = option(
        "A text that is too long for its line, so that it is folded.", "TEXT", "-n", "--name"
    ),
    secret: Annotated[bool, typer.Option("--secret", hidden=True)] = False,
) -> None:
    """Go there, and this
    is one paragraph.

    Not in the list.
    """


@program.command("hidden", cls=Command, hidden=True)
def hidden() -> None:
    """Not in the list either."""


OF_PROGRAM = """\
 Usage: program [OPTIONS] COMMAND [ARGS]...

 Do things.

 Example: program go

╭─ Options ────────────────────────────────────────────────────────────────────╮
│ --version             Show the version.                                      │
│ --install-completion  Install completion for the current shell.              │
│ --show-completion     Show completion for the current shell, to copy or      │
│                       change it.                                             │
│ --help                Show this message and exit.                            │
╰──────────────────────────────────────────────────────────────────────────────╯
╭─ Commands ───────────────────────────────────────────────────────────────────╮
│ go  Go there, and this is one paragraph.                                     │
╰──────────────────────────────────────────────────────────────────────────────╯

 Exit status: 0
"""
OF_COMMAND = """\
 Usage: program go [OPTIONS] FILE [MORE]... [THIRD]

 Go there, and this
 is one paragraph.

 Not in the list.

╭─ Arguments ──────────────────────────────────────────────────────────────────╮
│ *  FILE       The file. [required]                                           │
│    [MORE]...  Others.                                                        │
│    THIRD      One more.                                                      │
╰──────────────────────────────────────────────────────────────────────────────╯
╭─ Options ────────────────────────────────────────────────────────────────────╮
│ --count     N     How many. [1 to 2,000] [default: 7]                        │
│ --yes, -y         Do not ask.                                                │
│ --name, -n  TEXT  A text that is too long for its line, so that it is        │
│                   folded.                                                    │
│ --help            Show this message and exit.                                │
╰──────────────────────────────────────────────────────────────────────────────╯
╭─ Output ─────────────────────────────────────────────────────────────────────╮
│ *  --out                DIR  The folder. [required]                          │
│    --check, --no-check       Validate. [default: check]                      │
│    --keep, --drop            Keep it. [default: drop]                        │
╰──────────────────────────────────────────────────────────────────────────────╯
"""


@pytest.mark.parametrize(("words", "shown"), [((), OF_PROGRAM), (("go",), OF_COMMAND)])
@pytest.mark.parametrize("columns", ["80", "200"])
def test_help_has_the_same_words_in_wide_terminals(
    words: tuple[str, ...], shown: str, columns: str
) -> None:
    ran = CliRunner().invoke(
        program, [*words, "--help"], env={"COLUMNS": columns}, prog_name="program"
    )
    lines = [line.rstrip() for line in ran.output.strip("\n").splitlines()]
    assert (ran.exit_code, lines) == (0, shown.splitlines())


def test_help_fits_a_narrow_terminal_and_errors_have_the_same_usage() -> None:
    ran = CliRunner().invoke(program, ["go", "--help"], env={"COLUMNS": "50"}, prog_name="program")
    assert max(map(len, ran.output.splitlines())) == 50
    wrong = CliRunner().invoke(program, ["go"], env={"COLUMNS": "80"}, prog_name="program")
    assert wrong.exit_code == 2
    assert "Usage: program go [OPTIONS] FILE [MORE]... [THIRD]\n" in wrong.output
