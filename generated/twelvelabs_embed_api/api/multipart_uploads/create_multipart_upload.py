# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.create_asset_upload_request import CreateAssetUploadRequest
from ...models.create_asset_upload_response import CreateAssetUploadResponse
from ...types import Response


def _get_kwargs(
    *,
    body: CreateAssetUploadRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/assets/multipart-uploads",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> CreateAssetUploadResponse | None:
    if response.status_code == 201:
        response_201 = CreateAssetUploadResponse.from_dict(response.json())

        return response_201

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[CreateAssetUploadResponse]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: CreateAssetUploadRequest,
) -> Response[CreateAssetUploadResponse]:
    """Begin to upload a file in pieces

     The answer says how long a piece is and where to put the first ones. The session lasts for 24 hours,
    a link
    to put a piece to for one hour.

    Args:
        body (CreateAssetUploadRequest): The file that is going to be uploaded in pieces.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[CreateAssetUploadResponse]
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
    body: CreateAssetUploadRequest,
) -> CreateAssetUploadResponse | None:
    """Begin to upload a file in pieces

     The answer says how long a piece is and where to put the first ones. The session lasts for 24 hours,
    a link
    to put a piece to for one hour.

    Args:
        body (CreateAssetUploadRequest): The file that is going to be uploaded in pieces.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        CreateAssetUploadResponse
    """

    return sync_detailed(
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: CreateAssetUploadRequest,
) -> Response[CreateAssetUploadResponse]:
    """Begin to upload a file in pieces

     The answer says how long a piece is and where to put the first ones. The session lasts for 24 hours,
    a link
    to put a piece to for one hour.

    Args:
        body (CreateAssetUploadRequest): The file that is going to be uploaded in pieces.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[CreateAssetUploadResponse]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    body: CreateAssetUploadRequest,
) -> CreateAssetUploadResponse | None:
    """Begin to upload a file in pieces

     The answer says how long a piece is and where to put the first ones. The session lasts for 24 hours,
    a link
    to put a piece to for one hour.

    Args:
        body (CreateAssetUploadRequest): The file that is going to be uploaded in pieces.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        CreateAssetUploadResponse
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
        )
    ).parsed
