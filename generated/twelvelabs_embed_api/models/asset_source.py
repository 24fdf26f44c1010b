# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen as _attrs_frozen

from ..model import OpenModel
from ..models.asset_source_type import AssetSourceType

if TYPE_CHECKING:
    from ..models.asset_source_details import AssetSourceDetails


@_attrs_frozen(kw_only=True)
class AssetSource(OpenModel):
    """Where an asset came from that another service delivered.

    Attributes:
        type (AssetSourceType | None): The kind of the source.
        details (AssetSourceDetails | None): What the other service says of the file.
    """

    type: AssetSourceType | None = None
    details: AssetSourceDetails | None = None
