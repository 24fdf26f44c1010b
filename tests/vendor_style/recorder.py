"""A proxy that records what a client sends to the emulator."""

from __future__ import annotations

import hashlib
import http.client
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import Message
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from attrs import define, field

_OWN_HEADERS = {"x-api-key"}
"""Headers that belong to the request; of others only those that programs add are recorded."""
_REDIRECTED = ("/moved/", "/elsewhere/")
"""Paths that are redirected: to the same host, and to another."""
_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length"}
_ID = re.compile(r"\b(?:[0-9a-f]{24}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\b")


@define
class Recorder:
    """The running proxy: where clients send to, and what they sent, oldest first."""

    base_url: str
    target: str
    requests: list[dict[str, Any]] = field(factory=list)


@contextmanager
def recording() -> Iterator[Recorder]:
    """Record requests on their way to `Recorder.target`, which the caller sets."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    recorder = Recorder(f"http://127.0.0.1:{server.server_port}/v1.3", "")
    _Handler.recorder = recorder
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield recorder
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    recorder: Recorder

    def _forward(self) -> None:
        body = self._body()
        request = _describe(self.command, self.path, self.headers, body)
        if [request] != self.recorder.requests[-1:]:  # how often a loop polls is a matter of speed
            self.recorder.requests.append(request)
        if self.path.startswith(_REDIRECTED):
            self._redirect()
            return
        target = urlsplit(self.recorder.target)
        connection = http.client.HTTPConnection(str(target.hostname), target.port, timeout=60)
        headers = {name: value for name, value in self.headers.items() if name.lower() not in _HOP}
        try:
            connection.request(self.command, self.path, body, headers)
            response = connection.getresponse()
            content = response.read()
        except (OSError, http.client.HTTPException):
            self.close_connection = True
            return
        finally:
            connection.close()
        self.send_response_only(response.status)
        for name, value in response.getheaders():
            if name.lower() not in _HOP:
                self.send_header(name, value)
        if response.status != 204:
            self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _redirect(self) -> None:
        _, where, path = self.path.split("/", 2)
        host = "localhost" if where == "elsewhere" else "127.0.0.1"
        self.send_response_only(307)
        self.send_header("location", f"http://{host}:{self.server.server_port}/{path}")
        self.send_header("content-length", "0")
        self.end_headers()

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _forward  # noqa: N815

    def _body(self) -> bytes:
        if self.headers.get("transfer-encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("content-length", 0)))
        chunks = []
        while size := int(self.rfile.readline(), 16):
            chunks.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(chunks)

    def log_message(self, format: str, *args: Any) -> None:
        pass


def _describe(method: str, target: str, headers: Message, body: bytes) -> dict[str, Any]:
    path, _, query = target.partition("?")
    kind = headers.get("content-type", "")
    if kind.startswith("multipart/"):
        content: Any = _form(kind, body)
    else:
        content = json.loads(body) if body else None
        if isinstance(content, dict) and "completed_chunks" in content:
            # They are sent concurrently, so that any order is right.
            content["completed_chunks"].sort(key=lambda chunk: chunk["chunk_index"])
    added = {
        name.lower(): value
        for name, value in headers.items()
        if name.lower() in _OWN_HEADERS or name.lower().startswith("x-test-")
    }
    return {
        "method": method,
        "path": path,
        "query": sorted(parse_qsl(query), key=lambda one: one[0]),
        "headers": added,
        "body": content,
    }


def _form(kind: str, body: bytes) -> dict[str, Any]:
    """The fields of a form: texts, and the filename and hash of files."""
    message = BytesParser().parsebytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + body)
    fields: dict[str, Any] = {}
    for part in message.get_payload():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        filename = part.get_filename()
        fields[str(name)] = (
            content.decode()
            if filename is None
            else (filename, hashlib.sha256(content).hexdigest()[:12])
        )
    return fields


def with_numbered_ids(value: Any) -> Any:
    """The same with each id replaced by its number in order of appearance."""
    numbers: dict[str, str] = {}

    def number(found: re.Match[str]) -> str:
        return numbers.setdefault(found[0], f"<id {len(numbers) + 1}>")

    return json.loads(_ID.sub(number, json.dumps(value, sort_keys=True, default=repr)))
