"""Thumbnails of local images, and of clips of local videos."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import TypeVar

import numpy as np
from attrs import field, frozen

from twelvelabs_embed._extras import import_extra
from twelvelabs_embed.report.loader import ReportDataset
from twelvelabs_embed.report.pictures import FrameReader, Span, image_thumbnail

T = TypeVar("T")


@frozen
class Thumbnail:
    """A small picture of an item.

    Attributes:
        item: the number of the item
        time_sec: the time in a video; None for an image
        jpeg: the picture, at most 160 x 120 pixels
    """

    item: int
    time_sec: float | None
    jpeg: bytes = field(repr=False)


def make_thumbnails(
    dataset: ReportDataset, media: Path, *, max_count: int, max_bytes: int
) -> list[Thumbnail]:
    """Make pictures of the items whose ids are the paths of images and videos inside a folder.

    An image has one. A video has one for each of its clips, or for as many as the limits allow.
    Unreadable files have none.

    Args:
        dataset: the items
        media: the folder that ids are paths in; nothing outside of it is opened
        max_count: the maximum number of pictures
        max_bytes: their maximum size together

    Raises:
        MissingDependencyError: Pillow or PyAV is missing; the extra `media` brings them.
    """
    for module in ("av", "PIL"):
        import_extra(module, "media")
    files = [
        (item, path)
        for item, id in enumerate(dataset.ids)
        if dataset.input_types[item] in ("image", "text_image", "video")
        and (path := find_file(media, id)) is not None
    ]
    files = _spread(files, max_count)
    share, reader = max_count // max(len(files), 1), FrameReader()
    pictures = [list(_pictures(dataset, item, path, share, reader)) for item, path in files]
    # One of each item first, so that all have one when the size does not allow more.
    ordered = [one for some in zip_longest(*pictures) for one in some if one is not None]
    sizes_bytes = np.cumsum([len(one.jpeg) for one in ordered])
    return ordered[: np.searchsorted(sizes_bytes, max_bytes, side="right")]


def find_file(folder: Path, id: str) -> Path | None:
    """Return the file inside the folder whose path the id is, if there is one."""
    try:
        path = (folder / id).resolve()
        return path if path.is_relative_to(folder.resolve()) and path.is_file() else None
    except (OSError, ValueError):  # too long; a zero character
        return None


def _pictures(
    dataset: ReportDataset, item: int, path: Path, max_count: int, reader: FrameReader
) -> Iterator[Thumbnail]:
    """Yield the pictures of an item; none when its file is unreadable."""
    try:
        if dataset.input_types[item] == "video":
            spans = _middle_first(_spread(_spans(dataset, item), max_count))
            for time_sec, jpeg in reader.read(path, spans):
                yield Thumbnail(item, time_sec, jpeg)
        else:
            yield Thumbnail(item, None, image_thumbnail(path))
    except Exception:  # libraries raise many kinds for damaged files, and a report needs no picture
        return


def _spans(dataset: ReportDataset, item: int) -> list[Span]:
    """Return the parts of a video that its clips cover, in order; all of it without clips."""
    rows = np.flatnonzero(dataset.item == item)
    spans = {
        row: (float(dataset.start_sec[row]), float(dataset.end_sec[row]))
        for row in rows.tolist()
        if math.isfinite(dataset.start_sec[row]) and math.isfinite(dataset.end_sec[row])
    }
    clips = {spans[row] for row in spans if dataset.scope[row] == "clip"}
    return [Span(*span) for span in sorted(clips or set(spans.values()))]


def _middle_first(spans: Sequence[Span]) -> list[Span]:
    middle = len(spans) // 2
    return [*spans[middle:], *spans[:middle]]


def _spread(things: Sequence[T], max_count: int) -> list[T]:
    """Return some of the things, evenly spread."""
    count = min(max_count, len(things))
    return [things[(2 * place + 1) * len(things) // (2 * count)] for place in range(count)]
