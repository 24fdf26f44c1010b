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

T = TypeVar("T", bound="EmbeddingVideoMetadata")


@_attrs_define
class EmbeddingVideoMetadata:
    """What the service says of a video.

    Attributes:
        input_type (Literal['video']):
        embedding_options (list[str]): The options that were asked for.
        embedding_scopes (list[str]): The scopes that were asked for.
        duration (float): The length of the file in seconds.
        input_url (str | Unset): Where the file came from, when it was given as a URL.
        input_filename (str | Unset): The name of the file, when it has one.
        clip_length (int | Unset): The length of a segment in seconds, for fixed segments.
        start_offset_sec (float | Unset): Where the embedded part starts, in seconds.
        end_offset_sec (float | Unset): Where the embedded part ends, in seconds.
        embedding_dimension (int | Unset): How many numbers a vector has. Only of marengo3.5.
    """

    input_type: Literal["video"]
    embedding_options: list[str]
    embedding_scopes: list[str]
    duration: float
    input_url: str | Unset = UNSET
    input_filename: str | Unset = UNSET
    clip_length: int | Unset = UNSET
    start_offset_sec: float | Unset = UNSET
    end_offset_sec: float | Unset = UNSET
    embedding_dimension: int | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        input_type = self.input_type

        embedding_options = self.embedding_options

        embedding_scopes = self.embedding_scopes

        duration = self.duration

        input_url = self.input_url

        input_filename = self.input_filename

        clip_length = self.clip_length

        start_offset_sec = self.start_offset_sec

        end_offset_sec = self.end_offset_sec

        embedding_dimension = self.embedding_dimension

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "input_type": input_type,
                "embedding_options": embedding_options,
                "embedding_scopes": embedding_scopes,
                "duration": duration,
            }
        )
        if input_url is not UNSET:
            field_dict["input_url"] = input_url
        if input_filename is not UNSET:
            field_dict["input_filename"] = input_filename
        if clip_length is not UNSET:
            field_dict["clip_length"] = clip_length
        if start_offset_sec is not UNSET:
            field_dict["start_offset_sec"] = start_offset_sec
        if end_offset_sec is not UNSET:
            field_dict["end_offset_sec"] = end_offset_sec
        if embedding_dimension is not UNSET:
            field_dict["embedding_dimension"] = embedding_dimension

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        input_type = cast(Literal["video"], d.pop("input_type"))
        if input_type != "video":
            raise ValueError(f"input_type must match const 'video', got '{input_type}'")

        embedding_options = cast(list[str], d.pop("embedding_options"))

        embedding_scopes = cast(list[str], d.pop("embedding_scopes"))

        duration = d.pop("duration")

        input_url = d.pop("input_url", UNSET)

        input_filename = d.pop("input_filename", UNSET)

        clip_length = d.pop("clip_length", UNSET)

        start_offset_sec = d.pop("start_offset_sec", UNSET)

        end_offset_sec = d.pop("end_offset_sec", UNSET)

        embedding_dimension = d.pop("embedding_dimension", UNSET)

        embedding_video_metadata = cls(
            input_type=input_type,
            embedding_options=embedding_options,
            embedding_scopes=embedding_scopes,
            duration=duration,
            input_url=input_url,
            input_filename=input_filename,
            clip_length=clip_length,
            start_offset_sec=start_offset_sec,
            end_offset_sec=end_offset_sec,
            embedding_dimension=embedding_dimension,
        )

        embedding_video_metadata.additional_properties = d
        return embedding_video_metadata

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
