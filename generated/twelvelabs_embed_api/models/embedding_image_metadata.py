# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

from typing import Literal

from attrs import frozen as _attrs_frozen

from ..model import OpenModel


@_attrs_frozen(kw_only=True)
class EmbeddingImageMetadata(OpenModel):
    """What the service says of an image.

    Attributes:
        input_type (Literal['image']):
        input_url (str | None): Where the image came from, when it was given as a URL.
        input_filename (str | None): The name of the file, when it has one.
    """

    input_type: Literal["image"] = "image"
    input_url: str | None = None
    input_filename: str | None = None
