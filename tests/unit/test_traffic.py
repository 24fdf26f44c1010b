"""The places of a run: who has one, and who gives it away."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
from twelvelabs_embed import Clock
from twelvelabs_embed._steps import Send
from twelvelabs_embed._traffic import Door, Traffic
from twelvelabs_embed.gate import Gate, Pass

SEND = Send("GET", "http://api/", httpx.Headers(), {}, None, httpx.Timeout(5))


@pytest.fixture
async def traffic() -> AsyncIterator[Traffic]:
    traffic = Traffic(1, Gate(), 1 << 20, Clock())
    yield traffic
    assert traffic.places.value  # in the end it is free


async def opened(traffic: Traffic) -> Door:
    await traffic.turns.acquire()
    door = Door(traffic, 0)
    await door.open()
    return door


async def asked(traffic: Traffic) -> tuple[Door, Door, asyncio.Future[Pass | None]]:
    """A door that asks for the place that it gave away, who has that now, and what comes of it."""
    first = await opened(traffic)
    first.give_way()
    second = await opened(traffic)
    entering = asyncio.ensure_future(first.enter(SEND))
    await asyncio.sleep(0)
    return first, second, entering


async def test_a_place_given_away_is_taken_back_with_the_next_request(traffic: Traffic) -> None:
    first, second, entering = await asked(traffic)
    assert not entering.done()
    second.close()
    leave = await entering
    assert not traffic.places.value
    assert (first.has_turn, second.has_turn) == (False, True)
    first.leave(SEND, leave, None)
    first.close()


async def test_it_is_kept_while_another_part_of_the_item_is_sent(traffic: Traffic) -> None:
    door = await opened(traffic)
    leave = await door.enter(SEND)
    door.give_way()
    assert not traffic.places.value
    assert door.has_turn
    door.leave(SEND, leave, None)
    door.give_way()
    assert traffic.places.value


async def test_parts_that_ask_at_once_take_one_place(traffic: Traffic) -> None:
    first = await opened(traffic)
    first.give_way()
    first.give_way()
    other = await opened(traffic)
    entering = [asyncio.ensure_future(first.enter(SEND)) for _ in range(2)]
    await asyncio.sleep(0)
    other.close()
    for leave in await asyncio.gather(*entering):
        first.leave(SEND, leave, None)
    first.close()
    assert traffic.places.value
    await traffic.places.acquire()
    assert not traffic.places.value  # there is no second one
    traffic.places.release()


async def test_who_is_cancelled_while_it_asks_has_none(traffic: Traffic) -> None:
    first, second, entering = await asked(traffic)
    entering.cancel()
    await asyncio.gather(entering, return_exceptions=True)
    first.close()
    assert not traffic.places.value
    second.close()
