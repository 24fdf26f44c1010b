"""Thumbnails of local images, and of clips of local videos."""

from __future__ import annotations

import io
import math
import warnings
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import numpy as np
from attrs import field, frozen

from twelvelabs_embed._extras import import_extra
from twelvelabs_embed.report.loader import ReportDataset
from twelvelabs_embed.validation.recording_probe import open_container

if TYPE_CHECKING:
    from av.container import InputContainer
    from PIL import Image

__all__ = ["Thumbnail", "make_thumbnails"]

T = TypeVar("T")

_SIZE_PX = (160, 120)
_QUALITY = 60
_MAX_FRAMES = 120  # decoded to reach a clip
_NO_OTHER_FILES = {"protocol_whitelist": "none"}  # a playlist must not make FFmpeg open other files


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


@frozen
class _Span:
    """A part of a video to make a picture of."""

    start_sec: float
    end_sec: float

    @property
    def middle_sec(self) -> float:
        return (self.start_sec + self.end_sec) / 2


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
        and (path := _inside(media, id)) is not None
    ]
    files = _spread(files, max_count)
    share = max_count // max(len(files), 1)
    pictures = [list(_pictures(dataset, item, path, share)) for item, path in files]
    # One of each item first, so that all have one when the size does not allow more.
    ordered = [one for some in zip_longest(*pictures) for one in some if one is not None]
    sizes_bytes = np.cumsum([len(one.jpeg) for one in ordered])
    return ordered[: np.searchsorted(sizes_bytes, max_bytes, side="right")]


def _inside(folder: Path, id: str) -> Path | None:
    """Return the file inside the folder whose path the id is, if there is one."""
    try:
        path = (folder / id).resolve()
        return path if path.is_relative_to(folder.resolve()) and path.is_file() else None
    except (OSError, ValueError):  # too long; a zero character
        return None


def _pictures(dataset: ReportDataset, item: int, path: Path, max_count: int) -> Iterator[Thumbnail]:
    """Yield the pictures of an item; none when its file is unreadable."""
    from av.error import FFmpegError
    from PIL.Image import DecompressionBombError, DecompressionBombWarning

    too_large = (DecompressionBombError, DecompressionBombWarning)
    try:
        if dataset.input_types[item] == "video":
            yield from _frames(path, item, _middle_first(_spread(_spans(dataset, item), max_count)))
        else:
            yield Thumbnail(item, None, _image(path))
    except (*too_large, FFmpegError, OSError, SyntaxError, ValueError):
        return


def _image(path: Path) -> bytes:
    from PIL import Image

    with warnings.catch_warnings():
        # Pillow warns of an image that decompresses to much more than its file; it is skipped.
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        with Image.open(path, formats=("JPEG", "PNG", "WEBP")) as image:
            image.draft("RGB", _SIZE_PX)  # JPEG: much less work
            return _jpeg(image)


def _jpeg(image: Image.Image) -> bytes:
    small = image.convert("RGB")
    small.thumbnail(_SIZE_PX)
    file = io.BytesIO()
    small.save(file, "JPEG", quality=_QUALITY, optimize=True)
    return file.getvalue()


# ------------------------------------------------------------------------------------------ videos


def _spans(dataset: ReportDataset, item: int) -> list[_Span]:
    """Return the parts of a video that its clips cover, in order; all of it without clips."""
    rows = np.flatnonzero(dataset.item == item)
    spans = {
        row: (float(dataset.start_sec[row]), float(dataset.end_sec[row]))
        for row in rows.tolist()
        if math.isfinite(dataset.start_sec[row]) and math.isfinite(dataset.end_sec[row])
    }
    clips = {spans[row] for row in spans if dataset.scope[row] == "clip"}
    return [_Span(*span) for span in sorted(clips or set(spans.values()))]


def _middle_first(spans: Sequence[_Span]) -> list[_Span]:
    middle = len(spans) // 2
    return [*spans[middle:], *spans[:middle]]


def _spread(things: Sequence[T], max_count: int) -> list[T]:
    """Return some of the things, evenly spread."""
    count = min(max_count, len(things))
    return [things[(2 * place + 1) * len(things) // (2 * count)] for place in range(count)]


def _frames(path: Path, item: int, spans: Sequence[_Span]) -> Iterator[Thumbnail]:
    with path.open("rb") as file, open_container(file, _NO_OTHER_FILES) as container:
        if not container.streams.video:
            return
        for span in spans:
            if (image := _frame(container, span)) is not None:
                yield Thumbnail(item, round(span.middle_sec, 3), _jpeg(image))


def _frame(container: InputContainer, span: _Span) -> Image.Image | None:
    """Return a frame of a span: the nearest key frame before its middle, if that is in it."""
    stream = container.streams.video[0]
    origin_sec = float((stream.start_time or 0) * (stream.time_base or 0))
    container.seek(int((origin_sec + span.middle_sec) * 1_000_000))
    frame = None
    for count, frame in enumerate(container.decode(stream)):
        if count == _MAX_FRAMES or (frame.time or 0) - origin_sec >= span.start_sec:
            break
    if frame is None:
        return None
    width_px = max(frame.width * _SIZE_PX[1] // frame.height, 1)
    # PyAV's stubs lack this method.
    small: Image.Image = cast(Any, frame).to_image(
        width=min(width_px, 2 * _SIZE_PX[0]), height=_SIZE_PX[1]
    )
    return small.rotate(frame.rotation, expand=True) if frame.rotation else small
