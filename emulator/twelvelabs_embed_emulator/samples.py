"""Small real media files, made on the spot, for demonstrations and tests.

Every file is drawn, synthesised and encoded here from nothing, the same way each time::

    image("beach.jpg", scene="beach")
    audio("talk.wav", kind="speech", duration_sec=30)
    video("film.mkv")  # three scenes of four seconds, with sound and subtitles
    document("manual.pdf")  # three pages, each with a sentence

Long and large files are made in seconds, by repeating what was encoded once::

    write_long_video("film.mp4", 4 * 3600)
    write_long_audio("talk.flac", 4 * 3600)
    write_padded_video("film.mp4", 1_000_000_000)  # takes hardly any room on the disk

The defaults satisfy every documented limit of the API; the parameters can break each of them.
The subtitles of a video are what the emulator "hears": a text query such as "a man walking a dog"
is closest to the `transcription` row of the beach scene.
"""

import math
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from twelvelabs_embed_emulator._extras import missing

try:
    import av
    from av.audio.stream import AudioStream
    from av.container import InputContainer, OutputContainer
    from av.packet import Packet
    from av.subtitles.stream import SubtitleStream
    from av.subtitles.subtitle import SubtitleSet
    from av.video.stream import VideoStream
    from PIL import Image, ImageDraw
except ImportError as error:
    raise missing(error.name) from error

__all__ = [
    "SCENES",
    "SENTENCES",
    "SUBRIP",
    "Sound",
    "audio",
    "document",
    "image",
    "subrip",
    "video",
    "write_long_audio",
    "write_long_video",
    "write_padded_video",
]

SCENES = ("beach", "station", "kitchen")
"""The names of the drawn scenes. A number means the scene at that place; numbers from 3 on are
abstract pictures, each different."""

SENTENCES = (
    "A man is walking his dog along the beach.",
    "The train to the mountains is leaving the station.",
    "The cook is making a hot soup of carrots and onions.",
)
"""What is said in each scene of a video, in the order of `SCENES`."""

Sound: TypeAlias = Literal["speech", "music", "tone", "silence", "waves", "train", "sizzle"]
"""The sounds that `audio` can make. The last three belong to the scenes of a video."""

_PathLike: TypeAlias = str | os.PathLike[str]
_Samples: TypeAlias = npt.NDArray[np.float64]
_SCENE_SOUNDS: tuple[Sound, ...] = ("waves", "train", "sizzle", "music", "speech")
_CHORDS_HZ = ((262, 330, 392), (220, 262, 330), (175, 220, 262), (196, 247, 294))
_BLOCK = 1 << 13  # samples that are encoded at once
_BITEXACT = {"fflags": "+bitexact"}  # no random ids and no dates: equal calls make equal files

