"""The storage host gets no key, and its presigned URLs are not shown."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest
from twelvelabs_embed import TwelveLabsError

from tests.clients import ClientKind, both_clients, given_clients
from tests.otel_memory import InMemoryTelemetry
from tests.scripted_server import Reset, Response, Stall, Step, scripted_server
from tests.secrets.conftest import KEY, SECRET, fail, settings
from tests.secrets.traces import Evidence

SIGNED = "expires=1&signature=5ec2e7"


def session(url: str) -> Response:
    links = [{"chunk_index": 1, "url": url, "expires_at": "2999-01-01T00:00:00Z"}]
    size = {"chunk_size": 64, "total_chunks": 1}
    return Response(
        201, {"upload_id": "u", "asset_id": "a", "upload_urls": links, "upload_headers": {}} | size
    )


@both_clients
@pytest.mark.parametrize("steps", [[Response(403, b"<Error/>")], [Reset()], [Stall()]], ids=repr)
async def test_storage_gets_no_key_and_its_urls_are_not_shown(
    steps: list[Step], kind: ClientKind, evidence: Evidence, otel: InMemoryTelemetry, tmp_path: Path
) -> None:
    """Not even when they are rejected, or nothing listens there."""

    def upload(client: Any) -> Any:
        return client.assets.upload(bytes(64))

    with scripted_server(*steps) as storage:
        link = f"{storage.base_url}/1?{SIGNED}"
        with scripted_server(session(link)) as api:
            evidence.add_error(await fail(api.base_url, kind, upload))
    assert storage.requests
    for request in storage.requests:
        assert request.path.endswith(SIGNED)
        evidence.add("storage", f"{request.headers!r} {request.body!r}")
    assert list((tmp_path / "resume").rglob("*.*"))  # to resume with: examined like all files
    assert otel.named("PUT")


@given_clients
async def test_the_hooks_of_a_given_client_do_not_bring_the_key_to_storage(
    kind: ClientKind, evidence: Evidence
) -> None:
    def sign(request: httpx.Request) -> None:
        request.headers["x-api-key"] = KEY

    async def sign_async(request: httpx.Request) -> None:
        sign(request)

    hooks = {"request": [sign_async if kind.awaited else sign]}
    http = {"event_hooks": hooks, "auth": ("user", KEY)}
    with scripted_server(Response(200, b"", {"etag": "x"})) as storage:
        with scripted_server(session(f"{storage.base_url}/1"), Response(400)) as api:
            async with kind.open(SECRET, http=http, **settings(api.base_url)) as client:
                with pytest.raises(TwelveLabsError):
                    await client.assets.upload(bytes(64))
    assert storage.requests
    for request in storage.requests:
        evidence.add("storage", f"{request.headers!r} {request.body!r}")


@both_clients
async def test_a_wrong_response_about_links_does_not_show_them(
    kind: ClientKind, evidence: Evidence
) -> None:
    wrong = session(f"http://127.0.0.1:9/1?{SIGNED}")
    for field, value in (("total_chunks", 7), ("expires_at", "never"), ("upload_urls", {})):
        with scripted_server(Response(201, {**wrong.body, field: value})) as api:
            error = await fail(api.base_url, kind, lambda client: client.assets.upload(b"x"))
        evidence.add_error(error)
