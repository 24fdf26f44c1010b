"""Files that are uploaded in pieces, which go to a storage host by URLs that need no key.

The contract and this room call the pieces chunks, and count them from 1.
"""

from collections.abc import Sequence
from secrets import token_hex
from typing import Any, NamedTuple, TypeAlias

from twelvelabs_embed_emulator.contract import rules as _rules
from twelvelabs_embed_emulator.contract.errors import ApiError, refuse
from twelvelabs_embed_emulator.endpoints.assets import Assets, Extras
from twelvelabs_embed_emulator.endpoints.presigned_urls import Signer
from twelvelabs_embed_emulator.state import clock as _clock
from twelvelabs_embed_emulator.state.clock import Clock
from twelvelabs_embed_emulator.state.expiry import UPLOAD_LIFE_MS, URL_LIFE_MS
from twelvelabs_embed_emulator.state.files import Files
from twelvelabs_embed_emulator.state.store import Row, Store, page_info

_Json: TypeAlias = dict[str, Any]

HEADERS = {"content-type": "application/octet-stream"}
"""What a chunk must be sent with. The vendor's SDK looks at no `upload_headers`, but sends this."""
MOST_URLS = 50
"""In one answer."""


class NoUploadError(Exception):
    """No chunk can be put there: the session does not exist, is completed, or expired."""


class PutChunk(NamedTuple):
    """A chunk that the storage host has."""

    upload_id: str
    chunk_index: int
    file_id: int
    etag: str
    size_bytes: int


