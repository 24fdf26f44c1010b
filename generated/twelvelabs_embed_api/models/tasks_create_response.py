# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.task_status import TaskStatus, check_task_status
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.embedding_data import EmbeddingData
    from ..models.tasks_create_response_metadata import TasksCreateResponseMetadata


T = TypeVar("T", bound="TasksCreateResponse")


@_attrs_define
class TasksCreateResponse:
    """A task that was just created.

    Attributes:
        id (str): The id of the task.
        status (TaskStatus): Vectors are there only when a task is ready.
        data (list[EmbeddingData] | None | Unset): Null. There are no vectors yet.
        metadata (None | TasksCreateResponseMetadata | Unset):
    """

    id: str
    status: TaskStatus
    data: list[EmbeddingData] | None | Unset = UNSET
    metadata: None | TasksCreateResponseMetadata | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.tasks_create_response_metadata import TasksCreateResponseMetadata  # noqa: PLC0415

        id = self.id

        status: str = self.status

        data: list[dict[str, Any]] | None | Unset
        if isinstance(self.data, Unset):
            data = UNSET
        elif isinstance(self.data, list):
            data = []
            for data_type_0_item_data in self.data:
                data_type_0_item = data_type_0_item_data.to_dict()
                data.append(data_type_0_item)

        else:
            data = self.data

        metadata: dict[str, Any] | None | Unset
        if isinstance(self.metadata, Unset):
            metadata = UNSET
        elif isinstance(self.metadata, TasksCreateResponseMetadata):
            metadata = self.metadata.to_dict()
        else:
            metadata = self.metadata

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "_id": id,
                "status": status,
            }
        )
        if data is not UNSET:
            field_dict["data"] = data
        if metadata is not UNSET:
            field_dict["metadata"] = metadata

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.embedding_data import EmbeddingData  # noqa: PLC0415
        from ..models.tasks_create_response_metadata import TasksCreateResponseMetadata  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("_id")

        status = check_task_status(d.pop("status"))

        def _parse_data(data: object) -> list[EmbeddingData] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
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
            return cast(list[EmbeddingData] | None | Unset, data)

        data = _parse_data(d.pop("data", UNSET))

        def _parse_metadata(data: object) -> None | TasksCreateResponseMetadata | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                metadata_type_0 = TasksCreateResponseMetadata.from_dict(data)

                return metadata_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | TasksCreateResponseMetadata | Unset, data)

        metadata = _parse_metadata(d.pop("metadata", UNSET))

        tasks_create_response = cls(
            id=id,
            status=status,
            data=data,
            metadata=metadata,
        )

        tasks_create_response.additional_properties = d
        return tasks_create_response

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
