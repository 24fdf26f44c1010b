"""Where the media of a container ends, by its own structure."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from twelvelabs_embed.validation.container_structure import (
    has_fragments,
    is_cut_off,
    is_cut_off_flac,
)

HEADER = b"\x1a\x45\xdf\xa3\x84" + bytes(4)
VOID = b"\xec\x83" + bytes(3)
SEGMENT = b"\x18\x53\x80\x67"
CONTENT = bytes(40)


def box(kind: bytes, content: bytes = CONTENT) -> bytes:
    return (8 + len(content)).to_bytes(4) + kind + content


def large_box(kind: bytes, content: bytes = CONTENT) -> bytes:
    return (1).to_bytes(4) + kind + (16 + len(content)).to_bytes(8) + content


def riff(content: bytes = CONTENT) -> bytes:
    return b"RIFF" + len(content).to_bytes(4, "little") + content


def is_cut(data: bytes, form: str) -> bool:
    return is_cut_off(io.BytesIO(data), len(data), form)


def number(value: int, size_bytes: int) -> bytes:
    """A size as EBML writes it, in so many bytes."""
    return (1 << 7 * size_bytes | value).to_bytes(size_bytes)


@pytest.mark.parametrize("form", ["matroska", "webm"])
@pytest.mark.parametrize("size_bytes", range(1, 9))
@pytest.mark.parametrize("void", [b"", VOID])
def test_a_segment_is_cut_off_when_its_size_is_known_and_it_is_longer(
    form: str, size_bytes: int, void: bytes
) -> None:
    known = HEADER + void + SEGMENT + number(len(CONTENT), size_bytes) + CONTENT
    assert not is_cut(known, form)
    assert not is_cut(known + b"behind", form)
    assert is_cut(known[:-1], form)
    live = HEADER + void + SEGMENT + number((1 << 7 * size_bytes) - 1, size_bytes) + CONTENT
    assert not is_cut(live, form)
    assert not is_cut(live[:-1], form)


@pytest.mark.parametrize("form", ["mp4", "mov", "m4a", "heif"])
@pytest.mark.parametrize("kind", [b"mdat", b"moov", b"moof", b"meta", b"imda"])
@pytest.mark.parametrize("make", [box, large_box])
def test_a_box_of_media_is_cut_off_when_it_is_longer_than_the_file(
    make: Callable[[bytes], bytes], kind: bytes, form: str
) -> None:
    whole = box(b"ftyp") + make(kind)
    assert not is_cut(whole, form)
    assert is_cut(whole[:-1], form)
    # Not what stands behind the media, nor a box without a length of its own.
    assert not is_cut(whole + box(b"TAGS")[:-1], form)
    assert not is_cut(box(b"ftyp") + bytes(4) + kind + CONTENT, form)


def test_a_riff_is_cut_off_when_more_than_its_padding_is_missing() -> None:
    odd = riff(CONTENT + b"a")
    assert not is_cut(odd + b"\0", "avi")
    assert not is_cut(odd, "avi")
    assert is_cut(odd[:-1], "avi")
    assert not is_cut(riff() + riff(), "avi")
    assert is_cut(riff() + riff()[:-2], "avi")
    unknown = b"RIFF" + b"\xff" * 4 + CONTENT
    assert not is_cut(unknown, "avi")


def test_nothing_is_said_of_other_formats() -> None:
    assert not is_cut(box(b"mdat")[:-1], "flac")


@pytest.mark.parametrize("form", ["mp4", "mov", "m4a", "heif"])
def test_an_mp4_has_fragments_if_one_of_its_boxes_is_one(form: str) -> None:
    whole = box(b"ftyp") + box(b"moov") + box(b"moof", b"") + box(b"mdat")
    plain = box(b"ftyp") + box(b"free", b"") + box(b"moov") + box(b"mdat")

    def has(data: bytes, form: str) -> bool:
        return has_fragments(io.BytesIO(data), len(data), form)

    assert has(whole, form)
    assert has(whole[:-9], form)
    assert not has(plain, form)
    assert not has(whole, "matroska")


def crc16(data: bytes) -> int:
    """The checksum of a FLAC frame, bit by bit."""
    value = 0
    for bit in (byte >> place & 1 for byte in data for place in range(7, -1, -1)):
        carry = value >> 15
        value = (value << 1 & 0xFFFF) ^ (0x8005 if carry ^ bit else 0)
    return value


BEHIND = {
    "nothing": b"", "zeros": bytes(40), "ID3v1": b"TAG" + CONTENT, "APE": b"APETAGEX" + CONTENT,
    "ID3v2": b"ID3" + CONTENT, "lyrics": b"LYRICSBEGIN" + CONTENT,
}  # fmt: skip


@pytest.mark.parametrize("behind", BEHIND.values(), ids=BEHIND)
def test_a_flac_is_cut_off_when_its_last_frame_has_no_checksum(behind: bytes) -> None:
    frame = b"\xff\xf8" + bytes(range(1, 200))
    whole = frame + crc16(frame).to_bytes(2)
    assert not is_cut_off_flac(whole + behind)
    for cut in (whole[:-1], whole[:100], frame + b"\1\2"):
        assert is_cut_off_flac(cut + behind)
    assert is_cut_off_flac(whole + b"\1" + behind)  # no checksum after all, but sound
