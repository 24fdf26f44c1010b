# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.embedding_audio_metadata import EmbeddingAudioMetadata
    from ..models.embedding_data import EmbeddingData
    from ..models.embedding_image_metadata import EmbeddingImageMetadata
    from ..models.embedding_multi_input_metadata import EmbeddingMultiInputMetadata
    from ..models.embedding_other_metadata import EmbeddingOtherMetadata
    from ..models.embedding_text_image_metadata import EmbeddingTextImageMetadata
    from ..models.embedding_usage import EmbeddingUsage
    from ..models.embedding_video_metadata import EmbeddingVideoMetadata


T = TypeVar("T", bound="EmbeddingSuccessResponse")


@_attrs_define
class EmbeddingSuccessResponse:
    """The vectors and what the service says of the media.

    Attributes:
        data (list[EmbeddingData]): One row for each segment, option and scope. Text, images and multi_input have one
            row.
        metadata (EmbeddingAudioMetadata | EmbeddingImageMetadata | EmbeddingMultiInputMetadata | EmbeddingOtherMetadata
            | EmbeddingTextImageMetadata | EmbeddingVideoMetadata | None | Unset):
        usage (EmbeddingUsage | None | Unset):
    """

    data: list[EmbeddingData]
    metadata: (
        EmbeddingAudioMetadata
        | EmbeddingImageMetadata
        | EmbeddingMultiInputMetadata
        | EmbeddingOtherMetadata
        | EmbeddingTextImageMetadata
        | EmbeddingVideoMetadata
        | None
        | Unset
    ) = UNSET
    usage: EmbeddingUsage | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.embedding_audio_metadata import EmbeddingAudioMetadata  # noqa: PLC0415
        from ..models.embedding_image_metadata import EmbeddingImageMetadata  # noqa: PLC0415
        from ..models.embedding_multi_input_metadata import EmbeddingMultiInputMetadata  # noqa: PLC0415
        from ..models.embedding_other_metadata import EmbeddingOtherMetadata  # noqa: PLC0415
        from ..models.embedding_text_image_metadata import EmbeddingTextImageMetadata  # noqa: PLC0415
        from ..models.embedding_usage import EmbeddingUsage  # noqa: PLC0415
        from ..models.embedding_video_metadata import EmbeddingVideoMetadata  # noqa: PLC0415

        data = []
        for data_item_data in self.data:
            data_item = data_item_data.to_dict()
            data.append(data_item)

        metadata: dict[str, Any] | None | Unset
        if isinstance(self.metadata, Unset):
            metadata = UNSET
        elif isinstance(self.metadata, EmbeddingImageMetadata):
            metadata = self.metadata.to_dict()
        elif isinstance(self.metadata, EmbeddingTextImageMetadata):
            metadata = self.metadata.to_dict()
        elif isinstance(self.metadata, EmbeddingAudioMetadata):
            metadata = self.metadata.to_dict()
        elif isinstance(self.metadata, EmbeddingVideoMetadata):
            metadata = self.metadata.to_dict()
        elif isinstance(self.metadata, EmbeddingMultiInputMetadata):
            metadata = self.metadata.to_dict()
        elif isinstance(self.metadata, EmbeddingOtherMetadata):
            metadata = self.metadata.to_dict()
        else:
            metadata = self.metadata

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
                "data": data,
            }
        )
        if metadata is not UNSET:
            field_dict["metadata"] = metadata
        if usage is not UNSET:
            field_dict["usage"] = usage

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.embedding_audio_metadata import EmbeddingAudioMetadata  # noqa: PLC0415
        from ..models.embedding_data import EmbeddingData  # noqa: PLC0415
        from ..models.embedding_image_metadata import EmbeddingImageMetadata  # noqa: PLC0415
        from ..models.embedding_multi_input_metadata import EmbeddingMultiInputMetadata  # noqa: PLC0415
        from ..models.embedding_other_metadata import EmbeddingOtherMetadata  # noqa: PLC0415
        from ..models.embedding_text_image_metadata import EmbeddingTextImageMetadata  # noqa: PLC0415
        from ..models.embedding_usage import EmbeddingUsage  # noqa: PLC0415
        from ..models.embedding_video_metadata import EmbeddingVideoMetadata  # noqa: PLC0415

        d = dict(src_dict)
        _data = d.pop("data")
        data: list[EmbeddingData] = []
        if _data is not UNSET:
            data = []
            for data_item_data in _data or []:
                if data_item_data is None:
                    data.append(data_item_data)
                    continue
                data_item = EmbeddingData.from_dict(data_item_data)

                data.append(data_item)

        def _parse_metadata(
            data: object,
        ) -> (
            EmbeddingAudioMetadata
            | EmbeddingImageMetadata
            | EmbeddingMultiInputMetadata
            | EmbeddingOtherMetadata
            | EmbeddingTextImageMetadata
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
                componentsschemas_embedding_media_metadata_type_0 = (
                    EmbeddingImageMetadata.from_dict(data)
                )

                return componentsschemas_embedding_media_metadata_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                componentsschemas_embedding_media_metadata_type_1 = (
                    EmbeddingTextImageMetadata.from_dict(data)
                )

                return componentsschemas_embedding_media_metadata_type_1
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                componentsschemas_embedding_media_metadata_type_2 = (
                    EmbeddingAudioMetadata.from_dict(data)
                )

                return componentsschemas_embedding_media_metadata_type_2
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                componentsschemas_embedding_media_metadata_type_3 = (
                    EmbeddingVideoMetadata.from_dict(data)
                )

                return componentsschemas_embedding_media_metadata_type_3
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                componentsschemas_embedding_media_metadata_type_4 = (
                    EmbeddingMultiInputMetadata.from_dict(data)
                )

                return componentsschemas_embedding_media_metadata_type_4
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                componentsschemas_embedding_media_metadata_type_5 = (
                    EmbeddingOtherMetadata.from_dict(data)
                )

                return componentsschemas_embedding_media_metadata_type_5
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(
                EmbeddingAudioMetadata
                | EmbeddingImageMetadata
                | EmbeddingMultiInputMetadata
                | EmbeddingOtherMetadata
                | EmbeddingTextImageMetadata
                | EmbeddingVideoMetadata
                | None
                | Unset,
                data,
            )

        metadata = _parse_metadata(d.pop("metadata", UNSET))

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

        embedding_success_response = cls(
            data=data,
            metadata=metadata,
            usage=usage,
        )

        embedding_success_response.additional_properties = d
        return embedding_success_response

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
