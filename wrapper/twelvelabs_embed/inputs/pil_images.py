"""PIL images as files: PNG with the pixels as they are, or JPEG where that would be too large."""

from __future__ import annotations

import io
import logging
import sys
from typing import Any, BinaryIO, Protocol, TypeGuard

from twelvelabs_embed._text import size_words
from twelvelabs_embed.errors import InvalidInputError, Violation
from twelvelabs_embed.limits import find_limit

_log = logging.getLogger("twelvelabs_embed")


class PilImage(Protocol):
    """What is needed of a `PIL.Image.Image`; Pillow itself need not be installed."""

    @property
    def mode(self) -> str: ...
    @property
    def size(self) -> tuple[int, int]: ...
    def convert(self, mode: str) -> PilImage: ...
    def getextrema(self) -> Any: ...
    def point(self, lut: Any) -> PilImage: ...
    def save(self, fp: BinaryIO, format: str, **params: Any) -> None: ...


# A PNG of these is read again with the same pixels. Others become the mode beside them, or RGB.
_PNG_MODES = ("1", "L", "LA", "I;16", "P", "RGB", "RGBA")
_NEAREST_MODES = {"La": "LA", "PA": "RGBA", "RGBa": "RGBA"}
_LIMIT = find_limit("max_size_bytes", "image")
_MB_READINGS = 1_000_000 / (1 << 20)  # under the limit whichever way MB is read
_MAX_PNG_BYTES = int(_LIMIT.value * _MB_READINGS) if _LIMIT else sys.maxsize
_MAX_JPEG_SIDE_PX = 65_500


def is_pil_image(value: object) -> TypeGuard[PilImage]:
    """Return whether a value is a PIL image, which exists only where Pillow is imported."""
    pillow = sys.modules.get("PIL.Image")
    return pillow is not None and isinstance(value, pillow.Image)


def encode_image(image: PilImage) -> bytes:
    """Encode an image as PNG, or as JPEG when the PNG would be larger than is allowed.

    Raises:
        InvalidInputError: neither can show it
        OSError, SyntaxError, ValueError: the pixels cannot be read
    """
    png, kept = io.BytesIO(), _with_png_mode(image)
    # A colour profile may be one of the mode that the image had before.
    kept.save(png, format="PNG", icc_profile=None)
    if png.tell() <= _MAX_PNG_BYTES:
        return png.getvalue()
    width_px, height_px = image.size
    what = f"the PIL image has {width_px}x{height_px} pixels and {size_words(png.tell())} as PNG"
    if max(width_px, height_px) > _MAX_JPEG_SIDE_PX:
        allowed = (
            f"at most {size_words(_MAX_PNG_BYTES)} can be sent, and no side of a JPEG has more"
        )
        raise _pixels_error(
            what,
            f"{allowed} than {_MAX_JPEG_SIDE_PX} pixels",
            "Make it smaller, or cut it in parts",
        )
    _log.warning("%s, which is too large: it is sent as JPEG", what)
    jpeg = io.BytesIO()
    if kept.mode == "P":  # Pillow warns of a palette with transparency
        kept = kept.convert("RGBA")
    kept.convert("RGB").save(jpeg, format="JPEG", quality=90)
    return jpeg.getvalue()


def _with_png_mode(image: PilImage) -> PilImage:
    if image.mode in _PNG_MODES:
        return image
    if image.mode.startswith(("I", "F")):
        return _with_grey_mode(image)
    return image.convert(_NEAREST_MODES.get(image.mode, "RGB"))


def _with_grey_mode(image: PilImage) -> PilImage:
    """Return an image of large or fractional numbers as 8 or 16 bits, if it is clear how.

    `convert` would make all that is above 255 white.
    """
    numbers = image.convert("I") if image.mode.startswith("I;") else image
    low, high = numbers.getextrema()
    if low >= 0 and high <= 255:
        scale = 255 if numbers.mode == "F" and high <= 1 else 1

        def to_8_bits(value: Any) -> Any:
            return value * scale + 0.5

        return numbers.point(to_8_bits).convert("L")
    if low >= 0 and high <= 65_535 and numbers.mode == "I":
        return numbers.convert("I;16")
    what = f"the PIL image has the mode {image.mode} with numbers from {low:g} to {high:g}"
    allowed = "grey is from 0 to 255, to 65,535 in the mode I, or to 1 in the mode F"
    raise _pixels_error(what, allowed, "Scale it, and convert it to L or RGB")


def _pixels_error(value: str, allowed: str, hint: str) -> InvalidInputError:
    return InvalidInputError([Violation("media", value, allowed, hint, code="media.pixels")])
