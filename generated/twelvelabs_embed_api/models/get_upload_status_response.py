# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from attrs import frozen as _attrs_frozen

from ..model import OpenModel
from ..models.multipart_upload_status_type import (
    MultipartUploadStatusType,
)

if TYPE_CHECKING:
    from ..models.chunk_info import ChunkInfo
    from ..models.page_info import PageInfo


@_attrs_frozen(kw_only=True)
class GetUploadStatusResponse(OpenModel):
    """A session and one page of its pieces.

    Attributes:
        upload_id (str | None): The id of the session.
        status (MultipartUploadStatusType | None): Pieces can be put only while a session is active.
        uploaded_chunks (list[ChunkInfo] | None): One page of the pieces.
        chunks_completed (int | None): How many pieces have been reported.
        chunks_failed (int | None): How many pieces failed.
        chunks_pending (int | None): How many pieces are still to come.
        page_info (PageInfo | None): Where a page lies among all pages.
        total_size (int | None): The length of the file in bytes.
        uploaded_size (int | None): How many bytes have been reported.
        created_at (datetime.datetime | None): When the session was created.
        updated_at (datetime.datetime | None): When the session changed last.
    """

    upload_id: str | None = None
    status: MultipartUploadStatusType | None = None
    uploaded_chunks: list[ChunkInfo] | None = None
    chunks_completed: int | None = None
    chunks_failed: int | None = None
    chunks_pending: int | None = None
    page_info: PageInfo | None = None
    total_size: int | None = None
    uploaded_size: int | None = None
    created_at: datetime.datetime | None = None
    updated_at: datetime.datetime | None = None
