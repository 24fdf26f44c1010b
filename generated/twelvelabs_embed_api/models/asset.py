# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, ClassVar

from attrs import frozen as _attrs_frozen

from ..model import OpenModel
from ..models.asset_method import AssetMethod
from ..models.asset_status import AssetStatus

if TYPE_CHECKING:
    from ..models.asset_error import AssetError
    from ..models.asset_hls import AssetHls
    from ..models.asset_source import AssetSource
    from ..models.asset_thumbnail import AssetThumbnail
    from ..models.technical_metadata import TechnicalMetadata
    from ..models.user_metadata import UserMetadata


@_attrs_frozen(kw_only=True)
class Asset(OpenModel):
    """Media that was uploaded. What the service found out about it is there when it is fetched or listed, not when
    it was just created.

        Attributes:
            id (str): The id of the asset.
            method (AssetMethod | None): How the file came: sent along (direct), fetched from a link (url), in pieces
                (multipart), or from another
                service (connector).
            status (AssetStatus | None): Only an asset that is ready can be used.
            filename (str | None): What the asset is called.
            file_type (str | None): The kind of the file, as a MIME type.
            created_at (datetime.datetime | None): When the asset was created.
            user_metadata (None | UserMetadata):
            source (AssetSource | None):
            hls (AssetHls | None):
            thumbnail (AssetThumbnail | None):
            technical_metadata (None | TechnicalMetadata):
            size (int | None): The length of the file in bytes, when the asset is ready.
            duration (float | None): The length of audio or video in seconds, when the asset is ready.
            error (AssetError | None):
    """

    _names: ClassVar = {
        "id": "_id",
    }
    id: str
    method: AssetMethod | None = None
    status: AssetStatus | None = None
    filename: str | None = None
    file_type: str | None = None
    created_at: datetime.datetime | None = None
    user_metadata: None | UserMetadata = None
    source: AssetSource | None = None
    hls: AssetHls | None = None
    thumbnail: AssetThumbnail | None = None
    technical_metadata: None | TechnicalMetadata = None
    size: int | None = None
    duration: float | None = None
    error: AssetError | None = None