_Cue: TypeAlias = tuple[float, float, str]
_MILLISECOND = Fraction(1, 1000)
_ASS_HEADER = b"""[Script Info]
ScriptType: v4.00+

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, Alignment
Style: Default,Arial,16,&Hffffff,2

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""  # FFmpeg encodes every kind of text subtitle from this form


# --------------------------------------------------------------------------------------- pictures


def image(
    path: _PathLike,
    *,
    width: int = 640,
    height: int = 480,
    scene: str | int = "beach",
    quality: int = 90,
) -> Path:
    """Write a picture of `width` x `height` pixels; the suffix of `path` picks the format.

    Any suffix that Pillow can write will do (`.jpg`, `.png`, and `.gif` or `.bmp` for a format that
    the API refuses). `scene` is a name or number of `SCENES`. `quality` is for JPEG, 1 to 95.
    """
    path = Path(path)
    _picture(scene, width, height, progress=0.5).save(path, quality=quality)
    return path


def _picture(scene: str | int, width: int, height: int, *, progress: float) -> Image.Image:
    """Draw `scene` as it looks at `progress` (0 to 1) of its time: things move."""
    number = SCENES.index(scene) if isinstance(scene, str) else scene
    picture = Image.new("RGB", (width, height))
    canvas = _Canvas(picture)
    if number < len(_PAINTERS):
        _PAINTERS[number](canvas, progress)
    else:
        _paint_abstract(canvas, progress, number)
    return picture


class _Canvas:
    """Draws shapes whose corners are given as parts (0 to 1) of the width and height."""

    def __init__(self, picture: Image.Image) -> None:
        self._draw = ImageDraw.Draw(picture)
        self._width, self._height = picture.size

    def box(self, left: float, top: float, right: float, bottom: float, colour: str) -> None:
        self._draw.rectangle(self._pixels(left, top, right, bottom), fill=colour)

    def disc(self, x: float, y: float, radius: float, colour: str) -> None:
        flat = radius * self._height / self._width  # round whatever the shape of the picture
        corners = self._pixels(x - flat, y - radius, x + flat, y + radius)
        self._draw.ellipse(corners, fill=colour)

    def _pixels(
        self, left: float, top: float, right: float, bottom: float
    ) -> tuple[float, float, float, float]:
        w, h = self._width, self._height
        return (left * w, top * h, right * w, bottom * h)


def _paint_beach(canvas: _Canvas, progress: float) -> None:
    canvas.box(0, 0, 1, 0.45, "#8fc9f2")  # sky
    canvas.disc(0.82, 0.16, 0.09, "#ffe45c")  # sun
    canvas.box(0, 0.45, 1, 0.62, "#1f6fb5")  # sea
    canvas.box(0, 0.62, 1, 1, "#e8cf91")  # sand
    man = 0.15 + 0.5 * progress
    canvas.box(man, 0.5, man + 0.05, 0.85, "#5a2d82")
    canvas.disc(man + 0.025, 0.45, 0.055, "#f0b58a")
    canvas.box(man + 0.13, 0.73, man + 0.25, 0.82, "#3b2413")  # dog
    canvas.disc(man + 0.26, 0.71, 0.045, "#3b2413")


def _paint_station(canvas: _Canvas, progress: float) -> None:
    canvas.box(0, 0, 1, 1, "#2c3038")
    canvas.box(0, 0, 1, 0.12, "#4a515c")  # roof
    canvas.box(0, 0.85, 1, 1, "#6d6f73")  # platform
    train = -0.2 + 0.9 * progress
    canvas.box(train, 0.3, train + 0.8, 0.8, "#b3122a")
    for window in range(5):
        left = train + 0.06 + 0.145 * window
        canvas.box(left, 0.38, left + 0.1, 0.55, "#f7f3c6")
    for post in range(4):
        canvas.box(0.1 + 0.25 * post, 0.12, 0.12 + 0.25 * post, 0.85, "#15171b")


def _paint_kitchen(canvas: _Canvas, progress: float) -> None:
    canvas.box(0, 0, 1, 0.7, "#dfeee0")  # wall
    for tile in range(0, 10, 2):
        canvas.box(tile / 10, 0.1, (tile + 1) / 10, 0.25, "#4d9a5b")
    canvas.box(0, 0.7, 1, 1, "#7a4a21")  # table
    canvas.disc(0.5, 0.58, 0.26, "#8d99a6")  # pot
    canvas.disc(0.5, 0.5, 0.19, "#f08a1d")  # soup
    for bubble in range(4):
        rise = (progress * 2 + bubble / 4) % 1
        canvas.disc(0.38 + 0.08 * bubble, 0.4 - 0.35 * rise, 0.035, "#ffffff")


def _paint_abstract(canvas: _Canvas, progress: float, number: int) -> None:
    random = np.random.Generator(np.random.PCG64(number))
    colours = [f"#{value:06x}" for value in random.integers(0, 0xFFFFFF, size=7).tolist()]
    canvas.box(0, 0, 1, 1, colours[0])
    for colour, (x, y, size) in zip(colours[1:], random.random((6, 3)).tolist(), strict=True):
        canvas.disc((x + 0.3 * progress) % 1, y, 0.08 + 0.2 * size, colour)


_PAINTERS: tuple[Callable[[_Canvas, float], None], ...] = (
    _paint_beach,
    _paint_station,
    _paint_kitchen,
)


# ------------------------------------------------------------------------------------------ sound


def audio(
    path: _PathLike,
    *,
    duration_sec: float = 12.0,
    kind: Sound = "speech",
    sample_rate_hz: int = 16_000,
) -> Path:
    """Write mono sound of `duration_sec` seconds; the suffix of `path` picks the format.

    `.wav`, `.mp3` and `.flac` are what the API takes; `.ogg` and `.m4a` are what it refuses.
    """
    path = Path(path)
    samples = _sound(kind, round(duration_sec * sample_rate_hz), sample_rate_hz)
    return _write_audio(path, [samples], sample_rate_hz)


def _write_audio(path: Path, pieces: Iterable[_Samples], sample_rate_hz: int) -> Path:
    codecs = {".wav": "pcm_s16le", ".mp3": "libmp3lame", ".flac": "flac", ".m4a": "aac"}
    position = 0
    with av.open(str(path), "w", container_options=_BITEXACT) as container:
        codec = codecs.get(path.suffix.lower(), container.default_audio_codec)
        stream = _audio_stream(container, codec, sample_rate_hz)
        for samples in pieces:
            _encode_audio(container, stream, samples, position=position)
            position += len(samples)
        container.mux(stream.encode(None))
    return path


def _audio_stream(container: OutputContainer, codec: str, sample_rate_hz: int) -> AudioStream:
    stream = container.add_stream(codec, rate=sample_rate_hz)
    assert isinstance(stream, AudioStream)
    stream.layout = "mono"
    return stream


def _encode_audio(
    container: OutputContainer, stream: AudioStream, samples: _Samples, *, position: int
) -> None:
    """Encode `samples`, of which the first is number `position` of the stream."""
    pcm = (np.clip(samples, -1, 1) * 32767).astype(np.int16)
    for offset in range(0, len(pcm), _BLOCK):  # in blocks: ten minutes in one frame are too much
        piece = pcm[offset : offset + _BLOCK].reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(piece, format="s16", layout="mono")
        frame.sample_rate, frame.pts = stream.rate, position + offset
        container.mux(stream.encode(frame))


def _sound(kind: Sound, count: int, sample_rate_hz: int) -> _Samples:
    """Make `count` samples between -1 and 1."""
    time_sec = np.arange(count) / sample_rate_hz

    def tone(frequency_hz: float) -> _Samples:
        wave: _Samples = np.sin(2 * math.pi * frequency_hz * time_sec)
        return wave

    def noise() -> _Samples:
        return np.random.Generator(np.random.PCG64(7)).uniform(-1, 1, count)

    match kind:
        case "silence":
            return np.zeros(count)
        case "tone":
            return 0.4 * tone(440)
        case "music":
            beat = (time_sec * 2).astype(int) % len(_CHORDS_HZ)
            chords = [tone(low) + tone(middle) + tone(high) for low, middle, high in _CHORDS_HZ]
            return 0.25 * np.choose(beat, chords)
        case "speech":
            syllables = np.clip(np.sin(2 * math.pi * 3.5 * time_sec), 0, 1)
            voice = tone(120) + tone(240) / 2 + tone(360) / 3 + tone(480) / 4
            return 0.3 * syllables * (voice + 0.5 * tone(700) + 0.3 * tone(1150))
        case "waves":
            swell = 0.5 + 0.5 * np.sin(2 * math.pi * 0.4 * time_sec)
            return 0.5 * swell * np.convolve(noise(), np.ones(12) / 12, mode="same")
        case "train":
            wheels = np.clip(np.sin(2 * math.pi * 2.2 * time_sec), 0.2, 1)
            return 0.3 * wheels * (tone(55) + tone(82) + 0.2 * noise()) + 0.15 * tone(620)
        case "sizzle":
            return 0.3 * np.diff(noise(), append=0.0)


# ------------------------------------------------------------------------------------------ video


def video(
    path: _PathLike,
    *,
    duration_sec: float = 12.0,
    width: int = 640,
    height: int = 360,
    fps: float = 12,
    scenes: int = 3,
    sound: bool = True,
    subtitles: Sequence[str] | None = SENTENCES,
) -> Path:
    """Write a video of `scenes` equally long scenes; the suffix of `path` picks the container.

    Each scene has its own picture (with something that moves), sound and sentence. `subtitles` are
    the sentences in the order of the scenes; with None, or after the last one, nothing is said.
    They need a container for text: `.mkv`, `.mp4` or `.mov`.
    """
    path = Path(path)
    cues = _cues(subtitles or (), duration_sec / scenes)[:scenes]
    codec = ("aac", 16_000) if sound else None
    return _write_video(path, duration_sec, (width, height), fps, scenes, codec, cues)


def _write_video(
    path: Path,
    duration_sec: float,
    size_px: tuple[int, int],
    fps: float,
    scenes: int,
    sound: tuple[str, int] | None,
    cues: Sequence[_Cue],
) -> Path:
    """Write the video that `video` describes; `sound` is the codec and its sample rate in Hz."""
    scene_sec = duration_sec / scenes
    with av.open(str(path), "w", container_options=_BITEXACT) as container:
        pictures = _video_stream(container, *size_px, fps)
        sounds = _audio_stream(container, *sound) if sound else None
        words = _subtitle_stream(container) if cues else None
        container.start_encoding()
        for scene in range(scenes):
            if words is not None and scene < len(cues):
                _encode_cue(container, words, cues[scene])
            frames = range(round(scene * scene_sec * fps), round((scene + 1) * scene_sec * fps))
            _encode_scene(container, pictures, scene, frames)
            if sounds is not None:
                first, end = (round(part * scene_sec * sounds.rate) for part in (scene, scene + 1))
                heard = _sound(_SCENE_SOUNDS[scene % 5], end - first, sounds.rate)
                _encode_audio(container, sounds, heard, position=first)
        for stream in (pictures, sounds):
            if stream is not None:
                container.mux(stream.encode(None))
    return path


def _video_stream(container: OutputContainer, width: int, height: int, fps: float) -> VideoStream:
    """H.264 where FFmpeg was built with it, else MPEG-4 part 2, which always is there."""
    rate = Fraction(fps).limit_denominator(1001)
    fast = {"preset": "ultrafast", "threads": "1"}  # one thread: the same bytes on each machine
    if "libx264" in av.codecs_available:
        stream = container.add_stream("libx264", rate=rate, options=fast)
    else:
        stream = container.add_stream("mpeg4", rate=rate)
    assert isinstance(stream, VideoStream)
    stream.width, stream.height = width, height
    stream.pix_fmt = "yuv444p" if width % 2 or height % 2 else "yuv420p"  # 4:2:0 needs even sides
    return stream


def _encode_scene(
    container: OutputContainer, stream: VideoStream, scene: int, frames: range
) -> None:
    for number in frames:
        progress = (number - frames.start) / len(frames)
        picture = _picture(scene, stream.width, stream.height, progress=progress)
        frame = av.VideoFrame.from_ndarray(np.asarray(picture), format="rgb24")
        frame.pts, frame.time_base = number, 1 / stream.codec_context.framerate
        container.mux(stream.encode(frame))


# -------------------------------------------------------------------------------------- subtitles


def subrip(sentences: Sequence[str], *, scene_sec: float = 4.0) -> str:
    """Return `sentences` as SubRip text: one in each scene, half a second inside its bounds."""
    return "\n".join(
        f"{number}\n{_clock(start_sec)} --> {_clock(end_sec)}\n{sentence}\n"
        for number, (start_sec, end_sec, sentence) in enumerate(_cues(sentences, scene_sec), 1)
    )


def _cues(sentences: Sequence[str], scene_sec: float) -> list[_Cue]:
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


def _subtitle_stream(container: OutputContainer) -> SubtitleStream:
    codec = "subrip" if "matroska" in container.format.name else "mov_text"
    stream = container.add_stream(codec)
    assert isinstance(stream, SubtitleStream)
    stream.codec_context.subtitle_header = _ASS_HEADER
    stream.codec_context.time_base = _MILLISECOND
    return stream


def _encode_cue(container: OutputContainer, stream: SubtitleStream, cue: _Cue) -> None:
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


# ------------------------------------------------------------------------------- long and large

_LOOP_SEC = 48
_LOOP_SCENES = 3


def write_long_video(
    path: _PathLike,
    duration_sec: float,
    *,
    width: int = 360,
    height: int = 360,
    fps: float = 1,
    sound: bool = True,
    subtitles: Sequence[str] | None = SENTENCES,
) -> Path:
    """Write a video of up to some hours; the suffix is `.mkv`, `.mp4` or `.mov`.

    Three scenes of 16 seconds are encoded once, as `video` does, and their packets repeated. Four
    hours take some seconds and 250 MB; most of that is the sound, which is not compressed, as that
    is decoded fastest. There are as many pictures as begin before `duration_sec`: choose `fps` to
    let the last of them end there.
    """
    path = Path(path)
    cues = _cues(subtitles or (), _LOOP_SEC / _LOOP_SCENES)[:_LOOP_SCENES]
    codec = ("pcm_s16le", 8_000) if sound else None
    with TemporaryDirectory() as folder:
        loop = Path(folder) / f"loop{path.suffix}"
        _write_video(loop, _LOOP_SEC, (width, height), fps, _LOOP_SCENES, codec, cues)
        with (
            av.open(str(loop)) as source,
            av.open(str(path), "w", container_options=_BITEXACT) as target,
        ):
            streams = [target.add_stream_from_template(stream) for stream in source.streams]
            for packet in _repeated(source, duration_sec):
                packet.stream = streams[packet.stream_index]
                target.mux(packet)
    return path


def _repeated(source: InputContainer, duration_sec: float) -> "Iterator[Packet[Any]]":
    """Yield the packets of `source` again and again, each time later, until `duration_sec`."""
    timed = [
        (float(packet.pts * packet.time_base), packet)
        for packet in source.demux()
        if packet.pts is not None  # at the end of a stream
    ]
    for start_sec in range(0, math.ceil(duration_sec), _LOOP_SEC):
        for time_sec, packet in timed:
            if start_sec + time_sec < duration_sec - 0.0005:
                yield packet
                # Who wrote it has brought it to the clock of the stream that it was written to.
                packet.pts = packet.dts = (packet.pts or 0) + round(_LOOP_SEC / packet.time_base)


def write_long_audio(
    path: _PathLike, duration_sec: float, *, kind: Sound = "speech", sample_rate_hz: int = 8_000
) -> Path:
    """Write sound of up to some hours, a minute of it repeated; otherwise as `audio`.

    Four hours take some seconds and 60 MB as `.flac`, less than a second and 230 MB as `.wav`.
    """
    path = Path(path)
    minute = _sound(kind, 60 * sample_rate_hz, sample_rate_hz)
    count = round(duration_sec * sample_rate_hz)
    pieces = (minute[: count - start] for start in range(0, count, len(minute)))
    return _write_audio(path, pieces, sample_rate_hz)


def write_padded_video(path: _PathLike, size_bytes: int) -> Path:
    """Write the default video as an MP4 of `size_bytes`, most of it a hole in the file.

    After the video there is a box of zeros that players pass over. It takes no time, and no room
    on the disk where the file system can leave it out.

    Raises:
        ValueError: the name is not that of an MP4, or the video alone is larger
    """
    path = Path(path)
    video(path)
    with path.open("r+b") as file:
        box_bytes = size_bytes - file.seek(0, os.SEEK_END)
        if path.suffix.lower() != ".mp4" or box_bytes < 16:
            raise ValueError(f"{path.name} of {size_bytes} bytes: not .mp4, or less than the video")
        file.write((1).to_bytes(4, "big") + b"free" + box_bytes.to_bytes(8, "big"))
        file.truncate(size_bytes)
    return path


# ------------------------------------------------------------------------------------- documents


def document(path: _PathLike, *, pages: Sequence[str] = SENTENCES) -> Path:
    """Write a PDF with a text on each page, or a text of these parts; the suffix picks which.

    `.pdf` takes texts in Latin letters, of one line each. Any other suffix is a text in UTF-8.
    """
    path = Path(path)
    if path.suffix.lower() == ".pdf":
        path.write_bytes(_pdf(pages))
    else:
        path.write_text("\n\n".join(pages) + "\n", encoding="utf-8")
    return path


def _pdf(pages: Sequence[str]) -> bytes:
    """Return a PDF whose objects are the catalogue, the tree of pages, a font, then two a page."""
    kids = " ".join(f"{4 + 2 * at} 0 R" for at in range(len(pages)))
    font = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        font,
    ]
    for at, text in enumerate(pages):
        escaped = text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
        content = f"BT /F1 24 Tf 50 700 Td ({escaped}) Tj ET"
        objects += [
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842]"
            f" /Resources << /Font << /F1 3 0 R >> >> /Contents {5 + 2 * at} 0 R >>",
            f"<< /Length {len(content)} >>\nstream\n{content}\nendstream",
        ]
    body, starts = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, 1):
        starts.append(len(body))
        body += f"{number} 0 obj\n{one}\nendobj\n".encode("latin-1")
    table = "".join(f"{start:010} 00000 n \n" for start in starts)
    size = len(objects) + 1
    head, end = f"xref\n0 {size}\n0000000000 65535 f \n", f"startxref\n{len(body)}\n%%EOF\n"
    return body + f"{head}{table}trailer\n<< /Size {size} /Root 1 0 R >>\n{end}".encode()
