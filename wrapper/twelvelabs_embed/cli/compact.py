"""Command `compact DIR`: merges the parts of a dataset."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from attrs import asdict

from twelvelabs_embed.cli import rendering
from twelvelabs_embed.cli.options import AS_JSON
from twelvelabs_embed.cli.progress import show_progress
from twelvelabs_embed.cli.run import handle_bulk_errors


def compact(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder that a run wrote.")],
    json: bool = AS_JSON,
) -> None:
    """Merge the Parquet parts of a dataset into as few as possible.

    A run merges small parts itself; after many short runs, this makes one of
    the others, too. Killing it at any moment does no harm.

    Example: twelvelabs-embed compact vectors
    """
    from twelvelabs_embed.bulk.part_store import compact as merge

    with handle_bulk_errors(), show_progress("Merging parts"):
        report = merge(folder)
    if json:
        rendering.print_json(asdict(report))
    else:
        before, after = report.parts_before, report.parts_after
        size = rendering.size(report.size_bytes)
        rendering.show_result(f"{before:,} parts before, {after:,} now ({size})")
