"""Containers of audio and video: FFmpeg, opened so that a hostile file does no harm."""

import errno
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, BinaryIO, TypeVar

import av
from av.container import InputContainer
from av.error import FFmpegError
from av.packet import Packet
from av.stream import Disposition, Stream
from av.video.stream import VideoStream

from twelvelabs_embed_emulator.contract.errors import ApiError, bad_request
from twelvelabs_embed_emulator.contract.limits import FRAME_MAX_PIXELS
from twelvelabs_embed_emulator.media.sources import Media

# FFmpeg decodes a frame to learn of it: a small file could decompress to 2 GB.
DECODER_OPTIONS = {"max_pixels": str(FRAME_MAX_PIXELS)}
# Without the whitelist, a file that is a playlist would have FFmpeg open other files and addresses.
_OPTIONS = {"protocol_whitelist": "none", **DECODER_OPTIONS}

# Titles and the like may be in any encoding: no reason to reject a file. From version 19 on, PyAV
# accepts any, and the argument that asks for it is gone.
_ANY_ENCODING: dict[str, Any] = (
    {"metadata_errors": "replace"} if int(av.__version__.partition(".")[0]) < 19 else {}
)

_CLOCK_MAY_JUMP = 0x0200  # FFmpeg's AVFMT_TS_DISCONT
_BACKWARD_SEC, _FORWARD_SEC = 0.1, 10.0
"""How far the clock of a stream may jump; FFmpeg's own numbers."""

_PHOTO_BRANDS = {
    "avif": "avif",
    **dict.fromkeys(("heic", "heix", "heim", "heis"), "heic"),
    **dict.fromkeys(("mif1", "mif2", "miaf", "jpeg", "j2ki"), "heif"),
}
"""Brands of MP4 files that may be photos, and the MIME subtype; the most exact ones come first."""

# How many reads and seeks a file may take: some, and more for a large one.
_MAX_STEPS = 200_000
_STEP_BYTES = 4096

_Stream = TypeVar("_Stream", bound=Stream)


@contextmanager
def open_container(media: Media, name: str) -> Generator[InputContainer, None, None]:
    """Open a media file; errors of FFmpeg become `video_file_broken`."""
    try:
        with media.open() as file:
            bounded = _BoundedFile(file, _MAX_STEPS + media.size_bytes // _STEP_BYTES)
            try:
                with av.open(bounded, "r", options=_OPTIONS, **_ANY_ENCODING) as opened:
                    yield opened
            finally:
                if bounded.is_exhausted:  # whatever was read: it ended too early
                    raise broken(name, "reading it to its end takes too many steps")
    except FFmpegError as error:
        raise broken(name, error.strerror or str(error)) from error
    except (IndexError, ValueError) as error:  # PyAV, when a stream changes or appears on the way
        raise broken(name, str(error)) from error


class _BoundedFile:
    """A file that ends after `max_steps` reads and seeks.

    Some files have FFmpeg look at every eighth byte, such as a WAV file with zeros behind its end.
    """

    def __init__(self, file: BinaryIO, max_steps: int) -> None:
        self._file = file
        self._steps_left = max_steps
        self.is_exhausted = False

    def read(self, count: int = -1) -> bytes:
        self._steps_left -= 1
        self.is_exhausted = self._steps_left < 0
        return b"" if self.is_exhausted else self._file.read(count)

    def seek(self, offset: int, whence: int = 0) -> int:
        self._steps_left -= 1
        try:
            return self._file.seek(offset, whence)
        except (OSError, ValueError) as error:  # before the start: FFmpeg tries, of a cut-off index
            if getattr(error, "errno", errno.EINVAL) != errno.EINVAL:
                raise
            return -1

    def tell(self) -> int:
        return self._file.tell()


def packets(container: InputContainer, *streams: Stream) -> "Iterator[Packet[Any]]":
    """Yield the packets of a file, or of some of its streams.

    A transport stream may be joined of parts whose clocks differ: where the time of a stream jumps,
    the later part continues the earlier one, as with FFmpeg's own command.
    """
    can_jump = bool(container.format.flags & _CLOCK_MAY_JUMP)
    ends: dict[int, int] = {}
    shifts: dict[int, int] = {}
    demuxed = container.demux(*streams)
    while True:
        try:
            packet = next(demuxed)
        except StopIteration:
            return
        except IndexError:  # PyAV 18, at the end, when a stream has appeared late: that is all
            return
        index, dts = packet.stream_index, packet.dts
        if can_jump and dts is not None and packet.stream.type in ("audio", "video"):
            start = dts + shifts.get(index, 0)
            jump = start - ends.get(index, start)
            if not -_BACKWARD_SEC <= float(jump * packet.time_base) <= _FORWARD_SEC:
                shifts[index] = shifts.get(index, 0) - jump
            shift = shifts.get(index, 0)
            packet.dts = dts + shift
            packet.pts = None if packet.pts is None else packet.pts + shift
            ends[index] = packet.dts + (packet.duration or 0)
        yield packet


def readable(streams: Iterable[_Stream]) -> Iterator[_Stream]:
    """Return the streams that FFmpeg has a decoder for; PyAV gives the others no context."""
    return (stream for stream in streams if getattr(stream, "codec_context", None) is not None)


def is_cover(stream: Stream) -> bool:
    """Return whether the "video" is the cover picture of a song."""
    return bool(stream.disposition & Disposition.attached_pic)


def decode(packet: "Packet[Any]") -> Sequence[Any]:
    """Return the frames of a packet; none if it is damaged, as players do."""
    try:
        return packet.decode()
    except FFmpegError:
        return ()


def preferred(streams: Iterable[_Stream]) -> _Stream | None:
    """Return the stream that a player takes: a default one, of several the largest, then longest.

    A sequence of photos has a cover of the same size.
    """

    def rank(stream: Stream) -> tuple[bool, int, float]:
        size_px = 0
        if isinstance(stream, VideoStream):
            size_px = stream.codec_context.width * stream.codec_context.height
        is_default = bool(stream.disposition & Disposition.default)
        return is_default, size_px, seconds(stream.duration, stream)

    return max(streams, key=rank, default=None)


def is_picture(container: InputContainer) -> bool:
    """Return whether the file is a still image, such as a JPEG 2000, or a HEIC or AVIF photo."""
    form = container.format.name
    return form.endswith("_pipe") or photo_subtype(container) is not None


def photo_subtype(container: InputContainer) -> str | None:
    """Return the MIME subtype of an MP4 file that is a photo; None if it is none.

    A sequence of photos has the same brands, and a duration.
    """
    if container.duration is not None:
        return None
    joined = container.metadata.get("compatible_brands", "")
    brands = {joined[at : at + 4] for at in range(0, len(joined), 4)}
    brands.add(container.metadata.get("major_brand", ""))
    return next((kind for brand, kind in _PHOTO_BRANDS.items() if brand in brands), None)


def broken(name: str, reason: str) -> ApiError:
    """Return the error of a file that cannot be read; the caller raises it."""
    return bad_request(name, f"the file is broken or no media file: {reason}", "video_file_broken")


def seconds(ticks: int | None, owner: "Stream | Packet[Any]") -> float:
    """Convert a time in the clock of a stream or packet; no time is zero."""
    return float(ticks * owner.time_base) if ticks is not None and owner.time_base else 0.0
