"""A server on a real socket that responds to each request with the next step of a script."""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from attrs import define, field, frozen


@frozen
class Response:
    """A response with a status, headers and a body (JSON unless it is bytes)."""

    status: int = 200
    body: Any = b""
    headers: Mapping[str, str] = field(factory=dict)

    def raw_body(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


@frozen
class Truncated:
    """A head that promises the whole body, half of the body, and the end of the connection."""

    response: Response


@frozen
class Reset:
    """The connection is reset before anything is sent."""


@frozen
class Stall:
    """Nothing is sent until the client goes away or the server stops."""


@frozen
class Request:
    """What a client sent."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    client_port: int

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@define
class ScriptedServer:
    """The running server. The last step of its script is repeated for ever."""

    base_url: str
    requests: list[Request]


Step = Response | Truncated | Reset | Stall


@contextmanager
def scripted_server(*steps: Step) -> Iterator[ScriptedServer]:
    """Serve the steps, one a request."""
    requests: list[Request] = []
    stopping = threading.Event()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(list(steps), requests, stopping))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield ScriptedServer(f"http://127.0.0.1:{server.server_address[1]}/v1.3", requests)
    finally:
        stopping.set()
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(
    steps: list[Step], requests: list[Request], stopping: threading.Event
) -> type[BaseHTTPRequestHandler]:
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = b"".join(self._body())
            with lock:
                requests.append(
                    Request(
                        method=self.command,
                        path=self.path,
                        headers={
                            name.lower(): ", ".join(self.headers.get_all(name, []))
                            for name in self.headers
                        },
                        body=body,
                        client_port=self.client_address[1],
                    )
                )
                step = steps.pop(0) if len(steps) > 1 else steps[0]
            match step:
                case Response():
                    self._response(step, len(step.raw_body()))
                case Truncated():
                    self._response(step.response, len(step.response.raw_body()) // 2)
                    self.close_connection = True
                case Stall():
                    stopping.wait(10)
                    self.close_connection = True
                case Reset():
                    # Zero seconds to linger: closing sends RST instead of FIN.
                    linger = struct.pack("ii", 1, 0)
                    self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                    self.connection.close()
                    self.close_connection = True
                    self.wfile = open("/dev/null", "wb")  # noqa: SIM115

        do_GET = do_PUT = do_PATCH = do_DELETE = do_POST  # noqa: N815  # the base class wants these names

        def _body(self) -> Iterable[bytes]:
            if self.headers.get("transfer-encoding") == "chunked":
                while size := int(self.rfile.readline(), 16):
                    yield self.rfile.read(size)
                    self.rfile.readline()
                self.rfile.readline()
            else:
                yield self.rfile.read(int(self.headers.get("content-length", 0)))

        def _response(self, response: Response, sent_bytes: int) -> None:
            body = response.raw_body()
            self.send_response(response.status)
            headers = {"content-type": "application/json", "content-length": str(len(body))}
            for name, value in (headers | dict(response.headers)).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body[:sent_bytes])
            self.wfile.flush()

        def log_message(self, format: str, *args: Any) -> None:
            pass

    return Handler
