"""The blocking transport: httpx sends requests, by a connection pool of our own or by your client.

Imported by the first request, when TLS is set up. The awaited one is in `transport_async`, because
aiohttp takes as long to import as httpx.
"""

from __future__ import annotations

import os
import sys
import weakref
from _thread import start_new_thread
from collections import deque
from datetime import timedelta
from functools import lru_cache
from threading import Lock
from time import monotonic, perf_counter
from types import BuiltinFunctionType
from typing import TYPE_CHECKING, Any, cast

import httpcore
import httpx

from twelvelabs_embed._http.bounded_read import ACCEPT_ENCODING, read, read_async
from twelvelabs_embed._http.effects import SendRequest
from twelvelabs_embed._http.loop_thread import LoopThread
from twelvelabs_embed._http.network import Proxies, check_not_mocked, is_socks, tls_context
from twelvelabs_embed._http.network_stream import NetworkBackend
from twelvelabs_embed._http.redaction import MASK, SECRET_HEADERS
from twelvelabs_embed.errors import ConfigurationError

if TYPE_CHECKING:
    import asyncio

    from twelvelabs_embed._http.encoding import StreamedBody

__all__ = [
    "CLIENT_HEADERS",
    "LIMITS",
    "AsyncClientTransport",
    "ClientTransport",
    "ConnectionStack",
    "SecretHeaders",
    "new_request",
    "redact_request",
    "with_client_headers",
    "open_transport",
]

# Keep-alive: many calls run concurrently, and each should find its connection open.
KEEPALIVE_SEC = 30.0
_MIN_CONNECTIONS = 8
# From so many requests at a time on, one event loop sends more of them than their threads do.
_SHARED_FROM = 4
# A larger body is sent by its own thread, which reads and encrypts it meanwhile.
_SMALL_BYTES = 64 << 10
# gevent and eventlet put other threads in place of these, with event loops of their own.
_HAS_THREADS = isinstance(start_new_thread, BuiltinFunctionType)
LIMITS = httpx.Limits(
    max_connections=1000, max_keepalive_connections=200, keepalive_expiry=KEEPALIVE_SEC
)


