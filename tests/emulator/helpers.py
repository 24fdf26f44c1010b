"""Helpers of the emulator's tests: functions without state."""

import base64
import http.server
import threading
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import httpx
import numpy as np
from twelvelabs_embed_emulator import Emulator

from tests.waiting import wait_for, wait_until

MIB = 1024 * 1024
OPENAPI = Path(__file__).parents[2] / "openapi" / "embed-v2.yaml"


def request_body(kind: str, /, **settings: Any) -> dict[str, Any]:
    """Return a request of input type `kind`, whose object holds `settings`."""
    return {"input_type": kind, "model_name": "marengo3.0", kind: settings}


SETTINGS_35 = ("embedding_dimension", "embedding_uncertainty", "auto_truncate")


def body_35(kind: str, /, **settings: Any) -> dict[str, Any]:
    """Return a request with marengo3.5; settings of the whole request stand where they belong."""
    request = {name: settings.pop(name) for name in SETTINGS_35 if name in settings}
    return request_body(kind, **settings) | request | {"model_name": "marengo3.5"}


TEXT = request_body("text", input_text="a dog")


def embed(client: httpx.Client, body: dict[str, Any] = TEXT) -> httpx.Response:
    return client.post("/embed-v2", json=body)


def control_of(emulator: Emulator, **settings: Any) -> httpx.Client:
    """Return a client of the control of an emulator."""
    root = emulator.base_url.removesuffix("/v1.3")
    return httpx.Client(base_url=f"{root}/_emulator", timeout=30, **settings)


def inline(file: Path | bytes) -> dict[str, str]:
    """Return the media source that carries `file` in base64."""
    data = file if isinstance(file, bytes) else file.read_bytes()
    return {"base64_string": base64.b64encode(data).decode()}


def fixed(duration_sec: object) -> dict[str, Any]:
    return {"strategy": "fixed", "fixed": {"duration_sec": duration_sec}}


def dynamic(min_duration_sec: object) -> dict[str, Any]:
    return {"strategy": "dynamic", "dynamic": {"min_duration_sec": min_duration_sec}}


def rows(response: httpx.Response) -> list[dict[str, Any]]:
    """Return the rows of a successful response."""
    assert response.status_code == 200, response.text
    data: list[dict[str, Any]] = response.json()["data"]
    return data


def vector(response: httpx.Response) -> np.ndarray:
    """Return the vector of a response with one row."""
    (row,) = rows(response)
    return np.array(row["embedding"])


def spans(response: httpx.Response, option: str, scope: str = "clip") -> list[tuple[float, float]]:
    """Return start and end of the rows of `option` and `scope`, in order of time."""
    return sorted(
        (row["start_sec"], row["end_sec"])
        for row in rows(response)
        if (row["embedding_option"], row["embedding_scope"]) == (option, scope)
    )


def error(response: httpx.Response) -> tuple[int, str, str]:
    """Return status, code and message of an error in the nested shape."""
    body = response.json()
    assert set(body) == {"error"}, body
    return response.status_code, body["error"]["code"], body["error"]["message"]


def broken_file(response: httpx.Response, kind: str) -> str:
    """Return why a file of a request is said to be broken, by an error that names its field."""
    status, code, message = error(response)
    field, _, reason = message.partition(": the file is broken or no media file: ")
    assert (status, code, field) == (400, "video_file_broken", f"{kind}.media_source")
    return reason


def code_of(message: str) -> str:
    """Return the code of a 400 with such a message."""
    return "parameter_not_provided" if "is required" in message else "parameter_invalid"


def flat_error(response: httpx.Response) -> tuple[int, str, str]:
    """Return status, code and message of an error in the flat shape."""
    body = response.json()
    assert set(body) == {"code", "message"}, body
    return response.status_code, body["code"], body["message"]


def ended(client: httpx.Client, path: str) -> dict[str, Any]:
    """Return an asset or task when it is no longer processing."""
    document: dict[str, Any] = {}

    def is_ended() -> bool:
        document.update(client.get(path).raise_for_status().json())
        return bool(document["status"] != "processing")

    wait_until(is_ended)
    return document


def create_asset(client: httpx.Client, file: Path, **fields: str) -> dict[str, Any]:
    """Upload a file, and return the asset when it is no longer processing."""
    with file.open("rb") as content:
        response = client.post(
            "/assets", data={"method": "direct"} | fields, files={"file": (file.name, content)}
        )
    assert response.status_code == 201, response.text
    return ended(client, f"/assets/{response.json()['_id']}")


