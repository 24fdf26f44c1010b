"""`client.multipart_upload.upload_file`: a multipart upload by one call, as in the vendor's SDK.

`client.assets.upload` takes media of any size and waits until the asset is ready.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Literal, TypeAlias

from attrs import frozen
from msgspec.structs import replace

from twelvelabs_embed._http.effects import Flow, Notify, RunBlocking
from twelvelabs_embed._http.request import Connection, RequestOptions
from twelvelabs_embed._http.resources import Flows, composed
from twelvelabs_embed.api.polling import wait_until
from twelvelabs_embed.errors import (
    InvalidInputError,
    MissingFileError,
    TwelveLabsError,
    UploadError,
    Violation,
    WaitTimeoutError,
)
from twelvelabs_embed.inputs.media_conversion import as_media
from twelvelabs_embed.uploads.multipart import ChunkSettings
from twelvelabs_embed.uploads.session_state import SessionState, fetch_state
from twelvelabs_embed.uploads.upload import UploadFlows

__all__ = ["UploadProgress", "UploadResult", "UploadStatus"]


@frozen(kw_only=True)
class UploadProgress:
    """The argument of a progress callback of `upload_file`.

    Attributes:
        total_chunks: how many chunks there are
        completed_chunks: how many are uploaded and reported
        percentage: the same, from 0 to 100
        status: `uploading`
    """

    total_chunks: int
    completed_chunks: int
    percentage: float
    status: str


@frozen(kw_only=True)
class UploadResult:
    """The result of `upload_file`.

    Attributes:
        asset_id: the asset, which may be `processing`
        asset_url: where the service keeps it; empty when it does not say
    """

    asset_id: str
    asset_url: str


@frozen(kw_only=True)
class UploadStatus:
    """The state of an upload.

    Attributes:
        status: `completed`, or `in_progress`
        completed_chunks: how many chunks are uploaded
        total_chunks: how many there are
    """

    status: str
    completed_chunks: int
    total_chunks: int


ProgressCallback: TypeAlias = Callable[[UploadProgress], object]
StatusCallback: TypeAlias = Callable[[UploadStatus], object]


class UploadFileFlows(Flows):
    """The flows of the two methods that the vendor's SDK has beside those of the API."""

    path = "client.multipart_upload"

    def __init__(self, connection: Connection, uploads: Callable[[], UploadFlows]) -> None:
        super().__init__(connection)
        self._uploads = uploads

    @composed
    def upload_file(
        self,
        file_path: str | os.PathLike[str],
        *,
        filename: str | None = None,
        file_type: Literal["video", "audio", "image"] = "video",
        batch_size: int = 10,
        max_workers: int = 5,
        progress_callback: ProgressCallback | None = None,
        max_retries: int | None = None,
        retry_delay: float | None = None,
        request_options: RequestOptions | None = None,
    ) -> Flow[UploadResult]:
        """Upload a file in chunks, whatever its size; after a crash, the next call resumes it.

        Args:
            file_path: the file
            filename: what the asset is called; the file's own name unless given
            file_type: `video`, `audio` or `image`
            batch_size: how many chunks are reported at once, 1 to 50
            max_workers: how many chunks are sent at the same time
            progress_callback: called with an `UploadProgress` after each report; the awaited client
                awaits what it returns
            max_retries: how often a chunk is sent again; as the client's retry policy unless given
            retry_delay: the first delay before that in seconds, which then grows
            request_options: settings of each call

        Raises:
            MissingFileError: there is no such file; also a FileNotFoundError
            UploadError: it could not be uploaded; `original_error` is the reason

        Source: `/assets/multipart-uploads` of the contract.
        """
        path = Path(file_path)
        if not (yield RunBlocking(path.exists)):
            raise MissingFileError(
                [Violation("file_path", repr(str(path)), "there is no such file")]
            )
        policy = self._connection.retry
        if max_retries is not None:
            policy = replace(policy, attempts=max_retries + 1)
        if retry_delay is not None:
            policy = replace(policy, base_sec=retry_delay)

        def report(completed: int, total: int) -> Notify:
            assert progress_callback is not None
            progress = UploadProgress(
                total_chunks=total,
                completed_chunks=completed,
                percentage=completed / total * 100,
                status="uploading",
            )
            return Notify(progress_callback, progress)

        try:
            asset, url = yield from self._uploads().upload_in_chunks(
                as_media(path),
                filename=filename,
                kind=file_type,
                settings=ChunkSettings(
                    concurrency=max_workers,
                    batch_size=batch_size,
                    retry=policy,
                    after_batch=report if progress_callback else None,
                ),
                request_options=request_options,
            )
        except UploadError:
            raise
        except TwelveLabsError as error:
            raise UploadError(f"{path.name}: {error}", original_error=error) from error
        return UploadResult(asset_id=asset.id, asset_url=url)

    @composed
    def wait_for_upload_completion(
        self,
        upload_id: str,
        *,
        sleep_interval: float = 5.0,
        max_wait_time: float | None = None,
        callback: StatusCallback | None = None,
        request_options: RequestOptions | None = None,
    ) -> Flow[UploadStatus]:
        """Wait until all chunks of an upload are there, by whichever client they are sent.

        Args:
            upload_id: the session
            sleep_interval: the pause between two requests, in seconds
            max_wait_time: how long to wait at most, in seconds; None waits without limit
            callback: called with an `UploadStatus` after each request; the awaited client awaits
                what it returns
            request_options: settings of each call

        Raises:
            UploadError: it failed or expired, or was not complete in time

        Source: `GET /assets/multipart-uploads/{upload_id}` of the contract.
        """
        if not sleep_interval > 0:
            limit = "it must be above 0 seconds"
            raise InvalidInputError([Violation("sleep_interval", str(sleep_interval), limit)])
        notify: Callable[[SessionState], object] | None = None
        if callback is not None:
            notify = lambda state: callback(_as_status(state))  # noqa: E731
        try:
            state = yield from wait_until(
                lambda connection: fetch_state(connection, upload_id, request_options),
                lambda state: _is_completed(state) or _has_failed(state),
                connection=self._connection,
                kind="upload",
                id=upload_id,
                hint="Wait again, or upload the same file again to resume it",
                timeout_sec=max_wait_time,
                sleep_sec=lambda attempts: sleep_interval,
                callback=notify,
            )
        except WaitTimeoutError as error:
            raise UploadError(str(error), original_error=error, upload_id=upload_id) from error
        if _has_failed(state):
            failed = state.with_status("failed")
            what = f"chunks {failed} failed" if failed else f"the session is {state.session}"
            raise UploadError(what, failed[0] if failed else None, upload_id=upload_id)
        return _as_status(state)


def _has_failed(state: SessionState) -> bool:
    return bool(state.with_status("failed")) or state.session in ("failed", "expired")


def _is_completed(state: SessionState) -> bool:
    # The states of the chunks count only while the session's own says nothing.
    all_there = 0 < len(state.chunks) == len(state.with_status("completed"))
    return state.session == "completed" or (state.session == "active" and all_there)


def _as_status(state: SessionState) -> UploadStatus:
    return UploadStatus(
        status="completed" if _is_completed(state) else "in_progress",
        completed_chunks=len(state.with_status("completed")),
        total_chunks=len(state.chunks),
    )
