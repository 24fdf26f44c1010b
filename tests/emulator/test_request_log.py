"""The log of requests, as the control shows it."""

import hashlib
import socket
from contextlib import suppress

import httpx
import pytest
from twelvelabs_embed_emulator.server import request_log

from tests.emulator.helpers import TEXT, Upload, create_asset, embed, flat_error
from tests.waiting import wait_until


def test_requests_are_seen_with_their_keys_masked(started):
    emulator, client, control = started
    sent = embed(client)
    embed(client, {"model_name": "x"})
    first, second = control.get("/requests").json()["requests"]
    assert (first["status"], second["status"]) == (200, 400)
    assert first == {
        "number": 1,
        "time": first["time"],
        "host": "api",
        "method": "POST",
        "path": "/v1.3/embed-v2",
        "query": "",
        "status": 200,
        "duration_sec": first["duration_sec"],
        "headers": {**sent.request.headers, "x-api-key": "***"},
        "body_bytes": len(sent.request.content),
        "body_sha256": hashlib.sha256(sent.request.content).hexdigest(),
    }
    assert 0 < first["duration_sec"] == round(first["duration_sec"], 6)
    assert "some key" not in str(emulator.control.requests())


def test_requests_are_filtered(started):
    _, client, control = started
    embed(client)
    client.get("/assets")
    client.get("/assets/none")

    def paths(**query):
        requests = control.get("/requests", params=query).json()["requests"]
        return [one["path"].removeprefix("/v1.3") for one in requests]

    assert paths(method="GET") == ["/assets", "/assets/none"]
    assert paths(path="none") == ["/assets/none"]
    assert paths(status=200) == ["/embed-v2", "/assets"]
    assert paths(after=1) == ["/assets", "/assets/none"]
    assert paths(limit=1) == ["/assets/none"]
    assert control.delete("/requests").status_code == 204
    assert paths() == []


def test_chunks_are_seen_at_the_storage_host(started):
    _, client, control = started
    Upload(client, b"x" * 100).put(1)
    (put,) = control.get("/requests", params={"method": "PUT"}).json()["requests"]
    assert (put["host"], put["status"], put["body_bytes"]) == ("storage", 200, 100)
    assert "signature=***" in put["query"].split("&")


def test_bodies_are_kept_by_choice(start):
    emulator, client = start(records_bodies=True)
    sent = embed(client)
    (request,) = emulator.control.requests()
    assert request["body"] == sent.request.content.decode()


def test_the_oldest_bodies_are_dropped_when_they_are_too_many(start, monkeypatch):
    size_bytes = len(httpx.Request("POST", "http://x", json=TEXT).content)
    assert request_log._MAX_BODY_BYTES == 64 * 2**20
    monkeypatch.setattr(request_log, "_MAX_BODY_BYTES", 2 * size_bytes)
    emulator, client = start(records_bodies=True)
    for _ in range(3):
        embed(client)
    requests = emulator.control.requests()
    assert [one.get("body") is None for one in requests] == [True, False, False]
    assert [one["body_bytes"] for one in requests] == [size_bytes] * 3


def test_the_oldest_requests_are_forgotten_when_they_are_too_many(start, monkeypatch):
    assert request_log._MAX_REQUESTS == 10_000
    monkeypatch.setattr(request_log, "_MAX_REQUESTS", 2)
    emulator, client = start()
    for _ in range(3):
        embed(client)
    assert [one["number"] for one in emulator.control.requests()] == [2, 3]


def test_faults_are_seen_with_their_requests(started):
    _, client, control = started
    control.put("/faults", json={"script": "503,reset-before,reset,pass"})
    assert embed(client).status_code == 503
    for _ in range(2):
        with pytest.raises(httpx.TransportError):
            embed(client)
    assert embed(client).status_code == 200
    requests = control.get("/requests").json()["requests"]
    assert [one.get("fault") for one in requests] == ["503", "reset-before", "reset", None]
    assert [one["status"] for one in requests] == [503, None, 200, 200]


