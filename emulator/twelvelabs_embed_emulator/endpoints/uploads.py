"""Multipart uploads: sessions whose chunks go to a storage host by presigned URLs.

Chunks are counted from 1.
"""

from collections.abc import Sequence
from secrets import token_hex
from typing import NamedTuple

from twelvelabs_embed_emulator.contract.errors import ApiError, bad_request, not_found
from twelvelabs_embed_emulator.contract.limits import IMAGE_SIZE
from twelvelabs_embed_emulator.contract.strict_json import Json
from twelvelabs_embed_emulator.endpoints.assets import Assets, Extras
from twelvelabs_embed_emulator.state.clock import format_timestamp
from twelvelabs_embed_emulator.state.expiry import UPLOAD_EXPIRY_MS, URL_EXPIRY_MS
from twelvelabs_embed_emulator.state.state import State
from twelvelabs_embed_emulator.state.store import Row, page_info

UPLOAD_HEADERS = {"content-type": "application/octet-stream"}
"""Required headers of a chunk. The vendor's SDK ignores `upload_headers`, but sends this."""


class NoUploadError(Exception):
    """The session accepts no chunks: it does not exist, is completed, or expired."""


class StoredChunk(NamedTuple):
    """A chunk that the storage host has received."""

    upload_id: str
    chunk_index: int
    file_id: int
    etag: str
    size_bytes: int


