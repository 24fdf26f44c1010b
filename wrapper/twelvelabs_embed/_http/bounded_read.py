"""Bounded reading of responses: a small one may decompress to more than the memory holds.

Of the codings that httpx can read, gzip and deflate make a chunk at most a thousand times as large.
A few bytes of zstd or brotli may become gigabytes in one step: they are neither offered nor read.
What is no coding, such as `utf-8`, is ignored, as httpx and browsers do.
"""

from __future__ import annotations

import zlib
from collections.abc import Awaitable, Callable, Iterator, Sequence
from functools import partial
from typing import Any, TypeAlias

import httpx
from httpx._decoders import IdentityDecoder

from twelvelabs_embed.errors import InvalidResponseError

__all__ = ["ACCEPT_ENCODING", "RawBody", "collect", "read", "read_async"]

HeaderTypes: TypeAlias = httpx.Headers | Sequence[tuple[bytes, bytes]]

ACCEPT_ENCODING = "gzip, deflate"
_GZIP = ("gzip", "x-gzip")  # two names of one coding (RFC 9110, 8.4.1.3)
_CODINGS = {*_GZIP, "deflate", "br", "zstd", "compress", "x-compress"}
# The longest that there is: four hours of video, three options, is a quarter of it.
MAX_RESPONSE_BYTES = 512 << 20
# 64 kB decompress to 64 MB at most, so that is how far reading may exceed the bound.
_CHUNK_BYTES = 64 << 10
_GZIP_MAGIC, _GZIP_WBITS = b"\x1f\x8b", zlib.MAX_WBITS | 16


def read(response: httpx.Response) -> None:
    """Read a response to its end, and close it, as `httpx.Response.read` does.

    Raises:
        httpx.TransportError, httpx.DecodingError: as httpx does
        InvalidResponseError: it is longer than any that there can be
    """
    if hasattr(response, "_content"):  # its transport has read it
        return
    chunks, size_bytes = [], 0
    try:
        for chunk in response.iter_bytes() if _is_readable(response) else ():
            size_bytes += len(chunk)
            if size_bytes > MAX_RESPONSE_BYTES:
                raise _too_long(response.status_code, response.headers)
            chunks.append(chunk)
    except httpx.DecodingError:
        if response.is_success:  # otherwise the status says enough
            raise
    finally:
        response.close()
    response._content = chunks[0] if len(chunks) == 1 else b"".join(chunks)


async def read_async(response: httpx.Response) -> None:
    """`read`, awaited."""
    if hasattr(response, "_content"):
        return
    content = b""
    try:
        if _is_readable(response):
            status_code, headers = response.status_code, response.headers
            read_chunk = partial(anext, response.aiter_bytes(), b"")
            content = await collect(read_chunk, status_code, headers)
    except httpx.DecodingError:
        if response.is_success:
            raise
    finally:
        await response.aclose()
    response._content = content


async def collect(
    read_chunk: Callable[[], Awaitable[bytes]], status_code: int, headers: HeaderTypes
) -> bytes:
    """Read a whole body, until a chunk is empty; status and headers are for the error."""
    chunks: list[bytes] = []
    size_bytes = 0
    while chunk := await read_chunk():
        size_bytes += len(chunk)
        if size_bytes > MAX_RESPONSE_BYTES:
            raise _too_long(status_code, headers)
        chunks.append(chunk)
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)


class RawBody(httpx.SyncByteStream):
    """A body as it was received, perhaps compressed, for `read`, which decompresses it."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def __iter__(self) -> Iterator[bytes]:
        body = self._body
        return (body[at : at + _CHUNK_BYTES] for at in range(0, len(body), _CHUNK_BYTES))


class _GzipDecoder(IdentityDecoder):
    """Decodes all members of a gzip body; httpx's own decoder reads the first alone.

    Each chunk is decompressed whole, so that nothing is left for `flush`.
    """

    _inflater: Any = None  # of the member that is being read
    _start: bytes = b""  # of what follows a member, until it is known whether it is one

    def decode(self, data: bytes) -> bytes:
        parts = []
        self._inflater = self._inflater or zlib.decompressobj(_GZIP_WBITS)
        try:
            while data:
                if self._inflater.eof:
                    data = (self._start + data).lstrip(b"\0")  # members may be padded
                    self._start = data[:2]
                    if self._start != _GZIP_MAGIC:  # only its beginning yet, or no member
                        break
                    self._inflater, self._start = zlib.decompressobj(_GZIP_WBITS), b""
                parts.append(self._inflater.decompress(data))
                data = self._inflater.unused_data
        except zlib.error as error:
            raise httpx.DecodingError(str(error)) from error
        return b"".join(parts)


def _is_readable(response: httpx.Response) -> bool:
    """Prepare the body to be read in bounded steps; False for an error that cannot be.

    Raises:
        InvalidResponseError: a success that cannot
    """
    codings = response.headers.get("content-encoding", "")
    coding = codings.replace(" ", "").lower()
    if coding in _GZIP:
        response._decoder = _GzipDecoder()
        return True
    # Of several, each multiplies the size to which the other decompresses.
    if coding == "deflate" or _CODINGS.isdisjoint(coding.split(",")):
        return True
    if not response.is_success:  # the status says enough
        return False
    what = f"the response is encoded by {codings}; only one of {ACCEPT_ENCODING} can be read safely"
    raise _invalid(what, response.status_code, response.headers)


def _too_long(status_code: int, headers: HeaderTypes) -> InvalidResponseError:
    what = f"the response is longer than {MAX_RESPONSE_BYTES >> 20} MB, which none can be"
    return _invalid(what, status_code, headers)


def _invalid(what: str, status_code: int, headers: HeaderTypes) -> InvalidResponseError:
    return InvalidResponseError(what, httpx.Response(status_code, headers=headers))  # no body
