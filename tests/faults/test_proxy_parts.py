"""The parts of the fault proxy, byte by byte, without sockets."""

import asyncio
import socket
import struct
from types import SimpleNamespace
from typing import Any

import h11
import pytest
from twelvelabs_embed_emulator import Fault
from twelvelabs_embed_emulator.faults.actions import ACTIONS
from twelvelabs_embed_emulator.faults.connection import Exchange, Peer, Response, Upstream
from twelvelabs_embed_emulator.faults.proxy import FaultProxy
from twelvelabs_embed_emulator.faults.script import FaultScript

CHUNKED = (
    b"HTTP/1.1 200 OK\r\nA: b\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n"
)
LENGTH = b"HTTP/1.1 201 Made\r\nContent-Length: 3\r\nA: b\r\n\r\nabc"
UNTIL_CLOSED = b"HTTP/1.1 200 OK\r\nA: b\r\n\r\nabc"
EMPTY = b"HTTP/1.1 204 No Content\r\n\r\n"


class Ends:
    """What an end sends, a part for each read, and what it gets."""

    def __init__(self, *parts: bytes) -> None:
        self.left = list(parts)
        self.got = b""
        self.done: list[Any] = []
        self.fails = False

    async def read(self, limit_bytes: int) -> bytes:
        assert limit_bytes == 256 * 1024
        return self.left.pop(0) if self.left else b""

    def at_eof(self) -> bool:
        return not self.left

    def write(self, data: bytes) -> None:
        if self.fails:
            raise BrokenPipeError
        self.got += data

    async def drain(self) -> None:
        self.done.append("drain")

    def close(self) -> None:
        self.done.append("close")

    def get_extra_info(self, name: str) -> Any:
        return {"peername": ("192.0.2.1", 7), "socket": self}[name]

    def setsockopt(self, *option: Any) -> None:
        self.done.append(option)
        if self.fails:
            raise OSError

    @property
    def transport(self) -> Any:
        return SimpleNamespace(abort=lambda: self.done.append("abort"))

    def peer(self, role: type[h11.CLIENT | h11.SERVER]) -> Peer:
        return Peer(self, self, role)  # type: ignore[arg-type]


def exchange_of(client: Ends, server: Ends) -> Exchange:
    async def upstream() -> Peer:
        return server.peer(h11.CLIENT)

    return Exchange(client.peer(h11.SERVER), SimpleNamespace(peer=upstream))  # type: ignore[arg-type]


def request(*headers: bytes, line: bytes = b"POST /a?b=1") -> bytes:
    return b"\r\n".join([line + b" HTTP/1.1", b"host: x", *headers, b"", b""])


