# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.create_embeddings_request import CreateEmbeddingsRequest
from ...models.embedding_success_response import EmbeddingSuccessResponse
from ...types import Response


def _get_kwargs(
    *,
    body: CreateEmbeddingsRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/embed-v2",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> EmbeddingSuccessResponse | None:
    if response.status_code == 200:
        response_200 = EmbeddingSuccessResponse.from_dict(response.json())

        return response_200

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[EmbeddingSuccessResponse]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: CreateEmbeddingsRequest,
) -> Response[EmbeddingSuccessResponse]:
    """Create embeddings, synchronously

     Embeds one text, image, text with image, audio file or video, or several of them as one, and answers
    with
    the vectors. Audio and video may be up to 10 minutes long. `marengo3.5` takes `multi_input` alone,
    with audio
    and video of up to 30 seconds; `marengo3.0` takes every kind, and only images inside `multi_input`.

    Args:
        body (CreateEmbeddingsRequest): What to embed. The property that is named like the input
            type is required.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[EmbeddingSuccessResponse]
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
    body: CreateEmbeddingsRequest,
) -> EmbeddingSuccessResponse | None:
    """Create embeddings, synchronously

     Embeds one text, image, text with image, audio file or video, or several of them as one, and answers
    with
    the vectors. Audio and video may be up to 10 minutes long. `marengo3.5` takes `multi_input` alone,
    with audio
    and video of up to 30 seconds; `marengo3.0` takes every kind, and only images inside `multi_input`.

    Args:
        body (CreateEmbeddingsRequest): What to embed. The property that is named like the input
            type is required.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        EmbeddingSuccessResponse
    """

    return sync_detailed(
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: CreateEmbeddingsRequest,
) -> Response[EmbeddingSuccessResponse]:
    """Create embeddings, synchronously

     Embeds one text, image, text with image, audio file or video, or several of them as one, and answers
    with
    the vectors. Audio and video may be up to 10 minutes long. `marengo3.5` takes `multi_input` alone,
    with audio
    and video of up to 30 seconds; `marengo3.0` takes every kind, and only images inside `multi_input`.

    Args:
        body (CreateEmbeddingsRequest): What to embed. The property that is named like the input
            type is required.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[EmbeddingSuccessResponse]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    body: CreateEmbeddingsRequest,
) -> EmbeddingSuccessResponse | None:
    """Create embeddings, synchronously

     Embeds one text, image, text with image, audio file or video, or several of them as one, and answers
    with
    the vectors. Audio and video may be up to 10 minutes long. `marengo3.5` takes `multi_input` alone,
    with audio
    and video of up to 30 seconds; `marengo3.0` takes every kind, and only images inside `multi_input`.

    Args:
        body (CreateEmbeddingsRequest): What to embed. The property that is named like the input
            type is required.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        EmbeddingSuccessResponse
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
        )
    ).parsed
