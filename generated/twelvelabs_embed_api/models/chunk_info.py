# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.chunk_info_status import ChunkInfoStatus, check_chunk_info_status
from ..types import UNSET, Unset

T = TypeVar("T", bound="ChunkInfo")


@_attrs_define
class ChunkInfo:
    """One piece of a session.

    Attributes:
        index (int | Unset): Which piece, from 1.
        status (ChunkInfoStatus | Unset): Completed pieces have been reported with their proof.
        uploaded_at (datetime.datetime | Unset): When it was uploaded.
        updated_at (datetime.datetime | Unset): When it changed last.
        error (str | Unset): Why it failed.
    """

    index: int | Unset = UNSET
    status: ChunkInfoStatus | Unset = UNSET
    uploaded_at: datetime.datetime | Unset = UNSET
    updated_at: datetime.datetime | Unset = UNSET
    error: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        index = self.index

        status: str | Unset = UNSET
        if not isinstance(self.status, Unset):
            status = self.status

        uploaded_at: str | Unset = UNSET
        if not isinstance(self.uploaded_at, Unset):
            uploaded_at = self.uploaded_at.isoformat()

        updated_at: str | Unset = UNSET
        if not isinstance(self.updated_at, Unset):
            updated_at = self.updated_at.isoformat()

        error = self.error

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if index is not UNSET:
            field_dict["index"] = index
        if status is not UNSET:
            field_dict["status"] = status
        if uploaded_at is not UNSET:
            field_dict["uploaded_at"] = uploaded_at
        if updated_at is not UNSET:
            field_dict["updated_at"] = updated_at
        if error is not UNSET:
            field_dict["error"] = error

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        index = d.pop("index", UNSET)

        _status = d.pop("status", UNSET)
        status: ChunkInfoStatus | Unset
        if isinstance(_status, Unset):
            status = UNSET
        else:
            status = check_chunk_info_status(_status)

        from ..types import read_timestamp

        _uploaded_at = d.pop("uploaded_at", UNSET)
        uploaded_at: datetime.datetime | Unset
        if isinstance(_uploaded_at, Unset):
            uploaded_at = UNSET
        else:
            uploaded_at = read_timestamp(_uploaded_at)

        from ..types import read_timestamp

        _updated_at = d.pop("updated_at", UNSET)
        updated_at: datetime.datetime | Unset
        if isinstance(_updated_at, Unset):
            updated_at = UNSET
        else:
            updated_at = read_timestamp(_updated_at)

        error = d.pop("error", UNSET)

        chunk_info = cls(
            index=index,
            status=status,
            uploaded_at=uploaded_at,
            updated_at=updated_at,
            error=error,
        )

        chunk_info.additional_properties = d
        return chunk_info

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
