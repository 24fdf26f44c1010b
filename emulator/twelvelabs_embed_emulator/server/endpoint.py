"""How requests are read and answered, whatever they are about: key, body, shape, headers."""

import json
import logging
from collections.abc import Callable, Collection, Mapping
from contextlib import AsyncExitStack
from typing import Any, NamedTuple, TypeAlias
from uuid import uuid4

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from twelvelabs_embed_emulator._version import VERSION
from twelvelabs_embed_emulator.contract.errors import ApiError, Code
from twelvelabs_embed_emulator.contract.loader import FORM, JSON, Operation
from twelvelabs_embed_emulator.server import bodies as _bodies

_SMALL_BODY_BYTES = 64 * 1024
"""Larger ones are decoded in a thread, as that may take tenths of a second."""

_log = logging.getLogger(__name__)


class Call(NamedTuple):
    """A request that the contract has let pass.

    Attributes:
        request: what came over the wire; its body is read.
        query: the parameters of the query, with default values.
        body: the decoded JSON, or a `Form`; None when there is none.
    """

    request: Request
    query: dict[str, Any]
    body: Any

    def id(self, name: str) -> str:
        """Return a parameter of the path."""
        return str(self.request.path_params[name])


Handler: TypeAlias = Callable[[Call], Response]


class Endpoint:
    """Answers the requests to one operation.

    Args:
        operation: judges them.
        handler: makes the answer; may raise `ApiError`. It is called in a thread, but for texts.
        api_keys: the keys that are accepted; None accepts any.
        is_flat: the shape of errors; see `ApiError.body`.
    """

    def __init__(
        self,
        operation: Operation,
        handler: Handler,
        api_keys: Collection[str] | None,
        *,
        is_flat: bool,
    ) -> None:
        self.method = operation.method
        self._operation = operation
        self._handler = handler
        self._api_keys = api_keys
        self._is_flat = is_flat

    async def __call__(self, request: Request) -> Response:
        """Answer a request; nothing that a client sends ends in anything but an answer."""
        try:
            return await self._answer(request)
        except ApiError as error:
            return error_response(error, is_flat=self._is_flat)
        except ClientDisconnect:
            return Response(status_code=400)  # nobody is there to read it
        except Exception:
            _log.exception("The emulator failed to answer a request.")
            message = "The emulator failed. Its log says why; this is a fault of the emulator."
            fault = ApiError(500, "internal_server_error", message)
            return error_response(fault, is_flat=self._is_flat)

    async def _answer(self, request: Request) -> Response:
        # A refusal may come before all of the body: uvicorn reads what is left and drops it, so
        # that a client that is still sending gets its answer, and no reset connection.
        self._check_key(request.headers.get("x-api-key", ""))
        query = self._operation.read_query(request.query_params.multi_items())
        async with AsyncExitStack() as stack:
            call = Call(request, query, await self._read_body(request, stack))
            if isinstance(call.body, dict) and call.body.get("input_type") == "text":
                return self._handler(call)  # which takes less time than a change of threads
            return await run_in_threadpool(self._handler, call)

    async def _read_body(self, request: Request, stack: AsyncExitStack) -> Any:
        if self._operation.content_type == FORM:
            form = await stack.enter_async_context(_bodies.reading_form(request))
            return form._replace(fields=self._operation.read_form(form.fields))
        if self._operation.content_type == JSON:
            body = await _bodies.read_json(request)
            is_small = len(body) <= _SMALL_BODY_BYTES
            return self._judge(body) if is_small else await run_in_threadpool(self._judge, body)
        return None

    def _judge(self, body: bytearray) -> Any:
        document = _bodies.decode(body)
        self._operation.judge(document)
        return document

    def _check_key(self, key: str) -> None:
        if not key or (self._api_keys is not None and key not in self._api_keys):
            problem = "is not accepted" if key else "is missing"
            raise ApiError(401, "api_key_invalid", f"x-api-key: the key {problem}")


class Resource:
    """Answers the requests to one path: each method has its endpoint."""

    def __init__(self) -> None:
        self._endpoints: dict[str, Endpoint] = {}

    def add(self, endpoint: Endpoint) -> None:
        """Have `endpoint` answer the requests with its method."""
        self._endpoints[endpoint.method] = endpoint

    def methods(self) -> str:
        """Return the methods that are answered, such as `GET, POST`."""
        return ", ".join(sorted(self._endpoints))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        endpoint = self._endpoints.get(scope["method"])
        if endpoint is None:
            raise HTTPException(405, headers={"allow": self.methods()})
        response = await endpoint(Request(scope, receive))
        await response(scope, receive, send)


def json_response(
    document: Any, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """Return the answer whose body is `document`."""
    return Response(json.dumps(document), status, headers, media_type=JSON)


def error_response(
    error: ApiError, headers: Mapping[str, str] | None = None, *, is_flat: bool = False
) -> Response:
    """Return the answer that tells of `error`."""
    return json_response(error.body(is_flat=is_flat), error.status, headers)


def answer_unknown(known: str) -> Callable[[Request, Exception], Response]:
    """Return what answers an unknown path, and a method that a path does not know.

    Args:
        known: the paths and methods that there are.
    """

    def answer(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        codes: dict[int, Code] = {404: "resource_not_exist", 405: "method_not_allowed"}
        code = codes.get(error.status_code, "parameter_invalid")
        asked = f"{request.method} {request.url.path}"
        message = f"{asked}: the emulator knows only {known}"
        return error_response(ApiError(error.status_code, code, message), error.headers)

    return answer


class Stamp:
    """Marks every answer as the emulator's, and gives it a request id."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._emulated_by = f"twelvelabs-embed-emulator/{VERSION}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def stamped(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["x-emulated-by"] = self._emulated_by
                headers["x-request-id"] = uuid4().hex
            await send(message)

        await self._app(scope, receive, stamped)
