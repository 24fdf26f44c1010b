# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

import datetime

from attrs import frozen as _attrs_frozen

from ..model import OpenModel


@_attrs_frozen(kw_only=True)
class PresignedUrlChunk(OpenModel):
    """Where to put one piece.

    Attributes:
        chunk_index (int): Which piece, from 1.
        url (str): Where to put it. It leads to a storage host, which must never see the key.
        expires_at (datetime.datetime | None): When the link ends.
    """

    chunk_index: int
    url: str
    expires_at: datetime.datetime | None = None
