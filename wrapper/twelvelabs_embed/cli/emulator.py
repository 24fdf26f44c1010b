"""Command `emulator`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from twelvelabs_embed.cli.failures import SetupError
from twelvelabs_embed.cli.options import number_option
from twelvelabs_embed.cli.session import require_emulator


def emulator(
    host: Annotated[
        str, typer.Option(metavar="ADDRESS", help="The address to listen on.")
    ] = "127.0.0.1",
    port: Annotated[
        int,
        number_option(low=0, high=65535, help="The port to listen on; 0 picks a free one."),
    ] = 8321,
    allow_host: Annotated[
        list[str] | None,
        typer.Option(
            metavar="HOST",
            help="Also fetch media links from this host, besides this machine; * for all. "
            "May be repeated.",
        ),
    ] = None,
    state: Annotated[
        Path | None,
        typer.Option(
            metavar="PATH",
            help="Keep assets, uploads and tasks in this file between runs.",
        ),
    ] = None,
    processing_seconds: Annotated[
        float,
        number_option(low=0, help="The minimum processing time of assets and tasks."),
    ] = 0.0,
    chunk_bytes: Annotated[
        int,
        number_option(low=1, help="The size of the parts of multipart uploads."),
    ] = 8 * 1024 * 1024,
    storage_port: Annotated[
        int,
        number_option(low=0, high=65535, help="The port for parts; 0 picks a free one."),
    ] = 0,
    faults: Annotated[
        str | None,
        typer.Option(
            metavar="SCRIPT",
            help="Faults of the next requests, in order: 503*2,reset,pass or FILE.json.",
        ),
    ] = None,
    storage_faults: Annotated[
        str | None,
        typer.Option(metavar="SCRIPT", help="Faults of the requests that send parts."),
    ] = None,
) -> None:
    """Serve the API on this machine until Ctrl-C, without a key and without a network.

    Example: twelvelabs-embed emulator --port 8321
    """
    require_emulator()
    from twelvelabs_embed_emulator import Emulator, serve

    try:
        serve(
            Emulator(
                host=host,
                port=port,
                allow_hosts=allow_host or (),
                state=state,
                processing_sec=processing_seconds,
                chunk_bytes=chunk_bytes,
                storage_port=storage_port,
                faults=faults,
                storage_faults=storage_faults,
            )
        )
    except ValueError as error:
        raise SetupError(
            "The emulator cannot start",
            {"reason": str(error), "hint": "docs/faults.md says how --faults are written"},
        ) from error
    except OSError as error:
        is_network = error.errno is not None
        raise SetupError(
            "The emulator cannot start",
            {
                "address": f"{host}:{port}",
                "reason": error.strerror or str(error),
                "hint": "Take another --port (0 picks a free one), or another --host"
                if is_network
                else "Take another --state",
            },
        ) from error
