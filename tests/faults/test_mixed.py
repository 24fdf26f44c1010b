"""A thousand calls of which every fifth request fails."""

import asyncio
import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from twelvelabs_embed_emulator import Emulator

from tests.clients import ClientKind, both_clients
from tests.faults.layers import Waits, failing, sockets
from tests.waiting import wait_until_async

CALLS, CONCURRENCY = 1000, 32
KINDS = (
    "429:3",
    "503",
    "500",
    "html",
    "html:200",
    "reset-before",
    "reset-during",
    "reset",
    "truncated",
    "short-length",
    "gzip",
    "garbage:0.1",
    "stall",
    "stall-body",
)


def script() -> str:
    """Of a hundred requests twenty fail, at other places in each hundred."""
    chance = random.Random(7)
    steps = []
    for _ in range(20):
        hundred = ["pass"] * 80 + chance.choices(KINDS[:-2], k=19) + chance.choices(KINDS[-2:])
        chance.shuffle(hundred)
        steps += hundred
    return ",".join(steps)


@pytest.fixture(scope="module")
def emulator():
    with Emulator() as running:
        yield running


@pytest.mark.slow
@both_clients
async def test_what_is_safe_to_repeat_succeeds(kind: ClientKind, emulator: Emulator) -> None:
    """All calls share one client; those of the blocking one come from as many threads."""
    waits, slots = Waits(), asyncio.Semaphore(CONCURRENCY)
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(CONCURRENCY))
    before, tasks = sockets(), asyncio.all_tasks()
    with failing(emulator.base_url, f"{script()},repeat") as (url, layer):
        async with kind.open(base_url=url, clock=waits.clock(), timeout=2) as client:

            async def call(number: int) -> int:
                async with slots:
                    return len((await client.embed(f"dog {number}")).vector)

            lengths = await asyncio.gather(*map(call, range(CALLS)))
        failed = Counter(seen.fault.kind for seen in list(layer.seen))
    assert lengths == [512] * CALLS
    assert len(waits) > CALLS / 5 * 0.9
    assert set(failed) > {kind.partition(":")[0] for kind in KINDS} - {"stall", "stall-body"}
    await asyncio.get_running_loop().shutdown_default_executor()
    assert asyncio.all_tasks() == tasks
    await wait_until_async(lambda: sockets() <= before)
