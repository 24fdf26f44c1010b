"""Everything that one call reports: both of its spans, the retry between, and the metrics."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from twelvelabs_embed import RetryPolicy, __version__

from tests.clients import ClientKind, both_clients, fake_clock
from tests.otel_memory import InMemoryTelemetry
from tests.scripted_server import Response

FOUND = Response(
    body={
        "data": [{"embedding": [1.0, 0.5], "embedding_option": None, "embedding_scope": None}],
        "usage": {"input_tokens": {"text": 3, "image": 4}, "truncated": False},
    },
    headers={"x-request-id": "r1"},
)
BOUNDS_SEC = [0.01 * 2**step for step in range(14)]  # of the semantic conventions


def measured(otel: InMemoryTelemetry) -> dict[str, dict[str, Any]]:
    """Each metric: its unit, its sum, and the attributes of its only point."""
    data = otel.measured()
    assert data is not None
    found = {}
    for scope in data.resource_metrics[0].scope_metrics:
        assert (scope.scope.name, scope.scope.version) == ("twelvelabs_embed", __version__)
        for metric in scope.metrics:
            (point,) = metric.data.data_points
            if hasattr(point, "explicit_bounds"):
                assert list(point.explicit_bounds) == pytest.approx(BOUNDS_SEC)
            value = getattr(point, "sum", getattr(point, "value", None))
            about = {"unit": metric.unit, "value": value, **dict(point.attributes or {})}
            found[metric.name] = about
    return found


@both_clients
async def test_a_call_with_a_retry(kind: ClientKind, otel: InMemoryTelemetry) -> None:
    settings: dict[str, Any] = {"clock": fake_clock(), "retry": RetryPolicy(jitter=0)}
    busy = Response(503, headers={"retry-after": "7"})
    async with kind.connected(busy, FOUND, **settings) as (client, server):
        await client.embed("a dog", model="marengo3.5")
    sent, embedded = otel.spans()
    size_bytes = len(server.requests[0].body)
    place = {"server.address": "127.0.0.1", "server.port": httpx.URL(server.base_url).port}
    target = {"http.request.method": "POST", "url.template": "/embed-v2"}
    model = {
        "gen_ai.operation.name": "embeddings",
        "gen_ai.provider.name": "twelvelabs",
        "gen_ai.request.model": "marengo3.5",
        **place,
    }
    counts = {"twelvelabs_embed.attempts": 2, "twelvelabs_embed.sent_bytes": 2 * size_bytes}
    assert (sent.name, embedded.name) == ("POST /embed-v2", "embeddings marengo3.5")
    assert dict(sent.attributes or {}) == {
        **target,
        **place,
        **counts,
        "twelvelabs_embed.operation": "embed",
        "http.request.body.size": size_bytes,
        "http.response.status_code": 200,
        "http.request.resend_count": 1,
        "http.response.header.x-request-id": ("r1",),
    }
    (event,) = sent.events
    retried = {"error.type": "503", "twelvelabs_embed.wait_sec": 7.0}
    assert (event.name, dict(event.attributes or {})) == ("retry", retried)
    assert dict(embedded.attributes or {}) == {
        **model,
        **counts,
        "gen_ai.embeddings.dimension.count": 2,
        "gen_ai.usage.input_tokens": 7,
        "twelvelabs_embed.input_type": "text",
        "twelvelabs_embed.route": "inline",
        "twelvelabs_embed.vectors": 1,
    }
    done = {**target, "http.response.status_code": 200}
    assert measured(otel) == {
        "gen_ai.client.embeddings.duration": {"unit": "s", "value": 7.0, **model},
        "twelvelabs_embed.operation.duration": {"unit": "s", "value": 7.0, **done},
        "twelvelabs_embed.attempts": {"unit": "{attempt}", "value": 2, **done},
        "twelvelabs_embed.sent_bytes": {"unit": "By", "value": 2 * size_bytes, **done},
    }


@both_clients
async def test_a_call_in_the_vendors_style_that_fails(
    kind: ClientKind, otel: InMemoryTelemetry
) -> None:
    """Its only span has the attributes of both."""
    text: dict[str, Any] = {"input_type": "text", "text": {"input_text": "a dog"}}
    settings: dict[str, Any] = {"clock": fake_clock(), "retry": RetryPolicy(attempts=1)}
    async with kind.connected(Response(400, {"code": "c"}), **settings) as (client, server):
        with pytest.raises(Exception, match="400"):
            await client.embed.v_2.create(model_name="marengo3.5", **text)
    (span,) = otel.spans()
    size_bytes = len(server.requests[0].body)
    place = {"server.address": "127.0.0.1", "server.port": httpx.URL(server.base_url).port}
    target = {"http.request.method": "POST", "url.template": "/embed-v2"}
    failed = {"http.response.status_code": 400, "error.type": "400"}
    model = {
        "gen_ai.operation.name": "embeddings",
        "gen_ai.provider.name": "twelvelabs",
        "gen_ai.request.model": "marengo3.5",
        **place,
    }
    assert span.name == "embeddings marengo3.5"
    assert dict(span.attributes or {}) == {
        **target,
        **model,
        **failed,
        "twelvelabs_embed.operation": "embed.v_2.create",
        "http.request.body.size": size_bytes,
        "twelvelabs_embed.attempts": 1,
        "twelvelabs_embed.sent_bytes": size_bytes,
    }
    done = {**target, **failed}
    duration = {"unit": "s", "value": 0.0}
    assert measured(otel) == {
        "gen_ai.client.embeddings.duration": {**duration, **model, "error.type": "400"},
        "twelvelabs_embed.operation.duration": {**duration, **done},
        "twelvelabs_embed.attempts": {"unit": "{attempt}", "value": 1, **done},
        "twelvelabs_embed.sent_bytes": {"unit": "By", "value": size_bytes, **done},
    }
