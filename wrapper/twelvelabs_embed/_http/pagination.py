"""Pagination: iterate a list, and the next page is fetched when it is needed.

    for task in client.embed.v_2.tasks.list(status="ready"): ...
    async for asset in await client.assets.list(): ...

Pages are numbered by the service, newest first: an item that is created while you iterate shifts
the others, so that one may be listed twice.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from attrs import field, frozen

if TYPE_CHECKING:
    from twelvelabs_embed._http.effects import Flow

__all__ = ["AsyncPager", "Page", "Pager"]

T = TypeVar("T")


@frozen
class Page(Generic[T]):
    """One page of a list.

    Attributes:
        items: of this page
        number: which page it is, from 1
        total_pages: how many there are, if the service says so
        total_results: how many items there are on all pages, if the service says so
        response: the whole response
    """

    items: list[T]
    number: int
    total_pages: int | None
    total_results: int | None
    response: Any = field(repr=False, eq=False)
    _fetch: Callable[[int], Flow[Page[T]]] = field(repr=False, eq=False, alias="fetch")

    @property
    def has_next(self) -> bool:
        """Whether there is a page after this one."""
        if self.total_pages is None:
            return bool(self.items)  # the page after the last is empty
        return bool(self.items) and self.number < self.total_pages

    def fetch_next(self) -> Flow[Page[T]]:
        """Return the flow that fetches the page after this one."""
        return self._fetch(self.number + 1)

    def unless_repeated(self, after: Page[T]) -> Page[T] | None:
        """Return the next page, unless a service that does not count pages repeats this one."""
        is_repeated = after.total_pages is None and after.items == self.items
        return None if is_repeated else after


class _Pager(Generic[T]):
    def __init__(self, first: Page[T]) -> None:
        self.first_page = first

    @property
    def items(self) -> list[T]:
        """The items of the first page."""
        return self.first_page.items

    @property
    def has_next(self) -> bool:
        """Whether there is more than one page."""
        return self.first_page.has_next

    @property
    def total_results(self) -> int | None:
        """How many items there are on all pages, if the service says so."""
        return self.first_page.total_results

    @property
    def response(self) -> Any:
        """The response with the first page."""
        return self.first_page.response

    def __repr__(self) -> str:
        page = self.first_page
        return f"<{type(self).__name__} of {page.total_results} items, {page.total_pages} pages>"


class Pager(_Pager[T]):
    """A list that fetches its pages itself. Iterating it again fetches them again.

    Attributes:
        first_page: fetched already
    """

    def __init__(self, first: Page[T], run: Callable[[Flow[Page[T]]], Page[T]]) -> None:
        super().__init__(first)
        self._run = run

    def next_page(self) -> Pager[T] | None:
        """Fetch the next page: a pager that begins there, or None after the last page."""
        page = self._after(self.first_page)
        return Pager(page, self._run) if page else None

    def iter_pages(self) -> Iterator[Page[T]]:
        """Yield the pages, one after the other."""
        page: Page[T] | None = self.first_page
        while page:
            yield page
            page = self._after(page)

    def _after(self, page: Page[T]) -> Page[T] | None:
        return page.unless_repeated(self._run(page.fetch_next())) if page.has_next else None

    def __iter__(self) -> Iterator[T]:
        for page in self.iter_pages():
            yield from page.items


class AsyncPager(_Pager[T]):
    """`Pager`, iterated by `async for`.

    Attributes:
        first_page: fetched already
    """

    def __init__(self, first: Page[T], run: Callable[[Flow[Page[T]]], Awaitable[Page[T]]]) -> None:
        super().__init__(first)
        self._run = run

    async def next_page(self) -> AsyncPager[T] | None:
        """Fetch the next page: a pager that begins there, or None after the last page."""
        page = await self._after(self.first_page)
        return AsyncPager(page, self._run) if page else None

    async def iter_pages(self) -> AsyncIterator[Page[T]]:
        """Yield the pages, one after the other."""
        page: Page[T] | None = self.first_page
        while page:
            yield page
            page = await self._after(page)

    async def _after(self, page: Page[T]) -> Page[T] | None:
        return page.unless_repeated(await self._run(page.fetch_next())) if page.has_next else None

    async def __aiter__(self) -> AsyncIterator[T]:
        async for page in self.iter_pages():
            for item in page.items:
                yield item
