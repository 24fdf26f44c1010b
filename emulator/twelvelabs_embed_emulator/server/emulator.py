"""Runs the applications on real sockets, in threads or until a signal comes."""

import os
import signal
import socket
import threading
import time
from collections.abc import Collection
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import FrameType, TracebackType
from typing import Self

import uvicorn
from starlette.types import ASGIApp

from twelvelabs_embed_emulator.contract.loader import Contract, default_path
from twelvelabs_embed_emulator.endpoints.backend import Settings, State
from twelvelabs_embed_emulator.endpoints.storage import Storage
from twelvelabs_embed_emulator.faults.proxy import FaultLayer, Seen
from twelvelabs_embed_emulator.faults.script import Fault, Script, Steps, read_faults
from twelvelabs_embed_emulator.server.app import PREFIX, create_app
from twelvelabs_embed_emulator.server.endpoint import Stamp
from twelvelabs_embed_emulator.server.read_timeout import patient

_NOTING_SEC = 0.2
"""How long `seen` waits for requests to be over: an answer arrives a moment before it is noted."""


class Emulator:
    """The embedding API on a port of this machine, for the time of a `with` block.

    A second port is the storage host, where the chunks of multipart uploads are put.

    Args:
        host: the address to listen on.
        port: the port; 0 lets the operating system choose a free one.
        api_keys: the keys that are accepted; None accepts any that is not empty.
        allow_hosts: from where media URLs may be fetched, besides this machine; `*` is anywhere.
        contract: the OpenAPI file to judge by; None is the one that the package brings.
        state: the SQLite file that keeps assets, uploads and tasks from one run to the next; it is
            made when it is not there. None is a private one, which is gone when the emulator stops.
        processing_sec: how long assets and tasks are `processing` at least, by its own clock.
        chunk_bytes: how long the chunks of multipart uploads are.
        urls_per_answer: with how many URLs for chunks a new upload comes at most; up to 50.
        storage_port: the port of the storage host; 0 is a free one.
        faults: what happens to which request, such as `503*2,reset,pass`: the typed form, the path
            of a JSON file, or steps (`Fault`); `docs/faults.md` says what there is. None stands for
            none, now and later; a script that is empty can be replaced by `set_faults`.
        storage_faults: the same for the storage host.
        patience_sec: how long a client may be silent in the middle of a request.

    One emulator can be started and stopped many times, and there can be many in a process.
    Media by URL is otherwise fetched from loopback addresses only, so that tests stay offline.

    Raises:
        OSError: the contract cannot be read, or (when starting) a port is taken, or the state is
            that of another emulator that runs, or no state at all.
        ValueError: a number is out of bounds, or a script of faults is none.
    """

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        api_keys: Collection[str] | None = None,
        allow_hosts: Collection[str] = (),
        contract: str | os.PathLike[str] | None = None,
        state: str | os.PathLike[str] | None = None,
        processing_sec: float = 0.0,
        chunk_bytes: int = Settings.chunk_bytes,
        urls_per_answer: int = Settings.urls_per_answer,
        storage_port: int = 0,
        faults: Script | None = None,
        storage_faults: Script | None = None,
        patience_sec: float = 60.0,
    ) -> None:
        self._host = host
        self._ports = (port, storage_port)
        self._faults = [
            None if script is None else read_faults(script) for script in (faults, storage_faults)
        ]
        self._contract = Contract(default_path() if contract is None else Path(contract))
        self._api_keys = None if api_keys is None else tuple(api_keys)
        self._path = None if state is None else Path(state)
        self._patience_sec = patience_sec
        self._settings = Settings(
            allow_hosts=frozenset(allow_hosts),
            processing_sec=processing_sec,
            chunk_bytes=chunk_bytes,
            urls_per_answer=urls_per_answer,
        )
        self._run: _Run | None = None

    @property
    def base_url(self) -> str:
        """The address for clients, which ends in `/v1.3`.

        Raises:
            RuntimeError: the emulator is not running.
        """
        return self._running().api_url + PREFIX

    @property
    def storage_url(self) -> str:
        """The address of the storage host.

        Raises:
            RuntimeError: the emulator is not running.
        """
        return self._running().storage_url

    @property
    def received_chunk_bytes(self) -> int:
        """The length of all chunks that were accepted since the start, each as often as it came.

        Raises:
            RuntimeError: the emulator is not running.
        """
        return self._running().chunks.received_bytes

    @property
    def seen(self) -> list[Seen]:
        """The last requests that came and what happened to them, oldest first.

        Raises:
            RuntimeError: the emulator is not running, or was made without faults.
        """
        layer, until_sec = self._layer(), time.monotonic() + _NOTING_SEC
        while layer.open_requests and time.monotonic() < until_sec:
            time.sleep(0.001)
        return list(layer.seen)

    def set_faults(self, script: Script) -> None:
        """Go on with another script of faults, from its first step.

        Raises:
            RuntimeError: the emulator is not running, or was made without faults.
            ValueError: it is no script.
        """
        self._layer().steps.replace(script)

    def _layer(self) -> FaultLayer:
        layer = self._running().layers[0]
        if layer is None:
            raise RuntimeError("The emulator was made without faults: Emulator(faults=())")
        return layer

    @property
    def key(self) -> str:
        """A key that is accepted."""
        return self._api_keys[0] if self._api_keys else "any"

    def advance(
        self,
        *,
        days: float = 0,
        hours: float = 0,
        minutes: float = 0,
        seconds: float = 0,
    ) -> None:
        """Move the emulator's clock ahead. All that expires or takes time looks at it alone.

        Raises:
            RuntimeError: the emulator is not running.
            ValueError: it would go back.
        """
        step = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
        self._running().state.advance(step)

    def wait_until_idle(self) -> None:
        """Return when nothing is being worked on in the background.

        What takes time only by its own clock (`processing_sec`) is not waited for: `advance` it.

        Raises:
            RuntimeError: the emulator is not running.
        """
        self._running().state.wait_until_idle()

    def start(self) -> Self:
        """Begin to listen, and return when requests are answered.

        Raises:
            RuntimeError: it is running already.
        """
        if self._run is not None:
            raise RuntimeError("The emulator is already running.")
        with ExitStack() as stack:
            doors = api_door, storage_door = [
                _Door((self._host, port), faults, stack)
                for port, faults in zip(self._ports, self._faults, strict=True)
            ]
            servers = api, storage = [door.server for door in doors]
            state = State(self._path, self._settings, storage_door.url)
            stack.callback(state.close)
            chunks = Storage(state)
            app = create_app(
                self._contract,
                state,
                api_keys=self._api_keys,
                allow_hosts=self._settings.allow_hosts,
            )
            state.start()
            stack.callback(_stop, servers)
            api.start(app, "twelvelabs-embed-emulator", self._patience_sec)
            storage.start(Stamp(chunks), "twelvelabs-embed-storage", self._patience_sec)
            for server in servers:
                server.wait_until_started()
            layers = [door.open(stack) for door in doors]
            self._run = _Run(stack.pop_all(), state, api_door.url, storage_door.url, chunks, layers)
        return self

    def stop(self) -> None:
        """Stop listening, and return when the ports and their threads are gone. May be repeated."""
        if self._run is not None:
            self._run.stack.close()
        self._run = None

    def _running(self) -> "_Run":
        if self._run is None:
            raise RuntimeError("The emulator is not running: use it in a with block, or start it.")
        return self._run

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()


