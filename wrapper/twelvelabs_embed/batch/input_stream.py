"""Where the items of a run come from: memory, what is awaited, or what may block."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterable, Collection, Iterable
from contextlib import suppress
from threading import Event, Thread
from typing import Generic, Protocol, TypeVar

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Source(Protocol[T_co]):
    """Gives items one after the other, with their numbers from 0.

    Attributes:
        error: what reading them raised; there are no more after it
    """

    error: BaseException | None

    async def next(self) -> tuple[int, T_co] | None: ...

    def stop(self) -> None: ...


def as_input_stream(items: Iterable[T] | AsyncIterable[T], ahead: int) -> Source[T]:
    if isinstance(items, AsyncIterable):
        return _AsyncIterableStream(items)
    if isinstance(items, Collection):  # it is there: there is nothing to wait for
        return _IterableStream(items)
    return _ThreadedStream(items, ahead)


class _IterableStream(Generic[T]):
    """Items that are in memory."""

    def __init__(self, items: Iterable[T]) -> None:
        self._items = enumerate(items)
        self.error: BaseException | None = None

    async def next(self) -> tuple[int, T] | None:
        if self.error is None:
            try:
                return next(self._items, None)
            except Exception as error:
                self.error = error
        return None

    def stop(self) -> None:
        pass


class _AsyncIterableStream(Generic[T]):
    """Items that are awaited, one at a time."""

    def __init__(self, items: AsyncIterable[T]) -> None:
        self._items = aiter(items)
        self._line = asyncio.Lock()
        self._count = 0
        self._is_over = False
        self.error: BaseException | None = None

    async def next(self) -> tuple[int, T] | None:
        async with self._line:
            if self._is_over:
                return None
            try:
                item = await anext(self._items)
            except Exception as error:
                self._is_over = True
                if not isinstance(error, StopAsyncIteration):
                    self.error = error
                return None
            self._count += 1
            return self._count - 1, item

    def stop(self) -> None:
        pass


class _ThreadedStream(Generic[T]):
    """Items whose reading may block, such as a generator's: read by a thread, some ahead.

    Otherwise what is finished would have to wait for what is not even read.
    """

    def __init__(self, items: Iterable[T], ahead: int) -> None:
        self._items = items
        self._read: deque[tuple[int, T] | None] = deque()
        self._ahead = ahead
        # It wakes when so few are left: each time, it stops the others for a moment.
        self._few = ahead // 2
        self._wanted = Event()
        self._is_reading = False
        self._is_stopped = False
        self._is_over = False
        self._line = asyncio.Lock()
        self._news = asyncio.Event()
        self._is_awaited = False
        self._loop = asyncio.get_running_loop()
        self.error: BaseException | None = None
        self._thread = Thread(target=self._read_all, name="twelvelabs-embed-input", daemon=True)
        self._thread.start()

    async def next(self) -> tuple[int, T] | None:
        if not self._read or self._line.locked():
            async with self._line:
                while not self._read and not self._is_over:
                    self._is_awaited = True
                    self._news.clear()
                    if not self._read:  # otherwise it came before the thread could know
                        await self._news.wait()
                    self._is_awaited = False
                return self._take()
        return self._take()

    def _take(self) -> tuple[int, T] | None:
        numbered = None if self._is_over else self._read.popleft()
        self._is_over = numbered is None
        if len(self._read) <= self._few and not self._wanted.is_set():
            self._wanted.set()
        return numbered

    def stop(self) -> None:
        """End the thread: at once, or when the iterator gives what it is asked for."""
        self._is_stopped = True
        self._wanted.set()
        self._thread.join(0.1 if self._is_reading else None)

    def _read_all(self) -> None:
        try:
            items = enumerate(self._items)
            while True:
                self._wait_until_wanted()
                self._is_reading = True  # before the next line looks, so that `stop` can tell
                numbered = None if self._is_stopped else next(items, None)
                self._is_reading = False
                if numbered is None:
                    break
                self._tell(numbered)
                del numbered
        except BaseException as error:
            self.error = error
        self._tell(None)

    def _wait_until_wanted(self) -> None:
        while self._has_enough():
            self._wanted.clear()
            if self._has_enough():  # still: otherwise nobody would wake it
                self._wanted.wait()

    def _has_enough(self) -> bool:
        return len(self._read) >= self._ahead and not self._is_stopped

    def _tell(self, numbered: tuple[int, T] | None) -> None:
        self._read.append(numbered)
        if self._is_awaited:
            with suppress(RuntimeError):  # the loop is closed
                self._loop.call_soon_threadsafe(self._news.set)
