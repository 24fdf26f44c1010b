"""What `twelvelabs-embed` can do. Imported by `cli`, which tells what is missing."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

app = typer.Typer(
    name="twelvelabs-embed",
    help="Turn text, images, audio and video into vectors with the TwelveLabs Embed API.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


@app.callback()
def _root() -> None:
    """Keeps `emulator` a command of its own while it is the only one."""


@app.command()
def emulator(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port to listen on; 0 picks a free one.")] = 8321,
    allow_host: Annotated[
        list[str] | None,
        typer.Option(help="A host whose media URLs are fetched besides this machine; * for all."),
    ] = None,
) -> None:
    """Serve the API on this machine, without a key and without a network.

    Example: twelvelabs-embed emulator --port 8321
    """
    try:
        from twelvelabs_embed_emulator import serve
    except ImportError as error:
        sys.exit(str(error))
    serve(host=host, port=port, allow_hosts=allow_host or ())
