"""Sockets, and the threads that serve applications on them."""

import os
import socket
import threading
import time
from collections.abc import Sequence
from contextlib import ExitStack

import uvicorn
from starlette.types import ASGIApp

from twelvelabs_embed_emulator.faults.proxy import FaultProxy
from twelvelabs_embed_emulator.faults.script import Fault, FaultScript
from twelvelabs_embed_emulator.server.read_timeout import protocol_with_timeout


class Listener:
    """The port of an application: the thread that serves it, and perhaps a fault proxy in front.

    The sockets are bound at once, and not by the threads, so that the ports are known, and so that
    a port in use is an error of the caller.

    Args:
        address: host and port for clients; port 0 is a free one.
        faults: the script of the proxy; None when there is to be none.
        stack: closes the ports.

    Attributes:
        url: the address for clients.
        proxy: the fault proxy.

    Raises:
        OSError: the port is in use.
    """

    def __init__(
        self, address: tuple[str, int], faults: list[Fault] | None, stack: ExitStack
    ) -> None:
        self.proxy: FaultProxy | None = None
        inner = address if faults is None else ("127.0.0.1", 0)
        self._socket = stack.enter_context(_listen(*inner))
        self.url = _url(self._socket)
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None
        if faults is not None:
            outer = stack.enter_context(_listen(*address))
            target: tuple[str, int] = self._socket.getsockname()[:2]
            self.proxy = FaultProxy(outer, target, FaultScript(faults))
            self.url = _url(outer)

    def start(self, app: ASGIApp, name: str, read_timeout_sec: float) -> None:
        """Start to serve `app`."""
        self._server = uvicorn.Server(_config(app, read_timeout_sec))
        self._thread = threading.Thread(
            target=self._server.run, args=([self._socket],), name=name, daemon=True
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

    def start_proxy(self, stack: ExitStack) -> None:
        """Start the proxy, after the server; the stack stops it before the server."""
        if self.proxy is not None:
            self.proxy.start()
            stack.callback(self.proxy.stop)

    def signal_stop(self) -> None:
        """Start to stop."""
        if self._server is not None:
            self._server.should_exit = True

    def wait_until_stopped(self) -> None:
        """Return when the thread has ended."""
        if self._thread is not None:
            self._thread.join()


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
    except OSError:
        listener.close()
        raise
    return listener


def _url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _config(app: ASGIApp, read_timeout_sec: float) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=protocol_with_timeout(read_timeout_sec),
        lifespan="off",
        ws="none",
        log_config=None,  # logging belongs to the program that the emulator runs in
        access_log=False,
        server_header=False,
        timeout_keep_alive=75,  # as long as a proxy would: idle connections of a client stay good
        timeout_graceful_shutdown=5,
    )
