"""Responses, and the headers that all of them have."""

import json
import re
from collections.abc import Callable, Collection, Mapping
from typing import Any
from uuid import uuid4

from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from twelvelabs_embed_emulator._version import VERSION
from twelvelabs_embed_emulator.contract.errors import ApiError, Code
from twelvelabs_embed_emulator.contract.loader import JSON

_API_VERSION = "1.3"
_ORIGIN = re.compile(r"[a-z][a-z0-9+.-]*://[^/?#@\s]+")
_REJECTED = re.compile(rb";q=0(\.0*)?$")


def json_response(
    document: Any, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """Return the response whose body is `document`."""
    return Response(json.dumps(document), status, headers, media_type=JSON)


def error_response(
    error: ApiError, headers: Mapping[str, str] | None = None, *, is_flat: bool = False
) -> Response:
    """Return the response for `error`; see `ApiError.body`."""
    return json_response(error.body(is_flat=is_flat), error.status, headers)


def unknown_handler(known: str) -> Callable[[Request, Exception], Response]:
    """Return the handler of unknown paths and methods; `known` lists those that there are."""

    def handle(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        codes: dict[int, Code] = {404: "resource_not_exist", 405: "method_not_allowed"}
        code = codes.get(error.status_code, "parameter_invalid")
        message = f"{request.method} {request.url.path}: the emulator knows only {known}"
        return error_response(ApiError(error.status_code, code, message), error.headers)

    return handle


def parse_origin(text: str) -> str:
    """Return an origin of web pages as browsers send it; `*` is any.

    Raises:
        ValueError: it is none.
    """
    origin = text.rstrip("/").lower()
    if origin not in ("*", "null") and not _ORIGIN.fullmatch(origin):
        raise ValueError(
            f"{text!r} is no origin of web pages: it must be like http://localhost:3000, or *"
        )
    return origin


def with_cors(app: ASGIApp, origins: Collection[str]) -> ASGIApp:
    """Return `app` for pages of some origins in a browser."""
    if not origins:
        return app
    return CORSMiddleware(
        app, allow_origins=origins, allow_methods="*", allow_headers="*", expose_headers="*"
    )


def with_accepted_encodings(app: ASGIApp) -> ASGIApp:
    """Return `app` without gzip in `Accept-Encoding` where a client rejects it (`q=0`)."""

    async def changed(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            headers = [(name, _without_rejected(name, value)) for name, value in scope["headers"]]
            scope = {**scope, "headers": headers}
        await app(scope, receive, send)

    return changed


def _without_rejected(name: bytes, value: bytes) -> bytes:
    if name != b"accept-encoding" or b"q=0" not in value.replace(b" ", b""):
        return value
    codings = value.lower().replace(b" ", b"").split(b",")
    return b",".join(one for one in codings if not _REJECTED.search(one))


def with_response_headers(app: ASGIApp) -> ASGIApp:
    """Return `app` with headers that mark responses as the emulator's, with an id and a version."""

    async def marked(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["x-emulated-by"] = f"twelvelabs-embed-emulator/{VERSION}"
                headers["x-request-id"] = uuid4().hex
                headers["x-api-version"] = _API_VERSION
            await send(message)

        await app(scope, receive, send_with_headers)

    return marked
