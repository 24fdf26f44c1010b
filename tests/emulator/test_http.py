"""Everything around the request itself: key, paths, bodies, headers, encodings, load."""

import http.client
import json
import logging
import socket
from concurrent.futures import ThreadPoolExecutor
from importlib import metadata

import httpx
import pytest
from twelvelabs_embed_emulator import Emulator
from twelvelabs_embed_emulator.server import app, bodies

from tests.emulator.helpers import MIB, TEXT, error, flat_error, inline, request_body, rows
from tests.waiting import wait_for

JSON = {"content-type": "application/json"}


@pytest.mark.parametrize("headers", [{}, {"x-api-key": ""}], ids=["missing", "empty"])
def test_a_key_is_needed(emulator, headers):
    response = httpx.post(f"{emulator.base_url}/embed-v2", json=TEXT, headers=headers)
    assert response.status_code == 401
    assert response.json() == {
        "code": "api_key_invalid",
        "message": "x-api-key: the key is missing",
    }


def test_only_the_given_keys_are_accepted():
    with Emulator(api_keys=["one", "two"]) as emulator:
        statuses = {
            key: httpx.post(
                f"{emulator.base_url}/embed-v2", json=TEXT, headers={"x-api-key": key}
            ).status_code
            for key in ("one", "two", "three")
        }
    assert statuses == {"one": 200, "two": 200, "three": 401}


@pytest.mark.parametrize("body", [b"no JSON", b"", b"{}"], ids=len)
def test_the_key_is_judged_before_the_body(emulator, body):
    response = httpx.post(f"{emulator.base_url}/embed-v2", content=body)
    assert response.status_code == 401


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"input_type=text",
        b'{"input_type": NaN}',
        b'{"input_type": -Infinity}',
        b'{"input_type": 1e999}',
        b'{"input_type": ' + b"9" * 5000 + b"}",
        b"[" * 100_000,
        b'{"input_type": "\xff"}',
        json.dumps(TEXT).encode("utf-16"),
        b"\xef\xbb\xbf" + json.dumps(TEXT).encode(),
        json.dumps(request_body("text", input_text="\ud800")).encode(),
        json.dumps(request_body("text", **{"\udfff": "x"})).encode(),
    ],
    ids=lambda body: repr(body[:24]),
)
def test_a_body_that_is_not_json_is_rejected(client, body):
    status, code, message = error(client.post("/embed-v2", content=body, headers=JSON))
    assert (status, code) == (400, "parameter_invalid")
    assert message.startswith("body: not valid JSON")


def test_escaped_characters_outside_the_basic_plane_are_fine(client):
    body = json.dumps(request_body("text", input_text="\N{DOG FACE}")).encode()
    assert b"\\ud83d" in body
    rows(client.post("/embed-v2", content=body, headers=JSON))


@pytest.mark.parametrize(
    ("headers", "named"),
    [
        ({"content-type": "text/plain"}, "content-type"),
        ({"content-type": "multipart/form-data; boundary=x"}, "content-type"),
        ({}, "content-type"),
        ({**JSON, "content-encoding": "gzip"}, "content-encoding"),
    ],
)
def test_a_body_of_another_kind_is_rejected(client, headers, named):
    response = client.post("/embed-v2", content=json.dumps(TEXT), headers=headers)
    status, code, message = error(response)
    assert (status, code) == (400, "parameter_invalid")
    assert message.startswith(f"{named}: ")


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "Application/JSON"])
def test_json_may_be_named_in_other_ways(client, kind):
    body = json.dumps(TEXT)
    rows(client.post("/embed-v2", content=body, headers={"content-type": kind}))


@pytest.mark.parametrize("is_streamed", [False, True])
def test_a_body_that_is_too_large_is_rejected(client, is_streamed):
    """When its length is announced, and when it is not."""
    body = (b"A" * MIB for _ in range(50)) if is_streamed else b"A" * 50 * MIB
    status, code, message = error(client.post("/embed-v2", content=body, headers=JSON))
    assert (status, code) == (413, "video_filesize_too_large")
    assert str(bodies.MAX_JSON_BYTES) in message
    assert "36 MB" in message


@pytest.mark.parametrize("is_streamed", [False, True])
@pytest.mark.parametrize(("more_bytes", "status"), [(0, 400), (1, 413)])
def test_a_body_may_have_a_file_in_base64_and_a_megabyte(client, more_bytes, status, is_streamed):
    assert bodies.MAX_JSON_BYTES == 49 * MIB
    parts = [b"A" * (49 * MIB), b"A" * more_bytes]
    body = iter(parts) if is_streamed else b"".join(parts)
    assert client.post("/embed-v2", content=body, headers=JSON).status_code == status


def test_the_body_may_be_named_as_not_encoded(client):
    headers = {**JSON, "content-encoding": "identity"}
    rows(client.post("/embed-v2", content=json.dumps(TEXT), headers=headers))


def test_a_streamed_body_is_read(client):
    chunks = (bytes([byte]) for byte in json.dumps(TEXT).encode())
    rows(client.post("/embed-v2", content=chunks, headers=JSON))


