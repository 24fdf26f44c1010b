"""Slots: who gets one, and what becomes of the slot of one that is cancelled."""

import asyncio

from twelvelabs_embed.batch.slots import Slots


async def waiters(slots: Slots, count: int) -> list[asyncio.Task[None]]:
    """Start tasks that wait for a slot, one after the other."""
    tasks = [asyncio.create_task(slots.acquire()) for _ in range(count)]
    await asyncio.sleep(0)
    return tasks


async def finished(tasks: list[asyncio.Task[None]]) -> list[bool]:
    await asyncio.sleep(0)
    return [task.done() and not task.cancelled() for task in tasks]


async def test_a_free_slot_is_taken_without_a_wait() -> None:
    slots = Slots(1)
    assert [slots.acquire_nowait(), slots.acquire_nowait()] == [True, False]
    slots.release()
    await asyncio.wait_for(slots.acquire(), 5)
    assert slots.value == 0


async def test_slots_are_given_first_come_first_served() -> None:
    slots = Slots(0)
    tasks = await waiters(slots, 3)
    slots.release()
    assert await finished(tasks) == [True, False, False]
    assert not slots.acquire_nowait()  # it went to the first, not to who asks next
    slots.release(3)
    assert await finished(tasks) == [True, True, True]
    assert slots.value == 1


async def test_one_that_is_cancelled_while_it_waits_gets_none() -> None:
    slots = Slots(0)
    tasks = await waiters(slots, 2)
    tasks[0].cancel()
    slots.release()
    assert await finished(tasks) == [False, True]
    assert slots.value == 0


async def test_one_that_is_cancelled_as_its_slot_comes_passes_it_on() -> None:
    slots = Slots(0)
    tasks = await waiters(slots, 2)
    slots.release()
    tasks[0].cancel()
    await asyncio.gather(tasks[0], return_exceptions=True)
    assert await finished(tasks) == [False, True]
    assert slots.value == 0
