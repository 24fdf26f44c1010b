"""Image structure: what PNG and JPEG files state of themselves, read in blocks and not decoded.

Walking the chunks shows as much as decoding does and takes a constant amount of memory: the pixels
of a PNG are decompressed and counted, but not kept.
"""

from __future__ import annotations

import io
import re
import struct
import warnings
import zlib
from collections.abc import Iterator
from threading import Lock
from typing import BinaryIO

from attrs import evolve, frozen

from twelvelabs_embed.inputs.faults import Fault

__all__ = ["ImageStructure", "read_jpeg", "read_png"]

_BLOCK_BYTES = 1 << 16
_MAX_SCANLINE_BYTES = 500_000_000  # more takes seconds to decompress
_MAX_DECODED_PIXELS = 25_000_000


@frozen
class ImageStructure:
    """What the structure of an image file shows.

    Attributes:
        width_px, height_px: the sides, where the header has them
        fault: why it cannot be embedded
        detail: more about the fault
        note: what is wrong with it that readers ignore, or what was not inspected
    """

    width_px: int | None = None
    height_px: int | None = None
    fault: Fault | None = None
    detail: str = ""
    note: str = ""


_TRUNCATED = ImageStructure(fault="truncated", detail="its last part is missing")


# --------------------------------------------------------------------------------------------- PNG

_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # by colour type
_DEPTHS = (1, 2, 4, 8, 16)
_CHECKED_OTHERWISE = (b"IDAT", b"IEND")  # pixels have a checksum of their own, and the end is empty
# First column and row of each pass of an interlaced PNG, and the steps to the next.
_ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2),
          (0, 1, 1, 2))  # fmt: skip


