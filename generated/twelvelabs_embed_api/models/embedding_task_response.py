# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, ClassVar

from attrs import frozen as _attrs_frozen

from ..model import OpenModel
from ..models.task_status import TaskStatus

if TYPE_CHECKING:
    from ..models.async_document_metadata import AsyncDocumentMetadata
    from ..models.async_image_metadata import AsyncImageMetadata
    from ..models.embedding_audio_metadata import EmbeddingAudioMetadata
    from ..models.embedding_data import EmbeddingData
    from ..models.embedding_task_response_error import EmbeddingTaskResponseError
    from ..models.embedding_usage import EmbeddingUsage
    from ..models.embedding_video_metadata import EmbeddingVideoMetadata


@_attrs_frozen(kw_only=True)
class EmbeddingTaskResponse(OpenModel):
    """A task and, when it is ready, its vectors.

    Attributes:
        id (str): The id of the task.
        status (TaskStatus): Vectors are there only when a task is ready.
        data (list[EmbeddingData] | None): One row for each segment, option and scope. Null unless the task is ready.
        created_at (datetime.datetime | None): When the task was created.
        updated_at (datetime.datetime | None): When the task changed last.
        metadata (AsyncDocumentMetadata | AsyncImageMetadata | EmbeddingAudioMetadata | EmbeddingVideoMetadata | None):
        error (EmbeddingTaskResponseError | None):
        usage (EmbeddingUsage | None):
    """

    _names: ClassVar = {
        "id": "_id",
    }
    _fallbacks: ClassVar = {
        "metadata": "EmbeddingOtherMetadata",
    }
    id: str
    status: TaskStatus
    data: list[EmbeddingData] | None = None
    created_at: datetime.datetime | None = None
    updated_at: datetime.datetime | None = None
    metadata: (
        AsyncDocumentMetadata
        | AsyncImageMetadata
        | EmbeddingAudioMetadata
        | EmbeddingVideoMetadata
        | None
    ) = None
    error: EmbeddingTaskResponseError | None = None
    usage: EmbeddingUsage | None = None
