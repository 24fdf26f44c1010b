"""The web application: routes, key, body, and the shape of every answer."""

import json
import logging
import math
from collections.abc import Collection, Mapping
from importlib import metadata
from typing import Any
from uuid import uuid4

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ._contract import Contract
from ._embed import embed
from ._errors import ApiError, Code, refuse
from ._rules import INLINE_SIZE

PREFIX = "/v1.3"

_MAX_BODY_BYTES = (INLINE_SIZE.max_bytes + 2) // 3 * 4 + 1024 * 1024
"""The largest file in base64, and 1 MB for the rest of the request."""
_SMALL_BODY_BYTES = 64 * 1024
"""Larger ones are decoded in a thread, as that may take tenths of a second."""

_log = logging.getLogger(__name__)


def create_app(
    contract: Contract, *, api_keys: Collection[str] | None, allow_hosts: Collection[str]
) -> ASGIApp:
    """Return the application that answers as the API would; see `Emulator` for the arguments."""
    endpoint = _Endpoint(contract, api_keys, allow_hosts)
    route = Route(f"{PREFIX}/embed-v2", endpoint.create_embeddings, methods=["POST"])
    app = Starlette(routes=[route], exception_handlers={HTTPException: _no_route})
    app.router.redirect_slashes = False
    # Answers are gzip-encoded (seen live). Level 1: this is on the way of every call.
    return _Stamp(GZipMiddleware(app, minimum_size=1, compresslevel=1))


class _Endpoint:
    def __init__(
        self,
        contract: Contract,
        api_keys: Collection[str] | None,
        allow_hosts: Collection[str],
    ) -> None:
        self._contract = contract
        self._api_keys = api_keys
        self._allow_hosts = allow_hosts

    async def create_embeddings(self, request: Request) -> Response:
        """Answer `POST /embed-v2`; nothing that a client sends ends in anything but an answer."""
        try:
            return Response(await self._answer(request), media_type="application/json")
        except ApiError as error:
            return _error(error)
        except ClientDisconnect:
            return Response(status_code=400)  # nobody is there to read it
        except Exception:
            _log.exception("The emulator failed to answer a request.")
            message = "The emulator failed. Its log says why; this is a fault of the emulator."
            return _error(ApiError(500, "internal_server_error", message))

    async def _answer(self, request: Request) -> bytes:
        # A refusal may come before all of the body: uvicorn reads what is left and drops it, so
        # that a client that is still sending gets its answer, and no reset connection.
        self._check_key(request.headers.get("x-api-key", ""))
        _check_content_type(request.headers)
        body = await _read_body(request)
        is_small = len(body) <= _SMALL_BODY_BYTES
        document = self._judge(body) if is_small else await run_in_threadpool(self._judge, body)
        del body
        if document["input_type"] == "text":
            return embed(document, self._allow_hosts)
        return await run_in_threadpool(embed, document, self._allow_hosts)

    def _check_key(self, key: str) -> None:
        if not key or (self._api_keys is not None and key not in self._api_keys):
            problem = "is not accepted" if key else "is missing"
            raise ApiError(401, "api_key_invalid", f"x-api-key: the key {problem}", flat=True)

    def _judge(self, body: bytearray) -> Any:
        document = _decode(body)
        self._contract.judge(document)
        return document


# ------------------------------------------------------------------------------------ request body


async def _read_body(request: Request) -> bytearray:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _MAX_BODY_BYTES:
            problem = f"greater than the maximum of {_MAX_BODY_BYTES} bytes"
            limit = f"a file of {INLINE_SIZE.name} in base64, and 1 MB for the rest"
            raise ApiError(413, INLINE_SIZE.code, f"body: {problem} ({limit})")
    return body


def _check_content_type(headers: Headers) -> None:
    content_type = headers.get("content-type", "")
    if content_type.partition(";")[0].strip().lower() != "application/json":
        raise refuse("content-type", f'"{content_type}" is not "application/json"')
    encoding = headers.get("content-encoding", "identity")
    if encoding != "identity":
        raise refuse("content-encoding", f'"{encoding}" is not accepted; send the body as it is')


def _decode(body: bytearray) -> Any:
    """Decode JSON, strictly: UTF-8, no NaN or infinity, no halves of characters."""
    try:
        text = body.decode()
        document = json.loads(text, parse_float=_finite, parse_constant=_finite)
        if "\\ud" in text or "\\uD" in text:  # escaped surrogates: fine in pairs, else no character
            json.dumps(document, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise refuse("body", f"not valid JSON in UTF-8: {str(error)[:200]}") from None
    return document


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text[:40]} is no finite number")
    return number


# ----------------------------------------------------------------------------------------- answers


def _error(error: ApiError, headers: Mapping[str, str] | None = None) -> Response:
    content = json.dumps(error.body())
    return Response(content, error.status, headers, media_type="application/json")


async def _no_route(request: Request, error: Exception) -> Response:
    """Answer a request that no route takes: an unknown path, or a method it does not know."""
    assert isinstance(error, HTTPException)
    asked = f"{request.method} {request.url.path}"
    codes: dict[int, Code] = {404: "resource_not_exist", 405: "method_not_allowed"}
    code = codes.get(error.status_code, "parameter_invalid")
    message = f"{asked}: the emulator knows only POST {PREFIX}/embed-v2"
    return _error(ApiError(error.status_code, code, message), error.headers)


class _Stamp:
    """Marks every answer as the emulator's, and gives it a request id."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._emulated_by = f"twelvelabs-embed-emulator/{metadata.version('twelvelabs-embed')}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def stamped(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["x-emulated-by"] = self._emulated_by
                headers["x-request-id"] = uuid4().hex
            await send(message)

        await self._app(scope, receive, stamped)
