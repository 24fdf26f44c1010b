"""Media probing: what can be known of media before it is sent. Faults are facts, not errors.

Pillow and PyAV, the extra `[media]`, are imported only when something is probed.
"""

from __future__ import annotations

import stat
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from attrs import evolve, frozen

from twelvelabs_embed.errors import InvalidInputError, MissingDependencyError
from twelvelabs_embed.inputs import Input, MultiInput, Text
from twelvelabs_embed.inputs.media import Fault, Media, fault_of, read_head
from twelvelabs_embed.limits import InputType, Via
from twelvelabs_embed.limits.file_signatures import FORMATS, Format, FormatKind, sniff

if TYPE_CHECKING:
    from fractions import Fraction

    from av.container import InputContainer
    from av.rational import AVRational
    from av.stream import Stream

__all__ = ["NO_MEDIA", "MediaFacts", "inspect_media", "open_container", "probe"]

_WHOLE_SCAN_BYTES = 64 << 20  # of larger files, which take long to read, the header will do
_MAX_STEPS = 200_000  # reads and seeks: a second or two
_MAX_PIXELS = 100_000_000  # decoding more takes too much memory for a check
_SAME_DURATION_SEC = 0.25  # encoders put less silence than this around sound
# How much of what the header declares may be missing: the service's own measure is not known.
_MISSING_SEC = 1.0
_MISSING_PART = 0.05
_OPTIONS = {
    "protocol_whitelist": "none",  # a playlist must not make FFmpeg open things
    "max_pixels": "90000000",  # it decodes a picture to measure it, perhaps 2 GB of it
}
_RELIABLE_DURATIONS = (
    "mov",
    "matroska",
    "avi",
    "flac",
)  # formats with a reliable duration in the header


@frozen(kw_only=True)
class MediaFacts:
    """What is known of media before it is sent. None stands for not known.

    Attributes:
        via: how it reaches the service: `inline`, `url` or `asset`
        label: what messages call it
        size_bytes: the size of the file
        format: the format, by content
        fault: why it cannot be embedded at all
        fault_detail: more about that, for the message
        width_px: the width of the pictures as they are stored
        height_px: their height
        pixel_aspect_ratio: the width of a pixel by its height
        duration_sec: how long it is
        has_video: whether it has moving pictures; a cover picture is none
        has_audio: whether it has sound
        notes: what could not be found out, and why
        sources: what is known of each source, of what is combined of several
    """

    via: Via = "inline"
    label: str = "the data"
    size_bytes: int | None = None
    format: Format | None = None
    fault: Fault | None = None
    fault_detail: str = ""
    width_px: int | None = None
    height_px: int | None = None
    pixel_aspect_ratio: float = 1.0
    duration_sec: float | None = None
    has_video: bool | None = None
    has_audio: bool | None = None
    notes: tuple[str, ...] = ()
    sources: tuple[MediaFacts, ...] = ()


NO_MEDIA = MediaFacts()
"""What is known of the media of an input that has none."""


def probe(media: Media, input_type: InputType | None = None) -> MediaFacts:
    """Find out what can be known of media without sending it. Faults are facts, not errors.

    Images are decoded; audio and video are read through to their end but not decoded. Links and
    assets are left alone. Without the extra `[media]`, size and format are what is known.

    Args:
        media: what to look at
        input_type: what it is to be embedded as; the format decides when omitted
    """
    if media.kind == "url":
        note = f"{media.label} was not downloaded: nothing is known of the file"
        return MediaFacts(via="url", label=media.label, notes=(note,))
    if media.kind == "asset":
        note = f"{media.label} was not looked up: nothing is known of the file"
        return MediaFacts(via="asset", label=media.label, notes=(note,))
    facts = _probe_file(media)
    if facts.fault:
        return facts
    form = facts.format
    if input_type in ("audio", "video"):
        return _probe_recording(media, facts)
    if form is not None and form.name in ("jpeg", "png"):
        return _probe_image(media, facts)
    if input_type is None and (form is None or form.kind in ("audio", "video")):
        return _probe_recording(media, facts)
    return facts


def inspect_media(input: Input) -> MediaFacts:
    """Inspect the media of an input; nothing for `Text`. Of `MultiInput`, it is in `sources`."""
    if isinstance(input, Text):
        return NO_MEDIA
    if isinstance(input, MultiInput):
        sources = tuple(probe(one.input.media, one.input.input_type) for one in input.sources)
        notes = tuple(note for facts in sources for note in facts.notes)
        return MediaFacts(sources=sources, notes=notes)
    return probe(input.media, input.input_type)


