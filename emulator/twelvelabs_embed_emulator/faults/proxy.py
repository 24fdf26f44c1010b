"""A layer of TCP in front of a server, which lets requests pass or fail as a script says."""

import asyncio
import json
import random
import socket
import struct
import threading
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from http import HTTPStatus
from typing import Any, NamedTuple, TypeAlias

import h11

from twelvelabs_embed_emulator.faults.script import PASS, STATUS, Fault, Steps

_READ_BYTES = 256 * 1024
_PIECES = 8
"""In how many a slow answer comes."""
_REMEMBERED = 10_000
"""How many requests are remembered."""


class Seen(NamedTuple):
    """A request that came.

    Attributes:
        method: the HTTP method; empty when the request was not read.
        path: the path with its query.
        fault: what happened to it.
        is_done: whether the server behind was given all of it.
    """

    method: str
    path: str
    fault: Fault
    is_done: bool


class FaultLayer:
    """Stands in front of a server, in a thread of its own.

    Args:
        listener: where clients come; it listens already, and whoever made it closes it.
        target: host and port of the server.
        steps: what happens to requests.

    Attributes:
        seen: the last requests that came and are over, oldest first.
        open_requests: how many have begun and are not over.
        steps: what happens to the next ones.
    """

    def __init__(self, listener: socket.socket, target: tuple[str, int], steps: Steps) -> None:
        self.seen: deque[Seen] = deque(maxlen=_REMEMBERED)
        self.open_requests = 0
        self._listener = listener
        self._target = target
        self.steps = steps
        self._connections: set[asyncio.Task[Any]] = set()
        self._is_ready = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Event | None = None
        self._thread = threading.Thread(
            target=lambda: asyncio.run(self._serve()), name="twelvelabs-embed-faults", daemon=True
        )

    def start(self) -> None:
        """Begin to accept connections."""
        self._thread.start()
        self._is_ready.wait()

    def stop(self) -> None:
        """Break all connections, and return when the thread is gone."""
        assert self._loop is not None
        assert self._stopping is not None
        self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join()

    async def _serve(self) -> None:
        self._loop, self._stopping = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self._accept, sock=self._listener)
        self._is_ready.set()
        await self._stopping.wait()
        server.close()
        for connection in self._connections:
            connection.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        client = _Peer(reader, writer, h11.SERVER)
        server = _Behind(self._target)
        try:
            while await client.begin_request():
                if not await self._let_pass_or_fail(_Exchange(client, server)):
                    break
        except (OSError, EOFError, h11.ProtocolError):
            pass  # one of both has gone
        except asyncio.CancelledError:
            client.reset()  # not raised: asyncio would write of it into the log
        finally:
            client.close()
            server.close()
            self._connections.discard(task)

    async def _let_pass_or_fail(self, exchange: "_Exchange") -> bool:
        """Do what comes next in the script; return whether the connection can go on."""
        fault = self.steps.next()
        self.open_requests += 1
        try:
            return await _ACTS[fault.name](exchange, fault)
        finally:
            self.seen.append(Seen(exchange.method, exchange.path, fault, exchange.is_done))
            self.open_requests -= 1


