# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.user_metadata import UserMetadata


T = TypeVar("T", bound="UserMetadataRequest")


@_attrs_define
class UserMetadataRequest:
    """What you note on an asset.

    Attributes:
        user_metadata (UserMetadata): What you note on an asset. A whole number beyond 53 bits, and an id that shall
            stay as it is, is better sent as
            a text.
    """

    user_metadata: UserMetadata

    def to_dict(self) -> dict[str, Any]:
        user_metadata = self.user_metadata.to_dict()

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "user_metadata": user_metadata,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.user_metadata import UserMetadata  # noqa: PLC0415

        d = dict(src_dict)
        user_metadata = UserMetadata.from_dict(d.pop("user_metadata"))

        user_metadata_request = cls(
            user_metadata=user_metadata,
        )

        return user_metadata_request