def create_task(client: httpx.Client, kind: str, /, **settings: Any) -> dict[str, Any]:
    """Create a task that embeds `kind`, and return it when it is no longer processing."""
    response = client.post("/embed-v2/tasks", json=request_body(kind, **settings))
    assert response.status_code == 202, response.text
    return ended(client, f"/embed-v2/tasks/{response.json()['_id']}")


def form_of(size_bytes: int) -> Iterator[bytes]:
    """Yield a form with a file of `size_bytes`, whose boundary is `x`."""
    yield b'--x\r\nContent-Disposition: form-data; name="method"\r\n\r\ndirect\r\n--x\r\n'
    yield b'Content-Disposition: form-data; name="file"; filename="a.mp4"\r\n\r\n'
    chunk = bytes(MIB)
    for begin in range(0, size_bytes, MIB):
        yield chunk[: size_bytes - begin]
    yield b"\r\n--x--\r\n"


CHUNK_HEADERS = {"content-type": "application/octet-stream"}


def put_chunk(url: str, **settings: Any) -> httpx.Response:
    """Send to the storage host by a connection of its own; without certificates, to be quick."""
    return httpx.put(url, verify=False, **settings)


def storage_error(response: httpx.Response) -> tuple[int, str | None]:
    """Return status and code of an error of the storage host."""
    assert response.headers["content-type"].startswith("application/xml")
    return response.status_code, ElementTree.fromstring(response.text).findtext("Code")


class SlowServer:
    """A web server with one file, which it sends when it is allowed to."""

    def __init__(self, content: bytes) -> None:
        self.is_asked, self.may_send = threading.Event(), threading.Event()
        slow = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                slow.is_asked.set()
                wait_for(slow.may_send)
                self.send_response(200)
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/talk.wav"


class Upload:
    """A file on its way through the five steps of a multipart upload."""

    def __init__(self, client: httpx.Client, content: bytes, kind: str = "video") -> None:
        self.client = client
        self.content = content
        document = {"filename": "film.mkv", "type": kind, "total_size": len(content)}
        response = client.post("/assets/multipart-uploads", json=document)
        assert response.status_code == 201, response.text
        self.session = response.json()
        self.path = f"/assets/multipart-uploads/{self.session['upload_id']}"
        self.asset_path = f"/assets/{self.session['asset_id']}"
        self.urls = {one["chunk_index"]: one["url"] for one in self.session["upload_urls"]}

    def chunk(self, index: int) -> bytes:
        size = self.session["chunk_size"]
        return self.content[(index - 1) * size : index * size]

    def more(self, start: int, count: int) -> httpx.Response:
        document = {"start": start, "count": count}
        return self.client.post(f"{self.path}/presigned-urls", json=document)

    def url(self, index: int) -> str:
        """Ask for a fresh URL."""
        response = self.more(index, 1)
        assert response.status_code == 200, response.text
        url: str = response.json()["upload_urls"][0]["url"]
        return url

    def put(
        self, index: int, content: bytes | None = None, url: str | None = None
    ) -> dict[str, Any]:
        """Send a chunk, and return what is to be reported of it."""
        content = self.chunk(index) if content is None else content
        response = put_chunk(url or self.url(index), content=content, headers=CHUNK_HEADERS)
        assert response.status_code == 200, response.text
        return {
            "chunk_index": index,
            "proof": response.headers["etag"],
            "proof_type": "etag",
            "chunk_size": len(content),
        }

    def report(self, *chunks: dict[str, Any]) -> httpx.Response:
        return self.client.post(self.path, json={"completed_chunks": chunks})

    def status(self, **query: Any) -> dict[str, Any]:
        body: dict[str, Any] = self.client.get(self.path, params=query).raise_for_status().json()
        return body


def cosine(first: np.ndarray, second: np.ndarray) -> float:
    return float(first @ second / np.linalg.norm(first) / np.linalg.norm(second))


FILE = ("file", ("a.mp4", b"content"))


def fields(data: dict[str, str]) -> list[tuple[str, tuple[None, str]]]:
    """Return the fields of a form, so that httpx sends it as multipart/form-data."""
    return [(name, (None, value)) for name, value in data.items()]


def source(media_type: str, file: Path | bytes, **settings: Any) -> dict[str, Any]:
    """Return a source of a `multi_input`."""
    return {"media_type": media_type, **inline(file), **settings}


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def listing(client: httpx.Client, **query: Any) -> tuple[list[Any], dict[str, int]]:
    """Return a page of tasks, and its `page_info`."""
    body = client.get("/embed-v2/tasks", params=query).raise_for_status().json()
    return body["data"], body["page_info"]


def wait_for_work(emulator: Emulator) -> None:
    """Return when nothing is left to do in the background; only time is still to pass."""
    store = emulator._running().backend.state.store
    wait_until(lambda: not store.first("select 1 from task where outcome is null"))
