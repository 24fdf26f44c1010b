"""Redaction of keys and presigned links: in representations, tracebacks, errors and responses.

Tools that record tracebacks often record the local variables of each frame, too: rich, pytest and
crash reporters. So a secret has a type whose `repr` does not show it, and the frames of HTTP
libraries, which hold headers as plain text, are omitted from tracebacks.

A server, or a proxy before it, may also repeat in an error response what it was sent. So the
secrets of a request are masked in its response before that becomes an error.

Imported with the client, so httpx is imported only by the functions that need it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from types import TracebackType
from typing import TYPE_CHECKING, Any, AnyStr, SupportsIndex

if TYPE_CHECKING:
    import httpx

__all__ = [
    "MASK",
    "SECRET_HEADERS",
    "Secret",
    "drop_transport_frames",
    "collect_secrets",
    "redact_error",
    "redact_response",
    "without_query",
]

SECRET_HEADERS = ("x-api-key", "authorization", "proxy-authorization", "cookie")
MASK = "***"
# A shorter text is no key of the service, and may occur anywhere: "any" occurs in "company".
_MIN_CHARACTERS = 8
_QUERY = re.compile(r"(https?://[^\s?'\"<>]*)\?[^\s'\"<>)]*")
# The frames of these packages do not help to understand why a request failed.
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
    f"{__package__}.{name}"
    for name in ("bounded_read", "loop_thread", "network_stream", "transport", "transport_async")
}


class Secret(str):
    """A text whose `repr` does not show it: in tracebacks, for example."""

    __slots__ = ()

    def __repr__(self) -> str:
        return repr(MASK)

    def __getitem__(self, key: SupportsIndex | slice) -> str:
        return Secret(super().__getitem__(key))  # rich shortens long texts before it shows them


def without_query(text: str) -> str:
    """Cut the query from the links of a text: in presigned ones, it holds the signature."""
    return _QUERY.sub(r"\1?…", text)


# ------------------------------------------------------------------------- repeated by servers


def collect_secrets(headers: httpx.Headers, query: str = "") -> list[str]:
    """Collect the secrets of a request, each as a response may spell it, longest first.

    Args:
        headers: of the request
        query: the query of a presigned link; empty for any other link
    """
    secrets = {query, *(pair.partition("=")[2] for pair in query.split("&"))}
    for value in filter(None, map(headers.get, SECRET_HEADERS)):
        secrets |= {value, *re.split(r"[\s;,]+", value)}  # `Bearer ...`, too, and each cookie
    spelled = {spelling for secret in secrets for spelling in _spellings(secret)}
    return sorted((one for one in spelled if len(one) >= _MIN_CHARACTERS), key=len, reverse=True)


def _spellings(secret: str) -> Iterator[str]:
    """Spell a text as it is, as JSON, HTML and URLs write it, in hexadecimal and in base64."""
    # Not needed before the first failure.
    from base64 import b64encode
    from html import escape
    from urllib.parse import quote, unquote

    if len(secret) < _MIN_CHARACTERS:
        return
    in_json = json.dumps(secret)[1:-1]
    quoted = quote(secret, safe="")
    yield from (secret, unquote(secret), repr(secret)[1:-1], escape(secret))
    yield from (in_json, in_json.replace("/", r"\/"))
    yield from (quoted, quote(secret), quoted.replace("%20", "+"))
    yield re.sub("%..", lambda code: code[0].lower(), quoted)
    data = secret.encode()
    yield from (data.hex(), data.hex().upper())
    # What stands before it decides how it falls into groups of three bytes, each four characters.
    for before in range(3):
        encoded = b64encode(bytes(before) + data).decode()
        whole = encoded[-(-8 * before // 6) : 8 * (before + len(data)) // 6]
        yield from (whole, whole.translate(_URL_SAFE))


_URL_SAFE = str.maketrans("+/", "-_")


def redact_response(response: httpx.Response, secrets: Collection[str]) -> bool:
    """Mask secrets in a response that was read; return whether there were any."""
    headers = [(name, _mask(value, secrets)) for name, value in response.headers.raw]
    content = _mask(response.content, secrets)
    phrase = response.extensions.get("reason_phrase", b"")
    reason = _mask(phrase, secrets)
    if (headers, content, reason) == (response.headers.raw, response.content, phrase):
        return False
    # In place: it may be of a subclass, and it knows its request.
    response.headers = type(response.headers)(headers)
    response._content = content
    response.__dict__.pop("_text", None)  # decoded from the content before
    response.extensions = {**response.extensions, "reason_phrase": reason}
    return True


def redact_error(error: BaseException, secrets: Collection[str]) -> None:
    """Mask secrets in an error and in its causes: their messages may quote a response."""
    import httpx

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
            return _mask(part, secrets)
        case bytes():
            return _mask(part, secrets)
        case _:
            return part


def _mask(text: AnyStr, secrets: Collection[str]) -> AnyStr:
    for secret in secrets:
        if isinstance(text, str):
            text = text.replace(secret, MASK)
        else:
            text = text.replace(secret.encode(), MASK.encode())
    return text


# --------------------------------------------------------------------------------------- tracebacks


def drop_transport_frames(error: BaseException, until: BaseException | None) -> None:
    """Omit the frames of HTTP libraries from the tracebacks of an error and of its causes.

    Args:
        error: raised while a request was sent
        until: the exception that was being handled before; it and its causes stay as they are
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
        waiting += [cause for cause in (one.__cause__, one.__context__, *group) if cause]
