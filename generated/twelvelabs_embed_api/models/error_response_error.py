# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen as _attrs_frozen

from ..model import OpenModel

if TYPE_CHECKING:
    from ..models.error_response_error_details import ErrorResponseErrorDetails


@_attrs_frozen(kw_only=True)
class ErrorResponseError(OpenModel):
    """What went wrong.

    Attributes:
        code (str): A short name of the error that programs can compare.
        message (str): A sentence for people.
        details (ErrorResponseErrorDetails | None): More about the error.
    """

    code: str
    message: str
    details: ErrorResponseErrorDetails | None = None
