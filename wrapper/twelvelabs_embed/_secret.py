"""What nobody should see: keys and presigned links, in representations, tracebacks and copies.

Tools that write tracebacks down often write the local variables of each frame, too: rich, pytest
and the services that collect crashes. So what is secret has a type whose `repr` does not show it,
and the frames of HTTP libraries, which hold headers as plain text, are left out of tracebacks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from types import TracebackType
from typing import Any, SupportsIndex

import httpx

__all__ = [
    "SECRET_HEADERS",
    "Secret",
    "SecretHeaders",
    "drop_transport_frames",
    "forget_secrets",
    "without_query",
]

SECRET_HEADERS = ("x-api-key", "authorization", "proxy-authorization", "cookie")
_MASK = "***"
_QUERY = re.compile(r"(https?://[^\s?'\"<>]*)\?[^\s'\"<>)]*")
# What is in these frames is of no account to who reads why a request failed.
_TRANSPORTS = {
    "aiohappyeyeballs",
    "aiohttp",
    "anyio",
    "asyncio",
    "h11",
    "h2",
    "hpack",
    "httpcore",
    "httpx",
    "multidict",
    "yarl",
}
_OUR_TRANSPORTS = {"twelvelabs_embed._transport", "twelvelabs_embed._transport_async"}


class Secret(str):
    """A text that is not shown when its `repr` is: in tracebacks, for example."""

    __slots__ = ()

    def __repr__(self) -> str:
        return repr(_MASK)

    def __getitem__(self, key: SupportsIndex | slice) -> str:
        return Secret(super().__getitem__(key))  # rich shortens long texts before it shows them


class SecretHeaders(httpx.Headers):
    """Headers that neither show what is secret in them nor take it along when they are pickled."""

    def __repr__(self) -> str:
        return repr(_masked(self))

    def __reduce__(self) -> tuple[Any, ...]:
        return httpx.Headers, (_masked(self).raw,)


def _masked(headers: httpx.Headers) -> httpx.Headers:
    masked = httpx.Headers(headers)
    for name in SECRET_HEADERS:
        if name in masked:
            masked[name] = _MASK
    return masked


def without_query(text: str) -> str:
    """The same text, its links without what stands behind `?`: the signature of presigned ones."""
    return _QUERY.sub(r"\1?…", text)


def forget_secrets(request: httpx.Request, *, is_foreign: bool) -> None:
    """Take out of a request that was answered what is secret: errors keep answers, and these it."""
    request.headers = _masked(request.headers)
    if is_foreign:
        request.url = request.url.copy_with(query=None)


def drop_transport_frames(error: BaseException, until: BaseException | None) -> None:
    """Leave the frames of HTTP libraries out of the tracebacks of an error and of its causes.

    Args:
        error: what was raised while a request was sent
        until: what was being handled before: it and what led to it are not of the request
    """
    for one in _with_causes(error, until):
        kept = [(tb.tb_frame, tb.tb_lasti, tb.tb_lineno) for tb in _steps(one.__traceback__)]
        traceback = None
        for frame, instruction, line in reversed(kept):
            module = str(frame.f_globals.get("__name__", ""))
            if module.partition(".")[0] not in _TRANSPORTS and module not in _OUR_TRANSPORTS:
                traceback = TracebackType(traceback, frame, instruction, line)
        one.__traceback__ = traceback


def _steps(traceback: TracebackType | None) -> Iterator[TracebackType]:
    while traceback is not None:
        yield traceback
        traceback = traceback.tb_next


def _with_causes(error: BaseException, until: BaseException | None) -> Iterator[BaseException]:
    seen, waiting = {id(until), id(None)}, [error]
    while waiting:
        one = waiting.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        group = one.exceptions if isinstance(one, BaseExceptionGroup) else ()
        waiting += [found for found in (one.__cause__, one.__context__, *group) if found]
