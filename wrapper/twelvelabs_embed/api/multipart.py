"""`client.multipart_upload`: the five calls of a multipart upload, and `upload_file` for all.

`client.assets.upload` takes media of any size. The signatures and class names are the vendor SDK's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from twelvelabs_embed_api.models import (
    ChunkInfo,
    CompletedChunk,
    CreateAssetUploadRequest,
    CreateAssetUploadResponse,
    IncompleteUploadSummary,
    ReportChunkBatchRequest,
    ReportChunkBatchResponse,
    RequestAdditionalPresignedUrlsRequest,
    RequestAdditionalPresignedUrlsResponse,
)

from twelvelabs_embed._http import endpoints
from twelvelabs_embed._http.effects import Flow
from twelvelabs_embed._http.endpoints import UserMetadataLike
from twelvelabs_embed._http.methods import AsyncResource, Resource, awaited_docstring
from twelvelabs_embed._http.pagination import Page
from twelvelabs_embed._http.raw_response import RawResponse
from twelvelabs_embed._http.request import RequestOptions
from twelvelabs_embed._http.resources import (
    AsyncRawResource,
    RawForm,
    RawResource,
    endpoint,
    pages,
)
from twelvelabs_embed.api._arguments import build_request
from twelvelabs_embed.api.upload_file import (
    UploadFileFlows,
    UploadProgress,
    UploadResult,
    UploadStatus,
)

__all__ = [
    "AsyncMultipartUploadClient",
    "AsyncMultipartUploadRawClient",
    "MultipartUploadClient",
    "MultipartUploadRawClient",
    "UploadProgress",
    "UploadResult",
    "UploadStatus",
]


class MultipartUploadFlows(UploadFileFlows):
    """The flows of the four clients below."""

    path = "client.multipart_upload"

    @endpoint
    def create(
        self,
        *,
        filename: str,
        type: str,
        total_size: int,
        enable_hls: bool | None = None,
        enable_thumbnail: bool | None = None,
        user_metadata: UserMetadataLike | None = None,
        request_options: RequestOptions | None = None,
    ) -> Flow[RawResponse[CreateAssetUploadResponse]]:
        """Start a multipart upload.

        Args:
            filename: what the asset is called, at most 255 characters
            type: `video`, `audio` or `image`
            total_size: the length of the file in bytes, at most 10 GB; of an image 32 MB
            enable_hls: whether audio or video is prepared for streaming; no when omitted
            enable_thumbnail: whether a small picture is made of it; no when omitted
            user_metadata: what you note on the asset
            request_options: settings of this call

        Returns:
            the length of a chunk, links for the first ones, and the ids of session and asset

        Raises:
            OutcomeUnknownError: the session may have been created; it is not created again

        Source: `POST /assets/multipart-uploads` of the contract.
        """
        request = build_request(
            CreateAssetUploadRequest,
            filename=filename,
            type=type,
            total_size=total_size,
            enable_hls=enable_hls,
            enable_thumbnail=enable_thumbnail,
            user_metadata=user_metadata,
        )
        return self._call(endpoints.create_multipart_upload(request), request_options)

    @endpoint
    def report_chunk_batch(
        self,
        upload_id: str,
        *,
        completed_chunks: Sequence[CompletedChunk | Mapping[str, Any]],
        request_options: RequestOptions | None = None,
    ) -> Flow[RawResponse[ReportChunkBatchResponse]]:
        """Report chunks that are uploaded, 1 to 50, in any order.

        Args:
            upload_id: the session
            completed_chunks: each chunk's index, length, and the ETag of the storage's response
            request_options: settings of this call

        Source: `POST /assets/multipart-uploads/{upload_id}` of the contract.
        """
        request = build_request(ReportChunkBatchRequest, completed_chunks=completed_chunks)
        return self._call(endpoints.report_chunk_batch(upload_id, request), request_options)

    @endpoint
    def get_additional_presigned_urls(
        self,
        upload_id: str,
        *,
        start: int,
        count: int,
        request_options: RequestOptions | None = None,
    ) -> Flow[RawResponse[RequestAdditionalPresignedUrlsResponse]]:
        """Request links for chunks, when there were none or they expired.

        Args:
            upload_id: the session
            start: the first chunk, from 1
            count: how many, at most 50
            request_options: settings of this call

        Source: `POST /assets/multipart-uploads/{upload_id}/presigned-urls` of the contract.
        """
        request = build_request(RequestAdditionalPresignedUrlsRequest, start=start, count=count)
        return self._call(endpoints.request_presigned_urls(upload_id, request), request_options)

    @pages
    def get_status(
        self,
        upload_id: str,
        *,
        page: int | None = None,
        page_limit: int | None = None,
        request_options: RequestOptions | None = None,
    ) -> Flow[Page[ChunkInfo]]:
        """List the chunks of a session and their states.

        Args:
            upload_id: the session
            page: the first page, from 1
            page_limit: how many are fetched at once, 1 to 50
            request_options: settings of each call

        Returns:
            a pager of chunks; its `response` has the state of the session

        Source: `GET /assets/multipart-uploads/{upload_id}` of the contract.
        """
        return self._fetch_page(
            partial(endpoints.get_upload_status, upload_id),
            page,
            page_limit,
            request_options,
            items_of=lambda status: status.uploaded_chunks,
        )

    @pages
    def list_incomplete_uploads(
        self,
        *,
        page: int | None = None,
        page_limit: int | None = None,
        request_options: RequestOptions | None = None,
    ) -> Flow[Page[IncompleteUploadSummary]]:
        """List sessions that are not completed, newest first.

        Args:
            page: the first page, from 1
            page_limit: how many are fetched at once, 1 to 50
            request_options: settings of each call

        Source: `GET /assets/multipart-uploads` of the contract.
        """
        make = endpoints.list_incomplete_uploads
        return self._fetch_page(make, page, page_limit, request_options)


class MultipartUploadRawClient(RawResource[MultipartUploadFlows], MultipartUploadFlows):
    """`client.multipart_upload.with_raw_response`: results with their HTTP responses."""


class AsyncMultipartUploadRawClient(AsyncRawResource[MultipartUploadFlows], MultipartUploadFlows):
    """`client.multipart_upload.with_raw_response`: results with their HTTP responses, awaited."""


class MultipartUploadClient(Resource[MultipartUploadFlows], MultipartUploadFlows):
    """`client.multipart_upload`: a multipart upload, call by call."""

    with_raw_response = RawForm(MultipartUploadRawClient)


class AsyncMultipartUploadClient(AsyncResource[MultipartUploadFlows], MultipartUploadFlows):
    __doc__ = awaited_docstring(MultipartUploadClient)

    with_raw_response = RawForm(AsyncMultipartUploadRawClient)
