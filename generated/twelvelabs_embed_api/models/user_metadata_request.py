# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from attrs import field as _attrs_field
from attrs import frozen as _attrs_frozen

from ..model import Model

if TYPE_CHECKING:
    from ..models.user_metadata import UserMetadata


def _user_metadata(value: UserMetadata | Mapping[str, Any]) -> UserMetadata:
    return value  # type: ignore[return-value]  # the model checks it


@_attrs_frozen(kw_only=True)
class UserMetadataRequest(Model):
    """What you note on an asset.

    Attributes:
        user_metadata (UserMetadata): What you note on an asset. A whole number beyond 53 bits, and an id that shall
            stay as it is, is better sent as
            a text.
    """

    user_metadata: UserMetadata = _attrs_field(converter=_user_metadata)
