"""Audio and video files: validation, duration and subtitles.

Times are seconds from the first frame of a video, or from the first sample of an audio file.
"""

import re
from dataclasses import dataclass, field
from typing import Any

import av
from av.container import InputContainer
from av.packet import Packet
from av.stream import Stream
from av.subtitles.subtitle import AssSubtitle

from twelvelabs_embed_emulator.contract.errors import bad_request
from twelvelabs_embed_emulator.contract.limits import check_frame_size
from twelvelabs_embed_emulator.contract.rules import TASK, Rules
from twelvelabs_embed_emulator.media.containers import (
    broken,
    decode,
    is_cover,
    is_picture,
    open_container,
    packets,
    preferred,
    readable,
    seconds,
)
from twelvelabs_embed_emulator.media.sources import Media
from twelvelabs_embed_emulator.media.structure import missing_bytes

_AUDIO_CODECS = {"wav": r"pcm_[suf]\d.*", "mp3": "mp3.*", "flac": "flac"}

# By how much sound must begin before the pictures, or end after them, to count for the duration:
# most files have some hundredths of a second of it.
_SOUND_MARGIN_SEC = 0.5


@dataclass(frozen=True)
class Cue:
    """Words of a subtitle track, and when they are shown."""

    start_sec: float
    end_sec: float
    text: str


@dataclass(frozen=True)
class AVFile:
    """A valid audio or video file."""

    media: Media
    duration_sec: float
    origin_sec: float  # what the clock of the file shows when our time is zero
    video_stream: int | None  # None for an audio file
    audio_stream: int | None  # None when there is no sound
    cues: tuple[Cue, ...]

    def words(self, start_sec: float, end_sec: float) -> str:
        """Return the words that are shown between two times, which may be none."""
        return " ".join(
            cue.text for cue in self.cues if cue.start_sec < end_sec and cue.end_sec > start_sec
        )


def open_audio(media: Media, name: str, rules: Rules) -> AVFile:
    """Validate an audio file; `name` is that of the field, for messages.

    Raises:
        ApiError: the file is not a WAV, MP3 or FLAC, broken, too short or too long.
    """
    with open_container(media, name) as container:
        stream = next(readable(container.streams.audio), None)
        codec = stream.codec_context.name if stream else "no sound that can be decoded"
        if not stream or not re.fullmatch(_AUDIO_CODECS.get(container.format.name, ""), codec):
            found = f"{container.format.name} with {codec}"
            raise bad_request(name, f"the file is not WAV (uncompressed), MP3 or FLAC, but {found}")
        scan = _scan(container, media, name, rules)
        start_sec, end_sec = scan.span(stream, name)
        measured_sec, declared_sec = end_sec - start_sec, seconds(stream.duration, stream)
        # An MP3 begins and ends with some padding, which its header lets the player skip.
        is_padded = 0 <= measured_sec - declared_sec < 0.25
        duration_sec = round(declared_sec if is_padded else measured_sec, 3)
        rules.check_duration(name, duration_sec)
        origin_sec = seconds(stream.start_time, stream) if is_padded else start_sec
        cues = scan.cues_from(origin_sec)
        return AVFile(media, duration_sec, origin_sec, None, stream.index, cues)


def open_video(media: Media, name: str, rules: Rules) -> AVFile:
    """Validate a video file. Rotation noted in the file and pixels that are not square are ignored.

    Raises:
        ApiError: broken, without a video stream, of a wrong size or shape, too short or too long.
    """
    with open_container(media, name) as container:
        streams = readable(container.streams.video)
        stream = preferred(stream for stream in streams if not is_cover(stream))
        is_still = is_picture(container)
        if stream is None or is_still:
            what = "is a picture" if is_still else "has no video stream that can be decoded"
            raise bad_request(name, f"the file {what}; it is {container.format.name}")
        check_frame_size(name, stream.codec_context.width, stream.codec_context.height)
        scan = _scan(container, media, name, rules)
        start_sec, end_sec = scan.span(stream, name)
        sounds = readable(container.streams.audio)
        sound = preferred(one for one in sounds if scan.has_content(one))
        if sound is not None:
            sound_start_sec, sound_end_sec = scan.span(sound, name)
            if sound_start_sec < start_sec - _SOUND_MARGIN_SEC:
                start_sec = sound_start_sec
            if sound_end_sec > end_sec + _SOUND_MARGIN_SEC:
                end_sec = sound_end_sec
        duration_sec = round(end_sec - start_sec, 3)
        rules.check_duration(name, duration_sec)
        audio_stream, cues = sound.index if sound else None, scan.cues_from(start_sec)
        return AVFile(media, duration_sec, start_sec, stream.index, audio_stream, cues)


