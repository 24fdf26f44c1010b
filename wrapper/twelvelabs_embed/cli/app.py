"""What `twelvelabs-embed` can do. Imported by `cli`, which tells what is missing.

| room | what lives there |
|---|---|
| `settings` | the options that several commands have |
| `embedding`, `running`, `checking`, `serving` | the commands |
| `tasks`, `assets`, `uploads` | the groups of commands |
| `calling` | one call: check, connect, embed, save, show |
| `saving` | `--out` |
| `showing` | how things are printed: tables, JSON, blocks, notes |
| `watching`, `run_panel` | what is shown while one waits |
| `failures` | what is told of failures, and the exit statuses |
| `help` | what `--help` shows |
| `messages` | violations, hints and failed attempts as texts of the command line |

typer and rich are imported here, and what is heavier (httpx, numpy) only when a command runs, so
that help and completion are quick.
"""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer

from twelvelabs_embed.cli import assets, check, embed, emulator, report, run, search, tasks, uploads
from twelvelabs_embed.cli.failures import STATUS_HELP, handle_errors
from twelvelabs_embed.cli.help import Command, Group

__all__ = ["app"]


class _Group(Group):
    """All commands; what goes wrong in one of them is told, and becomes an exit status."""

    def invoke(self, ctx: Any) -> Any:
        with handle_errors():
            result = super().invoke(ctx)
            # Here, and not when Python ends: a pipe that nobody reads any more is told as well.
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

    The key is read from TWELVE_LABS_API_KEY or TWELVELABS_API_KEY in the
    environment and nowhere else: others can read the command lines of a
    machine. --emulator needs no key.
    """


app.command("text", cls=Command)(embed.text)
app.command("image", cls=Command)(embed.image)
app.command("text-image", cls=Command)(embed.text_image)
app.command("audio", cls=Command)(embed.audio)
app.command("video", cls=Command)(embed.video)
app.command("document", cls=Command)(embed.document)
app.command("multi", cls=Command)(embed.multi)
app.command("run", cls=Command)(run.run)
app.command("search", cls=Command)(search.search)
app.command("report", cls=Command)(report.report)
app.command("check", cls=Command)(check.check)
app.add_typer(tasks.app, name="tasks", help="Long media, documents: list tasks, collect vectors.")
app.add_typer(assets.app, name="assets", help="What is uploaded: list it, upload, delete, note.")
app.add_typer(uploads.app, name="uploads", help="Uploads in pieces: list them, go on with one.")
app.command("emulator", cls=Command)(emulator.emulator)
