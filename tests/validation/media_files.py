"""Images, audio and video to probe."""

from __future__ import annotations

import io
import wave
from fractions import Fraction
from typing import Any

import av
import numpy as np
from PIL import Image as Pillow


def noise(width: int, height: int, mode: str = "RGB") -> Pillow.Image:
    """A picture that cannot be compressed."""
    channels = {"RGB": 3, "RGBA": 4, "L": 1, "CMYK": 4}[mode]
    data = np.random.default_rng(0).integers(0, 256, (height, width, channels), np.uint8)
    return Pillow.frombytes(mode, (width, height), data.tobytes())


new_frame: Any = av.VideoFrame.from_image


def image_bytes(size: tuple[int, int] = (200, 150), form: str = "PNG", mode: str = "RGB") -> bytes:
    file = io.BytesIO()
    Pillow.new(mode, size, "teal" if mode == "RGB" else 0).save(file, format=form)
    return file.getvalue()


def wav_bytes(duration_sec: float = 1.0, rate_hz: int = 8000, channels: int = 1) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(channels)
        sound.setsampwidth(2)
        sound.setframerate(rate_hz)
        sound.writeframes(bytes(2 * channels * round(duration_sec * rate_hz)))
    return file.getvalue()


def video_bytes(form: str = "mp4", **settings: Any) -> bytes:
    file = io.BytesIO()
    write_video(file, form, **settings)
    return file.getvalue()


def write_video(
    file: Any,
    form: str,
    *,
    seconds: int = 2,
    size: tuple[int, int] = (360, 360),
    codec: str = "mpeg4",
    rate: int = 5,
    options: dict[str, str] | None = None,
) -> None:
    with av.open(file, "w", format=form, options=options or {}) as container:
        stream: Any = container.add_stream(codec, rate=rate)
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        for number in range(rate * seconds):
            picture = Pillow.new("RGB", size, (number * 9 % 256, 80, 80))
            container.mux(stream.encode(new_frame(picture)))
        container.mux(stream.encode(None))


def video_of_pngs(*pictures: bytes) -> bytes:
    """A video that says of all its pictures that they are of 640x360 pixels."""
    file = io.BytesIO()
    with av.open(file, "w", format="mov") as container:
        stream: Any = container.add_stream("png", rate=4)
        stream.width, stream.height, stream.pix_fmt = 640, 360, "rgb24"
        for number, picture in enumerate(pictures):
            packet = av.Packet(picture)
            packet.stream, packet.time_base, packet.is_keyframe = stream, Fraction(1, 4), True
            packet.pts = packet.dts = number
            container.mux(packet)
    return file.getvalue()


def mp3_bytes(duration_sec: float, tags: bool) -> bytes:
    file = io.BytesIO()
    options = {} if tags else {"write_xing": "0", "id3v2_version": "0"}
    with av.open(file, "w", format="mp3", options=options) as container:
        stream: Any = container.add_stream("libmp3lame", rate=16000, layout="mono")
        samples = np.zeros((1, round(16000 * duration_sec)), np.int16)
        frame = av.AudioFrame.from_ndarray(samples, format="s16p", layout="mono")
        frame.sample_rate = 16000
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return file.getvalue()
