"""Command `search DIR TEXT`: the nearest segments of a dataset."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from msgspec.structs import replace

from twelvelabs_embed._text import clock
from twelvelabs_embed.cli import rendering
from twelvelabs_embed.cli.options import (
    AS_JSON,
    OptionGroup,
    ServiceOrEmulator,
    number,
    option as declare,
    with_groups,
)
from twelvelabs_embed.cli.progress import show_indexing, show_progress
from twelvelabs_embed.cli.session import connected, parse_media, parse_text
from twelvelabs_embed.inputs import Image, Input, Text, TextImage

if TYPE_CHECKING:
    from twelvelabs_embed.search import DatasetInfo, Hit

_FILTERS, _RANKING = "Filters", "Ranking"


def _filter(help: str, *names: str) -> Any:
    return declare(f"{help}. May be repeated.", "WORD", *names)


def _check_fusion(value: str | None) -> str | None:
    if value not in (None, "rrf", "weighted"):
        raise typer.BadParameter("it is rrf or weighted.")
    return value


class Criteria(OptionGroup, panel=_FILTERS):
    """What may be found, and how it is ranked: the fields of `SearchOptions`."""

    top: int = number("How many segments.", low=1, default=10)
    option: list[str] | None = _filter("Only segments with this option, such as visual")
    scope: list[str] | None = _filter("Only segments with this scope: clip or asset")
    input_type: list[str] | None = _filter(
        "Only items that were embedded as this, such as video", "--type"
    )
    id_prefix: list[str] | None = declare(
        "Only items whose ids start with this. May be repeated.", "TEXT"
    )
    start_sec: float | None = declare("Only segments after this time.", "SECONDS")
    end_sec: float | None = declare("Only segments before this time.", "SECONDS")
    fusion: str | None = declare(
        "Rank moments by all options together: by their ranks in each (rrf), or by the "
        "weighted mean of the similarities (weighted).",
        "[rrf|weighted]",
        panel=_RANKING,
        callback=_check_fusion,
    )
    weights: list[str] | None = declare(
        "With --fusion, the weight of an option, such as visual=2; those that are not named "
        "have none. May be repeated.",
        "OPTION=NUMBER",
        "--weight",
        panel=_RANKING,
    )
    merge_gap_sec: float | None = number(
        "Join segments of an item that are at most so far apart.", "SECONDS", low=0, panel=_RANKING
    )
    max_per_item: int | None = number("How many hits of one item, at most.", low=1, panel=_RANKING)

    def arguments(self) -> dict[str, Any]:
        """Return the arguments of `Index.search`; an option that is not given is an empty list."""
        given = {name: value for name, value in self.values().items() if value not in (None, [])}
        if self.weights:
            given["weights"] = _read_weights(self.weights, self.fusion)
        return given


@with_groups
def search(
    criteria: Criteria,
    service: ServiceOrEmulator,
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="The folder that a run wrote, or a LanceDB table.")
    ],
    text: Annotated[
        str | None,
        typer.Argument(metavar="[TEXT]", help="The query, or - to read it from standard input."),
    ] = None,
    image: str | None = declare(
        "Search with this image: a path, an http(s) link, or asset:ID; with a text, with "
        "both together.",
        "MEDIA",
        panel="Query",
    ),
    also: list[Path] | None = declare(
        "Another folder to search, such as of a shard. May be repeated.", "DIR"
    ),
    json: bool = AS_JSON,
) -> None:
    """Find the segments of a dataset that are nearest to a text, an image, or both.

    The result is exact, by cosine similarity. The query is embedded with the
    model that made the vectors. An index is kept in the folder: the first search
    makes it.

    Example: twelvelabs-embed search vectors "a dog jumping" --option visual
    """
    from twelvelabs_embed.search import Index

    query, arguments = _read_query(text, image), criteria.arguments()
    hits: list[Hit] = []
    with show_indexing() as on_progress:
        index = Index([folder, *also] if also else folder, on_progress=on_progress)
    with index:
        info = index.info
        if info.rows:  # otherwise the query need not be embedded
            with connected(service) as client, show_progress("Searching"):
                hits = index.search(query, client=client, **arguments)
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


def _read_weights(words: list[str], fusion: str | None) -> dict[str, float]:
    if fusion is None:
        raise typer.BadParameter("it needs --fusion.", param_hint="--weight")
    weights: dict[str, float] = {}
    for word in words:
        name, _, value = word.partition("=")
        try:
            weights[name] = float(value)
        except ValueError:
            message = f"{rendering.plain(word)!r} is not OPTION=NUMBER, such as visual=2."
            raise typer.BadParameter(message, param_hint="--weight") from None
    return weights


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
                **rendering.segment_as_document(hit.segment),
                **({"scores": dict(hit.scores)} if hit.scores else {}),
                **({"merged": hit.merged} if hit.merged > 1 else {}),
            }
            for hit in hits
        ],
    }


def _show(hits: list[Hit], info: DatasetInfo, folder: str) -> None:
    if not info.rows:
        rendering.show_result(f"{folder} contains no vectors")
        return
    if not hits:
        rendering.show_result(f"No segment in {folder} matches these filters")
        return
    from twelvelabs_embed.bulk.links import unsigned

    # Scores of ranks are small: 1/61 is the best of one option.
    digits = 3 if hits[0].score > 0.1 or not hits[0].scores else 4
    table = rendering.new_table(
        score=rendering.RIGHT, item=rendering.FOLD, time=rendering.RIGHT, option={}, scope={}
    )
    for hit in hits:
        segment = hit.segment
        if hit.scores:  # the options by their similarity, instead of one
            best = sorted(hit.scores.items(), key=lambda one: -one[1])
            segment = replace(
                segment, option=", ".join(f"{name} {score:.2f}" for name, score in best)
            )
        labels = [rendering.plain(label) for label in (segment.option, segment.scope)]
        table.add_row(
            f"{hit.score:.{digits}f}", rendering.plain(unsigned(hit.id)), _range(hit), *labels
        )
    rendering.console().print(table)


def _range(hit: Hit) -> str:
    """`0:06–0:12`."""
    start_sec, end_sec = hit.segment.start_sec, hit.segment.end_sec
    if start_sec is None or end_sec is None:
        return rendering.NOTHING
    return f"{clock(start_sec)}–{clock(end_sec)}"
