# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.report_chunk_batch_request import ReportChunkBatchRequest
from ...models.report_chunk_batch_response import ReportChunkBatchResponse
from ...types import Response


def _get_kwargs(
    upload_id: str,
    *,
    body: ReportChunkBatchRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/assets/multipart-uploads/{upload_id}".format(
            upload_id=quote(str(upload_id), safe=""),
        ),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> ReportChunkBatchResponse | None:
    if response.status_code == 200:
        response_200 = ReportChunkBatchResponse.from_dict(response.json())

        return response_200

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[ReportChunkBatchResponse]:
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
    body: ReportChunkBatchRequest,
) -> Response[ReportChunkBatchResponse]:
    """Report pieces that are uploaded

     Takes 1 to 50 pieces, in any order. The file is whole when all have been reported.

    Args:
        upload_id (str):
        body (ReportChunkBatchRequest): Pieces that are uploaded.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ReportChunkBatchResponse]
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
    body: ReportChunkBatchRequest,
) -> ReportChunkBatchResponse | None:
    """Report pieces that are uploaded

     Takes 1 to 50 pieces, in any order. The file is whole when all have been reported.

    Args:
        upload_id (str):
        body (ReportChunkBatchRequest): Pieces that are uploaded.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ReportChunkBatchResponse
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
    body: ReportChunkBatchRequest,
) -> Response[ReportChunkBatchResponse]:
    """Report pieces that are uploaded

     Takes 1 to 50 pieces, in any order. The file is whole when all have been reported.

    Args:
        upload_id (str):
        body (ReportChunkBatchRequest): Pieces that are uploaded.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ReportChunkBatchResponse]
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
    body: ReportChunkBatchRequest,
) -> ReportChunkBatchResponse | None:
    """Report pieces that are uploaded

     Takes 1 to 50 pieces, in any order. The file is whole when all have been reported.

    Args:
        upload_id (str):
        body (ReportChunkBatchRequest): Pieces that are uploaded.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ReportChunkBatchResponse
    """

    return (
        await asyncio_detailed(
            upload_id=upload_id,
            client=client,
            body=body,
        )
    ).parsed
