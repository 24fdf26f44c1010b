"""Report: one HTML page about a dataset, which works offline.

from twelvelabs_embed import TwelveLabs
from twelvelabs_embed.report import write_report

with TwelveLabs() as client:
    write_report("vectors", "report.html", queries=["a dog jumping"], client=client)
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import numpy as np
from attrs import frozen

from twelvelabs_embed._files import atomic_path, expand_path
from twelvelabs_embed.bulk.tally import total_usage
from twelvelabs_embed.errors import MissingDependencyError
from twelvelabs_embed.report.layout import draw_map
from twelvelabs_embed.report.loader import ReportDataset, group_failures, load
from twelvelabs_embed.report.page import Query, ReportData, as_html
from twelvelabs_embed.report.similarity import compress, find_duplicates
from twelvelabs_embed.report.thumbnails import Thumbnail, find_file, make_thumbnails
from twelvelabs_embed.results.vectors import cosine
from twelvelabs_embed.search.queries import query_vector

if TYPE_CHECKING:
    from twelvelabs_embed.client import TwelveLabs

__all__ = ["ReportFacts", "write_report"]

# 1.5 MB of the page for 10,000 segments.
_DIMENSIONS = 112
_MAX_PAIRS = 100
_MAX_THUMBNAILS = 300
_MAX_THUMBNAIL_BYTES = 700_000


@frozen(kw_only=True)
class ReportFacts:
    """Facts about a written report.

    Attributes:
        path: the path of the page
        size_bytes: its size
        items, segments: how many are shown
        all_items, all_segments: how many there are
        pairs: how many pairs of near duplicates there are
        failures: how many items failed
        thumbnails: how many small pictures there are
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
    folder: str | os.PathLike[str] | Sequence[str | os.PathLike[str]],
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
    """Write a page about the dataset that a run wrote.

    It has the timeline of each item, coloured by the similarity of the segments to a query, near
    duplicates, a map, and the failures. Queries are embedded now, because the page works offline;
    there, every segment can become the query.

    Args:
        folder: the folder that a run wrote; or several, such as those of shards, whose ids differ
        path: the page; the write is atomic, and a file that exists is replaced
        queries: texts to compare with
        client: embeds them, with the model that made the vectors
        media: the folder that the ids are paths in, for small pictures of images and videos, and
            links that play a segment; known when a run wrote the folder
        title: the heading; the name of the folder when omitted
        max_segments: when there are more, a random sample of whole items is shown
        min_score: the minimum cosine similarity of near duplicates
        made_at: the time shown on the page; now when omitted

    Raises:
        InvalidInputError: there are no parts
        ModelMismatchError: the parts have different models or dimensions
        MissingDependencyError: pyarrow is missing; the extra `bulk` brings it
        OSError: the page cannot be written
        TwelveLabsError: a query could not be embedded
    """
    several = [folder] if isinstance(folder, (str, os.PathLike)) else folder
    sources, target = [expand_path(one, "folder") for one in several], expand_path(path, "path")
    dataset = load(sources, max_segments)
    failures = group_failures([source for source in sources if source.is_dir()])
    media_folder = _find_media(sources[0]) if media is None else expand_path(media, "media")
    thumbnails, notes = _thumbnails(dataset, media_folder)
    pairs = find_duplicates(dataset, min_score, _MAX_PAIRS)
    data = ReportData(
        title=title or sources[0].resolve().name,
        made_at=made_at or datetime.now().astimezone(),
        dataset=dataset,
        compressed=compress(dataset.vectors, _DIMENSIONS),
        places=draw_map(dataset.vectors),
        queries=[_query(text, dataset, client) for text in queries],
        pairs=pairs,
        min_score=min_score,
        thumbnails=thumbnails,
        links=_links(dataset, media_folder, target.resolve().parent),
        failures=failures,
        notes=notes,
        usage=total_usage(sources),
    )
    page = as_html(data).encode()
    with atomic_path(target) as temporary:
        temporary.write_bytes(page)
    return ReportFacts(
        path=target,
        size_bytes=len(page),
        items=len(dataset.ids),
        segments=len(dataset),
        all_items=sum(dataset.summary.items.values()),
        all_segments=sum(dataset.summary.vectors.values()),
        pairs=len(pairs),
        failures=sum(group.count for group in failures),
        thumbnails=len(thumbnails),
        notes=notes,
    )


def _query(text: str, dataset: ReportDataset, client: TwelveLabs | None) -> Query:
    vector = query_vector(text, dataset.model, dataset.vectors.shape[1], client)
    scores = cosine(dataset.vectors, vector.astype(np.float32)[np.newaxis])[:, 0]
    return Query(text, scores)


def _find_media(folder: Path) -> Path | None:
    """Return the folder that the ids of a run are relative to."""
    try:
        root = json.loads((folder / "run.json").read_bytes())["root"]
        return Path(root) if Path(root).is_dir() else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _links(dataset: ReportDataset, media: Path | None, page_folder: Path) -> dict[int, str]:
    """Return links from the page to the audio and video files that are there, by item."""
    found = {
        item: path
        for item, (id, kind) in enumerate(zip(dataset.ids, dataset.input_types, strict=True))
        if media and kind in ("audio", "video") and (path := find_file(media, id)) is not None
    }
    return {item: _relative_link(path, page_folder) for item, path in found.items()}


def _relative_link(path: Path, folder: Path) -> str:
    """Return a link that works wherever both are moved or served together."""
    try:
        return quote(Path(os.path.relpath(path, folder)).as_posix())
    except ValueError:  # on another drive
        return path.as_uri()


def _thumbnails(dataset: ReportDataset, media: Path | None) -> tuple[list[Thumbnail], list[str]]:
    """Make small pictures, or return a note why there are none."""
    if not {"image", "text_image", "video"}.intersection(dataset.input_types):
        return [], []
    if media is None:
        return [], ["There are no pictures: the folder of the media is unknown."]
    try:
        found = make_thumbnails(
            dataset, media, max_count=_MAX_THUMBNAILS, max_bytes=_MAX_THUMBNAIL_BYTES
        )
    except MissingDependencyError as error:
        return [], [f"There are no pictures: {error}"]
    if not found:
        return [], [
            "There are no pictures: no id is the path of a file in the folder of the media."
        ]
    return found, []
