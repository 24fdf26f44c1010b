"""Servers, and proxies before them, whose responses repeat what they were sent."""

from __future__ import annotations

import base64
import html
import json
import logging
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pyarrow.parquet as parquet
import pytest
from twelvelabs_embed import ApiError, InvalidResponseError, TwelveLabs, TwelveLabsError
from twelvelabs_embed._http.redaction import collect_secrets, redact_response as redact

from tests.cli.runner import run_here
from tests.clients import ClientKind, both_clients, given_clients
from tests.scripted_server import Response, scripted_server
from tests.secrets.conftest import KEY, SECRET, fail, settings
from tests.secrets.test_leaks import embed
from tests.secrets.test_storage import session
from tests.secrets.traces import Evidence

# As object stores write them.
SIGNATURE = "3b1f6de4a07c92518e5d"
LINK = f"X-Amz-Date=20261101T000000Z&X-Amz-Signature={SIGNATURE}"


@contextmanager
def echoing(response: Callable[[str], bytes]) -> Iterator[str]:
    """A server whose response is made of the head of the request; gives its address."""

    def serve() -> None:
        while True:
            try:
                connection = server.accept()[0]
            except OSError:
                return
            with connection, connection.makefile("rb") as file:
                lines: list[str] = []
                while line := file.readline().strip():
                    lines.append(line.decode())
                connection.sendall(response("\n".join(lines)))
                connection.shutdown(socket.SHUT_WR)
                connection.recv(1 << 16)

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.getsockname()[1]}/v1.3"
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join()


def key_in(head: str) -> str:
    """The key, as the server got it."""
    return next(line[11:] for line in head.splitlines() if line.lower().startswith("x-api-key: "))


def http(body: str, status: str = "400 Bad Request", header: str = "x-y: z") -> bytes:
    data = body.encode()
    return (
        f"HTTP/1.1 {status}\r\n{header}\r\ncontent-length: {len(data)}\r\nconnection: close\r\n\r\n"
    ).encode() + data


def flat(key: str) -> str:
    return json.dumps({"code": "bad", "message": f"no {key}", "details": {"got": key}})


Make = Callable[[str], bytes]
IN_BODIES: dict[str, Make] = {
    "the whole head": lambda head: http(head),
    "in HTML": lambda head: http(f"<pre>{html.escape(head)}</pre>", "502 Bad Gateway"),
    "as JSON": lambda head: http(flat(key_in(head)), "401 Unauthorized"),
    "the other shape": lambda head: http(f'{{"error": {flat(key_in(head))}}}', "403 Forbidden"),
    "in JSON of no known shape": lambda head: http(json.dumps([{"sent": head}])),
    "percent-encoded": lambda head: http(quote(head, safe="")),
    "in base64": lambda head: http(base64.b64encode(head.encode()).decode()),
    "in hexadecimal digits": lambda head: http(head.encode().hex()),
    "when it was too much": lambda head: http(flat(key_in(head)), "429 Slow"),
    "in a status 200 that is no JSON": lambda head: http(head, "200 OK"),
    "in one of another shape": lambda head: http(
        json.dumps({"data": [{"embedding": key_in(head)}]}), "200 OK"
    ),
}
BEFORE_BODIES: dict[str, Make] = {
    "when it is to go elsewhere": lambda head: http("", "302 Found", f"location: /?{key_in(head)}"),
    "in a header": lambda head: http("", header=f"x-request-id: {key_in(head)}"),
    "in the reason": lambda head: http("", f"400 not {key_in(head)}"),
    "as two encodings": lambda head: http("", "200 OK", f"content-encoding: {key_in(head)}, gzip"),
    "in what is no header": lambda head: http("", "200 OK", f"no header {key_in(head)}"),
    "in what is no status": lambda head: f"HTTP/1.1 {key_in(head)}\r\n\r\n".encode(),
    "in what is no length": lambda head: (
        f"HTTP/1.1 200 OK\r\ncontent-length: {key_in(head)}\r\n\r\n".encode()
    ),
    "in what is no chunk": lambda head: (
        f"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{key_in(head)}\r\n".encode()
    ),
}
RESPONSES = IN_BODIES | BEFORE_BODIES


