"""Media that readers play although something is wrong with it, and media that is really cut off.

What is right was said by others: `ffmpeg -v error -i FILE -f null -` (5.1) for recordings, Chromium
and `ffmpeg` for images. Files of the same kinds, made by FFmpeg's command, gave the same verdicts.

| kind | the judge | here |
|---|---|---|
| FLV whose sound begins after more than 5 MB | plays, 12.00 s, two streams | fine, with sound |
| transport stream whose second track exists only in the middle | plays | fine |
| transport stream joined of pieces with other clocks | plays, time=00:00:12.00 | 12 s |
| Matroska, AVI, FLAC, header longer than the file | plays without a word | a note |
| the same cut off | ends early | truncated (AVI: as FFmpeg, without a word) |
| 6 s of pictures, 20 s of sound; a still with 700 s of sound | 20 s; 700 s | 20 s; 700 s |
| a proxy of 320x180 before 640x360 | `Stream #0:1 -> #0:0` | 640x360 |
| encrypted MP4 (`-encryption_scheme cenc-aes-ctr`) | a screen full of errors | encrypted |
| AVIF, JPEG XL, JPEG 2000, ICO | pictures | no moving pictures |
| A-law, mu-law in WAV | `pcm_alaw`, `pcm_mulaw` | compressed |
| JPEG without its end marker; PNG with a wrong checksum of text | shown whole | a note |
| PNG without its last rows | Pillow loads it, FFmpeg complains and shows it | a note |
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image as Pillow
from twelvelabs_embed.errors import Hint
from twelvelabs_embed.inputs import Video, coerce
from twelvelabs_embed.inputs.media import Media
from twelvelabs_embed.limits.file_signatures import FORMATS, HEAD_BYTES, sniff
from twelvelabs_embed.validation import packet_scan, recording_probe
from twelvelabs_embed.validation.av_container import BoundedFile
from twelvelabs_embed.validation.image_structure import read_jpeg, read_png
from twelvelabs_embed.validation.media_facts import MediaFacts
from twelvelabs_embed.validation.media_probe import probe

from tests.planning import check
from tests.validation.recordings import (
    RATE_HZ,
    add_audio,
    add_video,
    late_sound,
    recording,
    write_pictures,
    write_sound,
)


def look(data: bytes, kind: Any = None) -> MediaFacts:
    return probe(Media.bytes(data), kind)


# ------------------------------------------------------------------------------------ late streams


def test_an_flv_whose_sound_begins_late_is_whole_and_has_sound() -> None:
    data = late_sound()
    with av.open(io.BytesIO(data)) as container:
        assert [stream.type for stream in container.streams] == ["video"]
    facts = look(data, "video")
    assert (facts.fault, facts.has_video, facts.has_audio) == (None, True, True)
    assert facts.duration_sec == pytest.approx(3, abs=0.2)
    assert facts.notes == ()


def test_an_flv_without_sound_has_none() -> None:
    data = recording("flv", codecs=("flv", "mp3"))
    assert look(data, "video").has_audio is False


def transport_stream(
    seconds: float, *, start_sec: float = 0, sound: bool = False, codec: str = "mp2"
) -> bytes:
    return recording(
        "mpegts",
        pictures_sec=seconds,
        sound_sec=seconds if sound else 0,
        codecs=("mpeg2video", codec),
        options={"output_ts_offset": str(start_sec)},
    )


def test_a_track_only_in_the_middle_of_a_transport_stream(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pieces = [
        transport_stream(4),
        transport_stream(2, start_sec=4, sound=True),
        transport_stream(2, start_sec=6),
    ]
    # So that the first piece need not have the 5 MB that FFmpeg looks at by itself.
    narrow = {**recording_probe._OPTIONS, "probesize": "50000", "analyzeduration": "100000"}
    monkeypatch.setattr(recording_probe, "_OPTIONS", narrow)
    facts = look(b"".join(pieces), "video")
    assert (facts.fault, facts.has_video) == (None, True)
    assert facts.has_audio is not False
    assert facts.duration_sec == pytest.approx(8, abs=0.2)


@pytest.mark.parametrize("codec", ["mp2", "aac"])
def test_a_track_only_in_the_middle_of_a_large_transport_stream(codec: str) -> None:
    silent = transport_stream(20) * 8
    data = silent + transport_stream(2, sound=True, codec=codec) + silent
    assert len(silent) > recording_probe._PROBED_BYTES
    with av.open(io.BytesIO(data)) as container:
        assert [stream.type for stream in container.streams] == ["video"]
    facts = look(data, "video")
    assert (facts.fault, facts.has_video) == (None, True)
    assert facts.has_audio is not False


def test_a_transport_stream_without_sound_has_none() -> None:
    assert look(transport_stream(4), "video").has_audio is False


# -------------------------------------------------------------------------------- clocks, headers


@pytest.mark.parametrize("starts_sec", [(0, 70_000), (70_000, 0), (0, 0, 0), (5, 400, 30)])
def test_a_transport_stream_of_pieces_with_other_clocks(starts_sec: Sequence[float]) -> None:
    data = b"".join(transport_stream(3, start_sec=start, sound=True) for start in starts_sec)
    facts = look(data, "video")
    assert facts.duration_sec == pytest.approx(3 * len(starts_sec), abs=0.6)


def test_what_may_be_a_pause_as_well_is_an_estimate() -> None:
    pieces = transport_stream(2), transport_stream(2, start_sec=60)
    assert look(b"".join(pieces), "video").is_estimate
    pieces = transport_stream(2), transport_stream(2, start_sec=70_000)
    assert not look(b"".join(pieces), "video").is_estimate


def test_pictures_that_stand_still_for_long_are_no_jump() -> None:
    """Matroska's clock is not set anew on the way."""
    file = io.BytesIO()
    with av.open(file, "w", format="matroska") as container:
        stream = add_video(container)
        for second in (0, 1, 40, 41):
            frame = av.VideoFrame(640, 360, "yuv420p")
            frame.pts = 25 * second
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    assert look(file.getvalue()).duration_sec == pytest.approx(41, abs=0.1)


