"""Opens media files and judges them: images, audio files and videos.

Times are seconds from the first picture of a video, or from the first sound of an audio file.
"""

from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, BinaryIO, TypeVar

import av
import numpy as np
import numpy.typing as npt
from av.container import InputContainer
from av.error import FFmpegError
from av.packet import Packet
from av.stream import Disposition, Stream
from av.subtitles.subtitle import AssSubtitle
from PIL import Image, UnidentifiedImageError

from twelvelabs_embed_emulator.contract import rules as _rules
from twelvelabs_embed_emulator.contract.errors import ApiError, refuse
from twelvelabs_embed_emulator.contract.rules import Rules
from twelvelabs_embed_emulator.media.sources import Media

THUMBNAIL_PX = 64
"""The side of the square RGB pictures from which looks are described."""

# Without this, a file that is a playlist would have FFmpeg open other files and addresses.
# FFmpeg also decodes a picture to learn of it: a small file could unfold to 2 GB.
DECODER_OPTIONS = {"max_pixels": str(_rules.IMAGE_MAX_PIXELS)}
_OPTIONS = {"protocol_whitelist": "none", **DECODER_OPTIONS}

# Titles and the like may be in any encoding: no reason to refuse a file. From version 19 on, PyAV
# accepts any, and the argument that asks for it is gone.
_ANY_ENCODING: dict[str, Any] = (
    {"metadata_errors": "replace"} if int(av.__version__.partition(".")[0]) < 19 else {}
)

# How many reads and seeks a file may take: some, and more for a large one.
_MOST_STEPS = 200_000
_STEP_BYTES = 4096

# Containers whose header says how long the file is, so that one that was cut off can be told.
_DECLARES_LENGTH = ("matroska", "mov", "flac", "avi")

_AUDIO_CODECS = {"wav": "pcm_", "mp3": "mp3", "flac": "flac"}


# ------------------------------------------------------------------------------------------ images


def open_image(media: Media, name: str) -> npt.NDArray[np.uint8]:
    """Judge an image and return it in RGB, made small: shape (64, 64, 3).

    The orientation that a camera notes in the file does not count. `name` is that of the field, for
    messages.

    Raises:
        ApiError: not a JPEG or PNG, broken, or too small.
    """
    side = THUMBNAIL_PX
    try:
        with media.open() as file, Image.open(file, formats=("JPEG", "PNG")) as image:
            _rules.check_image(name, *image.size)
            image.draft("RGB", (4 * side, 4 * side))  # a JPEG can be decoded small at once
            return np.asarray(image.convert("RGB").resize((side, side), Image.Resampling.BOX))
    except UnidentifiedImageError:
        raise refuse(name, "the file is not a JPEG or PNG image") from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise refuse(name, f"the image has more pixels than the emulator reads: {error}") from error
    except (OSError, SyntaxError, ValueError) as error:
        raise refuse(name, f"the image is broken: {error}") from error


# ------------------------------------------------------------------------------------- recordings


@dataclass(frozen=True)
class Cue:
    """Words of a subtitle track, and when they are shown."""

    start_sec: float
    end_sec: float
    text: str


@dataclass(frozen=True)
class Recording:
    """An audio or video file that keeps the rules."""

    media: Media
    duration_sec: float
    origin_sec: float  # what the clock of the file says when our time is zero
    picture_stream: int | None  # None for an audio file
    has_sound: bool
    cues: tuple[Cue, ...]

    def words(self, start_sec: float, end_sec: float) -> str:
        """Return the words that are shown between two times, which may be none."""
        return " ".join(
            cue.text for cue in self.cues if cue.start_sec < end_sec and cue.end_sec > start_sec
        )