def read_png(file: BinaryIO) -> ImageStructure:
    """Read the chunks of a PNG.

    A wrong checksum in an ancillary chunk, whatever is wrong behind the last pixel, and missing
    rows of a file that is otherwise whole are ignored by readers; a wrong checksum in a critical
    chunk before is a fault.
    """
    file.seek(8)
    found, pixels, note, has_end = ImageStructure(), _Scanlines(0), "", False
    while not has_end and len(header := file.read(8)) == 8:
        length_bytes, kind = struct.unpack(">I4s", header)
        if length_bytes >> 31 or not kind.isalpha():
            return _png_verdict(found, pixels, "it has an invalid chunk", note)
        checksum, head = zlib.crc32(kind), b""
        for block in _blocks(file, length_bytes):
            checksum, head = zlib.crc32(block, checksum), head or block
            length_bytes -= len(block)
            if kind == b"IDAT":
                pixels.feed(block)
        stated = file.read(4)
        if length_bytes or len(stated) < 4:
            break
        name = kind.decode("latin-1")
        if stated != checksum.to_bytes(4):
            wrong = f"the checksum of its {name} chunk is wrong"
            if kind[0] & 0x20 == 0 and kind not in _CHECKED_OTHERWISE:
                return _png_verdict(found, pixels, wrong, "")
            note = f"{wrong}, which most readers ignore"
        if found.width_px is None:
            if kind != b"IHDR" or (header_bytes := _scanline_bytes(head)) is None:
                return ImageStructure(fault="broken", detail="its header is invalid")
            width_px, height_px = struct.unpack_from(">II", head)
            found = ImageStructure(width_px, height_px)
            is_interlaced = head[-1] == 1
            pixels = _Scanlines(header_bytes, 0 if is_interlaced else header_bytes // height_px)
        has_end = kind == b"IEND"
    if found.width_px is None:
        return _TRUNCATED
    if has_end:
        if pixels.lacks_only_rows:
            return evolve(found, note="its last rows are missing, which most readers ignore")
        return _png_verdict(found, pixels, "it has fewer pixels than its header states", note)
    if not pixels.left_bytes:
        return evolve(found, note="its end marker is missing, which most readers ignore")
    return evolve(_TRUNCATED, width_px=found.width_px, height_px=found.height_px)


def _png_verdict(
    found: ImageStructure, pixels: _Scanlines, detail: str, note: str
) -> ImageStructure:
    if pixels.is_too_large:
        return evolve(found, note="it is too large for its pixels to be inspected")
    if found.width_px is not None and not pixels.left_bytes:
        return evolve(found, note=note)
    return evolve(found, fault="broken", detail=pixels.error or detail)


def _blocks(file: BinaryIO, length_bytes: int) -> Iterator[bytes]:
    while length_bytes and (block := file.read(min(length_bytes, _BLOCK_BYTES))):
        length_bytes -= len(block)
        yield block


def _scanline_bytes(header: bytes) -> int | None:
    """Return how many bytes the pixels have, decompressed; None when the header is invalid."""
    if len(header) != 13:
        return None
    width_px, height_px, depth, colour, *_, interlace = struct.unpack(">IIBBBBB", header)
    if not (width_px and height_px and depth in _DEPTHS and colour in _CHANNELS and interlace < 2):
        return None
    passes = _ADAM7 if interlace else ((0, 0, 1, 1),)
    total_bytes = 0
    for left, top, across, down in passes:
        columns, rows = -(-(width_px - left) // across), -(-(height_px - top) // down)
        if columns > 0 and rows > 0:  # each row begins with the byte of its filter
            total_bytes += rows * (1 + -(-columns * depth * _CHANNELS[colour] // 8))
    return total_bytes


class _Scanlines:
    """Counts the bytes of the pixels of a PNG.

    Attributes:
        left_bytes: how many are missing
        error: why they cannot be decompressed
        is_too_large: whether there are so many that they are not counted
    """

    def __init__(self, total_bytes: int, row_bytes: int = 0) -> None:
        self.left_bytes = total_bytes
        self._total_bytes = total_bytes
        self._row_bytes = row_bytes  # 0 when interlaced
        self.error = ""
        self.is_too_large = total_bytes > _MAX_SCANLINE_BYTES
        self._inflater = zlib.decompressobj()

    @property
    def lacks_only_rows(self) -> bool:
        """Whether the pixels end early, but behind a row and without an error."""
        is_short = 0 < self.left_bytes < self._total_bytes
        is_at_row = self._row_bytes > 0 and self.left_bytes % self._row_bytes == 0
        return is_short and is_at_row and self._inflater.eof and not self.error

    def feed(self, block: bytes) -> None:
        while block and self.left_bytes and not (self.error or self.is_too_large):
            try:
                count = len(self._inflater.decompress(block, _BLOCK_BYTES))
            except zlib.error as error:
                self.error = f"its pixels cannot be decompressed: {error}"
                return
            self.left_bytes -= min(count, self.left_bytes)
            block = self._inflater.unconsumed_tail


# -------------------------------------------------------------------------------------------- JPEG

_MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]", re.DOTALL)
_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
_PROGRESSIVE = (0xC2, 0xC6, 0xCA, 0xCE)
_SCAN, _END, _NO_LENGTH = 0xDA, 0xD9, (0x01, 0xD8)
_END_MARKER = b"\xff\xd9"
_MORE_DATA = bytes(number * 89 % 251 for number in range(4096))  # without a marker

_decoding = Lock()  # of one image at a time, which bounds the memory


def read_jpeg(file: BinaryIO) -> ImageStructure:
    """Read the segments of a JPEG to its end marker.

    Readers ignore that the marker is missing when all pixels are there.
    """
    found, is_progressive, has_scan = ImageStructure(), False, False
    file.seek(2)
    while (marker := _next_marker(file)) is not None and marker != _END:
        if marker in _NO_LENGTH:
            continue
        length = file.read(2)
        length_bytes = int.from_bytes(length) - 2
        if len(length) < 2 or length_bytes < 0:
            break
        head = file.read(min(length_bytes, 8))
        if marker in _FRAMES and len(head) >= 6 and found.width_px is None:
            height_px, width_px = struct.unpack_from(">HH", head, 1)
            found = ImageStructure(width_px or None, height_px or None)
            is_progressive = marker in _PROGRESSIVE
        has_scan = has_scan or marker == _SCAN
        file.seek(length_bytes - len(head), io.SEEK_CUR)
    if found.width_px is None or not has_scan:
        fault = (
            _TRUNCATED if marker != _END else ImageStructure(None, None, "broken", "it is empty")
        )
        return evolve(fault, width_px=found.width_px, height_px=found.height_px)
    if marker == _END:
        return found
    pixels = found.width_px * (found.height_px or 0)
    if is_progressive and pixels > _MAX_DECODED_PIXELS:
        return evolve(found, note="its end marker is missing, and perhaps more of it")
    return _without_end(file, found, is_small=pixels > _MAX_DECODED_PIXELS)


def _next_marker(file: BinaryIO) -> int | None:
    """Return the next marker, and leave the file behind it; None at the end of the file."""
    kept = b""
    while block := file.read(_BLOCK_BYTES):
        block = kept + block
        if match := _MARKER.search(block):
            file.seek(match.end() - len(block), io.SEEK_CUR)
            return block[match.end() - 1]
        kept = b"\xff" if block.endswith(b"\xff") else b""
    return None


def _without_end(file: BinaryIO, found: ImageStructure, *, is_small: bool) -> ImageStructure:
    """Judge a JPEG without its end marker: what follows the last pixel changes no pixel.

    Args:
        file: the file
        found: its header
        is_small: decode an eighth of each side, which takes little memory
    """
    try:
        from PIL import JpegImagePlugin
    except ImportError:
        return evolve(found, note="its end marker is missing, and perhaps more of it")

    def checksum(more: bytes) -> int:
        # This class, because `Image.open` warns of large images.
        with JpegImagePlugin.JpegImageFile(io.BytesIO(data + more + _END_MARKER)) as image:
            if is_small:
                image.draft("L", (1, 1))
            image.load()
            return zlib.crc32(image.tobytes())

    with _decoding, warnings.catch_warnings(action="ignore"):  # Pillow warns of damaged EXIF data
        file.seek(0)
        data = file.read().rstrip(b"\xff")
        try:
            is_whole = checksum(b"") == checksum(_MORE_DATA)
        except (OSError, SyntaxError, ValueError, EOFError) as error:
            return evolve(found, fault="broken", detail=str(error))
    if is_whole:
        return evolve(found, note="its end marker is missing, which most readers ignore")
    return evolve(_TRUNCATED, width_px=found.width_px, height_px=found.height_px)
