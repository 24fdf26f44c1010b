"""Read timeouts: how long a client may be silent in the middle of a request."""

import asyncio

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

_TIMEOUT = b"HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


def protocol_with_timeout(read_timeout_sec: float) -> type[H11Protocol]:
    """Return uvicorn's protocol with a read timeout; otherwise it waits for ever."""
    return type("TimeoutProtocol", (_TimeoutProtocol,), {"read_timeout_sec": read_timeout_sec})


class _TimeoutProtocol(H11Protocol):
    read_timeout_sec: float
    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._restart_timer()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._restart_timer()

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
        """Whether the client has to send. Between requests uvicorn has its own timeout."""
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
