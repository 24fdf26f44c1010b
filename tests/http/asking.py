"""A text embedded by each kind of client."""

from __future__ import annotations

import asyncio
from typing import Any

from twelvelabs_embed import RetryPolicy

from tests.clients import AWAITED, BLOCKING, NO_WAIT

KEY = "a-key-that-is-secret"


def ask(way: str, base_url: str, **settings: Any) -> list[float]:
    """Embed a text, and return its vector."""
    return asyncio.run(_ask(way, base_url, settings))


async def _ask(way: str, base_url: str, settings: dict[str, Any]) -> list[float]:
    settings = {
        "base_url": base_url,
        "retry": RetryPolicy(attempts=3),
        "clock": NO_WAIT,
        **settings,
    }
    async with (AWAITED if way == "awaited" else BLOCKING).open(KEY, **settings) as client:
        if way != "many":
            return list((await client.embed("a dog")).vector)
        (result,) = [one async for one in client.embed.many(["a dog"])]
        if result.error is not None:
            raise result.error
        return list(result.embeddings.vector)
