"""Network streams of blocking connections: they send the head of a request together with its body.

httpcore sends each apart, and sets the timeout of the socket anew each time. Each of these steps
releases the interpreter's lock, and threads that share a client spend more time on waiting for it
than on their requests.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterable
from contextlib import suppress
from socket import socket
from typing import cast

import httpcore

__all__ = ["NetworkBackend"]

_MAX_PENDING_BYTES = 64 << 10


class NetworkBackend(httpcore.SyncBackend):
    """httpcore's backend, with our streams."""

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect, and return the stream."""
        stream = super().connect_tcp(host, port, timeout, local_address, socket_options)
        return cast(httpcore.NetworkStream, _Stream(stream))


class _Stream:
    """A stream that keeps what is written until a response is read, or until it is large."""

    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream
        self._socket: socket = stream.get_extra_info("socket")
        self._pending: list[bytes] = []
        self._pending_bytes = 0
        self._write_sec: float | None = None
        self.close = stream.close  # what is pending is not sent
        self.get_extra_info = stream.get_extra_info

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send it, perhaps later: with what follows, or before the response is read."""
        self._pending.append(buffer)
        self._pending_bytes += len(buffer)
        self._write_sec = timeout
        if self._pending_bytes > _MAX_PENDING_BYTES:
            self._flush()

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Send what is pending, and wait for a part of the response."""
        if self._pending:
            # As httpcore: the server may have responded before it closed the connection.
            with suppress(httpcore.WriteError):
                self._flush()
        try:
            if self._socket.gettimeout() != timeout:
                self._socket.settimeout(timeout)
            return self._socket.recv(max_bytes)
        except TimeoutError as error:
            raise httpcore.ReadTimeout(error) from error
        except OSError as error:
            raise httpcore.ReadError(error) from error

    def _flush(self) -> None:
        is_small = self._pending_bytes <= _MAX_PENDING_BYTES
        parts = [b"".join(self._pending)] if is_small else self._pending
        self._pending, self._pending_bytes = [], 0
        try:
            if self._socket.gettimeout() != self._write_sec:
                self._socket.settimeout(self._write_sec)
            for part in parts:
                left = memoryview(part)
                while left:
                    left = left[self._socket.send(left) :]
        except TimeoutError as error:
            raise httpcore.WriteTimeout(error) from error
        except OSError as error:
            raise httpcore.WriteError(error) from error

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        """Continue with TLS, and return the stream of that."""
        made = self._stream.start_tls(ssl_context, server_hostname, timeout)
        # Within the TLS of a proxy, the socket is that of the proxy: httpcore's own stream.
        is_within_tls = isinstance(self._socket, ssl.SSLSocket)
        return made if is_within_tls else cast(httpcore.NetworkStream, _Stream(made))
