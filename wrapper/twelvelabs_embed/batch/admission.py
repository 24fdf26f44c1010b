"""Admission control: what the requests of a run share, and when each of them may be sent.

They share slots (the concurrency), the rate limiter, and a budget of bytes in flight. Everything
lives in one event loop.
"""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from typing import Self

import httpx

from twelvelabs_embed._http.effects import SendRequest
from twelvelabs_embed._text import duration_words
from twelvelabs_embed.batch.byte_budget import ByteBudget
from twelvelabs_embed.batch.jobs import NotStartedError
from twelvelabs_embed.batch.rate_limiter import RETRY_AFTER, Delay, Permit, RateLimiter
from twelvelabs_embed.batch.slots import Slots
from twelvelabs_embed.errors import (
    ApiError,
    QuotaExhaustedError,
    ServiceUnavailableError,
    TooManyRequestsError,
    TwelveLabsError,
    api_error,
)
from twelvelabs_embed.retry import MAX_SPREAD_SEC, Clock, RetryPolicy, asked_wait_sec

_log = logging.getLogger("twelvelabs_embed")

# Waits of at least so many seconds are worth a warning.
_WARNED_WAIT_SEC = 10.0
# The rate limiter may allow more before a delay is over: a response may have said so.
_MAX_SLEEP_SEC, _MIN_SLEEP_SEC = 1.0, 0.001


class StoppedError(Exception):
    """The run was closed. Ends flows that run in threads; callers never see it."""


class AdmissionControl:
    """What all requests of a run share: slots, the rate limiter, and the bytes in flight.

    Args:
        concurrency: how many slots there are
        rate_limiter: keeps the requests within the quota
        max_in_flight_bytes: how many bytes of bodies may be in flight
        clock: time
        policy: the retry policy: how long the service may ask to wait
        is_stopping: whether items of which nothing is done are given up when they have to wait

    Attributes:
        slots: an item needs one to send requests
        start_slots: a worker needs one to start items. An item that waits before another attempt
            gives both back, so that other items are started meanwhile, and needs only a slot to
            finish. Were the two one, it would wait for workers that hold a slot and have nothing to
            do because the source is slow
        waiting: admissions that wait for a slot and have given their start slot back
    """

    def __init__(
        self,
        concurrency: int,
        rate_limiter: RateLimiter,
        max_in_flight_bytes: int,
        clock: Clock,
        policy: RetryPolicy = RetryPolicy(),
        is_stopping: Callable[[], bool] | None = None,
    ) -> None:
        self.slots = Slots(concurrency)
        self.start_slots = Slots(concurrency)
        self.slot_lock = asyncio.Lock()
        self.waiting: dict[Admission, None] = {}
        self.rate_limiter = rate_limiter
        self.clock = clock
        self.counts_tokens = rate_limiter.counts_tokens
        self.counts_media = rate_limiter.counts_media
        self.is_stopped = False
        self._policy = policy
        self.is_stopping = is_stopping
        self._warned_until_sec = -math.inf
        self._permit_lock = asyncio.Lock()
        self._media_lock = asyncio.Lock()
        self.byte_budget = ByteBudget(max_in_flight_bytes)

    def acquire_permit_nowait(self, tokens: int) -> Permit | None:
        """Return a permit if no request has to wait, the usual case."""
        if self._permit_lock.locked():
            return None
        decision = self.rate_limiter.acquire(self.clock.monotonic(), tokens)
        return decision if isinstance(decision, Permit) else None

    async def acquire_permit(self, tokens: int, admission: Admission) -> Permit:
        """Wait for a permit, first come, first served.

        Args:
            tokens: how many the request counts for
            admission: the item's

        Raises:
            NotStartedError: the run is stopped, and nothing is done of the item
            QuotaExhaustedError: the service asks to wait for longer than the retry policy allows
        """
        async with self._permit_lock:
            while isinstance(
                decision := self.rate_limiter.acquire(self.clock.monotonic(), tokens), Delay
            ):
                self.raise_if_stopped()
                admission.raise_if_given_up()
                if decision.reason == RETRY_AFTER:
                    self._raise_if_too_long(decision.sec)
                await self.clock.sleep_async(min(max(decision.sec, _MIN_SLEEP_SEC), _MAX_SLEEP_SEC))
                await asyncio.sleep(0)  # other tasks run, even if the clock does not wait
            return decision

    async def acquire_media(self, media_sec: float, admission: Admission) -> None:
        """Wait until media of a length may be sent, first come, first served.

        Raises:
            NotStartedError: as for a permit
        """
        rate_limiter, clock = self.rate_limiter, self.clock
        async with self._media_lock:
            while (delay := rate_limiter.acquire_media(clock.monotonic(), media_sec)) is not None:
                admission.return_permit()  # others may be sent meanwhile
                self.raise_if_stopped()
                admission.raise_if_given_up()
                await clock.sleep_async(min(max(delay.sec, _MIN_SLEEP_SEC), _MAX_SLEEP_SEC))
                await asyncio.sleep(0)

    def asked_wait_sec(self, error: ApiError) -> float | None:
        """Return how long all requests are to wait after a response, with a random part."""
        asked_sec = asked_wait_sec(error, self.clock.now())
        if asked_sec is None:
            return None
        until_sec = self.clock.monotonic() + asked_sec
        if until_sec > self._warned_until_sec + _WARNED_WAIT_SEC:
            self._warned_until_sec = until_sec
            if asked_sec >= _WARNED_WAIT_SEC:
                until = (self.clock.now() + timedelta(seconds=asked_sec)).astimezone()
                _log.warning(
                    "the service asks to wait %s (Retry-After): nothing is sent before %s",
                    duration_words(round(asked_sec)),
                    until.isoformat(" ", "seconds"),
                )
        return self._policy.spread_sec(asked_sec)

    def raise_if_exhausted(self, error: TwelveLabsError) -> None:
        """Raise QuotaExhaustedError if an item failed because the service asks to wait too long."""
        if isinstance(error, (TooManyRequestsError, ServiceUnavailableError)):
            self._raise_if_too_long(asked_wait_sec(error, self.clock.now()) or 0.0)

    def _raise_if_too_long(self, wait_sec: float) -> None:
        if wait_sec > self._policy.total_sec + MAX_SPREAD_SEC:
            retry_at = self.clock.now() + timedelta(seconds=wait_sec)
            raise QuotaExhaustedError(wait_sec, retry_at)

    def transfer_start_slot(self) -> bool:
        """Give the start slot of an item that has ended to one that waits. Returns whether one did.

        Otherwise there would be more start slots in use than slots, and all items would wait.
        """
        for admission in self.waiting:
            admission.has_start_slot = True
            del self.waiting[admission]
            return True
        return False

    def raise_if_stopped(self) -> None:
        if self.is_stopped:
            raise StoppedError


