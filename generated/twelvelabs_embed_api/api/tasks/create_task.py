# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.create_async_embedding_request import CreateAsyncEmbeddingRequest
from ...models.tasks_create_response import TasksCreateResponse
from ...types import Response


def _get_kwargs(
    *,
    body: CreateAsyncEmbeddingRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/embed-v2/tasks",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> TasksCreateResponse | None:
    if response.status_code == 202:
        response_202 = TasksCreateResponse.from_dict(response.json())

        return response_202

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[TasksCreateResponse]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: CreateAsyncEmbeddingRequest,
) -> Response[TasksCreateResponse]:
    """Create a task that embeds audio, video, an image or a document

     Embeds one audio file or video of 4 seconds to 4 hours or, with `marengo3.5`, one image or document.
    The answer
    comes at once and holds the task's id.

    Args:
        body (CreateAsyncEmbeddingRequest): What to embed by a task. The property that is named
            like the input type is required.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[TasksCreateResponse]
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
    body: CreateAsyncEmbeddingRequest,
) -> TasksCreateResponse | None:
    """Create a task that embeds audio, video, an image or a document

     Embeds one audio file or video of 4 seconds to 4 hours or, with `marengo3.5`, one image or document.
    The answer
    comes at once and holds the task's id.

    Args:
        body (CreateAsyncEmbeddingRequest): What to embed by a task. The property that is named
            like the input type is required.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        TasksCreateResponse
    """

    return sync_detailed(
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: CreateAsyncEmbeddingRequest,
) -> Response[TasksCreateResponse]:
    """Create a task that embeds audio, video, an image or a document

     Embeds one audio file or video of 4 seconds to 4 hours or, with `marengo3.5`, one image or document.
    The answer
    comes at once and holds the task's id.

    Args:
        body (CreateAsyncEmbeddingRequest): What to embed by a task. The property that is named
            like the input type is required.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[TasksCreateResponse]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    body: CreateAsyncEmbeddingRequest,
) -> TasksCreateResponse | None:
    """Create a task that embeds audio, video, an image or a document

     Embeds one audio file or video of 4 seconds to 4 hours or, with `marengo3.5`, one image or document.
    The answer
    comes at once and holds the task's id.

    Args:
        body (CreateAsyncEmbeddingRequest): What to embed by a task. The property that is named
            like the input type is required.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        TasksCreateResponse
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
        )
    ).parsed
