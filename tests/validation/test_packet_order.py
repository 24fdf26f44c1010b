"""Durations of video whose packets are stored in another order than its frames are shown."""

from __future__ import annotations

import io
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image
from twelvelabs_embed import Media
from twelvelabs_embed.validation.media_probe import probe

RATE_HZ = 24
new_frame: Any = av.VideoFrame.from_image


def encode(sound_sec: float = 0) -> bytes:
    """Two seconds of video. Each third frame is stored before the two that are shown before it."""
    file = io.BytesIO()
    with av.open(file, "w", format="matroska") as container:
        stream: Any = container.add_stream("mpeg4", rate=RATE_HZ)
        stream.width, stream.height, stream.pix_fmt = 360, 360, "yuv420p"
        stream.codec_context.max_b_frames, stream.codec_context.gop_size = 2, 12
        sound: Any = container.add_stream("pcm_s16le", rate=16_000, layout="mono")
        for number in range(2 * RATE_HZ):
            pixels = np.full((360, 360, 3), number * 5 % 256, np.uint8)
            container.mux(stream.encode(new_frame(Image.fromarray(pixels))))
        container.mux(stream.encode(None))
        if sound_sec:
            silence = np.zeros((1, round(sound_sec * 16_000)), np.int16)
            frame = av.AudioFrame.from_ndarray(silence, format="s16", layout="mono")
            frame.sample_rate = 16_000
            container.mux([*sound.encode(frame), *sound.encode(None)])
    return file.getvalue()


@pytest.fixture(scope="module")
def whole() -> bytes:
    return encode()


def from_second_key_frame(data: bytes) -> bytes:
    """Return the rest of a video, as editors cut it: it begins with a frame that is shown third."""
    file, key_frames = io.BytesIO(), 0
    with av.open(io.BytesIO(data)) as source, av.open(file, "w", format="matroska") as container:
        stream = container.add_stream_from_template(source.streams.video[0])
        for packet in source.demux():
            key_frames += packet.is_keyframe
            if packet.size and key_frames > 1:
                packet.stream = stream
                container.mux(packet)
    return file.getvalue()


def times_sec(data: bytes) -> list[float]:
    with av.open(io.BytesIO(data)) as container:
        return [float(one.pts * one.time_base) for one in container.demux() if one.size]


def test_a_video_lasts_until_its_last_frame_as_shown(whole: bytes) -> None:
    assert times_sec(whole)[-1] < max(times_sec(whole))
    assert probe(Media.bytes(whole), "video").duration_sec == pytest.approx(2.0, abs=0.01)


def test_a_video_lasts_from_its_first_frame_as_shown(whole: bytes) -> None:
    cut = from_second_key_frame(whole)
    first_sec, *others_sec = times_sec(cut)
    assert first_sec > min(others_sec)
    frames = 1 + len(others_sec)
    assert probe(Media.bytes(cut), "video").duration_sec == pytest.approx(
        frames / RATE_HZ, abs=0.01
    )


def test_a_video_with_longer_sound_starts_with_its_first_frame_as_shown() -> None:
    facts = probe(Media.bytes(encode(sound_sec=3)), "video")
    assert facts.duration_sec == pytest.approx(3.0, abs=0.01)
