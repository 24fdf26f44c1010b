"""The parts of the server, with requests that are made by hand."""

import hashlib
import logging
import threading
from types import SimpleNamespace

import pytest
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from twelvelabs_embed_emulator.contract.errors import INTERNAL_ERROR, ApiError
from twelvelabs_embed_emulator.faults.script import Fault
from twelvelabs_embed_emulator.server import bodies, endpoint, responses
from twelvelabs_embed_emulator.server.control import local_only
from twelvelabs_embed_emulator.server.request_log import RequestLog
from twelvelabs_embed_emulator.state.store import ClosedError


def request_of(*parts, query=b"", client=("127.0.0.1", 1), **headers):
    messages = [{"type": "http.request", "body": part, "more_body": True} for part in parts]
    coming = iter([*messages, {"type": "http.request"}])

    async def receive():
        return next(coming)

    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": "POST", "path": "/a", "query_string": query}
    return Request({**scope, "headers": raw, "client": client}, receive)


def endpoint_of(handler, content_type=None, **settings):
    operation = SimpleNamespace(
        content_type=content_type, success_status=202, read_query=dict, validate=lambda one: one
    )
    done = []
    default = {"is_flat": True, "authorize": done.append, "enter": lambda: done.append("enter")}
    made = endpoint.Endpoint(operation=operation, handler=handler, **{**default, **settings})
    return made, done


@pytest.mark.parametrize("is_flat", [True, False])
@pytest.mark.parametrize(
    ("error", "status", "code", "message"),
    [
        (ApiError(413, "parameter_invalid", "no"), 413, "parameter_invalid", "no"),
        (
            ClosedError(),
            503,
            "internal_server_error",
            "The emulator was reset or stopped during the request.",
        ),
        (ZeroDivisionError(), 500, "internal_server_error", INTERNAL_ERROR),
    ],
)
async def test_each_exception_is_a_response(is_flat, error, status, code, message, caplog):
    def fail(call):
        raise error

    quota = SimpleNamespace(acquire=lambda: None, headers=lambda: {"x-quota": "1"})
    made, _ = endpoint_of(fail, is_flat=is_flat, quota=quota)
    with caplog.at_level(logging.ERROR):
        response = await made(request_of())
    document = ApiError(status, code, message).body(is_flat=is_flat)
    assert response.body == responses.json_response(document).body
    assert (response.status_code, response.headers["x-quota"]) == (status, "1")
    assert response.headers["content-type"] == "application/json"
    assert bool(caplog.records) == (status == 500)


async def test_a_client_that_disconnects_is_an_empty_400():
    def fail(call):
        raise ClientDisconnect

    response = await endpoint_of(fail)[0](request_of())
    assert (response.status_code, response.body) == (400, b"")


@pytest.mark.parametrize(
    ("content_type", "parts", "body", "result", "status", "sent"),
    [
        (None, [b"x"], None, None, 202, b""),
        ("application/octet-stream", [b"x", b"y"], b"xy", {"a": 1}, 202, b'{"a": 1}'),
        ("application/json", [b"[1", b"]"], [1], [], 202, b"[]"),
        ("application/json", [b'{"input_type": "text"}'], {"input_type": "text"}, {}, 202, b"{}"),
        ("application/json", [b'"' + b"x" * 65535 + b'"'], "x" * 65535, Response(b"r"), 200, b"r"),
    ],
)
async def test_a_handler_gets_the_request_and_makes_the_response(
    content_type, parts, body, result, status, sent, monkeypatch
):
    """It is called in another thread, except for texts."""
    calls, threads, waits_sec = [], [], []

    async def sleep(wait_sec):
        waits_sec.append(wait_sec)

    def handler(call):
        calls.append(call)
        threads.append(threading.get_ident())
        return result

    monkeypatch.setattr(endpoint, "asyncio", SimpleNamespace(sleep=sleep))
    made, done = endpoint_of(handler, content_type, latency_sec=7)
    request = request_of(*parts, query=b"a=1&b=2", content_type=content_type or "")
    response = await made(request)
    assert done == [request, "enter"]
    assert calls == [endpoint.Call(request, {"a": "1", "b": "2"}, body)]
    assert (response.status_code, response.body) == (status, sent)
    assert (threads == [threading.get_ident()]) == (body == {"input_type": "text"})
    assert waits_sec == [7]


