"""The sockets of the awaited client, unless it is given others: aiohttp below httpx.

httpx's own collapses under many calls at once (ARCHITECTURE.md has the figures). Imported with the
first call, when TLS is set up.
"""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache
from time import perf_counter
from typing import Any
from urllib.request import getproxies

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

from twelvelabs_embed._transport import LIMITS


class LeanAsyncClient:
    """The part of `httpx.AsyncClient` that a driver needs, straight to aiohttp.

    httpx spends half of a small call on cookies, hooks, redirects and the merging of headers, which
    a client of our own has no use for. Proxies come from the environment, as aiohttp reads it.
    """

    def __init__(self, timeout: httpx.Timeout) -> None:
        self._transport = _Transport(limits=LIMITS)
        self._timeout = timeout
        defaults = httpx.AsyncClient(transport=self._transport).headers
        self._headers = {name: defaults[name] for name in ("accept", "accept-encoding")}

    def build_request(
        self,
        method: str,
        url: str,
        *,
        headers: httpx.Headers,
        params: dict[str, Any] | None,
        content: bytes | None,
        timeout: httpx.Timeout | None,
    ) -> httpx.Request:
        return httpx.Request(
            method,
            _parse_url(url),
            headers={**self._headers, **headers},
            params=params,
            content=content,
            extensions={"timeout": (timeout or self._timeout).as_dict()},
        )

    async def send(
        self, request: httpx.Request, *, auth: object, follow_redirects: bool
    ) -> httpx.Response:
        assert not follow_redirects  # and there is no other way to sign in than the key
        started_sec = perf_counter()
        response = await self._transport.handle_async_request(request)
        response.elapsed = timedelta(seconds=perf_counter() - started_sec)
        return response

    async def aclose(self) -> None:
        await self._transport.aclose()


# Parsing a URL takes as long as reading a small answer.
_parse_url = lru_cache(maxsize=256)(httpx.URL)


class _Transport(AiohttpTransport):
    """`AiohttpTransport` that tells a broken connection from one that could not be made.

    It reports a reset as `ConnectTimeout`; what may be sent again depends on the difference.
    """

    def get_client(self) -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(
            limit=self.limits.max_connections or 0,
            keepalive_timeout=self.limits.keepalive_expiry,
            ssl=self.ssl_context,
        )
        # httpx keeps the cookies, and only aiohttp can still read the proxies from the environment.
        return aiohttp.ClientSession(
            connector=connector, cookie_jar=aiohttp.DummyCookieJar(), trust_env=bool(getproxies())
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        try:
            response = await super().handle_async_request(request)
            try:
                # Read here, where failures are told apart. Answers are read whole in any case.
                await response.aread()
            except BaseException:
                await response.aclose()
                raise
        except httpx.TransportError as error:
            if (of_body := _raised_by_body(error)) is not None:
                raise of_body from of_body.__cause__
            raise _told_apart(error) from error.__cause__
        return response


def _raised_by_body(error: httpx.TransportError) -> Exception | None:
    """What was raised where the body was read, such as by a file that shrinks; not the network."""
    of_body = error.__cause__ and error.__cause__.__cause__
    is_wrapped = type(error.__cause__) is aiohttp.ClientConnectionError
    if is_wrapped and isinstance(of_body, Exception) and not isinstance(of_body, OSError):
        return of_body
    return None


def _told_apart(error: httpx.TransportError) -> httpx.TransportError:
    text = str(error)
    match error.__cause__:
        case aiohttp.ClientProxyConnectionError():
            return httpx.ProxyError(text)
        case aiohttp.ClientConnectorError():
            return httpx.ConnectError(text)
        case aiohttp.ConnectionTimeoutError():
            return httpx.ConnectTimeout(text)
        case aiohttp.ServerTimeoutError():
            return httpx.ReadTimeout(text)
        case aiohttp.ServerDisconnectedError() | aiohttp.ClientPayloadError():
            return httpx.RemoteProtocolError(text)
        case aiohttp.ClientOSError() as failed:
            # Its own words name the whole URL, and a presigned one must not be logged.
            return httpx.ReadError(str(failed.__cause__ or failed.strerror))
        case _:
            return error
