"""Blocking `many`: what was consumed reaches its loop, and its end does not wait for requests."""

import asyncio
from threading import Event

import httpx
import pytest
from twelvelabs_embed import TwelveLabs
from twelvelabs_embed.batch import blocking
from twelvelabs_embed.batch.blocking import _Channel

BODY = b'{"data": [{"embedding": [0.5, 0.25]}]}'


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


def test_the_end_does_not_wait_for_requests_of_the_users_client(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sent, is_over, awaited = list[httpx.Request](), Event(), list[bool]()
    second = Event()

    def respond(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        if len(sent) == 2:
            second.set()
            awaited.append(not is_over.wait(30))
        return httpx.Response(200, content=BODY)

    monkeypatch.setattr(blocking, "_GRACE_SEC", 0)
    with httpx.Client(transport=httpx.MockTransport(respond)) as own:
        results = TwelveLabs("k", httpx_client=own).embed.many(["a", "b"], concurrency=1)
        next(results)
        assert second.wait(60)
        results.close()
        is_over.set()
    assert True not in awaited