def matroska_with(data: bytes, factor: float) -> bytes:
    at = data.index(b"\x44\x89\x88") + 3  # the duration, a number of eight bytes
    (ticks,) = struct.unpack_from(">d", data, at)
    return data[:at] + struct.pack(">d", ticks * factor) + data[at + 8 :]


def avi_with(data: bytes, factor: int) -> bytes:
    changed = bytearray(data)
    places = [data.index(b"avih") + 24]
    places += [at + 40 for at in range(len(data)) if data.startswith(b"strh", at)]
    for at in places:  # how many frames there are
        struct.pack_into("<I", changed, at, factor * struct.unpack_from("<I", data, at)[0])
    return bytes(changed)


def flac_with(data: bytes, factor: int) -> bytes:
    numbers = int.from_bytes(data[18:26])  # the lower 36 bits: how many samples there are
    samples = numbers & ((1 << 36) - 1)
    numbers += samples * (factor - 1)
    return data[:18] + numbers.to_bytes(8) + data[26:]


MATROSKA = recording("matroska", pictures_sec=6)
AVI = recording("avi", pictures_sec=6)
FLAC = recording("flac", pictures_sec=0, sound_sec=6, codecs=("", "flac"))


@pytest.mark.parametrize(
    "data",
    [matroska_with(MATROSKA, 3), avi_with(AVI, 3), flac_with(FLAC, 3)],
    ids=["mkv", "avi", "flac"],
)
def test_a_header_that_states_too_long_a_duration_is_a_note(data: bytes) -> None:
    facts = look(data)
    assert facts.fault is None
    assert facts.duration_sec == pytest.approx(6, abs=0.1)
    assert "its header states 18.0 s" in facts.notes[0]


@pytest.mark.parametrize("data", [MATROSKA, FLAC], ids=["mkv", "flac"])
@pytest.mark.parametrize("part", [0.3, 0.6, 0.8])
def test_a_file_that_is_cut_off_is_truncated(data: bytes, part: float) -> None:
    assert look(data[: int(len(data) * part)]).fault == "truncated"


