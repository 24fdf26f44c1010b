"""Responses are read up to a bound, by each transport."""

import gzip
import traceback
from typing import Any

import httpx
import pytest
from twelvelabs_embed import ApiConnectionError, InvalidResponseError, ServiceUnavailableError
from twelvelabs_embed._http import bounded_read, transport_async
from twelvelabs_embed.retry import NO_RETRY

from tests.clients import ClientKind, each_transport
from tests.scripted_server import Response

BOUND_BYTES = 1 << 20
VECTOR = b'{"data": [{"embedding": [0.5, 0.25]}]}'


@pytest.fixture(autouse=True)
def bound(monkeypatch: pytest.MonkeyPatch) -> None:
    assert transport_async.MAX_RESPONSE_BYTES == 512 << 20  # read when it is imported
    monkeypatch.setattr(bounded_read, "MAX_RESPONSE_BYTES", BOUND_BYTES)


async def embed(kind: ClientKind, body: bytes, status: int = 200, **headers: str) -> Any:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    response = Response(status, body, {"x-request-id": "r1", **named})
    async with kind.connected(response, retry=NO_RETRY) as (client, _):
        return await client.embed("a dog")


@each_transport
@pytest.mark.parametrize("coding", ["gzip", "identity"])
async def test_a_response_up_to_the_bound_is_read_and_a_longer_one_is_an_error(
    kind: ClientKind, coding: str
) -> None:
    encode = gzip.compress if coding == "gzip" else bytes
    longest = VECTOR.ljust(BOUND_BYTES)
    found = await embed(kind, encode(longest), content_encoding=coding)
    assert found.vector.tolist() == [0.5, 0.25]
    for status in (200, 503):
        with pytest.raises(InvalidResponseError, match="longer than 1 MB") as caught:
            await embed(kind, encode(longest + b" "), status, content_encoding=coding)
        response = caught.value.response
        assert (response.status_code, response.headers["x-request-id"]) == (status, "r1")
        assert (response.content, response.headers.get("content-encoding")) == (b"", None)
        assert not [name for name in modules_of(caught.value) if name in TRANSPORTS]


# Their frames hold headers, and do not help to understand an error.
TRANSPORTS = {
    f"twelvelabs_embed._http.{name}"
    for name in ("bounded_read", "network_stream", "transport", "transport_async")
}


def modules_of(error: BaseException) -> list[str]:
    """The modules that the traceback of an error leads through."""
    return [frame.f_globals["__name__"] for frame, _ in traceback.walk_tb(error.__traceback__)]


@each_transport
async def test_all_members_of_a_gzip_body_are_read(kind: ClientKind) -> None:
    members = gzip.compress(VECTOR[:9]) + bytes(5) + gzip.compress(VECTOR[9:])
    for name in ("gzip", "X-GZip"):
        found = await embed(kind, members, content_encoding=name)
        assert found.vector.tolist() == [0.5, 0.25]
    with pytest.raises(ApiConnectionError):
        await embed(kind, b"no gzip", content_encoding="gzip")


@each_transport
@pytest.mark.parametrize(
    "codings", ["br", "zstd", "gzip, gzip", "utf-8,deflate", "Compress", "x-compress"]
)
async def test_a_coding_without_a_bound_is_not_read(kind: ClientKind, codings: str) -> None:
    with pytest.raises(InvalidResponseError, match="only one of gzip, deflate") as caught:
        await embed(kind, VECTOR, content_encoding=codings)
    response = caught.value.response
    assert (response.content, response.headers.get("content-encoding")) == (b"", None)
    assert response.headers["x-request-id"] == "r1"
    with pytest.raises(ServiceUnavailableError) as failed:
        await embed(kind, b"busy", 503, content_encoding=codings)
    assert failed.value.body == ""


@each_transport
async def test_a_response_that_is_not_read_to_its_end_frees_its_connection(
    kind: ClientKind,
) -> None:
    unread = [
        Response(200, VECTOR.ljust(BOUND_BYTES + 1)),
        Response(200, VECTOR, {"content-encoding": "br"}),
        Response(503, VECTOR, {"content-encoding": "br"}),
    ]
    one = {"limits": httpx.Limits(max_connections=1), "timeout": 5}
    settings: dict[str, Any] = {"retry": NO_RETRY, "http": one, "timeout": 5}
    async with kind.connected(*unread, Response(200, VECTOR), **settings) as (client, _):
        for error in (InvalidResponseError, InvalidResponseError, ServiceUnavailableError):
            with pytest.raises(error):
                await client.embed("a dog")
        assert (await client.embed("a dog")).vector.tolist() == [0.5, 0.25]


@each_transport
async def test_what_is_no_coding_is_ignored(kind: ClientKind) -> None:
    found = await embed(kind, VECTOR, content_encoding="utf-8")
    assert found.vector.tolist() == [0.5, 0.25]


@each_transport
async def test_only_codings_with_a_bound_are_offered_unless_a_call_says_which(
    kind: ClientKind,
) -> None:
    own = {"additional_headers": {"accept-encoding": "identity"}}
    async with kind.connected(
        Response(body=VECTOR), http={"headers": {"accept-encoding": "br"}}
    ) as (
        client,
        server,
    ):
        await client.embed("a dog")
        await client.embed("a dog", request_options=own)
    assert [request.headers["accept-encoding"] for request in server.requests] == [
        "gzip, deflate",
        "identity",
    ]
