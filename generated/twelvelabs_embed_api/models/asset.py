# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.asset_method import AssetMethod, check_asset_method
from ..models.asset_status import AssetStatus, check_asset_status
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.asset_error import AssetError
    from ..models.asset_hls import AssetHls
    from ..models.asset_source import AssetSource
    from ..models.asset_thumbnail import AssetThumbnail
    from ..models.technical_metadata import TechnicalMetadata
    from ..models.user_metadata import UserMetadata


T = TypeVar("T", bound="Asset")


@_attrs_define
class Asset:
    """Media that was uploaded. What the service found out about it is there when it is fetched or listed, not when
    it was just created.

        Attributes:
            id (str): The id of the asset.
            method (AssetMethod | Unset): How the file came: sent along (direct), fetched from a link (url), in pieces
                (multipart), or from another
                service (connector).
            status (AssetStatus | Unset): Only an asset that is ready can be used.
            filename (str | Unset): What the asset is called.
            file_type (str | Unset): The kind of the file, as a MIME type.
            created_at (datetime.datetime | Unset): When the asset was created.
            user_metadata (None | Unset | UserMetadata):
            source (AssetSource | None | Unset):
            hls (AssetHls | None | Unset):
            thumbnail (AssetThumbnail | None | Unset):
            technical_metadata (None | TechnicalMetadata | Unset):
            size (int | Unset): The length of the file in bytes, when the asset is ready.
            duration (float | Unset): The length of audio or video in seconds, when the asset is ready.
            error (AssetError | None | Unset):
    """

    id: str
    method: AssetMethod | Unset = UNSET
    status: AssetStatus | Unset = UNSET
    filename: str | Unset = UNSET
    file_type: str | Unset = UNSET
    created_at: datetime.datetime | Unset = UNSET
    user_metadata: None | Unset | UserMetadata = UNSET
    source: AssetSource | None | Unset = UNSET
    hls: AssetHls | None | Unset = UNSET
    thumbnail: AssetThumbnail | None | Unset = UNSET
    technical_metadata: None | TechnicalMetadata | Unset = UNSET
    size: int | Unset = UNSET
    duration: float | Unset = UNSET
    error: AssetError | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.asset_error import AssetError  # noqa: PLC0415
        from ..models.asset_hls import AssetHls  # noqa: PLC0415
        from ..models.asset_source import AssetSource  # noqa: PLC0415
        from ..models.asset_thumbnail import AssetThumbnail  # noqa: PLC0415
        from ..models.technical_metadata import TechnicalMetadata  # noqa: PLC0415
        from ..models.user_metadata import UserMetadata  # noqa: PLC0415

        id = self.id

        method: str | Unset = UNSET
        if not isinstance(self.method, Unset):
            method = self.method

        status: str | Unset = UNSET
        if not isinstance(self.status, Unset):
            status = self.status

        filename = self.filename

        file_type = self.file_type

        created_at: str | Unset = UNSET
        if not isinstance(self.created_at, Unset):
            created_at = self.created_at.isoformat()

        user_metadata: dict[str, Any] | None | Unset
        if isinstance(self.user_metadata, Unset):
            user_metadata = UNSET
        elif isinstance(self.user_metadata, UserMetadata):
            user_metadata = self.user_metadata.to_dict()
        else:
            user_metadata = self.user_metadata

        source: dict[str, Any] | None | Unset
        if isinstance(self.source, Unset):
            source = UNSET
        elif isinstance(self.source, AssetSource):
            source = self.source.to_dict()
        else:
            source = self.source

        hls: dict[str, Any] | None | Unset
        if isinstance(self.hls, Unset):
            hls = UNSET
        elif isinstance(self.hls, AssetHls):
            hls = self.hls.to_dict()
        else:
            hls = self.hls

        thumbnail: dict[str, Any] | None | Unset
        if isinstance(self.thumbnail, Unset):
            thumbnail = UNSET
        elif isinstance(self.thumbnail, AssetThumbnail):
            thumbnail = self.thumbnail.to_dict()
        else:
            thumbnail = self.thumbnail

        technical_metadata: dict[str, Any] | None | Unset
        if isinstance(self.technical_metadata, Unset):
            technical_metadata = UNSET
        elif isinstance(self.technical_metadata, TechnicalMetadata):
            technical_metadata = self.technical_metadata.to_dict()
        else:
            technical_metadata = self.technical_metadata

        size = self.size

        duration = self.duration

        error: dict[str, Any] | None | Unset
        if isinstance(self.error, Unset):
            error = UNSET
        elif isinstance(self.error, AssetError):
            error = self.error.to_dict()
        else:
            error = self.error

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "_id": id,
            }
        )
        if method is not UNSET:
            field_dict["method"] = method
        if status is not UNSET:
            field_dict["status"] = status
        if filename is not UNSET:
            field_dict["filename"] = filename
        if file_type is not UNSET:
            field_dict["file_type"] = file_type
        if created_at is not UNSET:
            field_dict["created_at"] = created_at
        if user_metadata is not UNSET:
            field_dict["user_metadata"] = user_metadata
        if source is not UNSET:
            field_dict["source"] = source
        if hls is not UNSET:
            field_dict["hls"] = hls
        if thumbnail is not UNSET:
            field_dict["thumbnail"] = thumbnail
        if technical_metadata is not UNSET:
            field_dict["technical_metadata"] = technical_metadata
        if size is not UNSET:
            field_dict["size"] = size
        if duration is not UNSET:
            field_dict["duration"] = duration
        if error is not UNSET:
            field_dict["error"] = error

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.asset_error import AssetError  # noqa: PLC0415
        from ..models.asset_hls import AssetHls  # noqa: PLC0415
        from ..models.asset_source import AssetSource  # noqa: PLC0415
        from ..models.asset_thumbnail import AssetThumbnail  # noqa: PLC0415
        from ..models.technical_metadata import TechnicalMetadata  # noqa: PLC0415
        from ..models.user_metadata import UserMetadata  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("_id")

        _method = d.pop("method", UNSET)
        method: AssetMethod | Unset
        if isinstance(_method, Unset):
            method = UNSET
        else:
            method = check_asset_method(_method)

        _status = d.pop("status", UNSET)
        status: AssetStatus | Unset
        if isinstance(_status, Unset):
            status = UNSET
        else:
            status = check_asset_status(_status)

        filename = d.pop("filename", UNSET)

        file_type = d.pop("file_type", UNSET)

        from ..types import read_timestamp

        _created_at = d.pop("created_at", UNSET)
        created_at: datetime.datetime | Unset
        if isinstance(_created_at, Unset):
            created_at = UNSET
        else:
            created_at = read_timestamp(_created_at)

        def _parse_user_metadata(data: object) -> None | Unset | UserMetadata:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                user_metadata_type_0 = UserMetadata.from_dict(data)

                return user_metadata_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Unset | UserMetadata, data)

        user_metadata = _parse_user_metadata(d.pop("user_metadata", UNSET))

        def _parse_source(data: object) -> AssetSource | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                source_type_0 = AssetSource.from_dict(data)

                return source_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(AssetSource | None | Unset, data)

        source = _parse_source(d.pop("source", UNSET))

        def _parse_hls(data: object) -> AssetHls | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                hls_type_0 = AssetHls.from_dict(data)

                return hls_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(AssetHls | None | Unset, data)

        hls = _parse_hls(d.pop("hls", UNSET))

        def _parse_thumbnail(data: object) -> AssetThumbnail | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                thumbnail_type_0 = AssetThumbnail.from_dict(data)

                return thumbnail_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(AssetThumbnail | None | Unset, data)

        thumbnail = _parse_thumbnail(d.pop("thumbnail", UNSET))

        def _parse_technical_metadata(data: object) -> None | TechnicalMetadata | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                technical_metadata_type_0 = TechnicalMetadata.from_dict(data)

                return technical_metadata_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | TechnicalMetadata | Unset, data)

        technical_metadata = _parse_technical_metadata(d.pop("technical_metadata", UNSET))

        size = d.pop("size", UNSET)

        duration = d.pop("duration", UNSET)

        def _parse_error(data: object) -> AssetError | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                error_type_0 = AssetError.from_dict(data)

                return error_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(AssetError | None | Unset, data)

        error = _parse_error(d.pop("error", UNSET))

        asset = cls(
            id=id,
            method=method,
            status=status,
            filename=filename,
            file_type=file_type,
            created_at=created_at,
            user_metadata=user_metadata,
            source=source,
            hls=hls,
            thumbnail=thumbnail,
            technical_metadata=technical_metadata,
            size=size,
            duration=duration,
            error=error,
        )

        asset.additional_properties = d
        return asset

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
