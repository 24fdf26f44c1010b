"""Images: validation and thumbnails."""

import warnings
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from io import BytesIO
from threading import Lock
from zlib import crc32

import numpy as np
import numpy.typing as npt
from PIL import Image, UnidentifiedImageError
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile

from twelvelabs_embed_emulator.contract.errors import bad_request
from twelvelabs_embed_emulator.contract.limits import check_image
from twelvelabs_embed_emulator.media.sources import Media

THUMBNAIL_PX = 64
"""The side of a thumbnail."""

_JPEG, _PNG = b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"
_JPEG_END = b"\xff\xd9"
_NOISE = bytes(range(1, 255)) * 2  # without 255, which starts a marker

# A small file can decompress to hundreds of MB, and which warnings are shown is of the process.
_ONE_AT_A_TIME = Lock()


def open_image(media: Media, name: str) -> npt.NDArray[np.uint8]:
    """Validate an image and return its thumbnail in RGB, shape (64, 64, 3).

    The orientation that a camera notes in the file is ignored. `name` is that of the field, for
    messages.

    Raises:
        ApiError: the file is not a JPEG or PNG, broken, or too small.
    """
    with media.open() as file:
        data = file.read()
    try:
        with pillow():
            with open_picture(data) as image:
                check_image(name, *image.size)
            return _thumbnail(data)
    except UnidentifiedImageError:
        raise bad_request(name, "the file is not a JPEG or PNG image") from None
    except (OSError, SyntaxError, ValueError) as error:
        raise bad_request(name, f"the image is broken: {error}") from error


@contextmanager
def pillow() -> Iterator[None]:
    """Use Pillow for one image at a time, without its warnings of size and damaged EXIF data."""
    with _ONE_AT_A_TIME, warnings.catch_warnings(action="ignore"):
        yield


def is_jpeg_or_png(data: bytes) -> bool:
    """Whether a file starts as one of the two does."""
    return data.startswith((_JPEG, _PNG))


def open_picture(data: bytes, side_data: Collection[bytes] = ()) -> ImageFile:
    """Open a JPEG or PNG without decoding it.

    Not by `Image.open`, which warns of large images: how large one may be is decided here.

    Args:
        data: the file
        side_data: the ancillary chunks of a PNG that are read

    Raises:
        UnidentifiedImageError: it is neither.
        OSError, SyntaxError, ValueError: it is broken.
    """
    if data.startswith(_JPEG):
        return JpegImageFile(BytesIO(data))
    if data.startswith(_PNG):
        return PngImageFile(BytesIO(_without_side_data(data, side_data)))
    raise UnidentifiedImageError("neither JPEG nor PNG")


def _thumbnail(data: bytes) -> npt.NDArray[np.uint8]:
    try:
        return _decode(data)
    except OSError:
        if not data.startswith(_JPEG):
            raise
        # Only the end marker may be missing. Then what stands in its place changes nothing; of an
        # image that was cut off, it would be decoded as the missing part.
        whole, changed = (_decode(data + filling + _JPEG_END) for filling in (b"", _NOISE))
        if not np.array_equal(whole, changed):
            raise
        return whole


def _decode(data: bytes) -> npt.NDArray[np.uint8]:
    side = THUMBNAIL_PX
    with open_picture(data) as image:
        image.draft("RGB", (4 * side, 4 * side))  # a JPEG can be decoded small at once
        picture: Image.Image = image
        if image.mode.startswith("I"):  # 16-bit grey, which Pillow would convert to white
            picture = Image.fromarray((np.asarray(image) >> 8).astype(np.uint8))
        if picture.mode not in ("L", "RGB"):  # those need no copy of all pixels
            picture = picture.convert("RGB")
        return np.asarray(picture.resize((side, side), Image.Resampling.BOX).convert("RGB"))


def _without_side_data(data: bytes, kept_kinds: Collection[bytes]) -> bytes:
    """Return a PNG without its ancillary chunks, except for intact ones of some kinds.

    Readers pass over what is wrong with them; Pillow rejects the image.
    """
    kept, at = bytearray(data[:8]), 8
    while at + 12 <= len(data):
        end = at + 12 + int.from_bytes(data[at : at + 4])
        kind, content = data[at + 4 : at + 8], memoryview(data)[at + 4 : end - 4]
        is_ancillary = kind[0] & 0x20
        if not is_ancillary or (
            kind in kept_kinds and crc32(content) == int.from_bytes(data[end - 4 : end])
        ):
            kept += memoryview(data)[at:end]
        at = end
    return bytes(kept + data[at:])
