# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

from attrs import frozen as _attrs_frozen

from ..model import Model


@_attrs_frozen(kw_only=True)
class RequestAdditionalPresignedUrlsRequest(Model):
    """Which pieces need a link.

    Attributes:
        start (int): The first piece, from 1.
        count (int): How many pieces.
    """

    start: int
    count: int