@pytest.fixture
def without_logs_of_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """httpcore logs response headers at DEBUG, httpx their reason at INFO: SECURITY.md says so."""
    for name in ("httpcore.http11", "httpx"):
        monkeypatch.setattr(logging.getLogger(name), "disabled", True)


@both_clients
@pytest.mark.parametrize("how", RESPONSES)
async def test_what_a_server_repeats_does_not_show_the_key(
    how: str, kind: ClientKind, evidence: Evidence, request: pytest.FixtureRequest
) -> None:
    if how in BEFORE_BODIES:
        request.getfixturevalue("without_logs_of_others")
    sent = []

    def response(head: str) -> bytes:
        sent.append(key_in(head))
        return RESPONSES[how](head)

    with echoing(response) as base_url:
        error = await fail(base_url, kind, embed)
    assert set(sent) == {KEY}
    sent.clear()
    assert isinstance(error, TwelveLabsError)
    evidence.add_error(error)
    if isinstance(error, ApiError | InvalidResponseError):
        response = error.response
        evidence.add("response", f"{response!r} {vars(response)!r} {response.text}")
        evidence.add("headers", f"{response.headers.raw!r} {response.extensions!r}")
        evidence.add("body", response.content)
    if isinstance(error, ApiError):
        evidence.add("parts", f"{error.headers.items()!r} {error.body!r} {error.request_id!r}")
        shown = f"{error.body} {error.headers} {error.response.reason_phrase}"
        assert "***" in shown


@given_clients
@pytest.mark.parametrize("how", ["as JSON", "in a header", "in what is no header"])
@pytest.mark.usefixtures("without_logs_of_others")
async def test_nor_does_it_by_a_client_that_was_given(
    kind: ClientKind, how: str, evidence: Evidence
) -> None:
    with echoing(RESPONSES[how]) as base_url:
        error = await fail(base_url, kind, embed)
    assert isinstance(error, TwelveLabsError)
    evidence.add_error(error)


def test_what_a_run_writes_about_it_has_no_key(evidence: Evidence, tmp_path: Path) -> None:
    (tmp_path / "texts.csv").write_text("text\na dog\na cat\n")
    with (
        echoing(lambda head: http(flat(key_in(head)))) as base_url,
        TwelveLabs(KEY, **settings(base_url)) as client,
    ):
        for outcome in client.embed.many(["a dog"]):
            evidence.add("outcome", repr(outcome))
        report = client.bulk.run(tmp_path / "texts.csv", tmp_path / "out")
    evidence.add("report", f"{report!r} {report}")
    assert report.failed == 2
    (errors,) = (tmp_path / "out").glob("errors-*.parquet")
    rows = parquet.read_table(errors).to_pylist()
    assert "no ***" in rows[0]["message"]
    evidence.add("errors of a run", repr(rows))


