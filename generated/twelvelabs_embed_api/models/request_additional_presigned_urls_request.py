# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="RequestAdditionalPresignedUrlsRequest")


@_attrs_define
class RequestAdditionalPresignedUrlsRequest:
    """Which pieces need a link.

    Attributes:
        start (int): The first piece, from 1.
        count (int): How many pieces.
    """

    start: int
    count: int

    def to_dict(self) -> dict[str, Any]:
        start = self.start

        count = self.count

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "start": start,
                "count": count,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        start = d.pop("start")

        count = d.pop("count")

        request_additional_presigned_urls_request = cls(
            start=start,
            count=count,
        )

        return request_additional_presigned_urls_request
