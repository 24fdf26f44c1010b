"""Lists that come in pages: which pages are asked for, and when no more."""

from operator import attrgetter
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from twelvelabs_embed import (
    NO_RETRY,
    Asset,
    InvalidResponseError,
    RetryPolicy,
    ServiceUnavailableError,
)

from tests.clients import NO_WAIT, ClientKind, both_clients
from tests.scripted_server import Response, ScriptedServer, scripted_server


def page(names: str, **info: int) -> Response:
    """A page whose assets have these letters for ids."""
    return Response(body={"data": [{"_id": name} for name in names], "page_info": info})


THREE = [page("ab", total_page=3, total_results=5), page("cd", total_page=3)]
THREE += [page("e", total_page=3)]
BUSY = Response(503, b"busy")


def asked(server: ScriptedServer) -> str:
    """The pages that were asked for, in order."""
    queries = [parse_qs(urlsplit(request.path).query) for request in server.requests]
    return " ".join(page for query in queries for page in query["page"])


def ids(items: list[Asset]) -> str:
    return "".join(str(asset.id) for asset in items)


async def read(
    kind: ClientKind,
    server: ScriptedServer,
    *,
    items: int | None = None,
    times: int = 1,
    **filters: Any,
) -> str:
    """List assets some times, up to so many items; returns their ids."""
    found: list[Asset] = []
    async with kind.open(base_url=server.base_url, retry=NO_RETRY) as client:
        listed = await client.assets.list(**filters)
        for _ in range(times):
            started = len(found)
            async for asset in listed:
                found.append(asset)
                if len(found) - started == items:
                    break
    return ids(found)


@both_clients
@pytest.mark.parametrize(
    ("steps", "found", "pages"),
    [
        pytest.param(THREE, "abcde", "1 2 3", id="as many as there are"),
        pytest.param([page("ab", total_page=1)], "ab", "1", id="one page"),
        pytest.param([page("", total_page=0)], "", "1", id="no items"),
        pytest.param([page("a"), page("b"), page("")], "ab", "1 2 3", id="no total"),
        pytest.param(
            [page("a", total_page=9), page("", total_page=9)], "a", "1 2", id="fewer than said"
        ),
        pytest.param(
            [page("a", total_page=1, page=7, total_results=99)], "a", "1", id="odd numbers"
        ),
    ],
)
async def test_pages_that_are_asked_for(
    kind: ClientKind, steps: list[Response], found: str, pages: str
) -> None:
    with scripted_server(*steps) as server:
        assert await read(kind, server) == found
    assert asked(server) == pages


@both_clients
@pytest.mark.parametrize(("items", "pages"), [(1, "1"), (2, "1"), (3, "1 2"), (5, "1 2 3")])
async def test_who_stops_early_asks_no_more(kind: ClientKind, items: int, pages: str) -> None:
    with scripted_server(*THREE) as server:
        assert await read(kind, server, items=items) == "abcde"[:items]
    assert asked(server) == pages


@both_clients
async def test_beginning_in_the_middle(kind: ClientKind) -> None:
    with scripted_server(*THREE[1:]) as server:
        assert await read(kind, server, page=2) == "cde"
    assert asked(server) == "2 3"


@both_clients
async def test_every_page_is_asked_for_with_the_same_filters_and_options(kind: ClientKind) -> None:
    options: Any = {"additional_headers": {"x-own": "1"}}
    with scripted_server(*THREE) as server:
        await read(kind, server, page_limit=2, asset_types=["a", "b"], request_options=options)
    queries = [urlsplit(request.path).query for request in server.requests]
    assert queries == [
        f"page={page}&page_limit=2&asset_types=a&asset_types=b" for page in (1, 2, 3)
    ]
    assert [request.headers.get("x-own") for request in server.requests] == ["1"] * 3


@both_clients
async def test_iterating_again_asks_again_for_all_but_the_first_page(kind: ClientKind) -> None:
    with scripted_server(*THREE, *THREE[1:]) as server:
        assert await read(kind, server, times=2) == "abcdeabcde"
    assert asked(server) == "1 2 3 2 3"


@both_clients
async def test_without_page_info_there_is_no_list(kind: ClientKind) -> None:
    """The contract promises it."""
    with scripted_server(Response(body={"data": []})) as server:
        with pytest.raises(InvalidResponseError, match="page_info"):
            await read(kind, server)


