# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

import datetime

from attrs import frozen as _attrs_frozen

from ..model import OpenModel
from ..models.multipart_upload_status_type import (
    MultipartUploadStatusType,
)


@_attrs_frozen(kw_only=True)
class IncompleteUploadSummary(OpenModel):
    """A session that is not completed.

    Attributes:
        upload_id (str): The id of the session.
        status (MultipartUploadStatusType): Pieces can be put only while a session is active.
        total_size (int): The length of the file in bytes.
        chunk_size (int): The length of each piece but the last, in bytes.
        total_chunks (int): How many pieces the file has.
        created_at (datetime.datetime | None): When the session was created.
        expires_at (datetime.datetime | None): When the session ends.
    """

    upload_id: str
    status: MultipartUploadStatusType
    total_size: int
    chunk_size: int
    total_chunks: int
    created_at: datetime.datetime | None = None
    expires_at: datetime.datetime | None = None
