"""Clients of each kind, all called in the same way: a test of behaviour is written once.

    @both_clients
    async def test_a_text(kind: ClientKind) -> None:
        async with kind.connected(OK) as (client, server):
            await client.embed("a dog")
            assert [result.error async for result in client.embed.many(["a cat"])] == [None]
        assert len(server.requests) == 2

The test uses `client` as `AsyncTwelveLabs`. Each call of a blocking client runs in a thread, so
that the event loop, and a server in it, runs on. `tests/test_parity.py` lists the tests that make
clients in another way, and why.
"""

from __future__ import annotations

import asyncio
import time
from asyncio import to_thread
from collections.abc import AsyncIterator, Callable, Generator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from threading import Lock
from typing import Any

import httpx
import pytest
from attrs import frozen
from twelvelabs_embed import AsyncTwelveLabs, Clock, Pager, TwelveLabs
from twelvelabs_embed._http.methods import Resource
from twelvelabs_embed._http.runners import Runner
from twelvelabs_embed._http.transport import ConnectionStack

from tests.scripted_server import ScriptedServer, Step, scripted_server

_END = object()


@frozen
class ClientKind:
    """How a client is called, and what sends its requests.

    Attributes:
        awaited: whether it is `AsyncTwelveLabs`
        given: whether requests are sent by a client of httpx that is passed in
        shared: whether small requests are sent by the event loop that threads share, which a
            client starts when many are in flight
    """

    awaited: bool
    given: bool = False
    shared: bool = False

    def __str__(self) -> str:
        kind = "awaited" if self.awaited else "blocking"
        return kind + ", given client" * self.given + ", shared loop" * self.shared

    @property
    def client_type(self) -> type[TwelveLabs] | type[AsyncTwelveLabs]:
        return AsyncTwelveLabs if self.awaited else TwelveLabs

    @asynccontextmanager
    async def open(
        self, api_key: str | None = "k", *, http: Mapping[str, Any] | None = None, **settings: Any
    ) -> AsyncIterator[Any]:
        """Make a client with these settings, and close it after the block.

        Args:
            http: settings of httpx's client, where one is passed in
        """
        async with AsyncExitStack() as stack:
            if self.given and self.awaited:
                http_client = httpx.AsyncClient(**(http or {}))
                settings["httpx_client"] = await stack.enter_async_context(http_client)
            elif self.given:
                settings["httpx_client"] = stack.enter_context(httpx.Client(**(http or {})))
            if self.awaited:
                yield await stack.enter_async_context(AsyncTwelveLabs(api_key, **settings))
            else:
                client = TwelveLabs(api_key, **settings)
                if self.shared:
                    client._runner._transport = await to_thread(shared_connections)
                stack.push_async_callback(to_thread, client.close)
                yield InThreads(client)

    @asynccontextmanager
    async def connected(
        self, *steps: Step, api_key: str | None = "k", **settings: Any
    ) -> AsyncIterator[tuple[Any, ScriptedServer]]:
        """Run a server that responds with these steps, and open a client of it."""
        with scripted_server(*steps) as server:
            async with self.open(api_key, base_url=server.base_url, **settings) as client:
                yield client, server


BLOCKING, AWAITED = ClientKind(awaited=False), ClientKind(awaited=True)
GIVEN = [ClientKind(awaited=False, given=True), ClientKind(awaited=True, given=True)]
SHARED = ClientKind(awaited=False, shared=True)
KINDS = [BLOCKING, AWAITED, *GIVEN, SHARED]

both_clients = pytest.mark.parametrize("kind", [BLOCKING, AWAITED], ids=str)
each_transport = pytest.mark.parametrize("kind", KINDS, ids=str)
given_clients = pytest.mark.parametrize("kind", GIVEN, ids=str)


async def _no_sleep(duration_sec: float) -> None: ...


NO_WAIT = Clock(sleep=lambda duration_sec: None, sleep_async=_no_sleep)
"""Waits for retries and polling end at once."""

SHORT_WAITS = Clock(
    sleep=lambda duration_sec: time.sleep(min(duration_sec, 0.05)),
    sleep_async=lambda duration_sec: asyncio.sleep(min(duration_sec, 0.05)),
)
"""Waits for an emulator that works meanwhile."""


def fake_clock(now: datetime = datetime(2026, 11, 30, tzinfo=UTC)) -> Clock:
    """A clock at 0 seconds that sleeping advances, and nothing else."""
    now_sec, lock = 0.0, Lock()

    def sleep(duration_sec: float) -> None:
        nonlocal now_sec
        with lock:
            now_sec += duration_sec

    async def sleep_async(duration_sec: float) -> None:
        sleep(duration_sec)

    return Clock(
        monotonic=lambda: now_sec,
        now=lambda: now + timedelta(seconds=now_sec),
        sleep=sleep,
        sleep_async=sleep_async,
    )


def shared_connections() -> ConnectionStack:
    """Make connections whose event loop sends each small request."""
    connections = ConnectionStack(shared_from=1)
    connections.start_loop()
    found = connections._loop_thread
    assert found is not None
    assert found.ready.wait(60)
    return connections


class InThreads:
    """A blocking client, or a part of it, as if it were awaited: each call runs in a thread."""

    def __init__(self, blocking: Any) -> None:
        self._blocking = blocking

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._blocking, name)
        is_call = callable(value) and not name.startswith("_")
        return InThreads(value) if is_call or isinstance(value, Resource | Runner) else value

    def __repr__(self) -> str:
        return repr(self._blocking)

    def __call__(self, *args: Any, **kwargs: Any) -> _Call:
        return _Call(partial(self._blocking, *args, **kwargs))

    def __aiter__(self) -> AsyncIterator[Any]:
        return aiter(_Call(partial(iter, self._blocking)))


class _Call:
    """A call that is awaited, or iterated if it returns an iterator."""

    def __init__(self, call: Callable[[], Any]) -> None:
        self._call = call

    def __await__(self) -> Generator[Any, Any, Any]:
        result = yield from to_thread(self._call).__await__()
        return InThreads(result) if isinstance(result, Pager) else result

    async def __aiter__(self) -> AsyncIterator[Any]:
        items = await to_thread(self._call)
        try:
            while (item := await to_thread(next, items, _END)) is not _END:
                yield item
        finally:
            if close := getattr(items, "close", None):
                await to_thread(close)
