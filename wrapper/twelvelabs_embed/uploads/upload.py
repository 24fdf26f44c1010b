"""Uploading media of any size: at once up to 200 MB, in pieces above.

Pieces go to a storage host by links that need no key, several at the same time, and are reported to
the service in batches. What is there is written into the journal, so that the next call with the
same file goes on where the last one stood, however that ended.
"""

from __future__ import annotations

import json
import logging
import mimetypes
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from hashlib import blake2b, md5
from pathlib import Path
from threading import Lock
from typing import Literal, TypeAlias, TypeVar

import httpx
from attrs import evolve, frozen
from twelvelabs_embed_api.models import (
    Asset,
    CompletedChunk,
    CreateAssetRequest,
    CreateAssetUploadRequest,
    CreateAssetUploadResponse,
    PresignedUrlChunk,
    ReportChunkBatchRequest,
    RequestAdditionalPresignedUrlsRequest,
)
from twelvelabs_embed_api.types import UNSET, Unset

from twelvelabs_embed._http import endpoints
from twelvelabs_embed._http.effects import Flow, RunBlocking, RunConcurrently, SendRequest
from twelvelabs_embed._http.encoding import Streamed, StreamedBody
from twelvelabs_embed._http.list_pages import fetch_page
from twelvelabs_embed._http.operation import FormFile, Operation
from twelvelabs_embed._http.request import Connection, RequestOptions, call, retry_policy
from twelvelabs_embed._http.sending import as_timeout, send
from twelvelabs_embed._text import size_words
from twelvelabs_embed.errors import (
    ApiConnectionError,
    ApiError,
    BadRequestError,
    ConflictError,
    ForbiddenError,
    InvalidInputError,
    NotFoundError,
    UploadError,
    Violation,
)
from twelvelabs_embed.inputs.media import Media, _reading, fault_violation, read_head
from twelvelabs_embed.limits.file_signatures import Format, sniff
from twelvelabs_embed.limits.tables import DEFAULT_MODEL, find_limit
from twelvelabs_embed.retry import Clock
from twelvelabs_embed.uploads.progress import Progress
from twelvelabs_embed.uploads.resume_store import Record, ResumeStore, Session
from twelvelabs_embed.validation.routing import direct_limit, upload_limit

T = TypeVar("T")
_Kind: TypeAlias = Literal["image", "audio", "video", "document"]
_log = logging.getLogger("twelvelabs_embed")

_READ_BYTES = 384 * 1024
# The contract's limit of a report and of a request for links.
_BATCH = 50
# A link is not used when it ends sooner than this: the piece has to get there, too.
_LINK_MARGIN = timedelta(minutes=1)
# How often a piece is sent when storage refuses it or got something else, besides all retries.
_TRIES = 3
# How object stores say that a link has expired, that it took too long, or that the session is over.
_LINK_REFUSED = frozenset({400, 401, 403, 404, 410})
_SESSION_LIFE = timedelta(hours=24)
_LONGEST_NAME = 255  # characters, by the contract


