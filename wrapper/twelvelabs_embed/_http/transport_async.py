"""The awaited transport: requests are sent by aiohttp, without httpx above it.

httpx's own transport collapses under many concurrent calls (ARCHITECTURE.md has the figures).
Imported by the first request, when TLS is set up.
"""

from __future__ import annotations

import asyncio
import ssl
from base64 import b64encode
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping
from datetime import timedelta
from functools import lru_cache
from importlib import import_module
from time import perf_counter
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import aiohttp
import httpx
from multidict import CIMultiDict
from yarl import URL

from twelvelabs_embed._http.bounded_read import (
    MAX_RESPONSE_BYTES,
    RawBody,
    collect,
    read,
    read_async,
)
from twelvelabs_embed._http.network import Proxies, check_not_mocked, is_socks, tls_context
from twelvelabs_embed._http.redaction import without_query
from twelvelabs_embed._http.transport import (
    CLIENT_HEADERS,
    LIMITS,
    max_connections,
    new_request,
    redact_request,
    with_client_headers,
)
from twelvelabs_embed.errors import ConfigurationError

if TYPE_CHECKING:
    from twelvelabs_embed._http.effects import SendRequest
    from twelvelabs_embed._http.encoding import StreamedBody


T = TypeVar("T")
V = TypeVar("V")


class LeanAsyncClient:
    """The part of `httpx.AsyncClient` that a runner needs, by aiohttp.

    httpx spends more on a small call than aiohttp does on sending it: on cookies, hooks, redirects
    and the merging of headers, none of which is used here. Only responses are httpx's, since users
    see them. Connections belong to the event loop that opened them, so each loop has its own.

    Args:
        proxies: otherwise those of the environment
    """

    def __init__(self, proxies: Proxies | None = None) -> None:
        self._connections: _Connections | None = None  # of the loop that was used last
        self._of_loops: dict[asyncio.AbstractEventLoop, _Connections] = {}
        self._tls = tls_context()
        self._proxies = proxies or Proxies.from_environment()
        # Mostly the same for each call, and making them takes as long as reading the response.
        # Kept here, not in the module: headers hold the key.
        self._headers_of = _Latest(_as_multidict)
        self._timeout_of = _Latest(_as_timeout)

    def send(self, command: SendRequest) -> Awaitable[httpx.Response]:
        """Send a request, and read the response to its end.

        Raises:
            httpx.TransportError: as httpx would
            ConfigurationError: a proxy of the environment cannot be used; a test mocks httpx alone
            Exception: raised by reading the body that is sent
        """
        check_not_mocked(command.url)
        proxy = self._proxies.find(httpx.URL(command.url)) if self._proxies.addresses else None
        if proxy is not None and proxy.url.scheme != "http":
            return self._send_by_httpx(command, proxy)
        body, headers = command.body, self._headers_of(command.headers)
        if body is None or (isinstance(body, bytes) and len(body) <= _WRITE_BYTES):
            return self._request(command, headers, body, proxy)
        return self._send_with_write_timeout(command, headers, body, proxy)

    async def _send_with_write_timeout(
        self,
        command: SendRequest,
        headers: CIMultiDict[str],
        body: bytes | StreamedBody,
        proxy: httpx.Proxy | None,
    ) -> httpx.Response:
        headers = headers.copy()
        headers["content-length"] = str(len(body))
        # aiohttp has no write timeout.
        try:
            async with asyncio.timeout(None) as deadline:
                parts = _body_parts(body, deadline, command.timeout.write)
                return await self._request(command, headers, parts, proxy)
        except TimeoutError as error:
            raise httpx.WriteTimeout("the server does not read the request") from error

    async def _request(
        self,
        command: SendRequest,
        headers: CIMultiDict[str],
        data: bytes | AsyncIterator[memoryview] | None,
        proxy: httpx.Proxy | None,
    ) -> httpx.Response:
        started_sec = perf_counter()
        connections = self._connections
        if connections is None or connections.loop is not asyncio.get_running_loop():
            connections = await self._open()
        try:
            async with connections.session.request(
                command.method,
                _url(command.url, command.params),
                headers=headers,
                data=data,
                allow_redirects=False,
                timeout=self._timeout_of(command.timeout),
                proxy=None if proxy is None else str(proxy.url),
                proxy_headers=None if proxy is None else _proxy_headers(proxy),
            ) as response:
                read_chunk = response.content.readany
                content = await collect(read_chunk, response.status, response.raw_headers)
        except aiohttp.ClientError as error:
            # Raised below: no reference may lead to aiohttp's own error, which holds the headers.
            failure, cause = _translate(error)
        else:
            return _Response(command, response, content, perf_counter() - started_sec)
        raise failure from cause

    async def _send_by_httpx(self, command: SendRequest, proxy: httpx.Proxy) -> httpx.Response:
        """Send through a proxy that aiohttp does not know: SOCKS, or one that speaks TLS."""
        connections = self._connections
        if connections is None or connections.loop is not asyncio.get_running_loop():
            connections = await self._open()
        transport = connections.proxied.get(proxy.url)
        if transport is None:
            kind = httpx.AsyncHTTPTransport
            if is_socks(proxy):
                from twelvelabs_embed._http.socks import AsyncSocksTransport  # rarely needed

                kind = AsyncSocksTransport
            transport = kind(verify=self._tls, limits=connections.limits, proxy=proxy)
            connections.proxied[proxy.url] = transport
        headers, started_sec = command.headers, perf_counter()
        if not command.is_external:
            headers = with_client_headers(tuple(headers.raw))
        request = new_request(command, headers)
        try:
            response = await transport.handle_async_request(request)
            await read_async(response)
        finally:
            redact_request(request, is_external=command.is_external)
        response.elapsed = timedelta(seconds=perf_counter() - started_sec)
        response.request = request
        return response

    async def _open(self) -> _Connections:
        """Return the connections of the running loop; those of loops that ended are closed."""
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError as error:
            raise ConfigurationError(
                "an awaited client needs asyncio's event loop; in another one, use the blocking "
                "client in a thread"
            ) from error
        for known in list(self._of_loops):  # other threads may add theirs meanwhile
            if known.is_closed() and (ended := self._of_loops.pop(known, None)):
                await ended.close()
        if loop not in self._of_loops:
            connections = self._of_loops[loop] = _Connections(loop, self._tls)
            await anext(connections.closing)
        # Not read from `self` again: a loop of another thread may have set its own meanwhile.
        connections = self._connections = self._of_loops[loop]
        return connections

    async def aclose(self) -> None:
        self._connections = None
        loop = asyncio.get_running_loop()
        while self._of_loops:
            other, connections = self._of_loops.popitem()
            if other is loop or other.is_closed():
                await connections.close()
            elif other.is_running():  # in another thread
                asyncio.run_coroutine_threadsafe(connections.close(), other)


