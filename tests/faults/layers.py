"""Layers of faults in front of a running emulator, and what a process has open."""

from __future__ import annotations

import asyncio
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from twelvelabs_embed import Clock
from twelvelabs_embed_emulator.faults.connection import Exchange
from twelvelabs_embed_emulator.faults.proxy import FaultProxy, Seen
from twelvelabs_embed_emulator.faults.script import Fault, FaultScript, Script


class Layer(FaultProxy):
    """A proxy on a port and in a thread of its own, which takes down what it saw."""

    def __init__(self, listener: socket.socket, target: tuple[str, int], script: Script) -> None:
        super().__init__(target, FaultScript(script))
        self.seen: list[Seen] = []  # requests that have ended, oldest first
        self.open_requests = 0
        self._listener = listener
        self._is_ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)

    def start(self) -> None:
        self._thread.start()
        self._is_ready.wait()

    def end(self) -> None:
        self._serving.call_soon_threadsafe(self._ending.set)
        self._thread.join()

    async def perform(self, exchange: Exchange, fault: Fault) -> bool:
        self.open_requests += 1
        try:
            return await super().perform(exchange, fault)
        finally:
            self.seen.append(Seen(exchange.method, exchange.path, fault, exchange.is_done))
            self.open_requests -= 1

    async def _serve(self) -> None:
        self._serving, self._ending = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self.accept, sock=self._listener)
        self._is_ready.set()
        await self._ending.wait()
        # What asyncio is accepting when it closes the server is never closed, nor is what `accept`
        # has not started to serve when it is cancelled: let both start, one task after the other.
        self._serving.remove_reader(self._listener)
        while tasks := asyncio.all_tasks() - {asyncio.current_task()}:
            await asyncio.sleep(0)
            self._cancel()
            await asyncio.wait(tasks)
        server.close()


@contextmanager
def failing(base_url: str, script: Script) -> Iterator[tuple[str, Layer]]:
    """Stand before a server; gives the address for clients, and the layer."""
    target = urlsplit(base_url)
    assert target.hostname is not None
    assert target.port is not None
    # The protocol is named so that asyncio turns off Nagle's algorithm.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(128)
        layer = Layer(listener, (target.hostname, target.port), script)
        layer.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}{target.path}", layer
        finally:
            layer.end()


class Waits(list[float]):
    """Takes down waits instead of waiting."""

    async def append_async(self, duration_sec: float) -> None:
        self.append(duration_sec)

    def clock(self) -> Clock:
        return Clock(sleep=self.append, sleep_async=self.append_async)


def sockets() -> int:
    """How many sockets this process has open; 0 where the system does not report it."""
    folder = Path("/proc/self/fd")
    return sum(_link(path).startswith("socket:") for path in folder.glob("*"))


def _link(path: Path) -> str:
    try:
        return os.readlink(path)
    except OSError:  # closed since
        return ""
