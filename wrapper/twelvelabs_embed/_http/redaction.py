"""What nobody should see: keys and presigned links, in representations, tracebacks and copies.

Tools that write tracebacks down often write the local variables of each frame, too: rich, pytest
and the services that collect crashes. So what is secret has a type whose `repr` does not show it,
and the frames of HTTP libraries, which hold headers as plain text, are left out of tracebacks.

A server, or a proxy before it, may also repeat in an error answer what it was sent. So what is
secret of a request is masked in its answer before that becomes an error.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Collection, Iterator
from html import escape
from types import TracebackType
from typing import Any, AnyStr, SupportsIndex
from urllib.parse import quote, unquote

import httpx

__all__ = [
    "SECRET_HEADERS",
    "Secret",
    "SecretHeaders",
    "drop_transport_frames",
    "collect_secrets",
    "redact_request",
    "redact_error",
    "redact_response",
    "without_query",
]

SECRET_HEADERS = ("x-api-key", "authorization", "proxy-authorization", "cookie")
_MASK = "***"
# A shorter text is no key of the service, and may stand anywhere: "any" stands in "company".
_FEWEST_CHARACTERS = 8
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
_OUR_TRANSPORTS = {
    f"twelvelabs_embed.{name}" for name in ("_reading", "_transport", "_transport_async")
}


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


def redact_request(request: httpx.Request, *, is_external: bool) -> None:
    """Take out of a request that was answered what is secret: errors keep answers, and these it."""
    request.headers = _masked(request.headers)
    if is_external:
        request.url = request.url.copy_with(query=None)


# ------------------------------------------------------------------------------ what servers repeat


def collect_secrets(headers: httpx.Headers, query: str = "") -> list[str]:
    """What is secret of a request, in each way in which an answer may repeat it, longest first.

    Args:
        headers: of the request
        query: what stands behind `?` in a presigned link; empty for any other link
    """
    secrets = {query, *(pair.partition("=")[2] for pair in query.split("&"))}
    for value in filter(None, map(headers.get, SECRET_HEADERS)):
        secrets |= {value, *re.split(r"[\s;,]+", value)}  # `Bearer ...`, too, and each cookie
    spelled = {spelling for secret in secrets for spelling in _spellings(secret)}
    return sorted((one for one in spelled if len(one) >= _FEWEST_CHARACTERS), key=len, reverse=True)


def _spellings(secret: str) -> Iterator[str]:
    """A text as it is, as JSON, HTML and URLs write it, in hexadecimal digits and in base64."""
    if len(secret) < _FEWEST_CHARACTERS:
        return
    in_json = json.dumps(secret)[1:-1]
    quoted = quote(secret, safe="")
    yield from (secret, unquote(secret), repr(secret)[1:-1], escape(secret))
    yield from (in_json, in_json.replace("/", r"\/"))
    yield from (quoted, quote(secret), quoted.replace("%20", "+"))
    yield re.sub("%..", lambda found: found[0].lower(), quoted)
    data = secret.encode()
    yield from (data.hex(), data.hex().upper())
    # What stands before it decides how it falls into groups of three bytes, each four characters.
    for before in range(3):
        encoded = b64encode(bytes(before) + data).decode()
        whole = encoded[-(-8 * before // 6) : 8 * (before + len(data)) // 6]
        yield from (whole, whole.translate(_URL_SAFE))


_URL_SAFE = str.maketrans("+/", "-_")


def redact_response(response: httpx.Response, secrets: Collection[str]) -> bool:
    """Mask secrets in an answer that was read; returns whether there were any."""
    headers = [(name, _without(value, secrets)) for name, value in response.headers.raw]
    content = _without(response.content, secrets)
    said = response.extensions.get("reason_phrase", b"")
    reason = _without(said, secrets)
    if (headers, content, reason) == (response.headers.raw, response.content, said):
        return False
    # In place: it may be of a class of its own, and knows its request.
    response.headers = httpx.Headers(headers)
    response._content = content
    response.__dict__.pop("_text", None)  # the text of what was there before
    response.extensions = {**response.extensions, "reason_phrase": reason}
    return True


def redact_error(error: BaseException, secrets: Collection[str]) -> None:
    """Mask secrets in an error and in its causes: their words may quote what a server said."""
    for one in _with_causes(error, None):
        for part in (*one.args, *vars(one).values()):
            if isinstance(part, httpx.Response):
                redact_response(part, secrets)
        args = tuple(_masked_part(part, secrets) for part in one.args)
        if args != one.args:
            one.args = args
        for name, part in vars(one).items():
            vars(one)[name] = _masked_part(part, secrets)


def _masked_part(part: Any, secrets: Collection[str]) -> Any:
    match part:
        case str():
            return _without(part, secrets)
        case bytes():
            return _without(part, secrets)
        case _:
            return part


def _without(text: AnyStr, secrets: Collection[str]) -> AnyStr:
    for secret in secrets:
        if isinstance(text, str):
            text = text.replace(secret, _MASK)
        else:
            text = text.replace(secret.encode(), _MASK.encode())
    return text


# --------------------------------------------------------------------------------------- tracebacks


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
