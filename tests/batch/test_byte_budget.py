"""Bytes of bodies in flight: how many, and in which order."""

import asyncio

import pytest
from twelvelabs_embed import Clock
from twelvelabs_embed.batch.admission import AdmissionControl, StoppedError
from twelvelabs_embed.batch.byte_budget import ByteBudget
from twelvelabs_embed.batch.rate_limiter import RateLimiter


def test_bytes_up_to_the_maximum_are_in_flight_and_no_more() -> None:
    control = AdmissionControl(1, RateLimiter(), 100, Clock())
    assert control.byte_budget.acquire_nowait(60)
    assert not control.byte_budget.acquire_nowait(41)
    assert control.byte_budget.acquire_nowait(40)
    assert not control.byte_budget.acquire_nowait(1)
    control.byte_budget.release(60)
    assert control.byte_budget.acquire_nowait(60)


async def test_small_bodies_do_not_overtake_a_large_one_that_waits() -> None:
    budget, checks = ByteBudget(100), list[int]()
    for size_bytes in (50, 10, 10):
        assert budget.acquire_nowait(size_bytes)
    large = asyncio.ensure_future(budget.acquire(90, lambda: checks.append(90)))
    for freed_bytes in (50, 10):
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert checks == []
        assert not budget.acquire_nowait(1)
        budget.release(freed_bytes)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert checks == [90]
    assert large.done()  # 100 bytes in all
    assert not budget.acquire_nowait(1)


async def test_a_body_that_is_larger_than_the_budget_is_sent_alone() -> None:
    budget = ByteBudget(100)
    assert budget.acquire_nowait(60)
    large = asyncio.ensure_future(budget.acquire(150, lambda: None))
    await asyncio.sleep(0)
    assert not large.done()
    budget.release(60)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert large.done()
    assert not budget.acquire_nowait(1)


async def test_a_body_that_is_not_sent_after_its_wait_takes_no_bytes() -> None:
    control = AdmissionControl(1, RateLimiter(), 100, Clock())
    assert control.byte_budget.acquire_nowait(60)
    waiting = asyncio.ensure_future(control.byte_budget.acquire(90, control.raise_if_stopped))
    await asyncio.sleep(0)
    control.is_stopped = True
    control.byte_budget.release(60)
    with pytest.raises(StoppedError):
        await waiting
    assert control.byte_budget.acquire_nowait(100)
