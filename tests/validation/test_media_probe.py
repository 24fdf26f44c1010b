"""Probing: what is known of media before it is sent."""

from __future__ import annotations

import builtins
import io
import os
import struct
import warnings
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image as Pillow, PngImagePlugin
from twelvelabs_embed.inputs.media import Media
from twelvelabs_embed.limits.file_signatures import FORMATS
from twelvelabs_embed.validation import media_probe, packet_scan
from twelvelabs_embed.validation.media_probe import MediaFacts, probe

from tests.validation.media_files import (
    image_bytes,
    mp3_bytes,
    noise,
    video_bytes,
    wav_bytes,
    write_video,
)
from tests.validation.recordings import recording


def test_probing_an_image(tmp_path: Path) -> None:
    path = tmp_path / "dog.txt"
    path.write_bytes(image_bytes((200, 150)))
    facts = probe(Media.file(path))
    assert facts.format is FORMATS["png"]
    assert (facts.width_px, facts.height_px) == (200, 150)
    assert (facts.label, facts.size_bytes) == ("dog.txt", path.stat().st_size)
    assert (facts.fault, facts.notes) == (None, ())


def test_probing_audio() -> None:
    facts = probe(Media.bytes(wav_bytes(1.5)))
    assert facts.format is FORMATS["wav"]
    assert facts.duration_sec == 1.5
    assert (facts.has_audio, facts.has_video, facts.width_px) == (True, False, None)


def test_probing_video() -> None:
    facts = probe(Media.bytes(video_bytes(seconds=2, size=(480, 360))))
    assert facts.format is FORMATS["mp4"]
    assert facts.duration_sec == 2.0
    assert (facts.has_audio, facts.has_video) == (False, True)
    assert (facts.width_px, facts.height_px, facts.pixel_aspect_ratio) == (480, 360, 1.0)


def test_the_duration_is_measured_where_the_header_has_none() -> None:
    """As in a recording that was streamed to disk."""
    data = video_bytes("matroska", seconds=2, options={"live": "1"})
    assert probe(Media.bytes(data)).duration_sec == pytest.approx(2.0, abs=0.3)


def test_the_silence_around_mp3_does_not_count() -> None:
    assert probe(Media.bytes(mp3_bytes(5.0, tags=True))).duration_sec == pytest.approx(
        5.0, abs=0.01
    )


def test_mp3_without_any_header() -> None:
    data = mp3_bytes(5.0, tags=False)
    facts = probe(Media.bytes(data))
    assert facts.format is FORMATS["mp3"]
    assert facts.duration_sec == pytest.approx(5.0, abs=0.2)
    behind_junk = probe(Media.bytes(b"\x80\x81\x82\x83" * 20 + data), "audio")
    assert behind_junk.format is FORMATS["mp3"]


def test_wav_that_is_compressed_is_recognized() -> None:
    file = io.BytesIO()
    with av.open(file, "w", format="wav") as container:
        stream: Any = container.add_stream("adpcm_ms", rate=8000, layout="mono")
        frame = av.AudioFrame.from_ndarray(
            np.zeros((1, 8000), np.int16), format="s16", layout="mono"
        )
        frame.sample_rate = 8000
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    facts = probe(Media.bytes(file.getvalue()))
    assert facts.format
    assert facts.format.title == "WAV with adpcm_ms sound"


def test_video_in_a_format_for_sound() -> None:
    facts = probe(Media.bytes(video_bytes("ogg", codec="libvpx")), "video")
    assert facts.format is FORMATS["ogg"]
    assert facts.has_video


def test_pixels_that_are_not_square() -> None:
    file = io.BytesIO()
    with av.open(file, "w", format="matroska") as container:
        stream: Any = container.add_stream("mpeg4", rate=5)
        stream.width, stream.height, stream.pix_fmt = 360, 480, "yuv420p"
        stream.codec_context.sample_aspect_ratio = Fraction(4, 3)
        for _ in range(5):
            container.mux(stream.encode(av.VideoFrame(360, 480, "yuv420p")))
        container.mux(stream.encode(None))
    facts = probe(Media.bytes(file.getvalue()))
    assert facts.width_px == 360
    assert facts.pixel_aspect_ratio == pytest.approx(4 / 3, abs=0.01)


