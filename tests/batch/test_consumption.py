"""Blocking `many`: what was consumed reaches the loop in which items wait to be started."""

import asyncio

from twelvelabs_embed.batch.blocking import _Channel


async def test_workers_that_still_wait_get_what_is_consumed_later() -> None:
    reported = list[int]()

    def report(count: int) -> bool:
        reported.append(count)
        return False  # others still wait

    channel = _Channel[str]()
    channel.start(asyncio.ensure_future(asyncio.sleep(0)), report)
    channel.count_consumed(1)
    channel.forward_consumed()
    await asyncio.to_thread(channel.count_consumed, 2)
    await asyncio.sleep(0)
    assert reported == [1, 2]
