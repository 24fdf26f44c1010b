"""Mocks of httpx: no way past them to the network."""

from __future__ import annotations

from typing import Any

import httpcore
import httpx
import pytest
from twelvelabs_embed import ConfigurationError

from tests.clients import ClientKind
from tests.http.asking import ask
from tests.http.network_servers import HOST, OK, service, serving

pytestmark = pytest.mark.usefixtures("no_network_settings")


@pytest.mark.parametrize(
    ("mock", "target"),
    [
        ("pytest_httpx", httpx.AsyncHTTPTransport),
        ("respx.mocks", httpcore.AsyncConnectionPool),
    ],
)
@pytest.mark.parametrize("way", ["awaited", "many"])
def test_what_mocks_httpx_alone_is_no_way_past_to_the_network(
    way: str, mock: str, target: type, monkeypatch: Any
) -> None:
    """As respx and pytest-httpx do it: what aiohttp sends would leave with the user's key."""

    async def respond(transport: Any, request: Any) -> Any:
        return httpx.Response(200, content=OK)

    respond.__module__ = mock
    monkeypatch.setattr(target, "handle_async_request", respond)
    with pytest.raises(ConfigurationError, match=rf"{mock.partition('.')[0]}.*httpx_client="):
        ask(way, f"https://{HOST}/v1.3")
    with serving(service()) as plain:  # the emulator, say
        assert ask(way, f"http://127.0.0.1:{plain.port}/v1.3") == [0.5, -0.25]


def test_a_mock_of_clients_of_httpx_is_no_way_past_to_the_network(
    way: str, monkeypatch: Any
) -> None:
    """As `respx.mock(using="httpx")` does it."""

    def find_transport(client: Any, url: Any) -> Any:
        return httpx.MockTransport(lambda request: httpx.Response(200, content=OK))

    find_transport.__module__ = "respx.mocks"
    monkeypatch.setattr(httpx.Client, "_transport_for_url", find_transport)
    with pytest.raises(ConfigurationError, match=r"respx.*httpx_client="):
        ask(way, f"https://{HOST}/v1.3")
    if way != "awaited":
        assert ask(way, f"https://{HOST}/v1.3", httpx_client=httpx.Client()) == [0.5, -0.25]


async def test_a_client_of_httpx_is_mocked_as_a_whole(monkeypatch: Any) -> None:
    async def respond(transport: Any, request: Any) -> Any:
        return httpx.Response(200, content=OK, request=request)

    respond.__module__ = "pytest_httpx"
    monkeypatch.setattr(httpx.AsyncHTTPTransport, "handle_async_request", respond)
    given = ClientKind(awaited=True, given=True)
    async with given.open(base_url=f"https://{HOST}") as client:
        assert list((await client.embed("a dog")).vector) == [0.5, -0.25]
        results = [one async for one in client.embed.many(["a dog"])]
    assert [one.error for one in results] == [None]