@both_clients
async def test_attributes_of_a_list_and_its_pages(kind: ClientKind) -> None:
    async with kind.connected(*THREE) as (client, _):
        listed = await client.assets.list()
        name = "AsyncPager" if kind.awaited else "Pager"
        assert repr(listed) == f"<{name} of 5 items, 3 pages>"
        assert (ids(listed.items), listed.has_next, listed.total_results) == ("ab", True, 5)
        assert listed.response.page_info.total_page == 3
        pages = [page async for page in listed.iter_pages()]
    assert [(page.number, ids(page.items), page.has_next) for page in pages] == [
        (1, "ab", True),
        (2, "cd", True),
        (3, "e", False),
    ]
    assert [page.total_results for page in pages] == [5, None, None]
    assert pages[0] is listed.first_page


@both_clients
async def test_the_next_page_is_a_pager_that_begins_there(kind: ClientKind) -> None:
    found = []
    async with kind.connected(*THREE, *THREE[1:]) as (client, server):
        listed = await client.assets.list()
        while listed:
            found.append((ids(listed.items), listed.has_next))
            listed = await listed.next_page()
    assert found == [("ab", True), ("cd", True), ("e", False)]
    assert asked(server) == "1 2 3"


@both_clients
async def test_a_pager_of_a_later_page_goes_on_from_there(kind: ClientKind) -> None:
    async with kind.connected(*THREE) as (client, _):
        second = await (await client.assets.list()).next_page()
        assert ids([asset async for asset in second]) == "cde"


@both_clients
async def test_a_page_that_fails_is_tried_again(kind: ClientKind) -> None:
    steps, retry = (THREE[0], BUSY, BUSY, *THREE[1:]), RetryPolicy(attempts=3)
    async with kind.connected(*steps, clock=NO_WAIT, retry=retry) as (client, server):
        assert ids([asset async for asset in await client.assets.list()]) == "abcde"
    assert asked(server) == "1 2 2 2 3"


@both_clients
async def test_a_page_that_keeps_failing_ends_the_list_where_it_is_needed(kind: ClientKind) -> None:
    """What came before is not lost, and the list may be read once more."""
    async with kind.connected(THREE[0], BUSY, *THREE[1:], retry=NO_RETRY) as (client, _):
        listed = await client.assets.list()
        reading = aiter(listed)
        assert ids([await anext(reading), await anext(reading)]) == "ab"
        with pytest.raises(ServiceUnavailableError):
            await anext(reading)
        assert ids([asset async for asset in listed]) == "abcde"


LISTS = {
    "embed.v_2.tasks.list": ("/v1.3/embed-v2/tasks", "data", {"_id": "x"}),
    "assets.list": ("/v1.3/assets", "data", {"_id": "x"}),
    "multipart_upload.list_incomplete_uploads": (
        "/v1.3/assets/multipart-uploads",
        "data",
        {
            "upload_id": "x",
            "status": "active",
            "total_size": 9,
            "chunk_size": 5,
            "total_chunks": 2,
        },
    ),
    "multipart_upload.get_status": (
        "/v1.3/assets/multipart-uploads/u",
        "uploaded_chunks",
        {"index": 1, "status": "completed"},
    ),
}


@both_clients
@pytest.mark.parametrize("name", list(LISTS))
async def test_every_list_pages(kind: ClientKind, name: str) -> None:
    path, items, item = LISTS[name]
    step = Response(body={items: [item], "page_info": {"total_page": 2}})
    async with kind.connected(step) as (client, server):
        method = attrgetter(name)(client)
        listed = await (method("u") if name.endswith("get_status") else method())
        assert len([one async for one in listed]) == 2
    assert {urlsplit(request.path).path for request in server.requests} == {path}
    assert asked(server) == "1 2"


@both_clients
async def test_a_session_without_chunks_has_an_empty_list(kind: ClientKind) -> None:
    """Neither its chunks nor `page_info` are promised."""
    async with kind.connected(Response(body={"status": "active"})) as (client, server):
        listed = await client.multipart_upload.get_status("u")
        assert [chunk async for chunk in listed] == []
        assert listed.response.status == "active"
    assert asked(server) == "1"
