# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.asset import Asset
from ...models.create_asset_request import CreateAssetRequest
from ...types import Response


def _get_kwargs(
    *,
    body: CreateAssetRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/assets",
    }

    _kwargs["files"] = body.to_multipart()

    headers["Content-Type"] = "multipart/form-data; boundary=+++"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Asset | None:
    if response.status_code == 201:
        response_201 = Asset.from_dict(response.json())

        return response_201

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[Asset]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: CreateAssetRequest,
) -> Response[Asset]:
    """Upload a file, or have the service fetch it

     The method `direct` takes a file of at most 200 MB, `url` the link to one of at most 4 GB; an image
    may have
    32 MB, a document behind a link 512 MB. The asset is `processing` at first; nothing may use it
    before it is
    `ready`.

    Args:
        body (CreateAssetRequest): A file, or where to fetch it. The property that the method
            needs is required.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Asset]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient | Client,
    body: CreateAssetRequest,
) -> Asset | None:
    """Upload a file, or have the service fetch it

     The method `direct` takes a file of at most 200 MB, `url` the link to one of at most 4 GB; an image
    may have
    32 MB, a document behind a link 512 MB. The asset is `processing` at first; nothing may use it
    before it is
    `ready`.

    Args:
        body (CreateAssetRequest): A file, or where to fetch it. The property that the method
            needs is required.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Asset
    """

    return sync_detailed(
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: CreateAssetRequest,
) -> Response[Asset]:
    """Upload a file, or have the service fetch it

     The method `direct` takes a file of at most 200 MB, `url` the link to one of at most 4 GB; an image
    may have
    32 MB, a document behind a link 512 MB. The asset is `processing` at first; nothing may use it
    before it is
    `ready`.

    Args:
        body (CreateAssetRequest): A file, or where to fetch it. The property that the method
            needs is required.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Asset]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    body: CreateAssetRequest,
) -> Asset | None:
    """Upload a file, or have the service fetch it

     The method `direct` takes a file of at most 200 MB, `url` the link to one of at most 4 GB; an image
    may have
    32 MB, a document behind a link 512 MB. The asset is `processing` at first; nothing may use it
    before it is
    `ready`.

    Args:
        body (CreateAssetRequest): A file, or where to fetch it. The property that the method
            needs is required.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Asset
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
        )
    ).parsed
