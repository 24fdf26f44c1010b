"""`twelvelabs-embed emulator`."""

from __future__ import annotations

from typing import Annotated

import typer

from twelvelabs_embed._commands.failures import SetUpError


def emulator(
    host: Annotated[
        str, typer.Option(metavar="ADDRESS", help="The address to listen on.")
    ] = "127.0.0.1",
    port: Annotated[
        int,
        typer.Option(
            metavar="N", min=0, max=65535, help="The port to listen on; 0 picks a free one."
        ),
    ] = 8321,
    allow_host: Annotated[
        list[str] | None,
        typer.Option(
            metavar="HOST",
            help="Also fetch media links from this host, besides this machine; * for all. "
            "May be repeated.",
        ),
    ] = None,
) -> None:
    """Serve the API on this machine until Ctrl-C, without a key and without a network.

    Example: twelvelabs-embed emulator --port 8321
    """
    from twelvelabs_embed_emulator import serve

    try:
        serve(host=host, port=port, allow_hosts=allow_host or ())
    except OSError as error:
        raise SetUpError(
            "The emulator cannot start",
            {
                "address": f"{host}:{port}",
                "reason": error.strerror or str(error),
                "way out": "Take another --port (0 picks a free one), or another --host",
            },
        ) from error
