"""Container structure: whether the boxes of a media file end behind the end of the file.

It distinguishes a file that was cut off from one whose header merely states a wrong duration.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import BinaryIO

__all__ = ["has_fragments", "is_cut_off", "is_cut_off_flac"]

_TAGS = (b"TAG", b"APETAGEX", b"ID3", b"LYRICSBEGIN")
_MP4_FORMATS = ("mp4", "mov", "m4a", "heif")
_MP4_BOXES_OF_MEDIA = (b"mdat", b"moov", b"moof", b"meta", b"imda")


def is_cut_off(file: BinaryIO, size_bytes: int, format_name: str) -> bool:
    """Return whether the last box of an MP4, Matroska or AVI file is longer than the file."""
    match format_name:
        case name if name in _MP4_FORMATS:
            return _mp4_end(file, size_bytes) > size_bytes
        case "matroska" | "webm":
            return _matroska_end(file) > size_bytes
        case "avi":
            return _avi_end(file, size_bytes) > size_bytes + 1  # perhaps without its padding
        case _:
            return False


def has_fragments(file: BinaryIO, size_bytes: int, format_name: str) -> bool:
    """Return whether an MP4 has fragments: all but the last are whole, wherever it was cut off."""
    is_mp4 = format_name in _MP4_FORMATS
    return is_mp4 and any(kind == b"moof" for kind, _ in _mp4_boxes(file, size_bytes))


def _mp4_end(file: BinaryIO, size_bytes: int) -> int:
    """Return where the last box ends; 0 when nothing can be said, or it is none of the media."""
    [(kind, end)] = deque(_mp4_boxes(file, size_bytes), maxlen=1) or [(b"", 0)]
    is_media = end <= size_bytes or kind in _MP4_BOXES_OF_MEDIA
    return end if is_media else 0  # whatever stands behind the media


def _mp4_boxes(file: BinaryIO, size_bytes: int) -> Iterator[tuple[bytes, int]]:
    """Yield the kind of each box, and where it ends; 0 when that is the end of the file."""
    position = 0
    while position < size_bytes:
        file.seek(position)
        header = file.read(16)
        length_bytes = int.from_bytes(header[:4])
        if length_bytes == 1:  # the length is too large for four bytes, and stands behind
            length_bytes = int.from_bytes(header[8:])
        if length_bytes < 8:  # 0 means: to the end of the file
            yield header[4:8], 0
            return
        position += length_bytes
        yield header[4:8], position


def _matroska_end(file: BinaryIO) -> int:
    """Return where the segment ends, which holds all media; 0 when its size is unknown."""
    position = 0
    for _ in range(8):  # the header, perhaps something void, the segment
        file.seek(position)
        head = file.read(12)
        if len(head) < 12:
            return 0
        id_bytes = _vint_bytes(head[0])
        id, head = head[:id_bytes], head[id_bytes:]
        size_bytes = _vint_bytes(head[0])
        size = int.from_bytes(head[:size_bytes]) & ((1 << 7 * size_bytes) - 1)
        position += id_bytes + size_bytes
        if id == b"\x18\x53\x80\x67":
            return 0 if size == (1 << 7 * size_bytes) - 1 else position + size
        position += size
    return 0


def _vint_bytes(first: int) -> int:
    """Return the length of a number of EBML by its first byte."""
    return 9 - first.bit_length()


def _avi_end(file: BinaryIO, size_bytes: int) -> int:
    """Return where the last RIFF chunk ends; a file over a gigabyte has several."""
    position = 0
    while position < size_bytes:
        file.seek(position)
        header = file.read(8)
        length_bytes = int.from_bytes(header[4:], "little")
        if header[:4] != b"RIFF" or length_bytes >= 0xFFFFFFF0:  # unknown while it was written
            break
        position += 8 + length_bytes + length_bytes % 2
    return position


def is_cut_off_flac(frame: bytes) -> bool:
    """Return whether the last frame of a FLAC file does not end with its checksum.

    Tags and zeros behind the frame are no part of it, though FFmpeg takes them for one.
    """
    checksum = 0
    for at, byte in enumerate(frame, start=1):
        checksum = (checksum << 8 & 0xFF00) ^ _CRC16[checksum >> 8 ^ byte]
        if checksum == 0 and (frame.startswith(_TAGS, at) or not frame[at:].strip(b"\0")):
            return False
    return True


def _crc16(byte: int) -> int:
    value = byte << 8
    for _ in range(8):
        value = value << 1 ^ (0x8005 if value & 0x8000 else 0)
    return value & 0xFFFF


_CRC16 = tuple(map(_crc16, range(256)))
