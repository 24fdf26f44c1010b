# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen as _attrs_frozen

from ..model import OpenModel

if TYPE_CHECKING:
    from ..models.media_embedding_task import MediaEmbeddingTask
    from ..models.page_info import PageInfo


@_attrs_frozen(kw_only=True)
class TasksListResponse(OpenModel):
    """One page of tasks.

    Attributes:
        data (list[MediaEmbeddingTask]):
        page_info (PageInfo): Where a page lies among all pages.
    """

    data: list[MediaEmbeddingTask]
    page_info: PageInfo
