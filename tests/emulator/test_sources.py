"""Where media comes from: base64, URLs on loopback and elsewhere, assets."""

import base64
import contextlib
import gzip
import http.server
import io
import os
import threading
import zlib
from concurrent.futures import ThreadPoolExecutor

import httpx
import numpy as np
import pytest
from twelvelabs_embed_emulator import Emulator
from twelvelabs_embed_emulator.contract.errors import ApiError
from twelvelabs_embed_emulator.contract.limits import FILE_SIZE, INLINE_SIZE
from twelvelabs_embed_emulator.media import sources

from tests.emulator.helpers import MIB, error, fixed, inline, request_body, rows, vector


def test_a_file_inline_and_by_url_is_the_same(embed, sample, media_server):
    path = sample("image", ".jpg")
    by_url = embed("image", media_source={"url": f"{media_server}/my%20beach.jpg"})
    assert np.array_equal(vector(embed("image", media_source=inline(path))), vector(by_url))


@pytest.mark.parametrize(
    "text",
    [
        "no base64!",
        "data:image/jpeg;base64,AAAA",
        "AAA",
        "AAAA\nAAAA",
        "AAAA====",
        "=AAA",
        "AA-_",
        "\N{SNOWMAN}AAA",
    ],
)
def test_invalid_base64_is_rejected(embed, text):
    status, code, message = error(embed("image", media_source={"base64_string": text}))
    assert (status, code) == (400, "parameter_invalid")
    assert message.startswith("image.media_source.base64_string: not base64 (")
    assert ("without a data: prefix" in message) == text.startswith("data:")


@pytest.mark.parametrize("kind", ["image", "text_image", "audio", "video"])
def test_there_are_no_assets(embed, kind):
    settings = {"input_text": "a"} if kind == "text_image" else {}
    response = embed(kind, media_source={"asset_id": "6298d673f1090f1100476d4c"}, **settings)
    status, code, message = error(response)
    assert (status, code) == (404, "resource_not_exist")
    assert message.endswith("there is no asset 6298d673f1090f1100476d4c")


@pytest.mark.parametrize(
    ("path", "kind", "filename"),
    [
        ("/my%20beach.jpg", "image", "my beach.jpg"),
        ("/my%20beach.jpg?" + "x" * 8100, "image", "my beach.jpg"),
        ("/near", "image", "near"),
        ("/talk.wav", "audio", "talk.wav"),
        ("/film.mkv", "video", "film.mkv"),
    ],
    ids=lambda text: text[:20],
)
def test_metadata_of_a_url(embed, media_server, monkeypatch, path, kind, filename):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")  # which is not used
    url = f"{media_server}{path}"
    if "?" in path:
        url = url.ljust(8192, "x")
    response = embed(kind, media_source={"url": url})
    assert rows(response)
    metadata = response.json()["metadata"]
    assert (metadata["input_url"], metadata["input_filename"]) == (url, filename)


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/nothing.jpg", "cannot be fetched: its server responds 404"),
        ("/away", "not from '203.0.113.1', unless started with allow_hosts"),
        ("/round", "leads to more than 5 redirects"),
        ("/large.jpg", "is greater than the maximum of 33554432 bytes (32 MB)"),
    ],
)
def test_urls_that_lead_nowhere(embed, media_server, path, reason):
    response = embed("image", media_source={"url": f"{media_server}{path}"})
    status, code, message = error(response)
    assert (status, code) == (400, "parameter_invalid")
    assert message.startswith("image.media_source.url: ")
    assert reason in message


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("https://media.example.com/dog.jpg", "not from 'media.example.com'"),
        ("http://10.0.0.1/dog.jpg", "not from '10.0.0.1'"),
        ("http://127.0.0.1.example.com/dog.jpg", "not from '127.0.0.1.example.com'"),
        ("http://localhost@example.com/dog.jpg", "not from 'example.com'"),
        ("file:///etc/passwd", "the scheme 'file' is not http or https"),
        ("ftp://127.0.0.1/dog.jpg", "the scheme 'ftp' is not http or https"),
        ("http://127.0.0.1:1/dog.jpg", "cannot be fetched: "),
        ("http://127.0.0.1:99999/dog.jpg", "cannot be fetched: "),
        ("http://127.0.0.1/" + "x" * 8176, "8193 characters are more than the 8192"),
    ],
    ids=lambda text: text[:40],
)
def test_urls_that_are_not_fetched(embed, url, reason):
    status, code, message = error(embed("image", media_source={"url": url}))
    assert (status, code) == (400, "parameter_invalid")
    assert reason in message


