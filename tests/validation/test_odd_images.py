"""Images that readers show although something is wrong with them, and those that they do not."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Sequence
from typing import Any

import pytest
from PIL import Image as Pillow
from twelvelabs_embed.errors import Hint
from twelvelabs_embed.inputs import Video, coerce
from twelvelabs_embed.inputs.media import Media
from twelvelabs_embed.limits.file_signatures import FORMATS, sniff
from twelvelabs_embed.validation.image_structure import read_jpeg, read_png
from twelvelabs_embed.validation.media_facts import MediaFacts
from twelvelabs_embed.validation.media_probe import probe

from tests.planning import check


def look(data: bytes, kind: Any = None) -> MediaFacts:
    return probe(Media.bytes(data), kind)


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


def test_a_picture_that_is_no_image_of_the_service_is_to_be_converted() -> None:
    (violation,) = check(Video(encoded("WEBP")), model="marengo3.0")
    assert violation.hint == Hint("convert_to_jpeg")
