"""Runs the application on a real socket, in a thread or until a signal comes."""

import os
import signal
import socket
import threading
import time
from collections.abc import Collection
from pathlib import Path
from types import FrameType, TracebackType
from typing import Self

import uvicorn
from starlette.types import ASGIApp

from ._app import PREFIX, create_app
from ._contract import Contract, default_path


class Emulator:
    """The embedding API on a port of this machine, for the time of a `with` block.

    Args:
        host: the address to listen on.
        port: the port; 0 lets the operating system choose a free one.
        api_keys: the keys that are accepted; None accepts any that is not empty.
        allow_hosts: from where media URLs may be fetched, besides this machine; `*` is anywhere.
        contract: the OpenAPI file to judge by; None is the one that the package brings.

    One emulator can be started and stopped many times, and there can be many in a process.
    Media by URL is otherwise fetched from loopback addresses only, so that tests stay offline.

    Raises:
        OSError: the contract cannot be read, or (when starting) the port is taken.
    """

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        api_keys: Collection[str] | None = None,
        allow_hosts: Collection[str] = (),
        contract: Path | None = None,
    ) -> None:
        self._address = (host, port)
        self._app = create_app(
            Contract(contract or default_path()),
            api_keys=None if api_keys is None else frozenset(api_keys),
            allow_hosts=frozenset(allow_hosts),
        )
        self._base_url: str | None = None
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def base_url(self) -> str:
        """The address for clients, which ends in `/v1.3`.

        Raises:
            RuntimeError: the emulator is not running.
        """
        if self._base_url is None:
            raise RuntimeError("The emulator is not running: use it in a with block, or start it.")
        return self._base_url

    def start(self) -> Self:
        """Begin to listen, and return when requests are answered."""
        if self._thread is not None:
            raise RuntimeError("The emulator is already running.")
        # The socket is bound here, and not by the server's thread, so that the port is known and
        # a port that is taken is an error of the caller.
        listener = _listen(*self._address)
        self._base_url = _url(listener) + PREFIX
        self._server = uvicorn.Server(_config(self._app))
        self._thread = threading.Thread(
            target=self._server.run,
            args=([listener],),
            name="twelvelabs-embed-emulator",
            daemon=True,
        )
        self._thread.start()
        while not self._server.started:
            if not self._thread.is_alive():
                self.stop()
                raise RuntimeError("The emulator did not start; its log says why.")
            time.sleep(0.001)
        return self

    def stop(self) -> None:
        """Stop listening, and return when the port and the thread are gone. May be repeated."""
        if self._server is not None and self._thread is not None:
            self._server.should_exit = True
            self._thread.join()
        self._base_url = self._server = self._thread = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()


def serve(
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    api_keys: Collection[str] | None = None,
    allow_hosts: Collection[str] = (),
    contract: Path | None = None,
) -> None:
    """Run an emulator until Ctrl-C or SIGTERM, and say on standard output how to use it.

    The arguments are those of `Emulator`. To be called from the main thread.
    """
    stopping = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        stopping.set()

    before = {one: signal.signal(one, stop) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        with Emulator(
            host=host, port=port, api_keys=api_keys, allow_hosts=allow_hosts, contract=contract
        ) as emulator:
            key = next(iter(api_keys), "any") if api_keys else "any"
            settings = f"TWELVELABS_BASE_URL={emulator.base_url} TWELVELABS_API_KEY={key}"
            print(f"Emulator at {emulator.base_url}; to use it: export {settings}", flush=True)
            while not stopping.wait(0.5):  # with a pause: else Ctrl-C goes unheard on Windows
                pass
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol is named (socket.create_server does not), as asyncio turns off Nagle's algorithm
    # only where it stands: without it, each answer on a kept connection takes 40 ms.
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


def _config(app: ASGIApp) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        lifespan="off",
        ws="none",
        log_config=None,  # logging belongs to the program that the emulator runs in
        access_log=False,
        server_header=False,
        timeout_keep_alive=75,  # as long as a proxy would: idle connections of a client stay good
        timeout_graceful_shutdown=5,
    )
