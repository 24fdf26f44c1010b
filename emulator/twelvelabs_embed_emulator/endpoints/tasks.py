"""Embedding tasks: long audio and video, documents and images, embedded in the background."""

import json
import logging
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from secrets import token_hex
from typing import NamedTuple

from twelvelabs_embed_emulator.contract.errors import (
    INTERNAL_ERROR,
    ApiError,
    bad_request,
    not_found,
)
from twelvelabs_embed_emulator.contract.limits import DIMENSIONS, FILE_SIZE, INLINE_SIZE
from twelvelabs_embed_emulator.contract.rules import rules_of
from twelvelabs_embed_emulator.contract.strict_json import Json
from twelvelabs_embed_emulator.contract.validation import validate, validate_document_request
from twelvelabs_embed_emulator.embedding.documents import validate_document
from twelvelabs_embed_emulator.embedding.embed import embed
from twelvelabs_embed_emulator.embedding.job import Context, Job
from twelvelabs_embed_emulator.embedding.results import Embedded, dumps
from twelvelabs_embed_emulator.embedding.stubs import Stubs
from twelvelabs_embed_emulator.embedding.vectors import Array
from twelvelabs_embed_emulator.endpoints.assets import Assets
from twelvelabs_embed_emulator.media.sources import Media, load
from twelvelabs_embed_emulator.state.clock import format_timestamp, parse_timestamp
from twelvelabs_embed_emulator.state.jobs import JobRunner
from twelvelabs_embed_emulator.state.state import State
from twelvelabs_embed_emulator.state.store import ClosedError, Row

_GZIP = 16 + zlib.MAX_WBITS
_CHUNK_BYTES = 1024 * 1024
_INLINE = "inline"  # replaces the media in the stored request of a task with base64

# The list of tasks has other names for some fields than the tasks themselves.
_SAME_IN_LIST = ("input_url", "input_filename", "duration", "start_offset_sec", "end_offset_sec")
_NAMES_IN_LIST = {
    kind: {
        "clip_length": f"{kind}_clip_length",
        "embedding_options": f"{kind}_embedding_option",
        "embedding_scopes": f"{kind}_embedding_scope",
    }
    for kind in ("video", "audio", "document", "image")
}
_NOT_IN_LIST = {"video": ("start_offset_sec", "end_offset_sec")}

_log = logging.getLogger(__name__)


class GzipBody(NamedTuple):
    """The body of a task that is ready: large JSON, compressed with gzip."""

    gzip_bytes: int
    gzip_chunks: Iterator[bytes]

    def chunks(self) -> Iterator[bytes]:
        """Yield the body, decompressed, in chunks of bounded size."""
        decompressor = zlib.decompressobj(_GZIP)
        for data in self.gzip_chunks:
            while data:
                yield decompressor.decompress(data, _CHUNK_BYTES)
                data = decompressor.unconsumed_tail
        yield decompressor.flush()


