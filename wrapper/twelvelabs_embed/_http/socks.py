"""SOCKS proxies by httpx.

httpcore waits without end for the response of the proxy, asserts what it is, and leaves the
connection open when it is something else.
"""

from __future__ import annotations

from typing import Any

import httpx
from attrs import frozen

__all__ = ["AsyncSocksTransport", "SocksTransport"]

_HANDSHAKE = "socks.setup_socks5_connection.started"


class SocksTransport(httpx.HTTPTransport):
    """A blocking transport by a SOCKS proxy."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request."""
        opened: list[_Handshake] = []

        def trace(event: str, info: dict[str, Any]) -> None:
            _begin(event, info, request, opened)

        request.extensions["trace"] = trace
        try:
            return super().handle_request(request)
        except Exception as error:
            for one in opened:
                one.stream.close()
            if (foreign := _foreign(error)) is None:
                raise
            raise foreign from error


class AsyncSocksTransport(httpx.AsyncHTTPTransport):
    """An awaited transport by a SOCKS proxy."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request."""
        opened: list[_Handshake] = []

        async def trace(event: str, info: dict[str, Any]) -> None:
            _begin(event, info, request, opened)

        request.extensions["trace"] = trace
        try:
            return await super().handle_async_request(request)
        except Exception as error:
            for one in opened:
                await one.stream.aclose()
            if (foreign := _foreign(error)) is None:
                raise
            raise foreign from error


@frozen
class _Handshake:
    """A connection to the proxy, blocking or awaited, with a timeout for each step.

    Attributes:
        stream: httpcore's
        timeout_sec: that of connecting
    """

    stream: Any
    timeout_sec: float | None

    def read(self, max_bytes: int) -> Any:
        return self.stream.read(max_bytes, timeout=self.timeout_sec)

    def write(self, data: bytes) -> Any:
        return self.stream.write(data, timeout=self.timeout_sec)


def _begin(
    event: str, info: dict[str, Any], request: httpx.Request, opened: list[_Handshake]
) -> None:
    """Give the handshake its timeout: httpcore passes its own arguments to what traces it."""
    if event == _HANDSHAKE:
        connect_sec = request.extensions.get("timeout", {}).get("connect")
        info["stream"] = _Handshake(info["stream"], connect_sec)
        opened.append(info["stream"])


def _foreign(error: Exception) -> httpx.ProxyError | None:
    """Return the error of a proxy that does not speak SOCKS, if it is that."""
    if isinstance(error, AssertionError) or type(error).__module__.startswith("socksio"):
        return httpx.ProxyError("the proxy does not speak SOCKS 5")
    return None
