# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.asset_transcription_include import (
    AssetTranscriptionInclude,
)
from ...models.asset_transcription_response import AssetTranscriptionResponse
from ...types import UNSET, Response, Unset


def _get_kwargs(
    asset_id: str,
    *,
    include: list[AssetTranscriptionInclude] | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_include: list[str] | Unset = UNSET
    if not isinstance(include, Unset):
        json_include = []
        for include_item_data in include:
            include_item: str = include_item_data
            json_include.append(include_item)

    params["include"] = json_include

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/assets/{asset_id}/transcription".format(
            asset_id=quote(str(asset_id), safe=""),
        ),
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> AssetTranscriptionResponse | None:
    if response.status_code == 200:
        response_200 = AssetTranscriptionResponse.from_dict(response.json())

        return response_200

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[AssetTranscriptionResponse]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    asset_id: str,
    *,
    client: AuthenticatedClient | Client,
    include: list[AssetTranscriptionInclude] | Unset = UNSET,
) -> Response[AssetTranscriptionResponse]:
    """Fetch what is spoken in an asset

     Only audio and video have a transcription. An asset without one is not found.

    Args:
        asset_id (str):
        include (list[AssetTranscriptionInclude] | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[AssetTranscriptionResponse]
    """

    kwargs = _get_kwargs(
        asset_id=asset_id,
        include=include,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    asset_id: str,
    *,
    client: AuthenticatedClient | Client,
    include: list[AssetTranscriptionInclude] | Unset = UNSET,
) -> AssetTranscriptionResponse | None:
    """Fetch what is spoken in an asset

     Only audio and video have a transcription. An asset without one is not found.

    Args:
        asset_id (str):
        include (list[AssetTranscriptionInclude] | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        AssetTranscriptionResponse
    """

    return sync_detailed(
        asset_id=asset_id,
        client=client,
        include=include,
    ).parsed


async def asyncio_detailed(
    asset_id: str,
    *,
    client: AuthenticatedClient | Client,
    include: list[AssetTranscriptionInclude] | Unset = UNSET,
) -> Response[AssetTranscriptionResponse]:
    """Fetch what is spoken in an asset

     Only audio and video have a transcription. An asset without one is not found.

    Args:
        asset_id (str):
        include (list[AssetTranscriptionInclude] | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[AssetTranscriptionResponse]
    """

    kwargs = _get_kwargs(
        asset_id=asset_id,
        include=include,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    asset_id: str,
    *,
    client: AuthenticatedClient | Client,
    include: list[AssetTranscriptionInclude] | Unset = UNSET,
) -> AssetTranscriptionResponse | None:
    """Fetch what is spoken in an asset

     Only audio and video have a transcription. An asset without one is not found.

    Args:
        asset_id (str):
        include (list[AssetTranscriptionInclude] | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        AssetTranscriptionResponse
    """

    return (
        await asyncio_detailed(
            asset_id=asset_id,
            client=client,
            include=include,
        )
    ).parsed
