"""Byte budgets: how many bytes of request bodies may be in flight."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


class ByteBudget:
    """So many bytes may be in flight. Those that wait get theirs first come, first served.

    Args:
        max_bytes: the budget; a body that is larger is sent alone
    """

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._in_flight_bytes = 0
        self._lock = asyncio.Lock()
        self._freed = asyncio.Event()

    def acquire_nowait(self, size_bytes: int) -> bool:
        """Reserve so many bytes if no request has to wait. Returns whether they are reserved."""
        in_flight_bytes = self._in_flight_bytes
        if in_flight_bytes and in_flight_bytes + size_bytes > self._max_bytes:
            return False
        if self._lock.locked():
            return False
        self._in_flight_bytes += size_bytes
        return True

    async def acquire(self, size_bytes: int, check: Callable[[], None]) -> None:
        """Wait until so many bytes fit, and reserve them unless `check` then raises."""
        async with self._lock:
            while self._in_flight_bytes and self._in_flight_bytes + size_bytes > self._max_bytes:
                self._freed.clear()
                await self._freed.wait()
            check()
            self._in_flight_bytes += size_bytes

    def release(self, size_bytes: int) -> None:
        """Free the bytes of a request that has ended."""
        self._in_flight_bytes -= size_bytes
        self._freed.set()