def _probe_file(media: Media) -> MediaFacts:
    facts = MediaFacts(label=media.label)
    try:
        if isinstance(media.value, Path):
            mode = media.value.stat().st_mode
            if stat.S_ISDIR(mode):
                return evolve(facts, fault="directory")
            if not stat.S_ISREG(mode):
                # Pipes and devices have no known size before they are read, and are read once.
                return evolve(facts, fault="unreadable", fault_detail="not a regular file")
        size_bytes = media.size_bytes
        if not size_bytes:
            return evolve(facts, size_bytes=0, fault="empty")
        return evolve(facts, size_bytes=size_bytes, format=sniff(read_head(media)))
    except InvalidInputError as error:
        cause = error.__cause__
    except (OSError, ValueError) as error:
        cause = error
    fault, detail = fault_of(cast(OSError, cause))
    return evolve(facts, fault=fault, fault_detail=detail)


def _probe_image(media: Media, facts: MediaFacts) -> MediaFacts:
    try:
        from PIL import Image
    except ImportError:
        missing = MissingDependencyError("PIL", "media")
        note = f"{media.label}: the pixels were not inspected; {missing}"
        return evolve(facts, notes=(*facts.notes, note))
    try:
        with media.open() as file, Image.open(file, formats=("JPEG", "PNG")) as image:
            width_px, height_px = image.size
            facts = evolve(facts, width_px=width_px, height_px=height_px)
            if width_px * height_px > _MAX_PIXELS:
                note = f"{media.label} is too large to be decoded for a check"
                return evolve(facts, notes=(*facts.notes, note))
            image.draft("L", (64, 64))  # JPEG: eight times less work, and as much of the file
            image.load()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        note = f"{media.label} has too many pixels to be inspected"
        return evolve(facts, notes=(*facts.notes, note))
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        if "too large" in str(error):  # Pillow's guard against texts inside a PNG that decompress
            note = f"{media.label} has more metadata than is looked at"
            return evolve(facts, notes=(*facts.notes, note))
        fault: Fault = "truncated" if "truncated" in str(error) else "broken"
        return evolve(facts, fault=fault, fault_detail=str(error))
    return facts


def _probe_recording(media: Media, facts: MediaFacts) -> MediaFacts:
    try:
        import av.error
    except ImportError:
        missing = MissingDependencyError("av", "media")
        note = f"{media.label}: only size and format are known; {missing}"
        return evolve(facts, notes=(*facts.notes, note))
    bounded = None
    try:
        with media.open() as file:
            bounded = _Bounded(file)
            with open_container(bounded, _OPTIONS) as container:
                found = _measure(container, facts)
    except av.error.FFmpegError as error:
        cut_off = _is_cut_off(media, facts)
        why = "its last part is missing" if cut_off else error.strerror or type(error).__name__
        found = evolve(facts, fault="truncated" if cut_off else "broken", fault_detail=why)
    except (OSError, ValueError) as error:  # reading; a stream that changes its form on the way
        found = evolve(facts, fault="broken", fault_detail=str(error))
    if bounded is not None and bounded.is_over:
        note = f"{media.label} was not read to its end: that would take too long"
        return evolve(facts, notes=(*facts.notes, note))
    return found


def open_container(file: BinaryIO | _Bounded, options: Mapping[str, str]) -> InputContainer:
    """Open a media file with PyAV, whatever encoding its titles and names are in.

    From version 19 on, PyAV accepts any encoding, and the argument that asks for it is gone.

    Args:
        file: the file
        options: options of FFmpeg

    Raises:
        av.error.FFmpegError: it is no media file, or a broken one
    """
    import av

    any_encoding: dict[str, Any] = {}
    if int(av.__version__.partition(".")[0]) < 19:
        any_encoding["metadata_errors"] = "replace"
    container: InputContainer = av.open(
        cast(BinaryIO, file), "r", options=dict(options), **any_encoding
    )
    return container


class _Bounded:
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
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()


def _is_cut_off(media: Media, facts: MediaFacts) -> bool:
    """Whether the last box of an MP4 file is longer than the file. Why so many cannot be opened."""
    if facts.format is None or facts.format.name not in ("mp4", "mov", "m4a"):
        return False
    position, size_bytes = 0, facts.size_bytes or 0
    with media.open() as file:
        while position < size_bytes:
            file.seek(position)
            header = file.read(16)
            length_bytes = int.from_bytes(header[:4])
            if length_bytes == 1:  # the length is too large for four bytes, and stands behind
                length_bytes = int.from_bytes(header[8:])
            if length_bytes < 8:  # 0 means: to the end of the file
                return False
            position += length_bytes
    return position > size_bytes


