# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

import datetime

from attrs import frozen as _attrs_frozen

from ..model import OpenModel
from ..models.chunk_info_status import ChunkInfoStatus


@_attrs_frozen(kw_only=True)
class ChunkInfo(OpenModel):
    """One piece of a session.

    Attributes:
        index (int | None): Which piece, from 1.
        status (ChunkInfoStatus | None): Completed pieces have been reported with their proof.
        uploaded_at (datetime.datetime | None): When it was uploaded. Null while it is pending.
        updated_at (datetime.datetime | None): When it changed last.
        error (str | None): Why it failed.
    """

    index: int | None = None
    status: ChunkInfoStatus | None = None
    uploaded_at: datetime.datetime | None = None
    updated_at: datetime.datetime | None = None
    error: str | None = None
