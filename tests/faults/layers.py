"""Layers of faults in front of a running emulator, and what a process has open."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from twelvelabs_embed import Clock
from twelvelabs_embed_emulator.faults.proxy import FaultProxy
from twelvelabs_embed_emulator.faults.script import FaultScript, Script


@contextmanager
def failing(base_url: str, script: Script) -> Iterator[tuple[str, FaultProxy]]:
    """Stand before a server; gives the address for clients, and the layer."""
    target = urlsplit(base_url)
    assert target.hostname is not None
    assert target.port is not None
    # The protocol is named so that asyncio turns off Nagle's algorithm.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(128)
        layer = FaultProxy(listener, (target.hostname, target.port), FaultScript(script))
        layer.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}{target.path}", layer
        finally:
            layer.stop()


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