def read_cues(container: InputContainer, media: Media, name: str) -> list[Cue]:
    """Return the words of the first subtitle track that has some, in time from the first frame.

    Raises:
        ApiError: the file was cut off.
    """
    scan = _scan(container, media, name, TASK)
    streams = [*readable(container.streams.video), *readable(container.streams.audio)]
    origin_sec = scan.span(streams[0], name)[0] if streams else 0.0
    return list(scan.cues_from(origin_sec))


# --------------------------------------------------------------------------------- packets


@dataclass
class _Scan:
    """The times and subtitles of all packets, which are more reliable than the header."""

    # Of each stream, on its own clock: whole numbers, as hours have a million packets.
    spans: dict[int, tuple[int, int]] = field(default_factory=dict)
    cues: list[Cue] = field(default_factory=list)
    subtitle_index: int | None = None  # of the first subtitle stream with text

    def span(self, stream: Stream, name: str) -> tuple[float, float]:
        """Return when `stream` starts and ends on the clock of the file, in seconds."""
        if not self.has_content(stream):
            raise broken(name, "it has no content")
        start, end = self.spans[stream.index]
        return seconds(start, stream), seconds(end, stream)

    def has_content(self, stream: Stream) -> bool:
        """Return whether `stream` is more than declared."""
        start, end = self.spans.get(stream.index, (0, 0))
        return end > start

    def end_sec(self, container: InputContainer) -> float:
        """Return when the last stream ends on the clock of the file."""
        ends = (seconds(end, container.streams[at]) for at, (_, end) in self.spans.items())
        return max(ends, default=0.0)

    def cues_from(self, origin_sec: float) -> tuple[Cue, ...]:
        """Return the cues in time counted from `origin_sec`."""
        return tuple(
            Cue(cue.start_sec - origin_sec, cue.end_sec - origin_sec, cue.text) for cue in self.cues
        )


def _scan(container: InputContainer, media: Media, name: str, rules: Rules) -> _Scan:
    """Read the packets of a file without decoding audio or video."""
    scan = _Scan()
    last_packet: Packet[Any] | None = None
    for count, packet in enumerate(packets(container)):
        if count > rules.max_packets:
            reason = f"more than {count} packets, which is the most the emulator reads"
            raise bad_request(name, reason)
        last_packet = packet if packet.size else last_packet
        if packet.is_discard:
            continue  # cut out by an edit list
        known = scan.spans.get(packet.stream_index)
        if known is None and packet.has_sidedata("encryption_info"):
            raise broken(name, "it is encrypted")
        last = known[1] if known else 0
        start = packet.dts if packet.pts is None else packet.pts
        start = last if start is None else start  # raw streams have no clock
        end = start + (packet.duration or 0)
        scan.spans[packet.stream_index] = (min(known[0], start) if known else start, max(last, end))
        if packet.stream.type == "subtitle" and scan.subtitle_index in (None, packet.stream_index):
            _collect_cues(scan, packet)
    _check_complete(container, media, scan, last_packet, name)
    return scan


def _collect_cues(scan: _Scan, packet: "Packet[Any]") -> None:
    start_sec = seconds(packet.dts if packet.pts is None else packet.pts, packet)
    for subtitle in decode(packet):
        if isinstance(subtitle, AssSubtitle):  # the other kind is pictures of words
            scan.subtitle_index = packet.stream_index
            text = " ".join(subtitle.dialogue.decode(errors="replace").split())
            scan.cues.append(Cue(start_sec, start_sec + seconds(packet.duration, packet), text))


def _check_complete(
    container: InputContainer,
    media: Media,
    scan: _Scan,
    last_packet: "Packet[Any] | None",
    name: str,
) -> None:
    """Reject a file that was cut off and lacks a twentieth of its duration, or a second.

    A longer duration in the header alone proves nothing: it may be that of another version. Nor do
    missing bytes, as of an AVI, which is played as far as it goes.
    """
    form, size_bytes = container.format.name, media.size_bytes
    declared_sec = (container.duration or 0) / av.time_base
    missing_sec = declared_sec - scan.end_sec(container)
    if missing_sec <= max(1.0, declared_sec / 20):
        return
    with media.open() as file:
        missing = missing_bytes(file, size_bytes, form)
    is_half_frame = form == "flac" and last_packet is not None and not decode(last_packet)
    if missing or is_half_frame:
        raise broken(name, f"it was cut off: of {declared_sec:.1f} s, {missing_sec:.1f} s are gone")
