"""Admission control: which item has a slot, and when it is given back."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from msgspec.structs import replace
from twelvelabs_embed import Clock, QuotaExhaustedError
from twelvelabs_embed._http.effects import SendRequest
from twelvelabs_embed.batch.admission import (
    Admission,
    AdmissionControl,
    RequestSlot,
)
from twelvelabs_embed.batch.jobs import NotStartedError
from twelvelabs_embed.batch.rate_limiter import Delay, Permit, RateLimiter

SEND = SendRequest("GET", "http://api/", httpx.Headers(), {}, None, httpx.Timeout(5))


@pytest.fixture
async def control() -> AsyncIterator[AdmissionControl]:
    control = AdmissionControl(1, RateLimiter(), 1 << 20, Clock())
    yield control
    assert control.slots.value  # in the end it is free
    assert control.rate_limiter.in_flight == 0


async def admit(control: AdmissionControl, tokens: int = 0) -> Admission:
    await control.start_slots.acquire()
    admission = Admission(control, tokens)
    try:
        if not admission.open_nowait():
            await admission.open()
    except BaseException:
        admission.close()
        raise
    return admission


@asynccontextmanager
async def sending(admission: Admission, command: SendRequest) -> AsyncGenerator[RequestSlot]:
    slot = await RequestSlot(admission, command).start()
    try:
        yield slot
    finally:
        slot.release()


async def yield_and_ask_again(
    control: AdmissionControl,
) -> tuple[Admission, Admission, asyncio.Future[RequestSlot]]:
    """Return the admission that yielded its slot, the one that has it now, and the request that
    waits for the slot again."""
    first = await admit(control)
    first.yield_slot()
    second = await admit(control)
    waiting = asyncio.ensure_future(RequestSlot(first, SEND).start())
    await asyncio.sleep(0)
    return first, second, waiting


async def test_a_yielded_slot_is_acquired_again_for_the_next_request(
    control: AdmissionControl,
) -> None:
    first, second, waiting = await yield_and_ask_again(control)
    assert not waiting.done()
    second.close()
    request = await waiting
    assert not control.slots.value
    assert (first.has_start_slot, second.has_start_slot) == (False, True)
    assert list(control.waiting) == [first]
    request.release()
    first.yield_slot()
    assert not control.waiting  # it sleeps, and needs no start slot
    first.close()


async def test_the_start_slot_of_an_item_that_ended_goes_to_one_that_waits(
    control: AdmissionControl,
) -> None:
    first, second, waiting = await yield_and_ask_again(control)
    assert list(control.waiting) == [first]
    assert [control.transfer_start_slot(), control.transfer_start_slot()] == [True, False]
    assert first.has_start_slot
    assert not control.waiting
    second.close()
    (await waiting).release()
    first.close()


async def test_the_slot_is_kept_while_another_request_of_the_item_is_in_flight(
    control: AdmissionControl,
) -> None:
    admission = await admit(control)
    async with sending(admission, SEND):
        admission.yield_slot()
        assert not control.slots.value
        assert admission.has_start_slot
    admission.yield_slot()
    assert control.slots.value
    admission.close()


async def test_concurrent_requests_of_an_item_share_one_slot(control: AdmissionControl) -> None:
    first = await admit(control)
    first.yield_slot()
    first.yield_slot()
    other = await admit(control)
    waiting = [asyncio.ensure_future(RequestSlot(first, SEND).start()) for _ in range(2)]
    await asyncio.sleep(0)
    other.close()
    for request in await asyncio.gather(*waiting):
        request.release()
    first.close()
    assert control.slots.value
    await control.slots.acquire()
    assert not control.slots.value  # there is no second one
    control.slots.release()


async def test_a_request_that_is_cancelled_while_it_waits_has_no_slot(
    control: AdmissionControl,
) -> None:
    first, second, waiting = await yield_and_ask_again(control)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    first.close()
    assert not control.waiting
    assert not control.slots.value
    second.close()


async def test_an_error_releases_the_slot_the_permit_and_the_bytes(
    control: AdmissionControl,
) -> None:
    async def fail(command: SendRequest) -> httpx.Response:
        assert control.rate_limiter.in_flight == 1
        raise ConnectionResetError

    admission = await admit(control)
    with pytest.raises(ConnectionResetError):
        await admission.send(SEND, fail)
    admission.close()
    assert control.rate_limiter.in_flight == 0
    assert control.byte_budget.acquire_nowait(1 << 20)


# ------------------------------------------------------------------------------------------ permits


@pytest.mark.parametrize(
    ("status", "reason"), [(429, "Retry-After"), (503, "Retry-After"), (500, None)]
)
async def test_retry_after_of_a_busy_service_delays_all_requests(
    control: AdmissionControl, status: int, reason: str | None
) -> None:
    async def respond(command: SendRequest) -> httpx.Response:
        request = httpx.Request(command.method, command.url)
        return httpx.Response(status, headers={"retry-after": "30"}, request=request)

    admission = await admit(control)
    await admission.send(SEND, respond)
    admission.close()
    decision = control.rate_limiter.acquire(control.clock.monotonic())
    if reason is None:
        assert isinstance(decision, Permit)
        control.rate_limiter.cancel(decision)
    else:
        assert isinstance(decision, Delay)
        assert decision.reason == reason
        assert decision.sec > 25


def body_of(size_bytes: int) -> SendRequest:
    return replace(SEND, method="POST", body=bytes(size_bytes))


@pytest.mark.parametrize(
    ("changes", "permits", "tokens"),
    [
        ({"method": "POST", "url": "http://api/v1.3/embed-v2"}, 1, 70),
        ({"method": "POST", "url": "http://api/v1.3/embed-v2/tasks"}, 1, 70),
        ({"method": "GET", "url": "http://api/v1.3/embed-v2/tasks/1"}, 1, 0),
        ({"method": "POST", "url": "http://api/v1.3/assets"}, 1, 0),
        ({"method": "PUT", "url": "http://storage/embed-v2", "is_external": True}, 0, 0),
    ],
    ids=["embedded", "a task", "a poll", "an upload", "storage"],
)
async def test_a_request_counts_for_what_the_service_counts(
    changes: dict[str, Any], permits: int, tokens: int
) -> None:
    """After the first request of an item, for which its text counts in any case."""
    control = AdmissionControl(1, RateLimiter(9, 1000), 1 << 20, Clock())
    limiter, admission = control.rate_limiter, await admit(control, 70)
    async with sending(admission, SEND):
        assert (limiter.in_flight, limiter._in_flight_tokens) == (1, 70)
    async with sending(admission, replace(SEND, **changes)):
        assert (limiter.in_flight, limiter._in_flight_tokens) == (permits, tokens)
    admission.close()
    assert (limiter.in_flight, limiter._in_flight_tokens, admission.requests) == (0, 0, 2)
    assert (limiter._log.requests, limiter._log.tokens) == (1 + permits, 70 + tokens)


async def test_an_item_that_waits_for_minutes_has_no_permit_and_counts_once() -> None:
    now_sec, is_woken = 0.0, asyncio.Event()

    async def sleep(duration_sec: float) -> None:
        await is_woken.wait()

    clock = Clock(monotonic=lambda: now_sec, sleep_async=sleep)
    limiter = RateLimiter(2, minutes_per_hour=1)
    control, media = AdmissionControl(3, limiter, 1 << 20, clock), replace(SEND, media_sec=40.0)
    assert limiter.acquire_media(0.0, 40.0) is None
    waits, gives_up = await admit(control), await admit(control)
    waiting = asyncio.ensure_future(RequestSlot(waits, media).start())
    leaving = asyncio.ensure_future(RequestSlot(gives_up, media).start())
    await asyncio.sleep(0)
    other = await admit(control)  # of two permits, the one of the first is free
    leaving.cancel()
    await asyncio.gather(leaving, return_exceptions=True)
    gives_up.close()
    other.close()
    limiter.release_media(0.0, 0.0, 40.0, 400)
    is_woken.set()
    (await waiting).release()  # without a response: it may have been counted
    waits.close()
    assert limiter.in_flight == 0
    assert limiter.acquire_media(0.0, 21.0) is not None
    assert limiter.acquire_media(0.0, 20.0) is None


@pytest.mark.parametrize(("status", "counts"), [(200, True), (None, True), (400, False)])
async def test_media_counts_by_its_response_from_when_it_was_sent(
    status: int | None, counts: bool
) -> None:
    now_sec = 0.0
    limiter = RateLimiter(minutes_per_hour=1)
    control = AdmissionControl(1, limiter, 100, Clock(monotonic=lambda: now_sec))
    admission = await admit(control)
    async with sending(admission, replace(SEND, media_sec=60.0)) as slot:
        now_sec = 40.0
        if status is not None:
            slot.response = httpx.Response(status, request=httpx.Request("GET", SEND.url))
    admission.close()
    # Five seconds are assumed for its way, and then an hour.
    expected = Delay(3605.0 - 50.0, "minutes_per_hour") if counts else None
    assert limiter.acquire_media(50.0, 60.0) == expected


async def test_media_that_is_never_sent_does_not_count() -> None:
    """It has its share of the minutes, and is cancelled while it waits for the bytes of another."""
    limiter = RateLimiter(minutes_per_hour=1)
    control = AdmissionControl(2, limiter, 100, Clock(monotonic=lambda: 0.0))
    first, second = await admit(control), await admit(control)
    async with sending(first, body_of(80)):
        media = replace(body_of(80), media_sec=60.0)
        waiting = asyncio.ensure_future(RequestSlot(second, media).start())
        await asyncio.sleep(0)
        assert isinstance(limiter.acquire_media(0.0, 1.0), Delay)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        assert limiter.acquire_media(0.0, 60.0) is None
    first.close()
    second.close()


@pytest.mark.parametrize(
    ("status", "is_done"), [(None, False), (200, True), (302, False), (429, False)]
)
async def test_only_items_of_which_nothing_is_done_are_given_up(
    status: int | None, is_done: bool, control: AdmissionControl
) -> None:
    control.is_stopping = lambda: True
    admission = await admit(control)
    async with sending(admission, SEND) as slot:
        if status is not None:
            slot.response = httpx.Response(status, request=httpx.Request("GET", SEND.url))
    steps_sec = list[float]()

    async def sleep(duration_sec: float) -> None:
        steps_sec.append(duration_sec)

    if is_done:
        await admission.sleep(2.5, sleep)
        assert steps_sec == [1.0, 1.0, 0.5]
    else:
        with pytest.raises(NotStartedError):
            await admission.sleep(2.5, sleep)
        assert steps_sec == []
        with pytest.raises(NotStartedError):
            await admission.sleep(1.0, sleep)
        assert steps_sec == [1.0]
    admission.close()


async def test_a_permit_counts_from_when_its_request_was_sent() -> None:
    now_sec = 0.0
    control = AdmissionControl(1, RateLimiter(1), 100, Clock(monotonic=lambda: now_sec))
    admission = await admit(control)
    now_sec = 50.0
    async with sending(admission, SEND):
        now_sec = 51.0
    admission.close()
    assert control.rate_limiter.acquire(60.0) == Delay(pytest.approx(51.0, abs=0.1), "rpm")


async def test_a_permit_of_a_request_that_is_never_sent_does_not_count() -> None:
    """It has its permit, and is cancelled while it waits for the bytes of another."""
    control = AdmissionControl(2, RateLimiter(2), 100, Clock())
    first, second = await admit(control), await admit(control)
    async with sending(first, body_of(80)):
        waiting = asyncio.ensure_future(RequestSlot(second, body_of(80)).start())
        await asyncio.sleep(0)
        assert control.rate_limiter.in_flight == 2
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        second.close()
        assert control.rate_limiter.in_flight == 1
        assert control.acquire_permit_nowait(0) is not None  # the second of two in this minute


async def test_a_permit_of_an_item_that_sends_nothing_does_not_count() -> None:
    control = AdmissionControl(1, RateLimiter(1), 100, Clock())
    (await admit(control)).close()
    assert control.rate_limiter.in_flight == 0
    assert control.acquire_permit_nowait(0) is not None


@pytest.mark.parametrize(
    ("reason", "error"),
    [
        ("cancelled", asyncio.CancelledError),
        ("stopped", NotStartedError),
        ("exhausted", QuotaExhaustedError),
    ],
)
async def test_an_item_that_does_not_get_its_first_permit_has_no_slot(
    reason: str, error: type[BaseException]
) -> None:
    async def sleep(duration_sec: float) -> None:
        waiting.cancel()

    clock = Clock(monotonic=lambda: 0.0, sleep_async=sleep)
    control = AdmissionControl(1, RateLimiter(1), 100, clock)
    control.is_stopping = lambda: reason == "stopped"
    used = control.acquire_permit_nowait(0)
    assert used is not None
    if reason == "exhausted":
        control.rate_limiter.release(used, 0.0, 429, {}, retry_after_sec=1e6)
    waiting = asyncio.ensure_future(admit(control))
    with pytest.raises(error):
        await waiting
    assert control.slots.value == 1
    assert control.rate_limiter.in_flight == (reason != "exhausted")
