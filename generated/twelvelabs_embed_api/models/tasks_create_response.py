# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from attrs import frozen as _attrs_frozen

from ..model import OpenModel
from ..models.task_status import TaskStatus

if TYPE_CHECKING:
    from ..models.embedding_data import EmbeddingData
    from ..models.tasks_create_response_metadata import TasksCreateResponseMetadata


@_attrs_frozen(kw_only=True)
class TasksCreateResponse(OpenModel):
    """A task that was just created.

    Attributes:
        id (str): The id of the task.
        status (TaskStatus): Vectors are there only when a task is ready.
        data (list[EmbeddingData] | None): Null. There are no vectors yet.
        metadata (None | TasksCreateResponseMetadata):
    """

    _names: ClassVar = {
        "id": "_id",
    }
    id: str
    status: TaskStatus
    data: list[EmbeddingData] | None = None
    metadata: None | TasksCreateResponseMetadata = None
