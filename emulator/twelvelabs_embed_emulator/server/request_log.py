"""Request log: what the emulator received, with keys masked."""

import hashlib
import re
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from threading import Lock
from typing import Literal, TypeAlias

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from twelvelabs_embed_emulator.contract.strict_json import Json
from twelvelabs_embed_emulator.faults.connection import Exchange
from twelvelabs_embed_emulator.faults.proxy import CONTROL_PREFIX, Seen
from twelvelabs_embed_emulator.faults.script import PASS, Fault, read_faults
from twelvelabs_embed_emulator.state.clock import format_timestamp

Host: TypeAlias = Literal["api", "storage"]

_MAX_REQUESTS = 10_000
_MAX_BODY_BYTES = 64 * 1024 * 1024  # of all recorded bodies together
_SECRET_HEADER = re.compile(r"api-?key|authorization|cookie|secret|signature|token")
_SECRET_IN_QUERY = re.compile(r"(?i)((?:^|&)[^=&]*(?:key|signature|token)[^=&]*=)[^&]*")


@dataclass
class _Entry:
    number: int
    time_ms: int
    host: Host
    method: str
    path: str
    query: str = ""
    status: int | None = None
    duration_sec: float = 0.0
    headers: dict[str, str] = field(default_factory=dict)
    body_bytes: int = 0
    body_sha256: str | None = None
    body: bytes | None = None
    fault: str | None = None
    is_done: bool = False

    def json(self) -> Json:
        """Return the request as the control shows it."""
        hidden = ("time_ms", "is_done")
        document = {key: value for key, value in vars(self).items() if key not in hidden}
        document["time"] = format_timestamp(self.time_ms)
        document["body"] = None if self.body is None else self.body.decode(errors="replace")
        return {
            name: value
            for name, value in document.items()
            if value is not None or name in ("status", "body_sha256")
        }


class RequestLog:
    """The last requests to the API and to the storage host. It is thread-safe.

    Args:
        now_ms: the emulator's clock.
        records_bodies: whether bodies are kept; otherwise only their length and hash are.
    """

    def __init__(self, now_ms: Callable[[], int], *, records_bodies: bool = False) -> None:
        self._now_ms = now_ms
        self._records_bodies = records_bodies
        self._entries: deque[_Entry] = deque(maxlen=_MAX_REQUESTS)
        self._numbers = count(1)
        self._lock = Lock()

    def find(
        self,
        *,
        host: Host | None = None,
        method: str | None = None,
        path: str = "",
        status: int | None = None,
        after: int = 0,
        limit: int = 1000,
    ) -> list[Json]:
        """Return the last `limit` requests that match, oldest first."""
        with self._lock:
            found = [
                entry
                for entry in self._entries
                if entry.number > after
                and host in (None, entry.host)
                and (method is None or method.upper() == entry.method)
                and path in entry.path
                and status in (None, entry.status)
            ]
        return [entry.json() for entry in found[-limit:]]

    def clear(self) -> None:
        """Forget all requests."""
        with self._lock:
            self._entries.clear()

    def seen(self) -> list[Seen]:
        """Return the last requests to the API, oldest first."""
        with self._lock:
            entries = [entry for entry in self._entries if entry.host == "api"]
        return [
            Seen(
                entry.method,
                f"{entry.path}?{entry.query}" if entry.query else entry.path,
                read_faults([entry.fault or PASS])[0],
                entry.is_done,
            )
            for entry in entries
        ]

    def add_lost(self, host: Host, exchange: Exchange, fault: Fault) -> None:
        """Add a request that a fault keeps from the server."""
        path, _, query = exchange.path.partition("?")
        entry = self._new(host, exchange.method, path, query)
        entry.fault = fault.step
        entry.status = int(fault.kind) if fault.kind.isdecimal() else None
        self._add(entry)

    def recording(self, app: ASGIApp, host: Host) -> ASGIApp:
        """Return `app` with its requests recorded."""

        async def recorded(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["path"].startswith(CONTROL_PREFIX):
                await app(scope, receive, send)
                return
            entry = self._new(host, scope["method"], scope["path"], scope["query_string"].decode())
            headers = Headers(scope=scope)
            entry.fault = scope.get("emulator.fault") or None
            entry.headers = {
                name: "***" if _SECRET_HEADER.search(name) else value
                for name, value in headers.items()
            }
            entry.is_done = True
            digest, body, start = hashlib.sha256(), bytearray(), time.perf_counter()
            is_read = [False]

            async def receive_recorded() -> Message:
                message = await receive()
                if message["type"] == "http.request":
                    is_read[0] = not message.get("more_body", False)
                elif not is_read[0]:
                    entry.is_done = False  # the client disconnected in the middle
                if data := message.get("body"):
                    digest.update(data)
                    entry.body_bytes += len(data)
                    if self._records_bodies:
                        body.extend(data)
                return message

            async def send_recorded(message: Message) -> None:
                if message["type"] == "http.response.start":
                    # Before it is sent: who has the response finds the request.
                    entry.status = message["status"]
                    entry.duration_sec = round(time.perf_counter() - start, 6)
                    entry.body_sha256 = digest.hexdigest() if entry.body_bytes else None
                    entry.body = bytes(body) if self._records_bodies else None
                    self._add(entry)
                await send(message)

            await app(scope, receive_recorded, send_recorded)

        return recorded

    def _new(self, host: Host, method: str, path: str, query: str) -> _Entry:
        return _Entry(0, self._now_ms(), host, method, path, _SECRET_IN_QUERY.sub(r"\1***", query))

    def _add(self, entry: _Entry) -> None:
        with self._lock:
            entry.number = next(self._numbers)
            self._entries.append(entry)
            if entry.body:
                self._drop_old_bodies()

    def _drop_old_bodies(self) -> None:
        left = _MAX_BODY_BYTES
        for entry in reversed(self._entries):
            left -= len(entry.body or b"")
            if left < 0:
                entry.body = None
