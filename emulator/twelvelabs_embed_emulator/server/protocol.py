"""uvicorn's protocol with a read timeout, and with faults."""

import asyncio

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

from twelvelabs_embed_emulator.faults.proxy import FaultProxy

_TIMEOUT = b"HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


def make_protocol(
    read_timeout_sec: float, proxy: FaultProxy, inner: tuple[str, int]
) -> type[H11Protocol]:
    """Return the protocol of a server.

    Args:
        read_timeout_sec: how long a client may be silent in the middle of a request; otherwise
            uvicorn waits for ever.
        proxy: gets the connections while its script lasts.
        inner: the address to which the proxy forwards requests.
    """
    attributes = {"read_timeout_sec": read_timeout_sec, "proxy": proxy, "inner": inner}
    return type("EmulatorProtocol", (_Protocol,), attributes)


class _Protocol(H11Protocol):
    read_timeout_sec: float
    proxy: FaultProxy
    inner: tuple[str, int]
    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._restart_timer()

    def data_received(self, data: bytes) -> None:
        if self._starts_request() and self.server != self.inner and not self.proxy.script.is_at_end:
            self._hand_over(data)
            return
        super().data_received(data)
        self._restart_timer()

    def _unsupported_upgrade_warning(self) -> None:
        """Warn of nothing: Java's client asks for HTTP/2 with each request, and does without."""

    def _starts_request(self) -> bool:
        """Return whether the next byte is the first one of a request."""
        states = (self.conn.our_state, self.conn.their_state)
        return states == (h11.IDLE, h11.IDLE) and not self.conn.trailing_data[0]

    def _hand_over(self, data: bytes) -> None:
        """Hand the connection, and what has come of the next request, to the fault proxy."""
        self._cancel_timer()
        self._unset_keepalive_if_required()
        self.connections.discard(self)
        self.flow.resume_reading()
        reader = asyncio.StreamReader(loop=self.loop)
        protocol = asyncio.StreamReaderProtocol(reader, self.proxy.accept, loop=self.loop)
        self.transport.set_protocol(protocol)
        protocol.connection_made(self.transport)
        reader.feed_data(data)

    def connection_lost(self, exc: Exception | None) -> None:
        self._cancel_timer()
        super().connection_lost(exc)

    def _restart_timer(self) -> None:
        self._cancel_timer()
        if self._expects_data():
            self._timer = self.loop.call_later(self.read_timeout_sec, self._time_out)

    def _cancel_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def _expects_data(self) -> bool:
        """Return whether the client has to send. Between requests uvicorn has its own timeout."""
        is_between = self._cycle() is not None and not self.conn.trailing_data[0]
        state = self.conn.their_state
        return state is h11.SEND_BODY or (state is h11.IDLE and not is_between)

    def _cycle(self) -> RequestResponseCycle | None:
        """Return the last request and its response; None before there is one."""
        return getattr(self, "cycle", None)  # the types of uvicorn do not have the None

    def _time_out(self) -> None:
        if self.flow.read_paused:  # it is the emulator that does not read
            self._restart_timer()
            return
        cycle = self._cycle()
        if self.conn.their_state is h11.SEND_BODY and cycle and not cycle.response_started:
            self.transport.write(_TIMEOUT)
        self.transport.close()
