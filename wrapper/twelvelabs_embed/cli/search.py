"""Command `search DIR TEXT`: the nearest segments of a dataset."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from twelvelabs_embed._text import clock
from twelvelabs_embed.cli import rendering
from twelvelabs_embed.cli.options import (
    AsJson,
    ServiceOrEmulator,
    number,
    option as declare,
    with_groups,
)
from twelvelabs_embed.cli.progress import show_progress
from twelvelabs_embed.cli.session import connected, parse_media, parse_text
from twelvelabs_embed.inputs import Image, Input, Text, TextImage

if TYPE_CHECKING:
    from twelvelabs_embed.search.exact import DatasetInfo, Hit

_QUERY, _FILTERS = "Query", "Filters"


def _filter(help: str, *names: str) -> Any:
    return declare(f"{help}. May be repeated.", "WORD", *names, panel=_FILTERS)


@with_groups
def search(
    service: ServiceOrEmulator,
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="The folder that a run wrote, or a LanceDB table.")
    ],
    text: Annotated[
        str | None,
        typer.Argument(metavar="[TEXT]", help="The query, or - to read it from standard input."),
    ] = None,
    image: Annotated[
        str | None,
        declare(
            "Search with this image: a path, an http(s) link, or asset:ID; with a text, with "
            "both together.",
            "MEDIA",
            panel=_QUERY,
        ),
    ] = None,
    also: Annotated[
        list[Path] | None,
        declare("Another folder to search, such as of a shard. May be repeated.", "DIR"),
    ] = None,
    top: Annotated[int, number("How many segments.", low=1, panel=_FILTERS)] = 10,
    option: Annotated[
        list[str] | None, _filter("Only segments with this option, such as visual")
    ] = None,
    scope: Annotated[
        list[str] | None, _filter("Only segments with this scope: clip or asset")
    ] = None,
    input_type: Annotated[
        list[str] | None, _filter("Only items that were embedded as this, such as video", "--type")
    ] = None,
    json: AsJson = False,
) -> None:
    """Find the segments of a dataset that are nearest to a text, an image, or both.

    Every vector is compared, by cosine similarity. The query is embedded with the
    model that made the vectors.

    Example: twelvelabs-embed search vectors "a dog jumping" --option visual
    """
    from twelvelabs_embed.search.exact import describe, search as find_nearest

    query = _read_query(text, image)
    where = [folder, *also] if also else folder
    info = describe(where)
    hits: list[Hit] = []
    if info.rows:  # otherwise the query need not be embedded
        with connected(service) as client, show_progress("Searching"):
            hits = find_nearest(
                where,
                query,
                top=top,
                option=option or None,
                scope=scope or None,
                input_type=input_type or None,
                client=client,
            )
    if json:
        rendering.print_json(_as_document(hits, info, text, image))
    else:
        _show(hits, info, rendering.plain(str(folder)))


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


def _show(hits: list[Hit], info: DatasetInfo, folder: str) -> None:
    if not info.rows:
        rendering.show_result(f"{folder} contains no vectors")
        return
    if not hits:
        rendering.show_result(f"No segment in {folder} matches these options, scopes and types")
        return
    from twelvelabs_embed.bulk.links import unsigned

    table = rendering.new_table(
        score=rendering.RIGHT, item=rendering.FOLD, time=rendering.RIGHT, option={}, scope={}
    )
    for hit in hits:
        segment = hit.segment
        labels = [rendering.plain(label) for label in (segment.option, segment.scope)]
        table.add_row(f"{hit.score:.3f}", rendering.plain(unsigned(hit.id)), _range(hit), *labels)
    rendering.console().print(table)


def _range(hit: Hit) -> str:
    """`0:06–0:12`."""
    start_sec, end_sec = hit.segment.start_sec, hit.segment.end_sec
    if start_sec is None or end_sec is None:
        return rendering.NOTHING
    return f"{clock(start_sec)}–{clock(end_sec)}"
