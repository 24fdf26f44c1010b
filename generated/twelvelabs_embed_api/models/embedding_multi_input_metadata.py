# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import (
    Any,
    Literal,
    TypeVar,
    cast,
)

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="EmbeddingMultiInputMetadata")


@_attrs_define
class EmbeddingMultiInputMetadata:
    """What the service says of several inputs that became one vector.

    Attributes:
        input_type (Literal['multi_input']):
        embedding_dimension (int | Unset): How many numbers a vector has. Only of marengo3.5.
    """

    input_type: Literal["multi_input"]
    embedding_dimension: int | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        input_type = self.input_type

        embedding_dimension = self.embedding_dimension

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "input_type": input_type,
            }
        )
        if embedding_dimension is not UNSET:
            field_dict["embedding_dimension"] = embedding_dimension

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        input_type = cast(Literal["multi_input"], d.pop("input_type"))
        if input_type != "multi_input":
            raise ValueError(f"input_type must match const 'multi_input', got '{input_type}'")

        embedding_dimension = d.pop("embedding_dimension", UNSET)

        embedding_multi_input_metadata = cls(
            input_type=input_type,
            embedding_dimension=embedding_dimension,
        )

        embedding_multi_input_metadata.additional_properties = d
        return embedding_multi_input_metadata

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
