# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.task_status import TaskStatus, check_task_status
from ..types import UNSET, Unset

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


T = TypeVar("T", bound="MediaEmbeddingTask")


@_attrs_define
class MediaEmbeddingTask:
    """A task as the list shows it, without its vectors.

    Attributes:
        id (str): The id of the task.
        model_name (str | Unset): The embedding model.
        status (TaskStatus | Unset): Vectors are there only when a task is ready.
        created_at (datetime.datetime | Unset): When the task was created.
        updated_at (datetime.datetime | Unset): When the task changed last.
        video_embedding (MediaEmbeddingTaskVideoEmbedding | Unset): What the task embeds, when it is a video.
        audio_embedding (MediaEmbeddingTaskAudioEmbedding | Unset): What the task embeds, when it is audio.
        document_embedding (MediaEmbeddingTaskDocumentEmbedding | Unset): What the task embeds, when it is a document.
        image_embedding (MediaEmbeddingTaskImageEmbedding | Unset): What the task embeds, when it is an image.
    """

    id: str
    model_name: str | Unset = UNSET
    status: TaskStatus | Unset = UNSET
    created_at: datetime.datetime | Unset = UNSET
    updated_at: datetime.datetime | Unset = UNSET
    video_embedding: MediaEmbeddingTaskVideoEmbedding | Unset = UNSET
    audio_embedding: MediaEmbeddingTaskAudioEmbedding | Unset = UNSET
    document_embedding: MediaEmbeddingTaskDocumentEmbedding | Unset = UNSET
    image_embedding: MediaEmbeddingTaskImageEmbedding | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        model_name = self.model_name

        status: str | Unset = UNSET
        if not isinstance(self.status, Unset):
            status = self.status

        created_at: str | Unset = UNSET
        if not isinstance(self.created_at, Unset):
            created_at = self.created_at.isoformat()

        updated_at: str | Unset = UNSET
        if not isinstance(self.updated_at, Unset):
            updated_at = self.updated_at.isoformat()

        video_embedding: dict[str, Any] | Unset = UNSET
        if not isinstance(self.video_embedding, Unset):
            video_embedding = self.video_embedding.to_dict()

        audio_embedding: dict[str, Any] | Unset = UNSET
        if not isinstance(self.audio_embedding, Unset):
            audio_embedding = self.audio_embedding.to_dict()

        document_embedding: dict[str, Any] | Unset = UNSET
        if not isinstance(self.document_embedding, Unset):
            document_embedding = self.document_embedding.to_dict()

        image_embedding: dict[str, Any] | Unset = UNSET
        if not isinstance(self.image_embedding, Unset):
            image_embedding = self.image_embedding.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "_id": id,
            }
        )
        if model_name is not UNSET:
            field_dict["model_name"] = model_name
        if status is not UNSET:
            field_dict["status"] = status
        if created_at is not UNSET:
            field_dict["created_at"] = created_at
        if updated_at is not UNSET:
            field_dict["updated_at"] = updated_at
        if video_embedding is not UNSET:
            field_dict["video_embedding"] = video_embedding
        if audio_embedding is not UNSET:
            field_dict["audio_embedding"] = audio_embedding
        if document_embedding is not UNSET:
            field_dict["document_embedding"] = document_embedding
        if image_embedding is not UNSET:
            field_dict["image_embedding"] = image_embedding

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.media_embedding_task_audio_embedding import (
            MediaEmbeddingTaskAudioEmbedding,  # noqa: PLC0415
        )
        from ..models.media_embedding_task_document_embedding import (
            MediaEmbeddingTaskDocumentEmbedding,  # noqa: PLC0415
        )
        from ..models.media_embedding_task_image_embedding import (
            MediaEmbeddingTaskImageEmbedding,  # noqa: PLC0415
        )
        from ..models.media_embedding_task_video_embedding import (
            MediaEmbeddingTaskVideoEmbedding,  # noqa: PLC0415
        )

        d = dict(src_dict)
        id = d.pop("_id")

        model_name = d.pop("model_name", UNSET)

        _status = d.pop("status", UNSET)
        status: TaskStatus | Unset
        if isinstance(_status, Unset):
            status = UNSET
        else:
            status = check_task_status(_status)

        from ..types import read_timestamp

        _created_at = d.pop("created_at", UNSET)
        created_at: datetime.datetime | Unset
        if isinstance(_created_at, Unset):
            created_at = UNSET
        else:
            created_at = read_timestamp(_created_at)

        from ..types import read_timestamp

        _updated_at = d.pop("updated_at", UNSET)
        updated_at: datetime.datetime | Unset
        if isinstance(_updated_at, Unset):
            updated_at = UNSET
        else:
            updated_at = read_timestamp(_updated_at)

        _video_embedding = d.pop("video_embedding", UNSET)
        video_embedding: MediaEmbeddingTaskVideoEmbedding | Unset
        if isinstance(_video_embedding, Unset):
            video_embedding = UNSET
        else:
            video_embedding = MediaEmbeddingTaskVideoEmbedding.from_dict(_video_embedding)

        _audio_embedding = d.pop("audio_embedding", UNSET)
        audio_embedding: MediaEmbeddingTaskAudioEmbedding | Unset
        if isinstance(_audio_embedding, Unset):
            audio_embedding = UNSET
        else:
            audio_embedding = MediaEmbeddingTaskAudioEmbedding.from_dict(_audio_embedding)

        _document_embedding = d.pop("document_embedding", UNSET)
        document_embedding: MediaEmbeddingTaskDocumentEmbedding | Unset
        if isinstance(_document_embedding, Unset):
            document_embedding = UNSET
        else:
            document_embedding = MediaEmbeddingTaskDocumentEmbedding.from_dict(_document_embedding)

        _image_embedding = d.pop("image_embedding", UNSET)
        image_embedding: MediaEmbeddingTaskImageEmbedding | Unset
        if isinstance(_image_embedding, Unset):
            image_embedding = UNSET
        else:
            image_embedding = MediaEmbeddingTaskImageEmbedding.from_dict(_image_embedding)

        media_embedding_task = cls(
            id=id,
            model_name=model_name,
            status=status,
            created_at=created_at,
            updated_at=updated_at,
            video_embedding=video_embedding,
            audio_embedding=audio_embedding,
            document_embedding=document_embedding,
            image_embedding=image_embedding,
        )

        media_embedding_task.additional_properties = d
        return media_embedding_task

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
