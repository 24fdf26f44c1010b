"""Transports: each of the four sends a request once, in its time limits, and exposes no secret."""

from __future__ import annotations

import io
import socket
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from twelvelabs_embed import NO_RETRY, ApiConnectionError, ApiError, OutcomeUnknownError
from twelvelabs_embed._http.effects import Flow, SendRequest

from tests.clients import ClientKind, both_clients, each_transport, given_clients
from tests.scripted_server import Reset, Response, Stall, scripted_server

TASK = Response(body={"_id": "t1", "status": "processing"})
SIGNATURE = "5e5e5e5eSIGNATURE"


async def send(client: Any, command: SendRequest) -> httpx.Response:
    """Send a request by the transport alone."""

    def flow() -> Flow[httpx.Response]:
        return (yield command)

    sent: httpx.Response = await client._runner.run(flow())
    return sent


# ------------------------------------------------------------------------------------------ once


@each_transport
async def test_a_request_is_sent_once_also_on_a_kept_connection(kind: ClientKind) -> None:
    """Retries are decided by the policy alone: transports send again by themselves otherwise."""
    async with kind.connected(TASK, Reset(), TASK, retry=NO_RETRY) as (client, server):
        await client.embed.v_2.tasks.retrieve("t1")
        with pytest.raises(ApiConnectionError):
            await client.embed.v_2.tasks.retrieve("t1")
    assert len(server.requests) == 2


@each_transport
async def test_a_link_of_another_scheme_is_not_followed(kind: ClientKind) -> None:
    link = SendRequest(
        "PUT", "ftp://127.0.0.1/x", httpx.Headers(), {}, b"", httpx.Timeout(1), is_external=True
    )
    async with kind.open() as client:
        with pytest.raises(httpx.UnsupportedProtocol, match="ftp://"):
            await send(client, link)


# -------------------------------------------------------------------------------------- time limits


@each_transport
async def test_a_request_that_was_written_waits_for_its_response(kind: ClientKind) -> None:
    """It is not taken for one that the server did not read, which could be sent again."""
    async with kind.connected(Stall(), retry=NO_RETRY, timeout=2) as (client, _):
        file = io.BytesIO(bytes(200_000))
        with pytest.raises(OutcomeUnknownError) as raised:
            await client.assets.create(method="direct", file=file, filename="a.mp4")
    causes = [type(error).__name__ for error in causes_of(raised.value)]
    assert "ReadTimeout" in causes
    assert "WriteTimeout" not in causes


@each_transport
@pytest.mark.parametrize("size_bytes", [1, 64 << 10, (64 << 10) + 1, 200_000])
async def test_a_body_of_any_size_arrives_whole(kind: ClientKind, size_bytes: int) -> None:
    body, timeout = bytes(range(250)) * (size_bytes // 250) + b"." * (size_bytes % 250), 60
    async with kind.connected(Response(200, {})) as (client, server):
        url, headers = f"{client.base_url}/do", httpx.Headers({"content-type": "a/b"})
        await send(client, SendRequest("POST", url, headers, {}, body, httpx.Timeout(timeout)))
    assert [request.body for request in server.requests] == [body]


def causes_of(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__


@each_transport
async def test_connecting_has_a_time_limit_of_its_own(kind: ClientKind) -> None:
    with full_listener() as port:
        url = f"http://127.0.0.1:{port}/"
        timeout = httpx.Timeout(600, connect=0.3)
        async with kind.open(base_url=url) as client:
            with pytest.raises(httpx.ConnectTimeout):
                await send(client, SendRequest("GET", url, httpx.Headers(), {}, None, timeout))


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


@each_transport
@pytest.mark.parametrize(
    "response", [b"no http\r\n\r\n", b"HTTP/1.1 200 OK\r\nbad header\r\n\r\n", b""]
)
async def test_an_error_of_the_network_does_not_show_a_presigned_url(
    kind: ClientKind, response: bytes
) -> None:
    with raw_server(response) as port:
        url = f"http://127.0.0.1:{port}/chunk?X-Amz-Signature={SIGNATURE}"
        command = SendRequest(
            "PUT", url, httpx.Headers(), {}, b"chunk", httpx.Timeout(30), is_external=True
        )
        async with kind.open(base_url="http://127.0.0.1:9") as client:
            with pytest.raises(httpx.TransportError) as raised:
                await send(client, command)
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


@given_clients
@pytest.mark.parametrize("name", ["x-api-key", "authorization", "proxy-authorization", "cookie"])
async def test_an_error_does_not_show_secret_headers_of_the_given_client(
    kind: ClientKind, name: str
) -> None:
    rejected = Response(400, {"code": "no", "message": "no"})
    async with kind.connected(rejected, http={"headers": {name: SIGNATURE}}) as (client, _):
        with pytest.raises(ApiError) as raised:
            await client.embed.v_2.tasks.retrieve("t1")
    request = raised.value.response.request
    assert request.headers[name] not in (SIGNATURE, "k")
    assert SIGNATURE not in repr(request.headers) + repr(vars(raised.value))


@each_transport
async def test_a_redirect_is_not_followed_and_leaves_no_request_with_the_key(
    kind: ClientKind,
) -> None:
    with scripted_server(TASK) as elsewhere:
        target = f"{elsewhere.base_url}/embed-v2/tasks/t1"
        redirect = Response(307, headers={"location": f"{target}?token=secret"})
        async with kind.connected(redirect, http={"follow_redirects": True}) as (client, _):
            with pytest.raises(ApiError) as raised:
                await client.embed.v_2.tasks.retrieve("t1")
    assert elsewhere.requests == []
    assert raised.value.response.next_request is None
    assert f"redirect to {target}, " in str(raised.value)
    assert "secret" not in str(raised.value)


# ----------------------------------------------------------------------------------------- packets


@both_clients
async def test_the_head_of_a_request_comes_with_its_body(kind: ClientKind) -> None:
    """Threads that share a client would wait for each other at each system call."""
    first_reads: list[bytes] = []
    with reading_server(first_reads) as port:
        async with kind.open(base_url=f"http://127.0.0.1:{port}") as client:
            for _ in range(10):
                await client.embed("a dog")
    assert [b'"a dog"' in one for one in first_reads] == [True] * 10


@contextmanager
def reading_server(first_reads: list[bytes]) -> Iterator[int]:
    """A server that keeps the first bytes that it can read of each request of a connection."""
    response = b'HTTP/1.1 200 OK\r\ncontent-length: 32\r\n\r\n{"data": [{"embedding": [1.0]}]}'

    def serve() -> None:
        connection, _ = listener.accept()
        with connection:
            while received := connection.recv(65536):
                first_reads.append(received)
                while not received.endswith(b"}}"):
                    received += connection.recv(65536)
                connection.sendall(response)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve)
        thread.start()
        yield listener.getsockname()[1]
        thread.join()
