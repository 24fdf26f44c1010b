"""What an emulator is asked to fetch, and where it listens."""

from __future__ import annotations

import http.server
import threading
import tracemalloc
import zlib
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from urllib.parse import parse_qs, quote, urlsplit

import psutil
import pytest
from twelvelabs_embed_emulator import Emulator

from tests.hostile.embedding import embed
from tests.hostile.test_expanding_files import endless_wav as endless_wav

MIB = 1 << 20


@pytest.fixture(scope="module")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    with Emulator(state=tmp_path_factory.mktemp("state") / "state.db") as running:
        yield running


@pytest.mark.parametrize(
    "url",
    [
        "http://203.0.113.1/x.jpg",
        "http://127.0.0.1.example.com/x.jpg",
        "http://localhost.example.com/x.jpg",
        "http://127.0.0.1@203.0.113.1/x.jpg",
        "http://203.0.113.1#@127.0.0.1/x.jpg",
        "http://203.0.113.1\\@127.0.0.1/x.jpg",
        "http://0.0.0.0/x.jpg",
        "http://2130706433/x.jpg",
        "http://0x7f.1/x.jpg",
        "http://169.254.169.254/latest/meta-data",
        "http://[fe80::1]/x.jpg",
        "file:///etc/passwd",
        "FILE:///etc/passwd",
        "ftp://127.0.0.1/x.jpg",
        "gopher://127.0.0.1/x",
        "//203.0.113.1/x.jpg",
        "concat:/etc/passwd",
    ],
)
def test_only_this_machine_is_asked(url: str, emulator: Emulator) -> None:
    response = embed(emulator, "image", {"url": url})
    assert response.status_code == 400
    rejections = ("from this machine only", "not http or https", "is not a")
    assert any(words in response.text for words in rejections)


@cache
def _bomb() -> bytes:
    """Zeros as gzip: 256 kB of 256 MB."""
    fold = zlib.compressobj(9, wbits=31)
    return b"".join([*(fold.compress(bytes(MIB)) for _ in range(256)), fold.flush()])


@pytest.fixture
def away() -> Iterator[str]:
    """A web server whose responses redirect, or expand."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/bomb":
                self.send_response(200)
                self.send_header("content-encoding", "gzip")
                self.end_headers()
                with suppress(OSError):  # who reads it goes away
                    self.wfile.write(_bomb())
                return
            if coding := parse_qs(urlsplit(self.path).query).get("coding"):
                self.send_response(200)
                self.send_header("content-encoding", coding[0])
                self.end_headers()
                self.wfile.write(b"x")
                return
            self.send_response(302)
            target = {"/host": "http://example.com/", "/file": "file:///etc/passwd"}
            self.send_header("location", target.get(self.path, "//203.0.113.1/"))
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("path", ["/host", "/file", "/other"])
def test_redirects_lead_nowhere_else(path: str, away: str, emulator: Emulator) -> None:
    response = embed(emulator, "image", {"url": away + path})
    assert response.status_code == 400
    assert "from this machine only" in response.text or "not http or https" in response.text


@pytest.mark.parametrize("coding", ["gzip, gzip", "zstd", "br", "deflate", "x" * 1000])
def test_a_coding_without_bounds_is_not_decoded(coding: str, away: str, emulator: Emulator) -> None:
    """Zstandard and brotli are read as a whole by httpx: 64 kB decompress to gigabytes."""
    response = embed(emulator, "image", {"url": f"{away}/?coding={quote(coding)}"})
    assert response.status_code == 400
    assert "the emulator reads gzip alone" in response.text


def test_a_gzip_that_is_none_is_not_fetched(away: str, emulator: Emulator) -> None:
    response = embed(emulator, "image", {"url": f"{away}/?coding=gzip"})
    assert response.status_code == 400
    assert "cannot be fetched" in response.text


def test_what_expands_to_too_much_is_not_fetched(away: str, emulator: Emulator) -> None:
    tracemalloc.start()
    try:
        response = embed(emulator, "image", {"url": f"{away}/bomb"})
        assert tracemalloc.get_traced_memory()[1] < 60 * MIB  # mostly the bomb itself
    finally:
        tracemalloc.stop()
    assert response.status_code == 400
    assert "greater than the maximum" in response.text


def test_what_is_allowed_is_fetched_and_nothing_else(away: str) -> None:
    """The hosts are made up, so that nothing is reached; a redirect is judged like the first."""
    with Emulator(allow_hosts=["media.example.invalid"]) as emulator:
        response = embed(emulator, "image", {"url": "http://media.example.invalid/x.jpg"})
        assert "cannot be fetched" in response.text
        for url in (
            "http://example.invalid/x.jpg",
            "http://other.media.example.invalid/x.jpg",
            "http://media.example.invalid.example.com/x.jpg",
            "http://media.example.invalid@203.0.113.1/x.jpg",
            f"{away}/host",
        ):
            assert "from this machine only" in embed(emulator, "image", {"url": url}).text


def test_it_listens_on_loopback_alone(emulator: Emulator) -> None:
    mine = [one for one in psutil.Process().net_connections("inet") if one.status == "LISTEN"]
    assert mine
    assert {one.laddr.ip for one in mine} <= {"127.0.0.1", "::1"}
