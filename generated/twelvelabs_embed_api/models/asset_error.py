# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

from attrs import frozen as _attrs_frozen

from ..model import OpenModel


@_attrs_frozen(kw_only=True)
class AssetError(OpenModel):
    """Why an asset failed.

    Attributes:
        message (str | None): A sentence for people.
    """

    message: str | None = None
