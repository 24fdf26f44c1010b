# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

from typing import ClassVar

from attrs import frozen as _attrs_frozen

from ..model import OpenModel


@_attrs_frozen(kw_only=True)
class IndexedAssetSummaryIndex(OpenModel):
    """An index.

    Attributes:
        id (str | None): The id of the index.
        name (str | None): What the index is called.
    """

    _names: ClassVar = {
        "id": "_id",
    }
    id: str | None = None
    name: str | None = None
