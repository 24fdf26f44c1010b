# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

from typing import ClassVar

from attrs import field as _attrs_field
from attrs import frozen as _attrs_frozen

from ..model import Model


@_attrs_frozen(kw_only=True)
class MediaSource(Model):
    """Where the media comes from. Exactly one of the three is given.

    Attributes:
        base64_string (str | None): The file itself, encoded as base64.
        url (str | None): A public, direct link to the file. Links to sharing pages do not work.
        asset_id (str | None): The id of an uploaded asset that is ready.
    """

    _names: ClassVar = {
        "base_64_string": "base64_string",
    }
    base64_string: str | None = None
    base_64_string: str | None = _attrs_field(default=None, repr=False)
    url: str | None = None
    asset_id: str | None = None
