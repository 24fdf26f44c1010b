"""Sockets, and the threads that serve applications on them."""

import asyncio
import os
import socket
import threading
import time
from collections.abc import Collection, Sequence
from contextlib import ExitStack

import uvicorn
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from twelvelabs_embed_emulator.faults.proxy import CLIENT_HEADER, FAULT_HEADER, FaultProxy
from twelvelabs_embed_emulator.faults.script import FaultScript, Script
from twelvelabs_embed_emulator.server.protocol import make_protocol


class Listener:
    """The port of an application, and the thread that serves it.

    While a script of faults lasts, connections are handed to a fault proxy, which reaches the same
    server by a second port of this machine. The sockets are bound at once, and not by the thread,
    so that the ports are known, and so that a port in use is an error of the caller.

    Args:
        address: host and port for clients; port 0 is a free one.
        faults: the script of the proxy.
        stack: closes the ports.
        origins: the origins of web pages that may read what the proxy responds.

    Attributes:
        url: the address for clients.
        proxy: the fault proxy.

    Raises:
        OSError: the port is in use.
    """

    def __init__(
        self,
        address: tuple[str, int],
        faults: Script,
        stack: ExitStack,
        origins: Collection[str] = (),
    ) -> None:
        self._socket = stack.enter_context(_listen(*address))
        self._inner = stack.enter_context(_listen("127.0.0.1", 0))
        self.url = _url(self._socket)
        self._target: tuple[str, int] = self._inner.getsockname()
        self.proxy = FaultProxy(self._target, FaultScript(faults), origins=origins)
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None

    def start(self, app: ASGIApp, name: str, read_timeout_sec: float) -> None:
        """Start to serve `app`."""
        protocol = make_protocol(read_timeout_sec, self.proxy, self._target)
        self._server = uvicorn.Server(_config(_with_client_of_proxy(app, self._target), protocol))
        self._thread = threading.Thread(
            target=self._server.run,
            args=([self._socket, self._inner],),
            name=name,
            daemon=True,
        )
        self._thread.start()

    def wait_until_started(self) -> None:
        """Return when requests are served."""
        assert self._server is not None
        assert self._thread is not None
        while not self._server.started:
            if not self._thread.is_alive():
                raise RuntimeError("The emulator did not start; its log says why.")
            time.sleep(0.001)

    def signal_stop(self) -> None:
        """Start to stop; connections of the proxy are reset."""
        if self._server is not None:
            self.proxy.stop()
            self._server.should_exit = True

    def wait_until_stopped(self) -> None:
        """Return when the thread has ended."""
        if self._thread is not None:
            self._thread.join()


def _with_client_of_proxy(app: ASGIApp, address: tuple[str, int]) -> ASGIApp:
    """Return `app` with the client and the fault of requests that the proxy forwards."""

    async def changed(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["server"] == address:
            headers = Headers(scope=scope)
            own = (CLIENT_HEADER.encode(), FAULT_HEADER.encode())
            scope["client"] = (headers.get(CLIENT_HEADER, ""), 0)
            scope["emulator.fault"] = headers.get(FAULT_HEADER, "")
            scope["headers"] = [pair for pair in scope["headers"] if pair[0] not in own]
        await app(scope, receive, send)

    return changed


def stop_servers(listeners: Sequence[Listener]) -> None:
    """Stop servers at the same time: each takes a tenth of a second to notice."""
    for listener in listeners:
        listener.signal_stop()
    for listener in listeners:
        listener.wait_until_stopped()


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol is named (socket.create_server does not), as asyncio turns off Nagle's algorithm
    # only then: without it, each response on a kept connection takes 40 ms.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":  # elsewhere the option means that two may share a port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen()
    except OSError as error:
        listener.close()
        hint = "Use another host or port; port 0 is a free one"
        raise OSError(error.errno, f"{error.strerror}. {hint}", f"{host}:{port}") from error
    return listener


def _url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _config(app: ASGIApp, protocol: type[asyncio.Protocol]) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=protocol,
        loop="asyncio",  # also where uvloop is installed: faults are the same everywhere
        lifespan="off",
        ws="none",
        log_config=None,  # logging belongs to the program that the emulator runs in
        access_log=False,
        server_header=False,
        timeout_keep_alive=75,  # as long as a proxy would: idle connections of a client stay good
        timeout_graceful_shutdown=5,
    )
