"""The sockets of the blocking client, unless it is given others: httpx's own.

Imported with the first call, when TLS is set up. Those of the awaited client are in
`_transport_async`, because aiohttp takes as long to import as httpx.
"""

from __future__ import annotations

import httpx

from twelvelabs_embed._http.bounded_read import read, read_async

# Bulk runs keep many calls in flight; each should find its connection open.
LIMITS = httpx.Limits(max_connections=1000, max_keepalive_connections=200, keepalive_expiry=30)


def make_client(timeout: httpx.Timeout) -> httpx.Client:
    """A blocking client. Proxies come from the environment, as httpx reads it."""
    return httpx.Client(timeout=timeout, limits=LIMITS)


def send_external(http: httpx.Client, request: httpx.Request) -> httpx.Response:
    """Send a request to another host than the API's, by what is below a client.

    The client would write the link, which is presigned, to its log. The hooks and the
    authentication of a client that was given may add a key.
    """
    response = http._transport_for_url(request.url).handle_request(request)
    read(response)
    response.request = request
    return response


async def send_external_async(http: httpx.AsyncClient, request: httpx.Request) -> httpx.Response:
    """`send_external`, awaited."""
    response = await http._transport_for_url(request.url).handle_async_request(request)
    await read_async(response)
    response.request = request
    return response
