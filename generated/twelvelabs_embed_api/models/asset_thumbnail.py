# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

from attrs import frozen as _attrs_frozen

from ..model import OpenModel
from ..models.asset_thumbnail_status import (
    AssetThumbnailStatus,
)


@_attrs_frozen(kw_only=True)
class AssetThumbnail(OpenModel):
    """A small picture of the file, when that was asked for.

    Attributes:
        representative_url (str | None): Where the picture lies, when it is ready.
        status (AssetThumbnailStatus | None): How far the picture is.
    """

    representative_url: str | None = None
    status: AssetThumbnailStatus | None = None
