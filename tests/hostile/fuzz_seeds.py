"""Seeds of the fuzz targets: bytes that are read as they should be, and words to put into them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml
from twelvelabs_embed_emulator import samples
from twelvelabs_embed_emulator.contract.loader import default_path

_ROW = {
    "embedding": [0.5, -0.25e-3, 1, 0.1],
    "embedding_option": "visual",
    "embedding_scope": "clip",
    "start_sec": 0,
    "end_sec": 6.5,
}
_RESPONSE = {"data": [_ROW, _ROW], "metadata": {"input_type": "video", "duration": 6.5}}
_TASK = {"_id": "6298", "status": "ready", "data": None, "error": {"message": "too short"}}
_ASSET = {
    "_id": "6298",
    "status": "ready",
    "method": "direct",
    "created_at": "2026-11-01T00:00:00Z",
}
_LINK = {"chunk_index": 1, "url": "http://x/1?s=1", "expires_at": "2026-11-01T00:00:00Z"}
_SESSION = {"upload_id": "u", "asset_id": "a", "chunk_size": 64, "total_chunks": 1}
_PAGE = {"page": 1, "limit_per_page": 10, "total_page": 1, "total_results": 1}


def _json(*documents: Any) -> list[bytes]:
    return [json.dumps(document).encode() for document in documents]


@cache
def _files() -> Sequence[bytes]:
    with TemporaryDirectory() as folder:
        made = [
            samples.image(Path(folder, "a.jpg"), width=160, height=160),
            samples.image(Path(folder, "b.png"), width=128, height=128),
            samples.audio(Path(folder, "c.wav"), duration_sec=0.5, sample_rate_hz=8_000),
            samples.audio(Path(folder, "d.mp3"), duration_sec=0.5, sample_rate_hz=16_000),
            samples.audio(Path(folder, "e.flac"), duration_sec=0.5, sample_rate_hz=8_000),
            samples.video(Path(folder, "f.mp4"), duration_sec=1, fps=4, scenes=1, sound=False),
            samples.video(Path(folder, "g.mkv"), duration_sec=1, fps=4, scenes=1),
            samples.video(Path(folder, "h.mp4"), duration_sec=1, fps=4, scenes=1),
        ]
        return [path.read_bytes() for path in made]


def probe_seeds() -> list[bytes]:
    return [bytes([kind]) + file for file in _files() for kind in range(4)]  # a kind or none


_SUITED: Mapping[bytes, Sequence[int]] = {
    **dict.fromkeys((b"\xff\xd8", b"\x89P"), (0, 3)),  # pictures
    **dict.fromkeys((b"RI", b"ID", b"fL"), (1, 3)),  # sound
}


def media_seeds() -> list[bytes]:
    """Each file with all that takes it, so that what is changed is not rejected at once."""
    return [bytes([way]) + file for file in _files() for way in _SUITED.get(file[:2], (2, 3, 4))]


def document_seeds() -> list[bytes]:
    # No PDF: what reads one is not ours, and a process of its own for each run.
    return [b"One dog. Two dogs!\n\nThree?", "# Ein H\u00fcndchen\n".encode("utf-8-sig")]


_CELLS = [["id", "text", "media", "start"], ["a", "a dog", "", "1"], ["b", "", "x.mp4", ""]]


def csv_seeds() -> list[bytes]:
    text = io.StringIO()
    csv.writer(text).writerows(_CELLS)
    return [text.getvalue().encode()]


def parquet_seeds() -> list[bytes]:
    import pyarrow
    from pyarrow import parquet

    table = pyarrow.table({"id": ["a", "b"], "text": ["a dog", None], "media": [None, "x.mp4"]})
    file = io.BytesIO()
    parquet.write_table(table, file)
    return [file.getvalue()]


_FORM = (
    b'edge\n--edge\r\nContent-Disposition: form-data; name="method"\r\n\r\ndirect\r\n--edge\r\n'
    b'Content-Disposition: form-data; name="file"; filename="a.mp4"\r\n'
    b"Content-Type: video/mp4\r\n\r\n\x00\x01\x02\r\n--edge--\r\n"
)
FORMS = (
    _FORM,
    _FORM.replace(b"edge\n", b'"edge"; charset=utf-8\n\r\n', 1),
    b'e\n--e\r\nContent-Disposition: form-data; name="method"\r\n\r\nurl\r\n--e\r\n'
    b"Content-Disposition: form-data; name=url\r\n\r\nhttps://example.com/x.mp4\r\n--e\r\n"
    b'Content-Disposition: form-data; name="filename"\r\n\r\ncaf\xc3\xa9.mp4\r\n--e\r\n'
    b'Content-Disposition: form-data; name="enable_hls"\r\n\r\ntrue\r\n--e\r\n'
    b'Content-Disposition: form-data; name="user_metadata"\r\n\r\n'
    b'{"place": "home", "year": 2026, "tags": ["a"], "x": null, "y": 1e3}\r\n--e--',
    b'e; x=y\n--e\r\nContent-Type: text/plain\r\nContent-Disposition: form-data; name="file"; '
    b'filename="C:\\\\a b.mp4"; filename*=x\r\nContent-Transfer-Encoding: base64\r\n\r\n'
    b"--f\r\n\r\n--e--\r\nbehind it",
)
FORM_WORDS = (
    *("\r\n--edge", "--\r\n", "\r\n\r\n", "Content-Disposition: form-data; ", "name=", "filename="),
    *('"file"', '"method"', '"url"', '"filename"', '"user_metadata"', '"enable_thumbnail"'),
    *("; charset=", "utf-8", "idna", "utf-7", "unicode_escape", "; boundary=", "filename*="),
    *("true", '{"a": ', "1e999", "\\ud800", "null", "direct"),
)
_SOURCE = {"base64_string": "YQ=="}
_REQUESTS: Sequence[Any] = (  # what no example of the contract has
    {
        "input_type": "audio",
        "model_name": "marengo3.0",
        "audio": {
            "media_source": _SOURCE,
            "start_sec": 0,
            "end_sec": 9.5,
            "segmentation": {"strategy": "fixed", "fixed": {"duration_sec": 6}},
            "embedding_option": ["audio", "transcription"],
            "embedding_scope": ["clip", "asset"],
            "embedding_type": ["separate_embedding", "fused_embedding"],
        },
    },
    {
        "input_type": "multi_input",
        "model_name": "marengo3.5",
        "embedding_uncertainty": True,
        "multi_input": {"media_sources": [{"media_type": "audio", **_SOURCE}]},
    },
    {
        "input_type": "video",
        "model_name": "marengo3.5",
        "video": {
            "media_source": _SOURCE,
            "embedding_type": ["fused_embedding"],
            "time_based_metadata": [{"start": 0, "end": 2.5, "text": "a dog"}],
        },
    },
    {"completed_chunks": [{"chunk_index": 1, "proof": "x", "proof_type": "etag", "chunk_size": 1}]},
)


@cache
def _paths() -> Any:
    return yaml.safe_load(default_path().read_text())["paths"]


def _examples() -> Iterator[Any]:
    """The bodies of requests that stand in the contract."""
    operations_there = (one for path in _paths().values() for one in path.values())
    bodies = (one["requestBody"] for one in operations_there if "requestBody" in one)
    for body in bodies:
        for content in body["content"].values():
            yield from (one["value"] for one in content.get("examples", {}).values())
            yield from [content["example"]] if "example" in content else []


def request_seeds() -> list[bytes]:
    return _json(*_examples(), *_REQUESTS)


def _words(document: Any) -> Iterator[str]:
    """All names and texts in a document."""
    match document:
        case dict():
            for name, value in document.items():
                yield from (name, *_words(value))
        case list():
            for value in document:
                yield from _words(value)
        case str():
            yield document


def request_words() -> set[str]:
    words = {json.dumps(word) for seed in request_seeds() for word in _words(json.loads(seed))}
    return words | {"1e9", "-1", "null", "true", "[]", "{}", "\\ud800"}


ERRORS = (
    b"content-type: application/json\nx-request-id: 1\nretry-after: 5\n\n"
    b'{"error": {"code": "too_many_requests", "message": "wait", "details": {}}}',
    b'retry-after: Wed, 21 Oct 2026 07:28:00 GMT\n\n{"code": "x", "message": "y", "docs_url": "z"}',
    b"content-type: text/html; charset=utf-7\n\n<html>bad gateway</html>",
)


EMBEDDINGS = _json(_RESPONSE, _TASK, {"data": []})
RESPONSES = _json(
    _RESPONSE,
    _TASK,
    _ASSET,
    {"data": [_TASK, _ASSET], "page_info": _PAGE},
    _SESSION | {"upload_urls": [_LINK], "upload_headers": {"a": "b"}},
    _SESSION | {"status": "active", "uploaded_chunks": [{"index": 1, "status": "done"}]},
)
