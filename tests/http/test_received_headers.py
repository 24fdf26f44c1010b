"""Headers of responses: those of the awaited client are built when they are first read."""

from __future__ import annotations

import copy
import pickle
from datetime import timedelta
from itertools import count
from typing import Any

import httpx
import pytest
from twelvelabs_embed import NO_RETRY, ApiError
from twelvelabs_embed._http import transport_async
from twelvelabs_embed._http.redaction import MASK

from tests.clients import ClientKind, each_transport
from tests.scripted_server import Response

KEY = "the-key-of-this-test"
FAILED = Response(
    404,
    {"code": "not_found", "message": "there is none"},
    {"x-request-id": "r1", "X-Mixed-Case": "yes", "x-echo": KEY},
)


@each_transport
async def test_an_error_has_the_headers_of_its_response(kind: ClientKind) -> None:
    async with kind.connected(FAILED, api_key=KEY, retry=NO_RETRY) as (client, _):
        with pytest.raises(ApiError) as raised:
            await client.assets.retrieve("a1")
    error = raised.value
    for response in (error.response, pickle.loads(pickle.dumps(error)).response,
                     copy.copy(error.response)):  # fmt: skip
        assert response is not None
        assert response.headers["x-mixed-case"] == response.headers["X-Mixed-Case"] == "yes"
        assert response.headers["x-request-id"] == "r1"
        assert KEY not in str(vars(response))
        assert response.headers.get("x-missing") is None


@each_transport
async def test_a_raw_response_has_all_that_was_received_and_sent(
    kind: ClientKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    # aiohttp's time, which passes by ten seconds from one look at it to the next.
    monkeypatch.setattr(transport_async, "perf_counter", count(1_000, 10).__next__)
    content = {"_id": "a1", "status": "ready"}
    created = Response(200, content, {"x-request-id": "r2"})
    options: Any = {"additional_query_parameters": {"a": "b c"}}
    async with kind.connected(created, api_key=KEY) as (client, server):
        raw = await client.assets.with_raw_response.retrieve("a1", request_options=options)
    assert raw.headers["X-Request-Id"] == "r2"
    assert (raw.status_code, raw.attempts) == (200, 1)
    for response in (raw.http_response, pickle.loads(pickle.dumps(raw.http_response))):
        assert response.json() == content
        assert response.headers["x-request-id"] == "r2"
        assert (response.reason_phrase, response.is_closed) == ("OK", True)
        assert timedelta() < response.elapsed < timedelta(minutes=10)
    plain = httpx.Response(200, content=b"", request=raw.http_response.request)
    plain.elapsed = timedelta()
    assert vars(response).keys() <= vars(pickle.loads(pickle.dumps(plain))).keys()
    received, request = raw.http_response, raw.http_response.request
    assert received.http_version in ("HTTP/1.0", "HTTP/1.1")
    assert (request.method, request.content) == ("GET", b"")
    assert request.url.copy_with(query=None) == f"{server.base_url}/assets/a1"
    assert dict(request.url.params) == {"a": "b c"}
    assert request.headers["x-api-key"] == MASK


@each_transport
async def test_the_request_of_a_response_is_what_was_sent(kind: ClientKind) -> None:
    row = Response(body={"data": [{"embedding": [0.5]}]})
    text = {"input_type": "text", "model_name": "m", "text": {"input_text": "a dog"}}
    async with kind.connected(row, api_key=KEY) as (client, server):
        raw = await client.embed.v_2.with_raw_response.create(**text)
    request = raw.http_response.request
    assert (request.method, request.content) == ("POST", server.requests[0].body)
    assert request.headers["content-type"] == "application/json"
