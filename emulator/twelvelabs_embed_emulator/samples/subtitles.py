"""Subtitles: one sentence in each scene."""

from collections.abc import Sequence
from fractions import Fraction
from typing import TypeAlias

from av.container import OutputContainer
from av.subtitles.stream import SubtitleStream
from av.subtitles.subtitle import SubtitleSet

SENTENCES = (
    "A man is walking his dog along the beach.",
    "The train to the mountains is leaving the station.",
    "The cook is making a hot soup of carrots and onions.",
)
"""What is said in each scene of a video, in the order of `SCENES`."""

Cue: TypeAlias = tuple[float, float, str]
_MILLISECOND = Fraction(1, 1000)
_ASS_HEADER = b"""[Script Info]
ScriptType: v4.00+

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, Alignment
Style: Default,Arial,16,&Hffffff,2

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""  # FFmpeg encodes every kind of text subtitle from this form


def subrip(sentences: Sequence[str], *, scene_sec: float = 4.0) -> str:
    """Return `sentences` as SubRip text: one in each scene, half a second inside its bounds."""
    return "\n".join(
        f"{number}\n{_clock(start_sec)} --> {_clock(end_sec)}\n{sentence}\n"
        for number, (start_sec, end_sec, sentence) in enumerate(cues_of(sentences, scene_sec), 1)
    )


def cues_of(sentences: Sequence[str], scene_sec: float) -> list[Cue]:
    """Return start, end and words; a pause at both ends keeps each sentence in its scene."""
    pause_sec = min(0.5, scene_sec / 4)
    return [
        (number * scene_sec + pause_sec, (number + 1) * scene_sec - pause_sec, sentence)
        for number, sentence in enumerate(sentences)
    ]


def _clock(time_sec: float) -> str:
    seconds, milliseconds = divmod(round(time_sec * 1000), 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02},{milliseconds:03}"


def subtitle_stream(container: OutputContainer) -> SubtitleStream:
    codec = "subrip" if "matroska" in container.format.name else "mov_text"
    stream = container.add_stream(codec)
    assert isinstance(stream, SubtitleStream)
    stream.codec_context.subtitle_header = _ASS_HEADER
    stream.codec_context.time_base = _MILLISECOND
    return stream


def encode_cue(container: OutputContainer, stream: SubtitleStream, cue: Cue) -> None:
    start_ms, end_ms = round(cue[0] * 1000), round(cue[1] * 1000)
    dialogue = f"0,0,Default,,0,0,0,,{cue[2]}".encode()
    subtitle = SubtitleSet.create(dialogue, start=0, end=end_ms - start_ms, pts=start_ms)
    packet = stream.codec_context.encode_subtitle(subtitle)
    packet.stream, packet.time_base = stream, _MILLISECOND
    packet.pts = packet.dts = start_ms
    packet.duration = end_ms - start_ms
    container.mux(packet)


SUBRIP = subrip(SENTENCES)
"""The subtitles of the default video, as SubRip text."""
