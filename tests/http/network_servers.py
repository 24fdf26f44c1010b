"""Servers on real sockets: a service that speaks TLS, and proxies of three kinds."""

from __future__ import annotations

import ssl
import subprocess
from base64 import b64encode
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from select import select
from socket import create_connection, socket
from socketserver import BaseRequestHandler, ThreadingTCPServer
from threading import Thread
from typing import Any

from attrs import define, field

OK = b'{"data": [{"embedding": [0.5, -0.25]}]}'
HOST = "api.example"


def make_certificate(folder: Path) -> Path:
    """A certificate for the names that are used here, its own authority, with its key."""
    path = folder / "certificate.pem"
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2"
    names = f"subjectAltName=DNS:{HOST},DNS:localhost"
    use = "keyUsage=critical,digitalSignature,keyCertSign"
    subprocess.run(
        [
            *(*command.split(), "-subj", "/CN=test", "-addext", names, "-addext", use),
            *("-keyout", str(folder / "key.pem"), "-out", str(path)),
        ],
        check=True,
        capture_output=True,
    )
    path.write_bytes(path.read_bytes() + (folder / "key.pem").read_bytes())
    return path


@define
class Seen:
    """A running server, and what it saw.

    Attributes:
        port: where it listens
        heads: what each client sent first: the head of a request; of SOCKS, the target
    """

    port: int = 0
    heads: list[str] = field(factory=list)


@contextmanager
def serving(handle: Any, certificate: Path | None = None, **tls: Any) -> Iterator[Seen]:
    """Run a server; `handle` gets each connection, and what the server saw.

    Args:
        handle: does it
        certificate: for TLS, also the authority of clients
        tls: attributes of its `SSLContext`
    """
    seen = Seen()
    context = None
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        context.load_verify_locations(certificate)
        for name, value in tls.items():
            setattr(context, name, value)

    class Handler(BaseRequestHandler):
        def handle(self) -> None:
            with suppress(OSError), ExitStack() as stack:
                connection = self.request
                if context is not None:
                    connection = context.wrap_socket(connection, server_side=True)
                    stack.enter_context(connection)
                handle(connection, seen)

    class Server(ThreadingTCPServer):
        daemon_threads = True
        block_on_close = False

    with Server(("127.0.0.1", 0), Handler) as server:
        seen.port = server.server_address[1]
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield seen
        finally:
            server.shutdown()


def read_head(connection: socket) -> str:
    """Read a request, and return its head."""
    data = b""
    while b"\r\n\r\n" not in data and (part := connection.recv(1 << 16)):
        data += part
    head, _, body = data.decode("latin-1").partition("\r\n\r\n")
    length = next(
        (one for one in head.split("\r\n") if one.lower().startswith("content-len")), ":0"
    )
    missing_bytes = int(length.partition(":")[2]) - len(body)
    while missing_bytes > 0 and (part := connection.recv(missing_bytes)):
        missing_bytes -= len(part)
    return f"{head}\r\n\r\n" if head else ""


def service(body: bytes = OK, head: str = "") -> Any:
    """Handle requests with one response; the body of a request is short enough to be ignored."""

    def handle(connection: socket, seen: Seen) -> None:
        while request := read_head(connection):
            seen.heads.append(request)
            lines = f"HTTP/1.1 200 OK\r\ncontent-length: {len(body)}\r\n{head}\r\n"
            connection.sendall(lines.encode() + body)

    return handle


def relay(left: socket, right: socket) -> None:
    while True:
        pending = [one for one in (left, right) if isinstance(one, ssl.SSLSocket) and one.pending()]
        for one in pending or select([left, right], [], [])[0]:
            data = one.recv(1 << 16)
            if not data:
                return
            (right if one is left else left).sendall(data)


def http_proxy(target_port: int, password: str = "") -> Any:
    """Forward everything to a port of this machine, whatever host was asked for."""

    def handle(connection: socket, seen: Seen) -> None:
        data = connection.recv(1 << 16)
        head = data.decode("latin-1")
        seen.heads.append(head)
        expected = f"basic {b64encode(password.encode()).decode()}".lower()
        if password and expected not in head.lower():
            connection.sendall(b"HTTP/1.1 407 Needed\r\ncontent-length: 0\r\n\r\n")
            return
        with create_connection(("127.0.0.1", target_port)) as target:
            if head.startswith("CONNECT"):
                connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            else:
                target.sendall(data)
            relay(connection, target)

    return handle


def socks_proxy(target_port: int) -> Any:
    """SOCKS 5 with names that the proxy looks up, as RFC 1928 has it."""

    def handle(connection: socket, seen: Seen) -> None:
        _, count = connection.recv(2)
        connection.recv(count)
        connection.sendall(b"\x05\x00")
        _, _, _, kind = connection.recv(4)
        host = connection.recv(connection.recv(1)[0] if kind == 3 else 4)
        port = int.from_bytes(connection.recv(2))
        seen.heads.append(f"{host.decode('latin-1')}:{port}")
        with create_connection(("127.0.0.1", target_port)) as target:
            connection.sendall(b"\x05\x00\x00\x01" + bytes(6))
            relay(connection, target)

    return handle


def denying_proxy(status: int) -> Any:
    """Respond to each request with a status."""

    def handle(connection: socket, seen: Seen) -> None:
        seen.heads.append(read_head(connection))
        connection.sendall(f"HTTP/1.1 {status} No\r\ncontent-length: 0\r\n\r\n".encode())

    return handle


def speaking(response: bytes | None) -> Any:
    """Send the same bytes to every client; None for a silent server."""

    def handle(connection: socket, seen: Seen) -> None:
        connection.recv(1 << 16)
        if response is None:
            connection.recv(1)  # until the other side ends it
        else:
            connection.sendall(response)

    return handle
