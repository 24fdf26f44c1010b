"""`many` by each client."""

import asyncio
import os
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from twelvelabs_embed.batch.jobs import BatchResult

from tests.clients import ClientKind
from tests.scripted_server import Response

OK = Response(body={"data": [{"embedding": [0.5, -0.25]}]})
BUSY = Response(503)
LIMITED = Response(429, {"message": "wait"}, {"retry-after-ms": "5"})


def embed_many(
    kind: ClientKind, base_url: str, inputs: Iterable[Any], **settings: Any
) -> list[BatchResult]:
    return asyncio.run(embed_many_in_loop(kind, base_url, inputs, settings))


async def embed_many_in_loop(
    kind: ClientKind, base_url: str, inputs: Iterable[Any], settings: dict[str, Any]
) -> list[BatchResult]:
    of_client = {name: settings.pop(name) for name in ("clock", "retry") if name in settings}
    http = {"headers": {"x-mine": "1"}}
    async with kind.open(base_url=base_url, http=http, **of_client) as client:
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
