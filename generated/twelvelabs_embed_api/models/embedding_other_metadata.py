# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

from attrs import frozen as _attrs_frozen

from ..model import OpenModel


@_attrs_frozen(kw_only=True)
class EmbeddingOtherMetadata(OpenModel):
    """Metadata of a kind that this contract does not know yet. It is here so that a new kind is decoded, with
    all its fields, and not refused.

        Attributes:
            input_type (str):
    """

    input_type: str
