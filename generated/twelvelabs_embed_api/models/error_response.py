# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen as _attrs_frozen

from ..model import OpenModel

if TYPE_CHECKING:
    from ..models.error_response_error import ErrorResponseError


@_attrs_frozen(kw_only=True)
class ErrorResponse(OpenModel):
    """The nested shape, which the embedding endpoints use.

    Attributes:
        error (ErrorResponseError): What went wrong.
    """

    error: ErrorResponseError
