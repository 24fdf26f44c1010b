"""Conversion of values to media: paths, links, bytes, file objects and PIL images."""

from __future__ import annotations

import os
from typing import Protocol, TypeAlias, cast

from twelvelabs_embed._text import shorten_middle, value_words
from twelvelabs_embed.errors import InvalidInputError
from twelvelabs_embed.inputs.media import (
    Media,
    is_link,
    is_store_address,
    media_error,
    show_link,
)
from twelvelabs_embed.inputs.pil_images import PilImage, encode_image, is_pil_image

__all__ = ["MediaLike", "PilImage", "ReadableFile", "as_media"]


class ReadableFile(Protocol):
    """A file object that is open for reading bytes."""

    def read(self, /) -> bytes: ...


MediaLike: TypeAlias = (
    Media | str | os.PathLike[str] | bytes | bytearray | memoryview | PilImage | ReadableFile
)
"""What a builder takes for its media; `as_media` says how each is read."""


def as_media(value: MediaLike) -> Media:
    """Read a value that is given where media is wanted.

    A `str` that begins with `http://` or `https://` is a link, one that begins with `s3://`,
    `gs://` or `az://` an object in a store, and any other `str` a path. A file
    object is read at once, from where it stands to its end. A PIL image is encoded as PNG, or as
    JPEG when the PNG would be larger than the limit of images. Its pixels are sent as they are:
    metadata is omitted, even that which says how a camera was held. Of the modes `I` and `F`,
    numbers up to 255 are 8 bits, up to 65,535 16 bits, and fractions up to 1 are scaled.

    Raises:
        InvalidInputError: none of these, or it cannot be read.
    """
    if isinstance(value, Media):
        return value
    if isinstance(value, str):
        return _from_text(value)
    if isinstance(value, (bytes, bytearray, memoryview)):
        return Media.bytes(value)
    if isinstance(value, os.PathLike):
        return Media.file(value)
    if is_pil_image(value):
        return Media.bytes(_from_pil_image(value))
    if hasattr(value, "read"):
        return _from_file_object(cast(ReadableFile, value))
    raise media_error(
        value_words(value),
        "media is a path, a link, bytes, a file object, a PIL image or Media",
        "Convert it to one of these",
    )


def _from_text(text: str) -> Media:
    if is_link(text):
        return Media.url(text)
    if is_store_address(text):
        return Media.object(text)
    scheme, separator, _ = text.partition("://")
    if separator and scheme.isalnum():
        raise media_error(
            f"{shorten_middle(show_link(text))!r} begins with {scheme}://",
            "the service fetches only http:// and https:// links",
            "Give such a link, an address in an object store (s3://, gs://, az://), or a path",
        )
    if text.startswith("data:"):
        raise media_error(
            "a data: link",
            "the service fetches only http:// and https:// links",
            "Decode what follows 'base64,' and give the bytes, or a file of them",
        )
    return Media.file(text)


def _from_file_object(file: ReadableFile) -> Media:
    name = getattr(file, "name", None)
    filename = os.path.basename(name) if isinstance(name, str) else None
    what = f"the file object {filename or 'of type ' + type(file).__name__}"
    try:
        data = cast(object, file.read())
    except Exception as error:  # such as `http.client.IncompleteRead`
        raise media_error(
            f"{what} cannot be read ({str(error) or type(error).__name__})",
            "it has to be open for reading bytes",
            "Open it with open(path, 'rb'), or give the path",
        ) from error
    if not isinstance(data, bytes):  # opened as text
        raise media_error(
            f"{what} gives {type(data).__name__}",
            "media is bytes",
            "Open it with open(path, 'rb'), or give the path",
        )
    return Media.bytes(data, filename)


def _from_pil_image(image: PilImage) -> bytes:
    try:
        return encode_image(image)
    except InvalidInputError:
        raise
    except Exception as error:  # Pillow raises many kinds
        raise media_error(
            f"the PIL image cannot be encoded ({error})",
            "its pixels have to be readable",
            "Call its load() to see why",
        ) from error
