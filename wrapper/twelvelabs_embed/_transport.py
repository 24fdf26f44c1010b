"""The sockets of the blocking client, unless it is given others: httpx's own.

Imported with the first call, when TLS is set up. Those of the awaited client are in
`_transport_async`, because aiohttp takes as long to import as httpx.
"""

from __future__ import annotations

import httpx

# Bulk runs keep many calls in flight; each should find its connection open.
LIMITS = httpx.Limits(max_connections=1000, max_keepalive_connections=200, keepalive_expiry=30)


def make_client(timeout: httpx.Timeout) -> httpx.Client:
    """A blocking client. Proxies come from the environment, as httpx reads it."""
    return httpx.Client(timeout=timeout, limits=LIMITS)