class _Peer:
    """One of the two ends between which the layer stands."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        role: type[h11.CLIENT | h11.SERVER],
    ) -> None:
        self.reader = reader
        self.writer = writer
        self._role = role
        self._http = h11.Connection(role)

    def renew(self) -> None:
        """Begin another message, with what came of it already."""
        left = self._http.trailing_data[0]
        self._http = h11.Connection(self._role)
        if left:
            self._http.receive_data(left)

    async def begin_request(self) -> bool:
        """Return when a request begins, or, with False, when the client has gone."""
        left = self._http.trailing_data[0]
        self._http = h11.Connection(self._role)
        data = left or await self.reader.read(_READ_BYTES)
        if data:
            self._http.receive_data(data)
        return bool(data)

    async def next_event(self) -> h11.Event:
        """Return what comes next of a message.

        Raises:
            EOFError: the other end has gone.
        """
        while (event := self._http.next_event()) is h11.NEED_DATA:
            self._http.receive_data(await self.reader.read(_READ_BYTES))
        if not isinstance(event, h11.Event) or isinstance(event, h11.ConnectionClosed):
            raise EOFError
        return event

    async def body(self) -> AsyncIterator[bytes]:
        """Read the body of the message that has begun."""
        while isinstance(event := await self.next_event(), h11.Data):
            yield bytes(event.data)

    async def send(self, event: h11.Event) -> None:
        self.writer.write(self._http.send(event) or b"")
        await self.writer.drain()

    async def write(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    def reset(self) -> None:
        """Break the connection so that the other end has an error and not an end."""
        # Zero seconds to linger: closing sends RST instead of FIN.
        linger = struct.pack("ii", 1, 0)
        with suppress(OSError):
            self.writer.get_extra_info("socket").setsockopt(
                socket.SOL_SOCKET, socket.SO_LINGER, linger
            )
        self.writer.transport.abort()

    def close(self) -> None:
        self.writer.close()

    @property
    def can_go_on(self) -> bool:
        return self._http.our_state is self._http.their_state is h11.DONE


class _Behind:
    """The connection to the server, kept for the requests of one client."""

    def __init__(self, target: tuple[str, int]) -> None:
        self._target = target
        self._peer: _Peer | None = None

    async def peer(self) -> _Peer:
        """Return it, ready for a request."""
        if self._peer is None or not self._peer.can_go_on or self._peer.reader.at_eof():
            self.close()
            self._peer = _Peer(*await asyncio.open_connection(*self._target), h11.CLIENT)
        else:
            self._peer.renew()
        return self._peer

    def close(self) -> None:
        if self._peer is not None:
            self._peer.close()
            self._peer = None


# ------------------------------------------------------------------------------------ one request


class _Answer(NamedTuple):
    """What the server answered, as a whole. The headers are without those of the framing."""

    status: int
    reason: bytes
    headers: list[tuple[bytes, bytes]]
    body: bytes

    def head(self, length_bytes: int, *more: tuple[bytes, bytes]) -> bytes:
        """Return the head that promises a body of that length."""
        replaced = [name for name, _ in more]
        headers = [pair for pair in self.headers if pair[0].lower() not in replaced]
        if self.status != 204:  # which has neither
            headers.append((b"content-length", b"%d" % length_bytes))
        lines = [b"%b: %b\r\n" % pair for pair in (*headers, *more)]
        return b"HTTP/1.1 %d %b\r\n%b\r\n" % (self.status, self.reason, b"".join(lines))

    def half(self) -> bytes:
        """Return half of the body."""
        return self.body[: len(self.body) // 2]


def _own_answer(status: int, body: bytes, *headers: tuple[bytes, bytes]) -> _Answer:
    phrases = {one.value: one.phrase for one in HTTPStatus}
    return _Answer(status, phrases.get(status, "Unknown").encode(), [*headers], body)


class _Exchange:
    """A request that has begun, and its answer.

    Attributes:
        method: the HTTP method; empty before it is read.
        path: the path with its query.
        is_done: whether the server was given all of it.
    """

    def __init__(self, client: _Peer, server: _Behind) -> None:
        self.client = client
        self._server = server
        self.method = self.path = ""
        self.is_done = False

    async def read_head(self) -> h11.Request:
        """Read the head of the request."""
        head = await self.client.next_event()
        assert isinstance(head, h11.Request)
        self.method, self.path = head.method.decode(), head.target.decode(errors="replace")
        return head

    async def drop_request(self) -> None:
        """Read all of the request, and do nothing about it."""
        await self.read_head()
        async for _ in self.client.body():
            pass

    async def drop_half(self) -> None:
        """Read half of the request's body, or of what has come when its length is not known."""
        head = await self.read_head()
        length_bytes = int(dict(head.headers).get(b"content-length", b"0"))
        read_bytes = 0
        if length_bytes > 1:
            async for piece in self.client.body():
                read_bytes += len(piece)
                if read_bytes >= length_bytes // 2:
                    return

    async def forward(self) -> tuple[_Peer, h11.Response]:
        """Give the request to the server; return where its answer comes from, and its head."""
        head = await self.read_head()
        server = await self._server.peer()
        with suppress(OSError):  # it has refused, and does not wait for the rest
            await server.send(head)
            async for piece in self.client.body():
                await server.send(h11.Data(data=piece))
            await server.send(h11.EndOfMessage())
        self.is_done = True
        while not isinstance(answer := await server.next_event(), h11.Response):
            pass  # 100 Continue
        return server, answer

    async def fetch(self) -> _Answer:
        """Have the request done; return its answer as a whole."""
        server, head = await self.forward()
        body = b"".join([piece async for piece in server.body()])
        framing = (b"content-length", b"transfer-encoding")
        headers = [pair for pair in head.headers.raw_items() if pair[0].lower() not in framing]
        return _Answer(head.status_code, bytes(head.reason), headers, body)

    async def answer(self, answer: _Answer) -> bool:
        """Send an answer as it should be."""
        await self.client.write(answer.head(len(answer.body)) + answer.body)
        return True

    async def wait_until_gone(self) -> bool:
        """Return when the client has closed the connection."""
        while await self.client.reader.read(_READ_BYTES):
            pass
        return False


# ---------------------------------------------------------------------------------------- the kinds
# Each returns whether the connection can be used again.


async def _pass(exchange: _Exchange, fault: Fault) -> bool:
    server, head = await exchange.forward()
    await exchange.client.send(head)
    async for piece in server.body():
        await exchange.client.send(h11.Data(data=piece))
    await exchange.client.send(h11.EndOfMessage())
    return exchange.client.can_go_on


