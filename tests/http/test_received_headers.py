"""Headers of responses: those of the awaited client are built when they are first read."""

from __future__ import annotations

import copy
import pickle

import pytest
from twelvelabs_embed import NO_RETRY, ApiError

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
async def test_a_raw_response_has_the_headers(kind: ClientKind) -> None:
    created = Response(200, {"_id": "a1", "status": "ready"}, {"x-request-id": "r2"})
    async with kind.connected(created) as (client, _):
        raw = await client.assets.with_raw_response.retrieve("a1")
    assert raw.headers["X-Request-Id"] == "r2"
    assert pickle.loads(pickle.dumps(dict(raw.headers)))["x-request-id"] == "r2"
