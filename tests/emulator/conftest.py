"""One emulator, one client and one folder of media for all tests of a process."""

import functools
import http.server
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
from twelvelabs_embed_emulator import Emulator, samples

from tests.emulator.helpers import SlowServer, Upload, body_35, control_of, ended, request_body

Embed = Callable[..., httpx.Response]
Sample = Callable[..., Path]
Start = Callable[..., tuple[Emulator, httpx.Client]]


@pytest.fixture(scope="session")
def emulator() -> Iterator[Emulator]:
    with Emulator() as running:
        yield running


@pytest.fixture(scope="session")
def client(emulator: Emulator) -> Iterator[httpx.Client]:
    """A client of the emulator with a key; paths are relative to the base URL."""
    headers = {"x-api-key": "some key"}
    with httpx.Client(base_url=emulator.base_url, headers=headers, timeout=60) as client:
        yield client


@pytest.fixture
def start() -> Iterator[Start]:
    """`start(chunk_bytes=1000)` returns an emulator of one's own, and a client of it."""
    with ExitStack() as stack:

        def start(**settings: Any) -> tuple[Emulator, httpx.Client]:
            emulator = stack.enter_context(Emulator(**settings))
            headers = {"x-api-key": "some key"}
            client = httpx.Client(base_url=emulator.base_url, headers=headers, timeout=60)
            return emulator, stack.enter_context(client)

        yield start


@pytest.fixture
def started(start: Start) -> Iterator[tuple[Emulator, httpx.Client, httpx.Client]]:
    """An emulator, a client of its API, and one of its control."""
    emulator, client = start()
    with control_of(emulator) as control:
        yield emulator, client, control


@pytest.fixture
def upload(start: Start) -> Upload:
    """A session with three chunks, and two URLs."""
    emulator, client = start(chunk_bytes=1000, urls_per_response=2)
    upload = Upload(client, bytes(2500))
    upload.emulator = emulator
    return upload


@pytest.fixture(scope="session")
def embed(client: httpx.Client) -> Embed:
    """`embed("text", input_text="...")` sends a request of that input type."""

    def embed(kind: str, /, **settings: Any) -> httpx.Response:
        return client.post("/embed-v2", json=request_body(kind, **settings))

    return embed


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    """`sample("video", ".mkv", fps=8)` makes the file once and returns its path."""
    folder = tmp_path_factory.mktemp("samples")

    @functools.cache
    def sample(make: str, suffix: str, **settings: Any) -> Path:
        name = "_".join([make, *(f"{key}-{value}" for key, value in settings.items())])
        path: Path = getattr(samples, make)(folder / f"{name[:100]}{suffix}", **settings)
        return path

    return sample


@pytest.fixture(scope="session")
def film(sample: Sample) -> Path:
    """The default video: 12 seconds, three scenes of four, with sound and subtitles."""
    return sample("video", ".mkv")


@pytest.fixture(scope="session")
def create(client: httpx.Client) -> Embed:
    """`create("image", media_source=...)` creates a task with marengo3.5."""

    def create(kind: str, /, **settings: Any) -> httpx.Response:
        return client.post("/embed-v2/tasks", json=body_35(kind, **settings))

    return create


@pytest.fixture(scope="session")
def task(client: httpx.Client, create: Embed) -> Callable[..., dict[str, Any]]:
    """`task("image", media_source=...)` returns such a task when it is no longer processing."""

    def task(kind: str, /, **settings: Any) -> dict[str, Any]:
        response = create(kind, **settings)
        assert response.status_code == 202, response.text
        return ended(client, f"/embed-v2/tasks/{response.json()['_id']}")

    return task


@pytest.fixture(scope="session")
def files(sample: Sample) -> dict[str, Path]:
    """A small file of each kind."""
    return {
        "image": sample("image", ".jpg", width=160, height=160),
        "audio": sample("audio", ".wav", duration_sec=5, sample_rate_hz=2_000),
        "video": sample("video", ".mkv", duration_sec=4, width=360, height=360, fps=4),
        "document": sample("document", ".md"),
        "pdf": sample("document", ".pdf"),
    }


@pytest.fixture(scope="session")
def talk(sample: Sample) -> Path:
    """A short recording, which is soon embedded."""
    return sample("audio", ".wav", duration_sec=5, sample_rate_hz=2_000)


@pytest.fixture(scope="session")
def combine(client: httpx.Client) -> Embed:
    """`combine(input_text="a dog")` sends a `multi_input`."""
    return lambda **settings: client.post("/embed-v2", json=body_35("multi_input", **settings))


@pytest.fixture(scope="session")
def media_server(sample: Sample, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a web server on loopback with media and with traps; see `_MediaHandler`."""
    _MediaHandler.files = {
        "/my%20beach.jpg": sample("image", ".jpg").read_bytes(),
        "/talk.wav": sample("audio", ".wav").read_bytes(),
        "/film.mkv": sample("video", ".mkv").read_bytes(),
        "/broken.mp4": b"no media",
        "/film.m3u8": b"#EXTM3U\n#EXT-X-TARGETDURATION:12\n#EXTINF:12,\nfilm.mkv\n#EXT-X-ENDLIST\n",
        "/large.jpg": bytes(32 * 1024 * 1024 + 1),
    }
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _MediaHandler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def slow_server(sample: Sample) -> Iterator[SlowServer]:
    slow = SlowServer(sample("audio", ".wav", duration_sec=4).read_bytes())
    thread = threading.Thread(target=slow.server.serve_forever, args=(0.05,))
    thread.start()
    yield slow
    slow.may_send.set()
    slow.server.shutdown()
    thread.join()
    slow.server.server_close()


class _MediaHandler(http.server.BaseHTTPRequestHandler):
    """Serves `files`. `/away` redirects to another machine, `/near` to a file, `/round` to it."""

    files: dict[str, bytes]

    def do_GET(self) -> None:
        targets = {
            "/away": "http://203.0.113.1/x.jpg",
            "/near": "/my%20beach.jpg",
            "/round": "/round",
        }
        path = self.path.partition("?")[0]
        if target := targets.get(path):
            self.send_response(302)
            self.send_header("location", target)
            self.end_headers()
            return
        data = self.files.get(path)
        self.send_response(200 if data else 404)
        self.end_headers()
        self.wfile.write(data or b"")

    def log_message(self, format: str, *args: Any) -> None:
        pass
