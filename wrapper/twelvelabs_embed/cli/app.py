"""Application `twelvelabs-embed`: its commands. Imported by `cli`, which reports missing packages.

typer and rich are imported here, and heavier packages (httpx, numpy) only when a command runs, so
that help and completion are fast.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Annotated, Any

import typer

from twelvelabs_embed.cli import (
    assets,
    check,
    compact,
    embed,
    emulator,
    report,
    run,
    search,
    tasks,
    uploads,
)
from twelvelabs_embed.cli.errors import STATUS_HELP, handle_errors
from twelvelabs_embed.cli.help import Command, Group


class _Group(Group):
    """All commands; errors are reported, and become an exit status."""

    def invoke(self, ctx: Any) -> Any:
        with handle_errors():
            result = super().invoke(ctx)
            # Here, and not when Python ends: a broken pipe is handled as well.
            sys.stdout.flush()
            return result


app = typer.Typer(
    name="twelvelabs-embed",
    cls=_Group,
    epilog=STATUS_HELP,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["--help", "-h"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        from twelvelabs_embed._version import VERSION

        with handle_errors():
            typer.echo(f"twelvelabs-embed {VERSION}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Show the version and exit."
        ),
    ] = False,
) -> None:
    """Turn text, images, audio and video into vectors with the TwelveLabs Embed API.

    Example: twelvelabs-embed video film.mkv --option visual --out film.parquet

    The key is read only from TWELVE_LABS_API_KEY or TWELVELABS_API_KEY in the
    environment, because other users of a machine can read its command lines.
    --emulator needs no key.
    """


# Each has the name of its function.
_COMMANDS: tuple[Callable[..., None], ...] = (
    embed.text, embed.image, embed.text_image, embed.audio, embed.video, embed.document,
    embed.multi, run.run, compact.compact, search.search, report.report, check.check,
)  # fmt: skip
for _command in _COMMANDS:
    app.command(cls=Command)(_command)
app.add_typer(tasks.app, name="tasks", help="Tasks of long media and documents: list, show, wait.")
app.add_typer(assets.app, name="assets", help="Uploaded media: list, upload, metadata, delete.")
app.add_typer(uploads.app, name="uploads", help="Multipart uploads: list and resume.")
app.command(
    cls=Command,
    add_help_option=False,
    context_settings={"ignore_unknown_options": True, "allow_extra_args": True},
)(emulator.emulator)
