"""Waits for admission: their order, their end, and what runs meanwhile."""

import asyncio

import pytest
from twelvelabs_embed import Clock
from twelvelabs_embed.batch.admission import Admission, AdmissionControl, StoppedError
from twelvelabs_embed.batch.jobs import NotStartedError
from twelvelabs_embed.batch.rate_limiter import RateLimiter


async def test_media_does_not_overtake_media_that_waits() -> None:
    now_sec, wakes, order = 0.0, asyncio.Event(), list[float]()

    async def sleep(duration_sec: float) -> None:
        await wakes.wait()

    clock = Clock(monotonic=lambda: now_sec, sleep_async=sleep)
    limiter = RateLimiter(minutes_per_hour=1)
    control = AdmissionControl(9, limiter, 100, clock)
    assert limiter.acquire_media(0.0, 30.0) is None

    async def acquire(media_sec: float) -> None:
        await control.acquire_media(media_sec, Admission(control, 0))
        order.append(media_sec)

    waiting = asyncio.ensure_future(acquire(40.0))
    await asyncio.sleep(0)
    later = asyncio.ensure_future(acquire(20.0))  # which would fit
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert order == []
    limiter.release_media(0.0, 0.0, 30.0, 400)
    wakes.set()
    await asyncio.gather(waiting, later)
    assert order == [40.0, 20.0]


async def test_a_request_does_not_overtake_one_that_waits_for_its_permit() -> None:
    now_sec, wakes, order = 0.0, asyncio.Event(), list[str]()

    async def sleep(duration_sec: float) -> None:
        await wakes.wait()

    clock = Clock(monotonic=lambda: now_sec, sleep_async=sleep)
    control = AdmissionControl(9, RateLimiter(1), 100, clock)
    used = control.acquire_permit_nowait(0)
    assert used is not None
    control.rate_limiter.release(used, 0.0, 200, {})

    async def acquire(name: str) -> None:
        permit = control.acquire_permit_nowait(0) or await control.acquire_permit(
            0, Admission(control, 0)
        )
        order.append(name)
        control.rate_limiter.cancel(permit)

    waiting = asyncio.ensure_future(acquire("first"))
    await asyncio.sleep(0)
    now_sec = 61.0  # a permit can be had, but the one that waits has not noticed
    later = asyncio.ensure_future(acquire("second"))
    await asyncio.sleep(0)
    wakes.set()
    await asyncio.gather(waiting, later)
    assert order == ["first", "second"]


@pytest.mark.parametrize("what", ["permit", "Retry-After", "media"])
@pytest.mark.parametrize(
    ("reason", "error"), [("closed", StoppedError), ("stopping", NotStartedError)]
)
async def test_a_wait_ends_with_the_run(what: str, reason: str, error: type[Exception]) -> None:
    async def sleep(duration_sec: float) -> None:
        if steps_sec:
            control.is_stopped = reason == "closed"
            control.is_stopping = lambda: reason == "stopping"
        steps_sec.append(duration_sec)

    steps_sec = list[float]()
    clock = Clock(monotonic=lambda: 0.0, sleep_async=sleep)
    control = AdmissionControl(9, RateLimiter(1, minutes_per_hour=1), 100, clock)
    used, admission = control.acquire_permit_nowait(0), Admission(control, 0)
    assert used is not None
    if what == "Retry-After":
        control.rate_limiter.release(used, 0.0, 429, {}, retry_after_sec=9.0)
    await control.acquire_media(60.0, admission)
    is_media = what == "media"
    acquire = control.acquire_media if is_media else control.acquire_permit
    with pytest.raises(error):
        await acquire(60, admission)
    assert steps_sec == [1.0, 1.0]


@pytest.mark.parametrize("what", ["permit", "media"])
async def test_others_run_while_one_waits_by_a_clock_that_does_not_wait(what: str) -> None:
    now_sec, seen_sec = 0.0, list[float]()

    async def sleep(duration_sec: float) -> None:
        nonlocal now_sec
        now_sec += duration_sec

    async def run() -> None:
        seen_sec.append(now_sec)

    clock = Clock(monotonic=lambda: now_sec, sleep_async=sleep)
    control = AdmissionControl(9, RateLimiter(1, minutes_per_hour=1), 100, clock)
    other = asyncio.ensure_future(run())
    if what == "permit":
        permit = control.acquire_permit_nowait(0)
        assert permit is not None
        control.rate_limiter.release(permit, 0.0, 200, {})
        control.rate_limiter.cancel(await control.acquire_permit(0, Admission(control, 0)))
    else:
        await control.acquire_media(60.0, Admission(control, 0))
        control.rate_limiter.release_media(0.0, 0.0, 60.0, 200)
        await control.acquire_media(60.0, Admission(control, 0))
    assert now_sec >= 60
    assert seen_sec == [1.0]  # after the first of many steps
    await other
