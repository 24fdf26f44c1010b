"""Coercion of plain values, such as a `str` or a path, to inputs."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import TypeAlias, get_args

from twelvelabs_embed.errors import Hint, InvalidInputError, Violation
from twelvelabs_embed.inputs.documents import Document
from twelvelabs_embed.inputs.faults import fault_violation
from twelvelabs_embed.inputs.images import Image, TextImage
from twelvelabs_embed.inputs.media import Media, read_head
from twelvelabs_embed.inputs.media_conversion import PilImage, ReadableFile, as_media
from twelvelabs_embed.inputs.multi_input import MultiInput
from twelvelabs_embed.inputs.recordings import Audio, Video
from twelvelabs_embed.inputs.text import Text
from twelvelabs_embed.limits.file_signatures import sniff

MediaInput: TypeAlias = Image | TextImage | Audio | Video | Document | MultiInput
Input: TypeAlias = Text | MediaInput
"""Everything that can be embedded."""

INPUT_CLASSES: Mapping[str, Callable[..., Input]] = {one.input_type: one for one in get_args(Input)}
"""The classes of inputs by their `input_type`."""

EmbedInput: TypeAlias = (
    Input
    | str
    | os.PathLike[str]
    | Media
    | bytes
    | bytearray
    | memoryview
    | PilImage
    | ReadableFile
)
"""What `coerce` takes."""


def coerce(value: EmbedInput) -> Input:
    """Make an input of a plain value.

    A `str` is a text, always: it is never taken for a path or a link. A `pathlib.Path`, bytes, a
    file object or local `Media` becomes an `Image`, `Audio`, `Video` or (a PDF) `Document`, by its
    first bytes; a PIL image becomes an `Image`. Inputs are returned as they are.

    Raises:
        InvalidInputError: it cannot be read, or its kind is not certain; the message names what to
            write instead.
    """
    if isinstance(value, Input):
        return value
    if isinstance(value, str):
        return Text(value)
    media = as_media(value)
    if not media.is_readable:
        raise _unknown_type(f"{media!r} is not on this machine")
    head = read_head(media)
    if not head:
        raise InvalidInputError([fault_violation(media.label, "empty")])
    format = sniff(head)
    if format is not None and (make := _BY_FORMAT.get(format.name) or _BY_KIND.get(format.kind)):
        return make(media)
    what = format.title if format else "of an unknown format"
    raise _unknown_type(f"{media.label} is {what}")


_BY_KIND: Mapping[str, Callable[[Media], Input]] = {"image": Image, "audio": Audio, "video": Video}
_BY_FORMAT: Mapping[str, Callable[[Media], Input]] = {"pdf": Document}


def _unknown_type(value: str) -> InvalidInputError:
    allowed = "images, audio and video are recognized by their first bytes"
    hint = Hint("name_input_type")
    return InvalidInputError([Violation("input", value, allowed, hint, code="input.unknown_type")])
