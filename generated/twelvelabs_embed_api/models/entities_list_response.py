# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen as _attrs_frozen

from ..model import OpenModel

if TYPE_CHECKING:
    from ..models.entity import Entity
    from ..models.page_info import PageInfo


@_attrs_frozen(kw_only=True)
class EntitiesListResponse(OpenModel):
    """One page of entities.

    Attributes:
        data (list[Entity]):
        page_info (PageInfo): Where a page lies among all pages.
    """

    data: list[Entity]
    page_info: PageInfo
