# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.tasks_list_response import TasksListResponse
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    started_at: str | Unset = UNSET,
    ended_at: str | Unset = UNSET,
    status: str | Unset = UNSET,
    page: int | Unset = 1,
    page_limit: int | Unset = 10,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["started_at"] = started_at

    params["ended_at"] = ended_at

    params["status"] = status

    params["page"] = page

    params["page_limit"] = page_limit

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/embed-v2/tasks",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> TasksListResponse | None:
    if response.status_code == 200:
        response_200 = TasksListResponse.from_dict(response.json())

        return response_200

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[TasksListResponse]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    started_at: str | Unset = UNSET,
    ended_at: str | Unset = UNSET,
    status: str | Unset = UNSET,
    page: int | Unset = 1,
    page_limit: int | Unset = 10,
) -> Response[TasksListResponse]:
    """List tasks, newest first

    Args:
        started_at (str | Unset):
        ended_at (str | Unset):
        status (str | Unset):
        page (int | Unset):  Default: 1.
        page_limit (int | Unset):  Default: 10.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[TasksListResponse]
    """

    kwargs = _get_kwargs(
        started_at=started_at,
        ended_at=ended_at,
        status=status,
        page=page,
        page_limit=page_limit,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient | Client,
    started_at: str | Unset = UNSET,
    ended_at: str | Unset = UNSET,
    status: str | Unset = UNSET,
    page: int | Unset = 1,
    page_limit: int | Unset = 10,
) -> TasksListResponse | None:
    """List tasks, newest first

    Args:
        started_at (str | Unset):
        ended_at (str | Unset):
        status (str | Unset):
        page (int | Unset):  Default: 1.
        page_limit (int | Unset):  Default: 10.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        TasksListResponse
    """

    return sync_detailed(
        client=client,
        started_at=started_at,
        ended_at=ended_at,
        status=status,
        page=page,
        page_limit=page_limit,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    started_at: str | Unset = UNSET,
    ended_at: str | Unset = UNSET,
    status: str | Unset = UNSET,
    page: int | Unset = 1,
    page_limit: int | Unset = 10,
) -> Response[TasksListResponse]:
    """List tasks, newest first

    Args:
        started_at (str | Unset):
        ended_at (str | Unset):
        status (str | Unset):
        page (int | Unset):  Default: 1.
        page_limit (int | Unset):  Default: 10.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[TasksListResponse]
    """

    kwargs = _get_kwargs(
        started_at=started_at,
        ended_at=ended_at,
        status=status,
        page=page,
        page_limit=page_limit,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    started_at: str | Unset = UNSET,
    ended_at: str | Unset = UNSET,
    status: str | Unset = UNSET,
    page: int | Unset = 1,
    page_limit: int | Unset = 10,
) -> TasksListResponse | None:
    """List tasks, newest first

    Args:
        started_at (str | Unset):
        ended_at (str | Unset):
        status (str | Unset):
        page (int | Unset):  Default: 1.
        page_limit (int | Unset):  Default: 10.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        TasksListResponse
    """

    return (
        await asyncio_detailed(
            client=client,
            started_at=started_at,
            ended_at=ended_at,
            status=status,
            page=page,
            page_limit=page_limit,
        )
    ).parsed