@pytest.mark.parametrize(
    ("headers", "parts", "left"),
    [
        ([b"content-length: 4"], 4, 2),
        ([b"Content-Length: 5"], 5, 3),
        ([b"content-length: 2"], 2, 1),
        ([b"content-length: 1"], 1, 1),
        ([b"content-length: 0"], 0, 0),
        ([], 0, 0),
        ([b"transfer-encoding: chunked"], 2, 2),
    ],
)
def test_half_of_a_request_is_read(headers: list[bytes], parts: int, left: int) -> None:
    client = Ends(request(*headers), *[b"x"] * parts)
    exchange = exchange_of(client, Ends())
    asyncio.run(ACTIONS["reset-during"](exchange, Fault("reset-during")))  # type: ignore[arg-type]
    linger = (socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    assert (len(client.left), client.done) == (left, [linger, "abort"])
    assert (exchange.method, exchange.path, exchange.is_done) == ("POST", "/a?b=1", False)


def test_a_reset_of_a_socket_that_is_gone_is_none() -> None:
    client = Ends()
    client.fails = True
    client.peer(h11.SERVER).reset()
    assert client.done[1:] == ["abort"]


FRAMED = [
    ([b"Content-Length: 3"], [b"ab", b"c"], b"abc"),
    ([b"Transfer-Encoding: chunked"], [b"3\r\nabc\r\n", b"0\r\n\r\n"], b"3\r\nabc\r\n0\r\n\r\n"),
    ([], [], b""),
]


@pytest.mark.parametrize(("headers", "parts", "sent"), FRAMED)
@pytest.mark.parametrize(
    ("response", "expected"),
    [
        (CHUNKED, Response(200, b"OK", [(b"A", b"b")], b"abc")),
        (LENGTH, Response(201, b"Made", [(b"A", b"b")], b"abc")),
        (UNTIL_CLOSED, Response(200, b"OK", [(b"A", b"b")], b"abc")),
        (EMPTY, Response(204, b"No Content", [], b"")),
        (b"HTTP/1.1 100 Continue\r\n\r\n" + LENGTH, Response(201, b"Made", [(b"A", b"b")], b"abc")),
    ],
)
def test_a_request_is_forwarded_and_its_response_is_read(
    headers: list[bytes], parts: list[bytes], sent: bytes, response: bytes, expected: Response
) -> None:
    client = Ends(request(b"X-Mark: of the client", b"Q: 1", *headers), *parts)
    server = Ends(response)
    exchange = exchange_of(client, server)
    exchange.add_header("x-mark", "of the proxy")
    assert asyncio.run(exchange.fetch()) == expected
    # h11 writes the one framing that it is given in its own place.
    head, _, body = server.got.partition(b"\r\n\r\n")
    line, *fields = head.split(b"\r\n")
    assert line == b"POST /a?b=1 HTTP/1.1"
    assert sorted(fields) == sorted([b"host: x", b"Q: 1", *headers, b"x-mark: of the proxy"])
    assert body == sent
    assert (exchange.is_done, client.got, client.left) == (True, b"", [])
    assert exchange.header("q") == "1"
    assert exchange.header("x-other") == ""


def test_a_server_that_does_not_wait_for_the_rest_has_its_response_read() -> None:
    server = Ends(LENGTH)
    server.fails = True
    exchange = exchange_of(Ends(request(b"content-length: 3"), b"abc"), server)
    assert asyncio.run(exchange.fetch()).status == 201
    assert exchange.is_done


def test_a_request_that_is_dropped_is_read_to_its_end() -> None:
    client, server = Ends(request(b"content-length: 3"), b"a", b"bc", b"next"), Ends()
    exchange = exchange_of(client, server)
    asyncio.run(exchange.drop_request())
    assert (client.left, server.got, exchange.is_done) == ([b"next"], b"", False)


def test_an_end_that_disconnects_within_a_message_is_an_error() -> None:
    for peer in (Ends().peer(h11.SERVER), Ends().peer(h11.CLIENT)):
        with pytest.raises((EOFError, h11.RemoteProtocolError)):
            asyncio.run(peer.next_event())


def test_requests_are_told_apart_when_they_come_at_once() -> None:
    async def paths() -> list[Any]:
        client = Ends(request(line=b"GET /1") + request(line=b"GET /2"))
        peer, seen = client.peer(h11.SERVER), list[Any]()
        while await peer.next_request():
            exchange = Exchange(peer, SimpleNamespace())  # type: ignore[arg-type]
            await exchange.drop_request()
            seen.append((exchange.path, peer.is_reusable, peer.next_message()))
        return seen

    assert asyncio.run(paths()) == [("/1", False, True), ("/2", False, False)]


def test_waits_until_the_other_end_has_closed() -> None:
    client = Ends(b"a", b"b")
    asyncio.run(client.peer(h11.SERVER).wait_until_closed())
    assert client.left == []


@pytest.fixture
def servers(monkeypatch: pytest.MonkeyPatch) -> list[Ends]:
    """The next connections to the server; the last one is kept."""
    servers: list[Ends] = []

    async def open_connection(host: str, port: int) -> tuple[Ends, Ends]:
        assert (host, port) == ("server", 80)
        server = servers[sum("opened" in one.done for one in servers)]
        server.done.append("opened")
        return server, server

    monkeypatch.setattr("asyncio.open_connection", open_connection)
    return servers


def serve(proxy: FaultProxy, client: Ends) -> None:
    asyncio.run(proxy.accept(client, client))  # type: ignore[arg-type]


def lines(got: bytes) -> list[tuple[str, str, str | None]]:
    """List the path, the client and the fault of requests that the server got."""
    found: list[tuple[str, str, str | None]] = []
    for one in got.decode().split("\r\n\r\n")[:-1]:
        line, *fields = one.split("\r\n")
        headers = dict(field.split(": ", 1) for field in fields)
        own = (headers["x-emulator-client"], headers.get("x-emulator-fault"))
        found.append((line.split()[1], *own))
    return found


@pytest.mark.parametrize(
    ("responses", "expected"),
    [
        ([[LENGTH, LENGTH, b"more"]], [["/1", "/2"]]),
        ([[LENGTH], [LENGTH]], [["/1"], ["/2"]]),  # the server has closed the connection
        # It is going to close it.
        ([[LENGTH.replace(b"A: b", b"Connection: close"), b"more"], [LENGTH]], [["/1"], ["/2"]]),
    ],
)
def test_the_connection_to_the_server_is_kept_as_long_as_it_is_good(
    servers: list[Ends], responses: list[list[bytes]], expected: list[list[str]]
) -> None:
    servers += [Ends(*parts) for parts in responses]
    client = Ends(*(request(line=b"GET /%d" % n) for n in (1, 2)))
    serve(FaultProxy(("server", 80), FaultScript("slow-body:0,short-length")), client)
    assert [[path for path, *_ in lines(server.got)] for server in servers] == expected
    assert [server.done[-1] for server in servers] == ["close"] * len(servers)
    assert (client.left, client.done[-1]) == ([], "close")


@pytest.mark.parametrize(
    ("response", "got"),
    [
        (LENGTH, b"HTTP/1.1 201 Made\r\nContent-Length: 3\r\nA: b\r\n\r\nabc"),
        (CHUNKED, CHUNKED),
        (EMPTY, EMPTY),
    ],
)
def test_what_passes_is_sent_as_it_came(servers: list[Ends], response: bytes, got: bytes) -> None:
    """The connection to the client is used again."""
    servers.append(Ends(response, response, b"more"))
    client = Ends(request(line=b"GET /1"), request(line=b"GET /2"))
    serve(FaultProxy(("server", 80), FaultScript("")), client)
    assert client.got.lower() == (got * 2).lower()
    assert lines(servers[0].got) == [("/1", "192.0.2.1", ""), ("/2", "192.0.2.1", "")]


def test_the_server_and_the_log_are_told_of_faults(servers: list[Ends]) -> None:
    servers.append(Ends(*[LENGTH] * 9))
    asked = (b"Origin: http://a", b"Access-Control-Request-Method: POST")
    client = Ends(
        request(line=b"GET /_emulator/health"),
        request(*asked, line=b"OPTIONS /asked"),
        *(request(line=b"GET /%d" % n) for n in range(4)),
        request(*asked[:1], line=b"OPTIONS /6"),
        request(*asked[1:], line=b"GET /7"),
    )
    lost: list[tuple[str, str]] = []
    script = "503:3,pass,slow-head:0,html,gzip,reset-before"
    proxy = FaultProxy(("server", 80), FaultScript(script))
    proxy.on_lost = lambda exchange, fault: lost.append((exchange.path, fault.step))
    serve(proxy, client)
    assert [(path, fault) for path, _, fault in lines(servers[0].got)] == [
        ("/_emulator/health", None),
        ("/asked", None),
        ("/1", ""),
        ("/2", "slow-head:0"),
        ("/6", "gzip"),
    ]
    assert lost == [("/0", "503:3"), ("/3", "html"), ("/7", "reset-before")]
    assert client.done[-2:] == ["abort", "close"]
    assert proxy.script.is_at_end


@pytest.mark.parametrize(
    ("origins", "origin", "allowed"),
    [
        (["http://a", "http://b"], "http://b", "http://b"),
        (["*"], "http://c", "http://c"),
        (["http://a"], "http://c", ""),
        (["*"], "", ""),
        ([], "http://a", ""),
    ],
)
def test_pages_of_allowed_origins_may_read_responses_of_the_proxy(
    origins: list[str], origin: str, allowed: str
) -> None:
    client = Ends(request(*[b"Origin: " + origin.encode()] if origin else []))
    serve(FaultProxy(("server", 80), FaultScript("redirect:http://x"), origins=origins), client)
    names = ("access-control-allow-origin", "access-control-expose-headers")
    head, *fields = client.got.decode().removesuffix("\r\n\r\n").split("\r\n")
    assert head == "HTTP/1.1 307 Temporary Redirect"
    assert dict(field.split(": ") for field in fields) == {
        "location": "http://x",
        "content-length": "0",
        **(dict(zip(names, (allowed, "*"), strict=True)) if allowed else {}),
    }


@pytest.mark.parametrize(
    "parts", [[], [b"GET /"], [b"no HTTP\r\n\r\n"], [request(b"content-length: 3"), b"a"]]
)
def test_a_client_that_disconnects_or_sends_no_request_is_disconnected(parts: list[bytes]) -> None:
    client = Ends(*parts)
    serve(FaultProxy(("server", 80), FaultScript("503")), client)
    assert (client.got, client.done) == (b"", ["close"])


def test_connections_that_are_stopped_are_reset() -> None:
    """A proxy that has served nothing, or whose loop has ended, can be stopped as well."""

    async def stop_while_it_reads() -> None:
        task = asyncio.create_task(proxy.accept(client, client))  # type: ignore[arg-type]
        await asyncio.sleep(0)
        proxy.stop()
        await task

    client = Ends()
    client.read = lambda _: asyncio.Event().wait()  # type: ignore[method-assign,assignment,return-value]
    proxy = FaultProxy(("server", 80), FaultScript(""))
    proxy.stop()
    asyncio.run(stop_while_it_reads())
    assert client.done[-2:] == ["abort", "close"]
    proxy.stop()


def test_nothing_is_open_before_the_first_request(servers: list[Ends]) -> None:
    upstream = Upstream(("server", 80))
    upstream.close()
    assert servers == []
