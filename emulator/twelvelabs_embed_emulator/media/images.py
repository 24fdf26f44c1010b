"""Images: validation and thumbnails."""

import warnings
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from threading import Lock
from typing import TypeVar
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
_BOX = Image.Resampling.BOX
_JPEG_END = b"\xff\xd9"
_NOISE = bytes(range(1, 255)) * 2  # without 255, which starts a marker

_T = TypeVar("_T")

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
        return with_pillow(lambda: _checked_thumbnail(data, name))
    except UnidentifiedImageError:
        raise bad_request(name, "the file is not a JPEG or PNG image") from None
    except (OSError, SyntaxError, ValueError) as error:
        raise bad_request(name, f"the image is broken: {error}") from error


def with_pillow(function: Callable[[], _T]) -> _T:
    """Call what uses Pillow for one image: one at a time, as small files can have 400 MB of pixels.

    In a thread that ends: the C library keeps what was freed in a thread as long as it lives.
    Pillow's warnings of large images and damaged EXIF data are not shown.
    """

    def quietly() -> _T:
        with warnings.catch_warnings(action="ignore"):
            return function()

    with _ONE_AT_A_TIME, ThreadPoolExecutor(1) as thread:
        return thread.submit(quietly).result()


def is_jpeg_or_png(data: bytes) -> bool:
    """Return whether a file starts as one of the two does."""
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


def _checked_thumbnail(data: bytes, name: str) -> npt.NDArray[np.uint8]:
    with open_picture(data) as image:
        check_image(name, *image.size)
    return _thumbnail(data)


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
        if picture.mode not in ("L", "RGB", "RGBA"):
            picture = picture.convert("RGB")
        bands = picture.getbands()[:3]  # one by one, without a copy of all pixels
        small = [picture.getchannel(band).resize((side, side), _BOX) for band in bands]
        return np.asarray(Image.merge("RGB", small if len(small) == 3 else small * 3))


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
