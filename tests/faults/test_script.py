"""Scripts of faults, and the emulator that follows them."""

import asyncio
import json
import subprocess
import sys
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from twelvelabs_embed_emulator import Emulator, Fault
from twelvelabs_embed_emulator.faults.actions import ACTIONS, NOT_FORWARDED
from twelvelabs_embed_emulator.faults.connection import Response, response_of
from twelvelabs_embed_emulator.faults.script import KINDS, REPEAT, FaultScript, read_faults

TEXT = {"input_type": "text", "model_name": "marengo3.0", "text": {"input_text": "a dog"}}


def given_out(script: str, count: int) -> list[str]:
    steps = FaultScript(script)
    return [steps.next().kind for _ in range(count)]


def test_as_it_is_typed() -> None:
    assert read_faults("503*2, 429:3,reset,slow-body:0.5*4") == [
        Fault("503", times=2),
        Fault("429", "3"),
        Fault("reset"),
        Fault("slow-body", "0.5", 4),
    ]
    assert ",".join(map(str, read_faults("503*2,429:3,reset"))) == "503*2,429:3,reset"
    assert read_faults("503, ,reset,") == [Fault("503"), Fault("reset")]


def test_in_a_file(tmp_path: Path) -> None:
    path = tmp_path / "faults.json"
    there = {"kind": "redirect", "value": "http://there/?a=1,2"}
    entries = [there, {"kind": "429", "value": 3}, {"kind": 503}, {"kind": "gzip", "times": "2"}]
    path.write_text(json.dumps(["503*2", *entries]))
    assert read_faults(str(path)) == [
        Fault("503", times=2),
        Fault("redirect", "http://there/?a=1,2"),
        Fault("429", "3", 1),
        Fault("503", "", 1),
        Fault("gzip", "", 2),
    ]


def test_what_comes_after_its_end_passes() -> None:
    assert given_out("503*2,reset", 5) == ["503", "503", "reset", "pass", "pass"]
    assert given_out("", 1) == ["pass"]


def test_from_the_beginning() -> None:
    assert given_out("pass*2,503,repeat", 7) == ["pass", "pass", "503"] * 2 + ["pass"]


