"""Structure of containers, which shows whether a file was cut off."""

from typing import BinaryIO

_UNKNOWN = (0, 0xFFFFFFFF)
_MEDIA_BOXES = (b"mdat", b"moov", b"meta", b"imda")


def missing_bytes(file: BinaryIO, size_bytes: int, form: str) -> int:
    """Return how many bytes the parts of a file need behind its end; 0 when it is whole.

    Args:
        file: the file, which can seek.
        size_bytes: the length of the file.
        form: FFmpeg's name of the format: MP4, Matroska or AVI. Of others nothing is known.
    """
    ends = {"mov": _boxes_end, "matroska": _elements_end, "avi": _lists_end}
    find_end = ends.get(form.partition(",")[0])
    return max(0, find_end(file, size_bytes) - size_bytes) if find_end else 0


def _boxes_end(file: BinaryIO, size_bytes: int) -> int:
    """Return where the last box of an MP4 ends, unless it is none of the media.

    Of a recording in fragments, whatever is there can be played: 0.
    """
    at = 0
    while at + 8 <= size_bytes:
        file.seek(at)
        head = file.read(8)
        length = int.from_bytes(head[:4])
        if length == 1:
            length = int.from_bytes(file.read(8))
        if head[4:] == b"moof":
            return 0
        is_media = head[4:] in _MEDIA_BOXES
        if length < 8 or (at + length > size_bytes and not is_media):  # 0: up to the end
            break
        at += length
    return at


def _lists_end(file: BinaryIO, size_bytes: int) -> int:
    """Return where the last list (RIFF) of an AVI ends; one that was streamed has no length."""
    at = 0
    while at + 8 <= size_bytes:
        file.seek(at)
        length = int.from_bytes(file.read(8)[4:], "little")
        if length in _UNKNOWN:
            break
        at += 8 + length
        at += length % 2 if at < size_bytes else 0
    return at


def _elements_end(file: BinaryIO, size_bytes: int) -> int:
    """Return where the last element of a Matroska file ends, if that is known."""
    at = 0
    while at + 2 <= size_bytes:
        file.seek(at)
        head = file.read(12).ljust(12, b"\0")
        id_bytes = 9 - head[0].bit_length()
        length_bytes = 9 - head[id_bytes].bit_length() if id_bytes < 5 else 9
        if length_bytes > 8:
            break  # no element
        mask = (1 << 7 * length_bytes) - 1
        length = int.from_bytes(head[id_bytes : id_bytes + length_bytes]) & mask
        if length == mask:
            break  # a live recording: up to the end of the file
        at += id_bytes + length_bytes + length
    return at
