# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.embedding_data_embedding_option import (
    EmbeddingDataEmbeddingOption,
    check_embedding_data_embedding_option,
)
from ..models.embedding_data_embedding_scope import (
    EmbeddingDataEmbeddingScope,
    check_embedding_data_embedding_scope,
)
from ..models.embedding_data_quadrant import (
    EmbeddingDataQuadrant,
    check_embedding_data_quadrant,
)
from ..types import UNSET, Unset

T = TypeVar("T", bound="EmbeddingData")


@_attrs_define
class EmbeddingData:
    """One vector and the part of the input that it stands for.

    Attributes:
        embedding (list[float]): The vector, 512 numbers or embedding_dimension. Its length (L2 norm) is not promised to
            be 1.
        embedding_option (EmbeddingDataEmbeddingOption | None | Unset):
        embedding_scope (EmbeddingDataEmbeddingScope | None | Unset):
        start_sec (float | None | Unset): Where the segment starts, in seconds. Null for text and images.
        end_sec (float | None | Unset): Where the segment ends, in seconds. Null for text and images.
        embedding_uncertainty (list[float] | None | Unset): How unsure each number of the vector is, higher for less
            sure, when that was asked for.
        start_page_number (int | None | Unset): The first page of a PDF that the vector stands for, from 1.
        end_page_number (int | None | Unset): The last page of a PDF that the vector stands for, that page included.
        quadrant (EmbeddingDataQuadrant | None | Unset):
        chunk_index (int | None | Unset): Which piece of a plain text or Markdown file the vector stands for, from 0.
    """

    embedding: list[float]
    embedding_option: EmbeddingDataEmbeddingOption | None | Unset = UNSET
    embedding_scope: EmbeddingDataEmbeddingScope | None | Unset = UNSET
    start_sec: float | None | Unset = UNSET
    end_sec: float | None | Unset = UNSET
    embedding_uncertainty: list[float] | None | Unset = UNSET
    start_page_number: int | None | Unset = UNSET
    end_page_number: int | None | Unset = UNSET
    quadrant: EmbeddingDataQuadrant | None | Unset = UNSET
    chunk_index: int | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        embedding = self.embedding

        embedding_option: None | str | Unset
        if isinstance(self.embedding_option, Unset):
            embedding_option = UNSET
        elif isinstance(self.embedding_option, str):
            embedding_option = self.embedding_option
        else:
            embedding_option = self.embedding_option

        embedding_scope: None | str | Unset
        if isinstance(self.embedding_scope, Unset):
            embedding_scope = UNSET
        elif isinstance(self.embedding_scope, str):
            embedding_scope = self.embedding_scope
        else:
            embedding_scope = self.embedding_scope

        start_sec: float | None | Unset
        if isinstance(self.start_sec, Unset):
            start_sec = UNSET
        else:
            start_sec = self.start_sec

        end_sec: float | None | Unset
        if isinstance(self.end_sec, Unset):
            end_sec = UNSET
        else:
            end_sec = self.end_sec

        embedding_uncertainty: list[float] | None | Unset
        if isinstance(self.embedding_uncertainty, Unset):
            embedding_uncertainty = UNSET
        elif isinstance(self.embedding_uncertainty, list):
            embedding_uncertainty = self.embedding_uncertainty

        else:
            embedding_uncertainty = self.embedding_uncertainty

        start_page_number: int | None | Unset
        if isinstance(self.start_page_number, Unset):
            start_page_number = UNSET
        else:
            start_page_number = self.start_page_number

        end_page_number: int | None | Unset
        if isinstance(self.end_page_number, Unset):
            end_page_number = UNSET
        else:
            end_page_number = self.end_page_number

        quadrant: None | str | Unset
        if isinstance(self.quadrant, Unset):
            quadrant = UNSET
        elif isinstance(self.quadrant, str):
            quadrant = self.quadrant
        else:
            quadrant = self.quadrant

        chunk_index: int | None | Unset
        if isinstance(self.chunk_index, Unset):
            chunk_index = UNSET
        else:
            chunk_index = self.chunk_index

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "embedding": embedding,
            }
        )
        if embedding_option is not UNSET:
            field_dict["embedding_option"] = embedding_option
        if embedding_scope is not UNSET:
            field_dict["embedding_scope"] = embedding_scope
        if start_sec is not UNSET:
            field_dict["start_sec"] = start_sec
        if end_sec is not UNSET:
            field_dict["end_sec"] = end_sec
        if embedding_uncertainty is not UNSET:
            field_dict["embedding_uncertainty"] = embedding_uncertainty
        if start_page_number is not UNSET:
            field_dict["start_page_number"] = start_page_number
        if end_page_number is not UNSET:
            field_dict["end_page_number"] = end_page_number
        if quadrant is not UNSET:
            field_dict["quadrant"] = quadrant
        if chunk_index is not UNSET:
            field_dict["chunk_index"] = chunk_index

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        embedding = cast(list[float], d.pop("embedding"))

        def _parse_embedding_option(data: object) -> EmbeddingDataEmbeddingOption | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                embedding_option_type_0 = check_embedding_data_embedding_option(data)

                return embedding_option_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(EmbeddingDataEmbeddingOption | None | Unset, data)

        embedding_option = _parse_embedding_option(d.pop("embedding_option", UNSET))

        def _parse_embedding_scope(data: object) -> EmbeddingDataEmbeddingScope | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                embedding_scope_type_0 = check_embedding_data_embedding_scope(data)

                return embedding_scope_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(EmbeddingDataEmbeddingScope | None | Unset, data)

        embedding_scope = _parse_embedding_scope(d.pop("embedding_scope", UNSET))

        def _parse_start_sec(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        start_sec = _parse_start_sec(d.pop("start_sec", UNSET))

        def _parse_end_sec(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        end_sec = _parse_end_sec(d.pop("end_sec", UNSET))

        def _parse_embedding_uncertainty(data: object) -> list[float] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                embedding_uncertainty_type_0 = cast(list[float], data)

                return embedding_uncertainty_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[float] | None | Unset, data)

        embedding_uncertainty = _parse_embedding_uncertainty(d.pop("embedding_uncertainty", UNSET))

        def _parse_start_page_number(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        start_page_number = _parse_start_page_number(d.pop("start_page_number", UNSET))

        def _parse_end_page_number(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        end_page_number = _parse_end_page_number(d.pop("end_page_number", UNSET))

        def _parse_quadrant(data: object) -> EmbeddingDataQuadrant | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                quadrant_type_0 = check_embedding_data_quadrant(data)

                return quadrant_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(EmbeddingDataQuadrant | None | Unset, data)

        quadrant = _parse_quadrant(d.pop("quadrant", UNSET))

        def _parse_chunk_index(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        chunk_index = _parse_chunk_index(d.pop("chunk_index", UNSET))

        embedding_data = cls(
            embedding=embedding,
            embedding_option=embedding_option,
            embedding_scope=embedding_scope,
            start_sec=start_sec,
            end_sec=end_sec,
            embedding_uncertainty=embedding_uncertainty,
            start_page_number=start_page_number,
            end_page_number=end_page_number,
            quadrant=quadrant,
            chunk_index=chunk_index,
        )

        embedding_data.additional_properties = d
        return embedding_data

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
