"""Failures on real sockets: what is survived, and what is reported."""

from typing import Any

import pytest
from twelvelabs_embed import (
    ApiConnectionError,
    ApiTimeoutError,
    RetryPolicy,
    ServerError,
    TextInputRequest,
    TooManyRequestsError,
)

from tests.clients import ClientKind, each_transport
from tests.faults.layers import Waits
from tests.scripted_server import Reset, Response, Stall, Step, Truncated, scripted_server

OK = Response(body={"data": [{"embedding": [0.5, -0.25]}]})
LIMITED = Response(429, {"error": {"code": "too_many_requests", "message": "wait"}})
BUSY = Response(503, b"<html>busy</html>", {"content-type": "text/html"})
TEXT: dict[str, Any] = {
    "input_type": "text",
    "model_name": "marengo3.0",
    "text": TextInputRequest(input_text="a dog"),
}


async def create(kind: ClientKind, base_url: str, waits: Waits, **settings: Any) -> Any:
    options = settings.pop("request_options", None)
    async with kind.open(base_url=base_url, clock=waits.clock(), **settings) as client:
        return await client.embed.v_2.with_raw_response.create(**TEXT, request_options=options)


@each_transport
@pytest.mark.parametrize(
    "steps",
    [
        [LIMITED, OK],
        [BUSY, BUSY, OK],
        [Reset(), OK],
        [Truncated(OK), OK],
        [Response(200, b'{"data": [{"embedd'), OK],
        [Response(200, OK.raw_body(), {"content-encoding": "gzip"}), OK],
        [Response(408), Reset(), LIMITED, Truncated(OK), BUSY, OK],
    ],
    ids=["429", "503", "reset", "truncated", "half a JSON", "no gzip", "all"],
)
async def test_survived(kind: ClientKind, steps: list[Step]) -> None:
    waits = Waits()
    with scripted_server(*steps) as server:
        raw = await create(kind, server.base_url, waits)
    assert raw.data.data[0].embedding == [0.5, -0.25]
    assert raw.attempts == len(steps) == len(server.requests) == len(waits) + 1
    assert len({request.body for request in server.requests}) == 1


@each_transport
@pytest.mark.parametrize(
    ("retry_after", "wait_sec"),
    [
        ("3", 3.0),
        ("0", 0.5),  # no wait, and so the backoff
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0.5),
        ("86400", None),  # longer than the policy allows
    ],
)
async def test_retry_after(kind: ClientKind, retry_after: str, wait_sec: float | None) -> None:
    waits, policy = Waits(), RetryPolicy(jitter=0)
    limited = Response(429, LIMITED.body, {"retry-after": retry_after})
    with scripted_server(limited, OK) as server:
        if wait_sec is None:
            with pytest.raises(TooManyRequestsError):
                await create(kind, server.base_url, waits, retry=policy)
        else:
            await create(kind, server.base_url, waits, retry=policy)
    assert waits == ([] if wait_sec is None else [wait_sec])


@each_transport
async def test_given_up(kind: ClientKind) -> None:
    waits = Waits()
    with scripted_server(LIMITED) as server:
        with pytest.raises(TooManyRequestsError, match="after 3 attempts") as caught:
            await create(kind, server.base_url, waits, retry=RetryPolicy(attempts=3))
    assert len(server.requests) == 3
    assert caught.value.code == "too_many_requests"


@each_transport
async def test_max_retries(kind: ClientKind) -> None:
    with scripted_server(BUSY) as server:
        with pytest.raises(ServerError):
            await create(kind, server.base_url, Waits(), request_options={"max_retries": 0})
        assert len(server.requests) == 1
        with pytest.raises(ServerError):
            await create(kind, server.base_url, Waits(), request_options={"max_retries": 2})
    assert len(server.requests) == 4


@each_transport
async def test_nothing_listens(kind: ClientKind) -> None:
    with scripted_server(OK) as server:
        pass
    waits = Waits()
    with pytest.raises(ApiConnectionError, match="connection failed") as caught:
        await create(kind, server.base_url, waits, retry=RetryPolicy(attempts=2))
    assert caught.value.attempts == 2
    assert len(waits) == 1


@each_transport
async def test_too_slow(kind: ClientKind) -> None:
    with (
        scripted_server(Stall()) as server,
        pytest.raises(ApiTimeoutError, match="no response in time"),
    ):
        await create(
            kind,
            server.base_url,
            Waits(),
            request_options={"timeout_in_seconds": 0.2, "max_retries": 1},
        )
    assert len(server.requests) == 2