@pytest.mark.parametrize("part", [0.3, 0.6, 0.8])
@pytest.mark.parametrize("flags", ["", "faststart", "frag_keyframe+empty_moov", "empty_moov"])
def test_an_mp4_that_is_cut_off_is_truncated(flags: str, part: float, tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    with av.open(str(path), "w", options={"movflags": flags} if flags else {}) as container:
        write_pictures(container, add_video(container), 6)
    data = path.read_bytes()
    assert look(data).notes == ()
    facts = look(data[: int(len(data) * part)])
    if "empty_moov" in flags:  # fragments, or a single one: made to be played as far as it goes
        assert facts.fault is None
        assert "last part is missing" in facts.notes[0]
    else:
        assert facts.fault == "truncated"


@pytest.mark.parametrize("factor", [1, 3])
@pytest.mark.parametrize(
    "behind", [b"TAG" + bytes(125), b"APETAGEX" + bytes(24), bytes(1000)], ids=["ID3", "APE", "0"]
)
def test_a_flac_with_something_behind_it_is_whole(factor: int, behind: bytes) -> None:
    assert look(flac_with(FLAC, factor) + behind).fault is None


# -------------------------------------------------------------------------------- length, estimates


@pytest.mark.parametrize(("pictures_sec", "sound_sec"), [(2, 7), (0.04, 30), (7, 2)])
def test_the_length_counts_pictures_and_sound(pictures_sec: float, sound_sec: float) -> None:
    facts = look(recording("mp4", pictures_sec=pictures_sec, sound_sec=sound_sec))
    assert facts.duration_sec == pytest.approx(max(pictures_sec, sound_sec), abs=0.1)


def test_the_padding_of_sound_does_not_count() -> None:
    assert look(recording("mp4", pictures_sec=2, sound_sec=2.04)).duration_sec == 2


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


def test_an_mp3_without_a_header_is_measured_though_it_is_large(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(packet_scan, "WHOLE_SCAN_BYTES", 1000)
    facts = look(vbr_mp3(20), "audio")
    assert facts.duration_sec == pytest.approx(20, abs=0.3)
    assert not facts.is_estimate


def test_what_only_an_estimate_says_is_known_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packet_scan, "WHOLE_SCAN_BYTES", 1000)
    monkeypatch.setattr(packet_scan, "_ESTIMATED_SCAN_BYTES", 1000)
    facts = look(vbr_mp3(20), "audio")
    assert facts.is_estimate
    assert "estimate" in facts.notes[-1]
    assert not look(recording("mp4", pictures_sec=6)).is_estimate
    stream = look(transport_stream(6), "video")
    assert stream.is_estimate
    assert stream.has_audio is None  # it may begin later


@pytest.mark.parametrize("data", [MATROSKA, FLAC], ids=["mkv", "flac"])
def test_of_a_large_file_the_end_is_looked_at(data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packet_scan, "WHOLE_SCAN_BYTES", 1000)
    facts = look(data)
    assert (facts.duration_sec, facts.is_estimate) == (pytest.approx(6, abs=0.1), False)
    longer = look(matroska_with(MATROSKA, 3))
    assert (longer.duration_sec, longer.is_estimate) == (pytest.approx(6, abs=0.1), True)


# ------------------------------------------------------------------------------------------ tracks


@pytest.mark.parametrize(("form", "default"), [("mpegts", None), ("matroska", 1), ("matroska", 0)])
def test_of_several_videos_the_one_that_a_player_takes(form: str, default: int | None) -> None:
    file = io.BytesIO()
    codec = "mpeg2video" if form == "mpegts" else "mpeg4"
    with av.open(file, "w", format=form) as container:
        streams = [add_video(container, codec, size) for size in ((320, 180), (640, 360))]
        if default is not None:
            for stream in streams:
                stream.disposition = av.stream.Disposition(0)
            streams[default].disposition = av.stream.Disposition.default
        for stream in streams:
            write_pictures(container, stream, 1)
    facts = look(file.getvalue(), "video")
    expected = (320, 180) if default == 0 else (640, 360)
    assert (facts.width_px, facts.height_px) == expected
    assert len(facts.other_sizes_px) == 1


def test_a_sound_track_without_content_is_a_note() -> None:
    file = io.BytesIO()
    with av.open(file, "w", format="matroska") as container:
        video = add_video(container)
        add_audio(container, "pcm_s16le")
        write_pictures(container, video, 1)
    facts = look(file.getvalue())
    assert (facts.fault, facts.has_video, facts.has_audio) == (None, True, None)
    assert "without content" in facts.notes[0]


def test_an_encrypted_mp4_cannot_be_embedded() -> None:
    options = {
        "encryption_scheme": "cenc-aes-ctr",
        "encryption_key": "76a6c65c5ea762046bd749a2e632ccbb",
        "encryption_kid": "a7e61c373e219033c21091fa607bf3b8",
    }
    assert look(recording("mp4", sound_sec=2, options=options)).fault == "encrypted"


@pytest.mark.parametrize("codec", ["pcm_alaw", "pcm_mulaw"])
def test_g711_is_compressed(codec: str) -> None:
    data = recording("wav", pictures_sec=0, sound_sec=1, codecs=("", codec))
    format = look(data, "audio").format
    assert format is not None
    assert format.name == "wav-compressed"


# ----------------------------------------------------------------------------------------- formats

MP3_FRAMES = recording(
    "mp3",
    pictures_sec=0,
    sound_sec=2,
    codecs=("", "mp3"),
    options={"write_xing": "0", "id3v2_version": "0"},
)
TRANSPORT_STREAM = recording("mpegts", sound_sec=2)


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (MP3_FRAMES[100:], "mp3"),
        (bytes(1000) + MP3_FRAMES, "mp3"),
        (b"HTTP/1.1 200 OK\r\n\r\n" + MP3_FRAMES, "mp3"),
        (np.random.default_rng(0).bytes(1500) + MP3_FRAMES, "mp3"),
        (TRANSPORT_STREAM[100:], "mpegts"),
        (recording("nut"), "nut"),
        (b".RMF\0\0\0\x12", "rm"),
        (recording("ivf", codecs=("libvpx", "")), "ivf"),
        (recording("h264", codecs=("libx264", "")), "h264"),
        (recording("au", pictures_sec=0, sound_sec=1, codecs=("", "pcm_s16be")), "au"),
        (recording("ac3", pictures_sec=0, sound_sec=1, codecs=("", "ac3")), "ac3"),
        (np.random.default_rng(0).bytes(4096), None),
        (bytes(4096), None),
    ],
)
def test_formats_are_recognized_by_their_content(data: bytes, name: str | None) -> None:
    found = sniff(data[:HEAD_BYTES])
    assert (found and found.name) == name


