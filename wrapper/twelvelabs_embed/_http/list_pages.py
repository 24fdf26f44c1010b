"""Fetching one page of a list."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from twelvelabs_embed._http.effects import Flow
from twelvelabs_embed._http.operation import Operation
from twelvelabs_embed._http.pagination import Page
from twelvelabs_embed._http.request import Connection, RequestOptions, call


def fetch_page(
    make: Callable[..., Operation[Any]],
    number: int,
    connection: Connection,
    options: RequestOptions | None,
    items_of: Callable[[Any], Any] = lambda result: result.data,
) -> Flow[Page[Any]]:
    """Fetch a page, which knows how to fetch the next.

    Args:
        make: makes the operation for a page, whose number is its argument `page`
        number: which page, from 1
        connection: of the client
        options: settings of each call
        items_of: the items of a result
    """

    def fetch(next_number: int) -> Flow[Page[Any]]:
        return fetch_page(make, next_number, connection, options, items_of)

    result = (yield from call(make(page=number), connection, options)).data
    info, items = result.page_info, items_of(result)
    return Page(
        items=items or [],
        number=number,
        total_pages=_number(info, "total_page"),
        total_results=_number(info, "total_results"),
        response=result,
        fetch=fetch,
    )


def _number(info: Any, name: str) -> int | None:
    value = getattr(info, name, None)
    return value if isinstance(value, int) else None
