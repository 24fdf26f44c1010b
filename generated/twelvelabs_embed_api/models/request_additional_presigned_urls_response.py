# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from attrs import frozen as _attrs_frozen

from ..model import OpenModel

if TYPE_CHECKING:
    from ..models.presigned_url_chunk import PresignedUrlChunk


@_attrs_frozen(kw_only=True)
class RequestAdditionalPresignedUrlsResponse(OpenModel):
    """Links for pieces.

    Attributes:
        upload_id (str | None): The id of the session.
        start_index (int | None): The first piece.
        count (int | None): How many links there are.
        upload_urls (list[PresignedUrlChunk] | None): Where to put each piece.
        generated_at (datetime.datetime | None): When the links were made.
        expires_at (datetime.datetime | None): When the links end.
    """

    upload_id: str | None = None
    start_index: int | None = None
    count: int | None = None
    upload_urls: list[PresignedUrlChunk] | None = None
    generated_at: datetime.datetime | None = None
    expires_at: datetime.datetime | None = None