def test_a_gif_that_is_repeated_is_a_video() -> None:
    """Images have to be JPEG or PNG, and a video may be whatever FFmpeg reads."""
    frames = [photo().resize((640, 480)).rotate(angle) for angle in range(5)]
    for options, kind in (({"loop": 0}, "video"), ({}, "image")):
        file = io.BytesIO()
        frames[0].save(file, "GIF", save_all=True, append_images=frames[1:], **options)
        assert coerce(file.getvalue()).input_type == kind
        facts = look(file.getvalue(), "video")
        assert facts.has_video
        assert facts.duration_sec == pytest.approx(0.5, abs=0.1)


@pytest.mark.parametrize("bit_rate", [32_000, 320_000])
@pytest.mark.parametrize("rate_hz", [16_000, 44_100])
def test_an_mp3_is_recognized_wherever_it_was_cut(bit_rate: int, rate_hz: int) -> None:
    file = io.BytesIO()
    with av.open(file, "w", format="mp3", options={"write_xing": "0"}) as container:
        stream = container.add_stream("mp3", rate=rate_hz, layout="mono")
        stream.bit_rate = bit_rate
        write_sound(container, stream, 2)
    data = file.getvalue()
    for cut in range(100, 1200, 97):
        found = sniff(data[cut : cut + HEAD_BYTES])
        assert found is FORMATS["mp3"]


# ------------------------------------------------------------------------------------------ images


def photo() -> Pillow.Image:
    return Pillow.effect_mandelbrot((300, 200), (-2, -1, 1, 1), 50).convert("RGB")


def encoded(form: str, **options: Any) -> bytes:
    file = io.BytesIO()
    photo().save(file, form, **options)
    return file.getvalue()


@pytest.mark.parametrize("form", ["AVIF", "JPEG2000", "WEBP", "ICO", "TIFF", "JPEG", "PNG"])
def test_a_photo_is_no_video(form: str) -> None:
    data = encoded(form)
    facts = look(data, "video")
    assert (facts.has_video, facts.duration_sec, facts.fault) == (False, None, None)
    assert facts.format is not None
    assert facts.format.kind == "image"


@pytest.mark.parametrize(
    ("head", "name"),
    [
        ("ff0a38db010c0502", "jxl"),
        ("0000000c4a584c200d0a870a00000014", "jxl"),
        ("0000000c6a5020200d0a870a00000014", "jp2"),
        ("ff4fff51002f0000", "jp2"),
        ("0000001c66747970686569780000", "heif"),
        ("0000001c667479706d6966310000", "heif"),
        ("000000186674797063727820", "raw"),
        ("49492bc0", None),
        ("49492b000800", "tiff"),
        ("384250530001", "psd"),
        ("762f310102", "exr"),
        ("716f6966", "qoi"),
        ("50360a", "netpbm"),
    ],
)
def test_other_formats_of_images_have_a_name(head: str, name: str | None) -> None:
    found = sniff(bytes.fromhex(head) + bytes(40))
    assert found is (FORMATS[name] if name else None)


