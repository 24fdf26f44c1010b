"""The fault proxy: stands before the server, and lets requests pass or fail by a script."""

import asyncio
from collections.abc import Callable, Collection
from contextlib import suppress
from typing import Any, NamedTuple, TypeAlias

import h11

from twelvelabs_embed_emulator.faults.actions import ACTIONS, NOT_FORWARDED
from twelvelabs_embed_emulator.faults.connection import Exchange, Peer, Upstream
from twelvelabs_embed_emulator.faults.script import PASS, Fault, FaultScript

CONTROL_PREFIX = "/_emulator"
"""Requests to these paths always pass, and are not recorded."""
CLIENT_HEADER, FAULT_HEADER = "x-emulator-client", "x-emulator-fault"
"""Headers for the server: the address of the client, and the fault, if there is one."""


class Seen(NamedTuple):
    """A request that came.

    Attributes:
        method: the HTTP method.
        path: the path with its query, in which signatures are masked.
        fault: what happened to it.
        is_done: whether the server received all of it.
    """

    method: str
    path: str
    fault: Fault
    is_done: bool


Lost: TypeAlias = Callable[[Exchange, Fault], None]


class FaultProxy:
    """What connections are handed to when requests are to fail. It has no port of its own.

    Args:
        target: host and port of the server.
        script: what happens to requests.
        origins: the origins of web pages that may read responses of the proxy; `*` is any.

    Attributes:
        script: what happens to the next requests.
        on_lost: is called with each request that a fault keeps from the server, before it happens.
    """

    def __init__(
        self, target: tuple[str, int], script: FaultScript, *, origins: Collection[str] = ()
    ) -> None:
        self.script = script
        self.on_lost: Lost | None = None
        self._target = target
        self._origins = frozenset(origins)
        self._connections: set[asyncio.Task[Any]] = set()
        self._loop: asyncio.AbstractEventLoop | None = None

    def stop(self) -> None:
        """Reset all connections. May be called from any thread."""
        if self._loop is not None:
            with suppress(RuntimeError):  # the loop has ended, and its connections with it
                self._loop.call_soon_threadsafe(self._cancel)

    def _cancel(self) -> None:
        for connection in self._connections:
            connection.cancel()

    async def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve a connection until it ends."""
        self._loop, task = asyncio.get_running_loop(), asyncio.current_task()
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
        origin = exchange.header("origin")
        if {origin, "*"} & self._origins:
            exchange.allowed_origin = origin
        # A browser asks before it sends: what is to fail is the request, and not the question.
        is_preflight = exchange.method == "OPTIONS" and exchange.header(
            "access-control-request-method"
        )
        if is_preflight or exchange.path.startswith(CONTROL_PREFIX):
            return await ACTIONS[PASS](exchange, Fault(PASS))
        return await self.perform(exchange, self.script.next())

    async def perform(self, exchange: Exchange, fault: Fault) -> bool:
        """Let `fault` happen to a request; return whether the connection can be used again."""
        exchange.add_header(FAULT_HEADER, "" if fault.kind == PASS else fault.step)
        if self.on_lost is not None and fault.name in NOT_FORWARDED:
            self.on_lost(exchange, fault)
        return await ACTIONS[fault.name](exchange, fault)
