"""Hostile responses of a service, or of a proxy before it."""

from __future__ import annotations

import gzip
import json
import pickle
import tracemalloc
import zlib
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from twelvelabs_embed import (
    NO_RETRY,
    ApiError,
    InvalidResponseError,
    NotFoundError,
    RetryPolicy,
    TwelveLabsError,
)
from twelvelabs_embed._http import bounded_read, transport_async

from tests.clients import ClientKind, both_clients, each_transport
from tests.faults.layers import Waits
from tests.scripted_server import Response, Step

MIB = 1 << 20
GZIP = {"content-encoding": "gzip"}
OK = {"data": [{"embedding": [0.5, 0.25]}]}


async def ask(
    step: Step, kind: ClientKind, call: Callable[[Any], Any] = lambda client: client.embed("a dog")
) -> Any:
    async with kind.connected(step, retry=NO_RETRY) as (client, _):
        return await call(client)


@pytest.fixture(scope="module")
def bomb() -> bytes:
    """Zeros as gzip: 256 kB of 256 MB."""
    assert transport_async.MAX_RESPONSE_BYTES > 8 * MIB  # read at import, before a test changes it
    fold = zlib.compressobj(9, wbits=31)
    parts = [fold.compress(bytes(MIB)) for _ in range(256)]
    return b"".join([*parts, fold.flush()])


@both_clients
@pytest.mark.parametrize("status", [200, 400])
async def test_what_expands_to_too_much_is_not_taken(
    status: int, kind: ClientKind, bomb: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounded_read, "MAX_RESPONSE_BYTES", 8 * MIB)
    tracemalloc.start()
    try:
        with pytest.raises(InvalidResponseError, match="longer than 8 MB"):
            await ask(Response(status, bomb, GZIP), kind)
        assert tracemalloc.get_traced_memory()[1] < 200 * MIB  # what 64 kB expand to, twice
    finally:
        tracemalloc.stop()


@both_clients
async def test_what_is_too_long_as_it_is_is_not_taken(
    kind: ClientKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounded_read, "MAX_RESPONSE_BYTES", MIB)
    with pytest.raises(InvalidResponseError, match="longer than 1 MB") as raised:
        await ask(Response(200, bytes(2 * MIB)), kind)
    assert raised.value.response.status_code == 200


@both_clients
async def test_what_is_compressed_twice_is_not_decompressed(kind: ClientKind) -> None:
    twice = gzip.compress(gzip.compress(b'{"data": []}'))
    with pytest.raises(InvalidResponseError, match="encoded by gzip, gzip"):
        await ask(Response(200, twice, {"content-encoding": "gzip, gzip"}), kind)


@both_clients
@pytest.mark.parametrize("coding", ["gzip", "x-gzip", " X-GZip "])
@pytest.mark.parametrize("padding", [b"", bytes(3)])
async def test_all_members_of_a_gzip_body_are_read(
    coding: str, padding: bytes, kind: ClientKind
) -> None:
    whole = json.dumps(OK).encode()
    body = padding.join(gzip.compress(whole[at : at + 7]) for at in range(0, len(whole), 7))
    result = await ask(Response(200, body + padding, {"content-encoding": coding}), kind)
    assert result.vector.tolist() == [0.5, 0.25]


@pytest.mark.parametrize("chunk_bytes", [1, 2, 7, 1000])
@pytest.mark.parametrize("behind", [b"", b"\x1f", b"no gzip", b"\x1fno gzip"])
def test_members_are_read_however_they_arrive(chunk_bytes: int, behind: bytes) -> None:
    body = gzip.compress(b"one ") + gzip.compress(b"") + gzip.compress(b"two") + behind
    chunks = (body[at : at + chunk_bytes] for at in range(0, len(body), chunk_bytes))
    response = httpx.Response(200, headers=GZIP, content=chunks)
    bounded_read.read(response)
    assert response.content == b"one two"


@both_clients
async def test_members_that_expand_to_too_much_together_are_not_taken(
    kind: ClientKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounded_read, "MAX_RESPONSE_BYTES", 8 * MIB)
    with pytest.raises(InvalidResponseError, match="longer than 8 MB"):
        await ask(Response(200, gzip.compress(bytes(MIB)) * 9, GZIP), kind)


CODINGS = {"zstd": b"\x28\xb5\x2f\xfd", "br": b"\x0b", "gzip, zstd": b"", "compress": b""}