JPEGS = {
    "baseline": encoded("JPEG"),
    "progressive": encoded("JPEG", progressive=True),
    "restarts": encoded("JPEG", restart_marker_blocks=5),
}


def test_pillow_warns_of_nothing(recwarn: pytest.WarningsRecorder) -> None:
    exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x05\x01\x12\0\x03"
    assert look(encoded("JPEG", exif=exif)[:-2], "image").fault is None
    assert not recwarn.list


@pytest.mark.parametrize("kind", JPEGS)
def test_a_jpeg_without_its_end_marker_is_whole(kind: str) -> None:
    data = JPEGS[kind]
    whole = look(data)
    assert (whole.fault, whole.notes, whole.width_px) == (None, (), 300)
    for left in (1, 2):
        facts = look(data[:-left])
        assert (facts.fault, facts.width_px) == (None, 300)
        assert "end marker" in facts.notes[0]


@pytest.mark.parametrize("kind", JPEGS)
@pytest.mark.parametrize("part", [0.2, 0.5, 0.9, 0.99])
def test_a_jpeg_that_is_cut_off_is_truncated(kind: str, part: float) -> None:
    data = JPEGS[kind]
    assert look(data[: int(len(data) * part)]).fault == "truncated"


def chunks(data: bytes) -> list[tuple[bytes, bytes, bytes]]:
    """Kind, content and checksum of each chunk of a PNG."""
    found, at = [], 8
    while at < len(data):
        (length,) = struct.unpack_from(">I", data, at)
        end = at + 8 + length
        found.append((data[at + 4 : at + 8], data[at + 8 : end], data[end : end + 4]))
        at = end + 4
    return found


def joined(parts: Sequence[tuple[bytes, bytes, bytes]]) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(content)) + kind + content + checksum
        for kind, content, checksum in parts
    )


PNG = encoded("PNG", optimize=True)
WRONG = b"\x12\x34\x56\x78"


@pytest.mark.parametrize("kind", [b"tEXt", b"gAMA", b"pHYs", b"IDAT", b"IEND"])
def test_a_wrong_checksum_that_readers_ignore_is_a_note(kind: bytes) -> None:
    """Of the pixels, their own checksum counts, as it does in FFmpeg and Pillow."""
    parts = chunks(PNG)
    if kind in (b"IDAT", b"IEND"):
        parts = [(one, content, WRONG if one == kind else sum_) for one, content, sum_ in parts]
    else:
        parts.insert(1, (kind, b"Title\0dog", WRONG))
    facts = look(joined(parts))
    assert facts.fault is None
    assert kind.decode() in facts.notes[0]


def test_a_wrong_checksum_of_the_header_is_a_fault() -> None:
    parts = chunks(PNG)
    parts[0] = (*parts[0][:2], WRONG)
    assert look(joined(parts)).fault == "broken"


def test_damaged_pixels_are_a_fault() -> None:
    parts = [
        (kind, content[:40] + bytes(20) + content[60:] if kind == b"IDAT" else content, b"")
        for kind, content, _ in chunks(PNG)
    ]
    repaired = [(kind, data, struct.pack(">I", zlib.crc32(kind + data))) for kind, data, _ in parts]
    assert look(joined(repaired)).fault == "broken"


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9])
def test_a_png_that_is_cut_off_is_truncated(part: float) -> None:
    assert look(PNG[: int(len(PNG) * part)]).fault == "truncated"


@pytest.mark.parametrize("left", [1, 4, 12])
def test_a_png_without_its_end_is_whole(left: int) -> None:
    facts = look(PNG[:-left])
    assert facts.fault is None
    assert "end marker" in facts.notes[0]


def short_png(pixels: bytes, interlace: int = 0) -> bytes:
    """30x20 pixels of RGB, of which only `pixels` are there."""
    header = struct.pack(">IIBBBBB", 30, 20, 8, 2, 0, 0, interlace)
    parts = [(b"IHDR", header), (b"IDAT", pixels), (b"IEND", b"")]
    return joined([(k, c, struct.pack(">I", zlib.crc32(k + c))) for k, c in parts])


