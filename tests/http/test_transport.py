"""Transports: each of the four sends a request once, in its time limits, and exposes no secret."""

from __future__ import annotations

import io
import socket
import threading
import traceback
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, Literal

import httpx
import pytest
from twelvelabs_embed import (
    NO_RETRY,
    ApiConnectionError,
    ApiError,
    AsyncTwelveLabs,
    OutcomeUnknownError,
    TwelveLabs,
)
from twelvelabs_embed._http.effects import SendRequest

from tests.scripted_server import Reset, Response, Stall, scripted_server

Kind = Literal["blocking", "blocking, given client", "awaited", "awaited, given client"]
KINDS: list[Kind] = ["blocking", "blocking, given client", "awaited", "awaited, given client"]
each_kind = pytest.mark.parametrize("kind", KINDS)
each_given = pytest.mark.parametrize("kind", [kind for kind in KINDS if "given" in kind])
TASK = Response(body={"_id": "t1", "status": "processing"})
SIGNATURE = "5e5e5e5eSIGNATURE"


class Client:
    """A client of one of the kinds, whose calls are all awaited."""

    def __init__(self, client: Any, awaited: bool) -> None:
        self._client = client
        self._awaited = awaited

    async def call(self, name: str, *args: Any, **kwargs: Any) -> Any:
        method = self._client
        for part in name.split("."):
            method = getattr(method, part)
        made = method(*args, **kwargs)
        return await made if self._awaited else made

    async def send(self, command: SendRequest) -> httpx.Response:
        """Send a request by the transport alone."""
        runner = self._client._runner
        sent = (runner._transport or runner._open()).send(command)
        return await sent if self._awaited else sent


@asynccontextmanager
async def open_client(
    kind: Kind, base_url: str, headers: dict[str, str] | None = None, timeout_sec: float = 30
) -> AsyncIterator[Client]:
    settings: dict[str, Any] = {"base_url": base_url, "retry": NO_RETRY, "timeout": timeout_sec}
    if kind.startswith("awaited"):
        given_async = httpx.AsyncClient(headers=headers, follow_redirects=True)
        if "given" in kind:
            settings["httpx_client"] = given_async
        async with given_async, AsyncTwelveLabs("k", **settings) as client:
            yield Client(client, True)
        return
    given = httpx.Client(headers=headers, follow_redirects=True)
    if "given" in kind:
        settings["httpx_client"] = given
    with given, TwelveLabs("k", **settings) as blocking:
        yield Client(blocking, False)


# ------------------------------------------------------------------------------------------ once


@each_kind
async def test_a_request_is_sent_once_also_on_a_kept_connection(kind: Kind) -> None:
    """Retries are decided by the policy alone: transports send again by themselves otherwise."""
    with scripted_server(TASK, Reset(), TASK) as server:
        async with open_client(kind, server.base_url) as client:
            await client.call("embed.v_2.tasks.retrieve", "t1")
            with pytest.raises(ApiConnectionError):
                await client.call("embed.v_2.tasks.retrieve", "t1")
        assert len(server.requests) == 2


# -------------------------------------------------------------------------------------- time limits


@each_kind
async def test_a_request_that_was_written_waits_for_its_response(kind: Kind) -> None:
    """It is not taken for one that the server did not read, which could be sent again."""
    with scripted_server(Stall()) as server:
        async with open_client(kind, server.base_url, timeout_sec=2) as client:
            with pytest.raises(OutcomeUnknownError) as raised:
                await client.call(
                    "assets.create",
                    method="direct",
                    file=io.BytesIO(bytes(200_000)),
                    filename="a.mp4",
                )
    causes = [type(error).__name__ for error in causes_of(raised.value)]
    assert "ReadTimeout" in causes
    assert "WriteTimeout" not in causes


def causes_of(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__


@each_kind
async def test_connecting_has_a_time_limit_of_its_own(kind: Kind) -> None:
    with full_listener() as port:
        url = f"http://127.0.0.1:{port}/"
        timeout = httpx.Timeout(600, connect=0.3)
        async with open_client(kind, url) as client:
            with pytest.raises(httpx.ConnectTimeout):
                await client.send(SendRequest("GET", url, httpx.Headers(), {}, None, timeout))


@contextmanager
def full_listener() -> Iterator[int]:
    """A port that does not respond to connections: its queue is full."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(listener.getsockname())
        yield listener.getsockname()[1]
        for one in waiting:
            one.close()


# ------------------------------------------------------------------------------------------ secrets


@each_kind
@pytest.mark.parametrize(
    "response", [b"no http\r\n\r\n", b"HTTP/1.1 200 OK\r\nbad header\r\n\r\n", b""]
)
async def test_an_error_of_the_network_does_not_show_a_presigned_url(
    kind: Kind, response: bytes
) -> None:
    with raw_server(response) as port:
        url = f"http://127.0.0.1:{port}/chunk?X-Amz-Signature={SIGNATURE}"
        command = SendRequest(
            "PUT", url, httpx.Headers(), {}, b"chunk", httpx.Timeout(30), is_external=True
        )
        async with open_client(kind, "http://127.0.0.1:9") as client:
            with pytest.raises(httpx.TransportError) as raised:
                await client.send(command)
    shown = "".join(traceback.format_exception(raised.value))
    assert SIGNATURE not in shown + repr(raised.value)


@contextmanager
def raw_server(response: bytes) -> Iterator[int]:
    """A server that sends these bytes to whatever connects, and closes the connection."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection:
                    connection.recv(1 << 16)
                    connection.sendall(response)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join(60)


@each_given
@pytest.mark.parametrize("name", ["x-api-key", "authorization", "proxy-authorization", "cookie"])
async def test_an_error_does_not_show_secret_headers_of_the_given_client(
    kind: Kind, name: str
) -> None:
    with scripted_server(Response(400, {"code": "no", "message": "no"})) as server:
        async with open_client(kind, server.base_url, {name: SIGNATURE}) as client:
            with pytest.raises(ApiError) as raised:
                await client.call("embed.v_2.tasks.retrieve", "t1")
    request = raised.value.response.request
    assert request.headers[name] not in (SIGNATURE, "k")
    assert SIGNATURE not in repr(request.headers) + repr(vars(raised.value))


@each_kind
async def test_a_redirect_is_not_followed_and_leaves_no_request_with_the_key(kind: Kind) -> None:
    with scripted_server(TASK) as elsewhere:
        location = f"{elsewhere.base_url}/embed-v2/tasks/t1"
        with scripted_server(Response(307, headers={"location": location})) as server:
            async with open_client(kind, server.base_url) as client:
                with pytest.raises(ApiError) as raised:
                    await client.call("embed.v_2.tasks.retrieve", "t1")
    assert elsewhere.requests == []
    assert raised.value.response.next_request is None
