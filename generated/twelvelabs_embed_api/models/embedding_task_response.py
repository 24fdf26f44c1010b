# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.task_status import TaskStatus, check_task_status
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.async_document_metadata import AsyncDocumentMetadata
    from ..models.async_image_metadata import AsyncImageMetadata
    from ..models.embedding_audio_metadata import EmbeddingAudioMetadata
    from ..models.embedding_data import EmbeddingData
    from ..models.embedding_other_metadata import EmbeddingOtherMetadata
    from ..models.embedding_task_response_error import EmbeddingTaskResponseError
    from ..models.embedding_usage import EmbeddingUsage
    from ..models.embedding_video_metadata import EmbeddingVideoMetadata


T = TypeVar("T", bound="EmbeddingTaskResponse")


@_attrs_define
class EmbeddingTaskResponse:
    """A task and, when it is ready, its vectors.

    Attributes:
        id (str): The id of the task.
        status (TaskStatus): Vectors are there only when a task is ready.
        data (list[EmbeddingData] | None): One row for each segment, option and scope. Null unless the task is ready.
        created_at (datetime.datetime | Unset): When the task was created.
        updated_at (datetime.datetime | Unset): When the task changed last.
        metadata (AsyncDocumentMetadata | AsyncImageMetadata | EmbeddingAudioMetadata | EmbeddingOtherMetadata |
            EmbeddingVideoMetadata | None | Unset):
        error (EmbeddingTaskResponseError | None | Unset):
        usage (EmbeddingUsage | None | Unset):
    """

    id: str
    status: TaskStatus
    data: list[EmbeddingData] | None
    created_at: datetime.datetime | Unset = UNSET
    updated_at: datetime.datetime | Unset = UNSET
    metadata: (
        AsyncDocumentMetadata
        | AsyncImageMetadata
        | EmbeddingAudioMetadata
        | EmbeddingOtherMetadata
        | EmbeddingVideoMetadata
        | None
        | Unset
    ) = UNSET
    error: EmbeddingTaskResponseError | None | Unset = UNSET
    usage: EmbeddingUsage | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.async_document_metadata import AsyncDocumentMetadata  # noqa: PLC0415
        from ..models.async_image_metadata import AsyncImageMetadata  # noqa: PLC0415
        from ..models.embedding_audio_metadata import EmbeddingAudioMetadata  # noqa: PLC0415
        from ..models.embedding_other_metadata import EmbeddingOtherMetadata  # noqa: PLC0415
        from ..models.embedding_task_response_error import EmbeddingTaskResponseError  # noqa: PLC0415
        from ..models.embedding_usage import EmbeddingUsage  # noqa: PLC0415
        from ..models.embedding_video_metadata import EmbeddingVideoMetadata  # noqa: PLC0415

        id = self.id

        status: str = self.status

        data: list[dict[str, Any]] | None
        if isinstance(self.data, list):
            data = []
            for data_type_0_item_data in self.data:
                data_type_0_item = data_type_0_item_data.to_dict()
                data.append(data_type_0_item)

        else:
            data = self.data

        created_at: str | Unset = UNSET
        if not isinstance(self.created_at, Unset):
            created_at = self.created_at.isoformat()

        updated_at: str | Unset = UNSET
        if not isinstance(self.updated_at, Unset):
            updated_at = self.updated_at.isoformat()

        metadata: dict[str, Any] | None | Unset
        if isinstance(self.metadata, Unset):
            metadata = UNSET
        elif isinstance(self.metadata, EmbeddingAudioMetadata):
            metadata = self.metadata.to_dict()
        elif isinstance(self.metadata, EmbeddingVideoMetadata):
            metadata = self.metadata.to_dict()
        elif isinstance(self.metadata, AsyncDocumentMetadata):
            metadata = self.metadata.to_dict()
        elif isinstance(self.metadata, AsyncImageMetadata):
            metadata = self.metadata.to_dict()
        elif isinstance(self.metadata, EmbeddingOtherMetadata):
            metadata = self.metadata.to_dict()
        else:
            metadata = self.metadata

        error: dict[str, Any] | None | Unset
        if isinstance(self.error, Unset):
            error = UNSET
        elif isinstance(self.error, EmbeddingTaskResponseError):
            error = self.error.to_dict()
        else:
            error = self.error

        usage: dict[str, Any] | None | Unset
        if isinstance(self.usage, Unset):
            usage = UNSET
        elif isinstance(self.usage, EmbeddingUsage):
            usage = self.usage.to_dict()
        else:
            usage = self.usage

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "_id": id,
                "status": status,
                "data": data,
            }
        )
        if created_at is not UNSET:
            field_dict["created_at"] = created_at
        if updated_at is not UNSET:
            field_dict["updated_at"] = updated_at
        if metadata is not UNSET:
            field_dict["metadata"] = metadata
        if error is not UNSET:
            field_dict["error"] = error
        if usage is not UNSET:
            field_dict["usage"] = usage

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.async_document_metadata import AsyncDocumentMetadata  # noqa: PLC0415
        from ..models.async_image_metadata import AsyncImageMetadata  # noqa: PLC0415
        from ..models.embedding_audio_metadata import EmbeddingAudioMetadata  # noqa: PLC0415
        from ..models.embedding_data import EmbeddingData  # noqa: PLC0415
        from ..models.embedding_other_metadata import EmbeddingOtherMetadata  # noqa: PLC0415
        from ..models.embedding_task_response_error import EmbeddingTaskResponseError  # noqa: PLC0415
        from ..models.embedding_usage import EmbeddingUsage  # noqa: PLC0415
        from ..models.embedding_video_metadata import EmbeddingVideoMetadata  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("_id")

        status = check_task_status(d.pop("status"))

        def _parse_data(data: object) -> list[EmbeddingData] | None:
            if data is None:
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                _data_type_0 = data
                data_type_0: list[EmbeddingData] = []
                if _data_type_0 is not UNSET:
                    data_type_0 = []
                    for data_type_0_item_data in _data_type_0 or []:
                        if data_type_0_item_data is None:
                            data_type_0.append(data_type_0_item_data)
                            continue
                        data_type_0_item = EmbeddingData.from_dict(data_type_0_item_data)

                        data_type_0.append(data_type_0_item)

                return data_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[EmbeddingData] | None, data)

        data = _parse_data(d.pop("data"))

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

        def _parse_metadata(
            data: object,
        ) -> (
            AsyncDocumentMetadata
            | AsyncImageMetadata
            | EmbeddingAudioMetadata
            | EmbeddingOtherMetadata
            | EmbeddingVideoMetadata
            | None
            | Unset
        ):
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                componentsschemas_embedding_task_media_metadata_type_0 = (
                    EmbeddingAudioMetadata.from_dict(data)
                )

                return componentsschemas_embedding_task_media_metadata_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                componentsschemas_embedding_task_media_metadata_type_1 = (
                    EmbeddingVideoMetadata.from_dict(data)
                )

                return componentsschemas_embedding_task_media_metadata_type_1
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                componentsschemas_embedding_task_media_metadata_type_2 = (
                    AsyncDocumentMetadata.from_dict(data)
                )

                return componentsschemas_embedding_task_media_metadata_type_2
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                componentsschemas_embedding_task_media_metadata_type_3 = (
                    AsyncImageMetadata.from_dict(data)
                )

                return componentsschemas_embedding_task_media_metadata_type_3
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                componentsschemas_embedding_task_media_metadata_type_4 = (
                    EmbeddingOtherMetadata.from_dict(data)
                )

                return componentsschemas_embedding_task_media_metadata_type_4
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(
                AsyncDocumentMetadata
                | AsyncImageMetadata
                | EmbeddingAudioMetadata
                | EmbeddingOtherMetadata
                | EmbeddingVideoMetadata
                | None
                | Unset,
                data,
            )

        metadata = _parse_metadata(d.pop("metadata", UNSET))

        def _parse_error(data: object) -> EmbeddingTaskResponseError | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                error_type_0 = EmbeddingTaskResponseError.from_dict(data)

                return error_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(EmbeddingTaskResponseError | None | Unset, data)

        error = _parse_error(d.pop("error", UNSET))

        def _parse_usage(data: object) -> EmbeddingUsage | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                usage_type_0 = EmbeddingUsage.from_dict(data)

                return usage_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(EmbeddingUsage | None | Unset, data)

        usage = _parse_usage(d.pop("usage", UNSET))

        embedding_task_response = cls(
            id=id,
            status=status,
            data=data,
            created_at=created_at,
            updated_at=updated_at,
            metadata=metadata,
            error=error,
            usage=usage,
        )

        embedding_task_response.additional_properties = d
        return embedding_task_response

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