class Admission:
    """The admission of one item: it holds a slot while it is open, and admits each request.

        admission = Admission(control, tokens)
        try:
            if not admission.open_nowait():
                await admission.open()
            response = await admission.send(command, send)
        finally:
            admission.close()

    Args:
        control: the run's
        tokens: how many the item counts for

    Attributes:
        requests: how many were sent
        retries: how many of them repeated one that had failed
        in_flight: how many have no response yet
        has_done: whether the service has done something for the item
        has_start_slot: whether the worker that opened it still holds the start slot for it
    """

    def __init__(self, control: AdmissionControl, tokens: int) -> None:
        self.control = control
        self.tokens = tokens
        self.has_start_slot = True
        self.requests = 0
        self.retries = 0
        self.has_done = False
        self._first_permit: Permit | None = None
        self._has_slot = False
        self.in_flight = 0

    def open_nowait(self) -> bool:
        """Take a slot, and the permit of the first request, if neither has to be waited for."""
        self._has_slot = self.control.slots.acquire_nowait()
        if self._has_slot:
            self._first_permit = self.control.acquire_permit_nowait(self.tokens)
        return self._first_permit is not None

    async def open(self) -> None:
        """Wait for what `open_nowait` could not take."""
        if not self._has_slot:
            await self.control.slots.acquire()
            self._has_slot = True
        self._first_permit = await self.control.acquire_permit(self.tokens, self)

    def close(self) -> None:
        """Give back the slot, and the permit if it is unused."""
        self._release_slot()
        if not self.has_start_slot:
            self.control.waiting.pop(self, None)
        if self._first_permit is not None:
            self.return_permit()

    def return_permit(self) -> None:
        """Return the permit of the first request, if it is unused."""
        if self._first_permit is not None:
            self.control.rate_limiter.cancel(self._first_permit)
            self._first_permit = None

    async def send(
        self, command: SendRequest, send: Callable[[SendRequest], Awaitable[httpx.Response]]
    ) -> httpx.Response:
        """Send a request when it may be sent."""
        slot = RequestSlot(self, command)
        if not slot.start_nowait():
            await slot.wait()
        try:
            slot.response = await send(command)
            return slot.response
        finally:
            slot.release()

    async def sleep(self, duration_sec: float, sleep: Callable[[float], Awaitable[object]]) -> None:
        """Sleep before a retry, without slots.

        Raises:
            NotStartedError: the run is stopped, and nothing is done of the item
        """
        self.yield_slot()
        for step_sec in self.sleep_steps(duration_sec):
            await sleep(step_sec)

    def sleep_steps(self, duration_sec: float) -> Iterator[float]:
        """Yield how long to sleep before the next look whether the item is given up."""
        while self.control.is_stopping is not None and duration_sec > _MAX_SLEEP_SEC:
            self.raise_if_given_up()
            yield _MAX_SLEEP_SEC
            duration_sec -= _MAX_SLEEP_SEC
        yield duration_sec
        self.raise_if_given_up()

    def raise_if_given_up(self) -> None:
        """Raise NotStartedError if the run is stopped, and nothing is done of the item."""
        is_stopping = self.control.is_stopping
        if is_stopping is not None and not self.has_done and is_stopping():
            raise NotStartedError

    def yield_slot(self) -> None:
        """Give the slots back until a retry, unless another request is still in flight."""
        self.retries += 1
        if not self.in_flight:
            self._release_slot()
            if self.has_start_slot:
                self.has_start_slot = False
                self.control.start_slots.release()
            self.control.waiting.pop(self, None)

    def start_request_nowait(self, command: SendRequest) -> Permit | None:
        """Start the first request with what the item has been admitted with, the usual case."""
        counts_media = command.media_sec and self.control.counts_media
        if not self._has_slot or counts_media or command.is_external:
            return None
        permit, self._first_permit = self._first_permit, None
        if permit is not None:
            self.in_flight += 1
        return permit

    async def start_request(self) -> None:
        """Take a slot again if the last one was given back. Its end must be counted."""
        self.in_flight += 1
        if self._has_slot:
            return
        control = self.control
        # Requests of an item may ask concurrently. One lock for all items, as there is one queue.
        async with control.slot_lock:
            if not self._has_slot:
                if not self.has_start_slot:
                    control.waiting[self] = None
                await control.slots.acquire()
                self._has_slot = True

    async def acquire_permit(self, command: SendRequest) -> Permit:
        """Return the permit of the first request if it is unused, or wait for another one."""
        permit, self._first_permit = self._first_permit, None
        if permit is not None:
            return permit
        tokens = self.tokens if _embeds(command) else 0
        control = self.control
        return control.acquire_permit_nowait(tokens) or await control.acquire_permit(tokens, self)

    def _release_slot(self) -> None:
        if self._has_slot:
            self._has_slot = False
            self.control.slots.release()


