# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

from attrs import frozen as _attrs_frozen

from ..model import OpenModel
from ..models.asset_hls_status import AssetHlsStatus


@_attrs_frozen(kw_only=True)
class AssetHls(OpenModel):
    """The file as a stream, when that was asked for.

    Attributes:
        manifest_url (str | None): The playlist, when the stream is ready.
        status (AssetHlsStatus | None): How far the stream is.
    """

    manifest_url: str | None = None
    status: AssetHlsStatus | None = None
