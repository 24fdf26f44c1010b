# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.request_additional_presigned_urls_request import (
    RequestAdditionalPresignedUrlsRequest,
)
from ...models.request_additional_presigned_urls_response import (
    RequestAdditionalPresignedUrlsResponse,
)
from ...types import Response


def _get_kwargs(
    upload_id: str,
    *,
    body: RequestAdditionalPresignedUrlsRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/assets/multipart-uploads/{upload_id}/presigned-urls".format(
            upload_id=quote(str(upload_id), safe=""),
        ),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> RequestAdditionalPresignedUrlsResponse | None:
    if response.status_code == 200:
        response_200 = RequestAdditionalPresignedUrlsResponse.from_dict(response.json())

        return response_200

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[RequestAdditionalPresignedUrlsResponse]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    upload_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: RequestAdditionalPresignedUrlsRequest,
) -> Response[RequestAdditionalPresignedUrlsResponse]:
    """Ask for links to put pieces to

     For pieces that had no link yet, or whose link expired. At most 50 at a time.

    Args:
        upload_id (str):
        body (RequestAdditionalPresignedUrlsRequest): Which pieces need a link.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[RequestAdditionalPresignedUrlsResponse]
    """

    kwargs = _get_kwargs(
        upload_id=upload_id,
        body=body,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    upload_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: RequestAdditionalPresignedUrlsRequest,
) -> RequestAdditionalPresignedUrlsResponse | None:
    """Ask for links to put pieces to

     For pieces that had no link yet, or whose link expired. At most 50 at a time.

    Args:
        upload_id (str):
        body (RequestAdditionalPresignedUrlsRequest): Which pieces need a link.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        RequestAdditionalPresignedUrlsResponse
    """

    return sync_detailed(
        upload_id=upload_id,
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    upload_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: RequestAdditionalPresignedUrlsRequest,
) -> Response[RequestAdditionalPresignedUrlsResponse]:
    """Ask for links to put pieces to

     For pieces that had no link yet, or whose link expired. At most 50 at a time.

    Args:
        upload_id (str):
        body (RequestAdditionalPresignedUrlsRequest): Which pieces need a link.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[RequestAdditionalPresignedUrlsResponse]
    """

    kwargs = _get_kwargs(
        upload_id=upload_id,
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    upload_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: RequestAdditionalPresignedUrlsRequest,
) -> RequestAdditionalPresignedUrlsResponse | None:
    """Ask for links to put pieces to

     For pieces that had no link yet, or whose link expired. At most 50 at a time.

    Args:
        upload_id (str):
        body (RequestAdditionalPresignedUrlsRequest): Which pieces need a link.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        RequestAdditionalPresignedUrlsResponse
    """

    return (
        await asyncio_detailed(
            upload_id=upload_id,
            client=client,
            body=body,
        )
    ).parsed
