"""A report: one HTML page to look at an archive, without a network.

    from twelvelabs_embed import TwelveLabs
    from twelvelabs_embed.report import write_report

    with TwelveLabs() as client:
        write_report("vectors", "report.html", queries=["a dog jumping"], client=client)

| room | what lives there |
|---|---|
| `gathering` | what is shown: items, segments, vectors, failures |
| `similarity` | neighbours, near duplicates, vectors small enough for a page |
| `layout` | the map |
| `thumbnails` | small pictures of local files |
| `page` | the HTML |
| `template/` | its style and its program |
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from twelvelabs_embed.errors import MissingDependencyError
from twelvelabs_embed.report.layout import draw_map
from twelvelabs_embed.report.loader import Archive, gather, group_failures
from twelvelabs_embed.report.page import Query, ReportData, as_html
from twelvelabs_embed.report.similarity import compress, find_duplicates
from twelvelabs_embed.report.thumbnails import Thumbnail, make_thumbnails
from twelvelabs_embed.results.vectors import cosine
from twelvelabs_embed.search.exact import query_vector

if TYPE_CHECKING:
    from twelvelabs_embed.client import TwelveLabs

__all__ = ["ReportFacts", "write_report"]

# Of 10,000 segments these take 1.5 MB of the page.
_DIMENSIONS = 112
_MAX_PAIRS = 100
_MAX_THUMBNAILS = 300
_MAX_THUMBNAIL_BYTES = 700_000


@frozen(kw_only=True)
class ReportFacts:
    """What came of a report.

    Attributes:
        path: where it lies
        size_bytes: how large it is
        items, segments: how many are shown
        all_items, all_segments: how many there are
        pairs: how many pairs of near duplicates
        failures: how many items failed
        thumbnails: how many small pictures
        notes: what is missing, and why
    """

    path: Path
    size_bytes: int
    items: int
    segments: int
    all_items: int
    all_segments: int
    pairs: int
    failures: int
    thumbnails: int
    notes: Sequence[str]


def write_report(
    folder: str | os.PathLike[str],
    path: str | os.PathLike[str],
    *,
    queries: Sequence[str] = (),
    client: TwelveLabs | None = None,
    media: str | os.PathLike[str] | None = None,
    title: str | None = None,
    max_segments: int = 10_000,
    min_score: float = 0.95,
    made_at: datetime | None = None,
) -> ReportFacts:
    """Write a page that shows what a run wrote.

    It has the timeline of each item, coloured by how similar the segments are to a query, near
    duplicates, a map, and what failed. Texts are embedded now, because the page never asks a
    network; every segment can become the query there.

    Args:
        folder: what a run wrote
        path: the page; one that exists is replaced, and it appears whole or not at all
        queries: texts to compare with
        client: embeds them, by the model that made the vectors
        media: the folder that the ids are paths in, for small pictures of images and videos; known
            when a run wrote the folder
        title: what stands at the top; the name of the folder when left out
        max_segments: when there are more, whole items are chosen by chance
        min_score: the cosine similarity from which on segments are near duplicates
        made_at: the time that stands on the page; now when left out

    Raises:
        InvalidInputError: there are no parts
        ModelMismatchError: the parts are of different models or lengths
        MissingDependencyError: pyarrow is missing; the extra `bulk` brings it
        OSError: the page cannot be written
        TwelveLabsError: a query could not be embedded
    """
    source, target = Path(folder), Path(path)
    archive = gather(source, max_segments)
    failures = group_failures(source) if source.is_dir() else []
    thumbnails, notes = _thumbnails(archive, Path(media) if media else _find_media(source))
    pairs = find_duplicates(archive, min_score, _MAX_PAIRS)
    story = ReportData(
        title=title or source.resolve().name,
        made_at=made_at or datetime.now().astimezone(),
        archive=archive,
        compressed=compress(archive.vectors, _DIMENSIONS),
        places=draw_map(archive.vectors),
        queries=[_ask(text, archive, client) for text in queries],
        pairs=pairs,
        min_score=min_score,
        thumbnails=thumbnails,
        failures=failures,
        notes=notes,
    )
    page = as_html(story).encode()
    _write(target, page)
    return ReportFacts(
        path=target,
        size_bytes=len(page),
        items=len(archive.ids),
        segments=len(archive),
        all_items=archive.all_items,
        all_segments=archive.all_rows,
        pairs=len(pairs),
        failures=sum(group.count for group in failures),
        thumbnails=len(thumbnails),
        notes=notes,
    )


def _ask(text: str, archive: Archive, client: TwelveLabs | None) -> Query:
    vector = query_vector(text, archive.model, archive.vectors.shape[1], client)
    scores = cosine(archive.vectors, vector.astype(np.float32)[np.newaxis])[:, 0]
    return Query(text, scores)


def _find_media(folder: Path) -> Path | None:
    """The folder that the ids of a run start from."""
    try:
        root = json.loads((folder / "run.json").read_bytes())["root"]
        return Path(root) if Path(root).is_dir() else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _thumbnails(archive: Archive, media: Path | None) -> tuple[list[Thumbnail], list[str]]:
    """Small pictures, and why there are none."""
    if not {"image", "text_image", "video"}.intersection(archive.input_types):
        return [], []
    if media is None:
        return [], ["There are no pictures: the folder of the media is not known."]
    try:
        found = make_thumbnails(
            archive, media, most=_MAX_THUMBNAILS, max_bytes=_MAX_THUMBNAIL_BYTES
        )
    except MissingDependencyError as error:
        return [], [f"There are no pictures: {error}"]
    if not found:
        return [], [
            "There are no pictures: no id is the path of a file in the folder of the media."
        ]
    return found, []


def _write(path: Path, page: bytes) -> None:
    target = path.resolve()  # a link stays a link
    aside = target.with_name(f".{target.name}.{os.urandom(4).hex()}.part")
    try:
        aside.write_bytes(page)
        aside.replace(target)
    finally:
        aside.unlink(missing_ok=True)
