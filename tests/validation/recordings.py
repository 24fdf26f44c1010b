"""Recordings that tests make with PyAV."""

from __future__ import annotations

import io
import struct
from pathlib import Path
from typing import Any

import av
import numpy as np
from PIL import Image

RATE_HZ = 44_100
ENCRYPTED = {
    "encryption_scheme": "cenc-aes-ctr",
    "encryption_key": "76a6c65c5ea762046bd749a2e632ccbb",
    "encryption_kid": "a7e61c373e219033c21091fa607bf3b8",
}
"""Options of an MP4."""


def add_video(
    container: Any, codec: str = "mpeg4", size: tuple[int, int] = (640, 360), **options: str
) -> Any:
    stream = container.add_stream(codec, rate=25, options=options)
    stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
    return stream


def add_audio(container: Any, codec: str = "aac") -> Any:
    return container.add_stream(codec, rate=RATE_HZ, layout="mono")


def write_pictures(
    container: Any, stream: Any, seconds: float, *, start_sec: float = 0, noise: bool = False
) -> None:
    random = np.random.default_rng(0)
    for number in range(round(25 * seconds)):
        shape = (stream.height, stream.width, 3)
        pixels = random.integers(0, 256, shape, np.uint8) if noise else np.full(shape, number % 256)
        frame = av.VideoFrame.from_ndarray(pixels.astype(np.uint8), format="rgb24")
        frame.pts = number + round(25 * start_sec)
        container.mux(stream.encode(frame))
    container.mux(stream.encode(None))


def write_sound(container: Any, stream: Any, seconds: float, start_sec: float = 0) -> None:
    form = stream.format.name
    kind = {"flt": np.float32, "s32": np.int32}.get(form[:3], np.int16)
    random = np.random.default_rng(0)
    at, end = round(RATE_HZ * start_sec), round(RATE_HZ * (start_sec + seconds))
    while at < end:
        count = min(stream.frame_size or 1024, end - at)
        samples = random.normal(0, 0.1 if "flt" in form else 3000, (1, count)).astype(kind)
        frame = av.AudioFrame.from_ndarray(samples, format=form, layout="mono")
        frame.sample_rate, frame.pts = RATE_HZ, at
        container.mux(stream.encode(frame))
        at += count
    container.mux(stream.encode(None))


def recording(
    form: str,
    *,
    pictures_sec: float = 2,
    sound_sec: float = 0,
    codecs: tuple[str, str] = ("mpeg4", "aac"),
    options: dict[str, str] | None = None,
) -> bytes:
    file = io.BytesIO()
    with av.open(file, "w", format=form, options=options or {}) as container:
        video = add_video(container, codecs[0]) if pictures_sec else None
        audio = add_audio(container, codecs[1]) if sound_sec else None
        if video:
            write_pictures(container, video, pictures_sec)
        if audio:
            write_sound(container, audio, sound_sec)
    return file.getvalue()


def vbr_mp3(seconds: float) -> bytes:
    """Two minutes in ten of silence at the beginning, by which FFmpeg estimates the rest."""
    file = io.BytesIO()
    options = {"write_xing": "0", "id3v2_version": "0"}
    with av.open(file, "w", format="mp3", options=options) as container:
        stream: Any = container.add_stream("libmp3lame", rate=RATE_HZ, layout="mono")
        stream.codec_context.options = {"global_quality": "236", "flags": "+qscale"}
        random = np.random.default_rng(0)
        for second in range(round(seconds)):
            level = 20_000 if second > seconds / 5 else 1
            samples = random.integers(-level, level, (1, RATE_HZ)).astype(np.int16)
            frame = av.AudioFrame.from_ndarray(samples, format="s16p", layout="mono")
            frame.sample_rate = RATE_HZ
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return file.getvalue()


def covered_sound(form: str = "mp4", codec: str = "aac", *, size_px: int = 400) -> bytes:
    """5 s of sound with a cover picture, which FFmpeg lists as a video stream."""
    file = io.BytesIO()
    with av.open(file, "w", format=form) as container:
        sound, cover = add_audio(container, codec), container.add_stream("mjpeg", rate=1)
        cover.width, cover.height, cover.pix_fmt = size_px, size_px, "yuvj420p"
        cover.disposition = av.stream.Disposition.attached_pic
        picture = av.VideoFrame.from_image(Image.new("RGB", (size_px, size_px), "red"))
        container.mux(cover.encode(picture.reformat(format="yuvj420p")))
        container.mux(cover.encode(None))
        write_sound(container, sound, 5)
    return file.getvalue()


def late_sound() -> bytes:
    """An FLV whose sound begins after more than 5 MB: until then, FFmpeg knows of no sound."""
    file = io.BytesIO()
    with av.open(file, "w", format="flv") as container:
        video, sound = add_video(container, "flv", qmin="2", qmax="3"), add_audio(container, "mp3")
        write_pictures(container, video, 2, noise=True)
        write_sound(container, sound, 1, start_sec=2)
    assert len(file.getvalue()) > 6_000_000
    return file.getvalue()


def remuxed(source: Path, target: Path, shift_sec: float = 0, **settings: Any) -> bytes:
    """Write the packets of `source` to `target`, on a clock that shows other times."""
    with av.open(str(source)) as reader, av.open(str(target), "w", **settings) as writer:
        streams = [writer.add_stream_from_template(one) for one in reader.streams]
        for packet in reader.demux():
            if packet.pts is not None and packet.dts is not None:
                ticks = round(shift_sec / packet.time_base)
                packet.pts, packet.dts = packet.pts + ticks, packet.dts + ticks
                packet.stream = streams[packet.stream_index]
                writer.mux(packet)
    return target.read_bytes()


def longer_matroska(data: bytes, factor: float) -> bytes:
    """Change the header so that it states `factor` times the duration."""
    at = data.index(b"\x44\x89\x88") + 3  # the duration, a number of eight bytes
    (ticks,) = struct.unpack_from(">d", data, at)
    return data[:at] + struct.pack(">d", ticks * factor) + data[at + 8 :]


def longer_avi(data: bytes, factor: int) -> bytes:
    changed = bytearray(data)
    places = [data.index(b"avih") + 24]
    places += [at + 40 for at in range(len(data)) if data.startswith(b"strh", at)]
    for at in places:  # how many frames there are
        struct.pack_into("<I", changed, at, factor * struct.unpack_from("<I", data, at)[0])
    return bytes(changed)


def longer_flac(data: bytes, factor: int) -> bytes:
    numbers = int.from_bytes(data[18:26])  # the lower 36 bits: how many samples there are
    samples = numbers & ((1 << 36) - 1)
    numbers += samples * (factor - 1)
    return data[:18] + numbers.to_bytes(8) + data[26:]
