"""Answers are read with a bound: a small one may unfold to more than the memory holds."""

from __future__ import annotations

from collections.abc import AsyncIterable, Iterator, Sequence
from typing import TypeAlias

import httpx

from twelvelabs_embed.errors import InvalidResponseError

__all__ = ["Pieces", "collect", "read", "read_async"]

HeaderTypes: TypeAlias = httpx.Headers | Sequence[tuple[bytes, bytes]]

# The longest that there is: four hours of video, three options, is a quarter of it.
MAX_ANSWER_BYTES = 512 << 20
# 64 kB unfold to 64 MB at most, so that is how far reading may go beyond the bound.
_PIECE_BYTES = 64 << 10


def read(response: httpx.Response) -> None:
    """Read an answer to its end, and close it, as `httpx.Response.read` does.

    Raises:
        httpx.TransportError, httpx.DecodingError: as httpx does
        InvalidResponseError: it is longer than any that there can be
    """
    if hasattr(response, "_content"):  # its transport has read it
        return
    try:
        _check_codings(response)
        whole = _Whole(response.status_code, response.headers)
        for piece in response.iter_bytes():
            whole.add(piece)
        response._content = whole.join()
    finally:
        response.close()


async def read_async(response: httpx.Response) -> None:
    """`read`, awaited."""
    if hasattr(response, "_content"):
        return
    try:
        _check_codings(response)
        status_code, headers = response.status_code, response.headers
        response._content = await collect(response.aiter_bytes(), status_code, headers)
    finally:
        await response.aclose()


async def collect(body: AsyncIterable[bytes], status_code: int, headers: HeaderTypes) -> bytes:
    """The whole of a body; status and headers are for the error."""
    whole = _Whole(status_code, headers)
    async for piece in body:
        whole.add(piece)
    return whole.join()


class Pieces(httpx.SyncByteStream):
    """A body that came as it was sent, for `read`, which unfolds it."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def __iter__(self) -> Iterator[bytes]:
        body = self._body
        return (body[at : at + _PIECE_BYTES] for at in range(0, len(body), _PIECE_BYTES))


class _Whole:
    def __init__(self, status_code: int, headers: HeaderTypes) -> None:
        self._answer = (status_code, headers)
        self._pieces: list[bytes] = []
        self._left_bytes = MAX_ANSWER_BYTES

    def add(self, piece: bytes) -> None:
        self._left_bytes -= len(piece)
        if self._left_bytes < 0:
            longest = f"{MAX_ANSWER_BYTES >> 20} MB"
            raise _refusal(f"the answer is longer than {longest}, which none can be", *self._answer)
        self._pieces.append(piece)

    def join(self) -> bytes:
        return self._pieces[0] if len(self._pieces) == 1 else b"".join(self._pieces)


def _check_codings(response: httpx.Response) -> None:
    # Each multiplies what the other unfolds to.
    codings = response.headers.get("content-encoding", "")
    if "," in codings:
        what = f"the answer is encoded more than once ({codings})"
        raise _refusal(what, response.status_code, response.headers)


def _refusal(what: str, status_code: int, headers: HeaderTypes) -> InvalidResponseError:
    bare = httpx.Headers(headers)
    bare.pop("content-encoding", None)  # the answer is told of without its body
    return InvalidResponseError(what, httpx.Response(status_code, headers=bare))
