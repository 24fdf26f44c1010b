"""What an emulator is sent by raw sockets, and which files it writes."""

from __future__ import annotations

import base64
import os
import random
import socket
import struct
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import gettempdir
from urllib.parse import urlsplit

import httpx
import psutil
import pytest
from twelvelabs_embed_emulator import Emulator

from tests.hostile.embedding import HEADERS, embed
from tests.hostile.fuzz_targets import TARGETS
from tests.hostile.test_expanding_files import endless_wav as endless_wav
from tests.waiting import wait_until

MIB = 1 << 20


@pytest.fixture(scope="module")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    with Emulator(state=tmp_path_factory.mktemp("state") / "state.db") as running:
        yield running


def address(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    assert parts.hostname
    assert parts.port
    return parts.hostname, parts.port


def is_well(emulator: Emulator) -> bool:
    body = {"input_type": "text", "model_name": "marengo3.0", "text": {"input_text": "a dog"}}
    response = httpx.post(f"{emulator.base_url}/embed-v2", json=body, headers=HEADERS)
    return response.status_code == 200


# ----------------------------------------------------------------------------- malformed requests

_HEAD = b"POST /v1.3/%s HTTP/1.1\r\nhost: x\r\nx-api-key: k\r\n"
_PATHS = (b"embed-v2", b"embed-v2/tasks", b"assets", b"assets/multipart-uploads", b"..%2f..%2fx")


def malformed(chance: random.Random) -> bytes:
    """Bytes that are nearly a request."""
    target = TARGETS[chance.choice(["judge-request", "read-form"])]
    body = bytearray(chance.choice(list(target.seeds())))
    for _ in range(chance.randrange(4)):
        body[chance.randrange(len(body))] = chance.randrange(256)
    length = chance.choice([b"%d" % len(body), b"5", b"99999999999", b"-1", b"x", b"1, 2"])
    kind = chance.choice([b"application/json", b"multipart/form-data; boundary=edge", b"\xff"])
    request = _HEAD % chance.choice(_PATHS) + b"content-type: " + kind + b"\r\n"
    request += b"content-length: " + length + b"\r\n\r\n" + body
    match chance.randrange(6):
        case 0:
            return request[: chance.randrange(len(request))]
        case 1:
            return bytes(chance.randrange(256) for _ in range(chance.randrange(1, 300)))
        case 2:
            return request.replace(b"\r\n", b"\n", 1).replace(b"HTTP/1.1", b"HTTP/9.9")
        case 3:
            return request.replace(b"content-length", b"transfer-encoding: chunked\r\nx", 1)
        case 4:
            return request[:40] + b"a: " + b"x" * 70_000 + b"\r\n" + request[40:]
        case _:
            return request


def send(where: tuple[str, int], data: bytes, *, reset: bool) -> None:
    """Send bytes and go away without waiting for a response, politely or not."""
    with socket.create_connection(where) as connection:
        if reset:
            linger = struct.pack("ii", 1, 0)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        try:
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)
            if not reset:
                connection.settimeout(10)
                connection.recv(1 << 12)
        except OSError:  # it has closed the connection already
            pass


@pytest.mark.parametrize("host", ["api", "storage"])
def test_1000_malformed_requests_leave_nothing_behind(host: str, emulator: Emulator) -> None:
    where = address(emulator.base_url if host == "api" else emulator.storage_url)
    chance, process = random.Random(7), psutil.Process()
    sizes_bytes, files = [], []
    for number in range(1000):
        send(where, malformed(chance), reset=number % 5 == 0)
        if number in (499, 999):
            emulator.wait_until_idle()
            sizes_bytes.append(process.memory_info().rss)
            files.append(process.num_fds())
    assert is_well(emulator)
    assert sizes_bytes[1] - sizes_bytes[0] < 16 * MIB
    wait_until(lambda: process.num_fds() - files[0] < 10)


