"""The sockets that the clients use unless they are given others.

Blocking: httpx's own. Awaited: aiohttp below httpx, because httpx's own collapses under many calls
at once (ARCHITECTURE.md has the figures). Imported with the first call, when TLS is set up.
"""

from __future__ import annotations

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

# Bulk runs keep many calls in flight; each should find its connection open.
_LIMITS = httpx.Limits(max_connections=1000, max_keepalive_connections=200, keepalive_expiry=30)


def make_client(timeout: httpx.Timeout) -> httpx.Client:
    """A blocking client. Proxies come from the environment, as httpx reads it."""
    return httpx.Client(timeout=timeout, limits=_LIMITS)


def make_async_client(timeout: httpx.Timeout) -> httpx.AsyncClient:
    """An awaited client. Proxies come from the environment, as aiohttp reads it."""
    return httpx.AsyncClient(timeout=timeout, transport=_Transport(limits=_LIMITS))


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
            connector=connector, cookie_jar=aiohttp.DummyCookieJar(), trust_env=True
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
            raise _told_apart(error) from error.__cause__
        return response


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
        case aiohttp.ClientOSError():
            return httpx.ReadError(text)
        case _:
            return error
