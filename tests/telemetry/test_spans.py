"""Spans and metrics, by the real SDK of OpenTelemetry."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path
from typing import Any

import httpx
import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan
from twelvelabs_embed import (
    ApiConnectionError,
    Image,
    InvalidInputError,
    TextInputRequest,
    UnauthorizedError,
    Video,
)
from twelvelabs_embed_emulator import Emulator, samples

from tests.clients import AWAITED, ClientKind, both_clients, each_transport
from tests.otel_memory import InMemoryTelemetry
from tests.scripted_server import Reset, Response, Stall
from tests.telemetry.conftest import KEY, QUICK, SIZE_BYTES, upload_multipart
from tests.waiting import wait_until_async

ROOT = Path(__file__).resolve().parents[2]
EMBED = "embeddings marengo3.0"
SENT = "POST /embed-v2"
TEXT = "a text that must not be exposed"
FOUND = Response(
    body={"data": [{"embedding": [1.0] * 512, "embedding_option": None, "embedding_scope": None}]},
    headers={"x-request-id": "request-1"},
)


def about(span: ReadableSpan) -> dict[str, Any]:
    return dict(span.attributes or {})


def is_within(inner: ReadableSpan, outer: ReadableSpan | trace.Span) -> bool:
    context = outer.get_span_context()
    return (
        context is not None
        and inner.parent is not None
        and (inner.parent.span_id == context.span_id)
    )


async def test_a_call_is_a_span_with_its_request_within(
    otel: InMemoryTelemetry, client: Any
) -> None:
    await client.embed(TEXT)
    sent, embedded = otel.spans()
    assert (sent.name, embedded.name) == (SENT, EMBED)
    assert is_within(sent, embedded)
    assert embedded.kind is sent.kind is trace.SpanKind.CLIENT
    size_bytes = about(sent)["http.request.body.size"]
    assert size_bytes > len(TEXT)
    assert about(embedded) == {
        "gen_ai.operation.name": "embeddings",
        "gen_ai.provider.name": "twelvelabs",
        "gen_ai.request.model": "marengo3.0",
        "gen_ai.embeddings.dimension.count": 512,
        "server.address": "127.0.0.1",
        "server.port": httpx.URL(client.base_url).port,
        "twelvelabs_embed.input_type": "text",
        "twelvelabs_embed.route": "inline",
        "twelvelabs_embed.vectors": 1,
        "twelvelabs_embed.attempts": 1,
        "twelvelabs_embed.sent_bytes": size_bytes,
    }
    assert about(sent)["http.response.status_code"] == 200
    assert about(sent)["url.template"] == "/embed-v2"


@both_clients
async def test_attempts_are_counted_and_reported(kind: ClientKind, otel: InMemoryTelemetry) -> None:
    steps = Response(503), Reset(), FOUND
    async with kind.connected(*steps, api_key=KEY, **QUICK) as (client, _):
        await client.embed(TEXT)
    sent, embedded = otel.spans()
    assert about(sent)["http.request.resend_count"] == 2
    assert about(sent)["http.response.header.x-request-id"] == ("request-1",)
    assert about(embedded)["twelvelabs_embed.attempts"] == 3
    retries = [(event.name, dict(event.attributes or {})["error.type"]) for event in sent.events]
    assert retries == [("retry", "503"), ("retry", "ApiConnectionError")]
    points = otel.points()
    assert [point.value for point in points["twelvelabs_embed.attempts"]] == [3]
    size_bytes = about(sent)["http.request.body.size"]
    assert [point.value for point in points["twelvelabs_embed.sent_bytes"]] == [3 * size_bytes]
    for name in ("gen_ai.client.embeddings.duration", "twelvelabs_embed.operation.duration"):
        assert [point.count for point in points[name]] == [1]


@each_transport
async def test_calls_at_the_same_time_are_within_what_makes_them(
    kind: ClientKind, otel: InMemoryTelemetry, emulator: Emulator
) -> None:
    async with kind.open(KEY, base_url=emulator.base_url) as client:

        async def work(number: int) -> trace.Span:
            with otel.tracer.start_as_current_span(f"work {number}") as span:
                await client.embed(f"{TEXT} {number}")
                assert trace.get_current_span() is span
                await client.embed(f"{TEXT}, again {number}")
            return span

        works = await asyncio.gather(*map(work, range(5)))
    for embedded in otel.named(EMBED):
        assert len([one for one in otel.named(SENT) if is_within(one, embedded)]) == 1
    for span in works:
        assert len([one for one in otel.named(EMBED) if is_within(one, span)]) == 2


@each_transport
async def test_many_are_within_the_loop_over_them(
    kind: ClientKind, otel: InMemoryTelemetry, emulator: Emulator
) -> None:
    """Also those that the blocking client sends in another thread."""
    async with kind.open(KEY, base_url=emulator.base_url) as client:
        with otel.tracer.start_as_current_span("loop") as span:
            async for result in client.embed.many(map(str, range(20)), concurrency=4):
                assert result.error is None
                assert trace.get_current_span() is span
    assert len([one for one in otel.named(EMBED) if is_within(one, span)]) == 20


async def test_what_an_input_takes_is_all_within_it(
    otel: InMemoryTelemetry, client: Any, tmp_path: Path
) -> None:
    await client.embed(Image(samples.image(tmp_path / "beach.jpg")), route="asset")
    embedded = otel.named(EMBED)[0]
    names = [span.name for span in otel.spans() if is_within(span, embedded)]
    looks = names.count("GET /assets/{id}")  # as many as it takes until it is ready
    assert looks >= 1
    assert names == ["POST /assets", *["GET /assets/{id}"] * looks, SENT, "DELETE /assets/{id}"]
    assert about(embedded)["twelvelabs_embed.route"] == "asset"
    assert about(embedded)["twelvelabs_embed.attempts"] == len(names)


async def test_chunks_sent_by_threads_are_within_what_sends_them(
    otel: InMemoryTelemetry, client: Any, film: Path
) -> None:
    with otel.tracer.start_as_current_span("upload") as span:
        await upload_multipart(client, film)
    names = Counter(one.name for one in otel.spans() if is_within(one, span))
    assert names["PUT"] == 3  # its URL, a secret, is not in the name
    assert names["POST /assets/multipart-uploads"] == 1
    measured = otel.points()["twelvelabs_embed.sent_bytes"]
    put = [one.value for one in measured if one.attributes["http.request.method"] == "PUT"]
    assert put == [SIZE_BYTES]


async def test_a_task_has_its_route(otel: InMemoryTelemetry, client: Any, tmp_path: Path) -> None:
    await client.embed(Video(samples.video(tmp_path / "film.mkv", duration_sec=6)), route="task")
    assert about(otel.named(EMBED)[0])["twelvelabs_embed.route"] == "task"
    assert otel.named("GET /embed-v2/tasks/{id}")


async def test_the_vendors_style_is_one_span(otel: InMemoryTelemetry, client: Any) -> None:
    await client.embed.v_2.create(
        input_type="text", model_name="marengo3.0", text=TextInputRequest(input_text=TEXT)
    )
    (span,) = otel.spans()
    assert span.name == EMBED
    assert about(span)["gen_ai.request.model"] == "marengo3.0"
    assert about(span)["http.response.status_code"] == 200
    assert [one.count for one in otel.points()["gen_ai.client.embeddings.duration"]] == [1]


# ----------------------------------------------------------------------------------------- failures


@both_clients
async def test_a_rejection_is_an_error_of_both(
    kind: ClientKind, otel: InMemoryTelemetry, emulator: Emulator
) -> None:
    async with kind.open("wrong-key", base_url=emulator.base_url) as client:
        with pytest.raises(UnauthorizedError):
            await client.embed(TEXT)
    sent, embedded = otel.spans()
    for span in (sent, embedded):
        assert span.status.status_code is trace.StatusCode.ERROR
        assert about(span)["error.type"] == "401"
        assert not span.events
    assert trace.get_current_span() is trace.INVALID_SPAN


@both_clients
async def test_no_response_is_an_error(kind: ClientKind, otel: InMemoryTelemetry) -> None:
    async with kind.connected(Reset(), api_key=KEY) as (client, _):
        with pytest.raises(ApiConnectionError):
            await client.embed(TEXT, request_options={"max_retries": 0})
    sent, embedded = map(about, otel.spans())
    assert sent["error.type"] == embedded["error.type"] == "ApiConnectionError"
    assert "http.response.status_code" not in sent


@both_clients
@pytest.mark.parametrize(
    ("base_url", "address"),
    [
        ("https://api.example/v1.3", ("api.example", 443)),
        ("http://api.example/v1.3", ("api.example", 80)),
        ("https://[::1]:8443", ("::1", 8443)),
    ],
)
async def test_what_is_rejected_here_has_no_request(
    base_url: str, address: tuple[str, int], kind: ClientKind, otel: InMemoryTelemetry
) -> None:
    async with kind.open(KEY, base_url=base_url) as client:
        with pytest.raises(InvalidInputError):
            await client.embed("word " * 2500)
    (span,) = otel.spans()
    assert about(span)["error.type"] == "InvalidInputError"
    assert about(span)["twelvelabs_embed.attempts"] == 0
    assert (about(span)["server.address"], about(span)["server.port"]) == address


async def test_what_is_cancelled_ends_too(otel: InMemoryTelemetry) -> None:
    async with AWAITED.connected(Stall(), api_key=KEY) as (client, server):
        with otel.tracer.start_as_current_span("work") as span:
            call = asyncio.ensure_future(client.embed(TEXT))
            await wait_until_async(lambda: server.requests)
            call.cancel()
            with pytest.raises(asyncio.CancelledError):
                await call
            assert trace.get_current_span() is span
    sent, embedded = map(about, otel.spans()[:2])
    assert sent["error.type"] == embedded["error.type"] == "cancelled"


# ----------------------------------------------------------------------------------- what is hidden


async def test_neither_key_nor_content_nor_addresses_are_reported(
    otel: InMemoryTelemetry, client: Any, film: Path, tmp_path: Path
) -> None:
    await client.embed(TEXT)
    await client.embed(Image(samples.image(tmp_path / "secret-name.jpg")), route="asset")
    await upload_multipart(client, film)
    everything = "".join(span.to_json() for span in otel.spans()) + repr(otel.points())
    assert "PUT" in everything
    for secret in (KEY, TEXT, "secret-name", "film.mp4", "signature", "Signature", "?"):
        assert secret not in everything
