"""What reads bytes that others wrote: each takes any bytes, and may refuse them in its own words.

`scripts/fuzz` runs these by atheris, guided by coverage; `test_fuzz.py` runs them for some seconds.
Whatever a target raises is a fault of the code that it tries.
"""

from __future__ import annotations

import asyncio
import base64
import csv
import io
import json
import pickle
import zlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import numpy as np
from attrs import field, frozen
from starlette.requests import Request
from twelvelabs_embed import InvalidInputError, Media, TwelveLabsError
from twelvelabs_embed import _operations as operations
from twelvelabs_embed._flow import _read
from twelvelabs_embed._wire import DecodeError, decode_embeddings, read_task_state
from twelvelabs_embed.bulk.sources import Source
from twelvelabs_embed.errors import api_error
from twelvelabs_embed.formats import sniff
from twelvelabs_embed.limits import InputType
from twelvelabs_embed.probing import probe
from twelvelabs_embed.retry import Clock, asked_wait_sec
from twelvelabs_embed_emulator import _bodies, _media, _rules, _sources, samples
from twelvelabs_embed_emulator._contract import Contract, default_path
from twelvelabs_embed_emulator._errors import ApiError as Refusal


@frozen
class Target:
    """Code that is tried.

    Attributes:
        run: takes bytes; raises only when something is wrong with the code
        seeds: bytes to begin with, which are read as they should be
        most_bytes: more is of no use
    """

    run: Callable[[bytes], object]
    seeds: Callable[[], Sequence[bytes]] = field(repr=False)
    most_bytes: int = 4096


# ------------------------------------------------------------------------------ what a client reads

_ROW = {
    "embedding": [0.5, -0.25e-3, 1, 0.1],
    "embedding_option": "visual",
    "embedding_scope": "clip",
    "start_sec": 0,
    "end_sec": 6.5,
}
_ANSWER = {"data": [_ROW, _ROW], "metadata": {"input_type": "video", "duration": 6.5}}
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


def decode_answer(data: bytes) -> None:
    """A successful answer with vectors."""
    with suppress(DecodeError):
        decoded = decode_embeddings(data)
        assert len(decoded.vectors) == len(decoded.segments)
        assert decoded.vectors.dtype == np.float32
        assert np.isfinite(decoded.vectors).all()
    with suppress(DecodeError):
        read_task_state(data)


_OPERATIONS: Sequence[operations.Operation[Any]] = (
    operations.list_tasks(),
    operations.retrieve_task("", "t", operations.parse_task),
    operations.retrieve_asset("a"),
    operations.list_assets(),
    operations.get_upload_status("u"),
    operations.list_incomplete_uploads(),
    operations.Operation("", "POST", "", operations.parse_embeddings),
    operations.create_multipart_upload(operations.CreateAssetUploadRequest("f", "video", 1)),
)


def parse_answer(data: bytes) -> None:
    """An answer of any operation, as the classes of the contract."""
    for operation in _OPERATIONS:
        with suppress(TwelveLabsError):
            _read(operation, httpx.Response(200, content=data), 1)


def read_error(data: bytes) -> None:
    """An answer that says that something is wrong: headers, an empty line, a body."""
    head, _, body = data.partition(b"\n\n")
    lines = [line.partition(b":") for line in head.split(b"\n")]
    status = 300 + zlib.crc32(head) % 400
    headers = [(name, value) for name, _, value in lines if name.lower() != b"content-encoding"]
    error = api_error(httpx.Response(status, headers=headers, content=body))
    assert len(str(error)) < 2000 + len(error.message or "") + len(error.code or "")
    asked_sec = asked_wait_sec(error, Clock().now())
    assert asked_sec is None or asked_sec >= 0
    assert str(pickle.loads(pickle.dumps(error))) == str(error)


_KINDS: tuple[InputType | None, ...] = ("image", "audio", "video", None)


def probe_media(data: bytes) -> None:
    """A file, as it is looked at before it is sent."""
    sniff(data[1:])
    kind = _KINDS[data[0] % len(_KINDS)] if data else None
    facts = probe(Media.bytes(data[1:]), kind)
    assert facts.size_bytes == len(data[1:])
    assert facts.duration_sec is None or facts.duration_sec >= 0


def _read_manifest(suffix: str) -> Callable[[bytes], None]:
    def read(data: bytes) -> None:
        with TemporaryDirectory() as folder:
            path = Path(folder, f"items{suffix}")
            path.write_bytes(data)
            source = Source(path)
            with suppress(InvalidInputError):
                count = source.prepare()
                entries = list(source)
                assert len(entries) == count
                for entry in entries:
                    entry.id.encode()  # what is stored is UTF-8

    return read


# -------------------------------------------------------------------------- what the emulator reads


def decode_base64(data: bytes) -> None:
    """Media inside a request; it agrees with the standard library's strict reading."""
    text = data.decode("latin-1")
    try:
        expected = base64.b64decode(text, validate=True)
    except ValueError:
        expected = None
    try:
        found = _sources._decode(text, "x", _rules.INLINE_SIZE)
    except Refusal:
        return  # it is stricter
    assert found == expected
    assert len(base64.b64encode(found)) == len(text)


@cache
def _judges() -> Mapping[str, Callable[[Any], object]]:
    contract = Contract(default_path())
    return {one.id: one.judge for one in contract.operations if one.content_type is not None}


