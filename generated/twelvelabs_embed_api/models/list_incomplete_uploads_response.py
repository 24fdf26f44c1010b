# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET

if TYPE_CHECKING:
    from ..models.incomplete_upload_summary import IncompleteUploadSummary
    from ..models.page_info import PageInfo


T = TypeVar("T", bound="ListIncompleteUploadsResponse")


@_attrs_define
class ListIncompleteUploadsResponse:
    """One page of sessions.

    Attributes:
        data (list[IncompleteUploadSummary]):
        page_info (PageInfo): Where a page lies among all pages.
    """

    data: list[IncompleteUploadSummary]
    page_info: PageInfo
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        data = []
        for data_item_data in self.data:
            data_item = data_item_data.to_dict()
            data.append(data_item)

        page_info = self.page_info.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "data": data,
                "page_info": page_info,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.incomplete_upload_summary import IncompleteUploadSummary  # noqa: PLC0415
        from ..models.page_info import PageInfo  # noqa: PLC0415

        d = dict(src_dict)
        _data = d.pop("data")
        data: list[IncompleteUploadSummary] = []
        if _data is not UNSET:
            data = []
            for data_item_data in _data or []:
                if data_item_data is None:
                    data.append(data_item_data)
                    continue
                data_item = IncompleteUploadSummary.from_dict(data_item_data)

                data.append(data_item)

        page_info = PageInfo.from_dict(d.pop("page_info"))

        list_incomplete_uploads_response = cls(
            data=data,
            page_info=page_info,
        )

        list_incomplete_uploads_response.additional_properties = d
        return list_incomplete_uploads_response

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