def open_audio(media: Media, name: str, rules: Rules) -> Recording:
    """Judge an audio file.

    Raises:
        ApiError: not a WAV, MP3 or FLAC, broken, too short or too long.
    """
    with open_container(media, name) as container:
        stream = next(readable(container.streams.audio), None)
        codec = stream.codec_context.name if stream else "no sound that can be decoded"
        if not stream or not codec.startswith(_AUDIO_CODECS.get(container.format.name, "?")):
            found = f"{container.format.name} with {codec}"
            raise refuse(name, f"the file is not WAV (uncompressed), MP3 or FLAC, but {found}")
        scan = _scan(container, name, rules)
        start_sec, end_sec = scan.span(stream, name)
        measured_sec, declared_sec = end_sec - start_sec, seconds(stream.duration, stream)
        # An MP3 begins and ends with some padding, which its header lets the player leave out.
        is_padded = declared_sec > 0 and 0 <= measured_sec - declared_sec < 0.25
        duration_sec = round(declared_sec if is_padded else measured_sec, 3)
        rules.check_duration(name, duration_sec)
        origin_sec = seconds(stream.start_time, stream) if is_padded else start_sec
        cues = scan.cues_from(origin_sec)
        return Recording(media, duration_sec, origin_sec, None, True, cues)


def open_video(media: Media, name: str, rules: Rules) -> Recording:
    """Judge a video file. Rotation noted in the file and pixels that are not square do not count.

    Raises:
        ApiError: broken, without a video stream, of a wrong size or shape, too short or too long.
    """
    with open_container(media, name) as container:
        form = container.format.name
        streams = readable(container.streams.video)
        stream = next((stream for stream in streams if not _is_cover(stream)), None)
        if not stream or form == "image2" or form.endswith("_pipe"):
            raise refuse(name, f"the file has no video stream that can be decoded; it is {form}")
        _rules.check_picture_size(name, stream.codec_context.width, stream.codec_context.height)
        scan = _scan(container, name, rules)
        start_sec, end_sec = scan.span(stream, name)
        duration_sec = round(end_sec - start_sec, 3)
        rules.check_duration(name, duration_sec)
        has_sound, cues = any(readable(container.streams.audio)), scan.cues_from(start_sec)
        return Recording(media, duration_sec, start_sec, stream.index, has_sound, cues)


def _is_cover(stream: Stream) -> bool:
    """Whether the "video" is the cover picture of a piece of music."""
    return bool(stream.disposition & Disposition.attached_pic)


_Stream = TypeVar("_Stream", bound=Stream)


def readable(streams: Iterable[_Stream]) -> Iterator[_Stream]:
    """Return the streams that FFmpeg has a decoder for; PyAV gives the others no context."""
    return (stream for stream in streams if getattr(stream, "codec_context", None) is not None)


