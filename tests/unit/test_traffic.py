"""The places of a run: who has one, and who gives it away."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
from twelvelabs_embed import Clock
from twelvelabs_embed._http.effects import SendRequest
from twelvelabs_embed.batch.admission import Admission, AdmissionControl
from twelvelabs_embed.batch.rate_limiter import Permit, RateLimiter

SEND = SendRequest("GET", "http://api/", httpx.Headers(), {}, None, httpx.Timeout(5))


@pytest.fixture
async def admission_control() -> AsyncIterator[AdmissionControl]:
    admission_control = AdmissionControl(1, RateLimiter(), 1 << 20, Clock())
    yield admission_control
    assert admission_control.places.value  # in the end it is free


async def opened(admission_control: AdmissionControl) -> Admission:
    await admission_control.turns.acquire()
    admission = Admission(admission_control, 0)
    await admission.open()
    return admission


async def asked(
    admission_control: AdmissionControl,
) -> tuple[Admission, Admission, asyncio.Future[Permit | None]]:
    """A door that asks for the place that it gave away, who has that now, and what comes of it."""
    first = await opened(admission_control)
    first.yield_slot()
    second = await opened(admission_control)
    entering = asyncio.ensure_future(first.enter(SEND))
    await asyncio.sleep(0)
    return first, second, entering


async def test_a_place_given_away_is_taken_back_with_the_next_request(
    admission_control: AdmissionControl,
) -> None:
    first, second, entering = await asked(admission_control)
    assert not entering.done()
    second.close()
    leave = await entering
    assert not admission_control.places.value
    assert (first.has_turn, second.has_turn) == (False, True)
    first.leave(SEND, leave, None)
    first.close()


async def test_it_is_kept_while_another_part_of_the_item_is_sent(
    admission_control: AdmissionControl,
) -> None:
    admission = await opened(admission_control)
    leave = await admission.enter(SEND)
    admission.yield_slot()
    assert not admission_control.places.value
    assert admission.has_turn
    admission.leave(SEND, leave, None)
    admission.yield_slot()
    assert admission_control.places.value


async def test_parts_that_ask_at_once_take_one_place(admission_control: AdmissionControl) -> None:
    first = await opened(admission_control)
    first.yield_slot()
    first.yield_slot()
    other = await opened(admission_control)
    entering = [asyncio.ensure_future(first.enter(SEND)) for _ in range(2)]
    await asyncio.sleep(0)
    other.close()
    for leave in await asyncio.gather(*entering):
        first.leave(SEND, leave, None)
    first.close()
    assert admission_control.places.value
    await admission_control.places.acquire()
    assert not admission_control.places.value  # there is no second one
    admission_control.places.release()


async def test_who_is_cancelled_while_it_asks_has_none(admission_control: AdmissionControl) -> None:
    first, second, entering = await asked(admission_control)
    entering.cancel()
    await asyncio.gather(entering, return_exceptions=True)
    first.close()
    assert not admission_control.places.value
    second.close()