@pytest.mark.parametrize("rows", [1, 10, 19])
def test_missing_rows_are_a_note(rows: int) -> None:
    data = short_png(zlib.compress(bytes(91 * rows)))
    with Pillow.open(io.BytesIO(data)) as image:
        image.load()
    facts = look(data)
    assert facts.fault is None
    assert "last rows are missing" in facts.notes[0]


@pytest.mark.parametrize(
    "data",
    [
        short_png(zlib.compress(b"")),
        short_png(zlib.compress(bytes(91 * 10 + 1))),
        short_png(zlib.compress(bytes(91 * 10))[:-5]),
        short_png(zlib.compress(bytes(91 * 10)), interlace=1),
    ],
    ids=["no row", "part of a row", "no end of the stream", "interlaced"],
)
def test_fewer_pixels_than_readers_take_are_a_fault(data: bytes) -> None:
    with Pillow.open(io.BytesIO(data)) as image, pytest.raises(OSError, match="truncated"):
        image.load()
    assert look(data).fault == "broken"


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
@pytest.mark.parametrize("size", [(1, 1), (7, 5), (300, 201)])
def test_pixels_are_counted_in_every_mode(mode: str, size: tuple[int, int]) -> None:
    file = io.BytesIO()
    Pillow.new(mode, size).save(file, "PNG")
    found = read_png(file)
    assert (found.fault, found.note, (found.width_px, found.height_px)) == (None, "", size)


def test_an_interlaced_png_is_whole() -> None:
    """Written by hand: 3x3 grey pixels have five passes with something in them."""
    header = struct.pack(">IIBBBBB", 3, 3, 8, 0, 0, 0, 1)
    rows = b"\0\1" + b"\0\2" + b"\0\3\3" + b"\0\4" * 2 + b"\0\5\5\5"
    parts = [(b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    data = joined([(k, c, struct.pack(">I", zlib.crc32(k + c))) for k, c in parts])
    with Pillow.open(io.BytesIO(data)) as image:
        image.load()
    assert read_png(io.BytesIO(data)).fault is None


@pytest.mark.parametrize("data", [b"\xff\xd8", b"\xff\xd8\xff\xd9", b"\xff\xd8\xff\xe0\x00"])
def test_a_jpeg_without_a_picture_is_a_fault(data: bytes) -> None:
    assert read_jpeg(io.BytesIO(data)).fault is not None


def test_what_is_unexpected_while_a_file_is_inspected_is_a_note(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("nobody expected this")

    monkeypatch.setattr(recording_probe, "open_container", fail)
    facts = look(recording("mp4"))
    assert facts.fault is None
    assert "nobody expected this" in facts.notes[0]


@pytest.mark.parametrize("form", ["mp4", "mov"])
def test_what_an_edit_list_cuts_out_does_not_count(form: str) -> None:
    """As `ffmpeg -ss 2 -i FILE -c copy` writes it: the packets stay, and players skip them."""
    target = io.BytesIO()
    data = recording("mp4", pictures_sec=6)
    with av.open(io.BytesIO(data)) as reader, av.open(target, "w", form) as writer:
        stream = writer.add_stream_from_template(reader.streams.video[0])
        for packet in reader.demux(reader.streams.video[0]):
            if packet.dts is not None and packet.pts is not None:
                ticks = round(2 / packet.time_base)
                packet.pts, packet.dts = packet.pts - ticks, packet.dts - ticks
                packet.stream = stream
                writer.mux(packet)
    facts = look(target.getvalue(), "video")
    assert facts.duration_sec == pytest.approx(4, abs=0.05)


def test_what_stands_behind_an_mp4_is_ignored() -> None:
    data = recording("mp4", pictures_sec=4)
    facts = look(data + b"\x7f\xff\xff\xffjunk" + bytes(100), "video")
    assert (facts.fault, facts.duration_sec) == (None, 4)
    assert not any("missing" in note for note in facts.notes)


def test_a_seek_before_the_start_is_left_to_ffmpeg(tmp_path: Path) -> None:
    """FFmpeg tries it in a NUT whose index was cut off, and plays the file."""
    path = tmp_path / "a.nut"
    path.write_bytes(b"film")
    with path.open("rb") as file:
        for one in (file, io.BytesIO(b"film")):
            assert BoundedFile(one).seek(-1) == -1


def test_a_picture_that_is_no_image_of_the_service_is_to_be_converted() -> None:
    (violation,) = check(Video(encoded("WEBP")), model="marengo3.0")
    assert violation.hint == Hint("convert_to_jpeg")
