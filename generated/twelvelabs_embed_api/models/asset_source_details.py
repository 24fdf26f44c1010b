# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

from attrs import frozen as _attrs_frozen

from ..model import OpenModel
from ..models.asset_source_details_provider import (
    AssetSourceDetailsProvider,
)


@_attrs_frozen(kw_only=True)
class AssetSourceDetails(OpenModel):
    """What the other service says of the file.

    Attributes:
        provider (AssetSourceDetailsProvider | None): The other service.
        source_id (str | None): The id that the file has there.
        original_filename (str | None): What the file was called there.
        source_link (str | None): A link to the file there.
    """

    provider: AssetSourceDetailsProvider | None = None
    source_id: str | None = None
    original_filename: str | None = None
    source_link: str | None = None
