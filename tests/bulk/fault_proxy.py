"""A proxy in front of the emulator that counts requests, and lets some of them fail.

The text of an item decides: with `permanent` in it, all attempts fail; with `passing`, the first
one does, by a 503 or a reset; with `limited`, by a 429.
"""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import aiohttp
from aiohttp import web
from attrs import define, field

_HOP = {"host", "content-length", "transfer-encoding", "content-encoding", "connection"}


@define
class Faulty:
    """The running proxy.

    Attributes:
        base_url: its address
        delay_sec: how long each response is delayed
        hold_after: how many texts are embedded before requests wait; None for no limit
        sent: how often each text was embedded, which is paid for
        tried: how often each text was received
        times: when each request arrived, by the monotonic clock
        posts: how often each path was posted to
        is_down: whether each response is a 503
        forwarded: how many requests went to the emulator
        open: how many requests are open
        max_open: the maximum of open requests
    """

    base_url: str
    delay_sec: float = 0.0
    hold_after: int | None = None
    sent: Counter[str] = field(factory=Counter[str])
    tried: Counter[str] = field(factory=Counter[str])
    times: list[float] = field(factory=list[float])
    posts: Counter[str] = field(factory=Counter[str])
    is_down: bool = False
    forwarded: int = 0
    open: int = 0
    max_open: int = 0


@contextmanager
def faulty(emulator_url: str, delay_sec: float = 0.0) -> Iterator[Faulty]:
    """Serve in front of an emulator, in a thread."""
    origin, _, prefix = emulator_url.rpartition("/v")
    state = Faulty("", delay_sec)
    loop = asyncio.new_event_loop()
    ready, stop = threading.Event(), asyncio.Event()

    async def serve() -> None:
        connector = aiohttp.TCPConnector(limit=0)
        async with aiohttp.ClientSession(connector=connector) as session:
            application = web.Application(client_max_size=1 << 30)
            application.router.add_route("*", "/{path:.*}", _Handler(state, origin, session).handle)
            runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
            await runner.setup()
            site = web.TCPSite(runner, "127.0.0.1", 0)
            await site.start()
            port = runner.addresses[0][1]
            state.base_url = f"http://127.0.0.1:{port}/v{prefix}"
            ready.set()
            await stop.wait()
            await runner.cleanup()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    ready.wait()
    try:
        yield state
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
        loop.close()


class _Handler:
    def __init__(self, state: Faulty, origin: str, session: aiohttp.ClientSession) -> None:
        self._state = state
        self._origin = origin
        self._session = session

    async def handle(self, request: web.Request) -> web.StreamResponse:
        state = self._state
        state.times.append(time.monotonic())
        state.open += 1
        state.max_open = max(state.max_open, state.open)
        try:
            return await self._respond(request)
        finally:
            state.open -= 1

    async def _respond(self, request: web.Request) -> web.StreamResponse:
        state, body = self._state, await request.read()
        if request.method == "POST":
            state.posts[request.path.partition("/v1.3")[2]] += 1
        text = _text_of(body)
        state.tried[text] += 1
        if state.is_down:
            return web.Response(status=503, text="<html>down</html>", content_type="text/html")
        if "permanent" in text:
            body_json = {"error": {"code": "parameter_invalid", "message": f"{text} is rejected"}}
            return web.json_response(body_json, status=400)
        if state.tried[text] == 1 and "limited" in text:
            return web.json_response({"code": "too_many_requests", "message": "x"}, status=429)
        if state.tried[text] == 1 and "passing" in text:
            if sum(text.encode()) % 2:
                return web.Response(status=503)
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        if state.delay_sec:
            await asyncio.sleep(state.delay_sec)
        while state.hold_after is not None and state.forwarded >= state.hold_after:
            await asyncio.sleep(0.005)
        state.forwarded += 1
        return await self._forward(request, body, text)

    async def _forward(self, request: web.Request, body: bytes, text: str) -> web.StreamResponse:
        headers = {
            name: value for name, value in request.headers.items() if name.lower() not in _HOP
        }
        async with self._session.request(
            request.method, self._origin + request.path_qs, headers=headers, data=body
        ) as response:
            if response.status == 200 and request.path.endswith("/embed-v2"):
                self._state.sent[text] += 1
            kept = {
                name: value for name, value in response.headers.items() if name.lower() not in _HOP
            }
            return web.Response(status=response.status, headers=kept, body=await response.read())


def _text_of(body: bytes) -> str:
    try:
        said = json.loads(body)
        return str(said["text"]["input_text"])
    except (ValueError, KeyError, TypeError):
        return ""
