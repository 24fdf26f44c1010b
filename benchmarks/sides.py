"""What is compared, each written as a user would: `core`, `fast`, `sdk`, and loops without either.

`core` is our client as it is installed without extras, `fast` the same with the extra `[fast]`,
`sdk` the vendor's own client. `aiohttp` is a loop that does no more than send and read, `arrays`
the same with an array of each response, `http.client` a connection of the standard library for
each thread. Everything is imported where it is used, so that a process that measures one side holds
nothing of the other.
"""

from __future__ import annotations

import asyncio
import base64
import json
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Literal

Side = Literal["core", "fast", "sdk", "aiohttp", "arrays", "http.client"]

KEY = "any"
TEXT = "a man walks his dog along the beach"
_MODEL = "marengo3.0"
_HEADERS = {"content-type": "application/json", "x-api-key": KEY}
# What the extra `fast` brings. There is no simdjson for Python 3.14.
FAST_MODULES = ("pybase64", "simdjson") if sys.version_info < (3, 14) else ("pybase64",)


def prepare(side: Side) -> None:
    """Make this process one where the extra is not installed, if the side is `core`.

    Raises:
        ImportError: the side is `fast` and the extra is not installed
    """
    for module in FAST_MODULES:
        if side == "core":
            # None in place of a module makes its import fail, as if it were not there.
            sys.modules[module] = None  # type: ignore[assignment]
        elif side == "fast":
            __import__(module)


def decoder(side: Side) -> Callable[[bytes], Any]:
    """Return what reads the body of a response to a float32 array."""
    if side != "sdk":
        from twelvelabs_embed._http.decoding import decode_embeddings

        return lambda body: decode_embeddings(body).vectors

    import httpx
    import numpy as np
    from twelvelabs.core.pydantic_utilities import parse_obj_as
    from twelvelabs.types.embedding_success_response import EmbeddingSuccessResponse

    def decode(body: bytes) -> Any:
        # The two steps of its raw client, and the one that is left to the user.
        answer = httpx.Response(200, content=body).json()
        parsed = parse_obj_as(type_=EmbeddingSuccessResponse, object_=answer)
        return np.array([row.embedding for row in parsed.data], np.float32)

    return decode


def text_caller(side: Side, base_url: str) -> Callable[[], object]:
    """Return what makes one text call through a whole client that blocks."""
    if side == "http.client":
        return _bare_text_caller(base_url)
    if side != "sdk":
        from twelvelabs_embed import TwelveLabs

        client = TwelveLabs(KEY, base_url=base_url)
        return lambda: client.embed(TEXT)

    import twelvelabs

    sdk = twelvelabs.TwelveLabs(api_key=KEY, base_url=base_url)
    return lambda: sdk.embed.v_2.create(
        input_type="text",
        model_name=_MODEL,
        text=twelvelabs.TextInputRequest(input_text=TEXT),
    )


def _bare_text_caller(base_url: str) -> Callable[[], object]:
    from http.client import HTTPConnection
    from threading import local
    from urllib.parse import urlsplit

    parts, of_thread = urlsplit(base_url), local()

    def post() -> object:
        if not hasattr(of_thread, "connection"):
            of_thread.connection = HTTPConnection(parts.netloc)
        of_thread.connection.request("POST", f"{parts.path}/embed-v2", _body(TEXT), _HEADERS)
        return json.loads(of_thread.connection.getresponse().read())

    return post


def _body(text: str) -> bytes:
    request = {"input_type": "text", "model_name": _MODEL, "text": {"input_text": text}}
    return json.dumps(request, ensure_ascii=False, separators=(",", ":")).encode()


def async_text_caller(side: Side, base_url: str) -> Callable[[], Awaitable[object]]:
    """Return the same through a client that is awaited."""
    if side != "sdk":
        from twelvelabs_embed import AsyncTwelveLabs

        client = AsyncTwelveLabs(KEY, base_url=base_url)
        return lambda: client.embed(TEXT)

    import twelvelabs

    sdk = twelvelabs.AsyncTwelveLabs(api_key=KEY, base_url=base_url)
    return lambda: sdk.embed.v_2.create(
        input_type="text",
        model_name=_MODEL,
        text=twelvelabs.TextInputRequest(input_text=TEXT),
    )


def sender(side: Side, base_url: str) -> Callable[[Path], object]:
    """Return what sends a file inside the request, through a client that blocks."""
    if side != "sdk":
        from twelvelabs_embed import TwelveLabs, Video

        client = TwelveLabs(KEY, base_url=base_url)
        return lambda path: client.embed(Video(path), check=False)

    import twelvelabs

    sdk = twelvelabs.TwelveLabs(api_key=KEY, base_url=base_url)

    def send(path: Path) -> object:
        source = twelvelabs.MediaSource(base_64_string=base64.b64encode(path.read_bytes()).decode())
        return sdk.embed.v_2.create(
            input_type="video",
            model_name=_MODEL,
            video=twelvelabs.VideoInputRequest(media_source=source),
        )

    return send


def async_sender(side: Side, base_url: str) -> Callable[[Path], Awaitable[object]]:
    """Return the same through our client that is awaited."""
    from twelvelabs_embed import AsyncTwelveLabs, Video

    assert side != "sdk", "its two clients make the same body"
    client = AsyncTwelveLabs(KEY, base_url=base_url)
    return lambda path: client.embed(Video(path), check=False)


def bulk(side: Side, base_url: str, concurrency: int) -> Callable[[list[str]], Awaitable[None]]:
    """Return what embeds many texts, some at a time, awaited."""
    if side in ("core", "fast"):
        from twelvelabs_embed import AsyncTwelveLabs

        client = AsyncTwelveLabs(KEY, base_url=base_url)

        async def embed(texts: list[str]) -> None:
            async for outcome in client.embed.many(texts, concurrency=concurrency):
                outcome.unwrap()

        return embed

    import aiohttp

    session: aiohttp.ClientSession | None = None
    read = _as_vector if side == "arrays" else bytes

    async def post(texts: list[str]) -> None:
        nonlocal session
        session = session or aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        left = iter(texts)

        async def loop(session: aiohttp.ClientSession) -> None:
            for text in left:
                async with session.post(
                    f"{base_url}/embed-v2", data=_body(text), headers=_HEADERS
                ) as answer:
                    read(await answer.read())

        await asyncio.gather(*(loop(session) for _ in range(concurrency)))

    return post


def _as_vector(body: bytes) -> object:
    import numpy as np

    return np.array(json.loads(body)["data"][0]["embedding"], np.float32)


def blocking_bulk(side: Side, base_url: str, concurrency: int) -> Callable[[list[str]], None]:
    """Return the same by our client that blocks."""
    from twelvelabs_embed import TwelveLabs

    assert side in ("core", "fast"), "the others have nothing like it"
    client = TwelveLabs(KEY, base_url=base_url)

    def embed(texts: list[str]) -> None:
        for outcome in client.embed.many(texts, concurrency=concurrency):
            outcome.unwrap()

    return embed
