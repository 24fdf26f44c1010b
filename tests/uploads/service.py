"""A service of a few lines, and uploads to it without a socket."""

import json
import re
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from hashlib import md5
from pathlib import Path
from typing import Any

import httpx
import pytest
from twelvelabs_embed import Asset, Clock, Media, RetryPolicy
from twelvelabs_embed._http.effects import (
    Command,
    Flow,
    Notify,
    RunBlocking,
    RunConcurrently,
    SendRequest,
    Sleep,
)
from twelvelabs_embed._http.request import Connection
from twelvelabs_embed.uploads.resume_store import ResumeStore
from twelvelabs_embed.uploads.upload import UploadFlows

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
MP4 = b"\x00\x00\x00\x18ftypmp42" + bytes(range(256)) * 4
CHUNK_BYTES = 100
CHUNKS = -(-len(MP4) // CHUNK_BYTES)  # eleven
HEADERS = {"x-stored-as": "a chunk"}

Outcome = httpx.Response | BaseException
Instead = Outcome | Callable[[], Outcome]


class Service:
    """The service and its storage host, as far as uploads need them.

    Attributes:
        asked: what was asked for, in order: `create`, `put 3`, `report 1 2 3`, `links 5 +50`, ...
        instead: responses instead, the next times that this is asked
        sent: every request
        bodies: what each of these held
    """

    def __init__(self, *, chunk_bytes: int = CHUNK_BYTES, links: int | None = 50) -> None:
        self.chunk_bytes = chunk_bytes
        self.links: int | None = links  # with a new session; None to omit them
        self.headers: dict[str, str] | None = HEADERS
        self.link_life: timedelta | None = timedelta(hours=1)
        self.session_life: timedelta | None = timedelta(hours=24)
        self.now = NOW
        self.state = "active"
        self.asked: list[str] = []
        self.sent: list[SendRequest] = []
        self.bodies: list[bytes] = []
        self.instead: dict[str, list[Instead]] = {}
        self.put: dict[int, bytes] = {}
        self.reported: set[int] = set()
        self.failed: set[int] = set()
        self.total_chunks = 0
        self.sessions = 0
        self.groups: list[int] = []  # how many chunks could be sent concurrently
        self.concurrency = 0  # how many of them at a time

    def respond(self, send: SendRequest) -> httpx.Response:
        body = send.body if isinstance(send.body, bytes) else b"".join(send.body or ())
        self.sent.append(send)
        self.bodies.append(body)
        path = send.url.removeprefix("http://api/v1.3/assets")
        name = _name(send, path, body)
        self.asked.append(name)
        if waiting := self.instead.get(name):
            instead = waiting.pop(0)
            found = instead() if callable(instead) else instead
            if isinstance(found, BaseException):
                raise found
            return found
        if send.is_external:
            return self._store(int(name.split()[1]), body)
        is_json = send.headers.get("content-type") == "application/json"
        return httpx.Response(200, json=self._do(name, json.loads(body) if is_json else {}))

    def _store(self, index: int, body: bytes) -> httpx.Response:
        self.put[index] = body
        return httpx.Response(200, headers={"etag": f'"{md5(body).hexdigest()}"'})

    def _do(self, name: str, body: Any) -> Any:
        match name.split()[0]:
            case "create":
                self.sessions += 1
                self.state, self.put, self.reported = "active", {}, set()
                self.total_chunks = -(-body["total_size"] // self.chunk_bytes)
                life = self.session_life
                ends = {} if life is None else {"expires_at": (self.now + life).isoformat()}
                return {
                    "upload_id": f"u{self.sessions}",
                    "asset_id": f"a{self.sessions}",
                    "chunk_size": self.chunk_bytes,
                    "total_chunks": self.total_chunks,
                    "upload_headers": self.headers,
                    **({} if self.links is None else {"upload_urls": self._urls(1, self.links)}),
                    **ends,
                }
            case "links":
                return {"upload_urls": self._urls(body["start"], body["count"])}
            case "report":
                for chunk in body["completed_chunks"]:
                    content = self.put[chunk["chunk_index"]]
                    assert chunk["proof"] == md5(content).hexdigest()
                    assert chunk["chunk_size"] == len(content)
                    self.reported.add(chunk["chunk_index"])
                if len(self.reported) == self.total_chunks:
                    self.state = "completed"
                return {"total_completed": len(self.reported)}
            case "status":
                page = self.sent[-1].params.get("page", 1)
                pages = {"page": page, "total_page": -(-self.total_chunks // 50)}
                chunks = self._chunks()[50 * (page - 1) : 50 * page]
                return {"status": self.state, "uploaded_chunks": chunks, "page_info": pages}
            case "asset":
                return {"_id": f"a{self.sessions}", "status": "processing"}
            case _:
                return {"_id": "direct", "status": "processing"}

    def _urls(self, start: int, count: int) -> list[dict[str, Any]]:
        ends = {} if self.link_life is None else {"expires_at": f"{self.now + self.link_life}"}
        return [
            {"chunk_index": index, "url": f"http://storage/{index}", **ends}
            for index in range(start, min(start + count, self.total_chunks + 1))
        ]

    def _chunks(self) -> list[dict[str, Any]]:
        def status(index: int) -> str:
            if index in self.failed:
                return "failed"
            return "completed" if index in self.reported else "pending"

        return [
            {"index": index, "status": status(index)} for index in range(1, self.total_chunks + 1)
        ]


def _name(send: SendRequest, path: str, body: bytes) -> str:
    if send.is_external:
        return f"put {path.rpartition('/')[2]}"
    if path == "":
        return "direct"
    if path == "/multipart-uploads":
        return "create"
    # By the ids that were given out.
    assert re.fullmatch(r"/multipart-uploads/u\d+(/presigned-urls)?|/a\d+", path), path
    if path.endswith("/presigned-urls"):
        asked = json.loads(body)
        return f"links {asked['start']} +{asked['count']}"
    if path.startswith("/multipart-uploads/"):
        chunks = json.loads(body)["completed_chunks"] if body else []
        indexes = [str(chunk["chunk_index"]) for chunk in chunks]
        return " ".join(["report", *indexes]) if send.method == "POST" else "status"
    return "asset"


def run(flow: Flow[Any], service: Service) -> Any:
    """Run a flow to its end; what is gathered runs one after the other, without waiting."""
    reply: Any = None
    error: Exception | None = None
    with closing(flow):
        while True:
            try:
                command = flow.throw(error) if error else flow.send(reply)
            except StopIteration as stop:
                return stop.value
            reply, error = None, None
            try:
                reply = perform(command, service)
            except Exception as caught:
                error = caught


def perform(command: Command, service: Service) -> Any:
    match command:
        case SendRequest():
            return service.respond(command)
        case RunBlocking():
            return command.work()
        case RunConcurrently():
            results = [run(flow, service) for flow in command.flows]
            service.groups.append(len(results))
            service.concurrency = command.concurrency
            return results
        case Notify():
            return command.callback(command.value)
        case Sleep():
            return None


class Uploader:
    """Uploads to a service, again and again if wanted, with one resume store."""

    def __init__(self, service: Service, folder: Path) -> None:
        clock = Clock(monotonic=lambda: service.now.timestamp(), now=lambda: service.now)
        headers = {"x-api-key": "SECRET", "user-agent": "ours"}
        policy = RetryPolicy(attempts=3)
        self._connection = Connection(
            "http://api/v1.3", httpx.Headers(headers), httpx.Timeout(9), policy, clock
        )
        self._service = service
        self.resume_store = ResumeStore(folder / "resume", clock)

    def __call__(
        self, media: Media = Media.bytes(MP4), direct_bytes: int | None = 0, **settings: Any
    ) -> Asset:
        asset: Asset = run(self.flows(direct_bytes).upload(media, **settings), self._service)
        return asset

    def flows(self, direct_bytes: int | None = 0) -> UploadFlows:
        return UploadFlows(self._connection, self.resume_store, direct_bytes=direct_bytes)


def joined(service: Service) -> bytes:
    return b"".join(service.put[index] for index in sorted(service.put))


def all_of(count: int = CHUNKS) -> str:
    return " ".join(map(str, range(1, count + 1)))


def stored(etag: str, **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Response(200, headers={"etag": etag, **named})


WRONG = stored('"00000000000000000000000000000000"')


class Killed(BaseException):
    """The end of a process: nothing catches it."""


def interrupt(
    service: Service, upload: Uploader, name: str, media: Media = Media.bytes(MP4)
) -> None:
    """Upload, and be killed at this."""
    service.instead[name] = [Killed()]
    with pytest.raises(Killed):
        upload(media)
    service.asked.clear()
