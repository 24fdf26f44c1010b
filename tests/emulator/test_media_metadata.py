"""The technical metadata of audio and video, whole, of each container."""

from typing import Any

import pytest
from twelvelabs_embed_emulator.media.metadata import describe
from twelvelabs_embed_emulator.media.sources import in_memory

MP4 = "mov,mp4,m4a,3gp,3g2,mj2"
CONTAINERS = {
    # MIME type, FFmpeg's name, codec of the sound, and whether the bit rates are known
    ".mkv": ("video/x-matroska", "matroska,webm", "aac", (False, False)),
    ".mp4": ("video/mp4", MP4, "aac", (True, True)),
    ".mov": ("video/mp4", MP4, "aac", (True, True)),
    ".avi": ("video/x-msvideo", "avi", "aac", (False, True)),
    ".ts": ("video/mp2t", "mpegts", "aac", (False, True)),
    ".flv": ("video/flv", "flv", "aac", (False, True)),
    ".m4a": ("audio/mp4", MP4, "aac", (True,)),
    ".mp3": ("audio/mpeg", "mp3", "mp3float", (True,)),
    ".wav": ("audio/wav", "wav", "pcm_s16le", (True,)),
    ".flac": ("audio/flac", "flac", "flac", (False,)),
    ".ogg": ("audio/ogg", "ogg", "flac", (False,)),
}
VIDEO = {
    "codec": "h264",
    "width": 640,
    "height": 360,
    "fps": 12.0,
    "duration_seconds": pytest.approx(4, abs=0.1),
    "pixel_format": "yuv420p",
}


@pytest.mark.parametrize("suffix", CONTAINERS)
def test_what_is_known_of_a_recording(sample, suffix):
    mime_type, container, codec, has_bit_rate = CONTAINERS[suffix]
    kind = mime_type.partition("/")[0]
    settings = {"scenes": 1, "subtitles": None} if kind == "video" else {}
    data = sample(kind, suffix, duration_sec=4, **settings).read_bytes()
    audio = {
        "codec": codec,
        "sample_rate": 16_000,
        "channels": 1,
        "channel_layout": "1 channels" if suffix == ".wav" else "mono",
        "duration_seconds": pytest.approx(4, abs=0.1),
    }
    streams: list[dict[str, Any]] = [VIDEO, audio] if kind == "video" else [audio]
    rate = {"bitrate_bps": pytest.approx(128_000, rel=1)}
    streams = [
        {"index": at, **one, **(rate if is_known else {})}
        for at, (one, is_known) in enumerate(zip(streams, has_bit_rate, strict=True))
    ]
    of_file = {}
    for name, stream, hidden in (
        ("video", streams[0], {"index", "pixel_format"}),
        ("audio", streams[-1], {"index", "channel_layout", "bitrate_bps"}),
    ):
        if name in (kind, "audio"):
            shown = stream.items()
            of_file |= {f"{name}_{key}": value for key, value in shown if key not in hidden}
    expected = {
        "file_size_bytes": len(data),
        "file_mime_type": mime_type,
        "file_container_format": container,
        "video_streams": streams[:-1],
        "audio_streams": streams[-1:],
        "total_video_streams": len(streams) - 1,
        "total_audio_streams": 1,
        "has_audio": True,
    }
    assert describe(in_memory(data), f"a{suffix}") == (mime_type, expected | of_file)