@pytest.mark.parametrize(
    ("script", "says"),
    [
        ("explode", "fault 'explode': there are only pass, "),
        ("200", "there are only"),
        ("299", "there are only"),
        ("600", "there are only"),
        ("503 twice", "is written as"),
        ("503:soon", "no number of SEC"),
        ("reset:3", "takes no value"),
        ("503*0", "at least once"),
        ("repeat", "repeat stands at the end"),
        ("503,repeat,503", "repeat stands at the end"),
        ("missing.json", "missing.json: No such file"),
    ],
)
def test_no_script(script: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        Emulator(faults=script)


@pytest.mark.parametrize("content", ["{", "3", "[3]", '{"kind": "503"}', '[{"value": 3}]'])
def test_no_script_in_a_file(tmp_path: Path, content: str) -> None:
    path = tmp_path / "faults.json"
    path.write_text(content)
    with pytest.raises(ValueError, match=r"faults\.json"):
        read_faults(str(path))


def test_an_emulator_that_fails() -> None:
    with (
        Emulator(faults="503:2,429", storage_faults="reset,500") as emulator,
        httpx.Client(headers={"x-api-key": "k"}) as client,
    ):
        url = f"{emulator.base_url}/embed-v2"
        responses = [client.post(url, json=TEXT) for _ in range(3)]
        assert [response.status_code for response in responses] == [503, 429, 200]
        assert responses[0].headers["retry-after"] == "2"
        assert [
            (seen.method, seen.path, str(seen.fault), seen.is_done) for seen in emulator.seen
        ] == [
            ("POST", "/v1.3/embed-v2", "503:2", False),
            ("POST", "/v1.3/embed-v2", "429", False),
            ("POST", "/v1.3/embed-v2", "pass", True),
        ]
        emulator.set_faults([Fault("html"), "pass"])
        assert client.post(url, json=TEXT).headers["content-type"] == "text/html"
        assert client.post(url, json=TEXT).status_code == 200
        with pytest.raises(httpx.ReadError):
            client.get(emulator.storage_url)
        assert client.get(emulator.storage_url).status_code == 500
        assert client.get(emulator.storage_url).status_code == 400  # its own response


def test_each_kind_of_fault_has_an_action() -> None:
    assert set(ACTIONS) == set(KINDS) - {REPEAT}
    assert set(ACTIONS) > NOT_FORWARDED


PAGE = b"<html><body><h1>Bad Gateway</h1><hr>a proxy on the way</body></html>"


@pytest.mark.parametrize(
    ("fault", "status", "reason", "headers", "body"),
    [
        ("503", 503, "Service Unavailable", {}, "fault_on_purpose"),
        ("429:1", 429, "Too Many Requests", {"retry-after": "1"}, "too_many_requests"),
        ("300", 300, "Multiple Choices", {}, "fault_on_purpose"),
        ("599:7", 599, "Unknown", {"retry-after": "7"}, "fault_on_purpose"),
        ("html", 502, "Bad Gateway", {"content-type": "text/html"}, PAGE),
        ("html:504", 504, "Gateway Timeout", {"content-type": "text/html"}, PAGE),
        *(
            (fault, 307, "Temporary Redirect", {"location": location}, b"")
            for fault, location in (
                ("redirect", "https://elsewhere.invalid/"),
                ("redirect:http://there/?a=1", "http://there/?a=1"),
            )
        ),
    ],
)
def test_a_response_of_the_proxy(
    fault: str, status: int, reason: str, headers: dict[str, str], body: bytes | str
) -> None:
    """The connection can be used again, and the next request passes."""
    with Emulator(faults=fault) as emulator, httpx.Client(headers={"x-api-key": "k"}) as client:
        url = f"{emulator.base_url}/embed-v2"
        response = client.post(url, json=TEXT)
        assert (response.status_code, response.reason_phrase) == (status, reason)
        if isinstance(body, str):
            message = f"The script of faults says {fault}."
            assert response.json() == {"error": {"code": body, "message": message}}
            headers = {"content-type": "application/json", **headers}
        else:
            assert response.content == body
        sent = {**headers, "content-length": str(len(response.content))}
        raw = {name.encode(): value.encode() for name, value in sent.items()}
        assert dict(response.headers.raw) == raw
        assert client.post(url, json=TEXT).status_code == 200
        assert [seen.is_done for seen in emulator.seen] == [False, True]


WHOLE = Response(203, b"Fine", [(b"Content-Encoding", b"br"), (b"A", b"b")], b"0123456789")
CLOSED = "wait until closed"


@pytest.mark.parametrize(
    ("fault", "events", "is_reusable"),
    [
        ("truncated", ["fetch", WHOLE.head(10) + b"01234"], False),
        ("stall-body", ["fetch", WHOLE.head(10) + b"01234", CLOSED], False),
        ("short-length", ["fetch", WHOLE.head(5) + WHOLE.body], True),
        ("long-length", ["fetch", WHOLE.head(110) + WHOLE.body, CLOSED], False),
        (
            "gzip",
            ["fetch", WHOLE.head(10, (b"content-encoding", b"gzip")) + b"9876543210"],
            True,
        ),
        ("reset-before", ["reset"], False),
        ("stall", ["drop", CLOSED], False),
    ],
)
def test_what_each_kind_of_fault_does(fault: str, events: list[Any], is_reusable: bool) -> None:
    done: list[Any] = []

    async def note(event: Any, result: Any = None) -> Any:
        done.append(event)
        return result

    client = SimpleNamespace(
        write=note, reset=lambda: done.append("reset"), wait_until_closed=lambda: note(CLOSED)
    )
    exchange: Any = SimpleNamespace(
        client=client,
        allowed_origin="",
        fetch=lambda: note("fetch", WHOLE),
        drop_request=lambda: note("drop"),
    )
    assert asyncio.run(ACTIONS[fault](exchange, Fault(fault))) is is_reusable  # type: ignore[arg-type]
    assert done == events


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("reset-before", httpx.TransportError),
        ("reset-during", httpx.TransportError),
        ("stall-request:0.001", httpx.TransportError),
        ("reset", httpx.TransportError),
        ("truncated", httpx.RemoteProtocolError),
        ("gzip", httpx.DecodingError),
    ],
)
def test_a_response_that_is_lost_or_cannot_be_read(fault: str, error: type[Exception]) -> None:
    with Emulator(faults=fault) as emulator, httpx.Client(headers={"x-api-key": "k"}) as client:
        with pytest.raises(error):
            client.post(f"{emulator.base_url}/embed-v2", json=TEXT)
        (seen,) = emulator.seen
        assert seen.is_done == (not fault.startswith(("reset-", "stall-")))


