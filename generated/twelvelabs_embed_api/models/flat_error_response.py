# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

from attrs import frozen as _attrs_frozen

from ..model import OpenModel


@_attrs_frozen(kw_only=True)
class FlatErrorResponse(OpenModel):
    """The flat shape, which other endpoints use.

    Attributes:
        code (str): A short name of the error that programs can compare.
        message (str): A sentence for people.
    """

    code: str
    message: str
