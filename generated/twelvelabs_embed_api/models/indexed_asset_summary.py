# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from attrs import frozen as _attrs_frozen

from ..model import OpenModel

if TYPE_CHECKING:
    from ..models.indexed_asset_summary_index import IndexedAssetSummaryIndex


@_attrs_frozen(kw_only=True)
class IndexedAssetSummary(OpenModel):
    """An asset as it is in one index.

    Attributes:
        id (str): The id that it has in the index.
        index (IndexedAssetSummaryIndex | None): An index.
    """

    _names: ClassVar = {
        "id": "_id",
    }
    id: str
    index: IndexedAssetSummaryIndex | None = None
