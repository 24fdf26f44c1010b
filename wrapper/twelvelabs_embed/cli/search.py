"""Command `search DIR TEXT`: the nearest segments of a dataset."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import typer
from attrs import frozen

from twelvelabs_embed.cli import rendering
from twelvelabs_embed.cli.embed import parse_media, parse_text
from twelvelabs_embed.cli.options import AsJson, Service, number_option, with_settings
from twelvelabs_embed.cli.progress import show_progress
from twelvelabs_embed.cli.session import connected
from twelvelabs_embed.inputs import Image, Input, Text, TextImage

if TYPE_CHECKING:
    from twelvelabs_embed.search.exact import DatasetInfo, Hit

_QUERY = "Query"
_ROWS = "Filters"

UseEmulator: TypeAlias = Annotated[
    bool,
    typer.Option(
        "--emulator",
        help="Use an emulator that runs for this command only: no key, no network. Its vectors "
        "are comparable only with vectors of emulators.",
        rich_help_panel="Service",
    ),
]


@frozen(kw_only=True)
class SearchSettings(Service):
    """Where the query is embedded, and the output of hits."""

    json: AsJson = False
    emulator: UseEmulator = False


@with_settings
def search(
    settings: SearchSettings,
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="The folder that a run wrote, or a LanceDB table.")
    ],
    text: Annotated[
        str | None,
        typer.Argument(metavar="[TEXT]", help="The query, or - to read it from standard input."),
    ] = None,
    image: Annotated[
        str | None,
        typer.Option(
            metavar="MEDIA",
            help="Search with this image: a path, an http(s) link, or asset:ID; with a text, with "
            "both together.",
            rich_help_panel=_QUERY,
        ),
    ] = None,
    top: Annotated[
        int, number_option(low=1, help="How many segments.", rich_help_panel=_ROWS)
    ] = 10,
    option: Annotated[
        list[str] | None,
        typer.Option(
            metavar="WORD",
            help="Only segments with this option, such as visual. May be repeated.",
            rich_help_panel=_ROWS,
        ),
    ] = None,
    scope: Annotated[
        list[str] | None,
        typer.Option(
            metavar="WORD",
            help="Only segments with this scope: clip or asset. May be repeated.",
            rich_help_panel=_ROWS,
        ),
    ] = None,
    input_type: Annotated[
        list[str] | None,
        typer.Option(
            "--type",
            metavar="WORD",
            help="Only items that were embedded as this, such as video. May be repeated.",
            rich_help_panel=_ROWS,
        ),
    ] = None,
) -> None:
    """Find the segments of a dataset that are nearest to a text, an image, or both.

    Every vector is compared, by cosine similarity. The query is embedded with the
    model that made the vectors.

    Example: twelvelabs-embed search vectors "a dog jumping" --option visual
    """
    from twelvelabs_embed.search.exact import describe, search as find_nearest

    query = _read_query(text, image)
    info = describe(folder)
    hits: list[Hit] = []
    if info.rows:  # otherwise the query need not be embedded
        with connected(settings, emulator=settings.emulator) as client:
            with show_progress("Searching"):
                hits = find_nearest(
                    folder,
                    query,
                    top=top,
                    option=option or None,
                    scope=scope or None,
                    input_type=input_type or None,
                    client=client,
                )
    if settings.json:
        rendering.print_json(_as_document(hits, info, text, image))
    else:
        _show(hits, info, folder)


def _read_query(text: str | None, image: str | None) -> Input:
    if text is None and image is None:
        raise typer.BadParameter("give a text, --image, or both.", param_hint="[TEXT]")
    if image is None:
        return Text(parse_text(text or ""))
    media = parse_media(image)
    return Image(media) if text is None else TextImage(parse_text(text), media)


def _as_document(
    hits: list[Hit], info: DatasetInfo, text: str | None, image: str | None
) -> dict[str, Any]:
    return {
        "model": info.model,
        "text": text,
        "image": image,
        "searched": info.rows,
        "hits": [
            {
                "id": hit.id,
                "score": hit.score,
                "input_type": hit.input_type,
                "option": hit.segment.option,
                "scope": hit.segment.scope,
                "start_sec": hit.segment.start_sec,
                "end_sec": hit.segment.end_sec,
            }
            for hit in hits
        ],
    }


def _show(hits: list[Hit], info: DatasetInfo, folder: Path) -> None:
    out, name = rendering.console(), rendering.plain(str(folder))
    if not info.rows:
        out.print(f"{name} contains no vectors", soft_wrap=True)
        return
    if not hits:
        out.print(f"No segment in {name} matches these options, scopes and types", soft_wrap=True)
        return
    table = rendering.new_table()
    table.add_column("score", justify="right")
    table.add_column("item", overflow="fold")
    table.add_column("time", justify="right", no_wrap=True)
    table.add_column("option")
    table.add_column("scope")
    for hit in hits:
        labels = [
            rendering.plain(label or rendering.NOTHING)
            for label in (hit.segment.option, hit.segment.scope)
        ]
        table.add_row(f"{hit.score:.3f}", rendering.plain(hit.id), _range(hit), *labels)
    out.print(table)


def _range(hit: Hit) -> str:
    """`0:06–0:12`."""
    start_sec, end_sec = hit.segment.start_sec, hit.segment.end_sec
    if start_sec is None or end_sec is None:
        return rendering.NOTHING
    return f"{clock(start_sec)}–{clock(end_sec)}"


def clock(time_sec: float) -> str:
    """`0:06`, `12:34`, `1:02:03`."""
    minutes, seconds = divmod(round(time_sec), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