def judge_request(data: bytes) -> None:
    """The JSON of a request."""
    with suppress(Refusal):
        document = _bodies.decode(bytearray(data))
        for judge in _judges().values():
            with suppress(Refusal):
                judge(document)


def _request(body: bytes, content_type: str) -> Request:
    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    headers = [(b"content-type", content_type.encode("latin-1"))]
    return Request({"type": "http", "method": "POST", "headers": headers}, receive)


async def _receive_form(body: bytes, boundary: str) -> None:
    request = _request(body, f"multipart/form-data; boundary={boundary}")
    with suppress(Refusal):
        async with _bodies.reading_form(request) as form:
            assert not form.file or form.file.size_bytes <= len(body)


def read_form(data: bytes) -> None:
    """A form with a file."""
    boundary, _, body = data.partition(b"\n")
    asyncio.run(_receive_form(body, boundary.decode("latin-1")))


def judge_media(data: bytes) -> None:
    """A file that is embedded."""
    media = _sources.in_memory(data[1:])
    opening = (
        lambda: _media.open_image(media, "x"),
        lambda: _media.open_audio(media, "x", _rules.SYNC),
        lambda: _media.open_video(media, "x", _rules.SYNC),
    )
    with suppress(Refusal):
        opening[(data[0] if data else 0) % len(opening)]()


# ------------------------------------------------------------------------------------------- seeds


@cache
def _files() -> Sequence[bytes]:
    with TemporaryDirectory() as folder:
        made = [
            samples.image(Path(folder, "a.jpg"), width=160, height=160),
            samples.image(Path(folder, "b.png"), width=32, height=32),
            samples.audio(Path(folder, "c.wav"), duration_sec=0.5, sample_rate_hz=8_000),
            samples.audio(Path(folder, "d.mp3"), duration_sec=0.5, sample_rate_hz=16_000),
            samples.audio(Path(folder, "e.flac"), duration_sec=0.5, sample_rate_hz=8_000),
            samples.video(Path(folder, "f.mp4"), duration_sec=1, fps=4, scenes=1, sound=False),
            samples.video(Path(folder, "g.mkv"), duration_sec=1, fps=4, scenes=1),
        ]
        return [path.read_bytes() for path in made]


def _media_seeds() -> list[bytes]:
    return [bytes([kind]) + file for file in _files() for kind in range(4)]


_CELLS = [["id", "text", "media", "start"], ["a", "a dog", "", "1"], ["b", "", "x.mp4", ""]]


def _csv() -> list[bytes]:
    text = io.StringIO()
    csv.writer(text).writerows(_CELLS)
    return [text.getvalue().encode()]


def _parquet() -> list[bytes]:
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
_REQUESTS: Sequence[Any] = (
    {"input_type": "text", "model_name": "marengo3.0", "text": {"input_text": "a dog"}},
    {
        "input_type": "video",
        "model_name": "marengo3.0",
        "video": {
            "media_source": {"url": "https://example.com/x.mp4"},
            "embedding_option": ["visual"],
            "segmentation": {"strategy": "dynamic", "dynamic": {"min_duration_sec": 4}},
        },
    },
    {"filename": "a.mp4", "type": "video", "total_size": 9},
    {"completed_chunks": [{"chunk_index": 1, "proof": "x", "proof_type": "etag", "chunk_size": 1}]},
)
_ERRORS = (
    b"content-type: application/json\nx-request-id: 1\nretry-after: 5\n\n"
    b'{"error": {"code": "too_many_requests", "message": "wait", "details": {}}}',
    b'retry-after: Wed, 21 Oct 2026 07:28:00 GMT\n\n{"code": "x", "message": "y", "docs_url": "z"}',
    b"content-type: text/html; charset=utf-7\n\n<html>bad gateway</html>",
)


TARGETS: Mapping[str, Target] = {
    "decode-answer": Target(decode_answer, lambda: _json(_ANSWER, _TASK, {"data": []})),
    "parse-answer": Target(
        parse_answer,
        lambda: _json(
            _ANSWER,
            _TASK,
            _ASSET,
            {"data": [_TASK, _ASSET], "page_info": _PAGE},
            _SESSION | {"upload_urls": [_LINK], "upload_headers": {"a": "b"}},
            _SESSION | {"status": "active", "uploaded_chunks": [{"index": 1, "status": "done"}]},
        ),
    ),
    "read-error": Target(read_error, lambda: _ERRORS),
    "probe-media": Target(probe_media, _media_seeds, 1 << 16),
    "read-csv": Target(_read_manifest(".csv"), _csv),
    "read-jsonl": Target(
        _read_manifest(".jsonl"), lambda: [b'{"id": "a", "text": "a dog"}\n\n{"media": "x.mp4"}\n']
    ),
    "read-parquet": Target(_read_manifest(".parquet"), _parquet, 1 << 13),
    "decode-base64": Target(decode_base64, lambda: [b"YQ==", b"YWI=", b"YWJj", b"data:,YWJj"]),
    "judge-request": Target(judge_request, lambda: _json(*_REQUESTS)),
    "read-form": Target(read_form, lambda: [_FORM]),
    "judge-media": Target(judge_media, _media_seeds, 1 << 16),
}
