# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

from typing import Literal

from attrs import frozen as _attrs_frozen

from ..model import OpenModel


@_attrs_frozen(kw_only=True)
class EmbeddingMultiInputMetadata(OpenModel):
    """What the service says of several inputs that became one vector.

    Attributes:
        input_type (Literal['multi_input']):
        embedding_dimension (int | None): How many numbers a vector has. Only of marengo3.5.
    """

    input_type: Literal["multi_input"] = "multi_input"
    embedding_dimension: int | None = None
