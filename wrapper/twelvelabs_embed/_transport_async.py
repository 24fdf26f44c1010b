"""The sockets of the awaited client, unless it is given others: aiohttp, without httpx above it.

httpx's own collapses under many calls at once (ARCHITECTURE.md has the figures). Imported with the
first call, when TLS is set up.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from functools import lru_cache
from io import BytesIO
from time import perf_counter
from typing import TYPE_CHECKING, Any
from urllib.request import getproxies

import aiohttp
import httpx
from multidict import CIMultiDict
from yarl import URL

from twelvelabs_embed._transport import LIMITS

if TYPE_CHECKING:
    from twelvelabs_embed._body import StreamedBody
    from twelvelabs_embed._flow import Send


class LeanAsyncClient:
    """The part of `httpx.AsyncClient` that a driver needs, by aiohttp.

    httpx spends more on a small call than aiohttp does on sending it: on cookies, hooks, redirects
    and the merging of headers, which a client of our own has no use for. Only answers are httpx's,
    since users see them. Proxies come from the environment, as aiohttp reads it.
    """

    def __init__(self) -> None:
        self._tls = httpx.create_ssl_context()
        self._session: aiohttp.ClientSession | None = None
        # The same for each call but for rare ones; making them takes as long as reading the answer.
        # Kept here, not in the module: they hold the key.
        self._headers_of = lru_cache(maxsize=16)(_as_multidict)

    async def send(self, command: Send) -> httpx.Response:
        """Send a request, and read the answer to its end.

        Raises:
            httpx.TransportError: as httpx would
            Exception: what reading the body that is sent raised
        """
        started_sec = perf_counter()
        session = self._session or self._open()
        try:
            async with session.request(
                command.method,
                _url(command.url, command.params),
                headers=self._headers(command),
                data=_data(command.body),
                allow_redirects=False,
                timeout=_timeout(*command.timeout.as_dict().values()),
            ) as answer:
                body = await answer.read()
        except aiohttp.ClientError as error:
            if (of_body := _raised_by_body(error)) is not None:
                raise of_body from of_body.__cause__
            raise _as_httpx(error) from error
        return _Answer(command, answer, body, perf_counter() - started_sec)

    def _headers(self, command: Send) -> CIMultiDict[str]:
        headers = self._headers_of(tuple(command.headers.raw))
        body = command.body
        if body is None or isinstance(body, bytes):
            return headers
        headers = headers.copy()
        headers["content-length"] = str(body.length_bytes)
        return headers

    def _open(self) -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(
            limit=LIMITS.max_connections or 0,
            keepalive_timeout=LIMITS.keepalive_expiry,
            ssl=self._tls,
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=bool(getproxies()),
            auto_decompress=False,  # httpx does it
        )
        return self._session

    async def aclose(self) -> None:
        if self._session is not None:
            await self._session.close()


class _Answer(httpx.Response):
    """An answer whose request is made when somebody asks for it."""

    def __init__(
        self, command: Send, answer: aiohttp.ClientResponse, body: bytes, elapsed_sec: float
    ) -> None:
        super().__init__(
            answer.status,
            headers=answer.raw_headers,
            content=body,
            extensions={
                "http_version": b"HTTP/1.1",
                "reason_phrase": (answer.reason or "").encode(),
            },
        )
        self._command = command
        self.elapsed = timedelta(seconds=elapsed_sec)

    @property
    def request(self) -> httpx.Request:
        command = self._command
        return httpx.Request(
            command.method,
            command.url,
            params=dict(command.params) or None,
            headers=command.headers,
            content=command.body,
        )

    @request.setter
    def request(self, value: httpx.Request) -> None:
        raise AttributeError("an answer is to one request")


_LARGE_BYTES = 1 << 20
_DEFAULTS = httpx.Client(transport=httpx.BaseTransport()).headers
_OWN_HEADERS = {name: _DEFAULTS[name] for name in ("accept", "accept-encoding")}


def _as_multidict(raw: tuple[tuple[bytes, bytes], ...]) -> CIMultiDict[str]:
    headers = CIMultiDict(_OWN_HEADERS)
    headers.update((name.decode("ascii"), value.decode("latin-1")) for name, value in raw)
    return headers


def _data(body: bytes | StreamedBody | None) -> Any:
    # aiohttp hands bytes to the socket at once, and others wait; a file it sends in pieces.
    if isinstance(body, bytes) and len(body) > _LARGE_BYTES:
        return BytesIO(body)
    return body


def _url(url: str, params: Mapping[str, Any]) -> URL:
    return _parse_url(str(httpx.URL(url, params=dict(params))) if params else url)


@lru_cache(maxsize=256)
def _parse_url(url: str) -> URL:
    return URL(str(httpx.URL(url)), encoded=True)


@lru_cache(maxsize=16)
def _timeout(
    connect_sec: float | None,
    read_sec: float | None,
    write_sec: float | None,
    pool_sec: float | None,
) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(sock_connect=connect_sec, sock_read=read_sec, connect=pool_sec)


def _raised_by_body(error: aiohttp.ClientError) -> Exception | None:
    """What was raised where the body was read, such as by a file that shrinks; not the network."""
    of_body = error.__cause__
    is_wrapped = type(error) is aiohttp.ClientConnectionError
    if is_wrapped and isinstance(of_body, Exception) and not isinstance(of_body, OSError):
        return of_body
    return None


def _as_httpx(error: aiohttp.ClientError) -> Exception:
    """What may be sent again depends on the difference."""
    text = str(error)
    match error:
        case aiohttp.NonHttpUrlClientError() | aiohttp.InvalidURL():
            return httpx.UnsupportedProtocol(text)
        case aiohttp.ClientProxyConnectionError() | aiohttp.ClientHttpProxyError():
            return httpx.ProxyError(text)
        case aiohttp.ClientConnectorError():
            return httpx.ConnectError(text)
        case aiohttp.ConnectionTimeoutError():
            return httpx.ConnectTimeout(text)
        case aiohttp.ServerTimeoutError():
            return httpx.ReadTimeout(text)
        case aiohttp.ClientOSError() as failed:
            # Its own words name the whole URL, and a presigned one must not be logged.
            return httpx.ReadError(str(failed.__cause__ or failed.strerror))
        case _:
            return httpx.RemoteProtocolError(text)
