# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, ClassVar

from attrs import frozen as _attrs_frozen

from ..model import OpenModel
from ..models.entity_status import EntityStatus

if TYPE_CHECKING:
    from ..models.entity_metadata import EntityMetadata


@_attrs_frozen(kw_only=True)
class Entity(OpenModel):
    """Someone or something that assets show.

    Attributes:
        id (str): The id of the entity.
        entity_collection_id (str | None): The id of the collection that it belongs to.
        name (str | None): What it is called.
        description (str | None): What is said of it.
        metadata (EntityMetadata | None):
        asset_ids (list[str] | None): The ids of the assets that show it.
        status (EntityStatus | None): Only an entity that is ready can be searched for.
        created_at (datetime.datetime | None): When the entity was created.
        updated_at (datetime.datetime | None): When the entity changed last.
    """

    _names: ClassVar = {
        "id": "_id",
    }
    id: str
    entity_collection_id: str | None = None
    name: str | None = None
    description: str | None = None
    metadata: EntityMetadata | None = None
    asset_ids: list[str] | None = None
    status: EntityStatus | None = None
    created_at: datetime.datetime | None = None
    updated_at: datetime.datetime | None = None
