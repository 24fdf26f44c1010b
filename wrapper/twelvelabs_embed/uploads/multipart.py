"""Multipart uploads: the chunks of a file, sent to a storage host in one upload session.

Links to the storage host need no key. What is there is recorded in the resume store.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

import httpx
from attrs import frozen
from msgspec.structs import replace
from twelvelabs_embed_api.models import (
    CompletedChunk,
    CreateAssetUploadRequest,
    CreateAssetUploadResponse,
    PresignedUrlChunk,
    ReportChunkBatchRequest,
    RequestAdditionalPresignedUrlsRequest,
)

from twelvelabs_embed._http import endpoints
from twelvelabs_embed._http.effects import (
    Flow,
    Notify,
    RunBlocking,
    RunConcurrently,
    SendRequest,
)
from twelvelabs_embed._http.encoding import Streamed, StreamedBody
from twelvelabs_embed._http.operation import Operation
from twelvelabs_embed._http.request import Connection, RequestOptions, call, retry_policy
from twelvelabs_embed._http.sending import send, timeout_of
from twelvelabs_embed.errors import (
    ApiConnectionError,
    ApiError,
    BadRequestError,
    ConflictError,
    ForbiddenError,
    NotFoundError,
    UploadError,
)
from twelvelabs_embed.retry import RetryPolicy
from twelvelabs_embed.uploads.chunk import Chunk, find_mismatch
from twelvelabs_embed.uploads.progress import ProgressMeter
from twelvelabs_embed.uploads.resume_store import Record, Session
from twelvelabs_embed.uploads.session_state import (
    BATCH,
    SessionClosedError,
    SessionState,
    fetch_state,
)
from twelvelabs_embed.uploads.source import UploadSource

__all__ = ["ChunkSettings", "MultipartUpload"]

T = TypeVar("T")
_log = logging.getLogger("twelvelabs_embed")

# How many chunks a group has at least for each that is sent concurrently.
_ROUNDS = 4
# A link is not used when it expires sooner than this: the chunk has to get there, too.
_LINK_MARGIN = timedelta(minutes=1)
# How often a chunk is sent when storage rejects it or received something else, besides retries.
_MAX_ATTEMPTS = 3
# How object stores say that a link has expired, that it took too long, or that the session is over.
_LINK_REJECTED = frozenset({400, 401, 403, 404, 410})
_SESSION_LIFE = timedelta(hours=24)


class _ChunkRejectedError(UploadError):
    """Storage rejected a chunk, or received something else; it may be sent again."""


@frozen
class ChunkSettings:
    """How chunks are sent.

    Attributes:
        concurrency: how many at the same time
        batch_size: how many are reported at once
        retry: how storage's failures are retried; None for the connection's policy
        after_batch: makes the effect that follows a report, of how many chunks are there of how
            many
    """

    concurrency: int
    batch_size: int = BATCH
    retry: RetryPolicy | None = None
    after_batch: Callable[[int, int], Notify] | None = None


@frozen
class _Link:
    """Where to send a chunk, and until when; None when that is not known."""

    url: str
    expires_at: datetime | None


class MultipartUpload:
    """Sends the chunks of a file to one upload session.

    They are sent in groups, which are then reported in batches of 50: as many as a report and a
    request for links may have. Only at the end of a group are fewer sent concurrently.
    """

    session: Session
    url: str = ""  # where the service keeps the asset, if it said so

    def __init__(
        self,
        source: UploadSource,
        record: Record,
        meter: ProgressMeter,
        connection: Connection,
        settings: ChunkSettings,
        options: RequestOptions | None,
    ) -> None:
        self._source = source
        self._settings = settings
        self._record = record
        self._meter = meter
        self._connection = connection
        self._options = options or {}
        self._is_resumed = record.session is not None
        self._links: dict[int, _Link] = {}
        self._counted: int | None = None  # chunks, by the service

    def start(self) -> Flow[None]:
        """Start a session, and send all chunks."""
        source = self._source
        request = CreateAssetUploadRequest(
            filename=source.filename, type=source.kind, total_size=source.size_bytes
        )
        # A second session does no harm: one that was never completed is invisible.
        operation = replace(endpoints.create_multipart_upload(request), created_resource="")
        response = (yield from call(operation, self._connection, self._options)).data
        self.session = self._as_session(response)
        yield RunBlocking(partial(self._record.start, self.session))
        self._keep_links(response.upload_urls)
        self._meter.start(0)
        yield from self._send_all(range(1, self.session.total_chunks + 1))

    def resume(self) -> Flow[None]:
        """Send the chunks that are missing from the record's session.

        Raises:
            SessionClosedError: the service takes no more chunks of it
        """
        assert self._record.session is not None
        self.session = session = self._record.session
        state = yield from self._fetch_state()
        if state.session not in ("active", "completed"):
            raise SessionClosedError(session.upload_id, state.session)
        completed = {*state.with_status("completed")}
        if state.session == "completed":
            completed = set(range(1, session.total_chunks + 1))
        put = self._record.etags.keys() - state.with_status("failed") - completed
        there = put | completed
        _log.info(
            "%s: %d of %d chunks are there from before",
            *(session.label, len(there), session.total_chunks),
            extra={"is_notice": True},  # of use to people: the command line shows it
        )
        self._meter.start(sum(map(session.length_bytes, there)))
        for batch in _batches(sorted(put), self._settings.batch_size):
            yield from self._report(batch)
        missing = [index for index in range(1, session.total_chunks + 1) if index not in there]
        yield from self._send_all(missing)

    def _send_all(self, missing: Sequence[int]) -> Flow[None]:
        settings, total = self._settings, self.session.total_chunks
        sent = total - len(missing)
        for group in _batches(missing, self._group_size()):
            for index in group:  # with one request for all, not one in each thread
                yield from self._link(index)
            yield RunConcurrently(map(self._send_chunk, group), settings.concurrency)
            for batch in _batches(group, settings.batch_size):
                yield from self._report(batch)
                sent += len(batch)
                if settings.after_batch is not None:
                    yield settings.after_batch(sent, total)
        if self._counted is not None and self._counted < self.session.total_chunks:
            yield from self._check_complete()

    def _group_size(self) -> int:
        """Return how many chunks a group has: whole batches, one of them if a callback follows."""
        settings = self._settings
        batches = -(-_ROUNDS * settings.concurrency // settings.batch_size)
        return settings.batch_size * (1 if settings.after_batch is not None else batches)

    def _check_complete(self) -> Flow[None]:
        """Raise UploadError when the service lacks chunks that were reported."""
        state = yield from self._fetch_state()
        missing = sorted(state.chunks.keys() - state.with_status("completed"))
        if state.session != "completed" and missing:
            shown = ", ".join(map(str, missing[:5])) + (" …" if missing[5:] else "")
            what = f"all chunks were sent and reported, but the service lacks {shown}"
            raise self._failure(UploadError, what, missing[0])

    def _send_chunk(self, index: int) -> Flow[None]:
        """Send a chunk to the storage host, and record that it is there."""
        for attempts_left in reversed(range(_MAX_ATTEMPTS)):
            try:
                etag = yield from self._send_once(index)
            except _ChunkRejectedError as rejected:
                if not attempts_left:
                    raise
                _log.warning("%s: %s; it is sent again", self.session.label, rejected)
            else:
                yield RunBlocking(partial(self._record_chunk, index, etag))
                return

    def _send_once(self, index: int) -> Flow[str]:
        """Send a chunk; returns the ETag of the storage's response."""
        session = self.session
        name = f"chunk {index} of {session.total_chunks}"
        operation = Operation(f"{session.label}: {name}", "PUT", "", lambda response: response)
        chunk = Chunk(self._source.media, session, index)
        request = self._put_request((yield from self._link(index)), chunk)
        try:
            response = yield from send(
                request,
                operation,
                self._settings.retry or retry_policy(self._connection, self._options),
                self._connection.clock,
            )
        except (ApiError, ApiConnectionError) as error:
            what = f"{name}: storage: {error}"
            if isinstance(error, ApiError) and error.status_code in _LINK_REJECTED:
                self._links.pop(index, None)
                raise self._failure(_ChunkRejectedError, what, index, error) from error
            raise self._failure(UploadError, what, index, error) from error
        etag = response.headers.get("etag", "").strip('"')
        if wrong := find_mismatch(etag, response.headers, chunk.md5):
            raise self._failure(_ChunkRejectedError, f"{name}: {wrong}", index)
        return etag

    def _failure(
        self,
        kind: type[UploadError],
        what: str,
        index: int | None = None,
        error: Exception | None = None,
    ) -> UploadError:
        return kind(what, index, error, upload_id=self.session.upload_id)

    def _put_request(self, url: str, chunk: Chunk) -> SendRequest:
        body = StreamedBody(
            [Streamed(chunk.length_bytes, chunk.read, chunk.is_remote)],
            partial(self._meter.report, chunk.index),
        )
        return SendRequest(
            "PUT",
            url,
            headers=httpx.Headers(self.session.upload_headers),
            params={},
            body=body,
            timeout=timeout_of(self._connection, self._options),
            is_external=True,
        )

    def _record_chunk(self, index: int, etag: str) -> None:
        self._source.check_unchanged()
        self._record.add(index, etag)

    def _link(self, index: int) -> Flow[str]:
        """Find the link for a chunk; request more links when there is none that lasts."""
        link, now = self._links.get(index), self._connection.clock.now()
        if link is None or (link.expires_at and link.expires_at < now + _LINK_MARGIN):
            count = min(BATCH, self.session.total_chunks - index + 1)
            request = RequestAdditionalPresignedUrlsRequest(start=index, count=count)
            upload_id = self.session.upload_id
            response = yield from self._call(endpoints.request_presigned_urls(upload_id, request))
            self._keep_links(response.upload_urls)
            link = self._links.get(index)
            if link is None:
                what = f"the service has no link for chunk {index}"
                raise self._failure(UploadError, what, index)
        return link.url

    def _keep_links(self, links: Sequence[PresignedUrlChunk] | None) -> None:
        soon = self._connection.clock.now() + _LINK_MARGIN
        for link in links or ():
            ends = link.expires_at
            # One that has expired when it arrives means that this machine's clock is wrong.
            is_sure = ends is not None and ends > soon
            self._links[link.chunk_index] = _Link(link.url, ends if is_sure else None)

    def _report(self, indexes: Sequence[int]) -> Flow[None]:
        session, etags = self.session, self._record.etags
        request = ReportChunkBatchRequest(
            completed_chunks=[
                CompletedChunk(
                    chunk_index=index,
                    proof=etags[index],
                    proof_type="etag",
                    chunk_size=session.length_bytes(index),
                )
                for index in indexes
            ]
        )
        operation = endpoints.report_chunk_batch(session.upload_id, request)
        try:
            response = yield from self._call(operation)
            self._counted = response.total_completed
            self.url = response.url or self.url
        except SessionClosedError as closed:
            if closed.state != "completed":  # the response to the last report was lost
                raise
            self._counted = None

    def _call(self, operation: Operation[T]) -> Flow[T]:
        """Call the service about the session; on an error, find out whether it is closed."""
        try:
            return (yield from call(operation, self._connection, self._options)).data
        except (BadRequestError, ForbiddenError, NotFoundError, ConflictError) as error:
            state = (yield from self._fetch_state()).session
            if state != "active":
                raise SessionClosedError(self.session.upload_id, state) from error
            if self._is_resumed:  # the resume store and the service do not agree
                raise SessionClosedError(
                    self.session.upload_id, f"not to be used ({error})"
                ) from error
            raise

    def _fetch_state(self) -> Flow[SessionState]:
        upload_id = self.session.upload_id
        try:
            return (yield from fetch_state(self._connection, upload_id, self._options))
        except (BadRequestError, ForbiddenError, NotFoundError) as error:
            return SessionState(f"gone ({error})", {})

    def _as_session(self, response: CreateAssetUploadResponse) -> Session:
        source, headers = self._source, response.upload_headers
        ends = response.expires_at or self._connection.clock.now() + _SESSION_LIFE
        if response.total_chunks != -(-source.size_bytes // max(1, response.chunk_size)):
            layout = f"{response.total_chunks} chunks of {response.chunk_size} bytes"
            wants = f"the service wants {layout} of a file of {source.size_bytes} bytes"
            raise UploadError(wants, upload_id=response.upload_id)
        return Session(
            base_url=self._connection.base_url,
            label=source.media.label,
            path=source.path,
            filename=source.filename,
            size_bytes=source.size_bytes,
            upload_id=response.upload_id,
            asset_id=response.asset_id,
            chunk_bytes=response.chunk_size,
            total_chunks=response.total_chunks,
            upload_headers=dict(headers or {}),
            expires_at=ends,
        )


def _batches(indexes: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    for start in range(0, len(indexes), size):
        yield indexes[start : start + size]
