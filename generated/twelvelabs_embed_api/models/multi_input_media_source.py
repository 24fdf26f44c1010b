# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

from typing import ClassVar

from attrs import field as _attrs_field
from attrs import frozen as _attrs_frozen

from ..model import Model
from ..models.multi_input_media_source_media_type import (
    MultiInputMediaSourceMediaType,
)


@_attrs_frozen(kw_only=True)
class MultiInputMediaSource(Model):
    """One medium among several: at most 32 MB, audio and video at most 30 seconds long. Exactly one of url,
    base64_string and asset_id is given.

        Attributes:
            media_type (MultiInputMediaSourceMediaType): The kind of a medium. A document is PDF, plain text or Markdown.
                marengo3.0 knows only images here.
            name (str | None): What the text calls it. Needed only when the text refers to it.
            url (str | None): A public, direct link to the file. Links to sharing pages do not work.
            base64_string (str | None): The file itself, encoded as base64.
            asset_id (str | None): The id of an uploaded asset that is ready.
    """

    _names: ClassVar = {
        "base_64_string": "base64_string",
    }
    media_type: MultiInputMediaSourceMediaType
    name: str | None = None
    url: str | None = None
    base64_string: str | None = None
    base_64_string: str | None = _attrs_field(default=None, repr=False)
    asset_id: str | None = None