class UploadFlows:
    """How media gets to the service, decided without I/O.

    Args:
        connection: the service
        journal: where uploads in pieces are written down
        direct_bytes: what is sent at once at most; otherwise the documented limit
    """

    def __init__(
        self, connection: Connection, resume_store: ResumeStore, *, direct_bytes: int | None = None
    ) -> None:
        self._connection = connection
        self._resume_store = resume_store
        self._direct_bytes = direct_bytes

    def upload(
        self,
        media: Media,
        *,
        filename: str | None = None,
        concurrency: int = 4,
        progress: Callable[[Progress], object] | None = None,
        request_options: RequestOptions | None = None,
    ) -> Flow[Asset]:
        """Bring a file, bytes or a link to the service.

        Args:
            media: what to upload
            filename: what the asset is called; shortened when it is too long
            concurrency: how many pieces are sent at the same time
            progress: is told how far it is
            request_options: settings of each call; those of headers, query and body do not reach
                the storage host

        Returns:
            the asset, all of whose bytes are there; it may be `processing`

        Raises:
            InvalidInputError: the file cannot be read or is too large, or changed on the way
            UploadError: pieces could not be sent; what was sent is kept for the next time
            OutcomeUnknownError: the asset may have been created; it is not created again
            ApiError, ApiConnectionError: the last failure of a call, when no retry is left

        Source: `POST /assets` and `/assets/multipart-uploads` of the contract.
        """
        if concurrency < 1:
            limit = "at least one piece is sent at a time"
            raise InvalidInputError([Violation("concurrency", str(concurrency), limit)])
        if media.kind == "url":
            return (yield from self._fetch(media, filename, request_options))
        source: _Source = yield RunBlocking(partial(_look, media, filename))
        meter = _Meter(progress, source, self._connection.clock)
        if source.size_bytes <= self._max_at_once_bytes(source):
            return (yield from self._send_at_once(source, meter, request_options))
        _check_size(source)
        return (yield from self._send_in_pieces(source, meter, concurrency, request_options))

    def _max_at_once_bytes(self, source: _Source) -> float:
        if self._direct_bytes is not None:
            return self._direct_bytes
        limit = direct_limit(source.kind)
        return limit.value if limit else 0

    def _fetch(
        self, media: Media, filename: str | None, options: RequestOptions | None
    ) -> Flow[Asset]:
        request = CreateAssetRequest(
            "url", url=str(media.value), filename=_fit(filename) if filename else UNSET
        )
        operation = endpoints.create_asset("assets.upload", request, None)
        return (yield from call(operation, self._connection, options)).data

    def _send_at_once(
        self, source: _Source, meter: _Meter, options: RequestOptions | None
    ) -> Flow[Asset]:
        request = CreateAssetRequest("direct", filename=source.filename)
        file = FormFile(source.media, source.filename, source.mime_type, partial(meter.report, 1))
        operation = endpoints.create_asset("assets.upload", request, file)
        return (yield from call(operation, self._connection, options)).data

    # ------------------------------------------------------------------------------- in pieces

    def _send_in_pieces(
        self, source: _Source, meter: _Meter, concurrency: int, options: RequestOptions | None
    ) -> Flow[Asset]:
        key: str = yield RunBlocking(partial(source.key, self._connection.base_url))
        record: Record = yield RunBlocking(partial(self._resume_store.hold, key))
        try:
            try:
                return (yield from self._fill(source, record, meter, concurrency, options))
            except _SessionOverError as over:
                _log.warning("%s: %s; it is uploaded anew", source.media.label, over)
                yield RunBlocking(record.drop)
            return (yield from self._fill(source, record, meter, concurrency, options))
        finally:
            record.release()

    def _fill(
        self,
        source: _Source,
        record: Record,
        meter: _Meter,
        concurrency: int,
        options: RequestOptions | None,
    ) -> Flow[Asset]:
        """Go on with the session of the record, or begin one."""
        is_begun = record.session is not None
        pieces = _Pieces(source, record, meter, self._connection, options)
        if is_begun:
            yield from pieces.go_on(concurrency)
        else:
            yield from pieces.begin(concurrency)
        operation = endpoints.retrieve_asset(pieces.session.asset_id)
        try:
            asset = (yield from call(operation, self._connection, options)).data
        except NotFoundError as error:
            if is_begun:  # it was completed before the crash, and deleted after
                raise _SessionOverError(pieces.session.upload_id, "gone") from error
            raise
        yield RunBlocking(record.drop)
        return asset


class _SessionOverError(UploadError):
    """The service takes no more pieces of a session."""

    @property
    def state(self) -> str:
        return str(self.args[1])

    def __str__(self) -> str:
        return f"upload {self.upload_id}: the session is {self.state}"


class _PieceRefusedError(UploadError):
    """Storage did not take a piece, or took something else; it may be sent again."""


@frozen
class _Link:
    """Where to put a piece, and until when; None when that cannot be told."""

    url: str
    expires_at: datetime | None


