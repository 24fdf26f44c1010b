"""Embedding in the background: long audio and video, documents and images."""

import json
import logging
import zlib
from collections.abc import Collection, Iterator
from contextlib import ExitStack
from functools import partial
from secrets import token_hex
from typing import Any, NamedTuple, TypeAlias

from twelvelabs_embed_emulator.contract import rules as _rules, validation as _requests
from twelvelabs_embed_emulator.contract.errors import ApiError, refuse
from twelvelabs_embed_emulator.embedding.documents import check_document
from twelvelabs_embed_emulator.embedding.embed import embed
from twelvelabs_embed_emulator.embedding.results import Context, Embedded, Job
from twelvelabs_embed_emulator.endpoints.assets import Assets
from twelvelabs_embed_emulator.media import sources as _sources
from twelvelabs_embed_emulator.media.sources import Media
from twelvelabs_embed_emulator.state import clock as _clock
from twelvelabs_embed_emulator.state.clock import Clock
from twelvelabs_embed_emulator.state.files import Files, pieces_of
from twelvelabs_embed_emulator.state.jobs import Workers
from twelvelabs_embed_emulator.state.store import ClosedError, Row, Store

_Json: TypeAlias = dict[str, Any]

_GZIP = 16 + zlib.MAX_WBITS
_INLINE = "inline"  # stands for an asset in the request of a task whose media came with it

# The list of tasks calls some things otherwise than their answers do.
_SAME_IN_LIST = ("input_url", "input_filename", "duration", "start_offset_sec", "end_offset_sec")
_NAMES_IN_LIST = {
    "video": {"clip_length": "video_clip_length", "embedding_scopes": "video_embedding_scope"},
    "audio": {
        "embedding_options": "audio_embedding_options",
        "embedding_scopes": "audio_embedding_scopes",
    },
}
# Of models that came with the later contract.
_NEW_NAMES_IN_LIST = {
    kind: {
        "clip_length": f"{kind}_clip_length",
        "embedding_options": f"{kind}_embedding_option",
        "embedding_scopes": f"{kind}_embedding_scope",
    }
    for kind in ("video", "audio", "document", "image")
}
_NOT_IN_LIST = {"video": ("start_offset_sec", "end_offset_sec")}

_log = logging.getLogger(__name__)


class Result(NamedTuple):
    """The answer about a task that is ready: a large JSON body, compressed with gzip."""

    gzip_bytes: int
    gzip_pieces: Iterator[bytes]

    def pieces(self) -> Iterator[bytes]:
        """Return the body, uncompressed."""
        unzip = zlib.decompressobj(_GZIP)
        for piece in self.gzip_pieces:
            # A bounded piece at a time: numbers may be compressed well.
            while piece:
                yield unzip.decompress(piece, 1024 * 1024)
                piece = unzip.unconsumed_tail
        yield unzip.flush()