@pytest.mark.parametrize("words", ["text dog", "text dog --json", "assets list"])
def test_no_command_shows_it(
    words: str, evidence: Evidence, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TWELVE_LABS_API_KEY", KEY)
    with echoing(RESPONSES["as JSON"]) as base_url:
        ran = run_here(*words.split(), "--base-url", base_url, "--max-retries", "0")
    assert "***" in ran.err + ran.out
    evidence.add("command", f"{ran.out} {ran.err}")


@both_clients
async def test_the_rest_of_what_it_said_is_there(kind: ClientKind) -> None:
    with echoing(RESPONSES["as JSON"]) as base_url:
        error = await fail(base_url, kind, embed)
    assert isinstance(error, ApiError)
    assert str(error) == "401 bad: no ***"
    assert error.details == {"got": "***"}
    assert error.response.json() == {"code": "bad", "message": "no ***", "details": {"got": "***"}}


@both_clients
async def test_the_response_in_place_of_one_that_was_lost_does_not_show_it(
    kind: ClientKind, evidence: Evidence
) -> None:
    """A deletion that finds nothing is done when the response to the first attempt was lost."""
    lost = [True]

    def response(head: str) -> bytes:
        return b"" if lost and lost.pop() else http(flat(key_in(head)), "404 Not Found")

    with echoing(response) as base_url:
        async with kind.open(SECRET, **settings(base_url)) as client:
            raw = await client.assets.with_raw_response.delete("a")
    assert raw.status_code == 404
    evidence.add("raw", f"{raw!r} {raw.http_response.text} {raw.headers!r}")
    assert "***" in raw.http_response.text


@both_clients
@pytest.mark.parametrize("name", ["authorization", "cookie"])
async def test_so_are_other_secrets_in_headers(name: str, kind: ClientKind) -> None:
    def call(client: Any) -> Any:
        headers = {name: "Bearer a-token-of-a-proxy; other=1234567890"}
        return client.embed("a", request_options={"additional_headers": headers})

    with echoing(http) as base_url:
        error = await fail(base_url, kind, call)
    assert "***" in str(error)
    for part in ("token-of", "1234567890"):
        assert part not in f"{error} {vars(error)}"


@both_clients
@pytest.mark.parametrize(
    "body",
    [
        f"<Error><SignatureProvided>{SIGNATURE}</SignatureProvided></Error>",
        f"<Error><Resource>/1?{html.escape(LINK)}</Resource></Error>",
        f"<Error>{quote(LINK, safe='')}</Error>",
        json.dumps({"uri": f"/1?{LINK}"}),
    ],
)
async def test_what_storage_repeats_does_not_show_its_links(
    body: str, kind: ClientKind, evidence: Evidence
) -> None:
    with scripted_server(Response(403, body.encode())) as storage:
        with scripted_server(session(f"{storage.base_url}/1?{LINK}")) as api:
            error = await fail(api.base_url, kind, lambda client: client.assets.upload(b"x" * 64))
    evidence.add_error(error)
    assert "***" in str(error)
    assert [where for where, text in evidence.texts if SIGNATURE in text] == []


@both_clients
@pytest.mark.parametrize("key", ["k", "any", "message", "the-key"])
async def test_a_short_key_leaves_words_whole(kind: ClientKind, key: str) -> None:
    """One of fewer than eight characters is none of the service's, but may be a part of words."""
    body = {"code": "bad", "message": f"any company can ask the-key-keeper for {key}"}
    with scripted_server(Response(400, body, {"x-any": key})) as server:
        async with kind.open(key, **settings(server.base_url)) as client:
            with pytest.raises(ApiError) as raised:
                await client.embed("a dog")
    assert raised.value.body == body
    assert raised.value.headers["x-any"] == key


# --------------------------------------------------------------------------- one response by itself


def masked(body: str, key: str) -> str:
    response = httpx.Response(400, text=body)
    redact(response, collect_secrets(httpx.Headers({"x-api-key": key})))
    return response.text


ODD = 'a/key "with" <odd> & \\ signs+'


@pytest.mark.parametrize(
    "written",
    [
        ODD,
        json.dumps(ODD),
        json.dumps(ODD).replace("/", r"\/"),
        repr(ODD),
        html.escape(ODD),
        quote(ODD),
        quote(ODD, safe=""),
        quote(ODD, safe="").lower(),
        ODD.encode().hex(),
        ODD.encode().hex().upper(),
        base64.b64encode(ODD.encode()).decode(),
        base64.urlsafe_b64encode(b"1" + ODD.encode()).decode(),
        base64.b64encode(b"12" + ODD.encode()).decode(),
    ],
)
def test_odd_keys_are_masked_however_they_are_written(written: str) -> None:
    shown = masked(f"<{written}>", ODD)
    assert "***" in shown
    assert len(shown) < 12  # of base64, a character on each side is of the neighbours, too


def test_all_places_are_masked_and_nothing_else_is_changed() -> None:
    assert masked(f"{KEY} and {KEY}.", KEY) == "*** and ***."
    response = httpx.Response(400, headers={"a": "b"}, content=b"\xff\x00 nothing")
    headers, content = response.headers, response.content
    assert not redact(response, collect_secrets(httpx.Headers({"x-api-key": KEY})))
    assert response.headers is headers
    assert response.content is content


def test_a_text_that_was_read_before_is_masked_too() -> None:
    response = httpx.Response(400, text=f"no {KEY}")
    assert KEY in response.text
    assert redact(response, collect_secrets(httpx.Headers({"x-api-key": KEY})))
    assert response.text == "no ***"