@pytest.mark.parametrize(
    ("keys", "given", "message"),
    [
        (None, "any", None),
        (["k"], "k", None),
        (["k"], "K", "x-api-key: the key is not accepted"),
        ([], "k", "x-api-key: the key is not accepted"),
        (None, "", "x-api-key: the key is missing"),
        ([""], "", "x-api-key: the key is missing"),
    ],
)
def test_keys_are_checked(keys, given, message):
    check = endpoint.key_check(keys)
    if message is None:
        check(request_of(x_api_key=given))
    else:
        for headers in ({"x_api_key": given}, *[{}] * (not given)):
            with pytest.raises(ApiError) as caught:
                check(request_of(**headers))
            error = caught.value
            assert (error.status, error.code, str(error)) == (401, "api_key_invalid", message)


@pytest.mark.parametrize(
    ("host", "client", "origin", "message"),
    [
        ("localhost:1", ("127.9.9.9", 1), None, None),
        ("a.localhost", ("::1", 1), "http://a", None),
        ("127.0.0.1", ("127.0.0.1", 1), "http://b", "origin: pages of this origin may not"),
        ("127.0.0.1", ("127.0.0.1", 1), "", "origin: pages of this origin may not"),
        ("xlocalhost", ("127.0.0.1", 1), None, "host: xlocalhost: control the emulator"),
        ("x" * 101, ("127.0.0.1", 1), None, f"host: {'x' * 100}: control"),
        ("127.0.0.1", ("192.0.2.1", 1), None, "192.0.2.1: only clients on the same machine"),
        ("127.0.0.1", ("", 1), None, ": only clients on the same machine"),
        ("127.0.0.1", None, None, ": only clients on the same machine"),
    ],
)
def test_who_controls_the_emulator(host, client, origin, message):
    # A client could send the header of the proxy itself.
    headers = {"host": host, "x_emulator_client": "127.0.0.1"}
    headers |= {} if origin is None else {"origin": origin}
    request = request_of(client=client, **headers)
    check = local_only(is_open=False, origins=["http://a"])
    if message is None:
        check(request)
        return
    with pytest.raises(ApiError) as caught:
        check(request)
    assert (caught.value.status, caught.value.code) == (403, "unauthorized")
    assert str(caught.value).startswith(message)
    if origin is None:
        local_only(is_open=True, origins=[])(request)
    else:
        local_only(is_open=False, origins=["*"])(request)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("gzip;q=0", ""),
        ("GZIP; q=0.00 , br", "br"),
        ("gzip;q=0.01, br;q=0", "gzip;q=0.01"),
        ("gzip, br", "gzip, br"),
        ("gzip;q=0.5, BR", "gzip;q=0.5,br"),
    ],
)
async def test_encodings_that_a_client_rejects_are_not_used(given, kept):
    async def app(scope, receive, send):
        seen.append(scope)

    seen, headers = [], [(b"x-other", b"gzip;q=0"), (b"accept-encoding", given.encode())]
    for kind in ("http", "lifespan"):
        await responses.with_accepted_encodings(app)({"type": kind, "headers": headers}, 1, 2)
    changed = [headers[0], (b"accept-encoding", kept.encode())]
    assert [one["headers"] for one in seen] == [changed, headers]


@pytest.mark.parametrize(
    ("content_type", "encoding", "message"),
    [
        ("application/json", "gzip", 'content-encoding: "gzip" is not accepted; send the body as '),
        ("text/plain", "identity", 'content-type: "text/plain" is not "application/json"'),
        ("", "identity", 'content-type: "" is not "application/json"'),
    ],
)
async def test_a_body_of_another_kind_is_named(content_type, encoding, message):
    request = request_of(content_type=content_type, content_encoding=encoding)
    with pytest.raises(ApiError) as caught:
        await bodies.read_json(request)
    assert (caught.value.status, caught.value.code) == (400, "parameter_invalid")
    assert str(caught.value).startswith(message)