class Tasks:
    """The tasks of a state, and the job that embeds them, one after the other."""

    def __init__(
        self, state: State, assets: Assets, stubs: Stubs, text_vector: Callable[[str], Array]
    ) -> None:
        self._state = state
        self._text_vector = text_vector
        self._stubs = stubs
        self._store = state.store
        self._files = state.files
        self._assets = assets
        self.jobs = JobRunner("tasks", 1, state.store)

    def start(self) -> None:
        """Restart the tasks that an earlier process left unfinished."""
        for row in self._store.all("select id from task where outcome is null order by number"):
            self.jobs.submit(self._process, row["id"])

    # ------------------------------------------------------------------------------- operations

    def create(self, document: Json) -> Json:
        """Create a task from a request that is valid by the contract."""
        kind, rules = document["input_type"], rules_of("task", document["model_name"])
        validate(document, rules)
        field, source = f"{kind}.media_source", document[kind]["media_source"]
        if kind == "document" and "url" in source:
            validate_document_request(document)
        task_id, now_ms, file_id = token_hex(12), self._state.clock.now_ms(), None
        if "base64_string" in source:
            file_id = self._store_inline(source, field)
            # The media is stored as a file, and not as base64 in the request.
            settings = {**document[kind], "media_source": {"asset_id": _INLINE}}
            document = {**document, kind: settings}
        try:
            with self._store.transaction():
                if "asset_id" in source:
                    self._assets.media(source["asset_id"], f"{field}.asset_id")
                if kind == "document" and "url" not in source:
                    self._validate_document(document, file_id)
                self._store.insert(
                    "task",
                    id=task_id,
                    request=json.dumps(document),
                    asset_id=source.get("asset_id"),
                    file_id=file_id,
                    created_ms=now_ms,
                    updated_ms=now_ms,
                    due_ms=now_ms + self._state.settings.processing_ms,
                )
        except ApiError:
            self._files.delete(file_id)  # not in the transaction, which is rolled back
            raise
        self.jobs.submit(self._process, task_id)
        response: Json = {"_id": task_id, "status": "processing", "data": None}
        if rules.has_usage:
            dimension = document.get("embedding_dimension", DIMENSIONS)
            response["metadata"] = {"embedding_dimension": dimension}
        return response

    def retrieve(self, task_id: str) -> Json | GzipBody:
        """Return a task; when it is ready, with its vectors."""
        task = self._store.find("task", task_id)
        if task is None:
            reason = f"there is no task {task_id[:100]}, or none in the last 7 days"
            raise not_found("task_id", reason)
        if task["status"] == "ready":
            result_id = task["result_id"]
            return GzipBody(self._files.size_bytes(result_id), self._files.chunks(result_id))
        document = _head(task) | {"updated_at": _updated_at(task), "data": None}
        return document | (
            {"error": {"message": task["error"]}} if task["status"] == "failed" else {}
        )

    def list(self, query: Json) -> Json:
        """Return one page of tasks without their vectors, newest first."""
        filters = {
            "started_at": "created_ms >= :started_at",
            "ended_at": "created_ms <= :ended_at",
            "status": "status = :status",
        }
        values = {name: query[name] for name in filters if name in query}
        for name in values.keys() - {"status"}:
            try:
                values[name] = parse_timestamp(values[name])
            except ValueError as error:
                raise bad_request(name, str(error)) from None
        where = " and ".join(["true", *(filters[name] for name in values)])
        rows, info = self._store.page(f"task where {where}", query, **values)
        return {"data": [_list_entry(row) for row in rows], "page_info": info}

    # -------------------------------------------------------------------------------- background

    def _process(self, task_id: str) -> None:
        task = self._store.find("task", task_id)
        if task is None:
            return  # its retention ended
        try:
            request = json.loads(task["request"])
            with embed(request, self._context(request, task["file_id"])) as embedded:
                ended_ms, result_id = self._write_result(task, embedded)
                self._end(task, ended_ms, result_id=result_id, metadata=embedded.metadata)
        except ApiError as error:
            self._end(task, self._end_ms(task), error=error.message)
        except ClosedError:
            raise
        except Exception:
            _log.exception("The emulator failed to embed the media of task %s.", task_id)
            self._end(task, self._end_ms(task), error=INTERNAL_ERROR)

    def _write_result(self, task: Row, embedded: Embedded) -> tuple[int, int]:
        """Write the compressed body of a ready task; return when it was done, and the file.

        It is written row by row: that of four hours has 120 MB.
        """
        compressor = zlib.compressobj(1, wbits=_GZIP)
        with self._files.create() as writer:
            head = dumps(_head(task) | {"status": "ready"})
            writer.write(compressor.compress(head.removesuffix(b"}") + b',"data":'))
            for row in embedded.data():
                writer.write(compressor.compress(row))
            ended_ms = self._end_ms(task)
            tail = dumps({"updated_at": format_timestamp(ended_ms)} | embedded.tail())
            writer.write(compressor.compress(b"," + tail.removeprefix(b"{")) + compressor.flush())
        return ended_ms, writer.file_id

    def _end_ms(self, task: Row) -> int:
        """Return when a task ends that is done now: not before it is due."""
        return max(self._state.clock.now_ms(), int(task["due_ms"]))

    def _end(
        self,
        task: Row,
        ended_ms: int,
        *,
        result_id: int | None = None,
        metadata: Json | None = None,
        error: str | None = None,
    ) -> None:
        with self._store.transaction():
            self._files.delete(task["file_id"])
            self._store.update(
                "task",
                task["id"],
                outcome="ready" if error is None else "failed",
                updated_ms=ended_ms,
                file_id=None,
                result_id=result_id,
                metadata=json.dumps(metadata),
                error=error,
            )

    def _context(self, request: Json, file_id: int | None) -> Context:
        return Context(
            rules=rules_of("task", request["model_name"]),
            allow_hosts=self._state.settings.allow_hosts,
            assets=partial(self._media, file_id),
            charge=self._state.quota.charge,
            stubs=self._stubs,
            text_vector=self._text_vector,
        )

    def _validate_document(self, request: Json, file_id: int | None) -> None:
        """Reject a document, which is here already, whose kind does not allow the request."""
        with ExitStack() as stack:
            validate_document(Job(request, self._context(request, file_id), stack, []))

    def _store_inline(self, source: Json, field: str) -> int:
        with load(source, field=field, inline=INLINE_SIZE, remote=FILE_SIZE) as media:
            with media.open() as content:
                return self._files.copy(content)

    def _media(self, file_id: int | None, asset_id: str, field: str) -> Media:
        if file_id is not None:
            return self._files.media(file_id)
        return self._assets.media(asset_id, field)


def _head(task: Row) -> Json:
    return {
        "_id": task["id"],
        "status": task["status"],
        "created_at": format_timestamp(task["created_ms"]),
    }


def _updated_at(task: Row) -> str:
    """Return when the status changed last; the end of processing is known before it comes."""
    is_processing = task["status"] == "processing"
    return format_timestamp(task["created_ms"] if is_processing else task["updated_ms"])


def _list_entry(task: Row) -> Json:
    request = json.loads(task["request"])
    kind, is_ready = request["input_type"], task["status"] == "ready"
    known = json.loads(task["metadata"]) if is_ready else _requested_metadata(request[kind])
    same = {name: name for name in _SAME_IN_LIST if name not in _NOT_IN_LIST.get(kind, ())}
    names = same | _NAMES_IN_LIST[kind]
    metadata = {names[name]: value for name, value in known.items() if name in names}
    entry = _head(task) | {
        "model_name": request["model_name"],
        "updated_at": _updated_at(task),
    }
    return entry | {f"{kind}_embedding": {"metadata": metadata}}


def _requested_metadata(settings: Json) -> Json:
    """Return the metadata that follows from a request alone."""
    segmentation = settings.get("segmentation", {})
    strategy = segmentation.get("temporal", segmentation)
    metadata = {
        "input_url": settings["media_source"].get("url"),
        "clip_length": strategy.get("fixed", {}).get("duration_sec"),
        "embedding_options": settings.get("embedding_option"),
        "embedding_scopes": settings.get("embedding_scope"),
    }
    return {name: value for name, value in metadata.items() if value is not None}