@dataclass(frozen=True)
class _Run:
    """What there is while an emulator runs; closing the stack ends it."""

    stack: ExitStack
    state: State
    api_url: str
    storage_url: str
    chunks: Storage
    layers: list[FaultLayer | None]


class _Door:
    """Where clients of a server come: to its port, or to that of a layer of faults before it.

    Args:
        address: host and port for clients; port 0 is a free one.
        faults: the script of the layer; None when there is to be none.
        stack: closes the ports.

    Raises:
        OSError: the port is taken.
    """

    def __init__(
        self, address: tuple[str, int], faults: list[Fault] | None, stack: ExitStack
    ) -> None:
        self._layer: FaultLayer | None = None
        self.server = _Server(address if faults is None else ("127.0.0.1", 0), stack)
        self.url = self.server.url
        if faults is not None:
            listener = stack.enter_context(_listen(*address))
            self._layer = FaultLayer(listener, self.server.address, Steps(faults))
            self.url = _url(listener)

    def open(self, stack: ExitStack) -> FaultLayer | None:
        """Let clients in, when the server has started; the stack closes it before the server."""
        if self._layer is not None:
            self._layer.start()
            stack.callback(self._layer.stop)
        return self._layer


class _Server:
    """One port, and, when started, the thread that answers on it.

    Args:
        address: host and port to listen on; port 0 is a free one.
        stack: closes the port.

    Raises:
        OSError: the port is taken. The socket is bound here, and not by the thread, so that the
            port is known, and so that this is an error of the caller.
    """

    def __init__(self, address: tuple[str, int], stack: ExitStack) -> None:
        self._listener = stack.enter_context(_listen(*address))
        self.url = _url(self._listener)
        self.address: tuple[str, int] = self._listener.getsockname()[:2]
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None

    def start(self, app: ASGIApp, name: str, patience_sec: float) -> None:
        """Begin to answer by `app`."""
        self._server = uvicorn.Server(_config(app, patience_sec))
        self._thread = threading.Thread(
            target=self._server.run, args=([self._listener],), name=name, daemon=True
        )
        self._thread.start()

    def wait_until_started(self) -> None:
        """Return when requests are answered."""
        assert self._server is not None
        assert self._thread is not None
        while not self._server.started:
            if not self._thread.is_alive():
                raise RuntimeError("The emulator did not start; its log says why.")
            time.sleep(0.001)

    def tell_to_stop(self) -> None:
        """Begin to stop."""
        if self._server is not None:
            self._server.should_exit = True

    def wait_until_stopped(self) -> None:
        """Return when the thread is gone."""
        if self._thread is not None:
            self._thread.join()


def _stop(servers: Collection[_Server]) -> None:
    """Stop servers at the same time: each takes a tenth of a second to notice."""
    for server in servers:
        server.tell_to_stop()
    for server in servers:
        server.wait_until_stopped()


def serve(emulator: Emulator) -> None:
    """Run an emulator until Ctrl-C or SIGTERM, and say on standard output how to use it.

    To be called from the main thread.

    Raises:
        OSError: as `Emulator` does when starting.
    """
    stopping = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        stopping.set()

    before = {one: signal.signal(one, stop) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        with emulator:
            settings = f"TWELVELABS_BASE_URL={emulator.base_url} TWELVELABS_API_KEY={emulator.key}"
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


def _config(app: ASGIApp, patience_sec: float) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=patient(patience_sec),
        lifespan="off",
        ws="none",
        log_config=None,  # logging belongs to the program that the emulator runs in
        access_log=False,
        server_header=False,
        timeout_keep_alive=75,  # as long as a proxy would: idle connections of a client stay good
        timeout_graceful_shutdown=5,
    )