async def test_a_file_of_a_form_is_closed_at_the_end():
    part = b'--x\r\ncontent-disposition: form-data; name="%b"\r\n\r\n%b\r\n'
    file = part.replace(b"\r\n\r\n", b'; filename="a.b"\r\n\r\n') % (b"file", b"abc")
    request = request_of(
        part % (b"a", b"1"), file, b"--x--\r\n", content_type="Multipart/Form-Data; boundary=x"
    )
    async with bodies.reading_form(request) as form:
        assert form.fields == {"a": "1"}
        assert (*form.file[:2], form.file.content.read()) == ("a.b", 3, b"abc")
    assert form.file.content.closed


def test_requests_are_found_by_all_that_one_asks_for():
    log = RequestLog(lambda: 0)
    for host, method, path, fault in (
        ("api", "GET", "/a/b?c=1&token=2", "503:3"),
        ("api", "POST", "/a", "reset-before"),
        ("storage", "GET", "/b", "html:504"),
        ("api", "GET", "/b", "stall"),
    ):
        kind, _, value = fault.partition(":")
        log.add_lost(host, SimpleNamespace(method=method, path=path), Fault(kind, value, 2))

    def numbers(**filters):
        return [one["number"] for one in log.find(**filters)]

    assert numbers() == [1, 2, 3, 4]
    assert numbers(host="storage") == [3]
    assert numbers(method="get", path="b") == [1, 3, 4]
    assert numbers(status=503) == [1]
    assert numbers(after=2) == [3, 4]
    assert numbers(limit=1) == [4]
    assert numbers(limit=1, host="api", after=1, path="/a") == [2]
    assert log.find(limit=1, status=503) == [
        {
            "number": 1,
            "time": "1970-01-01T00:00:00.000Z",
            "host": "api",
            "method": "GET",
            "path": "/a/b",
            "query": "c=1&token=***",
            "status": 503,
            "duration_sec": 0.0,
            "headers": {},
            "body_bytes": 0,
            "body_sha256": None,
            "fault": "503:3",
        }
    ]
    assert log.seen() == [
        ("GET", "/a/b?c=1&token=***", Fault("503", "3"), False),
        ("POST", "/a", Fault("reset-before"), False),
        ("GET", "/b", Fault("stall"), False),
    ]
    log.clear()
    assert log.find() == log.seen() == []


@pytest.mark.parametrize("records_bodies", [True, False])
async def test_a_request_is_recorded_before_its_response_is_sent(records_bodies):
    settings = {"records_bodies": True} if records_bodies else {}
    log, sent = RequestLog(lambda: 0, **settings), []

    async def app(scope, receive, send):
        await Request(scope, receive).body()
        await Response(b"r", 201)(scope, receive, send)

    async def send(message):
        sent.append((message["type"], [one["status"] for one in log.find()]))

    request = request_of(b"ab", b"c", query=b"a=1", x_api_key="k", x_other="o")
    request.scope["emulator.fault"] = "slow-body"
    await log.recording(app, "storage")(request.scope, request.receive, send)
    assert sent == [("http.response.start", [201]), ("http.response.body", [201])]
    (entry,) = log.find()
    assert entry == {
        "number": 1,
        "time": "1970-01-01T00:00:00.000Z",
        "host": "storage",
        "method": "POST",
        "path": "/a",
        "query": "a=1",
        "status": 201,
        "duration_sec": entry["duration_sec"],
        "headers": {"x-api-key": "***", "x-other": "o"},
        "body_bytes": 3,
        "body_sha256": hashlib.sha256(b"abc").hexdigest(),
        "fault": "slow-body",
        **({"body": "abc"} if records_bodies else {}),
    }
    request.scope["path"] = "/_emulator/health"
    await log.recording(app, "api")(request_of().scope | request.scope, request_of().receive, send)
    assert len(log.find()) == 1
