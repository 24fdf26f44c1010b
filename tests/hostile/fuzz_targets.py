"""What reads bytes that others wrote: each takes any bytes, and may reject them in its own words.

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
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import numpy as np
import yaml
from attrs import field, frozen
from starlette.requests import Request
from twelvelabs_embed import InvalidInputError, Media, TwelveLabsError
from twelvelabs_embed._http import endpoints as operations, operation as http_operation
from twelvelabs_embed._http.decoding import DecodeError, decode_embeddings, read_task_state
from twelvelabs_embed._http.effects import SendRequest
from twelvelabs_embed._http.sending import decode_response
from twelvelabs_embed.bulk.sources import Source
from twelvelabs_embed.errors import api_error
from twelvelabs_embed.limits import InputType
from twelvelabs_embed.limits.file_signatures import sniff
from twelvelabs_embed.retry import Clock, asked_wait_sec
from twelvelabs_embed.validation.media_probe import probe
from twelvelabs_embed_emulator import samples
from twelvelabs_embed_emulator.contract import limits, rules as model_rules
from twelvelabs_embed_emulator.contract.errors import ApiError as Rejection
from twelvelabs_embed_emulator.contract.loader import Contract, Operation, default_path
from twelvelabs_embed_emulator.contract.validation import validate
from twelvelabs_embed_emulator.embedding.chunking import chunks
from twelvelabs_embed_emulator.embedding.embed import embed_sync
from twelvelabs_embed_emulator.embedding.job import Context
from twelvelabs_embed_emulator.endpoints import user_metadata
from twelvelabs_embed_emulator.endpoints.assets import filename_from
from twelvelabs_embed_emulator.media import metadata, sources
from twelvelabs_embed_emulator.media.documents import open_document
from twelvelabs_embed_emulator.server import bodies


@frozen
class Target:
    """Code that is tried.

    Attributes:
        run: takes bytes; raises only when something is wrong with the code
        seeds: bytes to begin with, which are read as they should be
        max_bytes: more is of no use
        words: what may well stand in such bytes, to be put there
    """

    run: Callable[[bytes], object]
    seeds: Callable[[], Sequence[bytes]] = field(repr=False)
    max_bytes: int = 4096
    words: Callable[[], Collection[str]] = field(default=tuple, repr=False)


# ------------------------------------------------------------------------------ what a client reads

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


def decode_embeddings_response(data: bytes) -> None:
    """A successful response with vectors."""
    with suppress(DecodeError):
        decoded = decode_embeddings(data)
        assert len(decoded.vectors) == len(decoded.segments)
        assert decoded.vectors.dtype == np.float32
        assert np.isfinite(decoded.vectors).all()
    with suppress(DecodeError):
        read_task_state(data)


_OPERATIONS: Sequence[http_operation.Operation[Any]] = (
    operations.list_tasks(),
    operations.retrieve_task("", "t", operations.parse_task),
    operations.retrieve_asset("a"),
    operations.list_assets(),
    operations.get_upload_status("u"),
    operations.list_incomplete_uploads(),
    http_operation.Operation("", "POST", "", operations.parse_embeddings),
    operations.create_multipart_upload(
        operations.CreateAssetUploadRequest(filename="f", type="video", total_size=1)
    ),
)


_REQUEST = SendRequest(
    "GET", "http://api", httpx.Headers({"x-api-key": "a long key"}), {}, None, httpx.Timeout(1)
)


def parse_response(data: bytes) -> None:
    """A response of any operation, as the classes of the contract."""
    for operation in _OPERATIONS:
        with suppress(TwelveLabsError):
            decode_response(operation, _REQUEST, httpx.Response(200, content=data), 1)


def read_error(data: bytes) -> None:
    """A response that says that something is wrong: headers, an empty line, a body."""
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
        found = sources._decode(text, "x", limits.INLINE_SIZE)
    except Rejection:
        return  # it is stricter
    assert found == expected
    assert len(base64.b64encode(found)) == len(text)


@contextmanager
def _refusing() -> Iterator[None]:
    """Let rejections pass whose message is short and in UTF-8."""
    try:
        yield
    except Rejection as rejection:
        _check_rejection(rejection)


def _check_rejection(rejection: Rejection) -> None:
    assert rejection.status < 500
    assert len(rejection.message) < 2000, rejection.message[:4000]
    rejection.message.encode()


@cache
def _contract() -> Mapping[str, Operation]:
    contract = Contract(default_path())
    return {one.id: one for one in contract.operations if one.content_type is not None}


_ENDPOINTS: Mapping[str, model_rules.Endpoint] = {
    "create_embeddings": "sync",
    "create_task": "task",
}


def judge_request(data: bytes) -> None:
    """The JSON of a request: the contract's judgement, and the model's."""
    with _refusing():
        decoded = bodies.decode(bytearray(data))
        for operation in _contract().values():
            with _refusing():
                document = operation.validate(decoded)
                if endpoint := _ENDPOINTS.get(operation.id):
                    model = document["model_name"]
                    validate(document, model_rules.rules_of(endpoint, model))
                if "user_metadata" in document:
                    json.dumps(user_metadata.merge({"a": 1}, document["user_metadata"])).encode()


_CHUNK_BYTES = 61  # so that most forms come in several


def _request(body: bytes, content_type: str) -> Request:
    chunks = [body[at : at + _CHUNK_BYTES] for at in range(0, len(body), _CHUNK_BYTES)]
    coming = iter([*chunks, b""])

    async def receive() -> dict[str, Any]:
        chunk = next(coming)
        return {"type": "http.request", "body": chunk, "more_body": bool(chunk)}

    headers = [(b"content-type", content_type.encode("latin-1"))]
    return Request({"type": "http", "method": "POST", "headers": headers}, receive)


async def _receive_form(body: bytes, parameters: str) -> None:
    request = _request(body, f"multipart/form-data; boundary={parameters}")
    with _refusing():
        async with bodies.reading_form(request) as form:
            assert not form.file or form.file.size_bytes <= len(body)
            fields = _contract()["create_asset"].read_form(form.fields)
            if "user_metadata" in fields:
                json.dumps(user_metadata.parse(fields["user_metadata"]), allow_nan=False)
            filename = filename_from(fields, form.file.filename if form.file else "")
            filename.encode()  # what is stored is UTF-8


def read_form(data: bytes) -> None:
    """A form with a file; its first line is the boundary, and what follows that in the header."""
    parameters, _, body = data.partition(b"\n")
    asyncio.run(_receive_form(body, parameters.decode("latin-1")))


def _embed_alone(kind: str, media: sources.Media) -> None:
    with media.open() as file:
        source = {"base64_string": base64.b64encode(file.read()).decode()}
    request = {"input_type": kind, "model_name": "marengo3.0", kind: {"media_source": source}}
    json.loads(embed_sync(request, Context()))


def _describe(media: sources.Media, filename: str) -> None:
    _, technical = metadata.describe(media, filename)
    json.dumps(technical, allow_nan=False)


def _read_document(media: sources.Media) -> None:
    document = open_document(media, "x")
    assert all(document.pages)
    document.text.encode()
    list(chunks(document.text, 2, 1))


_OPENING: Sequence[Callable[[sources.Media], object]] = (
    lambda media: _embed_alone("image", media),
    lambda media: _embed_alone("audio", media),
    lambda media: _embed_alone("video", media),
    lambda media: _describe(media, "a"),
    metadata.cues,
)


def judge_media(data: bytes) -> None:
    """A file that is embedded, or looked into as an asset; the first byte says which."""
    with _refusing():
        _OPENING[(data[0] if data else 0) % len(_OPENING)](sources.in_memory(data[1:]))


def judge_document(data: bytes) -> None:
    """A PDF or a text, embedded and as an asset."""
    media = sources.in_memory(data)
    with _refusing():
        _read_document(media)
    for filename in ("a.pdf", "a.md"):
        with _refusing():
            _describe(media, filename)


# ------------------------------------------------------------------------------------------- seeds


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


def _probe_seeds() -> list[bytes]:
    return [bytes([kind]) + file for file in _files() for kind in range(len(_KINDS))]


_SUITED: Mapping[bytes, Sequence[int]] = {
    **dict.fromkeys((b"\xff\xd8", b"\x89P"), (0, 3)),  # pictures
    **dict.fromkeys((b"RI", b"ID", b"fL"), (1, 3)),  # sound
}


def _media_seeds() -> list[bytes]:
    """Each file with all that takes it, so that what is changed is not rejected at once."""
    return [bytes([way]) + file for file in _files() for way in _SUITED.get(file[:2], (2, 3, 4))]


def _document_seeds() -> list[bytes]:
    # No PDF: what reads one is not ours, and a process of its own for each run.
    return [b"One dog. Two dogs!\n\nThree?", "# Ein H\u00fcndchen\n".encode("utf-8-sig")]


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
_FORMS = (
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
_FORM_WORDS = (
    *("\r\n--edge", "--\r\n", "\r\n\r\n", "Content-Disposition: form-data; ", "name=", "filename="),
    *('"file"', '"method"', '"url"', '"filename"', '"user_metadata"', '"enable_thumbnail"'),
    *(
        "; charset=",
        "utf-8",
        "idna",
        "utf-7",
        "unicode_escape",
        "; boundary=",
        "filename*=",
        "true",
    ),
    *('{"a": ', "1e999", "\\ud800", "null", "direct"),
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


def _request_seeds() -> list[bytes]:
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


def _request_words() -> set[str]:
    words = {json.dumps(word) for seed in _request_seeds() for word in _words(json.loads(seed))}
    return words | {"1e9", "-1", "null", "true", "[]", "{}", "\\ud800"}


_ERRORS = (
    b"content-type: application/json\nx-request-id: 1\nretry-after: 5\n\n"
    b'{"error": {"code": "too_many_requests", "message": "wait", "details": {}}}',
    b'retry-after: Wed, 21 Oct 2026 07:28:00 GMT\n\n{"code": "x", "message": "y", "docs_url": "z"}',
    b"content-type: text/html; charset=utf-7\n\n<html>bad gateway</html>",
)


TARGETS: Mapping[str, Target] = {
    "decode-response": Target(
        decode_embeddings_response, lambda: _json(_RESPONSE, _TASK, {"data": []})
    ),
    "parse-response": Target(
        parse_response,
        lambda: _json(
            _RESPONSE,
            _TASK,
            _ASSET,
            {"data": [_TASK, _ASSET], "page_info": _PAGE},
            _SESSION | {"upload_urls": [_LINK], "upload_headers": {"a": "b"}},
            _SESSION | {"status": "active", "uploaded_chunks": [{"index": 1, "status": "done"}]},
        ),
    ),
    "read-error": Target(read_error, lambda: _ERRORS),
    "probe-media": Target(probe_media, _probe_seeds, 1 << 16),
    "read-csv": Target(_read_manifest(".csv"), _csv),
    "read-jsonl": Target(
        _read_manifest(".jsonl"), lambda: [b'{"id": "a", "text": "a dog"}\n\n{"media": "x.mp4"}\n']
    ),
    "read-parquet": Target(_read_manifest(".parquet"), _parquet, 1 << 13),
    "decode-base64": Target(decode_base64, lambda: [b"YQ==", b"YWI=", b"YWJj", b"data:,YWJj"]),
    "judge-request": Target(judge_request, _request_seeds, words=_request_words),
    "read-form": Target(read_form, lambda: _FORMS, words=lambda: _FORM_WORDS),
    "judge-media": Target(judge_media, _media_seeds, 1 << 16),
    "judge-document": Target(judge_document, _document_seeds),
}
