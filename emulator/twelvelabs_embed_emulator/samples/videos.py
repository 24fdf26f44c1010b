"""Videos: scenes with sound and subtitles."""

import math
import os
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import av
import numpy as np
from av.container import InputContainer, OutputContainer
from av.packet import Packet
from av.video.stream import VideoStream

from twelvelabs_embed_emulator.samples.images import PathLike, draw_scene
from twelvelabs_embed_emulator.samples.sounds import (
    BITEXACT,
    Sound,
    audio_stream,
    encode_audio,
    synthesize,
)
from twelvelabs_embed_emulator.samples.subtitles import (
    SENTENCES,
    Cue,
    cues_of,
    encode_cue,
    subtitle_stream,
)

_SCENE_SOUNDS: tuple[Sound, ...] = ("waves", "train", "sizzle", "music", "speech")


def video(
    path: PathLike,
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
    cues = cues_of(subtitles or (), duration_sec / scenes)[:scenes]
    codec = ("aac", 16_000) if sound else None
    return _write_video(path, duration_sec, (width, height), fps, scenes, codec, cues)


def _write_video(
    path: Path,
    duration_sec: float,
    size_px: tuple[int, int],
    fps: float,
    scenes: int,
    sound: tuple[str, int] | None,
    cues: Sequence[Cue],
) -> Path:
    """Write the video that `video` describes; `sound` is the codec and its sample rate in Hz."""
    scene_sec = duration_sec / scenes
    with av.open(str(path), "w", container_options=BITEXACT) as container:
        pictures = _video_stream(container, *size_px, fps)
        sounds = audio_stream(container, *sound) if sound else None
        words = subtitle_stream(container) if cues else None
        container.start_encoding()
        for scene in range(scenes):
            if words is not None and scene < len(cues):
                encode_cue(container, words, cues[scene])
            frames = range(round(scene * scene_sec * fps), round((scene + 1) * scene_sec * fps))
            _encode_scene(container, pictures, scene, frames)
            if sounds is not None:
                first, end = (round(part * scene_sec * sounds.rate) for part in (scene, scene + 1))
                heard = synthesize(_SCENE_SOUNDS[scene % 5], end - first, sounds.rate)
                encode_audio(container, sounds, heard, position=first)
        for stream in (pictures, sounds):
            if stream is not None:
                container.mux(stream.encode(None))
    return path


def _video_stream(container: OutputContainer, width: int, height: int, fps: float) -> VideoStream:
    """Add H.264 where FFmpeg was built with it, else MPEG-4 part 2, which always is there."""
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
        picture = draw_scene(scene, stream.width, stream.height, progress=progress)
        frame = av.VideoFrame.from_ndarray(np.asarray(picture), format="rgb24")
        frame.pts, frame.time_base = number, 1 / stream.codec_context.framerate
        container.mux(stream.encode(frame))


_LOOP_SEC = 48
_LOOP_SCENES = 3


def write_long_video(
    path: PathLike,
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
    cues = cues_of(subtitles or (), _LOOP_SEC / _LOOP_SCENES)[:_LOOP_SCENES]
    codec = ("pcm_s16le", 8_000) if sound else None
    with TemporaryDirectory() as folder:
        loop = Path(folder) / f"loop{path.suffix}"
        _write_video(loop, _LOOP_SEC, (width, height), fps, _LOOP_SCENES, codec, cues)
        with (
            av.open(str(loop)) as source,
            av.open(str(path), "w", container_options=BITEXACT) as target,
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


def write_padded_video(path: PathLike, size_bytes: int) -> Path:
    """Write the default video as an MP4 of `size_bytes`, most of it a hole in the file.

    After the video there is a box of zeros that players ignore. It takes no time, and no
    disk space where the file system can store holes.

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
