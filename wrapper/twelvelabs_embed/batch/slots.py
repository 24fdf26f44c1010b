"""Slots: a semaphore of which a free slot costs no coroutine."""

from __future__ import annotations

import asyncio
from collections import deque


class Slots:
    """So many may hold one at a time. Those that wait get theirs first come, first served.

    Not `asyncio.Semaphore`, behind which all callers wait from the moment in which one has waited.

    Attributes:
        value: how many are free
    """

    def __init__(self, value: int) -> None:
        self.value = value
        self._waiting: deque[asyncio.Future[None]] = deque()

    def acquire_nowait(self) -> bool:
        """Take a slot if one is free. Returns whether one was."""
        if not self.value:
            return False
        self.value -= 1
        return True

    async def acquire(self) -> None:
        """Wait for a slot."""
        if self.acquire_nowait():
            return
        granted = asyncio.get_running_loop().create_future()
        self._waiting.append(granted)
        try:
            await granted
        except asyncio.CancelledError:
            if granted.done() and not granted.cancelled():  # it came at the same time
                self.release()
            raise

    def release(self, count: int = 1) -> None:
        """Give slots back."""
        for _ in range(count):
            while self._waiting:
                granted = self._waiting.popleft()
                if not granted.done():  # it was not cancelled meanwhile
                    granted.set_result(None)
                    break
            else:
                self.value += 1
