"""The emulator: its settings and its life."""

import os
from collections.abc import Collection
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

from starlette.types import ASGIApp

from twelvelabs_embed_emulator.contract.loader import Contract, default_path
from twelvelabs_embed_emulator.embedding.vectors import text_vector
from twelvelabs_embed_emulator.endpoints.backend import Backend
from twelvelabs_embed_emulator.endpoints.storage import Storage
from twelvelabs_embed_emulator.faults.proxy import Seen
from twelvelabs_embed_emulator.faults.script import Script, read_faults
from twelvelabs_embed_emulator.server.app import PREFIX, create_app
from twelvelabs_embed_emulator.server.control import Control, control_handlers, local_only
from twelvelabs_embed_emulator.server.listeners import Listener, stop_servers
from twelvelabs_embed_emulator.server.request_log import Host, RequestLog
from twelvelabs_embed_emulator.server.responses import (
    parse_origin,
    with_cors,
    with_response_headers,
)
from twelvelabs_embed_emulator.state.state import Settings, State

PROFILES: dict[str, dict[str, Any]] = {
    "normal": {"processing_sec": 0.0, "latency_sec": 0.0, "strict_nulls": False},
    "strict": {"processing_sec": 5.0, "latency_sec": 0.0, "strict_nulls": True},
    "slow": {"processing_sec": 30.0, "latency_sec": 0.5, "strict_nulls": False},
}
"""What settings are by default, by profile. `slow` shows how a client waits."""


