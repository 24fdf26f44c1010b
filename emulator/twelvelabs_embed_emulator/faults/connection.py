"""The connections of the proxy, and the exchange of one request and its response."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import suppress
from http import HTTPStatus
from typing import NamedTuple

import h11

_READ_BYTES = 256 * 1024


class Peer:
    """One of the two ends between which the proxy stands."""

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

    def next_message(self) -> bool:
        """Start another message; return whether some of it was read already."""
        rest = self._http.trailing_data[0]
        self._http = h11.Connection(self._role)
        if rest:
            self._http.receive_data(rest)
        return bool(rest)

    async def next_request(self) -> bool:
        """Return True when a request starts, and False when the client has disconnected."""
        if self.next_message():
            return True
        if data := await self.reader.read(_READ_BYTES):
            self._http.receive_data(data)
        return bool(data)

    async def next_event(self) -> h11.Event:
        """Return the next part of a message.

        Raises:
            EOFError: the other end has disconnected.
        """
        while (event := self._http.next_event()) is h11.NEED_DATA:
            self._http.receive_data(await self.reader.read(_READ_BYTES))
        if not isinstance(event, h11.Event) or isinstance(event, h11.ConnectionClosed):
            raise EOFError
        return event

    async def body(self) -> AsyncIterator[bytes]:
        """Read the body of the current message."""
        while isinstance(event := await self.next_event(), h11.Data):
            yield bytes(event.data)

    async def send(self, event: h11.Event) -> None:
        await self.write(self._http.send(event) or b"")

    async def write(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def wait_until_closed(self) -> None:
        """Return when the other end has closed the connection."""
        while await self.reader.read(_READ_BYTES):
            pass

    def reset(self) -> None:
        """Reset the connection, so that the other end gets an error and not an end of data."""
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
    def is_reusable(self) -> bool:
        return self._http.our_state is self._http.their_state is h11.DONE


class Upstream:
    """The connection to the server, kept for the requests of one client."""

    def __init__(self, target: tuple[str, int]) -> None:
        self._target = target
        self._peer: Peer | None = None

    async def peer(self) -> Peer:
        """Return it, ready for a request."""
        if self._peer is None or not self._peer.is_reusable or self._peer.reader.at_eof():
            self.close()
            self._peer = Peer(*await asyncio.open_connection(*self._target), h11.CLIENT)
        else:
            self._peer.next_message()
        return self._peer

    def close(self) -> None:
        if self._peer is not None:
            self._peer.close()
            self._peer = None


class Response(NamedTuple):
    """A whole response. The headers are without those of the framing."""

    status: int
    reason: bytes
    headers: list[tuple[bytes, bytes]]
    body: bytes

    def head(self, length_bytes: int, *more: tuple[bytes, bytes]) -> bytes:
        """Return the head that declares a body of that length."""
        replaced = [name for name, _ in more]
        headers = [pair for pair in self.headers if pair[0].lower() not in replaced]
        if self.status != 204:  # which has neither
            headers.append((b"content-length", b"%d" % length_bytes))
        lines = [b"%b: %b\r\n" % pair for pair in (*headers, *more)]
        return b"HTTP/1.1 %d %b\r\n%b\r\n" % (self.status, self.reason, b"".join(lines))

    def half(self) -> bytes:
        """Return half of the body."""
        return self.body[: len(self.body) // 2]


def response_of(status: int, body: bytes, *headers: tuple[bytes, bytes]) -> Response:
    """Return a response that does not come from the server."""
    phrases = {one.value: one.phrase for one in HTTPStatus}
    return Response(status, phrases.get(status, "Unknown").encode(), [*headers], body)


class Exchange:
    """A request that has started, and its response.

    Attributes:
        client: the connection to the client.
        method: the HTTP method; empty before it is read.
        path: the path with its query.
        allowed_origin: the origin of the web page that may read the response; empty when none may.
        is_done: whether the server has received all of it.
    """

    def __init__(self, client: Peer, upstream: Upstream) -> None:
        self.client = client
        self._upstream = upstream
        self.method = self.path = self.allowed_origin = ""
        self.is_done = False
        self._head: h11.Request | None = None
        self._notes: dict[bytes, bytes] = {}

    async def read_head(self) -> h11.Request:
        """Read the head of the request, once."""
        if self._head is None:
            head = await self.client.next_event()
            assert isinstance(head, h11.Request)
            self.method, self.path = head.method.decode(), head.target.decode()
            self._head = head
        return self._head

    def header(self, name: str) -> str:
        """Return a header of the request, whose head was read; empty when there is none."""
        assert self._head is not None
        return dict(self._head.headers).get(name.encode(), b"").decode("latin-1")

    def add_header(self, name: str, value: str) -> None:
        """Forward the request with another header, in place of any of that name."""
        self._notes[name.encode()] = value.encode()

    async def drop_request(self) -> None:
        """Read all of the request, and do not forward it."""
        await self.read_head()
        async for _ in self.client.body():
            pass

    async def drop_half(self) -> None:
        """Read half of the request's body, or what has come when its length is not known."""
        head = await self.read_head()
        length_bytes = int(dict(head.headers).get(b"content-length", b"0"))
        read_bytes = 0
        if length_bytes > 1:
            async for data in self.client.body():
                read_bytes += len(data)
                if read_bytes >= length_bytes // 2:
                    return

    async def forward(self) -> tuple[Peer, h11.Response]:
        """Send the request to the server; return its connection, and the head of the response."""
        head = await self.read_head()
        kept = [pair for pair in head.headers.raw_items() if pair[0].lower() not in self._notes]
        headers = [*kept, *self._notes.items()]
        server = await self._upstream.peer()
        with suppress(OSError):  # it has responded, and does not wait for the rest
            await server.send(h11.Request(method=head.method, headers=headers, target=head.target))
            async for data in self.client.body():
                await server.send(h11.Data(data=data))
            await server.send(h11.EndOfMessage())
        self.is_done = True
        while not isinstance(response := await server.next_event(), h11.Response):
            pass  # 100 Continue
        return server, response

    async def fetch(self) -> Response:
        """Send the request to the server; return the whole response."""
        server, head = await self.forward()
        body = b"".join([data async for data in server.body()])
        framing = (b"content-length", b"transfer-encoding")
        headers = [pair for pair in head.headers.raw_items() if pair[0].lower() not in framing]
        return Response(head.status_code, bytes(head.reason), headers, body)
