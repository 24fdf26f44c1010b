"""How long a connection may stay silent in the middle of a request."""

import asyncio

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

_TOO_LATE = b"HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


def patient(patience_sec: float) -> type[H11Protocol]:
    """Return uvicorn's protocol, which otherwise waits for ever for the rest of a request.

    Args:
        patience_sec: how long a client may be silent before its request has come, in seconds.
    """
    return type("Patient", (_Patient,), {"patience_sec": patience_sec})


class _Patient(H11Protocol):
    patience_sec: float
    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def _wait(self) -> None:
        self._stop_waiting()
        if self._is_awaited():
            self._timer = self.loop.call_later(self.patience_sec, self._give_up)

    def _stop_waiting(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def _is_awaited(self) -> bool:
        """Whether it is the client's turn. Between requests uvicorn itself is patient."""
        is_between = self._answering() is not None and not self.conn.trailing_data[0]
        state = self.conn.their_state
        return state is h11.SEND_BODY or (state is h11.IDLE and not is_between)

    def _answering(self) -> RequestResponseCycle | None:
        """Return the last request, which may be answered; uvicorn's types leave out the None."""
        return getattr(self, "cycle", None)

    def _give_up(self) -> None:
        if self.flow.read_paused:  # it is the emulator that does not read
            self._wait()
            return
        answering = self._answering()
        if self.conn.their_state is h11.SEND_BODY and answering and not answering.response_started:
            self.transport.write(_TOO_LATE)
        self.transport.close()
