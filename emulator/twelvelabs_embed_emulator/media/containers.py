"""Containers of audio and video: FFmpeg, opened so that a hostile file does no harm."""

from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, BinaryIO, TypeVar

import av
from av.container import InputContainer
from av.error import FFmpegError
from av.packet import Packet
from av.stream import Disposition, Stream

from twelvelabs_embed_emulator.contract.errors import ApiError, bad_request
from twelvelabs_embed_emulator.contract.limits import IMAGE_MAX_PIXELS
from twelvelabs_embed_emulator.media.sources import Media

# FFmpeg decodes a frame to learn of it: a small file could decompress to 2 GB.
DECODER_OPTIONS = {"max_pixels": str(IMAGE_MAX_PIXELS)}
# Without the whitelist, a file that is a playlist would have FFmpeg open other files and addresses.
_OPTIONS = {"protocol_whitelist": "none", **DECODER_OPTIONS}

# Titles and the like may be in any encoding: no reason to reject a file. From version 19 on, PyAV
# accepts any, and the argument that asks for it is gone.
_ANY_ENCODING: dict[str, Any] = (
    {"metadata_errors": "replace"} if int(av.__version__.partition(".")[0]) < 19 else {}
)

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
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()


def readable(streams: Iterable[_Stream]) -> Iterator[_Stream]:
    """Return the streams that FFmpeg has a decoder for; PyAV gives the others no context."""
    return (stream for stream in streams if getattr(stream, "codec_context", None) is not None)


def is_cover(stream: Stream) -> bool:
    """Whether the "video" is the cover picture of a piece of music."""
    return bool(stream.disposition & Disposition.attached_pic)


def decode(packet: "Packet[Any]") -> Sequence[Any]:
    """Return the frames of a packet; none if it is damaged, as players do."""
    try:
        return packet.decode()
    except FFmpegError:
        return ()


def broken(name: str, reason: str) -> ApiError:
    """Return the error of a file that cannot be read; the caller raises it."""
    return bad_request(name, f"the file is broken or no media file: {reason}", "video_file_broken")


def seconds(ticks: int | None, owner: "Stream | Packet[Any]") -> float:
    """Convert a time in the clock of a stream or packet; no time is zero."""
    return float(ticks * owner.time_base) if ticks is not None and owner.time_base else 0.0
