# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

from attrs import frozen as _attrs_frozen

from ..model import OpenModel


@_attrs_frozen(kw_only=True)
class ReportChunkBatchResponse(OpenModel):
    """What the service now has of the file.

    Attributes:
        url (str | None): Where the file lies, when it is whole.
        asset_id (str | None): The id of the asset.
        processed_chunks (int | None): How many pieces of this report were new.
        duplicate_chunks (int | None): How many pieces of this report were known before.
        total_completed (int | None): How many pieces the service has now.
    """

    url: str | None = None
    asset_id: str | None = None
    processed_chunks: int | None = None
    duplicate_chunks: int | None = None
    total_completed: int | None = None
