"""Media files opened with PyAV, and the video stream that counts."""

from __future__ import annotations

import errno
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, BinaryIO, cast

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.stream import Stream
    from av.video.stream import VideoStream

_MAX_STEPS = 200_000  # reads and seeks: a second or two
# A small file may hold pictures that decompress to 2 GB, and FFmpeg decodes one to measure it.
DECODER_OPTIONS = {"max_pixels": "90000000"}
# A playlist must not make FFmpeg open other files and addresses.
_OPTIONS = {"protocol_whitelist": "none", **DECODER_OPTIONS}


def open_container(file: BinaryIO | BoundedFile, **options: str) -> InputContainer:
    """Open a media file with PyAV, whatever encoding its titles and names are in.

    From version 19 on, PyAV accepts any encoding, and the argument that asks for it is gone.

    Args:
        file: the file
        options: further options of FFmpeg

    Raises:
        av.error.FFmpegError: it is no media file, or a broken one
    """
    import av

    any_encoding: dict[str, Any] = {}
    if _pyav_version() < 19:
        any_encoding["metadata_errors"] = "replace"
    container: InputContainer = av.open(
        cast(BinaryIO, file), "r", options={**_OPTIONS, **options}, **any_encoding
    )
    return container


def _pyav_version() -> int:
    import av

    return int(av.__version__.partition(".")[0])


def has_late_streams(container: InputContainer) -> bool:
    """Return whether FFmpeg has found sound, or the first pictures, after PyAV opened the file.

    Call it when the packets were read. PyAV has no list of such streams: version 18 raises
    IndexError when it has read all packets, later ones leave the streams out and say nothing. All
    raise IndexError when FFmpeg thinks that such a stream is the best of its kind.
    """
    try:
        container.streams.best("video")
        container.streams.best("audio")
    except IndexError:
        return True
    return False


def may_hide_streams(container: InputContainer) -> bool:
    """Return whether there may be late streams of which `has_late_streams` does not know.

    FFmpeg takes no stream for the best whose rate it has not measured, such as AAC that begins in
    the middle of a transport stream.
    """
    return container.format.name == "mpegts" and _pyav_version() >= 19


class BoundedFile:
    """A file that ends when it was read too many times.

    Some files have FFmpeg look at every eighth byte, such as a WAV file with zeros behind its end.

    Attributes:
        is_over: whether that happened
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._steps = 0
        self.is_over = False

    def read(self, count: int = -1) -> bytes:
        self._steps += 1
        self.is_over = self._steps > _MAX_STEPS
        return b"" if self.is_over else self._file.read(count)

    def seek(self, offset: int, whence: int = 0) -> int:
        self._steps += 1
        try:
            return self._file.seek(offset, whence)
        except (OSError, ValueError) as error:  # before the start: FFmpeg tries, of a cut-off index
            if getattr(error, "errno", errno.EINVAL) != errno.EINVAL:
                raise
            return -1

    def tell(self) -> int:
        return self._file.tell()


def is_cover(stream: Stream) -> bool:
    """Return whether a video stream is the cover picture of a file."""
    from av.stream import Disposition

    return bool(stream.disposition & Disposition.attached_pic)


def best_video(streams: Iterable[VideoStream]) -> VideoStream | None:
    """Return the video stream that a player takes: the default one, then that with most pixels."""
    from av.stream import Disposition

    def rank(stream: VideoStream) -> tuple[bool, int]:
        context = stream.codec_context
        return bool(stream.disposition & Disposition.default), context.width * context.height

    return max((one for one in streams if not is_cover(one)), key=rank, default=None)
