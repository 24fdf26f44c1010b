"""Command `report DIR -o report.html`: one HTML page about a dataset."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from attrs import asdict, frozen

from twelvelabs_embed.cli import rendering
from twelvelabs_embed.cli.options import AsJson, Service, number_option, with_settings
from twelvelabs_embed.cli.progress import show_progress
from twelvelabs_embed.cli.search import UseEmulator
from twelvelabs_embed.cli.session import connected

if TYPE_CHECKING:
    from twelvelabs_embed.report import ReportFacts

_PAGE = "Page"


def _check_score(value: float) -> float:
    # Not with `min=`: comparisons do not reject "nan".
    if not 0 < value <= 1:
        raise typer.BadParameter("a cosine similarity is more than 0 and at most 1.")
    return value


def _check_page(path: Path) -> Path:
    if path.is_dir():
        raise typer.BadParameter(f"{str(path)!r} is a folder; give the name of a file in it.")
    if not path.parent.is_dir():
        raise typer.BadParameter(f"there is no folder {str(path.parent)!r}.")
    return path


@frozen(kw_only=True)
class ReportSettings(Service):
    """Where queries are embedded, and the output."""

    json: AsJson = False
    emulator: UseEmulator = False


@with_settings
def report(
    settings: ReportSettings,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder that a run wrote.")],
    out: Annotated[
        Path,
        typer.Option(
            "--out",
            "-o",
            metavar="FILE",
            callback=_check_page,
            help="The page. An existing file is replaced.",
        ),
    ] = Path("report.html"),
    query: Annotated[
        list[str] | None,
        typer.Option(
            metavar="TEXT",
            help="Compare everything with this text. May be repeated. Without one, nothing is sent "
            "to the service; on the page, every segment can be the query.",
            rich_help_panel=_PAGE,
        ),
    ] = None,
    title: Annotated[
        str | None,
        typer.Option(
            metavar="TEXT",
            help="The heading. [default: the name of the folder]",
            rich_help_panel=_PAGE,
        ),
    ] = None,
    media: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            exists=True,
            file_okay=False,
            help="The folder that ids are paths in, for thumbnails. [default: as the run recorded]",
            rich_help_panel=_PAGE,
        ),
    ] = None,
    segments: Annotated[
        int,
        number_option(
            low=1,
            high=50_000,
            help="When there are more, a random sample of whole items is shown.",
            rich_help_panel=_PAGE,
        ),
    ] = 10_000,
    duplicates: Annotated[
        float,
        typer.Option(
            metavar="SCORE",
            callback=_check_score,
            help="The minimum cosine similarity of near duplicates.",
            rich_help_panel=_PAGE,
        ),
    ] = 0.95,
) -> None:
    """Write a page about a dataset: timelines, map, near duplicates, failures.

    The page is one file that works offline: it can be mailed and opened anywhere.

    Example: twelvelabs-embed report vectors -o report.html --query "a dog"
    """
    from twelvelabs_embed.report import write_report

    client = connected(settings, emulator=settings.emulator) if query else nullcontext()
    with client as connection, show_progress(f"Writing {out}"):
        facts = write_report(
            folder,
            out,
            queries=query or (),
            client=connection,
            media=media,
            title=title,
            max_segments=segments,
            min_score=duplicates,
        )
    for note in facts.notes:
        rendering.show_note(note)
    if settings.json:
        rendering.print_json({**asdict(facts), "path": str(facts.path)})
    else:
        rendering.console().print(_summary(facts), soft_wrap=True)


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
    size = rendering.size(facts.size_bytes)
    return f"Wrote {rendering.plain(str(facts.path))} ({size}): {', '.join(counts)}"
