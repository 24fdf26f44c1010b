"""Headers of requests: they hold the key, so they are masked wherever they are shown or kept."""

from __future__ import annotations

from typing import Any

import httpx

from twelvelabs_embed._http.redaction import MASK, SECRET_HEADERS

__all__ = ["SecretHeaders", "mask_headers", "redact_request"]


class SecretHeaders(httpx.Headers):
    """Headers that neither show what is secret in them nor take it along when they are pickled."""

    def __repr__(self) -> str:
        return repr(mask_headers(self))

    def __reduce__(self) -> tuple[Any, ...]:
        return httpx.Headers, (mask_headers(self).raw,)


def mask_headers(headers: httpx.Headers) -> httpx.Headers:
    """A copy whose secret values are masked."""
    masked = httpx.Headers(headers)
    for name in SECRET_HEADERS:
        if name in masked:
            masked[name] = MASK
    return masked


def redact_request(request: httpx.Request, *, is_external: bool) -> None:
    """Mask what is secret in a request that was sent: errors keep responses, and these keep it."""
    request.headers = mask_headers(request.headers)
    if is_external:
        request.url = request.url.copy_with(query=None)
