"""`many` by each client."""

import asyncio
import os
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal

import httpx
import pytest
from twelvelabs_embed import (
    AsyncTwelveLabs,
    Clock,
    RetryPolicy,
    TwelveLabs,
)
from twelvelabs_embed.batch.jobs import BatchResult

from tests.scripted_server import Response

Way = Literal["awaited", "blocking", "own httpx_client"]
WAYS: list[Way] = ["awaited", "blocking", "own httpx_client"]
each_way = pytest.mark.parametrize("way", WAYS)
OK = Response(body={"data": [{"embedding": [0.5, -0.25]}]})
BUSY = Response(503)
LIMITED = Response(429, {"message": "wait"}, {"retry-after-ms": "5"})


def embed_many(
    way: Way, base_url: str, inputs: Iterable[Any], **settings: Any
) -> list[BatchResult]:
    clock = settings.pop("clock", Clock())
    retry = settings.pop("retry", RetryPolicy())
    if way == "awaited":
        return asyncio.run(embed_many_awaited(base_url, inputs, clock, retry, settings))
    with httpx.Client(headers={"x-mine": "1"}) as http:
        own = http if way == "own httpx_client" else None
        with TwelveLabs(
            "k", base_url=base_url, clock=clock, retry=retry, httpx_client=own
        ) as client:
            return list(client.embed.many(inputs, **settings))


async def embed_many_awaited(
    base_url: str, inputs: Iterable[Any], clock: Clock, retry: RetryPolicy, settings: Any
) -> list[BatchResult]:
    async with AsyncTwelveLabs("k", base_url=base_url, clock=clock, retry=retry) as client:
        return [result async for result in client.embed.many(inputs, **settings)]


def threads_that_send() -> list[str]:
    ours = ("twelvelabs-embed-many", "twelvelabs-embed-input", "twelvelabs-embed_")
    return [one.name for one in threading.enumerate() if one.name.startswith(ours)]


def open_sockets() -> int:
    """How many sockets this process has; 0 where that is unknown."""
    folder = Path("/proc/self/fd")
    links = (
        [os.readlink(fd) for fd in folder.iterdir() if fd.is_symlink()] if folder.exists() else []
    )
    return sum(link.startswith("socket:") for link in links)


def texts(count: int) -> list[str]:
    return [f"text {number}" for number in range(count)]
