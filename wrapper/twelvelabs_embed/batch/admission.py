"""What the requests of a run share: its places, the gate of its quota, and the bytes being sent.

Lives in one event loop; nothing here is for several threads but `ThreadAdmission`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import httpx
from anyio import Semaphore

from twelvelabs_embed._http.effects import SendRequest
from twelvelabs_embed.batch.rate_limiter import Permit, RateLimiter, Wait
from twelvelabs_embed.errors import api_error
from twelvelabs_embed.retry import Clock, asked_wait_sec

# News may come while a request waits for its quota.
_LONGEST_NAP_SEC, _SHORTEST_NAP_SEC = 1.0, 0.001


class AdmissionControl:
    """What all requests of a run share: the places, the gate and the bytes on their way.

    Args:
        concurrency: how many places there are
        rate_limiter: of the quota
        max_bytes: how many bytes of bodies may be on their way
        clock: time

    Attributes:
        places: who has one may send
        turns: who has one may begin items. Whoever waits before another attempt gives both away,
            so that others go on, and needs only a place to end what it has begun. Were the two one,
            it would wait for those who have a place and nothing to do, because the source is slow
        turnless: the doors that have come back and have no turn
    """

    def __init__(
        self, concurrency: int, rate_limiter: RateLimiter, max_bytes: int, clock: Clock
    ) -> None:
        # Not asyncio's, behind which everybody waits from the moment in which one has waited.
        self.places = Semaphore(concurrency)
        self.turns = Semaphore(concurrency)
        self.turnless: dict[Admission, None] = {}
        self.rate_limiter = rate_limiter
        self.clock = clock
        self.counts_tokens = rate_limiter.counts_tokens
        self.is_stopped = False
        self.line_for_places = asyncio.Lock()
        self._rate_limiter_line = asyncio.Lock()
        self._bytes_line = asyncio.Lock()
        self._freed = asyncio.Event()
        self._max_bytes = max_bytes
        self._bytes = 0

    def enter_now(self, tokens: int) -> Permit | None:
        """Leave for a request if nobody has to wait, as mostly."""
        if self._rate_limiter_line.locked():
            return None
        answer = self.rate_limiter.enter(self.clock.monotonic(), tokens)
        return answer if isinstance(answer, Permit) else None

    async def enter(self, tokens: int) -> Permit:
        """Wait for the gate, first come, first served."""
        async with self._rate_limiter_line:
            while isinstance(
                answer := self.rate_limiter.enter(self.clock.monotonic(), tokens), Wait
            ):
                self.check()
                nap_sec = min(max(answer.sec, _SHORTEST_NAP_SEC), _LONGEST_NAP_SEC)
                await self.clock.sleep_async(nap_sec)
                await asyncio.sleep(0)  # others go on, even if the clock does not wait
            return answer

    def pass_turn(self) -> bool:
        """Let one that has come back have the turn of one that has ended, if there is any.

        Otherwise there would be more turns than places, and everyone would wait for a place.
        """
        for admission in self.turnless:
            admission.has_turn = True
            del self.turnless[admission]
            return True
        return False

    def take_bytes_now(self, size_bytes: int) -> bool:
        """Take so many bytes if nobody has to wait. Returns whether they were taken."""
        if self._bytes_line.locked() or not self._fits(size_bytes):
            return False
        self._bytes += size_bytes
        return True

    async def take_bytes(self, size_bytes: int) -> None:
        """Wait until so many bytes may be sent, first come, first served."""
        async with self._bytes_line:
            while not self._fits(size_bytes):
                self._freed.clear()
                await self._freed.wait()
            self.check()
            self._bytes += size_bytes

    def give_bytes(self, size_bytes: int) -> None:
        """So many bytes were sent."""
        self._bytes -= size_bytes
        self._freed.set()

    def check(self) -> None:
        if self.is_stopped:
            raise StoppedError

    def _fits(self, size_bytes: int) -> bool:
        return not self._bytes or self._bytes + size_bytes <= self._max_bytes


class StoppedError(Exception):
    """The run was closed. Ends flows that run in threads; nobody else sees it."""


class Admission:
    """Through which the requests of one item go: counted, and within the quota.

    Args:
        traffic: the run's
        tokens: how many the item counts for

    Attributes:
        requests: how many were sent
        has_turn: whether whoever opened it still has the turn for it
    """

    def __init__(self, admission_control: AdmissionControl, tokens: int) -> None:
        self._traffic = admission_control
        self._tokens = tokens
        self._first: Permit | None = None
        self._has_place = False
        self._under_way = 0
        self.has_turn = True
        self.requests = 0

    async def open(self) -> None:
        """Wait for a place, and for leave for the first request. `close` must follow."""
        admission_control, tokens = self._traffic, self._tokens
        if admission_control.places.value:
            admission_control.places.acquire_nowait()
        else:
            await admission_control.places.acquire()
        self._has_place = True
        self._first = admission_control.enter_now(tokens) or await admission_control.enter(tokens)

    async def send(
        self, command: SendRequest, send: Callable[[SendRequest], Awaitable[httpx.Response]]
    ) -> httpx.Response:
        """Send a request when it may go."""
        leave = await self.enter(command)
        response = None
        try:
            response = await send(command)
            return response
        finally:
            self.leave(command, leave, response)

    async def enter(self, command: SendRequest) -> Permit | None:
        """Wait until a request may go. `leave` must follow."""
        admission_control = self._traffic
        admission_control.check()
        self._under_way += 1
        leave = None
        try:
            if not self._has_place:
                await self._take_place()
            if not command.is_external:
                leave, self._first = self._first, None
                if leave is None:
                    tokens = self._tokens if _embeds(command) else 0
                    leave = admission_control.enter_now(tokens) or await admission_control.enter(
                        tokens
                    )
            size_bytes = _size_bytes(command)
            if not admission_control.take_bytes_now(size_bytes):
                await admission_control.take_bytes(size_bytes)
        except BaseException:
            self._under_way -= 1
            if leave is not None:
                admission_control.rate_limiter.give_back(leave)
            raise
        if leave is not None:
            leave.sent_sec = admission_control.clock.monotonic()
        self.requests += 1
        return leave

    def leave(
        self, command: SendRequest, leave: Permit | None, response: httpx.Response | None
    ) -> None:
        """A request was answered, or failed."""
        admission_control = self._traffic
        self._under_way -= 1
        admission_control.give_bytes(_size_bytes(command))
        if leave is None:
            return
        now_sec = admission_control.clock.monotonic()
        if response is None:
            admission_control.rate_limiter.leave(leave, now_sec, None, {})
            return
        asked_sec = None
        if response.status_code in (429, 503):
            asked_sec = asked_wait_sec(api_error(response), admission_control.clock.now())
        admission_control.rate_limiter.leave(
            leave, now_sec, response.status_code, response.headers, asked_sec
        )

    def yield_slot(self) -> None:
        """Let others go on until the next request, unless a part of it is still being sent."""
        if not self._under_way:
            self._leave_place()
            if self.has_turn:
                self.has_turn = False
                self._traffic.turns.release()
            self._traffic.turnless.pop(self, None)

    def close(self) -> None:
        """No more requests come."""
        self._leave_place()
        self._traffic.turnless.pop(self, None)
        if self._first is not None:
            self._traffic.rate_limiter.give_back(self._first)
            self._first = None

    async def _take_place(self) -> None:
        # Parts of an item may ask at once. One line for all items, since all come to one queue.
        async with self._traffic.line_for_places:
            if not self._has_place:
                if not self.has_turn:
                    self._traffic.turnless[self] = None
                await self._traffic.places.acquire()
                self._has_place = True

    def _leave_place(self) -> None:
        if self._has_place:
            self._has_place = False
            self._traffic.places.release()


def _size_bytes(command: SendRequest) -> int:
    body = command.body
    if body is None:
        return 0
    return len(body) if isinstance(body, bytes) else body.length_bytes


def _embeds(command: SendRequest) -> bool:
    return command.method == "POST" and "/embed-v2" in command.url


class ThreadAdmission:
    """A door whose requests are sent in threads, while the gate is asked in the event loop."""

    def __init__(self, admission: Admission, loop: asyncio.AbstractEventLoop) -> None:
        self._door = admission
        self._loop = loop

    def send(
        self, command: SendRequest, send: Callable[[SendRequest], httpx.Response]
    ) -> httpx.Response:
        entering = asyncio.run_coroutine_threadsafe(self._door.enter(command), self._loop)
        leave = entering.result()
        response = None
        try:
            response = send(command)
            return response
        finally:
            self._loop.call_soon_threadsafe(self._door.leave, command, leave, response)

    def yield_slot(self) -> None:
        self._loop.call_soon_threadsafe(self._door.yield_slot)
