"""Command `report DIR -o report.html`: one HTML page about a dataset."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from attrs import asdict

from twelvelabs_embed.cli import rendering
from twelvelabs_embed.cli.options import AS_JSON, ServiceOrEmulator, number, option, with_groups
from twelvelabs_embed.cli.output_files import check_file
from twelvelabs_embed.cli.progress import show_progress
from twelvelabs_embed.cli.session import connected

if TYPE_CHECKING:
    from twelvelabs_embed.report import ReportFacts

_PAGE = "Page"


@with_groups
def report(
    service: ServiceOrEmulator,
    folder: Annotated[
        list[Path],
        typer.Argument(
            metavar="DIR...", help="The folder that a run wrote; or several, such as of shards."
        ),
    ],
    out: Path = option(
        "The page. An existing file is replaced.",
        "FILE",
        "--out",
        "-o",
        default=Path("report.html"),
        callback=check_file,
    ),
    query: list[str] | None = option(
        "Compare everything with this text. May be repeated. Without one, nothing is sent "
        "to the service; on the page, every segment can be the query.",
        "TEXT",
        panel=_PAGE,
    ),
    title: str | None = option(
        "The heading. [default: the name of the folder]", "TEXT", panel=_PAGE
    ),
    media: Path | None = option(
        "The folder that ids are paths in, for thumbnails. [default: as the run recorded]",
        "DIR",
        panel=_PAGE,
        exists=True,
        file_okay=False,
    ),
    max_segments: int = number(
        "When there are more, a random sample of whole items is shown.",
        low=1,
        high=50_000,
        default=10_000,
        panel=_PAGE,
    ),
    min_score: float = number(
        "The minimum cosine similarity of near duplicates.",
        "SCORE",
        low=0.001,
        high=1,
        default=0.95,
        panel=_PAGE,
    ),
    json: bool = AS_JSON,
) -> None:
    """Write a page about a dataset: timelines, map, near duplicates, failures.

    The page is one file that works offline: it can be mailed and opened anywhere.

    Example: twelvelabs-embed report vectors -o report.html --query "a dog"
    """
    from twelvelabs_embed.report import write_report

    client = connected(service) if query else nullcontext()
    with client as connection, show_progress(f"Writing {out}"):
        facts = write_report(
            folder,
            out,
            queries=query or (),
            client=connection,
            media=media,
            title=title,
            max_segments=max_segments,
            min_score=min_score,
        )
    for note in facts.notes:
        rendering.show_note(note)
    if json:
        rendering.print_json({**asdict(facts), "path": str(facts.path)})
    else:
        rendering.show_result(_summary(facts))


def _summary(facts: ReportFacts) -> str:
    segments = rendering.counted(facts.segments, "segment")
    if facts.segments < facts.all_segments:
        segments = f"{facts.segments:,} of {rendering.counted(facts.all_segments, 'segment')}"
    counts = [
        rendering.counted(facts.items, "item"),
        segments,
        rendering.counted(facts.pairs, "pair") + " of near duplicates",
        rendering.counted(facts.failures, "failure"),
    ]
    return f"Wrote {facts.path} ({rendering.size(facts.size_bytes)}): {', '.join(counts)}"
