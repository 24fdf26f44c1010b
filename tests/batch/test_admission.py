"""Admission control: which item has a slot, and when it is given back."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
from twelvelabs_embed import Clock
from twelvelabs_embed._http.effects import SendRequest
from twelvelabs_embed.batch.admission import Admission, AdmissionControl, RequestSlot
from twelvelabs_embed.batch.rate_limiter import RateLimiter

SEND = SendRequest("GET", "http://api/", httpx.Headers(), {}, None, httpx.Timeout(5))


@pytest.fixture
async def control() -> AsyncIterator[AdmissionControl]:
    control = AdmissionControl(1, RateLimiter(), 1 << 20, Clock())
    yield control
    assert control.slots.value  # in the end it is free
    assert control.rate_limiter.in_flight == 0


async def admit(control: AdmissionControl) -> Admission:
    await control.start_slots.acquire()
    return await Admission(control, 0).__aenter__()


async def close(admission: Admission) -> None:
    await admission.__aexit__(None, None, None)


async def yield_and_ask_again(
    control: AdmissionControl,
) -> tuple[Admission, Admission, asyncio.Future[RequestSlot]]:
    """Return the admission that yielded its slot, the one that has it now, and the request that
    waits for the slot again."""
    first = await admit(control)
    first.yield_slot()
    second = await admit(control)
    waiting = asyncio.ensure_future(RequestSlot(first, SEND).__aenter__())
    await asyncio.sleep(0)
    return first, second, waiting


async def test_a_yielded_slot_is_acquired_again_for_the_next_request(
    control: AdmissionControl,
) -> None:
    first, second, waiting = await yield_and_ask_again(control)
    assert not waiting.done()
    await close(second)
    request = await waiting
    assert not control.slots.value
    assert (first.has_start_slot, second.has_start_slot) == (False, True)
    request.release()
    await close(first)


async def test_the_slot_is_kept_while_another_request_of_the_item_is_in_flight(
    control: AdmissionControl,
) -> None:
    admission = await admit(control)
    async with RequestSlot(admission, SEND):
        admission.yield_slot()
        assert not control.slots.value
        assert admission.has_start_slot
    admission.yield_slot()
    assert control.slots.value
    await close(admission)


async def test_concurrent_requests_of_an_item_share_one_slot(control: AdmissionControl) -> None:
    first = await admit(control)
    first.yield_slot()
    first.yield_slot()
    other = await admit(control)
    waiting = [asyncio.ensure_future(RequestSlot(first, SEND).__aenter__()) for _ in range(2)]
    await asyncio.sleep(0)
    await close(other)
    for request in await asyncio.gather(*waiting):
        request.release()
    await close(first)
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
    await close(first)
    assert not control.slots.value
    await close(second)


async def test_an_error_releases_the_slot_the_permit_and_the_bytes(
    control: AdmissionControl,
) -> None:
    async def fail(command: SendRequest) -> httpx.Response:
        assert control.rate_limiter.in_flight == 1
        raise ConnectionResetError

    admission = await admit(control)
    with pytest.raises(ConnectionResetError):
        await admission.send(SEND, fail)
    await close(admission)
    assert control.rate_limiter.in_flight == 0
    assert control.acquire_bytes_nowait(1 << 20)
