"""The fault proxy: stands in front of a server, and lets requests pass or fail by a script."""

import asyncio
import socket
import threading
from collections import deque
from collections.abc import Callable
from typing import Any, NamedTuple

import h11

from twelvelabs_embed_emulator.faults.actions import ACTIONS
from twelvelabs_embed_emulator.faults.connection import Exchange, Peer, Upstream
from twelvelabs_embed_emulator.faults.script import PASS, Fault, FaultScript

CONTROL_PREFIX = "/_emulator"
"""Requests to these paths always pass, and are not recorded."""
CLIENT_HEADER, FAULT_HEADER = "x-emulator-client", "x-emulator-fault"
"""Headers for the server: the address of the client, and the fault, if there is one."""

_MAX_SEEN = 10_000
"""How many requests are remembered."""


class Seen(NamedTuple):
    """A request that came.

    Attributes:
        method: the HTTP method; empty when the request was not read.
        path: the path with its query.
        fault: what happened to it.
        is_done: whether the server received all of it.
    """

    method: str
    path: str
    fault: Fault
    is_done: bool


class FaultProxy:
    """A proxy in a thread of its own.

    Args:
        listener: the socket for clients, which listens already; the caller closes it.
        target: host and port of the server.
        script: what happens to requests.

    Attributes:
        seen: the last requests that have ended, oldest first.
        open_requests: how many have started and not ended.
        script: what happens to the next ones.
        on_lost: is called with each request that the server did not receive.
    """

    def __init__(
        self, listener: socket.socket, target: tuple[str, int], script: FaultScript
    ) -> None:
        self.seen: deque[Seen] = deque(maxlen=_MAX_SEEN)
        self.open_requests = 0
        self.script = script
        self.on_lost: Callable[[Seen], None] | None = None
        self._listener = listener
        self._target = target
        self._connections: set[asyncio.Task[Any]] = set()
        self._is_ready = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Event | None = None
        self._thread = threading.Thread(
            target=lambda: asyncio.run(self._serve()), name="twelvelabs-embed-faults", daemon=True
        )

    def start(self) -> None:
        """Start to accept connections."""
        self._thread.start()
        self._is_ready.wait()

    def stop(self) -> None:
        """Reset all connections, and return when the thread has ended."""
        assert self._loop is not None
        assert self._stopping is not None
        self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join()

    async def _serve(self) -> None:
        self._loop, self._stopping = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self._accept, sock=self._listener)
        self._is_ready.set()
        await self._stopping.wait()
        server.close()
        for connection in self._connections:
            connection.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        client = Peer(reader, writer, h11.SERVER)
        upstream = Upstream(self._target)
        try:
            while await client.next_request():
                if not await self._handle(Exchange(client, upstream)):
                    break
        except (OSError, EOFError, h11.ProtocolError):
            pass  # one of the two ends has disconnected
        except asyncio.CancelledError:
            client.reset()  # not raised: asyncio would log it
        finally:
            client.close()
            upstream.close()
            self._connections.discard(task)

    async def _handle(self, exchange: Exchange) -> bool:
        """Perform the next step of the script; return whether the connection can be used again."""
        await exchange.read_head()
        peer = exchange.client.writer.get_extra_info("peername") or ("",)
        exchange.add_header(CLIENT_HEADER, peer[0])
        if exchange.path.startswith(CONTROL_PREFIX):
            return await ACTIONS[PASS](exchange, Fault(PASS))
        fault = self.script.next()
        exchange.add_header(FAULT_HEADER, "" if fault.kind == PASS else str(fault))
        self.open_requests += 1
        try:
            return await ACTIONS[fault.name](exchange, fault)
        finally:
            seen = Seen(exchange.method, exchange.path, fault, exchange.is_done)
            self.seen.append(seen)
            if not exchange.is_done and self.on_lost is not None:
                self.on_lost(seen)
            self.open_requests -= 1