class _Connections:
    """The connections of one event loop.

    Attributes:
        loop: which one
        session: aiohttp's, for direct connections and proxies that speak plain HTTP
        proxied: httpx's, by the address of another proxy
        limits: how many connections each may open
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, tls: ssl.SSLContext) -> None:
        self.loop = loop
        self.proxied: dict[httpx.URL, httpx.AsyncHTTPTransport] = {}
        limit = max_connections()
        self.limits = httpx.Limits(
            max_connections=limit,
            max_keepalive_connections=LIMITS.max_keepalive_connections,
            keepalive_expiry=LIMITS.keepalive_expiry,
        )
        if limit < (LIMITS.max_connections or 0):
            # Before the sockets: when no more files can be opened, nothing can be imported.
            import_module("twelvelabs_embed._http.decoding")
            import_module("twelvelabs_embed.results.embeddings")
        connector = aiohttp.TCPConnector(
            limit=limit,
            keepalive_timeout=LIMITS.keepalive_expiry,
            ssl=tls,
        )
        self.session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,  # which would send passwords of ~/.netrc
            auto_decompress=False,  # httpx does it
            max_line_size=_HEAD_BYTES,
            max_field_size=_HEAD_BYTES,
            max_headers=_MAX_HEADERS,
        )
        # Retries are decided, counted and delayed by the flows alone.
        self.session._retry_connection = False

        # Where the loop ends first, `asyncio.run` closes them by closing this generator.
        self.closing = self._close_at_end()

    async def _close_at_end(self) -> AsyncGenerator[None]:
        try:
            yield
        finally:
            await self.session.close()
            for transport in self.proxied.values():
                await transport.aclose()

    async def close(self) -> None:
        if self.loop.is_closed():
            await self.session.close()  # which closes nothing more, but marks it as closed
        else:
            await self.closing.aclose()


class _Response(httpx.Response):
    """A response whose request and headers are built when they are first read.

    Attributes:
        received_headers: as aiohttp has them, for what reads one or two; empty once the headers
            were replaced by others
    """

    def __init__(
        self, command: SendRequest, source: aiohttp.ClientResponse, body: bytes, elapsed_sec: float
    ) -> None:
        super().__init__(
            source.status,
            stream=RawBody(body),
            extensions={
                "http_version": b"HTTP/1.1",
                "reason_phrase": (source.reason or "").encode(),
            },
        )
        self._headers: httpx.Headers | None = None
        self._raw_headers = source.raw_headers
        self.received_headers: Mapping[str, str] = source.headers
        if aiohttp.hdrs.CONTENT_ENCODING in source.headers:
            read(self)
        else:
            self._content, self.is_stream_consumed, self.is_closed = body, True, True
        self._command = command
        self.elapsed = timedelta(seconds=elapsed_sec)

    @property
    def headers(self) -> httpx.Headers:
        if self._headers is None:
            self._headers = httpx.Headers(self._raw_headers)
        return self._headers

    @headers.setter
    def headers(self, value: httpx.Headers) -> None:
        self._headers, self._raw_headers, self.received_headers = value, (), {}

    @property
    def request(self) -> httpx.Request:
        command = self._command
        request = httpx.Request(
            command.method,
            command.url,
            params=dict(command.params) or None,
            headers=command.headers,
            content=command.body,
        )
        redact_request(request, is_external=command.is_external)
        return request

    @request.setter
    def request(self, value: httpx.Request) -> None:
        raise AttributeError("the request of a response cannot be changed")

    def __reduce__(self) -> tuple[Any, ...]:
        state = {**super().__getstate__(), "_request": self.request, "headers": self.headers}
        for name in ("_command", "_headers", "_raw_headers", "received_headers"):
            del state[name]
        return httpx.Response.__new__, (httpx.Response,), state


# The most that httpx may take of a response's head: 100 kB, and the 64 kB of the last read.
# aiohttp would take 8,190 bytes of a header, and 128 headers.
_HEAD_BYTES = 164 << 10
_MAX_HEADERS = MAX_RESPONSE_BYTES // _HEAD_BYTES  # so that a head is no longer than a body
_SHOWN_CHARACTERS = 100
# As much as a socket takes without waiting.
_WRITE_BYTES = 64 << 10
_OWN_HEADERS = {name: CLIENT_HEADERS[name] for name in ("accept", "accept-encoding")}


class _Latest(Generic[V, T]):
    """A cache of one value: the latest, which mostly is the next one, too."""

    def __init__(self, make: Callable[[V], T]) -> None:
        self._make = make
        self._latest: tuple[V, T] | None = None

    def __call__(self, value: V) -> T:
        latest = self._latest
        if latest is None or latest[0] is not value:
            latest = self._latest = (value, self._make(value))
        return latest[1]


def _as_multidict(headers: httpx.Headers) -> CIMultiDict[str]:
    made = CIMultiDict(_OWN_HEADERS)
    made.update((name.decode("ascii"), value.decode("latin-1")) for name, value in headers.raw)
    return made


def _proxy_headers(proxy: httpx.Proxy) -> Mapping[str, str] | None:
    if proxy.raw_auth is None:
        return None
    # Which aiohttp sends as `Proxy-Authorization`.
    return {"authorization": f"Basic {b64encode(b':'.join(proxy.raw_auth)).decode()}"}


async def _body_parts(
    body: bytes | StreamedBody, deadline: asyncio.Timeout, wait_sec: float | None
) -> AsyncIterator[memoryview]:
    """Yield a body in parts, each of which the server has to read within `wait_sec`."""
    loop = asyncio.get_running_loop()
    async for part in _whole(body) if isinstance(body, bytes) else body:
        view = memoryview(part)
        for start in range(0, len(view), _WRITE_BYTES):
            deadline.reschedule(None if wait_sec is None else loop.time() + wait_sec)
            yield view[start : start + _WRITE_BYTES]
    deadline.reschedule(None)


async def _whole(body: bytes) -> AsyncIterator[bytes]:
    yield body


def _url(url: str, params: Mapping[str, Any]) -> URL:
    return _parse_url(str(httpx.URL(url, params=dict(params))) if params else url)


@lru_cache(maxsize=256)
def _parse_url(url: str) -> URL:
    return URL(str(httpx.URL(url)), encoded=True)


def _as_timeout(timeout: httpx.Timeout) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(
        sock_connect=timeout.connect, sock_read=timeout.read, connect=timeout.pool
    )


def _translate(error: aiohttp.ClientError) -> tuple[Exception, BaseException | None]:
    """Translate an error of aiohttp; returns what to raise, and its cause."""
    if (of_body := _raised_by_body(error)) is not None:
        return of_body, of_body.__cause__
    return _as_httpx(error), error.__cause__


def _raised_by_body(error: aiohttp.ClientError) -> Exception | None:
    """Return the error of reading the body that is sent, as of a file that shrinks, if any."""
    of_body = error.__cause__
    is_wrapped = type(error) is aiohttp.ClientConnectionError
    if is_wrapped and isinstance(of_body, Exception) and not isinstance(of_body, OSError):
        return of_body
    return None


def _as_httpx(error: aiohttp.ClientError) -> Exception:
    """Translate to the error of httpx: whether a request may be sent again depends on it."""
    text = without_query(str(error))  # it may have the link, which may be presigned
    match error:
        case aiohttp.NonHttpUrlClientError() | aiohttp.InvalidURL():
            return httpx.UnsupportedProtocol(text)
        case aiohttp.ClientHttpProxyError():
            return httpx.ProxyError(f"{error.status} {error.message}")  # as httpx has it
        case aiohttp.ClientProxyConnectionError():
            return httpx.ProxyError(text)
        case aiohttp.ClientConnectorError():
            return httpx.ConnectError(text)
        case aiohttp.ConnectionTimeoutError():
            return httpx.ConnectTimeout(text)
        case aiohttp.ServerTimeoutError():
            return httpx.ReadTimeout(text)
        case aiohttp.ClientResponseError():  # its message quotes what was read, and the link
            text = " ".join(error.message.partition("\n\n")[0].split())
            return httpx.RemoteProtocolError(text[:_SHOWN_CHARACTERS])
        case aiohttp.ClientOSError() as failed:
            return httpx.ReadError(str(failed.__cause__ or failed.strerror))
        case _:
            return httpx.RemoteProtocolError(text)