class Tasks:
    """The tasks of a store; one at a time is worked on.

    Args:
        store: where they are kept.
        files: the files of that store.
        clock: the emulator's time.
        assets: what tasks may be about.
        processing_ms: how long a task is `processing` at least.
        allow_hosts: where media may be fetched from, besides this machine.
    """

    def __init__(
        self,
        store: Store,
        files: Files,
        clock: Clock,
        assets: Assets,
        *,
        processing_ms: int,
        allow_hosts: Collection[str],
    ) -> None:
        self._store = store
        self._files = files
        self._clock = clock
        self._assets = assets
        self._processing_ms = processing_ms
        self._allow_hosts = allow_hosts
        self._workers = Workers("tasks", 1)

    def start(self) -> None:
        """Begin again with the tasks that an earlier process left unfinished."""
        sql = "select id from task where outcome is null order by number"
        for row in self._store.all(sql):
            self._workers.submit(self._work, row["id"])

    def wait(self) -> None:
        """Return when nothing is being worked on."""
        self._workers.wait()

    def stop(self) -> None:
        """Begin no more work."""
        self._workers.stop()

    # ------------------------------------------------------------------------------- operations

    def create(self, document: _Json) -> _Json:
        """Make a task of a request that the contract has let pass.

        Raises:
            ApiError: its media is no base64, too large, or no asset that is ready.
        """
        kind, rules = document["input_type"], _rules.rules_of("task", document["model_name"])
        _requests.check(document, rules)
        field, source = f"{kind}.media_source", document[kind]["media_source"]
        task_id, now_ms, file_id = token_hex(12), self._clock.now_ms(), None
        if "base64_string" in source:
            file_id = self._keep(source, field)
            # The file is kept as it is, and not as base64 in the request.
            settings = {**document[kind], "media_source": {"asset_id": _INLINE}}
            document = {**document, kind: settings}
        with self._store.transaction():
            if "asset_id" in source:
                self._assets.media(source["asset_id"], f"{field}.asset_id")
            if kind == "document" and "url" not in source:
                self._check_document(document, file_id)
            self._store.run(
                "insert into task (id, request, asset_id, file_id, created_ms, updated_ms, due_ms)"
                " values (:id, :request, :asset_id, :file_id, :now, :now, :due_ms)",
                id=task_id,
                request=json.dumps(document),
                asset_id=source.get("asset_id"),
                file_id=file_id,
                now=now_ms,
                due_ms=now_ms + self._processing_ms,
            )
        self._workers.submit(self._work, task_id)
        answer: _Json = {"_id": task_id, "status": "processing", "data": None}
        if rules.is_new:
            length = document.get("embedding_dimension", _rules.DIMENSIONS)
            answer["metadata"] = {"embedding_dimension": length}
        return answer

    def retrieve(self, task_id: str) -> _Json | Result:
        """Return what is known of a task; when it is ready, its vectors."""
        task = self._store.first("select * from task where id = :id", id=task_id)
        if task is None:
            message = f"task_id: there is no task {task_id[:100]}, or none in the last 7 days"
            raise ApiError(404, "resource_not_exist", message)
        if task["status"] == "ready":
            result_id = task["result_id"]
            return Result(self._files.size_bytes(result_id), self._files.pieces(result_id))
        answer = _head(task) | {"updated_at": _clock.written(task["updated_ms"]), "data": None}
        return answer | ({"error": {"message": task["error"]}} if task["error"] else {})

    def list(self, query: _Json) -> _Json:
        """Return one page of tasks without their vectors, newest first."""
        filters = {
            "started_at": "created_ms >= :started_at",
            "ended_at": "created_ms <= :ended_at",
            "status": "status = :status",
        }
        values = {name: query[name] for name in filters if name in query}
        for name in values.keys() - {"status"}:
            try:
                values[name] = _clock.read(values[name])
            except ValueError as error:
                raise refuse(name, str(error)) from None
        where = " and ".join(["true", *(filters[name] for name in values)])
        rows, info = self._store.page(f"task where {where}", query, **values)
        return {"data": [_list_row(row) for row in rows], "page_info": info}

    # -------------------------------------------------------------------------------- background

    def _work(self, task_id: str) -> None:
        task = self._store.first("select * from task where id = :id", id=task_id)
        if task is None:
            return  # it was kept long enough
        try:
            request = json.loads(task["request"])
            with embed(request, self._context(request, task["file_id"])) as embedded:
                ended_ms, result_id = self._keep_result(task, embedded)
                self._end(task, ended_ms, result_id=result_id, metadata=embedded.metadata)
        except ApiError as error:
            self._end(task, self._clock.now_ms(), error=error.message)
        except ClosedError:
            raise
        except Exception:
            _log.exception("The emulator failed to embed the media of task %s.", task_id)
            message = "The emulator failed. Its log says why; this is a fault of the emulator."
            self._end(task, self._clock.now_ms(), error=message)

    def _keep_result(self, task: Row, embedded: Embedded) -> tuple[int, int]:
        """Write the answer about a ready task, compressed; return when it was done, and the file.

        It is written row by row: that of four hours has 120 MB.
        """
        zipped = zlib.compressobj(1, wbits=_GZIP)
        with self._files.writing() as writer:
            head = _dumps(_head(task) | {"status": "ready"})
            writer.write(zipped.compress(head.removesuffix(b"}") + b',"data":'))
            for piece in embedded.data():
                writer.write(zipped.compress(piece))
            ended_ms = max(self._clock.now_ms(), task["due_ms"])
            tail = {"updated_at": _clock.written(ended_ms)} | embedded.tail()
            writer.write(zipped.compress(b"," + _dumps(tail).removeprefix(b"{")) + zipped.flush())
        return ended_ms, writer.file_id

    def _end(
        self,
        task: Row,
        ended_ms: int,
        *,
        result_id: int | None = None,
        metadata: _Json | None = None,
        error: str | None = None,
    ) -> None:
        with self._store.transaction():
            self._files.delete(task["file_id"])
            self._store.run(
                "update task set outcome = :outcome, updated_ms = :ended_ms, file_id = null,"
                " result_id = :result_id, metadata = :metadata, error = :error where id = :id",
                outcome="ready" if error is None else "failed",
                ended_ms=ended_ms,
                result_id=result_id,
                metadata=json.dumps(metadata),
                error=error,
                id=task["id"],
            )

    def _context(self, request: _Json, file_id: int | None) -> Context:
        return Context(
            rules=_rules.rules_of("task", request["model_name"]),
            allow_hosts=self._allow_hosts,
            assets=partial(self._media, file_id),
        )

    def _check_document(self, request: _Json, file_id: int | None) -> None:
        """Refuse what does not go with the kind of a document that is here already."""
        try:
            with ExitStack() as stack:
                check_document(Job(request, self._context(request, file_id), stack))
        except ApiError:
            self._files.delete(file_id)
            raise

    def _keep(self, source: _Json, field: str) -> int:
        media = _sources.load(
            source, field=field, inline=_rules.INLINE_SIZE, remote=_rules.FILE_SIZE
        )
        with media as file, file.open() as content:
            return self._files.copy(pieces_of(content))

    def _media(self, file_id: int | None, asset_id: str, field: str) -> Media:
        if file_id is not None:
            return self._files.media(file_id)
        return self._assets.media(asset_id, field)


