"""The life of a request: authentication, body, validation, handler, errors."""

import asyncio
import logging
from collections.abc import Callable, Collection
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from twelvelabs_embed_emulator.contract.errors import INTERNAL_ERROR, ApiError
from twelvelabs_embed_emulator.contract.loader import BYTES, FORM, JSON, Operation
from twelvelabs_embed_emulator.contract.strict_json import Json
from twelvelabs_embed_emulator.faults.proxy import CONTROL_PREFIX
from twelvelabs_embed_emulator.server import bodies
from twelvelabs_embed_emulator.server.responses import error_response, json_response
from twelvelabs_embed_emulator.state.quota import Quota
from twelvelabs_embed_emulator.state.store import ClosedError

_SMALL_BODY_BYTES = 64 * 1024
"""Larger ones are decoded in a thread, as that may take tenths of a second."""

_log = logging.getLogger(__name__)


class Call(NamedTuple):
    """A validated request.

    Attributes:
        request: the HTTP request, whose body is read.
        query: the parameters of the query, with default values.
        body: the decoded JSON, or a `Form`; None when there is none.
    """

    request: Request
    query: dict[str, Any]
    body: Any

    def id(self, name: str) -> str:
        """Return a parameter of the path."""
        return str(self.request.path_params[name])


Authorize: TypeAlias = Callable[[Request], None]
Handler: TypeAlias = Callable[[Call], Response | Json | None]
"""Returns a response, or the document of one with the documented status; None has no body."""


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """Responds to the requests to one operation.

    Attributes:
        operation: validates them.
        handler: makes the response; may raise `ApiError`. It is called in a thread, except for
            texts.
        authorize: raises `ApiError` when a request is not allowed.
        is_flat: the shape of errors; see `ApiError.body`.
        enter: is called when a request starts.
        quota: the quota that the requests count towards.
        latency_sec: how long a response takes besides.
    """

    operation: Operation
    handler: Handler
    authorize: Authorize
    is_flat: bool
    enter: Callable[[], None]
    quota: Quota | None = None
    latency_sec: float = 0.0

    async def __call__(self, request: Request) -> Response:
        """Return the response to a request, with the headers of the quota."""
        response = await self._respond_or_fail(request)
        if self.quota is not None:
            response.headers.update(self.quota.headers())
        return response

    async def _respond_or_fail(self, request: Request) -> Response:
        """Return the response to a request; every exception becomes one."""
        try:
            return await self._respond(request)
        except ApiError as error:
            return error_response(error, error.headers, is_flat=self.is_flat)
        except ClientDisconnect:
            return Response(status_code=400)  # no client is there to read it
        except ClosedError:
            reason = "The emulator was reset or stopped during the request."
            stopped = ApiError(503, "internal_server_error", reason)
            return error_response(stopped, is_flat=self.is_flat)
        except Exception:
            _log.exception("The emulator failed to respond to a request.")
            internal = ApiError(500, "internal_server_error", INTERNAL_ERROR)
            return error_response(internal, is_flat=self.is_flat)

    async def _respond(self, request: Request) -> Response:
        # An error may come before all of the body: uvicorn reads and drops the rest, so that a
        # client that is still sending gets its response, and no reset connection.
        self.authorize(request)
        self.enter()
        if self.latency_sec:
            await asyncio.sleep(self.latency_sec)
        if self.quota is not None:
            self.quota.acquire()
        query = self.operation.read_query(request.query_params.multi_items())
        async with AsyncExitStack() as stack:
            call = Call(request, query, await self._read_body(request, stack))
            if isinstance(call.body, dict) and call.body.get("input_type") == "text":
                result = self.handler(call)  # which takes less time than a change of threads
            else:
                result = await run_in_threadpool(self.handler, call)
        if isinstance(result, Response):
            return result
        status = self.operation.success_status
        return Response(status_code=status) if result is None else json_response(result, status)

    async def _read_body(self, request: Request, stack: AsyncExitStack) -> Any:
        if self.operation.content_type == FORM:
            form = await stack.enter_async_context(bodies.reading_form(request))
            return form._replace(fields=self.operation.read_form(form.fields))
        if self.operation.content_type == JSON:
            body = await bodies.read_json(request)
            is_small = len(body) <= _SMALL_BODY_BYTES
            return self._decode(body) if is_small else await run_in_threadpool(self._decode, body)
        if self.operation.content_type == BYTES:
            return await request.body()
        return None

    def _decode(self, body: bytearray) -> Any:
        return self.operation.validate(bodies.decode(body))


def key_check(api_keys: Collection[str] | None) -> Authorize:
    """Return the check that a request has a key that is accepted; None accepts any."""

    def check(request: Request) -> None:
        key = request.headers.get("x-api-key", "")
        if not key or (api_keys is not None and key not in api_keys):
            reason = "is not accepted" if key else "is missing"
            raise ApiError(401, "api_key_invalid", f"x-api-key: the key {reason}")

    return check


class Resource:
    """The endpoints of one path, by method."""

    def __init__(self) -> None:
        self._endpoints: dict[str, Endpoint] = {}

    def add(self, endpoint: Endpoint) -> None:
        """Add the endpoint of a method."""
        self._endpoints[endpoint.operation.method] = endpoint

    def methods(self) -> str:
        """Return the methods that there are, such as `GET, POST`."""
        return ", ".join(sorted(self._endpoints))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        method = scope["method"]
        if method == "HEAD" and scope["path"].startswith(CONTROL_PREFIX):
            method = "GET"  # programs that wait for a server ask so; the body is not sent
        endpoint = self._endpoints.get(method)
        if endpoint is None:
            raise HTTPException(405, headers={"allow": self.methods()})
        response = await endpoint(Request(scope, receive))
        await response(scope, receive, send)
