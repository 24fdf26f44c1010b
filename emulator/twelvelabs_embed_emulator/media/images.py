"""Images: validation and thumbnails."""

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
_PNG_TEXTS = (b"tEXt", b"zTXt", b"iTXt")

_DECODING = Lock()  # one image at a time: a small file can decompress to hundreds of MB


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
        with open_picture(data) as image:
            check_image(name, *image.size)
        with _DECODING:
            return _thumbnail(data)
    except UnidentifiedImageError:
        raise bad_request(name, "the file is not a JPEG or PNG image") from None
    except (OSError, SyntaxError, ValueError) as error:
        raise bad_request(name, f"the image is broken: {error}") from error


def is_jpeg_or_png(data: bytes) -> bool:
    """Whether a file starts as one of the two does."""
    return data.startswith((_JPEG, _PNG))


def open_picture(data: bytes) -> ImageFile:
    """Open a JPEG or PNG without decoding it.

    Not by `Image.open`, which warns of large images: how large one may be is decided here.

    Raises:
        UnidentifiedImageError: it is neither.
        OSError, SyntaxError, ValueError: it is broken.
    """
    if data.startswith(_JPEG):
        return JpegImageFile(BytesIO(data))
    if data.startswith(_PNG):
        return PngImageFile(BytesIO(_without_faulty_chunks(data)))
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
        return np.asarray(picture.convert("RGB").resize((side, side), Image.Resampling.BOX))


def _without_faulty_chunks(data: bytes) -> bytes:
    """Return a PNG without texts, and without ancillary chunks whose checksum is wrong.

    Readers ignore both; Pillow rejects large texts and wrong checksums.
    """
    kept, at = bytearray(data[:8]), 8
    while at + 12 <= len(data):
        end = at + 12 + int.from_bytes(data[at : at + 4])
        kind, content = data[at + 4 : at + 8], memoryview(data)[at + 4 : end - 4]
        is_ancillary = kind[0] & 0x20
        if not is_ancillary or (
            kind not in _PNG_TEXTS and crc32(content) == int.from_bytes(data[end - 4 : end])
        ):
            kept += memoryview(data)[at:end]
        at = end
    return bytes(kept + data[at:])
