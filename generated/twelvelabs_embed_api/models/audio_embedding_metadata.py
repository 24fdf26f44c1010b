# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="AudioEmbeddingMetadata")


@_attrs_define
class AudioEmbeddingMetadata:
    """What the task list says of an audio file.

    Attributes:
        input_url (str | Unset): Where the file came from, when it was given as a URL.
        input_filename (str | Unset): The name of the file, when it has one.
        audio_embedding_options (list[str] | Unset): The options that were asked for.
        audio_embedding_scopes (list[str] | Unset): The scopes that were asked for.
        duration (float | Unset): The length of the file in seconds.
        start_offset_sec (float | Unset): Where the embedded part starts, in seconds.
        end_offset_sec (float | Unset): Where the embedded part ends, in seconds.
        audio_embedding_option (list[str] | Unset): The options that were asked for.
        audio_embedding_scope (list[str] | Unset): The scopes that were asked for.
    """

    input_url: str | Unset = UNSET
    input_filename: str | Unset = UNSET
    audio_embedding_options: list[str] | Unset = UNSET
    audio_embedding_scopes: list[str] | Unset = UNSET
    duration: float | Unset = UNSET
    start_offset_sec: float | Unset = UNSET
    end_offset_sec: float | Unset = UNSET
    audio_embedding_option: list[str] | Unset = UNSET
    audio_embedding_scope: list[str] | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        input_url = self.input_url

        input_filename = self.input_filename

        audio_embedding_options: list[str] | Unset = UNSET
        if not isinstance(self.audio_embedding_options, Unset):
            audio_embedding_options = self.audio_embedding_options

        audio_embedding_scopes: list[str] | Unset = UNSET
        if not isinstance(self.audio_embedding_scopes, Unset):
            audio_embedding_scopes = self.audio_embedding_scopes

        duration = self.duration

        start_offset_sec = self.start_offset_sec

        end_offset_sec = self.end_offset_sec

        audio_embedding_option: list[str] | Unset = UNSET
        if not isinstance(self.audio_embedding_option, Unset):
            audio_embedding_option = self.audio_embedding_option

        audio_embedding_scope: list[str] | Unset = UNSET
        if not isinstance(self.audio_embedding_scope, Unset):
            audio_embedding_scope = self.audio_embedding_scope

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if input_url is not UNSET:
            field_dict["input_url"] = input_url
        if input_filename is not UNSET:
            field_dict["input_filename"] = input_filename
        if audio_embedding_options is not UNSET:
            field_dict["audio_embedding_options"] = audio_embedding_options
        if audio_embedding_scopes is not UNSET:
            field_dict["audio_embedding_scopes"] = audio_embedding_scopes
        if duration is not UNSET:
            field_dict["duration"] = duration
        if start_offset_sec is not UNSET:
            field_dict["start_offset_sec"] = start_offset_sec
        if end_offset_sec is not UNSET:
            field_dict["end_offset_sec"] = end_offset_sec
        if audio_embedding_option is not UNSET:
            field_dict["audio_embedding_option"] = audio_embedding_option
        if audio_embedding_scope is not UNSET:
            field_dict["audio_embedding_scope"] = audio_embedding_scope

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        input_url = d.pop("input_url", UNSET)

        input_filename = d.pop("input_filename", UNSET)

        audio_embedding_options = cast(list[str], d.pop("audio_embedding_options", UNSET))

        audio_embedding_scopes = cast(list[str], d.pop("audio_embedding_scopes", UNSET))

        duration = d.pop("duration", UNSET)

        start_offset_sec = d.pop("start_offset_sec", UNSET)

        end_offset_sec = d.pop("end_offset_sec", UNSET)

        audio_embedding_option = cast(list[str], d.pop("audio_embedding_option", UNSET))

        audio_embedding_scope = cast(list[str], d.pop("audio_embedding_scope", UNSET))

        audio_embedding_metadata = cls(
            input_url=input_url,
            input_filename=input_filename,
            audio_embedding_options=audio_embedding_options,
            audio_embedding_scopes=audio_embedding_scopes,
            duration=duration,
            start_offset_sec=start_offset_sec,
            end_offset_sec=end_offset_sec,
            audio_embedding_option=audio_embedding_option,
            audio_embedding_scope=audio_embedding_scope,
        )

        audio_embedding_metadata.additional_properties = d
        return audio_embedding_metadata

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