@pytest.mark.parametrize(
    "path", ["/", "/embed-v2/", "/embed-v2/tasks/", "/assets/1/2", "/../embed-v2"]
)
def test_unknown_paths(client, path):
    status, code, message = error(client.post(path, json=TEXT))
    assert (status, code) == (404, "resource_not_exist")
    assert "POST /v1.3/embed-v2; GET, POST /v1.3/embed-v2/tasks;" in message
    assert "DELETE, GET /v1.3/assets/{asset_id};" in message


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/v1.3/nothing", {}, 404),
        ("/v1.3/embed-v2", {}, 401),
        ("/v1.3/embed-v2", {"x-api-key": "k"}, 400),
        ("/v1.3/embed-v2", {"x-api-key": "k", **JSON}, 413),
    ],
)
def test_an_error_does_not_disconnect_a_client_that_still_sends(emulator, path, headers, status):
    """`http.client` sends all before it reads, and fails if the connection is closed meanwhile."""
    url = httpx.URL(emulator.base_url)
    connection = http.client.HTTPConnection(url.host, url.port, timeout=60)
    try:
        connection.request("POST", path, body=b"x" * 52 * MIB, headers=headers)
        assert connection.getresponse().status == status
    finally:
        connection.close()


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_unknown_methods(client, method):
    response = client.request(method, "/embed-v2")
    status, code, _ = error(response)
    assert (status, code) == (405, "method_not_allowed")
    assert response.headers["allow"] == "POST"


def test_the_methods_of_a_path_are_named(client):
    response = client.patch("/assets/1")
    assert response.status_code == 405
    assert response.headers["allow"] == "DELETE, GET"


@pytest.mark.parametrize(
    "path", ["/embed-v2/tasks", "/embed-v2/tasks/1", "/assets", "/assets/multipart-uploads/1"]
)
def test_every_operation_needs_a_key(emulator, path):
    response = httpx.get(emulator.base_url + path)
    assert flat_error(response)[:2] == (401, "api_key_invalid")


def test_every_response_is_marked_as_emulated(client, emulator):
    responses = [
        client.post("/embed-v2", json=TEXT),
        client.post("/embed-v2", json={}),
        client.post("/embed-v2", content=b"x" * 52 * MIB, headers=JSON),
        client.post("/nothing"),
        client.get("/embed-v2"),
        httpx.post(f"{emulator.base_url}/embed-v2"),
    ]
    assert [response.status_code for response in responses] == [200, 400, 413, 404, 405, 401]
    version = metadata.version("twelvelabs-embed")
    for response in responses:
        assert response.headers["x-emulated-by"] == f"twelvelabs-embed-emulator/{version}"
        assert response.headers["content-type"] == "application/json"
    assert len({response.headers["x-request-id"] for response in responses}) == len(responses)


@pytest.mark.parametrize(("body", "status"), [(TEXT, 200), ({}, 400)])
def test_responses_are_compressed_for_clients_that_accept_it(client, body, status):
    for encoding, expected in (("gzip, deflate", "gzip"), ("identity", None)):
        headers = {"accept-encoding": encoding}
        with client.stream("POST", "/embed-v2", json=body, headers=headers) as response:
            raw = b"".join(response.iter_raw())
        assert response.status_code == status
        assert response.headers.get("content-encoding") == expected
        assert (raw[:2] == b"\x1f\x8b") == (expected == "gzip")


def test_fifty_concurrent_calls(client, sample):
    image = inline(sample("image", ".jpg"))
    requests = [
        request_body("image", media_source=image)
        if number % 5 == 0
        else request_body("text", input_text=f"text {number}")
        for number in range(50)
    ]
    with ThreadPoolExecutor(50) as pool:
        responses = list(pool.map(lambda body: client.post("/embed-v2", json=body), requests))
    vectors = {tuple(row["embedding"]) for response in responses for row in rows(response)}
    assert len(vectors) == 40 + 1  # each text has its own, the image the same ten times


def test_a_text_is_embedded_while_media_is_on_its_way(client, slow_server):
    body = request_body("audio", media_source={"url": slow_server.url})
    with ThreadPoolExecutor(1) as pool:
        response = pool.submit(client.post, "/embed-v2", json=body)
        wait_for(slow_server.is_asked)
        rows(client.post("/embed-v2", json=TEXT))
        slow_server.may_send.set()
        assert rows(response.result())


def test_a_client_that_goes_away_is_no_fault(emulator, client, caplog):
    url = httpx.URL(emulator.base_url)
    with caplog.at_level(logging.WARNING):
        with socket.create_connection((url.host, url.port)) as connection:
            connection.sendall(
                b"POST /v1.3/embed-v2 HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\nhalf"
            )
        rows(client.post("/embed-v2", json=TEXT))
    assert caplog.text == ""


def test_a_fault_of_the_emulator_is_a_response_and_a_log_record(client, monkeypatch, caplog):
    def fail(*_):
        raise ZeroDivisionError("a fault")

    monkeypatch.setattr(app, "embed_sync", fail)
    with caplog.at_level(logging.ERROR):
        status, code, message = error(client.post("/embed-v2", json=TEXT))
    assert (status, code) == (500, "internal_server_error")
    assert "ZeroDivisionError" not in message
    assert "ZeroDivisionError" in caplog.text
