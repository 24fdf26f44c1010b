"""Encoding of request bodies: JSON is serialized, and media becomes base64 while it is sent.

Memory stays the same however large the file, the length is known before the first byte, and each
attempt of a call reads the file anew.
"""

from __future__ import annotations

import io
import json
import os
from binascii import b2a_base64
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from typing import IO, TYPE_CHECKING, Any

import httpx
import msgspec
from msgspec import Struct

from twelvelabs_embed._http.operation import MultipartForm

if TYPE_CHECKING:
    from twelvelabs_embed.inputs.media import Media

# Divisible by three, so that no chunk of base64 but the last ends in padding.
_CHUNK_BYTES = 3 * 128 * 1024
# Stands for media while the JSON is written. No text can hold it: it is never sent.
_MARK = os.urandom(16).hex()


class Streamed(Struct, frozen=True):
    """A part of a body that is produced while it is sent.

    Attributes:
        length_bytes: how many bytes `read` gives
        read: gives them in chunks; called anew for each attempt
        is_remote: whether reading waits for a network
    """

    length_bytes: int
    read: Callable[[], Iterator[bytes]]
    is_remote: bool = False


class StreamedBody(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body of bytes and streamed parts. May be sent any number of times, one after the other.

    Args:
        parts: what it is made of
        report: called with how many bytes were handed over in this attempt; the upload waits for it
    """

    def __init__(
        self, parts: Sequence[bytes | Streamed], report: Callable[[int], None] | None = None
    ) -> None:
        self._parts = parts
        self._report = report
        self._length_bytes = sum(
            [len(part) if isinstance(part, bytes) else part.length_bytes for part in parts]
        )
        self.is_handed_over = False
        """Whether the last attempt came to the last byte. If not, no server has the request."""

    def __len__(self) -> int:
        return self._length_bytes

    def __iter__(self) -> Iterator[bytes]:
        given_bytes, self.is_handed_over = 0, False
        for part in self._parts:
            for chunk in (part,) if isinstance(part, bytes) else part.read():
                given_bytes += len(chunk)
                # Before it is given: the transport may fail after it has sent all of it.
                self.is_handed_over = given_bytes >= self._length_bytes
                yield chunk
                if self._report is not None:
                    self._report(given_bytes)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        if any(isinstance(part, Streamed) and part.is_remote for part in self._parts):
            from anyio import to_thread

            chunks = iter(self)
            while (chunk := await to_thread.run_sync(next, chunks, None)) is not None:
                yield chunk
            return
        # Reading blocks, but for less time than handing a chunk to a thread would take.
        for chunk in self:
            yield chunk


# ------------------------------------------------------------------------------------------ JSON


def encode_json(body: Mapping[str, Any]) -> bytes | StreamedBody:
    """Write a body as JSON, each `Media` in it as a base64 string.

    Raises:
        ValueError: NaN, an infinite number, or text that cannot be written as UTF-8
        InvalidInputError: a file cannot be read
    """
    if _is_plain(body):
        return msgspec.json.encode(body)
    media: list[Media] = []

    def take_media(value: object) -> str:
        from twelvelabs_embed.inputs.media import Media  # not needed for texts

        if not isinstance(value, Media):
            raise TypeError(f"{type(value).__name__} cannot be written as JSON")
        media.append(value)
        return _MARK

    text = json.JSONEncoder(
        default=take_media, ensure_ascii=False, allow_nan=False, separators=(",", ":")
    ).encode(body)
    if not media:
        return text.encode()
    first, *rest = text.encode().split(_MARK.encode())
    parts: list[bytes | Streamed] = [first]
    for item, text_after in zip(media, rest, strict=True):
        parts += [_as_base64(item), text_after]
    return StreamedBody(parts)


def _is_plain(body: object) -> bool:
    """Return whether msgspec writes it as `json` does, in a tenth of the time: a text's body."""
    found = [body]
    for value in found:
        if type(value) is dict and {*map(type, value)} <= {str}:
            found.extend(value.values())
        elif type(value) is not str:
            return False
    return True


@lru_cache(maxsize=1)
def _base64() -> Callable[[bytes], bytes]:
    try:
        from pybase64 import b64encode  # the extra `fast`
    except ImportError:
        return partial(b2a_base64, newline=False)
    return b64encode


def _as_base64(media: Media) -> Streamed:
    # A file that grows or shrinks after this raises an error while it is read.
    size_bytes = media.size_bytes
    return Streamed(
        4 * ((size_bytes + 2) // 3),
        lambda: map(_base64(), media.iter_chunks(_CHUNK_BYTES, size_bytes=size_bytes)),
        is_remote=media.kind == "object",
    )


# ------------------------------------------------------------------------------------------ forms


def encode_form(form: MultipartForm) -> tuple[str, StreamedBody]:
    """Write a multipart form, as browsers do.

    Returns:
        the content type, which names the boundary, and the body
    """
    boundary = os.urandom(16).hex()
    parts: list[bytes | Streamed] = []
    for name, text in form.texts.items():
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'
        parts.append(f"{head}{text}\r\n".encode())
    file = form.file
    if file is not None:
        named = f'name="file"; filename="{_escape(file.filename)}"'
        head = f"--{boundary}\r\nContent-Disposition: form-data; {named}\r\n"
        headers = {"Content-Type": file.content_type, **file.headers}
        lines = (f"{key}: {value}".translate(_ONE_LINE) for key, value in headers.items())
        head += "".join(f"{line}\r\n" for line in lines)
        parts.append(f"{head}\r\n".encode(errors="replace"))
        parts += [_as_stream(file.content), b"\r\n"]
    parts.append(f"--{boundary}--\r\n".encode())
    body = StreamedBody(parts, file.report if file else None)
    return f"multipart/form-data; boundary={boundary}", body


_ONE_LINE = str.maketrans("\r\n", "  ")
_ESCAPES = str.maketrans({'"': "%22", "\r": "%0D", "\n": "%0A"})


def _escape(filename: str) -> str:
    # The HTML standard's rule for names in forms.
    return filename.translate(_ESCAPES)


def _as_stream(content: Media | IO[bytes]) -> Streamed:
    from twelvelabs_embed.inputs.media import Media

    if isinstance(content, Media):
        size_bytes = content.size_bytes
        return Streamed(
            size_bytes,
            lambda: content.iter_chunks(_CHUNK_BYTES, size_bytes=size_bytes),
            is_remote=content.kind == "object",
        )
    start = content.tell()
    length_bytes = content.seek(0, io.SEEK_END) - start

    def read() -> Iterator[bytes]:
        content.seek(start)
        return iter(partial(content.read, _CHUNK_BYTES), b"")

    return Streamed(length_bytes, read)