async def _refuse(exchange: _Exchange, fault: Fault) -> bool:
    status = int(fault.kind)
    code = "too_many_requests" if status == 429 else "fault_on_purpose"
    says = {"error": {"code": code, "message": f"The script of faults says {fault}."}}
    headers = [(b"content-type", b"application/json")]
    if fault.value:
        headers.append((b"retry-after", fault.value.encode()))
    await exchange.drop_request()
    return await exchange.answer(_own_answer(status, json.dumps(says).encode(), *headers))


async def _html(exchange: _Exchange, fault: Fault) -> bool:
    await exchange.drop_request()
    page = b"<html><body><h1>Bad Gateway</h1><hr>a proxy on the way</body></html>"
    status = int(fault.number(502))
    return await exchange.answer(_own_answer(status, page, (b"content-type", b"text/html")))


async def _redirect(exchange: _Exchange, fault: Fault) -> bool:
    await exchange.drop_request()
    location = (fault.value or "https://elsewhere.invalid/").encode()
    return await exchange.answer(_own_answer(307, b"", (b"location", location)))


async def _reset_before(exchange: _Exchange, fault: Fault) -> bool:
    exchange.client.reset()
    return False


async def _reset_during(exchange: _Exchange, fault: Fault) -> bool:
    await exchange.drop_half()
    exchange.client.reset()
    return False


async def _reset(exchange: _Exchange, fault: Fault) -> bool:
    await exchange.fetch()
    exchange.client.reset()
    return False


async def _stall_request(exchange: _Exchange, fault: Fault) -> bool:
    await exchange.drop_half()
    # Whoever does not read is not told that the client has gone.
    await asyncio.sleep(fault.number(60))
    exchange.client.reset()
    return False


async def _stall(exchange: _Exchange, fault: Fault) -> bool:
    await exchange.drop_request()
    return await exchange.wait_until_gone()


async def _stall_body(exchange: _Exchange, fault: Fault) -> bool:
    answer = await exchange.fetch()
    await exchange.client.write(answer.head(len(answer.body)) + answer.half())
    return await exchange.wait_until_gone()


async def _slow_head(exchange: _Exchange, fault: Fault) -> bool:
    answer = await exchange.fetch()
    await _write_slowly(exchange, answer.head(len(answer.body)), fault)
    await exchange.client.write(answer.body)
    return True


async def _slow_body(exchange: _Exchange, fault: Fault) -> bool:
    answer = await exchange.fetch()
    await exchange.client.write(answer.head(len(answer.body)))
    await _write_slowly(exchange, answer.body, fault)
    return True


async def _write_slowly(exchange: _Exchange, data: bytes, fault: Fault) -> None:
    length_bytes = max(1, -(-len(data) // _PIECES))
    for start in range(0, len(data), length_bytes):
        await asyncio.sleep(fault.number(0.25))
        await exchange.client.write(data[start : start + length_bytes])


async def _truncated(exchange: _Exchange, fault: Fault) -> bool:
    answer = await exchange.fetch()
    await exchange.client.write(answer.head(len(answer.body)) + answer.half())
    return False


async def _short_length(exchange: _Exchange, fault: Fault) -> bool:
    answer = await exchange.fetch()
    await exchange.client.write(answer.head(len(answer.half())) + answer.body)
    return True


async def _long_length(exchange: _Exchange, fault: Fault) -> bool:
    answer = await exchange.fetch()
    await exchange.client.write(answer.head(len(answer.body) + 100) + answer.body)
    return await exchange.wait_until_gone()


async def _gzip(exchange: _Exchange, fault: Fault) -> bool:
    answer = await exchange.fetch()
    head = answer.head(len(answer.body), (b"content-encoding", b"gzip"))
    await exchange.client.write(head + answer.body[::-1])
    return True


async def _garbage(exchange: _Exchange, fault: Fault) -> bool:
    answer = (await exchange.fetch())._replace(status=200)
    noise = random.Random(7).randbytes(1_000_000)
    length_bytes = int(fault.number(100) * len(noise))
    head = answer.head(length_bytes, (b"content-encoding", b"identity"))
    await exchange.client.write(head)
    for start in range(0, length_bytes, len(noise)):
        await exchange.client.write(noise[: length_bytes - start])
    return True


_Act: TypeAlias = Callable[[_Exchange, Fault], Awaitable[bool]]

_ACTS: dict[str, _Act] = {
    PASS: _pass,
    STATUS: _refuse,
    "html": _html,
    "redirect": _redirect,
    "reset-before": _reset_before,
    "reset-during": _reset_during,
    "reset": _reset,
    "stall-request": _stall_request,
    "stall": _stall,
    "stall-body": _stall_body,
    "slow-head": _slow_head,
    "slow-body": _slow_body,
    "truncated": _truncated,
    "short-length": _short_length,
    "long-length": _long_length,
    "gzip": _gzip,
    "garbage": _garbage,
}
