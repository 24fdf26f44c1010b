"""`client.assets.upload`: media of any size by one call, which waits until it can be used."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from twelvelabs_embed_api.models import Asset

from twelvelabs_embed._http import endpoints
from twelvelabs_embed._http.effects import Flow
from twelvelabs_embed._http.request import Connection, RequestOptions, call
from twelvelabs_embed._http.resources import Flows, composed
from twelvelabs_embed.api.polling import has_ended, wait_until
from twelvelabs_embed.errors import AssetFailedError
from twelvelabs_embed.inputs.media_conversion import MediaLike, as_media

if TYPE_CHECKING:
    from twelvelabs_embed.uploads.progress import Progress
    from twelvelabs_embed.uploads.upload import UploadFlows

DEFAULT_TIMEOUT_SEC = 1800.0


class UploadAssetFlows(Flows):
    """Methods of `client.assets` that upload media and wait for it."""

    path = "client.assets"

    def __init__(self, connection: Connection, uploads: Callable[[], UploadFlows]) -> None:
        super().__init__(connection)
        self._uploads = uploads

    @composed
    def upload(
        self,
        media: MediaLike,
        *,
        filename: str | None = None,
        timeout: float | None = DEFAULT_TIMEOUT_SEC,
        concurrency: int = 4,
        progress: Callable[[Progress], object] | None = None,
        request_options: RequestOptions | None = None,
    ) -> Flow[Asset]:
        """Upload media of any size, and wait until the service can use it.

        Up to 200 MB are sent in one request; a larger video is sent in chunks, several
        concurrently, each with its own retries. Memory stays the same however large the file. After
        a crash, upload the same file again: the upload resumes. A link is fetched by the service.

        Args:
            media: a path, a link, bytes or `Media`
            filename: what the asset is called; the file's own name unless given
            timeout: seconds to wait until the asset is ready, once it is uploaded; None waits
                without limit, 0 does not wait
            concurrency: how many chunks are sent at the same time
            progress: called with the progress, by the thread that sends
            request_options: settings of each call

        Returns:
            the asset, `ready`; with `timeout=0` perhaps `processing`

        Raises:
            InvalidInputError: the file cannot be read or is too large, or was changed meanwhile
            AssetFailedError: the service cannot use the file
            WaitTimeoutError: the asset is still being processed; it is not lost
            UploadError: chunks could not be sent; the next call resumes the upload
            OutcomeUnknownError: the asset may have been created; the request is not repeated
        """
        media = as_media(media)
        if media.kind == "asset":
            asset = yield from _retrieve(self._connection, str(media.value), request_options)
        else:
            asset = yield from self._uploads().upload(
                media,
                filename=filename,
                concurrency=concurrency,
                progress=progress,
                request_options=request_options,
            )
        if timeout == 0:
            return asset
        return (
            yield from self.wait_until_ready(
                asset.id, label=media.label, timeout=timeout, request_options=request_options
            )
        )

    @composed
    def wait_until_ready(
        self,
        asset_id: str,
        *,
        label: str = "",
        timeout: float | None = DEFAULT_TIMEOUT_SEC,
        callback: Callable[[Asset], object] | None = None,
        request_options: RequestOptions | None = None,
    ) -> Flow[Asset]:
        """Wait until an asset can be used.

        Temporary failures do not end the waiting before `timeout` does.

        Args:
            asset_id: the asset
            label: what messages call it
            timeout: seconds to wait at most; None waits without limit
            callback: called with the asset after each request
            request_options: settings of each call

        Raises:
            AssetFailedError: the service cannot use the file
            WaitTimeoutError: the asset is still being processed; it is not lost
            NotFoundError: there is no such asset
        """
        asset = yield from wait_until(
            lambda connection: _retrieve(connection, asset_id, request_options),
            lambda asset: has_ended(asset.status),
            connection=self._connection,
            kind="asset",
            id=asset_id,
            hint="Processing continues: wait again with assets.wait_until_ready(id)",
            timeout_sec=timeout,
            callback=callback,
        )
        if asset.status == "failed":
            message = endpoints.read_message(asset.error)
            raise AssetFailedError(asset_id, label or str(asset.filename or ""), message)
        return asset


def _retrieve(connection: Connection, asset_id: str, options: RequestOptions | None) -> Flow[Asset]:
    return (yield from call(endpoints.retrieve_asset(asset_id), connection, options)).data
