"""PNG and JPEG files as their formats define them: sizes of pixels, markers and segments."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from twelvelabs_embed.validation import image_structure
from twelvelabs_embed.validation.image_structure import (
    ImageStructure,
    _scanline_bytes,
    read_jpeg,
    read_png,
)


def header(
    width_px: int, height_px: int, depth: int, colour: int, interlace: int = 0, more: bytes = b""
) -> bytes:
    values = (width_px, height_px, depth, colour, 0, 0, interlace)
    return struct.pack(">IIBBBBB", *values) + more


@pytest.mark.parametrize(
    ("given", "size_bytes"),
    [
        # Rows of five pixels, each behind the byte of its filter.
        (header(5, 3, 1, 0), 3 * (1 + 1)),
        (header(5, 3, 2, 0), 3 * (1 + 2)),
        (header(5, 3, 4, 3), 3 * (1 + 3)),
        (header(5, 3, 8, 0), 3 * (1 + 5)),
        (header(5, 3, 8, 2), 3 * (1 + 15)),
        (header(5, 3, 8, 3), 3 * (1 + 5)),
        (header(5, 3, 8, 4), 3 * (1 + 10)),
        (header(5, 3, 8, 6), 3 * (1 + 20)),
        (header(5, 3, 16, 6), 3 * (1 + 40)),
        (header(8, 8, 8, 0, 1), 2 + 2 + 3 + 2 * 3 + 2 * 5 + 4 * 5 + 4 * 9),
        (header(1, 1, 8, 0, 1), 2),
        (header(3, 3, 8, 0, 1), 2 + 2 + 3 + 2 * 2 + 4),
        *((header(5, 3, depth, 0), None) for depth in (0, 3, 32)),
        *((header(5, 3, 8, colour), None) for colour in (1, 5, 7)),
        (header(0, 3, 8, 0), None),
        (header(5, 0, 8, 0), None),
        (header(5, 3, 8, 0, 2), None),
        (header(5, 3, 8, 0, more=b"\0"), None),
        (header(5, 3, 8, 0)[:-1], None),
    ],
)
def test_how_many_bytes_the_pixels_of_a_png_have(given: bytes, size_bytes: int | None) -> None:
    assert _scanline_bytes(given) == size_bytes


def png(head: bytes, *more: tuple[bytes, bytes]) -> io.BytesIO:
    parts = [(b"IHDR", head), *more]
    return io.BytesIO(
        b"\x89PNG\r\n\x1a\n"
        + b"".join(
            struct.pack(">I", len(content))
            + kind
            + content
            + struct.pack(">I", zlib.crc32(kind + content))
            for kind, content in parts
        )
    )


END = (b"IEND", b"")
WHOLE = (b"IDAT", zlib.compress(bytes(3 * 6)))


def test_what_is_found_of_a_png() -> None:
    head = header(5, 3, 8, 0)
    size = {"width_px": 5, "height_px": 3}
    assert read_png(png(head, WHOLE, END)) == ImageStructure(**size)
    assert read_png(png(header(5, 3, 8, 1), WHOLE, END)) == ImageStructure(
        fault="broken", detail="its header is invalid"
    )
    assert read_png(png(head, END)) == ImageStructure(
        **size, fault="broken", detail="it has fewer pixels than its header states"
    )
    assert read_png(png(head)) == ImageStructure(
        **size, fault="truncated", detail="its last part is missing"
    )
    assert read_png(png(head, (b"\0\0\0\0", b""))) == ImageStructure(
        **size, fault="broken", detail="it has an invalid chunk"
    )
    assert read_png(png(head, WHOLE)) == ImageStructure(
        **size, note="its end marker is missing, which most readers ignore"
    )
    assert read_png(io.BytesIO(b"\x89PNG\r\n\x1a\n")) == ImageStructure(
        fault="truncated", detail="its last part is missing"
    )
    huge = png(head)
    huge.write(huge.getvalue() + b"\x80\0\0\0IDAT")  # more than a chunk may have
    assert read_png(huge).detail == "it has an invalid chunk"


def test_a_png_that_is_too_large_is_not_decompressed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert image_structure._MAX_SCANLINE_BYTES == 500_000_000
    monkeypatch.setattr(image_structure, "_MAX_SCANLINE_BYTES", 18)
    assert read_png(png(header(5, 3, 8, 0), WHOLE, END)).note == ""
    monkeypatch.setattr(image_structure, "_MAX_SCANLINE_BYTES", 17)
    found = read_png(png(header(5, 3, 8, 0), WHOLE, END))
    assert found == ImageStructure(5, 3, note="it is too large for its pixels to be inspected")


# --- JPEG -----------------------------------------------------------------------------------------


def segment(marker: int, content: bytes = b"") -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(content) + 2) + content


def frame(marker: int, width_px: int = 30, height_px: int = 20) -> bytes:
    return segment(marker, struct.pack(">BHHB", 8, height_px, width_px, 1))


SCAN = segment(0xDA, bytes(6))
FRAMES = [number for number in range(0xC0, 0xD0) if number not in (0xC4, 0xC8, 0xCC)]


def jpeg(*parts: bytes, end: bytes = b"\xff\xd9") -> io.BytesIO:
    return io.BytesIO(b"\xff\xd8" + b"".join(parts) + end)


@pytest.mark.parametrize("marker", range(0xC0, 0xD0))
def test_a_frame_has_the_size_of_a_jpeg(marker: int) -> None:
    found = read_jpeg(jpeg(frame(marker), SCAN, bytes(9)))
    if marker in FRAMES:
        assert found == ImageStructure(30, 20)
    else:  # tables, and what is reserved
        assert found == ImageStructure(fault="broken", detail="it is empty")
    first = read_jpeg(jpeg(frame(0xC0), frame(marker, 1, 2), SCAN))
    assert first == ImageStructure(30, 20)


@pytest.mark.parametrize(
    "data",
    [
        b"\0\xff\0\1" + b"".join(bytes([0xFF, number]) for number in range(0xD0, 0xD8)),
        b"\xff\xff\xff",  # fill bytes
        b"\xff\x01\0" + b"\xff\xd8\0",  # markers without a length
        bytes((1 << 16) - 1) + b"\xff\xff",
        bytes((1 << 16) - 1),
        bytes((1 << 16) - 2) + b"\xff\xff",
        segment(0xE1, b"\xff\xd9" * 9),  # an end marker inside a segment
        segment(0xE1, bytes(65_533)),
    ],
    ids=range(8),
)
def test_only_a_marker_of_its_own_ends_a_jpeg(data: bytes) -> None:
    assert read_jpeg(jpeg(frame(0xC0), SCAN, data)) == ImageStructure(30, 20)


@pytest.mark.parametrize(
    "data",
    [
        jpeg(frame(0xC0)),
        jpeg(SCAN),
        jpeg(segment(0xE0, b"JFIF")),
    ],
    ids=["no scan", "no frame", "nothing"],
)
def test_a_jpeg_without_pixels_is_empty(data: io.BytesIO) -> None:
    found = read_jpeg(data)
    assert (found.fault, found.detail) == ("broken", "it is empty")


@pytest.mark.parametrize(
    "parts",
    [
        [frame(0xC0), b"\xff\xe0\0"],
        [frame(0xC0), b"\xff\xe0\0\1" + bytes(9)],  # shorter than its own length
        [frame(0xC0), segment(0xE0, bytes(99))[:50]],
    ],
)
def test_a_jpeg_that_ends_in_a_segment_is_truncated(parts: list[bytes]) -> None:
    found = read_jpeg(jpeg(*parts, end=b""))
    expected = ImageStructure(30, 20, "truncated", "its last part is missing")
    assert found == expected


@pytest.mark.parametrize("marker", FRAMES)
def test_a_large_progressive_jpeg_without_its_end_is_not_decoded(
    marker: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert image_structure._MAX_DECODED_PIXELS == 25_000_000
    decoded = list[bool]()

    def decode(file: object, found: ImageStructure, *, is_small: bool) -> ImageStructure:
        decoded.append(is_small)
        return found

    monkeypatch.setattr(image_structure, "_without_end", decode)
    small = read_jpeg(jpeg(frame(marker, 5000, 5000), SCAN, end=b""))
    large = read_jpeg(jpeg(frame(marker, 5000, 5001), SCAN, end=b""))
    assert small == ImageStructure(5000, 5000)
    if marker in (0xC2, 0xC6, 0xCA, 0xCE):
        assert large.note == "its end marker is missing, and perhaps more of it"
        assert decoded == [False]
    else:
        assert large.note == ""
        assert decoded == [False, True]
