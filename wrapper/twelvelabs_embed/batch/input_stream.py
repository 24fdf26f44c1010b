"""Input streams: the items of a run, read from memory, awaited, or read in a thread."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterable, AsyncIterator, Collection, Iterable
from contextlib import suppress
from threading import Event, Thread
from typing import Generic, TypeVar

T = TypeVar("T")


class InputStream(Generic[T]):
    """Items one after the other, with their numbers from 0.

    Attributes:
        error: what reading them raised; no items follow it
    """

    error: BaseException | None = None

    async def next(self) -> tuple[int, T] | None:
        """Return the next item with its number; None at the end."""
        raise NotImplementedError

    def stop(self) -> None:
        """Stop reading."""


def as_input_stream(items: Iterable[T] | AsyncIterable[T], read_ahead: int) -> InputStream[T]:
    """Return the stream that fits how items are read; a thread reads some of them ahead."""
    if isinstance(items, AsyncIterable):
        return _AsyncIterableStream(items)
    if isinstance(items, Collection):  # in memory: reading it does not block
        return _IterableStream(items)
    return _ThreadedStream(items, read_ahead)


class _IterableStream(InputStream[T]):
    """Items that are in memory."""

    def __init__(self, items: Iterable[T]) -> None:
        self._items = enumerate(items)

    async def next(self) -> tuple[int, T] | None:
        if self.error is None:
            try:
                return next(self._items, None)
            except Exception as error:
                self.error = error
        return None


class _AsyncIterableStream(InputStream[T]):
    """Items that are awaited, one at a time."""

    def __init__(self, items: AsyncIterable[T]) -> None:
        self._items = _enumerated(items)
        self._lock = asyncio.Lock()

    async def next(self) -> tuple[int, T] | None:
        async with self._lock:
            try:
                return await anext(self._items, None)  # a generator that has raised is over
            except Exception as error:
                self.error = error
                return None


async def _enumerated(items: AsyncIterable[T]) -> AsyncIterator[tuple[int, T]]:
    count = 0
    async for item in items:
        yield count, item
        count += 1


class _ThreadedStream(InputStream[T]):
    """Items whose reading may block, such as a generator's: read ahead by a thread.

    Otherwise finished results would have to wait for the next item to be read.
    """

    def __init__(self, items: Iterable[T], read_ahead: int) -> None:
        self._items = items
        self._buffer: deque[tuple[int, T] | None] = deque()
        self._read_ahead = read_ahead
        # The thread wakes only when the buffer is half empty: waking pauses the other threads.
        self._low_water = read_ahead // 2
        self._wanted = Event()
        self._is_reading = False
        self._is_stopped = False
        self._is_over = False
        self._lock = asyncio.Lock()
        self._arrived = asyncio.Event()
        self._is_awaited = False
        self._loop = asyncio.get_running_loop()
        self._thread = Thread(target=self._read_all, name="twelvelabs-embed-input", daemon=True)
        self._thread.start()

    async def next(self) -> tuple[int, T] | None:
        if self._buffer and not self._lock.locked():
            return self._take()
        async with self._lock:
            while not self._buffer and not self._is_over:
                self._is_awaited = True
                self._arrived.clear()
                if not self._buffer:  # otherwise it came before the thread could know
                    await self._arrived.wait()
                self._is_awaited = False
            return self._take()

    def _take(self) -> tuple[int, T] | None:
        numbered = None if self._is_over else self._buffer.popleft()
        self._is_over = numbered is None
        if len(self._buffer) <= self._low_water and not self._wanted.is_set():
            self._wanted.set()
        return numbered

    def stop(self) -> None:
        """End the thread: immediately, or when the iterator returns the item it is reading."""
        self._is_stopped = True
        self._wanted.set()
        self._thread.join(0.1 if self._is_reading else None)

    def _read_all(self) -> None:
        try:
            items = enumerate(self._items)
            while True:
                self._wait_until_wanted()
                self._is_reading = True  # before the next line looks, so that `stop` can see it
                numbered = None if self._is_stopped else next(items, None)
                self._is_reading = False
                if numbered is None:
                    break
                self._put(numbered)
                del numbered
        except BaseException as error:
            self.error = error
        self._put(None)

    def _wait_until_wanted(self) -> None:
        while self._is_full():
            self._wanted.clear()
            if self._is_full():  # still: otherwise nothing would wake it
                self._wanted.wait()

    def _is_full(self) -> bool:
        return len(self._buffer) >= self._read_ahead and not self._is_stopped

    def _put(self, numbered: tuple[int, T] | None) -> None:
        self._buffer.append(numbered)
        if self._is_awaited:
            with suppress(RuntimeError):  # the loop is closed
                self._loop.call_soon_threadsafe(self._arrived.set)
