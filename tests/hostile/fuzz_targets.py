"""What reads bytes that others wrote: each takes any bytes, and may reject them in its own words.

`scripts/fuzz` runs these by atheris, guided by coverage; `test_fuzz.py` runs them for some seconds.
Whatever a target raises is a fault of the code that it tries.
"""

from __future__ import annotations

import asyncio
import base64
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

from tests.hostile import fuzz_seeds as seeds


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
def _allowing_rejections() -> Iterator[None]:
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
    with _allowing_rejections():
        decoded = bodies.decode(bytearray(data))
        for operation in _contract().values():
            with _allowing_rejections():
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
    with _allowing_rejections():
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
    with _allowing_rejections():
        _OPENING[(data[0] if data else 0) % len(_OPENING)](sources.in_memory(data[1:]))


def judge_document(data: bytes) -> None:
    """A PDF or a text, embedded and as an asset."""
    media = sources.in_memory(data)
    with _allowing_rejections():
        _read_document(media)
    for filename in ("a.pdf", "a.md"):
        with _allowing_rejections():
            _describe(media, filename)


TARGETS: Mapping[str, Target] = {
    "decode-response": Target(decode_embeddings_response, lambda: seeds.EMBEDDINGS),
    "parse-response": Target(parse_response, lambda: seeds.RESPONSES),
    "read-error": Target(read_error, lambda: seeds.ERRORS),
    "probe-media": Target(probe_media, seeds.probe_seeds, 1 << 16),
    "read-csv": Target(_read_manifest(".csv"), seeds.csv_seeds),
    "read-jsonl": Target(
        _read_manifest(".jsonl"), lambda: [b'{"id": "a", "text": "a dog"}\n\n{"media": "x.mp4"}\n']
    ),
    "read-parquet": Target(_read_manifest(".parquet"), seeds.parquet_seeds, 1 << 13),
    "decode-base64": Target(decode_base64, lambda: [b"YQ==", b"YWI=", b"YWJj", b"data:,YWJj"]),
    "judge-request": Target(judge_request, seeds.request_seeds, words=seeds.request_words),
    "read-form": Target(read_form, lambda: seeds.FORMS, words=lambda: seeds.FORM_WORDS),
    "judge-media": Target(judge_media, seeds.media_seeds, 1 << 16),
    "judge-document": Target(judge_document, seeds.document_seeds),
}
