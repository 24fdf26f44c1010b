# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

from attrs import frozen as _attrs_frozen

from ..model import OpenModel


@_attrs_frozen(kw_only=True)
class PageInfo(OpenModel):
    """Where a page lies among all pages.

    Attributes:
        limit_per_page (int | None): How many items a page has at most.
        page (int | None): Which page this is, from 1.
        total_page (int | None): How many pages there are.
        total_results (int | None): How many items there are on all pages.
    """

    limit_per_page: int | None = None
    page: int | None = None
    total_page: int | None = None
    total_results: int | None = None