class Emulator:
    """The embedding API on a port of this machine, for the time of a `with` block.

    A second port is the storage host, where the chunks of multipart uploads are put.

    Args:
        host: the address to listen on.
        port: the port; 0 lets the operating system choose a free one.
        api_keys: the keys that are accepted; None accepts any that is not empty.
        allow_hosts: from where media URLs may be fetched, besides this machine; `*` is anywhere.
        contract: the OpenAPI file to validate by; None is the one in the package.
        state: the SQLite file that keeps assets, uploads and tasks from one run to the next; it is
            created if it does not exist. None is a temporary one.
        profile: the settings by default: `normal` (assets and tasks are processed as soon as
            possible), `strict` (5 s, and null is rejected) or `slow` (30 s, and each response takes
            half a second). A setting that is given wins.
        processing_sec: how long assets and tasks are `processing` at least, by its own clock.
        latency_sec: how long each response takes besides, in real time.
        chunk_bytes: how long the chunks of multipart uploads are.
        urls_per_response: with how many URLs for chunks a new upload comes at most; up to 50.
        reusable_urls: whether more than one chunk can be put to a presigned URL.
        storage_port: the port of the storage host; 0 is a free one.
        faults: a script of what happens to which request, such as `503*2,reset,pass`: the typed
            form, the path of a JSON file, or steps (`Fault`); see `docs/faults.md`. It can be
            replaced by `set_faults`.
        storage_faults: the same for the storage host.
        read_timeout_sec: how long a client may be silent in the middle of a request.
        strict_nulls: whether `null` in an optional property is a 400; otherwise it counts as
            omitted.
        semantic: whether the vectors of texts are those of a model of language, so that texts of
            the same meaning are similar; it needs the extra `[semantic]`, and a second to start.
        rpm: how many embedding requests (also for tasks) are accepted in a minute of its clock, all
            keys together; then they get a 429. None is any number, as of the next two.
        tpm: the same of tokens.
        minutes_per_hour: the same of minutes of audio and video in an hour.
        cors_origins: the origins of web pages that may send requests, such as
            `http://localhost:3000`; `*` is any.
        control: who may use the control over HTTP: `local` (this machine), `any`, or `off`.
        records_bodies: whether the bodies of requests are kept for `control.requests`.

    One emulator can be started and stopped many times, and there can be many in a process.
    Media by URL is otherwise fetched from loopback addresses only, so that tests stay offline.

    Raises:
        OSError: the contract cannot be read, or (when starting) a port is in use, or the state is
            that of another emulator that runs, or no state at all.
        ModuleNotFoundError: a package is missing; the message names the extra.
        ValueError: a number is out of bounds, or a script of faults or an origin is invalid.
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
        profile: Literal["normal", "strict", "slow"] = "normal",
        processing_sec: float | None = None,
        latency_sec: float | None = None,
        chunk_bytes: int = Settings.chunk_bytes,
        urls_per_response: int = Settings.urls_per_response,
        reusable_urls: bool = False,
        storage_port: int = 0,
        faults: Script = (),
        storage_faults: Script = (),
        read_timeout_sec: float = 60.0,
        strict_nulls: bool | None = None,
        semantic: bool = False,
        rpm: float | None = None,
        tpm: float | None = None,
        minutes_per_hour: float | None = None,
        cors_origins: Collection[str] = (),
        control: Literal["local", "any", "off"] = "local",
        records_bodies: bool = False,
    ) -> None:
        self._addresses = ((host, port), (host, storage_port))
        self._faults = [read_faults(script) for script in (faults, storage_faults)]
        if profile not in PROFILES:
            raise ValueError(f"profile is {profile!r}; it must be {', '.join(PROFILES)}")
        given = {
            "processing_sec": processing_sec,
            "latency_sec": latency_sec,
            "strict_nulls": strict_nulls,
        }
        settings: dict[str, Any] = {
            name: PROFILES[profile][name] if value is None else value
            for name, value in given.items()
        }
        document = default_path() if contract is None else Path(contract)
        self._contract = Contract(document, strict_nulls=settings["strict_nulls"])
        self._api_keys = None if api_keys is None else tuple(_several(api_keys))
        self._path = None if state is None else Path(state)
        self._read_timeout_sec = read_timeout_sec
        self._settings = Settings(
            allow_hosts=frozenset(_several(allow_hosts)),
            processing_sec=settings["processing_sec"],
            latency_sec=settings["latency_sec"],
            chunk_bytes=chunk_bytes,
            urls_per_response=urls_per_response,
            reusable_urls=reusable_urls,
            rpm=rpm,
            tpm=tpm,
            minutes_per_hour=minutes_per_hour,
        )
        self._text_vector = text_vector
        if semantic:
            from twelvelabs_embed_emulator.embedding.semantic import SemanticTexts

            self._text_vector = SemanticTexts().vector
        self._cors_origins = tuple(map(parse_origin, _several(cors_origins)))
        if control not in ("local", "any", "off"):
            raise ValueError(f"control is {control!r}; it must be local, any or off")
        self._control_access = control
        self._records_bodies = records_bodies
        self._run: _Run | None = None

    @property
    def base_url(self) -> str:
        """The address for clients, which ends in `/v1.3`.

        Raises:
            RuntimeError: the emulator is not running.
        """
        return self._running().api.url + PREFIX

    @property
    def storage_url(self) -> str:
        """The address of the storage host.

        Raises:
            RuntimeError: the emulator is not running.
        """
        return self._running().storage_url

    @property
    def control(self) -> Control:
        """What a test does with the emulator itself: requests, clock, faults, stubs, state.

        Raises:
            RuntimeError: the emulator is not running.
        """
        return self._running().control

    @property
    def received_chunk_bytes(self) -> int:
        """The length of all chunks that were accepted since the start, including repeated ones.

        Raises:
            RuntimeError: the emulator is not running.
        """
        return self._running().storage.received_bytes

    @property
    def seen(self) -> list[Seen]:
        """The last requests to the API and what happened to them, oldest first.

        Raises:
            RuntimeError: the emulator is not running.
        """
        return self._running().log.seen()

    def set_faults(self, script: Script) -> None:
        """Continue with another script of faults, from its first step.

        Raises:
            RuntimeError: the emulator is not running.
            ValueError: the script is invalid.
        """
        self._running().control.set_faults(script)

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
        self._running().backend.state.advance(step)

    def wait_until_idle(self) -> None:
        """Return when no background job is running.

        What takes time only by its own clock (`processing_sec`) is not waited for: `advance` it.

        Raises:
            RuntimeError: the emulator is not running.
        """
        self._running().backend.wait_until_idle()

    def start(self) -> Self:
        """Start to listen, and return when requests are served.

        Raises:
            RuntimeError: it is running already.
        """
        if self._run is not None:
            raise RuntimeError("The emulator is already running.")
        with ExitStack() as stack:
            listeners = api, storage_host = [
                Listener(address, faults, stack, self._cors_origins)
                for address, faults in zip(self._addresses, self._faults, strict=True)
            ]
            backend = Backend(
                State(self._path, self._settings, storage_host.url), self._text_vector
            )
            stack.callback(backend.close)
            storage = Storage(backend)
            log = RequestLog(backend.state.clock.now_ms, records_bodies=self._records_bodies)
            addresses = {"base_url": api.url + PREFIX, "storage_url": storage_host.url}
            scripts = (api.proxy.script, storage_host.proxy.script)
            control = Control(backend, log, self._contract, addresses, scripts)
            app = create_app(
                self._contract,
                backend,
                api_keys=self._api_keys,
                control=None if self._control_access == "off" else control_handlers(control),
                authorize_control=local_only(
                    is_open=self._control_access == "any", origins=self._cors_origins
                ),
            )
            backend.start()
            stack.callback(stop_servers, listeners)
            apps: dict[Host, ASGIApp] = {"api": app, "storage": with_response_headers(storage)}
            for (host, one), listener in zip(apps.items(), listeners, strict=True):
                listener.proxy.on_lost = partial(log.add_lost, host)
                served = with_cors(log.recording(one, host), self._cors_origins)
                listener.start(served, f"twelvelabs-embed-{host}", self._read_timeout_sec)
            for listener in listeners:
                listener.wait_until_started()
            self._run = _Run(stack.pop_all(), backend, storage, api, storage_host.url, control, log)
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
    """What exists while an emulator runs; closing the stack ends it."""

    stack: ExitStack
    backend: Backend
    storage: Storage
    api: Listener
    storage_url: str
    control: Control
    log: RequestLog


def _several(given: Collection[str]) -> Collection[str]:
    """Return the strings that are given: one alone is not taken for its letters."""
    return (given,) if isinstance(given, str) else given