@pytest.mark.parametrize("sent", [b"", b"POST /v1.3/embed-v2 HT", _HEAD % b"embed-v2"], ids=len)
def test_who_does_not_go_on_is_left(sent: bytes) -> None:
    with Emulator(read_timeout_sec=1) as emulator:
        with socket.create_connection(address(emulator.base_url)) as connection:
            connection.sendall(sent)
            connection.settimeout(10)
            assert connection.recv(1 << 12) == b""
        assert is_well(emulator)


@pytest.mark.parametrize("path", [b"embed-v2", b"assets"])
def test_half_a_body_gets_a_response(path: bytes) -> None:
    kind = b"application/json" if path == b"embed-v2" else b"multipart/form-data; boundary=x"
    head = _HEAD % path + b"content-type: " + kind + b"\r\ncontent-length: 100\r\n\r\n"
    with (
        Emulator(read_timeout_sec=1) as emulator,
        socket.create_connection(address(emulator.base_url)) as connection,
    ):
        connection.sendall(head + (b"{" if path == b"embed-v2" else b"--x\r\n"))
        connection.settimeout(10)
        assert connection.recv(1 << 12).startswith(b"HTTP/1.1 408 ")


def test_a_slow_body_is_taken() -> None:
    """What counts is the wait for the next bytes."""
    body = b'{"input_type": "text", "model_name": "marengo3.0", "text": {"input_text": "a"}}'
    head = _HEAD % b"embed-v2" + b"content-type: application/json\r\ncontent-length: %d\r\n\r\n"
    with (
        Emulator(read_timeout_sec=2) as emulator,
        socket.create_connection(address(emulator.base_url)) as connection,
    ):
        connection.sendall(head % len(body))
        for start in range(0, len(body), 10):
            connection.sendall(body[start : start + 10])
            time.sleep(0.3)  # together more than the timeout
        connection.settimeout(10)
        assert connection.recv(1 << 12).startswith(b"HTTP/1.1 200 ")


def test_a_request_of_great_depth_or_with_a_huge_number_is_rejected(emulator: Emulator) -> None:
    for body in (b"[" * 10**6, b'{"a":' * 10**6, b'{"a": 1e999}', b'{"a": ' + b"9" * 10**6 + b"}"):
        response = httpx.post(
            f"{emulator.base_url}/embed-v2",
            content=body,
            headers={**HEADERS, "content-type": "application/json"},
        )
        assert response.status_code == 400
        assert len(response.text) < 2000


def test_a_compressed_body_is_not_decompressed(emulator: Emulator) -> None:
    headers = {**HEADERS, "content-type": "application/json", "content-encoding": "gzip"}
    response = httpx.post(f"{emulator.base_url}/embed-v2", content=b"x", headers=headers)
    assert response.status_code == 400


def test_a_file_that_takes_too_many_steps_is_rejected(
    emulator: Emulator, endless_wav: Path
) -> None:
    data = base64.b64encode(endless_wav.read_bytes()).decode()
    response = embed(emulator, "audio", {"base64_string": data})
    assert response.status_code == 400
    assert "too many steps" in response.text


@pytest.mark.parametrize("charset", ["idna", "undefined", "unicode_escape", "utf-7", "x" * 999])
def test_a_form_of_another_charset_is_rejected(charset: str, emulator: Emulator) -> None:
    """Python has codecs that fail in their own ways, or make halves of characters."""
    body = (
        b'--edge\r\ncontent-disposition: form-data; name="method"\r\n\r\ndirect\r\n--edge\r\n'
        b'content-disposition: form-data; name="file"; filename="\\ud800..x.mp4"\r\n\r\n'
        b"\xff\r\n--edge--\r\n"
    )
    kind = f"multipart/form-data; boundary=edge; charset={charset}"
    headers = {**HEADERS, "content-type": kind}
    response = httpx.post(f"{emulator.base_url}/assets", content=body, headers=headers)
    assert response.status_code == 400
    message = f"content-type: the charset {charset[:40]!r} is not accepted; send UTF-8"
    assert response.json() == {"code": "parameter_invalid", "message": message}


