# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from attrs import frozen as _attrs_frozen

from ..model import OpenModel

if TYPE_CHECKING:
    from ..models.create_asset_upload_response_upload_headers import (
        CreateAssetUploadResponseUploadHeaders,
    )
    from ..models.presigned_url_chunk import PresignedUrlChunk


@_attrs_frozen(kw_only=True)
class CreateAssetUploadResponse(OpenModel):
    """A session, and where to put the first pieces.

    Attributes:
        upload_id (str): The id of the session.
        asset_id (str): The id that the asset has from now on. It is ready some time after the last piece.
        chunk_size (int): The length of each piece but the last, in bytes.
        total_chunks (int): How many pieces the file has.
        upload_urls (list[PresignedUrlChunk] | None): Where to put the first pieces; not necessarily all.
        upload_headers (CreateAssetUploadResponseUploadHeaders | None): Headers that each piece is sent with.
        expires_at (datetime.datetime | None): When the session ends.
    """

    upload_id: str
    asset_id: str
    chunk_size: int
    total_chunks: int
    upload_urls: list[PresignedUrlChunk] | None = None
    upload_headers: CreateAssetUploadResponseUploadHeaders | None = None
    expires_at: datetime.datetime | None = None