@each_transport
@pytest.mark.parametrize("coding", CODINGS)
async def test_codings_that_expand_without_bound_are_not_read(
    kind: ClientKind, coding: str
) -> None:
    """A few bytes of zstd or brotli may become gigabytes in one step. The status is reported."""
    bomb, headers = CODINGS[coding] + b"\0" * 1000, {"content-encoding": coding}
    steps = Response(200, bomb, headers), Response(404, bomb, headers)
    async with kind.connected(*steps, retry=NO_RETRY) as (client, server):
        with pytest.raises(InvalidResponseError, match=f"encoded by {coding}"):
            await client.embed("a dog")
        assert server.requests[0].headers["accept-encoding"] == "gzip, deflate"
        with pytest.raises(NotFoundError):
            await client.embed("a dog")


@both_clients
async def test_a_zstd_bomb_takes_no_memory(kind: ClientKind) -> None:
    zstandard = pytest.importorskip("zstandard")
    bomb = zstandard.ZstdCompressor().compress(bytes(64 * MIB))
    tracemalloc.start()
    try:
        with pytest.raises(InvalidResponseError):
            await ask(Response(200, bomb, {"content-encoding": "zstd"}), kind)
        assert tracemalloc.get_traced_memory()[1] < 8 * MIB
    finally:
        tracemalloc.stop()


@both_clients
async def test_what_is_folded_is_read(kind: ClientKind) -> None:
    folded_once = gzip.compress(Response(body=OK).raw_body())
    assert (await ask(Response(200, folded_once, GZIP), kind)).vector.tolist() == [0.5, 0.25]


NESTED = {
    "lists": b"[" * 200_000,
    "objects": b'{"data":' * 100_000,
    "in a row": b'{"data": [{"embedding": ' + b"[" * 100_000,
    "in the metadata": b'{"data": [], "metadata": {"x": ' + b'{"x": ' * 100_000,
    "closed": b'{"error": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
}


@both_clients
@pytest.mark.parametrize("status", [200, 400])
@pytest.mark.parametrize("body", NESTED.values(), ids=NESTED)
async def test_json_of_great_depth_is_rejected(body: bytes, status: int, kind: ClientKind) -> None:
    with pytest.raises(TwelveLabsError) as raised:
        await ask(Response(status, body), kind)
    assert isinstance(raised.value, InvalidResponseError if status == 200 else ApiError)
    assert len(str(raised.value)) < 1000


@both_clients
@pytest.mark.parametrize("body", NESTED.values(), ids=NESTED)
async def test_lists_of_great_depth_are_rejected(kind: ClientKind, body: bytes) -> None:
    """These are read by another decoder."""
    with pytest.raises(InvalidResponseError):
        await ask(Response(200, body), kind, lambda client: client.assets.list())


@both_clients
@pytest.mark.parametrize("number", ["1e999", "-1e999", "9" * 5000, "1e39", "NaN", "0x1", "null"])
async def test_numbers_that_no_vector_holds_are_rejected(kind: ClientKind, number: str) -> None:
    body = f'{{"data": [{{"embedding": [0.5, {number}]}}]}}'.encode()
    with pytest.raises(InvalidResponseError) as raised:
        await ask(Response(200, body), kind)
    assert len(str(raised.value)) < 1000


@both_clients
async def test_a_message_of_megabytes_is_cut(kind: ClientKind) -> None:
    body = {"code": "x", "message": "wait " * MIB}
    with pytest.raises(ApiError) as raised:
        await ask(Response(400, body), kind)
    assert len(str(raised.value)) < 5000
    assert len(str(pickle.loads(pickle.dumps(raised.value)))) < 5000


@both_clients
@pytest.mark.parametrize(
    "asked",
    [
        "1e999",
        "9" * 400,
        "nan",
        "-1",
        "Wed, 21 Oct 2026 07:" + "6" * 60 + ":00 GMT",
        "Wed, 21 Oct 9999999 07:28:00 GMT",
        "07:28 XYZ",
        "\x7f",
    ],
)
async def test_a_wait_that_cannot_be_is_not_waited(kind: ClientKind, asked: str) -> None:
    """Our own choice is made instead, which is short."""
    waits, steps = Waits(), (Response(429, b"", {"retry-after": asked}), Response(body=OK))
    async with kind.connected(*steps, clock=waits.clock(), retry=RetryPolicy(2)) as (client, _):
        await client.embed("a dog")
    assert all(wait_sec <= 60 for wait_sec in waits)
    assert len(waits) == 1
