# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, ClassVar

from attrs import frozen as _attrs_frozen

from ..model import OpenModel
from ..models.task_status import TaskStatus

if TYPE_CHECKING:
    from ..models.media_embedding_task_audio_embedding import (
        MediaEmbeddingTaskAudioEmbedding,
    )
    from ..models.media_embedding_task_document_embedding import (
        MediaEmbeddingTaskDocumentEmbedding,
    )
    from ..models.media_embedding_task_image_embedding import (
        MediaEmbeddingTaskImageEmbedding,
    )
    from ..models.media_embedding_task_video_embedding import (
        MediaEmbeddingTaskVideoEmbedding,
    )


@_attrs_frozen(kw_only=True)
class MediaEmbeddingTask(OpenModel):
    """A task as the list shows it, without its vectors.

    Attributes:
        id (str): The id of the task.
        model_name (str | None): The embedding model.
        status (TaskStatus | None): Vectors are there only when a task is ready.
        created_at (datetime.datetime | None): When the task was created.
        updated_at (datetime.datetime | None): When the task changed last.
        video_embedding (MediaEmbeddingTaskVideoEmbedding | None): What the task embeds, when it is a video.
        audio_embedding (MediaEmbeddingTaskAudioEmbedding | None): What the task embeds, when it is audio.
        document_embedding (MediaEmbeddingTaskDocumentEmbedding | None): What the task embeds, when it is a document.
        image_embedding (MediaEmbeddingTaskImageEmbedding | None): What the task embeds, when it is an image.
    """

    _names: ClassVar = {
        "id": "_id",
    }
    id: str
    model_name: str | None = None
    status: TaskStatus | None = None
    created_at: datetime.datetime | None = None
    updated_at: datetime.datetime | None = None
    video_embedding: MediaEmbeddingTaskVideoEmbedding | None = None
    audio_embedding: MediaEmbeddingTaskAudioEmbedding | None = None
    document_embedding: MediaEmbeddingTaskDocumentEmbedding | None = None
    image_embedding: MediaEmbeddingTaskImageEmbedding | None = None
