"""Command `emulator`, whose options are those of the emulator's own program."""

from __future__ import annotations

import typer


def emulator(ctx: typer.Context) -> None:
    """Serve the API on this machine until Ctrl-C, without a key and without a network."""
    from twelvelabs_embed_emulator.__main__ import main

    raise typer.Exit(main(ctx.args, prog="twelvelabs-embed emulator"))