def test_requests_are_found_by_a_method_in_any_case(started):
    _, client, control = started
    embed(client)
    assert len(control.get("/requests?method=post").json()["requests"]) == 1
    assert flat_error(control.get("/requests?status=ok"))[0] == 400
    assert flat_error(control.get("/requests?colour=red"))[:2] == (400, "parameter_unknown")


HEADERS = ("x-goog-api-key", "apikey", "x-auth-token", "cookie", "authorization", "x-secret")
PARAMETERS = (
    "api_key",
    "x-api-key",
    "token",
    "X-Amz-Signature",
    "signature",
    "X-Amz-Security-Token",
)


def test_keys_in_queries_and_headers_are_masked(started):
    _, client, control = started
    headers = dict.fromkeys((*HEADERS, "x-amz-signature"), "tlk_1")
    client.get("/assets", params=dict.fromkeys(PARAMETERS, "tlk_2") | {"page": 1}, headers=headers)
    (request,) = control.get("/requests").json()["requests"]
    assert "tlk_" not in str(request)
    assert request["query"] == "&".join([*(f"{name}=***" for name in PARAMETERS), "page=1"])
    masked = {name for name, value in request["headers"].items() if value == "***"}
    assert masked == {*headers, "x-api-key"}


def test_a_request_whose_client_goes_away_in_the_middle_is_not_done(started):
    emulator, client, _ = started
    url = httpx.URL(emulator.base_url)
    head = "POST /v1.3/embed-v2 HTTP/1.1\r\nhost: x\r\nx-api-key: k\r\ncontent-length: 1000\r\n"
    with socket.create_connection((url.host, url.port)) as connection:
        connection.sendall(f"{head}content-type: application/json\r\n\r\nhalf".encode())
    wait_until(lambda: emulator.seen)
    embed(client)
    assert [seen.is_done for seen in emulator.seen] == [False, True]


def test_the_time_of_a_request_is_that_of_the_emulator(started):
    emulator, client, _ = started
    embed(client)
    emulator.advance(hours=1)
    before = emulator.control.clock()["now"]
    embed(client)
    first, second = emulator.control.requests()
    assert (first["number"], second["number"]) == (1, 2)
    assert first["time"] < before <= second["time"] <= emulator.control.clock()["now"]


def test_a_body_that_is_no_text_is_shown_as_far_as_it_is(start, sample):
    emulator, client = start(records_bodies=True)
    create_asset(client, sample("image", ".jpg"))
    body = emulator.control.requests(method="POST")[0]["body"]
    assert 'name="method"' in body
    assert "\N{REPLACEMENT CHARACTER}" in body


@pytest.mark.parametrize("fault", ["503", "reset-before"])
def test_a_request_that_a_fault_keeps_from_the_server_is_seen_as_it_was(started, fault):
    emulator, client, control = started
    control.put("/faults", json={"script": fault})
    with suppress(httpx.TransportError):
        client.get("/assets?filename=a?b&api_key=tlk_1")
    (request,) = emulator.control.requests()
    assert (request["host"], request["method"], request["path"]) == ("api", "GET", "/v1.3/assets")
    assert request["query"] == "filename=a?b&api_key=***"


@pytest.mark.parametrize("has_sent_all", [True, False])
async def test_a_client_that_disconnects_after_its_request_has_sent_it(has_sent_all):
    messages = [
        {"type": "http.request", "body": b"ab", "more_body": True},
        *[{"type": "http.request", "body": b"c"} for _ in range(has_sent_all)],
        {"type": "http.disconnect"},
    ]
    log, received = request_log.RequestLog(lambda: 5, records_bodies=True), iter(messages)

    async def receive():
        return next(received)

    async def send(message):
        pass

    async def read_all_and_respond(scope, receive, send):
        while (await receive())["type"] != "http.disconnect":
            pass
        await send({"type": "http.response.start", "status": 200, "headers": []})

    scope = {"type": "http", "method": "POST", "path": "/a", "query_string": b"", "headers": []}
    await log.recording(read_all_and_respond, "api")(scope, receive, send)
    (entry,) = log.find()
    assert [seen.is_done for seen in log.seen()] == [has_sent_all]
    assert (entry["body_bytes"], entry["body"]) == ((3, "abc") if has_sent_all else (2, "ab"))