def _measure(container: InputContainer, facts: MediaFacts) -> MediaFacts:
    is_still = container.format.name == "image2" or container.format.name.endswith("_pipe")
    pictures = [s for s in container.streams.video if not _is_cover(s) and not is_still]
    video = next(filter(_is_known, pictures), None)
    audio = next(filter(_is_known, container.streams.audio), None)
    facts = evolve(
        facts,
        # Another FFmpeg may know what this one does not.
        has_video=True if video else None if pictures else False,
        has_audio=True if audio else None if container.streams.audio else False,
        format=_format_of(container, facts.format, audio.codec_context.name if audio else "no"),
    )
    if facts.has_video is None or facts.has_audio is None:
        note = f"{facts.label} has streams of a kind that is not known here"
        facts = evolve(facts, notes=(*facts.notes, note))
    if video:
        facts = evolve(
            facts,
            width_px=video.codec_context.width or None,
            height_px=video.codec_context.height or None,
            pixel_aspect_ratio=float(video.sample_aspect_ratio or 1),
        )
    stream = video or audio
    return _measure_duration(container, stream, facts) if stream else facts


def _is_cover(stream: Stream) -> bool:
    from av.stream import Disposition

    return bool(stream.disposition & Disposition.attached_pic)


def _is_known(stream: Stream) -> bool:
    # PyAV gives no context to a stream that FFmpeg has no decoder for, whatever its types say.
    return getattr(stream, "codec_context", None) is not None


def _format_of(container: InputContainer, sniffed: Format | None, codec: str) -> Format:
    """The format as FFmpeg sees it, which looks closer; its other names are lists of several."""
    name = container.format.name
    if name == "wav" and not codec.startswith("pcm_"):
        return Format("wav-compressed", f"WAV with {codec} sound", "audio")
    if name == "mp3" and not codec.startswith("mp3"):
        return Format("mpeg-audio", f"MPEG audio with {codec} sound", "audio")
    kind: FormatKind = "video" if container.streams.video else "audio"
    other = Format(name, container.format.long_name, kind, may_hold_video=True)
    return FORMATS.get(name) or sniffed or other


def _measure_duration(container: InputContainer, stream: Stream, facts: MediaFacts) -> MediaFacts:
    """Add the duration, and whether the file was cut off.

    Headers may be missing or wrong, so the packets are gone through.
    """
    declared_sec = None if container.duration is None else container.duration / 1_000_000
    if facts.size_bytes is not None and facts.size_bytes > _WHOLE_SCAN_BYTES:
        note = f"{facts.label} was not read to its end, because it is large"
        return evolve(facts, duration_sec=declared_sec, notes=(*facts.notes, note))
    spans = _read_spans(container)
    if stream.index not in spans:
        return evolve(facts, fault="broken", fault_detail="it has no content")
    missing_sec = (declared_sec or 0.0) - max(end for _, end in spans.values())
    is_reliable = container.format.name.startswith(_RELIABLE_DURATIONS)
    if is_reliable and missing_sec > max(_MISSING_SEC, _MISSING_PART * (declared_sec or 0.0)):
        detail = f"of {declared_sec:.1f} s, {missing_sec:.1f} s are missing"
        return evolve(facts, fault="truncated", fault_detail=detail)
    start_sec, end_sec = spans[stream.index]
    length_sec = end_sec - start_sec
    if stream.type == "audio":
        # The silence that encoders put around sound is in the packets, but does not count.
        declared = (declared_sec, _to_sec(stream.duration, stream.time_base))
        near = [sec for sec in declared if sec and 0 <= length_sec - sec < _SAME_DURATION_SEC]
        length_sec = min([length_sec, *near])
    return evolve(facts, duration_sec=round(length_sec, 3) or None)


def _read_spans(container: InputContainer) -> dict[int, tuple[float, float]]:
    """When each stream that has packets begins and ends, in seconds of the file's clock."""
    spans: dict[int, tuple[float, float]] = {}
    for packet in container.demux():
        if not packet.size:
            continue  # PyAV's own, after the last one
        first_sec, last_sec = spans.get(packet.stream_index, (None, 0.0))
        given_sec = _to_sec(packet.dts if packet.pts is None else packet.pts, packet.time_base)
        start_sec = last_sec if given_sec is None else given_sec  # raw streams have no clock
        end_sec = start_sec + (_to_sec(packet.duration, packet.time_base) or 0.0)
        first_sec = start_sec if first_sec is None else min(first_sec, start_sec)
        spans[packet.stream_index] = first_sec, max(last_sec, end_sec)
    return spans


def _to_sec(ticks: int | None, time_base: Fraction | AVRational | None) -> float | None:
    # Where the file has none, PyAV gives None before version 19, and then a zero.
    return float(ticks * time_base) if ticks is not None and time_base else None
