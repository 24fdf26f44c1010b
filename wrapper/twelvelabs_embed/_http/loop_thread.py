"""An event loop in a thread, which sends the requests of threads that share a client.

A thread that sends by itself releases the interpreter's lock at each step, and waits to get it
back. Where many do, they spend more time on that than on their requests: one loop sends more.
"""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import suppress
from contextvars import Context, copy_context
from threading import Event, Lock, Thread, current_thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import httpx

    from twelvelabs_embed._http.effects import SendRequest
    from twelvelabs_embed._http.network import Proxies
    from twelvelabs_embed._http.transport_async import LeanAsyncClient

__all__ = ["LoopThread"]

# How long `close` waits for the connections to be closed, in seconds.
_CLOSE_SEC = 1.0


class LoopThread:
    """Sends requests for other threads, by the awaited transport.

    Attributes:
        ready: set when it can send: not yet while it imports aiohttp, and not where that fails
    """

    def __init__(self, proxies: Proxies) -> None:
        self.ready = Event()
        self._proxies = proxies
        self._calls: deque[_Call] = deque()
        self._is_woken = False
        self._is_stopping = False
        self._tasks: set[asyncio.Task[None]] = set()
        self._loop: asyncio.AbstractEventLoop
        self._client: LeanAsyncClient
        self._stopped = asyncio.Event()
        self._thread = Thread(target=self._run, name="twelvelabs-embed-loop", daemon=True)
        self._thread.start()

    def send(self, command: SendRequest) -> httpx.Response:
        """Send a request, and read the response to its end. Errors are those of the transport."""
        call = _Call(command)
        try:
            self._calls.append(call)
            if not self._is_woken:  # several requests that come meanwhile are started together
                self._is_woken = True
                self._loop.call_soon_threadsafe(self._start_calls)
            while not call.done.acquire(timeout=1.0):
                pass  # on Windows, an endless wait would not see Ctrl-C
        except BaseException:
            self._loop.call_soon_threadsafe(self._cancel, call)
            raise
        error, call.error = call.error, None
        if error is None:
            return call.response
        try:
            raise error
        finally:
            del error  # its traceback refers to this frame

    def _run(self) -> None:
        # Threads send by themselves then: no more files can be opened, for example.
        with suppress(Exception):
            asyncio.run(self._serve())

    async def _serve(self) -> None:
        from twelvelabs_embed._http.transport_async import LeanAsyncClient

        self._loop, self._client = asyncio.get_running_loop(), LeanAsyncClient(self._proxies)
        self.ready.set()
        if not self._is_stopping:  # meanwhile
            await self._stopped.wait()
        await self._client.aclose()

    def _start_calls(self) -> None:
        self._is_woken = False  # first: a call that is added from here on wakes the loop again
        while self._calls:
            call = self._calls.popleft()
            # In the context of its thread, so that spans have their parents.
            call.task = self._loop.create_task(self._perform(call), context=call.context)
            self._tasks.add(call.task)
            call.task.add_done_callback(self._tasks.discard)

    async def _perform(self, call: _Call) -> None:
        try:
            call.response = await self._client.send(call.command)
        except BaseException as error:
            call.error = error
        finally:
            call.done.release()

    def _cancel(self, call: _Call) -> None:
        if call.task is not None:
            call.task.cancel()
        elif call in self._calls:
            self._calls.remove(call)

    def stop(self) -> None:
        """Close the connections, soon, and end the thread. No call may be in progress."""
        self._is_stopping = True
        if self.ready.is_set():
            with suppress(RuntimeError):  # the loop has ended
                self._loop.call_soon_threadsafe(self._stopped.set)

    def close(self) -> None:
        """Close the connections, and end the thread."""
        self.stop()
        if current_thread() is not self._thread:
            self._thread.join(_CLOSE_SEC)


class _Call:
    """A request that a thread waits for."""

    def __init__(self, command: SendRequest) -> None:
        self.command = command
        self.context: Context = copy_context()
        self.task: asyncio.Task[None] | None = None
        self.done = Lock()
        self.done.acquire()
        self.response: httpx.Response
        self.error: BaseException | None = None