def _dumps(document: _Json) -> bytes:
    return json.dumps(document, separators=(",", ":")).encode()


def _head(task: Row) -> _Json:
    return {
        "_id": task["id"],
        "status": task["status"],
        "created_at": _clock.written(task["created_ms"]),
    }


def _list_row(task: Row) -> _Json:
    request = json.loads(task["request"])
    kind = request["input_type"]
    known = json.loads(task["metadata"]) if task["status"] == "ready" else _asked(request[kind])
    is_new = _rules.rules_of("task", request["model_name"]).is_new
    same = {name: name for name in _SAME_IN_LIST if name not in _NOT_IN_LIST.get(kind, ())}
    names = same | (_NEW_NAMES_IN_LIST if is_new else _NAMES_IN_LIST)[kind]
    metadata = {names[name]: value for name, value in known.items() if name in names}
    row = _head(task) | {
        "model_name": request["model_name"],
        "updated_at": _clock.written(task["updated_ms"]),
    }
    return row | {f"{kind}_embedding": {"metadata": metadata}}


def _asked(settings: _Json) -> _Json:
    """Return what a request alone says of the metadata."""
    cut = settings.get("segmentation", {})
    asked = {
        "input_url": settings["media_source"].get("url"),
        "clip_length": cut.get("temporal", cut).get("fixed", {}).get("duration_sec"),
        "embedding_options": settings.get("embedding_option"),
        "embedding_scopes": settings.get("embedding_scope"),
    }
    return {name: value for name, value in asked.items() if value is not None}