@contextmanager
def open_container(media: Media, name: str) -> Generator[InputContainer, None, None]:
    """Open a media file; whatever FFmpeg dislikes about it becomes `video_file_broken`."""
    try:
        with media.open() as file:
            bounded = _Bounded(file, _MOST_STEPS + media.size_bytes // _STEP_BYTES)
            try:
                with av.open(bounded, "r", options=_OPTIONS, **_ANY_ENCODING) as opened:
                    yield opened
            finally:
                if bounded.is_over:  # whatever was found: it ended too early
                    raise broken(name, "reading it to its end takes too many steps")
    except FFmpegError as error:
        raise broken(name, error.strerror or str(error)) from error
    except (IndexError, ValueError) as error:  # PyAV, when a stream changes or appears on the way
        raise broken(name, str(error)) from error


class _Bounded:
    """A file that ends when it was read `most_steps` times.

    Some files have FFmpeg look at every eighth byte, such as a WAV file with zeros behind its end.

    Attributes:
        is_over: whether that happened.
    """

    def __init__(self, file: BinaryIO, most_steps: int) -> None:
        self._file = file
        self._left = most_steps
        self.is_over = False

    def read(self, count: int = -1) -> bytes:
        """Return the next bytes; none at the end."""
        self._left -= 1
        self.is_over = self._left < 0
        return b"" if self.is_over else self._file.read(count)

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go to a place in the file."""
        self._left -= 1
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        """Return the place in the file."""
        return self._file.tell()


def decode(packet: "Packet[Any]") -> Sequence[Any]:
    """Return what is in a packet; nothing if it is damaged: players pass such packets over, too."""
    try:
        return packet.decode()
    except FFmpegError:
        return ()


def broken(name: str, problem: str) -> ApiError:
    """Return the error of a file that cannot be read; the caller raises it."""
    return refuse(name, f"the file is broken or no media file: {problem}", "video_file_broken")


def seconds(ticks: int | None, owner: "Stream | Packet[Any]") -> float:
    """Convert a time in the clock of a stream or packet; no time is zero."""
    return float(ticks * owner.time_base) if ticks is not None and owner.time_base else 0.0


# ------------------------------------------------------------------------------------ all packets


@dataclass
class _Scan:
    """What the packets of a file say, which is more reliable than what its header says."""

    # Of each stream, on its own clock: whole numbers, as hours have a million packets.
    spans: dict[int, tuple[int, int]] = field(default_factory=dict)
    cues: list[Cue] = field(default_factory=list)
    words_index: int | None = None  # the stream of the words: the first with text

    def span(self, stream: Stream, name: str) -> tuple[float, float]:
        """Return when `stream` starts and ends on the clock of the file, in seconds."""
        start, end = self.spans.get(stream.index, (0, 0))
        if end <= start:
            raise broken(name, "it has no content")
        return seconds(start, stream), seconds(end, stream)

    def cues_from(self, origin_sec: float) -> tuple[Cue, ...]:
        """Return the cues in time counted from `origin_sec`."""
        return tuple(
            Cue(cue.start_sec - origin_sec, cue.end_sec - origin_sec, cue.text) for cue in self.cues
        )


def _scan(container: InputContainer, name: str, rules: Rules) -> _Scan:
    """Go through the packets of a file without decoding sound or pictures.

    Raises:
        ApiError: the file ends long before its header says it does.
    """
    scan = _Scan()
    for count, packet in enumerate(container.demux()):
        if count > rules.max_packets:
            raise refuse(name, f"more than {count} packets, which is the most the emulator reads")
        known = scan.spans.get(packet.stream_index)
        last = known[1] if known else 0
        start = packet.dts if packet.pts is None else packet.pts
        start = last if start is None else start  # raw streams have no clock
        end = start + (packet.duration or 0)
        scan.spans[packet.stream_index] = (min(known[0], start) if known else start, max(last, end))
        if packet.stream.type == "subtitle" and scan.words_index in (None, packet.stream_index):
            _collect_words(scan, packet)
    _check_complete(container, scan, name)
    return scan


def read_cues(container: InputContainer, name: str) -> list[Cue]:
    """Return the words of the first subtitle track that has some, in time from the first picture.

    Raises:
        ApiError: the file ends long before its header says it does.
    """
    scan = _scan(container, name, _rules.TASK)
    streams = [*readable(container.streams.video), *readable(container.streams.audio)]
    origin_sec = scan.span(streams[0], name)[0] if streams else 0.0
    return list(scan.cues_from(origin_sec))


def _collect_words(scan: _Scan, packet: "Packet[Any]") -> None:
    start_sec = seconds(packet.dts if packet.pts is None else packet.pts, packet)
    for subtitle in decode(packet):
        if isinstance(subtitle, AssSubtitle):  # the other kind is pictures of words
            scan.words_index = packet.stream_index
            text = " ".join(subtitle.dialogue.decode(errors="replace").split())
            scan.cues.append(Cue(start_sec, start_sec + seconds(packet.duration, packet), text))


def _check_complete(container: InputContainer, scan: _Scan, name: str) -> None:
    if container.duration is None or not container.format.name.startswith(_DECLARES_LENGTH):
        return
    declared_sec = container.duration / av.time_base
    streams = container.streams
    ends_sec = [seconds(end, streams[index]) for index, (_, end) in scan.spans.items()]
    measured_sec = max(ends_sec, default=0.0)
    if declared_sec > measured_sec + max(1.0, declared_sec * 0.05):
        raise broken(name, f"it ends at {measured_sec:.1f} s, and says {declared_sec:.1f} s")