class Uploads:
    """The multipart upload sessions of a store.

    Args:
        store: where they are kept.
        files: the files of that store.
        clock: the emulator's time.
        assets: takes the files that are complete.
        signer: makes the URLs for chunks.
        chunk_bytes: how long the chunks of new sessions are.
        urls_per_answer: how many URLs a new session comes with at most.
    """

    def __init__(
        self,
        store: Store,
        files: Files,
        clock: Clock,
        assets: Assets,
        *,
        signer: Signer,
        chunk_bytes: int,
        urls_per_answer: int,
    ) -> None:
        self._store = store
        self._files = files
        self._clock = clock
        self._assets = assets
        self._signer = signer
        self._chunk_bytes = chunk_bytes
        self._urls_per_answer = urls_per_answer

    # ------------------------------------------------------------------------------- operations

    def create(self, document: _Json) -> _Json:
        """Begin a session, and reserve its asset."""
        upload_id, now_ms = token_hex(12), self._clock.now_ms()
        if document["type"] == "image":
            _rules.IMAGE_SIZE.check("total_size", int(document["total_size"]))
        extras = Extras(
            hls=document.get("enable_hls", False),
            thumbnail=document.get("enable_thumbnail", False),
            notes=document.get("user_metadata", {}),
        )
        with self._store.transaction():
            asset_id = self._assets.add("multipart", document["filename"], extras)
            self._store.run(
                "insert into upload (id, asset_id, total_bytes, chunk_bytes, created_ms,"
                " updated_ms, expires_ms) values"
                " (:id, :asset_id, :total_bytes, :chunk_bytes, :now, :now, :expires_ms)",
                id=upload_id,
                asset_id=asset_id,
                total_bytes=int(document["total_size"]),
                chunk_bytes=self._chunk_bytes,
                now=now_ms,
                expires_ms=now_ms + UPLOAD_LIFE_MS,
            )
            upload = self._find(upload_id)
        first = range(1, min(self._urls_per_answer, _total_chunks(upload)) + 1)
        return {
            "upload_id": upload_id,
            "asset_id": asset_id,
            "upload_urls": self._urls(upload_id, first),
            "upload_headers": HEADERS,
            "chunk_size": upload["chunk_bytes"],
            "total_chunks": _total_chunks(upload),
            "expires_at": _clock.written(upload["expires_ms"]),
        }

    def presigned_urls(self, upload_id: str, document: _Json) -> _Json:
        """Return fresh URLs for some chunks."""
        upload = self._find_active(upload_id)
        start, count = int(document["start"]), int(document["count"])
        total = _total_chunks(upload)
        if start + count - 1 > total:
            problem = f"chunks {start} to {start + count - 1} are asked for, and there are {total}"
            raise refuse("count" if start <= total else "start", problem)
        now_ms = self._clock.now_ms()
        return {
            "upload_id": upload_id,
            "start_index": start,
            "count": count,
            "upload_urls": self._urls(upload_id, range(start, start + count)),
            "generated_at": _clock.written(now_ms),
            "expires_at": _clock.written(now_ms + URL_LIFE_MS),
        }

    def report(self, upload_id: str, document: _Json) -> _Json:
        """Note chunks as uploaded; with the last one, the file is whole.

        One that is wrong spoils the report: then none of it is noted. What was reported before may
        be reported again, also when the session is completed: a client may not have got the answer.
        """
        with self._store.transaction():
            upload = self._find(upload_id)
            if upload["status"] == "expired":
                raise _not_active(upload)
            new = {
                chunk["chunk_index"]
                for place, report in enumerate(document["completed_chunks"])
                if not (chunk := self._check_report(upload, report, place))["reported_ms"]
            }
            now_ms = self._clock.now_ms()
            for index in new:
                self._store.run(
                    "update chunk set reported_ms = :now"
                    " where upload_id = :id and chunk_index = :index",
                    now=now_ms,
                    id=upload_id,
                    index=index,
                )
            sql = "update upload set updated_ms = :now where id = :id"
            self._store.run(sql, now=now_ms, id=upload_id)
            completed = self._completed(upload_id)
            is_whole = completed["count"] == _total_chunks(upload)
            if is_whole and new:
                self._complete(upload)
        answer = {
            "asset_id": upload["asset_id"],
            "processed_chunks": len(new),
            "duplicate_chunks": len(document["completed_chunks"]) - len(new),
            "total_completed": completed["count"],
        }
        return answer | ({"url": self._signer.asset_url(upload["asset_id"])} if is_whole else {})

    def status(self, upload_id: str, query: _Json) -> _Json:
        """Return a session and one page of its chunks, whether they were put or not."""
        upload = self._find(upload_id)
        total, completed = _total_chunks(upload), self._completed(upload_id)
        page, limit = int(query["page"]), int(query["page_limit"])
        first = (page - 1) * limit + 1
        last = min(first + limit - 1, total)
        return {
            "upload_id": upload_id,
            "status": upload["status"],
            "uploaded_chunks": self._chunks(upload_id, first, last) if first <= total else [],
            "chunks_completed": completed["count"],
            "chunks_failed": 0,
            "chunks_pending": total - completed["count"],
            "page_info": page_info(page, limit, total),
            "total_size": upload["total_bytes"],
            "uploaded_size": completed["size_bytes"],
            "created_at": _clock.written(upload["created_ms"]),
            "updated_at": _clock.written(upload["updated_ms"]),
        }

    def list_incomplete(self, query: _Json) -> _Json:
        """Return one page of the sessions that are not completed, newest first."""
        rows, info = self._store.page("upload where status != 'completed'", query)
        sessions = [
            {
                "upload_id": row["id"],
                "status": row["status"],
                "total_size": row["total_bytes"],
                "chunk_size": row["chunk_bytes"],
                "total_chunks": _total_chunks(row),
                "created_at": _clock.written(row["created_ms"]),
                "expires_at": _clock.written(row["expires_ms"]),
            }
            for row in rows
        ]
        return {"data": sessions, "page_info": info}

    # ------------------------------------------------------------------------- the storage host

    def longest_chunk(self, upload_id: str) -> int:
        """Return how many bytes a chunk of this session may have.

        Raises:
            NoUploadError: it takes no chunks.
        """
        sql = "select chunk_bytes from upload where id = :id and status = 'active'"
        upload = self._store.first(sql, id=upload_id)
        if upload is None:
            raise NoUploadError
        return int(upload["chunk_bytes"])

    def keep_chunk(self, chunk: PutChunk) -> None:
        """Keep a chunk in the place of one that was put before.

        If it was reported and has another content now, it must be reported again.

        Raises:
            NoUploadError: it was completed or expired meanwhile.
        """
        key = {"upload_id": chunk.upload_id, "chunk_index": chunk.chunk_index}
        sql = "select * from chunk where upload_id = :upload_id and chunk_index = :chunk_index"
        with self._store.transaction():
            self.longest_chunk(chunk.upload_id)
            before = self._store.first(sql, **key)
            is_same = before is not None and before["etag"] == chunk.etag
            if before is not None:
                self._files.delete(before["file_id"])
            self._store.run(
                "insert or replace into chunk values (:upload_id, :chunk_index, :file_id, :etag,"
                " :size_bytes, :put_ms, :reported_ms)",
                **chunk._asdict(),
                put_ms=self._clock.now_ms(),
                reported_ms=before["reported_ms"] if before is not None and is_same else None,
            )

    # ------------------------------------------------------------------------------------ within

    def _find(self, upload_id: str) -> Row:
        upload = self._store.first("select * from upload where id = :id", id=upload_id)
        if upload is None:
            message = f"upload_id: there is no upload session {upload_id[:100]}"
            raise ApiError(404, "resource_not_exist", message)
        return upload

    def _find_active(self, upload_id: str) -> Row:
        upload = self._find(upload_id)
        if upload["status"] != "active":
            raise _not_active(upload)
        return upload

    def _check_report(self, upload: Row, report: _Json, place: int) -> Row:
        """Return the chunk that `report`, the one at `place` of its batch, is about."""
        index, field = int(report["chunk_index"]), f"completed_chunks[{place}]"
        total = _total_chunks(upload)
        if index > total:
            problem = f"there is no chunk {index}, only {total}"
            raise refuse(f"{field}.chunk_index", problem)
        sql = "select * from chunk where upload_id = :id and chunk_index = :index"
        chunk = self._store.first(sql, id=upload["id"], index=index)
        if chunk is None:
            raise refuse(f"{field}.chunk_index", f"chunk {index} is not uploaded")
        if report["proof"].strip('"') != chunk["etag"]:
            problem = f"{report['proof'][:60]!r} is not the ETag of chunk {index}"
            raise refuse(f"{field}.proof", problem)
        is_last = index == total
        size_bytes = upload["total_bytes"] - (total - 1) * upload["chunk_bytes"]
        wanted = size_bytes if is_last else upload["chunk_bytes"]
        for what, size in (("uploaded", chunk["size_bytes"]), ("reported", report["chunk_size"])):
            if size != wanted:
                problem = f"chunk {index} was {what} with {size} bytes; it must have {wanted}"
                raise refuse(f"{field}.chunk_size", problem)
        return chunk

    def _complete(self, upload: Row) -> None:
        sql = "select file_id from chunk where upload_id = :id order by chunk_index"
        chunks = self._store.all(sql, id=upload["id"])
        file_id = self._files.join(chunk["file_id"] for chunk in chunks)
        self._store.run("update chunk set file_id = null where upload_id = :id", id=upload["id"])
        self._store.run("update upload set status = 'completed' where id = :id", id=upload["id"])
        self._assets.receive(upload["asset_id"], file_id)

    def _completed(self, upload_id: str) -> Row:
        row = self._store.first(
            "select count(*) as count, coalesce(sum(size_bytes), 0) as size_bytes from chunk"
            " where upload_id = :id and reported_ms is not null",
            id=upload_id,
        )
        assert row is not None
        return row

    def _chunks(self, upload_id: str, first: int, last: int) -> list[_Json]:
        sql = "select * from chunk where upload_id = :id and chunk_index between :first and :last"
        rows = self._store.all(sql, id=upload_id, first=first, last=last)
        known = {row["chunk_index"]: row for row in rows}
        return [_chunk_info(index, known.get(index)) for index in range(first, last + 1)]

    def _urls(self, upload_id: str, indexes: Sequence[int]) -> list[_Json]:
        expires_ms = self._clock.now_ms() + URL_LIFE_MS
        return [
            {
                "chunk_index": index,
                "url": self._signer.chunk_url(upload_id, index, expires_ms),
                "expires_at": _clock.written(expires_ms),
            }
            for index in indexes
        ]


def _total_chunks(upload: Row) -> int:
    return -(-int(upload["total_bytes"]) // int(upload["chunk_bytes"]))


def _not_active(upload: Row) -> ApiError:
    problem = f"session {upload['id']} is {upload['status']}; create another one"
    return refuse("upload_id", problem)


def _chunk_info(index: int, chunk: Row | None) -> _Json:
    info: _Json = {"index": index, "status": "pending"}
    if chunk is None:
        return info
    info["updated_at"] = _clock.written(chunk["reported_ms"] or chunk["put_ms"])
    if chunk["reported_ms"]:
        info |= {"status": "completed", "uploaded_at": _clock.written(chunk["reported_ms"])}
    return info