class _Pieces:
    """Puts the pieces of a file into one session.

    Window after window of 50 pieces, each of which is then reported: a window is as long as a
    report and as a request for links may be. Only at its end are fewer pieces sent at once.
    """

    session: Session

    def __init__(
        self,
        source: _Source,
        record: Record,
        meter: _Meter,
        connection: Connection,
        options: RequestOptions | None,
    ) -> None:
        self._source = source
        self._record = record
        self._meter = meter
        self._connection = connection
        self._options = options or {}
        self._is_begun = record.session is not None
        self._links: dict[int, _Link] = {}
        self._counted: int | None = None  # pieces, by the service

    def begin(self, concurrency: int) -> Flow[None]:
        """Begin a session, and put all pieces there."""
        source = self._source
        request = CreateAssetUploadRequest(source.filename, source.kind, source.size_bytes)  # type: ignore[arg-type]  # documents are never so large
        # A second session does no harm: nobody sees what was never completed.
        operation = evolve(endpoints.create_multipart_upload(request), created_resource="")
        answer = (yield from call(operation, self._connection, self._options)).data
        self.session = self._as_session(answer)
        yield RunBlocking(partial(self._record.begin, self.session))
        self._take(answer.upload_urls)
        self._meter.begin(0)
        yield from self._put_all(range(1, self.session.total_chunks + 1), concurrency)

    def go_on(self, concurrency: int) -> Flow[None]:
        """Put the pieces there that are missing from the record's session."""
        assert self._record.session is not None
        self.session = session = self._record.session
        state, chunks = yield from self._look()
        if state not in ("active", "completed"):
            raise _SessionOverError(session.upload_id, state)
        completed = {index for index, status in chunks.items() if status == "completed"}
        if state == "completed":
            completed = set(range(1, session.total_chunks + 1))
        failed = {index for index, status in chunks.items() if status == "failed"}
        put = self._record.etags.keys() - failed - completed
        there = put | completed
        _log.info(
            "%s: %d of %d pieces are there from before",
            *(session.label, len(there), session.total_chunks),
        )
        self._meter.begin(sum(map(session.length_bytes, there)))
        for batch in _batches(sorted(put)):
            yield from self._report(batch)
        missing = [index for index in range(1, session.total_chunks + 1) if index not in there]
        yield from self._put_all(missing, concurrency)

    def _put_all(self, missing: Sequence[int], concurrency: int) -> Flow[None]:
        for window in _batches(missing):
            for index in window:  # with one request for all, and not one in each thread
                yield from self._link(index)
            yield RunConcurrently(map(self._put, window), concurrency)
            yield from self._report(window)
        if self._counted is not None and self._counted < self.session.total_chunks:
            yield from self._check_complete()

    def _check_complete(self) -> Flow[None]:
        """Raise UploadError when the service lacks pieces that were reported."""
        state, chunks = yield from self._look()
        lacking = [index for index, status in sorted(chunks.items()) if status != "completed"]
        if state != "completed" and lacking:
            shown = ", ".join(map(str, lacking[:5])) + (" …" if lacking[5:] else "")
            what = f"all pieces were sent and reported, but the service lacks {shown}"
            raise UploadError(self.session.upload_id, what)

    def _put(self, index: int) -> Flow[None]:
        """Bring a piece to the storage host, and write down that it is there."""
        for more_tries in reversed(range(_TRIES)):
            try:
                etag = yield from self._send(index)
            except _PieceRefusedError as refused:
                if not more_tries:
                    raise
                _log.warning("%s: %s; it is sent again", self.session.label, refused)
            else:
                yield RunBlocking(partial(self._keep, index, etag))
                return

    def _send(self, index: int) -> Flow[str]:
        """Send a piece; returns the ETag that storage answers."""
        session = self.session
        name = f"piece {index} of {session.total_chunks}"
        operation = Operation(f"{session.label}: {name}", "PUT", "", lambda response: response)
        piece = _Piece(self._source.media, session, index)
        request = self._put_request((yield from self._link(index)), piece)
        try:
            answer = yield from send(
                request,
                operation,
                retry_policy(self._connection, self._options),
                self._connection.clock,
            )
        except (ApiError, ApiConnectionError) as error:
            what = f"{name}: storage: {error}"
            if isinstance(error, ApiError) and error.status_code in _LINK_REFUSED:
                self._links.pop(index, None)
                raise _PieceRefusedError(session.upload_id, what) from error
            raise UploadError(session.upload_id, what) from error
        etag = answer.headers.get("etag", "").strip('"')
        if wrong := _find_wrong(etag, answer.headers, piece.md5):
            raise _PieceRefusedError(session.upload_id, f"{name}: {wrong}")
        return etag

    def _put_request(self, url: str, piece: _Piece) -> SendRequest:
        body = StreamedBody(
            [Streamed(piece.length_bytes, piece.read)], partial(self._meter.report, piece.index)
        )
        timeout_sec = self._options.get("timeout_in_seconds")
        return SendRequest(
            "PUT",
            url,
            headers=httpx.Headers(self.session.upload_headers),
            params={},
            body=body,
            timeout=as_timeout(self._connection.timeout if timeout_sec is None else timeout_sec),
            is_external=True,
        )

    def _keep(self, index: int, etag: str) -> None:
        self._source.check_unchanged()
        self._record.add(index, etag)

    def _link(self, index: int) -> Flow[str]:
        """Where to put a piece; asks for more links when there is none that lasts."""
        link, now = self._links.get(index), self._connection.clock.now()
        if link is None or (link.expires_at and link.expires_at < now + _LINK_MARGIN):
            count = min(_BATCH, self.session.total_chunks - index + 1)
            request = RequestAdditionalPresignedUrlsRequest(index, count)
            upload_id = self.session.upload_id
            answer = yield from self._ask(endpoints.request_presigned_urls(upload_id, request))
            self._take(answer.upload_urls)
            link = self._links.get(index)
            if link is None:
                raise UploadError(upload_id, f"the service has no link for piece {index}")
        return link.url

    def _take(self, links: Sequence[PresignedUrlChunk] | Unset) -> None:
        soon = self._connection.clock.now() + _LINK_MARGIN
        for link in links or ():
            ends = link.expires_at or None
            # One that is over when it comes says that this machine's clock is wrong.
            is_sure = ends is not None and ends > soon
            self._links[link.chunk_index] = _Link(link.url, ends if is_sure else None)

    def _report(self, indexes: Sequence[int]) -> Flow[None]:
        session, etags = self.session, self._record.etags
        request = ReportChunkBatchRequest(
            [
                CompletedChunk(index, etags[index], "etag", session.length_bytes(index))
                for index in indexes
            ]
        )
        operation = endpoints.report_chunk_batch(session.upload_id, request)
        try:
            answer = yield from self._ask(operation)
            self._counted = answer.total_completed or None
        except _SessionOverError as over:
            if over.state != "completed":  # the answer to the last report was lost
                raise
            self._counted = None

    def _ask(self, operation: Operation[T]) -> Flow[T]:
        """Call the service about the session; find out whether that is over when it refuses."""
        try:
            return (yield from call(operation, self._connection, self._options)).data
        except (BadRequestError, ForbiddenError, NotFoundError, ConflictError) as error:
            state, _ = yield from self._look()
            if state != "active":
                raise _SessionOverError(self.session.upload_id, state) from error
            if self._is_begun:  # the journal and the service do not agree
                raise _SessionOverError(
                    self.session.upload_id, f"not to be used ({error})"
                ) from error
            raise

    def _look(self) -> Flow[tuple[str, dict[int, str]]]:
        """The session's state, and that of its pieces."""
        make = partial(endpoints.get_upload_status, self.session.upload_id, page_limit=_BATCH)
        pieces: dict[int, str] = {}
        try:
            page = yield from fetch_page(
                make,
                1,
                self._connection,
                self._options,
                items_of=lambda answer: answer.uploaded_chunks,
            )
            while True:
                before = len(pieces)
                pieces.update((item.index, item.status) for item in page.items)
                # A service that does not say how many pages there are may never end.
                if not page.has_next or len(pieces) == before:
                    return page.response.status or "active", pieces
                page = yield from page.fetch_next()
        except (BadRequestError, ForbiddenError, NotFoundError) as error:
            return f"gone ({error})", {}

    def _as_session(self, answer: CreateAssetUploadResponse) -> Session:
        source, headers = self._source, answer.upload_headers
        ends = answer.expires_at or self._connection.clock.now() + _SESSION_LIFE
        if answer.total_chunks != -(-source.size_bytes // max(1, answer.chunk_size)):
            pieces = f"{answer.total_chunks} pieces of {answer.chunk_size} bytes"
            wants = f"the service wants {pieces} of a file of {source.size_bytes} bytes"
            raise UploadError(answer.upload_id, wants)
        return Session(
            base_url=self._connection.base_url,
            label=source.media.label,
            path=source.path,
            filename=source.filename,
            size_bytes=source.size_bytes,
            upload_id=answer.upload_id,
            asset_id=answer.asset_id,
            chunk_bytes=answer.chunk_size,
            total_chunks=answer.total_chunks,
            upload_headers=dict(headers.additional_properties) if headers else {},
            expires_at=ends,
        )


def _batches(indexes: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(indexes), _BATCH):
        yield indexes[start : start + _BATCH]


class _Piece:
    """A piece of a file, hashed while it is read."""

    def __init__(self, media: Media, session: Session, index: int) -> None:
        self.index = index
        self.length_bytes = session.length_bytes(index)
        self._offset_bytes = (index - 1) * session.chunk_bytes
        self._media = media
        self._digest = md5(usedforsecurity=False)

    def read(self) -> Iterator[bytes]:
        self._digest = md5(usedforsecurity=False)
        for chunk in self._media.iter_range(self._offset_bytes, self.length_bytes, _READ_BYTES):
            self._digest.update(chunk)
            yield chunk

    @property
    def md5(self) -> str:
        """Of what was read last, in hexadecimal digits."""
        return self._digest.hexdigest()


def _find_wrong(etag: str, headers: Mapping[str, str], sent_md5: str) -> str:
    """What is wrong with the answer to a piece, if something is."""
    if not etag:
        return "storage answered without an ETag, which proves that it is there"
    # An ETag is the MD5 of what came, unless storage encrypts it with a key of its customer.
    is_encrypted = headers.get("x-amz-server-side-encryption", "").startswith("aws:kms")
    is_encrypted |= "x-amz-server-side-encryption-customer-algorithm" in headers
    is_md5 = re.fullmatch(r"[0-9a-f]{32}", etag.lower()) and not is_encrypted
    if is_md5 and etag.lower() != sent_md5:
        return f"storage got something else (MD5 {etag}) than was sent ({sent_md5})"
    return ""


# ------------------------------------------------------------------------------------- the source


@frozen
class _Source:
    """A file or bytes, as they were when the upload began.

    Attributes:
        media: where the content is
        path: where the file lies; None for bytes
        modified_ns: when the file was changed last; 0 for bytes
        size_bytes: its length
        kind: what it is taken for
        filename: what the asset is called
        mime_type: told by its content, otherwise by its name
    """

    media: Media
    path: str | None
    modified_ns: int
    size_bytes: int
    kind: _Kind
    filename: str
    mime_type: str

    def key(self, base_url: str) -> str:
        """The same for the same upload of the same content to the same service."""
        parts = [base_url, self.filename, self.size_bytes, self.path, self.modified_ns]
        digest = blake2b(json.dumps(parts).encode(), digest_size=16)
        if isinstance(self.media.value, bytes):
            digest.update(self.media.value)
        return digest.hexdigest()

    def check_unchanged(self) -> None:
        """Raise InvalidInputError when it is not what it was."""
        if _stat(self.media) != (self.size_bytes, self.modified_ns):
            value = f"{self.media.label} changed while it was uploaded"
            limit = "a file has to stay the same until it is there"
            hint = "Upload it again when nothing writes to it"
            raise InvalidInputError([Violation("media", value, limit, hint)])


def _look(media: Media, filename: str | None) -> _Source:
    form = sniff(read_head(media))
    size_bytes, modified_ns = _stat(media)
    if size_bytes == 0:
        raise InvalidInputError([fault_violation(media.label, "empty")])
    path = media.value if isinstance(media.value, Path) else None
    suffix, mime_type = _TYPES.get(form.name if form else "", ("bin", ""))
    named = filename or (path.name if path else media.filename) or f"media.{suffix}"
    return _Source(
        media=media,
        path=str(path.resolve()) if path else None,
        modified_ns=modified_ns,
        size_bytes=size_bytes,
        kind=_kind(form),
        filename=_fit(named),
        mime_type=mime_type or mimetypes.guess_type(named)[0] or "application/octet-stream",
    )


def _stat(media: Media) -> tuple[int, int]:
    """The size in bytes, and when it was changed last, in nanoseconds."""
    if not isinstance(media.value, Path):
        return media.size_bytes, 0
    with _reading(media):
        found = media.value.stat()
    return found.st_size, found.st_mtime_ns


def _kind(form: Format | None) -> _Kind:
    # What may be a video is taken for one, since that may be larger; the service judges.
    if form is not None and form.name in _DOCUMENTS:
        return "document"
    if form is None or form.may_hold_video or form.kind == "other":
        return "video"
    return form.kind


def _check_size(source: _Source) -> None:
    limit = upload_limit(source.kind, DEFAULT_MODEL)
    if limit is not None and source.size_bytes > limit.value:
        value = f"{source.media.label} has {size_words(source.size_bytes)}"
        allowed = f"at most {size_words(limit.value)} of {source.kind} can be uploaded"
        raise InvalidInputError([Violation("media", value, allowed, _hint(source))])


def _hint(source: _Source) -> str:
    """What to do with a file that is too large: links may lead to larger ones."""
    shrink = "Split it" if source.kind == "document" else "Cut or compress it"
    fetched = find_limit("max_size_bytes", source.kind, endpoint="asset", via="url")
    if fetched is None or source.size_bytes > fetched.value:
        return shrink
    return f"Give a link to it (the service fetches up to {size_words(fetched.value)})"


def _fit(name: str) -> str:
    """A name that the service takes: the middle is left out of a long one."""
    name = name.encode(errors="replace").decode()  # of a file system that knows no Unicode
    half = _LONGEST_NAME // 2
    return name if len(name) <= _LONGEST_NAME else f"{name[:half]}…{name[-half:]}"


# Suffix and MIME type of the formats by their names in `formats.FORMATS`.
_TYPES = {
    "jpeg": ("jpg", "image/jpeg"),
    "png": ("png", "image/png"),
    "gif": ("gif", "image/gif"),
    "webp": ("webp", "image/webp"),
    "bmp": ("bmp", "image/bmp"),
    "tiff": ("tiff", "image/tiff"),
    "heif": ("heic", "image/heif"),
    "svg": ("svg", "image/svg+xml"),
    "wav": ("wav", "audio/wav"),
    "mp3": ("mp3", "audio/mpeg"),
    "flac": ("flac", "audio/flac"),
    "aac": ("aac", "audio/aac"),
    "aiff": ("aiff", "audio/aiff"),
    "amr": ("amr", "audio/amr"),
    "m4a": ("m4a", "audio/mp4"),
    "ogg": ("ogg", "audio/ogg"),
    "mp4": ("mp4", "video/mp4"),
    "mov": ("mov", "video/quicktime"),
    "matroska": ("mkv", "video/x-matroska"),
    "webm": ("webm", "video/webm"),
    "avi": ("avi", "video/x-msvideo"),
    "asf": ("wmv", "video/x-ms-wmv"),
    "flv": ("flv", "video/x-flv"),
    "mpegts": ("ts", "video/mp2t"),
    "mpegps": ("mpg", "video/mpeg"),
    "mpegvideo": ("mpg", "video/mpeg"),
    "mxf": ("mxf", "application/mxf"),
    "ogv": ("ogv", "video/ogg"),
    "pdf": ("pdf", "application/pdf"),
    "text": ("txt", ""),  # by its name: Markdown is text, too
}
_DOCUMENTS = ("pdf", "text")


class _Meter:
    """Adds up what the parts of an upload have sent, and tells it. Threads may share it."""

    def __init__(
        self, tell: Callable[[Progress], object] | None, source: _Source, clock: Clock
    ) -> None:
        self._tell = tell
        self._label = source.media.label
        self._total_bytes = source.size_bytes
        self._clock = clock
        self._started_sec = clock.monotonic()
        self._parts: dict[int, int] = {}
        self._lock = Lock()

    def begin(self, done_bytes: int) -> None:
        """Begin with what was sent before."""
        self._parts.clear()
        self.report(0, done_bytes)

    def report(self, part: int, sent_bytes: int) -> None:
        """A part has sent so much; less than before when it is sent again."""
        if self._tell is None:
            return
        with self._lock:
            self._parts[part] = sent_bytes
            # A form is a little longer than its file.
            done_bytes = min(sum(self._parts.values()), self._total_bytes)
            elapsed_sec = self._clock.monotonic() - self._started_sec
            self._tell(Progress("upload", self._label, done_bytes, self._total_bytes, elapsed_sec))