@pytest.fixture
def waits_sec(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """What this thread has waited, without waiting; others may have emulators of other tests."""
    waits_sec: list[float] = []
    thread, real_sleep = threading.get_ident(), asyncio.sleep

    async def sleep(wait_sec: float) -> None:
        if threading.get_ident() == thread:
            waits_sec.append(wait_sec)
        else:
            await real_sleep(wait_sec)

    monkeypatch.setattr("asyncio.sleep", sleep)
    return waits_sec


@pytest.mark.parametrize(
    ("step", "duration_sec", "body_bytes", "parts"),
    [
        ("slow-body", 0.25, 200, 8),
        ("slow-body:0.5", 0.5, 200, 8),
        ("slow-head", 0.25, 200, 8),
        ("slow-body", 0.25, 9, 5),
        ("slow-body", 0.25, 8, 8),
        ("slow-body", 0.25, 3, 3),
        ("slow-body", 0.25, 0, 0),
    ],
)
def test_a_slow_response_comes_in_up_to_eight_parts(
    waits_sec: list[float], step: str, duration_sec: float, body_bytes: int, parts: int
) -> None:
    written: list[bytes] = []

    async def write(data: bytes) -> None:
        written.append(data)

    async def fetch() -> Response:
        return made

    made = response_of(200, bytes(range(body_bytes)))
    exchange: Any = SimpleNamespace(fetch=fetch, client=SimpleNamespace(write=write))
    (fault,) = read_faults(step)
    assert asyncio.run(ACTIONS[fault.name](exchange, fault))  # type: ignore[arg-type]
    assert waits_sec == [duration_sec] * parts
    assert b"".join(written) == made.head(body_bytes) + made.body
    assert len(written) == parts + 1


def test_heads_have_the_length_that_is_declared_unless_there_is_no_body() -> None:
    assert response_of(204, b"").head(0) == b"HTTP/1.1 204 No Content\r\n\r\n"
    made = Response(200, b"Fine", [(b"Content-Encoding", b"br"), (b"A", b"b")], b"12345")
    assert made.head(7, (b"content-encoding", b"gzip")) == (
        b"HTTP/1.1 200 Fine\r\nA: b\r\ncontent-length: 7\r\ncontent-encoding: gzip\r\n\r\n"
    )
    assert made.half() == b"12"


def test_what_stalls_does_so_for_a_minute_and_noise_is_100_mb(waits_sec: list[float]) -> None:
    done: list[Any] = []

    async def drop_half() -> None:
        done.append("half")

    async def fetch() -> Response:
        return response_of(503, b"x", (b"content-type", b"text/html"))

    async def write(data: bytes) -> None:
        done.append(len(data) if len(data) > 1000 else data)

    client = SimpleNamespace(reset=lambda: done.append("reset"), write=write)
    exchange: Any = SimpleNamespace(drop_half=drop_half, fetch=fetch, client=client)
    assert not asyncio.run(ACTIONS["stall-request"](exchange, Fault("stall-request")))  # type: ignore[arg-type]
    assert (done, waits_sec) == (["half", "reset"], [60])
    done.clear()
    assert asyncio.run(ACTIONS["garbage"](exchange, Fault("garbage")))  # type: ignore[arg-type]
    head = [b"content-type: text/html", b"content-length: 100000000", b"content-encoding: identity"]
    assert done[0].startswith(b"HTTP/1.1 200 ")
    assert done[0].split(b"\r\n")[1:] == [*head, b"", b""]
    assert done[1:] == [1_000_000] * 100


def test_a_browser_may_ask_before_a_request_that_is_to_fail() -> None:
    origin = "http://localhost:3000"
    with Emulator(faults="503", cors_origins=[origin]) as emulator:
        url, headers = f"{emulator.base_url}/embed-v2", {"origin": origin, "x-api-key": "k"}
        asked = {**headers, "access-control-request-method": "POST"}
        assert httpx.options(url, headers=asked).status_code == 200
        response = httpx.post(url, json=TEXT, headers=headers)
    assert response.status_code == 503
    assert response.headers["access-control-allow-origin"] == origin
    assert response.headers["access-control-expose-headers"] == "*"


def test_noise_in_place_of_a_response() -> None:
    with Emulator(faults="garbage:1.5") as emulator:
        response = httpx.post(f"{emulator.base_url}/embed-v2", json={}, headers={"x-api-key": "k"})
    assert (response.status_code, len(response.content)) == (200, 1_500_000)
    assert len(set(response.content)) == 256


def test_what_passes_is_not_changed() -> None:
    """Large bodies both ways, and a connection that is used again."""
    body = {**TEXT, "text": {"input_text": "dog " * 100_000}}
    with (
        Emulator(faults="pass*9") as emulator,
        Emulator() as plain,
        httpx.Client(headers={"x-api-key": "k"}) as client,
    ):
        for one in (TEXT, body, TEXT):
            responses = [
                client.post(f"{at.base_url}/embed-v2", json=one) for at in (emulator, plain)
            ]
            assert responses[0].content == responses[1].content
            assert responses[0].status_code == responses[1].status_code
            assert dict(responses[0].headers).keys() == dict(responses[1].headers).keys()
        assert {seen.fault for seen in emulator.seen} == {Fault("pass")}


def test_a_step_may_be_repeated_without_end() -> None:
    script = FaultScript("503*1000000000000,reset")
    assert [script.next().kind for _ in range(3)] == ["503"] * 3


def test_the_command_line_says_what_is_wrong() -> None:
    command = [sys.executable, "-m", "twelvelabs_embed_emulator", "--faults", "explode"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 4
    assert "there are only pass" in done.stderr