class Uploads:
    """The multipart upload sessions of a state; `assets` gets the files that are complete."""

    def __init__(self, state: State, assets: Assets) -> None:
        self._state = state
        self._store = state.store
        self._assets = assets

    # ------------------------------------------------------------------------------- operations

    def create(self, document: Json) -> Json:
        """Create a session and its asset."""
        upload_id, now_ms = token_hex(12), self._state.clock.now_ms()
        total_bytes, settings = int(document["total_size"]), self._state.settings
        if document["type"] == "image":
            IMAGE_SIZE.check("total_size", total_bytes)
        extras = Extras(
            hls=document.get("enable_hls", False),
            thumbnail=document.get("enable_thumbnail", False),
            user_metadata=document.get("user_metadata", {}),
        )
        with self._store.transaction():
            asset_id = self._assets.add("multipart", document["filename"], extras)
            self._store.insert(
                "upload",
                id=upload_id,
                asset_id=asset_id,
                total_bytes=total_bytes,
                chunk_bytes=settings.chunk_bytes,
                created_ms=now_ms,
                updated_ms=now_ms,
                expires_ms=now_ms + UPLOAD_EXPIRY_MS,
            )
            upload = self._find(upload_id)
        first = range(1, min(settings.urls_per_response, _total_chunks(upload)) + 1)
        return {
            "upload_id": upload_id,
            "asset_id": asset_id,
            "upload_urls": self._urls(upload_id, first, now_ms),
            "upload_headers": UPLOAD_HEADERS,
            "chunk_size": upload["chunk_bytes"],
            "total_chunks": _total_chunks(upload),
            "expires_at": format_timestamp(upload["expires_ms"]),
        }

    def presigned_urls(self, upload_id: str, document: Json) -> Json:
        """Return fresh URLs for some chunks."""
        upload = self._find(upload_id)
        if upload["status"] != "active":
            raise _not_active(upload)
        start, count = int(document["start"]), int(document["count"])
        total = _total_chunks(upload)
        if start + count - 1 > total:
            reason = f"chunks {start} to {start + count - 1} are asked for, and there are {total}"
            raise bad_request("count" if start <= total else "start", reason)
        now_ms = self._state.clock.now_ms()
        return {
            "upload_id": upload_id,
            "start_index": start,
            "count": count,
            "upload_urls": self._urls(upload_id, range(start, start + count), now_ms),
            "generated_at": format_timestamp(now_ms),
            "expires_at": format_timestamp(now_ms + URL_EXPIRY_MS),
        }

    def report(self, upload_id: str, document: Json) -> Json:
        """Record chunks as uploaded; the last one completes the file.

        If one is invalid, none of the report is recorded. A chunk may be reported again, also when
        the session is completed: a client may not have received the response.
        """
        with self._store.transaction():
            upload = self._find(upload_id)
            if upload["status"] == "expired":
                raise _not_active(upload)
            new = {
                chunk["chunk_index"]
                for place, report in enumerate(document["completed_chunks"])
                if not (chunk := self._validate_report(upload, report, place))["reported_ms"]
            }
            now_ms = self._state.clock.now_ms()
            for index in new:
                self._store.run(
                    "update chunk set reported_ms = :now"
                    " where upload_id = :id and chunk_index = :index",
                    now=now_ms,
                    id=upload_id,
                    index=index,
                )
            self._store.update("upload", upload_id, updated_ms=now_ms)
            completed = self._completed(upload_id)
            is_complete = completed["count"] == _total_chunks(upload)
            if is_complete and new:
                self._complete(upload)
        response = {
            "asset_id": upload["asset_id"],
            "processed_chunks": len(new),
            "duplicate_chunks": len(document["completed_chunks"]) - len(new),
            "total_completed": completed["count"],
        }
        if is_complete:
            response["url"] = self._state.signer.asset_url(upload["asset_id"])
        return response

    def status(self, upload_id: str, query: Json) -> Json:
        """Return a session and one page of its chunks, uploaded or not."""
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
            "created_at": format_timestamp(upload["created_ms"]),
            "updated_at": format_timestamp(upload["updated_ms"]),
        }

    def list_incomplete(self, query: Json) -> Json:
        """Return one page of the sessions that are not completed, newest first."""
        rows, info = self._store.page("upload where status != 'completed'", query)
        sessions = [
            {
                "upload_id": row["id"],
                "status": row["status"],
                "total_size": row["total_bytes"],
                "chunk_size": row["chunk_bytes"],
                "total_chunks": _total_chunks(row),
                "created_at": format_timestamp(row["created_ms"]),
                "expires_at": format_timestamp(row["expires_ms"]),
            }
            for row in rows
        ]
        return {"data": sessions, "page_info": info}

    # ------------------------------------------------------------------------- the storage host

    def max_chunk_bytes(self, upload_id: str) -> int:
        """Return how many bytes a chunk of this session may have.

        Raises:
            NoUploadError: it accepts no chunks.
        """
        upload = self._store.find("upload", upload_id)
        if upload is None or upload["status"] != "active":
            raise NoUploadError
        return int(upload["chunk_bytes"])

    def put_chunk(self, chunk: StoredChunk) -> None:
        """Store a chunk in the place of an earlier one.

        If that was reported and has another content now, it must be reported again.

        Raises:
            NoUploadError: the session was completed or expired meanwhile.
        """
        with self._store.transaction():
            self.max_chunk_bytes(chunk.upload_id)
            before = self._chunk(chunk.upload_id, chunk.chunk_index)
            is_same = before is not None and before["etag"] == chunk.etag
            if before is not None:
                self._state.files.delete(before["file_id"])
            self._store.run(
                "insert or replace into chunk values (:upload_id, :chunk_index, :file_id, :etag,"
                " :size_bytes, :put_ms, :reported_ms)",
                **chunk._asdict(),
                put_ms=self._state.clock.now_ms(),
                reported_ms=before["reported_ms"] if before is not None and is_same else None,
            )

    # ------------------------------------------------------------------------------------ within

    def _find(self, upload_id: str) -> Row:
        upload = self._store.find("upload", upload_id)
        if upload is None:
            raise not_found("upload_id", f"there is no upload session {upload_id[:100]}")
        return upload

    def _validate_report(self, upload: Row, report: Json, place: int) -> Row:
        """Return the chunk that `report`, the one at `place` of its batch, is about."""
        index, field = int(report["chunk_index"]), f"completed_chunks[{place}]"
        total = _total_chunks(upload)
        if index > total:
            raise bad_request(f"{field}.chunk_index", f"there is no chunk {index}, only {total}")
        chunk = self._chunk(upload["id"], index)
        if chunk is None:
            raise bad_request(f"{field}.chunk_index", f"chunk {index} is not uploaded")
        if report["proof"].strip('"') != chunk["etag"]:
            reason = f"{report['proof'][:60]!r} is not the ETag of chunk {index}"
            raise bad_request(f"{field}.proof", reason)
        last_bytes = upload["total_bytes"] - (total - 1) * upload["chunk_bytes"]
        expected = last_bytes if index == total else upload["chunk_bytes"]
        for what, size in (("uploaded", chunk["size_bytes"]), ("reported", report["chunk_size"])):
            if size != expected:
                reason = f"chunk {index} was {what} with {size} bytes; it must have {expected}"
                raise bad_request(f"{field}.chunk_size", reason)
        return chunk

    def _complete(self, upload: Row) -> None:
        sql = "select file_id from chunk where upload_id = :id order by chunk_index"
        chunks = self._store.all(sql, id=upload["id"])
        file_id = self._state.files.join(chunk["file_id"] for chunk in chunks)
        self._store.run("update chunk set file_id = null where upload_id = :id", id=upload["id"])
        self._store.update("upload", upload["id"], status="completed")
        self._assets.complete_upload(upload["asset_id"], file_id)

    def _completed(self, upload_id: str) -> Row:
        row = self._store.first(
            "select count(*) as count, coalesce(sum(size_bytes), 0) as size_bytes from chunk"
            " where upload_id = :id and reported_ms is not null",
            id=upload_id,
        )
        assert row is not None
        return row

    def _chunk(self, upload_id: str, index: int) -> Row | None:
        sql = "select * from chunk where upload_id = :id and chunk_index = :index"
        return self._store.first(sql, id=upload_id, index=index)

    def _chunks(self, upload_id: str, first: int, last: int) -> list[Json]:
        sql = "select * from chunk where upload_id = :id and chunk_index between :first and :last"
        rows = self._store.all(sql, id=upload_id, first=first, last=last)
        known = {row["chunk_index"]: row for row in rows}
        return [_chunk_status(index, known.get(index)) for index in range(first, last + 1)]

    def _urls(self, upload_id: str, indexes: Sequence[int], now_ms: int) -> list[Json]:
        expires_ms = now_ms + URL_EXPIRY_MS
        return [
            {
                "chunk_index": index,
                "url": self._state.signer.chunk_url(upload_id, index, expires_ms),
                "expires_at": format_timestamp(expires_ms),
            }
            for index in indexes
        ]


def _total_chunks(upload: Row) -> int:
    return -(-int(upload["total_bytes"]) // int(upload["chunk_bytes"]))


def _not_active(upload: Row) -> ApiError:
    reason = f"session {upload['id']} is {upload['status']}; create another one"
    return bad_request("upload_id", reason)


def _chunk_status(index: int, chunk: Row | None) -> Json:
    status: Json = {"index": index, "status": "pending", "uploaded_at": None}
    if chunk is None:
        return status
    status["updated_at"] = format_timestamp(chunk["reported_ms"] or chunk["put_ms"])
    if chunk["reported_ms"]:
        uploaded_at = format_timestamp(chunk["reported_ms"])
        status |= {"status": "completed", "uploaded_at": uploaded_at}
    return status