@pytest.mark.parametrize(
    "notes", ['{"a": 1e999}', '{"a": "\\ud800"}', '{"a": NaN}', "[" * 10**5, '{"a": ' + "9" * 10**5]
)
def test_metadata_that_no_response_can_hold_is_rejected(notes: str, emulator: Emulator) -> None:
    """They would be kept, and each list of assets would be no JSON from then on."""
    form = {"method": "direct", "user_metadata": notes}
    url = f"{emulator.base_url}/assets"
    file = {"file": ("x.mp4", b"x", "video/mp4")}
    response = httpx.post(url, data=form, files=file, headers=HEADERS)
    assert response.status_code == 400
    assert "user_metadata" in response.text
    assert len(response.text) < 2000


NAMES = [
    b"../../../tmp/x.mp4",
    b"/etc/x.mp4",
    b"..\\x.mp4",
    b"\x00",
    b"a%00b.mp4",
    b"a%0D%0Ab.mp4",
    b"a\x1bb.mp4",
    b"caf\xe9.mp4",
    b"%2e%2e%2fx.mp4",
    b".",
    b"x" * 255,
]

_written: list[str] = []
_is_watching = False


def _record_event(event: str, arguments: tuple[object, ...]) -> None:
    """Take down what is opened for writing, made, renamed or removed: an audit hook of Python."""
    if not _is_watching:
        return
    if event == "open":
        path, _, flags = arguments
        if isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
            _written.append(str(path))
    elif event in ("os.mkdir", "os.rename", "os.remove", "os.symlink", "sqlite3.connect"):
        _written.append(str(arguments[0]))


@pytest.fixture(scope="module")
def hook() -> None:
    sys.addaudithook(_record_event)  # which cannot be taken away


@pytest.fixture
def written(hook: None) -> Iterator[list[str]]:
    """The paths that this process writes to."""
    global _is_watching
    _written.clear()
    _is_watching = True
    yield _written
    _is_watching = False


@pytest.mark.parametrize("name", NAMES)
def test_names_are_no_paths(name: bytes, tmp_path: Path, written: list[str]) -> None:
    folder = tmp_path / "state"
    folder.mkdir()
    head = b'--edge\r\ncontent-disposition: form-data; name="method"\r\n\r\ndirect\r\n--edge\r\n'
    body = (
        head
        + b'content-disposition: form-data; name="file"; filename="%b"\r\n\r\n' % name
        + bytes(2 * MIB)  # more than a form holds in memory
        + b"\r\n--edge--\r\n"
    )
    kind = {"content-type": "multipart/form-data; boundary=edge"}
    with Emulator(state=folder / "state.db") as emulator, httpx.Client(headers=HEADERS) as client:
        url = f"{emulator.base_url}/assets"
        sent = client.post(url, content=body, headers=kind)
        assert sent.status_code in (201, 400)
        text = name.decode("latin-1")
        upload = {"filename": text, "type": "video", "total_size": 9}
        session = client.post(f"{url}/multipart-uploads", json=upload)
        assert session.status_code in (201, 400)
        if session.status_code == 201:
            said = session.json()
            link = said["upload_urls"][0]["url"]
            client.put(link, content=bytes(9), headers=said["upload_headers"])
            client.put(f"{emulator.storage_url}/..%2f..%2fx", content=bytes(9))
        for path in ("..%2f..%2fx", "%2e%2e/%2e%2e/x", "x" * 5000):
            assert client.get(f"{url}/{path}").status_code in (400, 404)
        assert client.get(url).json()["data"] is not None
        emulator.wait_until_idle()
    assert all(path.is_relative_to(folder) for path in tmp_path.rglob("*") if path.is_file())
    # Besides, there are temporary files without a name: only their folder is reported (O_TMPFILE).
    allowed = (str(folder), f"file:{folder}")
    strangers = [one for one in written if not one.startswith(allowed) and not one.isdecimal()]
    assert set(strangers) <= {gettempdir()}