@pytest.mark.parametrize(
    ("host", "is_loopback"),
    [
        ("127.0.0.1", True),
        ("127.8.9.1", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("192.168.0.1", False),
        ("localhost.example.com", False),
    ],
)
def test_what_counts_as_this_machine(host, is_loopback):
    assert sources._is_loopback(host) == is_loopback


@pytest.mark.parametrize("allowed", ["nowhere.invalid", "*"])
def test_other_hosts_are_fetched_from_when_allowed(allowed):
    """The host does not exist: the lookup shows that it was allowed."""
    url = "http://nowhere.invalid/dog.jpg"
    with Emulator(allow_hosts=[allowed]) as emulator:
        response = httpx.post(
            f"{emulator.base_url}/embed-v2",
            json=request_body("image", media_source={"url": url}),
            headers={"x-api-key": "k"},
            timeout=60,
        )
    assert error(response)[2].startswith("image.media_source.url: cannot be fetched: ")


def with_free_space(file: bytes, size_bytes: int) -> bytes:
    """Make an MP4 `size_bytes` long by a box at its end that players pass over."""
    rest = size_bytes - len(file)
    return file + rest.to_bytes(4, "big") + b"free" + bytes(rest - 8)


def test_36_mb_inline_are_accepted_and_one_byte_more_is_not(embed, sample):
    film = sample("video", ".mp4", duration_sec=2, scenes=1).read_bytes()
    largest = inline(with_free_space(film, 36 * MIB))
    assert len(largest["base64_string"]) == 48 * MIB
    settings = {"segmentation": fixed(2), "embedding_option": ["visual"]}
    assert len(rows(embed("video", media_source=largest, **settings))) == 2
    too_large = {"base64_string": "A" * 48 * MIB + "AA=="}
    status, code, message = error(embed("video", media_source=too_large, **settings))
    assert (status, code) == (413, "video_filesize_too_large")
    assert "37748737 bytes is greater than the maximum of 37748736 bytes (36 MB)" in message


def test_padding_does_not_count_as_content():
    for size_bytes in range(1, 9):
        text = base64.b64encode(bytes(size_bytes)).decode()
        limit = sources.SizeLimit(size_bytes, "it", 400, "parameter_invalid")
        assert len(sources._decode(text, "field", limit)) == size_bytes


# ------------------------------------------------------------------------------------ files as such

CONTENT = np.random.default_rng(8).bytes(20 * MIB)
LIMITS = {"field": "media_source", "inline": INLINE_SIZE, "remote": FILE_SIZE}


@pytest.fixture(scope="module")
def content_url():
    """The address of `CONTENT` on loopback, which `?redirects=3` redirects, and others compress."""
    zipped = gzip.compress(CONTENT, 1)
    zeros = gzip.compress(bytes(3 * MIB))
    bodies = {
        "coding=gzip": zipped,
        "coding=gzip&cut": zipped[:-4],
        "coding=gzip&zeros": zeros,
        "coding=gzip&zlib": zlib.compress(CONTENT[:1000]),
    }

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            path, _, query = self.path.partition("?")
            redirects = (
                int(query.removeprefix("redirects=")) if query.startswith("redirects=") else 0
            )
            other = int(query.removeprefix("status=")) if query.startswith("status=") else 200
            if self.headers["accept-encoding"] != "identity":  # media is compressed already
                other = 406
            self.send_response(302 if redirects else other)
            if redirects:
                self.send_header("location", f"{path}?redirects={redirects - 1}")
            if query in bodies:
                self.send_header("content-encoding", " GZIP")
            self.end_headers()
            with contextlib.suppress(ConnectionError):  # when it is rejected half-way
                self.wfile.write(b"" if redirects else bodies.get(query, CONTENT))

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/film.mp4"
        server.shutdown()
        thread.join()


def check_reads_as_content(media):
    """Two readers at once, each with its own position."""
    assert media.size_bytes == len(CONTENT)
    with media.open() as first, media.open() as second:
        assert first.read(1000) == CONTENT[:1000]
        assert second.seek(-1000, os.SEEK_END) == len(CONTENT) - 1000
        assert first.read(5) == CONTENT[1000:1005]
        assert second.read() == CONTENT[-1000:]
        assert second.read(1) == b""
        assert second.seek(-len(CONTENT) - 1, os.SEEK_END) == 0  # as BytesIO does
        assert first.seek(3 * MIB) == 3 * MIB
        assert first.seek(7, os.SEEK_CUR) == first.tell() == 3 * MIB + 7
        assert first.read(10 * MIB) == CONTENT[3 * MIB + 7 : 13 * MIB + 7]


def test_a_file_in_base64():
    with sources.load(inline(CONTENT), **LIMITS) as media:
        check_reads_as_content(media)
        assert (media.url, media.filename) == (None, None)


@pytest.mark.parametrize("spool_bytes", [8 * MIB, 64 * MIB], ids=["on_disk", "in_memory"])
def test_a_downloaded_file(content_url, spool_bytes, monkeypatch):
    monkeypatch.setattr(sources, "_SPOOL_BYTES", spool_bytes)
    with sources.load({"url": content_url}, **LIMITS) as media:
        check_reads_as_content(media)
        assert (media.url, media.filename) == (content_url, "film.mp4")
        file = media.open()
    with pytest.raises(ValueError, match="closed file"):  # it is gone when the `with` ends
        file.read()


def test_a_file_that_comes_compressed_is_read_as_it_was(content_url):
    with sources.load({"url": f"{content_url}?coding=gzip"}, **LIMITS) as media:
        check_reads_as_content(media)
    with sources.load({"url": f"{content_url}?coding=gzip&zeros"}, **LIMITS) as media:
        assert media.open().read() == bytes(3 * MIB)
    for query, reason in (("cut", "the gzip ends early"), ("zlib", "Error -3 ")):
        with pytest.raises(ApiError, match=f"cannot be fetched: {reason}"):
            with sources.load({"url": f"{content_url}?coding=gzip&{query}"}, **LIMITS):
                pass


@pytest.mark.parametrize("status", [201, 206, 300, 404])
def test_any_other_status_than_200_is_an_error(content_url, status):
    url, reason = f"{content_url}?status={status}", f"its server responds {status}"
    with pytest.raises(ApiError) as caught:
        with sources.load({"url": url}, **LIMITS):
            pass
    assert caught.value.message == f"media_source.url: cannot be fetched: {reason}"


def test_a_downloaded_file_is_read_by_several_threads(content_url):
    """Each has a reader of its own, but the file behind them has one position."""
    with sources.load({"url": content_url}, **LIMITS) as media, ThreadPoolExecutor(4) as threads:
        for found in threads.map(lambda _: media.open().read(), range(8)):
            assert found == CONTENT


def test_five_redirects_are_followed_and_no_more(content_url):
    with sources.load({"url": f"{content_url}?redirects=5"}, **LIMITS) as media:
        assert media.size_bytes == len(CONTENT)
    with pytest.raises(ApiError, match="leads to more than 5 redirects"):
        with sources.load({"url": f"{content_url}?redirects=6"}, **LIMITS):
            pass


def test_a_download_takes_no_longer_than_it_may(content_url, monkeypatch):
    monkeypatch.setattr(sources, "_DOWNLOAD_TIMEOUT_SEC", -1.0)
    with pytest.raises(ApiError, match="cannot be fetched within"):
        with sources.load({"url": content_url}, **LIMITS):
            pass


def test_a_downloaded_file_that_is_too_large(content_url):
    limits = LIMITS | {"remote": FILE_SIZE._replace(max_bytes=MIB)}
    with pytest.raises(ApiError, match="greater than the maximum of 1048576 bytes"):
        with sources.load({"url": content_url}, **limits):
            pass


def test_an_asset_is_asked_for_and_its_size_judged():
    def find(asset_id, field):
        assert (asset_id, field) == ("abc", "media_source.asset_id")
        return asset

    asset = sources.Media(FILE_SIZE.max_bytes, io.BytesIO, filename="film.mp4")
    with sources.load({"asset_id": "abc"}, **LIMITS, assets=find) as media:
        assert media is asset
    asset = sources.Media(FILE_SIZE.max_bytes + 1, io.BytesIO)
    with pytest.raises(ApiError, match=r"media_source.asset_id: 4294967297 bytes") as caught:
        with sources.load({"asset_id": "abc"}, **LIMITS, assets=find):
            pass
    assert caught.value.status == 413


def test_a_reader_of_small_chunks():
    def read_at(offset, count):
        return CONTENT[offset : offset + min(count, 70_000)]

    check_reads_as_content(
        sources.Media(len(CONTENT), lambda: sources.reader(len(CONTENT), read_at))
    )