class RequestSlot:
    """One request, from the moment in which it asks to be sent to its response.

    Args:
        admission: the item's
        command: the request

    Attributes:
        response: to be set before it ends; None when there was none
    """

    def __init__(self, admission: Admission, command: SendRequest) -> None:
        self.response: httpx.Response | None = None
        self._admission = admission
        self._command = command
        self._permit: Permit | None = None
        self._size_bytes = len(command.body or b"")
        self._media_sec = 0.0
        self._sent_sec: float | None = None

    async def start(self) -> Self:
        """Wait until the request may be sent. `release` must follow."""
        if not self.start_nowait():
            await self.wait()
        return self

    def start_nowait(self) -> bool:
        """Start if nothing has to be waited for, the usual case."""
        admission, control = self._admission, self._admission.control
        if control.is_stopped:
            raise StoppedError
        self._permit = admission.start_request_nowait(self._command)
        if self._permit is None or not control.byte_budget.acquire_nowait(self._size_bytes):
            return False
        self._count_as_sent()
        return True

    async def wait(self) -> None:
        """Wait for what `start_nowait` could not take."""
        admission, control = self._admission, self._admission.control
        try:
            if self._permit is None:
                await admission.start_request()
                if self._command.media_sec and control.counts_media:
                    await control.acquire_media(self._command.media_sec, admission)
                    self._media_sec = self._command.media_sec
                if not self._command.is_external:
                    self._permit = await admission.acquire_permit(self._command)
            if not control.byte_budget.acquire_nowait(self._size_bytes):
                await control.byte_budget.acquire(self._size_bytes, control.raise_if_stopped)
        except BaseException:
            admission.in_flight -= 1
            if self._permit is not None:
                control.rate_limiter.cancel(self._permit)
            self._release_media(0)
            raise
        self._count_as_sent()

    def _count_as_sent(self) -> None:
        self._sent_sec = self._admission.control.clock.monotonic()
        if self._permit is not None:
            self._permit.sent_sec = self._sent_sec
        self._admission.requests += 1

    def release(self) -> None:
        """End the request, and let the rate limiter learn from its response."""
        admission, response = self._admission, self.response
        control = admission.control
        admission.in_flight -= 1
        control.byte_budget.release(self._size_bytes)
        if response is not None and response.status_code < 300:
            admission.has_done = True
        if self._media_sec:
            self._release_media(None if response is None else response.status_code)
        if self._permit is None:
            return
        now_sec = control.clock.monotonic()
        if response is None:
            control.rate_limiter.release(self._permit, now_sec, None, {})
            return
        is_error = response.status_code in (429, 503)
        retry_after_sec = control.asked_wait_sec(api_error(response)) if is_error else None
        # As an awaited response has received them: making httpx's takes longer than reading two.
        headers = getattr(response, "received_headers", None) or response.headers
        control.rate_limiter.release(
            self._permit, now_sec, response.status_code, headers, retry_after_sec
        )

    def _release_media(self, status_code: int | None) -> None:
        if not self._media_sec:
            return
        control = self._admission.control
        now_sec = control.clock.monotonic()
        sent_sec = now_sec if self._sent_sec is None else self._sent_sec
        control.rate_limiter.release_media(sent_sec, now_sec, self._media_sec, status_code)


def _embeds(command: SendRequest) -> bool:
    return command.method == "POST" and "/embed-v2" in command.url