@pytest.mark.parametrize(("kind", "form"), [("image", "JPEG"), ("image", "PNG")])
def test_images_that_are_cut_off(kind: Any, form: str) -> None:
    file = io.BytesIO()
    noise(300, 300).save(file, format=form)
    whole = file.getvalue()
    assert probe(Media.bytes(whole), kind).fault is None
    facts = probe(Media.bytes(whole[: len(whole) // 2]), kind)
    assert (facts.fault, facts.fault_detail) == ("truncated", "its last part is missing")
    assert (facts.width_px, facts.height_px) == (300, 300)


@pytest.mark.parametrize("flags", ["", "faststart"])
def test_mp4_that_is_cut_off(flags: str, tmp_path: Path) -> None:
    """With its header at the end, as FFmpeg writes it, or at the beginning."""
    path = tmp_path / "a.mp4"
    write_video(str(path), "mp4", seconds=10, options={"movflags": flags} if flags else {})
    whole = path.read_bytes()
    assert probe(Media.bytes(whole)).fault is None
    facts = probe(Media.bytes(whole[: len(whole) * 6 // 10]))
    assert facts.fault == "truncated"
    assert facts.fault_detail


def test_matroska_that_is_cut_off() -> None:
    film = video_bytes("matroska", seconds=20)
    assert probe(Media.bytes(film)).fault is None
    assert probe(Media.bytes(film[: len(film) // 2])).fault == "truncated"


@pytest.mark.parametrize(
    "data", [bytes(3000), bytes(range(256)) * 20, b"\x1aE\xdf\xa3" + bytes(500)]
)
def test_garbage_is_broken(data: bytes) -> None:
    assert probe(Media.bytes(data)).fault == "broken"


def test_a_broken_png_is_broken() -> None:
    data = bytearray(image_bytes())
    data[20:24] = b"\xff\xff\xff\xff"
    assert probe(Media.bytes(bytes(data))).fault in ("broken", "truncated")


def test_sound_without_a_sample_is_broken() -> None:
    facts = probe(Media.bytes(wav_bytes(0)))
    assert (facts.fault, facts.fault_detail) == ("broken", "it has no content")


def test_titles_in_another_encoding() -> None:
    title = b"INFOINAM" + struct.pack("<I", 6) + "caf\xe9".encode("latin-1") + bytes(2)
    data = bytearray(wav_bytes() + b"LIST" + struct.pack("<I", len(title)) + title)
    data[4:8] = struct.pack("<I", len(data) - 8)
    facts = probe(Media.bytes(data), "audio")
    assert (facts.fault, facts.duration_sec) == (None, 1.0)


@pytest.mark.parametrize("form", ["h264", "mpeg2video"])
def test_streams_without_a_clock(form: str) -> None:
    codec = "libx264" if form == "h264" else form
    facts = probe(Media.bytes(video_bytes(form, codec=codec, rate=25)), "video")
    assert (facts.fault, facts.has_video) == (None, True)
    assert facts.duration_sec == pytest.approx(2.0, abs=0.1)


@pytest.mark.parametrize(
    ("known", "unknown", "has_video", "has_audio"),
    [
        (b"V_MPEG4/ISO/ASP", b"V_NOT/KNOWN/YET", None, True),
        (b"A_AAC", b"A_NOT", True, None),
    ],
)
def test_a_codec_that_is_not_known_here_may_be_known_there(
    known: bytes, unknown: bytes, has_video: bool | None, has_audio: bool | None
) -> None:
    data = recording("matroska", sound_sec=2).replace(known, unknown)
    facts = probe(Media.bytes(data), "video")
    assert (facts.fault, facts.has_video, facts.has_audio) == (None, has_video, has_audio)
    assert "not known here" in facts.notes[0]


def test_faults_of_files(tmp_path: Path) -> None:
    (tmp_path / "empty.mp4").touch()
    os.mkfifo(tmp_path / "pipe.mp4")
    faults = {
        "none.mp4": "missing",
        "empty.mp4": "empty",
        "pipe.mp4": "unreadable",
        "empty.mp4/in.mp4": "missing",
        ".": "directory",
        "a" * 300: "unreadable",
        "\0": "unreadable",
    }
    assert {name: probe(Media.file(tmp_path / name)).fault for name in faults} == faults
    assert probe(Media.bytes(b"")) == MediaFacts(size_bytes=0, fault="empty")


def test_files_without_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(b"abc")

    def reject(*_: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "open", reject)  # root may read everything
    facts = probe(Media.file(path))
    assert (facts.fault, facts.fault_detail) == ("unreadable", "Permission denied")


def test_what_is_elsewhere_is_noted() -> None:
    link = "https://a.example/a.mp4"
    assert probe(Media.url(f"{link}?key=secret")) == MediaFacts(
        via="url",
        label=link,
        notes=(f"{link} was not downloaded: nothing is known of the file",),
    )
    assert probe(Media.asset("6298")) == MediaFacts(
        via="asset",
        label="asset 6298",
        notes=("asset 6298 was not looked up: nothing is known of the file",),
    )


def test_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """Images are known as well, and size and format of recordings; a note says what is not."""
    real = builtins.__import__

    def importing(name: str, *args: Any) -> Any:
        if name.partition(".")[0] in ("PIL", "av"):
            raise ImportError(name)
        return real(name, *args)

    monkeypatch.setattr(builtins, "__import__", importing)
    image = probe(Media.bytes(image_bytes_once))
    assert (image.width_px, image.fault, image.notes) == (200, None, ())
    facts = probe(Media.bytes(wav_once))
    assert facts.format is FORMATS["wav"]
    assert facts.size_bytes == len(wav_once)
    assert (facts.duration_sec, facts.fault) == (None, None)
    assert "The extra [media] of twelvelabs-embed brings it" in facts.notes[0]


image_bytes_once, wav_once = image_bytes(), wav_bytes()


def test_what_pillow_would_not_open_is_no_fault() -> None:
    """More pixels, or more compressed text, than it takes by default. Nothing is printed."""
    notes = PngImagePlugin.PngInfo()
    notes.add_itxt("XML:com.adobe.xmp", "a" * (3 * PngImagePlugin.MAX_TEXT_CHUNK), zip=True)
    file = io.BytesIO()
    Pillow.new("1", (12_000, 9000)).save(file, format="PNG", pnginfo=notes)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        facts = probe(Media.bytes(file.getvalue()))
    assert (facts.fault, facts.width_px, facts.notes) == (None, 12_000, ())


def test_large_recordings_are_not_read_to_their_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packet_scan, "WHOLE_SCAN_BYTES", 1000)
    facts = probe(Media.bytes(wav_bytes(2.0)))
    assert facts.duration_sec == 2.0
    assert "large" in facts.notes[0]


def test_large_images_are_not_inspected(monkeypatch: pytest.MonkeyPatch) -> None:
    media = Media.bytes(image_bytes_once)
    monkeypatch.setattr(media_probe, "WHOLE_SCAN_BYTES", media.size_bytes)
    assert probe(media).width_px == 200
    monkeypatch.setattr(media_probe, "WHOLE_SCAN_BYTES", media.size_bytes - 1)
    assert probe(media) == MediaFacts(
        size_bytes=media.size_bytes,
        format=FORMATS["png"],
        notes=("the data was not inspected, because it is large",),
    )


def test_facts_of_nothing() -> None:
    assert MediaFacts() == MediaFacts(
        via="inline", label="the data", size_bytes=None, format=None, fault=None, fault_detail="",
        width_px=None, height_px=None, pixel_aspect_ratio=1.0, other_sizes_px=(),
        duration_sec=None, is_estimate=False, has_video=None, has_audio=None, notes=(),
        sources=(), link_host=None,
    )  # fmt: skip
    noted = MediaFacts(label="a").with_note(" was read").with_note(": and more")
    assert noted.notes == ("a was read", "a: and more")
