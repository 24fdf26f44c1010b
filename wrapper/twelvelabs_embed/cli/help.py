"""Help: what `--help` prints, and the line `Usage:` of errors.

Rendered here from the declared options, because the words and layout of typer's own help change
between versions.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, get_type_hints

from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text
from typer.core import TyperCommand, TyperGroup
from typer.models import ArgumentInfo

from twelvelabs_embed.cli import rendering

_MAX_WIDTH = 80  # characters; longer lines are hard to read

# Help of the options that typer adds.
_TEXTS: Mapping[str, str] = {
    "--help": "Show this message and exit.",
    "--install-completion": "Install completion for the current shell.",
    "--show-completion": "Show completion for the current shell, to copy or change it.",
}


class Command(TyperCommand):
    """A command with our help."""

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """Return what follows the name of the command in the line `Usage:`."""
        return _usage_pieces(self.params)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Print the help."""
        _print_help(self, ctx, (), _argument_texts(self.callback))


class Group(TyperGroup):
    """A group of commands with our help."""

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """Return what follows the name of the group in the line `Usage:`."""
        return [*_usage_pieces(self.params), "COMMAND [ARGS]..."]

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Print the help."""
        _print_help(self, ctx, list(self.commands.items()), {})


def _usage_pieces(params: Iterable[Any]) -> list[str]:
    names = ((_name(one), one.required) for one in params if one.param_type_name == "argument")
    return [
        "[OPTIONS]",
        *(name if required or name.startswith("[") else f"[{name}]" for name, required in names),
    ]


def _name(argument: Any) -> str:
    return str(argument.metavar or argument.name.upper())


def _argument_texts(callback: Any) -> Mapping[str, str]:
    """Read the texts of arguments from their declarations: typer 0.18 drops them with click 8.5."""
    hints = get_type_hints(inspect.unwrap(callback), include_extras=True)
    return {
        name: declared.help or ""
        for name, hint in hints.items()
        for declared in getattr(hint, "__metadata__", ())
        if isinstance(declared, ArgumentInfo)
    }


def _print_help(
    command: Any, ctx: Any, commands: Sequence[tuple[str, Any]], texts: Mapping[str, str]
) -> None:
    out = rendering.console()
    out.width = min(out.width, _MAX_WIDTH)
    usage = Text(f"Usage: {ctx.command_path} {' '.join(command.collect_usage_pieces(ctx))}", "bold")
    out.print()
    out.print(Padding(usage, (0, 1)))
    out.print()
    out.print(Padding(Text(inspect.cleandoc(command.help or "")), (0, 1)))
    out.print()
    for title, params in _panels(command, ctx).items():
        rows = [_row(one, texts.get(one.name, "")) for one in params]
        if any(one.required for one in params):
            marks = ("*" if one.required else "" for one in params)
            rows = [(Text(mark, "red"), *row) for mark, row in zip(marks, rows, strict=True)]
        out.print(_panel(title, rows))
    if commands:
        shown = [(name, one) for name, one in commands if not one.hidden]
        rows = [(Text(name, "bold cyan"), Text(_first_paragraph(one))) for name, one in shown]
        out.print(_panel("Commands", rows))
    if command.epilog:
        out.print()
        out.print(Padding(Text(inspect.cleandoc(command.epilog)), (0, 1)))


def _panels(command: Any, ctx: Any) -> dict[str, list[Any]]:
    """Group visible parameters by title: arguments, options without a title, then the others."""
    panels: dict[str, list[Any]] = {"Arguments": [], "Options": []}
    for param in command.get_params(ctx):
        if not getattr(param, "hidden", False):
            usual = "Arguments" if param.param_type_name == "argument" else "Options"
            title = getattr(param, "rich_help_panel", None) or usual
            panels.setdefault(title, []).append(param)
    return {title: params for title, params in panels.items() if params}


def _panel(title: str, rows: Sequence[Sequence[Text]]) -> Panel:
    """Build a box around a table without its empty columns; the last takes the remaining width."""
    table = Table(box=None, show_header=False, expand=True, pad_edge=False, padding=(0, 2, 0, 0))
    *columns, _ = zip(*rows, strict=True)
    for column in columns:
        if any(cell.plain for cell in column):
            table.add_column(no_wrap=True)
    table.add_column(ratio=1, overflow="fold")
    kept = [any(cell.plain for cell in column) for column in columns] + [True]
    for row in rows:
        table.add_row(*(cell for cell, is_kept in zip(row, kept, strict=True) if is_kept))
    return Panel(table, title=title, title_align="left", border_style="dim")


def _row(param: Any, text: str) -> tuple[Text, ...]:
    """Return the cells of an argument or option: its names, its value and its text."""
    if param.param_type_name == "argument":
        names, value = [_name(param)], ""
    else:
        # typer keeps the names of --help in a set: in no order.
        names = sorted([*param.opts, *param.secondary_opts], key=lambda name: name[:2] != "--")
        value = param.metavar or ""
    help = Text(text or _TEXTS.get(names[0]) or param.help or "")
    for note in _notes(param):
        help.append(f" [{note}]", "dim")
    return Text(", ".join(names), "bold cyan"), Text(value, "bold yellow"), help


def _notes(param: Any) -> list[str]:
    if param.required:
        return ["required"]
    default = param.default
    if isinstance(default, bool):
        if not param.secondary_opts:
            return []
        default = (param.opts if default else param.secondary_opts)[0].lstrip("-")
    # Any other value is a marker of typer or click for "no default".
    return [f"default: {default}"] if isinstance(default, (str, int, float)) else []


def _first_paragraph(command: Any) -> str:
    text = inspect.cleandoc(command.help or "")
    return " ".join(text.partition("\n\n")[0].split())
