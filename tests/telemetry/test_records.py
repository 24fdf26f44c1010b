"""Log records carry fields, as handlers that write JSON take them."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from attrs import frozen
from twelvelabs_embed import UnauthorizedError
from twelvelabs_embed_emulator import Emulator

from tests.clients import ClientKind, both_clients
from tests.scripted_server import Reset, Response
from tests.telemetry.conftest import KEY, QUICK, upload_multipart
from tests.telemetry.test_spans import FOUND, TEXT

PLAIN = vars(logging.makeLogRecord({})).keys()


class JsonFormatter(logging.Formatter):
    """What is added to a record, as the formatters that people use take it."""

    def format(self, record: logging.LogRecord) -> str:
        added = {name: value for name, value in vars(record).items() if name not in PLAIN}
        return json.dumps({"level": record.levelname, "text": record.getMessage(), **added})


@frozen
class Lines:
    """What was logged."""

    stream: io.StringIO

    def read(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.stream.getvalue().splitlines()]


@pytest.fixture
def lines() -> Iterator[Lines]:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter())
    log = logging.getLogger("twelvelabs_embed")
    log.addHandler(handler)
    log.setLevel(logging.DEBUG)
    yield Lines(stream)
    log.removeHandler(handler)
    log.setLevel(logging.NOTSET)


@both_clients
async def test_a_call_has_its_fields(kind: ClientKind, lines: Lines) -> None:
    steps = Response(503, headers={"x-request-id": "request-0"}), Reset(), FOUND
    async with kind.connected(*steps, api_key=KEY, **QUICK) as (client, server):
        await client.embed(TEXT)
        size_bytes = len(server.requests[0].body)
    goes, first, second, done, embedded = lines.read()
    assert goes["route"] == "inline"
    assert (first["level"], first["status"], first["request_id"]) == ("WARNING", 503, "request-0")
    assert (first["attempts"], first["error_type"]) == (1, "503")
    assert (second["attempts"], second["error_type"]) == (2, "ApiConnectionError")
    assert (second["status"], second["request_id"]) == (None, None)
    for record in (done, embedded):
        assert record["level"] == "DEBUG"
        assert record["route"] == "inline"
        assert record["request_id"] == "request-1"
        assert record["attempts"] == 3
        assert record["bytes"] == 3 * size_bytes
        assert record["seconds"] >= 0
        assert record["error_type"] is None
    assert done["operation"] == "embed"
    assert (embedded["model"], embedded["input_type"]) == ("marengo3.0", "text")


@both_clients
async def test_a_failure_has_its_fields(kind: ClientKind, lines: Lines, emulator: Emulator) -> None:
    async with kind.open("wrong-key", base_url=emulator.base_url) as client:
        with pytest.raises(UnauthorizedError):
            await client.embed(TEXT)
    _, failed, not_embedded = lines.read()
    for record in (failed, not_embedded):
        assert (record["status"], record["error_type"], record["attempts"]) == (401, "401", 1)


async def test_neither_key_nor_content_is_in_them(lines: Lines, client: Any, film: Path) -> None:
    await client.embed(TEXT)
    await upload_multipart(client, film)
    written = lines.stream.getvalue()
    assert "chunk 3 of 3" in written
    for secret in (KEY, TEXT, "ignature", "http://"):
        assert secret not in written


@both_clients
async def test_a_request_after_an_embedding_is_not_a_part_of_it(
    kind: ClientKind, lines: Lines
) -> None:
    asset = Response(body={"_id": "a1", "status": "ready"})
    async with kind.connected(FOUND, asset, api_key=KEY) as (client, _):
        await client.embed(TEXT)
        await client.assets.retrieve("a1")
    *_, embedded, retrieved = lines.read()
    assert (embedded["route"], embedded["attempts"]) == ("inline", 1)
    assert (retrieved["operation"], retrieved["route"]) == ("assets.retrieve", None)