def max_connections() -> int:
    """Return how many connections a transport may open: half of the files that are left to open.

    The other half is for media, threads, modules that are imported later, and other transports.
    """
    assert LIMITS.max_connections is not None
    try:
        import resource
    except ImportError:  # Windows, which has no such limit
        return LIMITS.max_connections
    soft = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    if soft == resource.RLIM_INFINITY:
        return LIMITS.max_connections
    try:
        opened = len(os.listdir("/dev/fd"))
    except OSError:
        opened = 0
    return min(LIMITS.max_connections, max(_MIN_CONNECTIONS, (soft - opened) // 2))


def open_transport(given: httpx.Client | None) -> ConnectionStack | ClientTransport:
    """Open a blocking transport."""
    return ConnectionStack() if given is None else ClientTransport(given)


class ConnectionStack:
    """Connections that threads share: each is used by one at a time, the most recent one first.

    Not httpcore's pool, which examines all connections, under one lock, twice for each request: 32
    threads made half of the calls that one thread makes. Nor what `httpx.Client` does for each
    request with cookies, hooks, redirects and the merging of headers, of which none is used here.

    Many small requests at a time are sent by one event loop, by the awaited transport.

    Args:
        shared_from: how many requests are many
    """

    def __init__(self, shared_from: int = _SHARED_FROM) -> None:
        self._proxies = Proxies.from_environment()
        self._lock = Lock()
        self._is_closed = False
        # By origin, the connections that are not in use, and since when.
        self._idle: dict[bytes, deque[tuple[float, httpx.HTTPTransport]]] = {}
        self._shared_from = shared_from if _HAS_THREADS else sys.maxsize
        self._in_flight = 0  # small requests
        self._in_loop = 0  # those of them that the event loop sends
        self._loop_thread: LoopThread | None = None

    def send(self, command: SendRequest) -> httpx.Response:
        """Send a request, and read the response to its end.

        Raises:
            httpx.TransportError, httpx.InvalidURL: as httpx does
            InvalidResponseError: the response is longer than any that there can be
            Exception: raised by reading the body that is sent
        """
        body = command.body
        is_small = body is None or (isinstance(body, bytes) and len(body) <= _SMALL_BYTES)
        if command.is_external or not is_small:
            return self._send(command)
        with self._lock:
            self._in_flight += 1
            # Once some are sent by the loop, all are: a thread beside it would hold it up.
            is_shared = self._in_loop or self._in_flight >= self._shared_from
            loop_thread = self._join_loop() if is_shared else None
        try:
            return loop_thread.send(command) if loop_thread else self._send(command)
        finally:
            with self._lock:
                self._in_flight -= 1
            if loop_thread:
                self._leave_loop(loop_thread)

    def _join_loop(self) -> LoopThread | None:
        """Count a request that is sent by the event loop, and return that, if it is ready."""
        if self._is_closed:
            return None
        if self._loop_thread is None:
            self.start_loop()
        if self._loop_thread is None or not self._loop_thread.ready.is_set():
            return None
        self._in_loop += 1
        return self._loop_thread

    def _leave_loop(self, loop_thread: LoopThread) -> None:
        with self._lock:
            self._in_loop -= 1
            is_last = self._is_closed and not self._in_loop
        if is_last:
            loop_thread.close()

    def start_loop(self) -> None:
        """Start the thread with the event loop, which takes a while to be ready."""
        try:
            self._loop_thread = LoopThread(self._proxies)
        except RuntimeError:  # there are no more threads
            self._shared_from = sys.maxsize
            return
        # Its thread would keep it from being collected.
        weakref.finalize(self, self._loop_thread.stop).atexit = False

    def _send(self, command: SendRequest) -> httpx.Response:
        if httpx.Client._transport_for_url.__module__ != httpx.Client.close.__module__:
            check_not_mocked(command.url)
        headers = command.headers
        if not command.is_external:
            headers = with_client_headers(tuple(headers.raw))
        request = new_request(command, headers)
        origin = request.url.raw_scheme + request.url.netloc
        transport, started_sec = self._take(origin, request.url), perf_counter()
        try:
            response = transport.handle_request(request)
            read(response)
        except BaseException:
            transport.close()
            raise
        self._put_back(origin, transport)
        response.elapsed = timedelta(seconds=perf_counter() - started_sec)
        redact_request(request, is_external=command.is_external)
        response.request = request
        return response

    def _take(self, origin: bytes, url: httpx.URL) -> httpx.HTTPTransport:
        while True:
            with self._lock:
                if not (idle := self._idle.get(origin)):
                    break
                transport = idle.pop()[1]
            if not cast(Any, transport._pool).has_expired():
                return transport
            transport.close()
        return self._open(url)

    def _open(self, url: httpx.URL) -> httpx.HTTPTransport:
        if url.scheme not in ("http", "https"):
            raise httpx.UnsupportedProtocol(f"{url.scheme}:// is not http:// or https://")
        limits = httpx.Limits(keepalive_expiry=KEEPALIVE_SEC)
        proxy = self._proxies.find(url)
        tls = tls_context(is_used=url.scheme != "http")
        if is_socks(proxy):
            from twelvelabs_embed._http.socks import SocksTransport  # rarely needed

            made: httpx.HTTPTransport = SocksTransport(verify=tls, limits=limits, proxy=proxy)
        else:
            made = httpx.HTTPTransport(verify=tls, limits=limits, proxy=proxy)
            made._pool._network_backend = NetworkBackend()
        remote = httpcore.URL(scheme=url.scheme, host=url.raw_host, port=url.port, target=b"/")
        # In place of the pool, the one connection that it would have.
        made._pool = cast(Any, made._pool.create_connection(remote.origin))
        return made

    def _put_back(self, origin: bytes, transport: httpx.HTTPTransport) -> None:
        now_sec, expired = monotonic(), None
        with self._lock:
            if self._is_closed or not cast(Any, transport._pool).is_available():
                expired = transport
            else:
                idle = self._idle.setdefault(origin, deque())
                idle.append((now_sec, transport))
                if idle[0][0] < now_sec - KEEPALIVE_SEC:
                    expired = idle.popleft()[1]
        if expired is not None:
            expired.close()

    def close(self) -> None:
        """Close all connections; those in use, when their response was read."""
        with self._lock:
            self._is_closed = True
            idle = [transport for stack in self._idle.values() for _, transport in stack]
            self._idle.clear()
            loop_thread = None if self._in_loop else self._loop_thread
        for transport in idle:
            transport.close()
        if loop_thread is not None:
            loop_thread.close()


class ClientTransport:
    """Sends requests by an `httpx.Client`."""

    def __init__(self, http: httpx.Client) -> None:
        self._http = http

    def send(self, command: SendRequest) -> httpx.Response:
        """Send a request, and read the response to its end."""
        http, request = self._http, _build_request(self._http, command)
        try:
            if command.is_external:
                # By what is below the client: it would log the link, which is presigned, and its
                # hooks and its authentication may add a key.
                response = http._transport_for_url(request.url).handle_request(request)
                response.request = request
            else:
                response = http.send(request, stream=True, follow_redirects=False)
            read(response)
            response.next_request = None  # it would take the key to another host
            return response
        finally:
            redact_request(request, is_external=command.is_external)

    def close(self) -> None:
        """Do nothing: the client is the user's."""


class AsyncClientTransport:
    """Sends requests by your `httpx.AsyncClient`, awaited."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http
        self._loop: asyncio.AbstractEventLoop | None = None

    async def send(self, command: SendRequest) -> httpx.Response:
        """Send a request, and read the response to its end."""
        import asyncio  # blocking calls need not wait for it

        http, request = self._http, _build_request(self._http, command)
        self._loop = self._loop or asyncio.get_running_loop()
        try:
            if command.is_external:
                transport = http._transport_for_url(request.url)
                response = await transport.handle_async_request(request)
                response.request = request
            else:
                response = await http.send(request, stream=True, follow_redirects=False)
            await read_async(response)
            response.next_request = None
            return response
        except RuntimeError as error:
            if asyncio.get_running_loop() is self._loop:
                raise
            raise ConfigurationError(
                "httpx_client is used in another event loop than before, where its connections are "
                f"({error}); make a client for each loop, or leave httpx_client out"
            ) from error
        finally:
            redact_request(request, is_external=command.is_external)

    async def aclose(self) -> None:
        """Do nothing: the client is the user's."""


def _build_request(http: httpx.Client | httpx.AsyncClient, command: SendRequest) -> httpx.Request:
    if command.is_external:
        # Without the headers and cookies of the client: they may hold a key.
        return new_request(command, command.headers)
    body, headers = command.body, command.headers
    if "accept-encoding" not in headers:  # the client's own may have what cannot be read safely
        headers = SecretHeaders([*headers.raw, (b"accept-encoding", ACCEPT_ENCODING.encode())])
    request = http.build_request(
        command.method,
        command.url,
        headers=headers,
        params=dict(command.params) or None,
        content=body if isinstance(body, bytes) else None,
        timeout=command.timeout,
    )
    return request if body is None or isinstance(body, bytes) else _with_stream(request, body)


def new_request(command: SendRequest, headers: httpx.Headers) -> httpx.Request:
    body = command.body
    request = httpx.Request(
        command.method,
        command.url if command.is_external else _parse_url(command.url),
        headers=headers,
        params=dict(command.params) or None,
        content=body if isinstance(body, bytes) else None,
        extensions={"timeout": command.timeout.as_dict()},
    )
    return request if body is None or isinstance(body, bytes) else _with_stream(request, body)


# Mostly the same, and parsing it takes half as long as making the rest of a request.
_parse_url = lru_cache(maxsize=64)(httpx.URL)


def _with_stream(request: httpx.Request, body: StreamedBody) -> httpx.Request:
    # Not by `content=`: httpx would take a stream that can be read both ways for a blocking one.
    request.headers["content-length"] = str(len(body))
    return httpx.Request(
        request.method,
        request.url,
        headers=request.headers,
        stream=body,
        extensions=request.extensions,
    )


# --- headers --------------------------------------------------------------------------------------


class SecretHeaders(httpx.Headers):
    """Headers that neither show what is secret in them nor take it along when they are pickled."""

    def __repr__(self) -> str:
        return repr(mask_headers(self))

    def __reduce__(self) -> tuple[Any, ...]:
        return httpx.Headers, (mask_headers(self).raw,)


def mask_headers(headers: httpx.Headers) -> httpx.Headers:
    """Return a copy with masked secrets."""
    masked = httpx.Headers(headers)
    for name in SECRET_HEADERS:
        if name in masked:
            masked[name] = MASK
    return masked


def redact_request(request: httpx.Request, *, is_external: bool) -> None:
    """Mask what is secret in a request that was sent: errors keep responses, and these keep it."""
    request.headers = mask_headers(request.headers)
    if is_external:
        request.url = request.url.copy_with(query=None)


CLIENT_HEADERS = httpx.Client(
    transport=httpx.BaseTransport(),
    headers={"accept-encoding": ACCEPT_ENCODING},
    trust_env=False,
).headers


@lru_cache(maxsize=16)
def with_client_headers(items: tuple[tuple[bytes, bytes], ...]) -> httpx.Headers:
    """Return the headers that an `httpx.Client` sends with these."""
    headers = SecretHeaders(CLIENT_HEADERS)
    headers.update(httpx.Headers(items))
    return headers
