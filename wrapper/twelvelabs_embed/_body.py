"""JSON bodies with media in them: base64 is made while the body is sent, a piece at a time.

Memory stays the same however large the file, the length is known before the first byte, and each
attempt of a call reads the file anew.
"""

from __future__ import annotations

import json
import secrets
from binascii import b2a_base64
from collections.abc import AsyncIterator, Iterator, Mapping
from functools import partial
from typing import Any

import httpx

from twelvelabs_embed.media import Media

try:
    from pybase64 import b64encode as _base64
except ImportError:
    _base64 = partial(b2a_base64, newline=False)

# Divisible by three, so that no piece but the last ends in padding.
_PIECE_BYTES = 3 * 128 * 1024
# Stands for media while the JSON is written. No text can hold it: it is never sent.
_MARK = secrets.token_hex(16)


class MediaBody(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body of bytes and media, sent as bytes and base64. May be sent any number of times."""

    def __init__(self, parts: list[bytes | Media]) -> None:
        # A file that grows or shrinks after this is refused while it is read.
        self._parts = [
            (part, len(part) if isinstance(part, bytes) else part.size_bytes) for part in parts
        ]
        self.length_bytes = sum(
            size if isinstance(part, bytes) else 4 * ((size + 2) // 3) for part, size in self._parts
        )

    def __iter__(self) -> Iterator[bytes]:
        for part, size_bytes in self._parts:
            if isinstance(part, bytes):
                yield part
            else:
                yield from map(_base64, part.iter_chunks(_PIECE_BYTES, size_bytes=size_bytes))

    async def __aiter__(self) -> AsyncIterator[bytes]:
        # Reading blocks, but for less time than handing a piece to a thread would take.
        for piece in self:
            yield piece


def encode_json(body: Mapping[str, Any]) -> bytes | MediaBody:
    """Write a body as JSON, each `Media` in it as a base64 string.

    Raises:
        ValueError: NaN, an infinite number, or text that cannot be written as UTF-8
    """
    media: list[Media] = []

    def set_aside(value: object) -> str:
        if not isinstance(value, Media):
            raise TypeError(f"{type(value).__name__} cannot be written as JSON")
        media.append(value)
        return _MARK

    text = json.dumps(
        body, default=set_aside, ensure_ascii=False, allow_nan=False, separators=(",", ":")
    )
    if not media:
        return text.encode()
    first, *rest = (piece.encode() for piece in text.split(_MARK))
    parts: list[bytes | Media] = [first]
    for item, piece in zip(media, rest, strict=True):
        parts += [item, piece]
    return MediaBody(parts)
