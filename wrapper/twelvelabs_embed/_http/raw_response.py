"""Results with the HTTP response that they were read from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Generic, TypeVar

import httpx
from msgspec import Struct

T = TypeVar("T")


class RawResponse(Struct, Generic[T], frozen=True):
    """A result with the HTTP response that it was read from.

    Attributes:
        data: what the call returns without `with_raw_response`
        status_code: the HTTP status
        attempts: how many times the request was sent
        http_response: the response as it was received
    """

    data: T
    status_code: int
    attempts: int
    http_response: httpx.Response

    @property
    def headers(self) -> Mapping[str, str]:
        """The response's headers, names in lower case."""
        return self.http_response.headers
