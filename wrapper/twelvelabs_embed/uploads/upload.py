"""Uploads of media of any size: in one request up to 200 MB, by a multipart upload above.

A multipart upload is recorded in the resume store, so that the next call with the same file resumes
it, however the last one ended.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial

from attrs import evolve
from twelvelabs_embed_api.models import Asset, CreateAssetRequest

from twelvelabs_embed._http import endpoints
from twelvelabs_embed._http.effects import Flow, RunBlocking
from twelvelabs_embed._http.operation import FormFile
from twelvelabs_embed._http.request import Connection, RequestOptions, call
from twelvelabs_embed.errors import InvalidInputError, NotFoundError, Violation
from twelvelabs_embed.inputs.media import Media
from twelvelabs_embed.limits import direct_limit
from twelvelabs_embed.uploads.multipart import ChunkSettings, MultipartUpload
from twelvelabs_embed.uploads.progress import Progress, ProgressMeter
from twelvelabs_embed.uploads.resume_store import Record, ResumeStore
from twelvelabs_embed.uploads.session_state import SessionClosedError
from twelvelabs_embed.uploads.source import (
    Kind,
    UploadSource,
    check_size,
    fit_filename,
    inspect_source,
)

_log = logging.getLogger("twelvelabs_embed")


class UploadFlows:
    """Uploads media to the service, without I/O of its own.

    Args:
        connection: the service
        resume_store: records multipart uploads
        direct_bytes: the largest upload in one request; otherwise the documented limit
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
        """Upload a file or bytes, or have the service fetch a link.

        Args:
            media: what to upload
            filename: what the asset is called; shortened when it is too long
            concurrency: how many chunks are sent at the same time
            progress: called while bytes are sent
            request_options: settings of each call; those of headers, query and body do not reach
                the storage host

        Returns:
            the asset, all of whose bytes are there; it may be `processing`

        Raises:
            InvalidInputError: the file cannot be read or is too large, or was changed meanwhile
            UploadError: chunks could not be sent; what was sent is kept for the next time
            OutcomeUnknownError: the asset may have been created; it is not created again
            ApiError, ApiConnectionError: the last failure of a call, when no retry is left

        Source: `POST /assets` and `/assets/multipart-uploads` of the contract.
        """
        settings = ChunkSettings(concurrency=concurrency)
        _check_settings("concurrency", settings)
        if media.kind == "url":
            return (yield from self._fetch(media, filename, request_options))
        source: UploadSource = yield RunBlocking(partial(inspect_source, media, filename))
        meter = ProgressMeter(
            progress, source.media.label, source.size_bytes, self._connection.clock
        )
        if source.size_bytes <= self._max_direct_bytes(source):
            return (yield from self._send_direct(source, meter, request_options))
        asset, _ = yield from self._send_multipart(source, meter, settings, request_options)
        return asset

    def upload_in_chunks(
        self,
        media: Media,
        *,
        filename: str | None,
        kind: Kind,
        settings: ChunkSettings,
        request_options: RequestOptions | None,
    ) -> Flow[tuple[Asset, str]]:
        """Upload a file by a multipart upload, however small it is.

        Returns:
            the asset, and where the service keeps it, if it says so

        Raises:
            InvalidInputError, UploadError, ApiError, ApiConnectionError: as `upload` does
        """
        _check_settings("max_workers", settings)
        inspected: UploadSource = yield RunBlocking(partial(inspect_source, media, filename))
        source = evolve(inspected, kind=kind)
        meter = ProgressMeter(None, source.media.label, source.size_bytes, self._connection.clock)
        return (yield from self._send_multipart(source, meter, settings, request_options))

    def _max_direct_bytes(self, source: UploadSource) -> float:
        if self._direct_bytes is not None:
            return self._direct_bytes
        limit = direct_limit(source.kind)
        return limit.value if limit else 0

    def _fetch(
        self, media: Media, filename: str | None, options: RequestOptions | None
    ) -> Flow[Asset]:
        request = CreateAssetRequest(
            method="url",
            url=str(media.value),
            filename=fit_filename(filename) if filename else None,
        )
        operation = endpoints.create_asset("assets.upload", request, None)
        return (yield from call(operation, self._connection, options)).data

    def _send_direct(
        self, source: UploadSource, meter: ProgressMeter, options: RequestOptions | None
    ) -> Flow[Asset]:
        request = CreateAssetRequest(method="direct", filename=source.filename)
        file = FormFile(source.media, source.filename, source.mime_type, partial(meter.report, 1))
        operation = endpoints.create_asset("assets.upload", request, file)
        return (yield from call(operation, self._connection, options)).data

    def _send_multipart(
        self,
        source: UploadSource,
        meter: ProgressMeter,
        settings: ChunkSettings,
        options: RequestOptions | None,
    ) -> Flow[tuple[Asset, str]]:
        check_size(source)
        key: str = yield RunBlocking(partial(source.key, self._connection.base_url))
        record: Record = yield RunBlocking(partial(self._resume_store.hold, key))
        try:
            try:
                return (yield from self._complete(source, record, meter, settings, options))
            except SessionClosedError as closed:
                _log.warning("%s: %s; it is uploaded from the start", source.media.label, closed)
                yield RunBlocking(record.drop)
            return (yield from self._complete(source, record, meter, settings, options))
        finally:
            record.release()

    def _complete(
        self,
        source: UploadSource,
        record: Record,
        meter: ProgressMeter,
        settings: ChunkSettings,
        options: RequestOptions | None,
    ) -> Flow[tuple[Asset, str]]:
        """Resume the session of the record, or start one."""
        is_resumed = record.session is not None
        upload = MultipartUpload(source, record, meter, self._connection, settings, options)
        yield from upload.resume() if is_resumed else upload.start()
        operation = endpoints.retrieve_asset(upload.session.asset_id)
        try:
            asset = (yield from call(operation, self._connection, options)).data
        except NotFoundError as error:
            if is_resumed:  # it was completed before the crash, and deleted after
                raise SessionClosedError(upload.session.upload_id, "gone") from error
            raise
        yield RunBlocking(record.drop)
        return asset, upload.url


def _check_settings(concurrency_name: str, settings: ChunkSettings) -> None:
    given = {concurrency_name: settings.concurrency, "batch_size": settings.batch_size}
    violations = [
        Violation(name, str(number), "at least one chunk is sent at a time")
        for name, number in given.items()
        if number < 1
    ]
    if violations:
        raise InvalidInputError(violations)
