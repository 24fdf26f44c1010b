"""Event loops and the awaited client: one after another, in threads, and that of a given client."""

from __future__ import annotations

import asyncio
import threading

import httpx
import pytest
from twelvelabs_embed import AsyncTwelveLabs, ConfigurationError
from twelvelabs_embed._http import transport_async
from twelvelabs_embed._http.transport_async import LeanAsyncClient

from tests.http.asking import KEY
from tests.http.network_servers import OK, service, serving

pytestmark = pytest.mark.usefixtures("no_network_settings")


def test_one_awaited_client_works_in_loops_one_after_another() -> None:
    with serving(service()) as plain:
        client = AsyncTwelveLabs(KEY, base_url=f"http://127.0.0.1:{plain.port}/v1.3")

        async def work() -> None:
            found = await asyncio.gather(*[client.embed("a dog") for _ in range(3)])
            found += [one.embeddings async for one in client.embed.many(["a dog"])]
            assert [list(one.vector) for one in found if one] == [[0.5, -0.25]] * 4

        for _ in range(3):
            asyncio.run(work())
        asyncio.run(client.close())


def test_one_awaited_client_works_in_loops_of_several_threads() -> None:
    with serving(service()) as plain:
        client = AsyncTwelveLabs(KEY, base_url=f"http://127.0.0.1:{plain.port}/v1.3")
        together = threading.Barrier(3, timeout=60)
        found: list[list[float]] = []

        async def work() -> None:
            for _ in range(3):
                found.append(list((await client.embed("a dog")).vector))
                together.wait()

        threads = [threading.Thread(target=asyncio.run, args=(work(),)) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert found == [[0.5, -0.25]] * 9
        asyncio.run(client.close())


def test_loops_that_make_their_first_request_at_once_share_a_transport(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The connections of another one would never be closed."""
    runner, is_locked = AsyncTwelveLabs(KEY)._runner, list[bool]()

    class Noted(LeanAsyncClient):
        def __init__(self) -> None:
            is_locked.append(runner._lock.locked())
            super().__init__()

    monkeypatch.setattr(transport_async, "LeanAsyncClient", Noted)
    first, second = runner._open(), runner._open()  # both threads have found none
    assert first is second
    assert is_locked == [True]
    asyncio.run(runner.close())


async def test_a_loop_gets_its_own_connections_while_another_one_opens_some() -> None:
    class Interrupted(LeanAsyncClient):
        """After each line, a loop of another thread has set its own connections."""

        _connections = property(lambda self: None, lambda self, connections: None)  # type: ignore[assignment]

    client = Interrupted()
    connections = await client._open()
    assert connections is not None
    assert connections.loop is asyncio.get_running_loop()
    await client.aclose()


def test_a_client_of_the_user_in_another_loop_is_one_clear_error() -> None:
    """Its connections cannot be used there, and nothing but the user can close them."""
    transport = _BoundToItsLoop()
    client = AsyncTwelveLabs(KEY, httpx_client=httpx.AsyncClient(transport=transport))

    async def work() -> None:
        await client.embed("a dog")

    asyncio.run(work())
    with pytest.raises(ConfigurationError, match="another event loop"):
        asyncio.run(work())


class _BoundToItsLoop(httpx.AsyncBaseTransport):
    """As httpx's own is where a connection is kept open."""

    def __init__(self) -> None:
        self._lock = asyncio.Event()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        asyncio.get_running_loop().call_soon(self._lock.set)
        await self._lock.wait()
        self._lock.clear()
        return httpx.Response(200, content=OK)
