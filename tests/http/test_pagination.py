"""Lists that come in pages: which pages are asked for, and when no more; blocking and awaited."""

from itertools import islice
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from twelvelabs_embed import (
    NO_RETRY,
    Asset,
    AsyncTwelveLabs,
    Clock,
    InvalidResponseError,
    Page,
    Pager,
    RetryPolicy,
    ServiceUnavailableError,
    TwelveLabs,
)

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


@pytest.fixture(params=["blocking", "awaited"])
def awaited(request: pytest.FixtureRequest) -> bool:
    return bool(request.param == "awaited")


async def read(
    server: ScriptedServer,
    awaited: bool,
    *,
    items: int | None = None,
    times: int = 1,
    **filters: Any,
) -> str:
    """List assets some times, up to so many items; returns their ids."""
    found: list[Asset] = []
    if not awaited:
        with TwelveLabs("k", base_url=server.base_url, retry=NO_RETRY) as sync_method:
            listed = sync_method.assets.list(**filters)
            for _ in range(times):
                found += islice(listed, items)
        return ids(found)
    async with AsyncTwelveLabs("k", base_url=server.base_url, retry=NO_RETRY) as client:
        awaited_list = await client.assets.list(**filters)
        for _ in range(times):
            started = len(found)
            async for asset in awaited_list:
                found.append(asset)
                if len(found) - started == items:
                    break
    return ids(found)


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
    awaited: bool, steps: list[Response], found: str, pages: str
) -> None:
    with scripted_server(*steps) as server:
        assert await read(server, awaited) == found
    assert asked(server) == pages


@pytest.mark.parametrize(("items", "pages"), [(1, "1"), (2, "1"), (3, "1 2"), (5, "1 2 3")])
async def test_who_stops_early_asks_no_more(awaited: bool, items: int, pages: str) -> None:
    with scripted_server(*THREE) as server:
        assert await read(server, awaited, items=items) == "abcde"[:items]
    assert asked(server) == pages


async def test_beginning_in_the_middle(awaited: bool) -> None:
    with scripted_server(*THREE[1:]) as server:
        assert await read(server, awaited, page=2) == "cde"
    assert asked(server) == "2 3"


async def test_every_page_is_asked_for_with_the_same_filters(awaited: bool) -> None:
    with scripted_server(*THREE) as server:
        await read(server, awaited, page_limit=2, asset_types=["image", "video"])
    queries = [urlsplit(request.path).query for request in server.requests]
    assert queries == [
        f"page={page}&page_limit=2&asset_types=image&asset_types=video" for page in (1, 2, 3)
    ]


async def test_iterating_again_asks_again_for_all_but_the_first_page(awaited: bool) -> None:
    with scripted_server(*THREE, *THREE[1:]) as server:
        assert await read(server, awaited, times=2) == "abcdeabcde"
    assert asked(server) == "1 2 3 2 3"


async def test_without_page_info_there_is_no_list(awaited: bool) -> None:
    """The contract promises it."""
    with scripted_server(Response(body={"data": []})) as server:
        with pytest.raises(InvalidResponseError, match="page_info"):
            await read(server, awaited)


def test_attributes_of_a_list_and_its_pages() -> None:
    with scripted_server(*THREE) as server, TwelveLabs("k", base_url=server.base_url) as client:
        listed = client.assets.list()
        assert repr(listed) == "<Pager of 5 items, 3 pages>"
        assert (ids(listed.items), listed.has_next, listed.total_results) == ("ab", True, 5)
        assert listed.response.page_info.total_page == 3
        pages = list(listed.iter_pages())
    assert [(page.number, ids(page.items), page.has_next) for page in pages] == [
        (1, "ab", True),
        (2, "cd", True),
        (3, "e", False),
    ]
    assert [page.total_results for page in pages] == [5, None, None]
    assert pages[0] is listed.first_page


async def test_pages_awaited() -> None:
    with scripted_server(*THREE) as server:
        async with AsyncTwelveLabs("k", base_url=server.base_url) as client:
            listed = await client.assets.list()
            assert repr(listed) == "<AsyncPager of 5 items, 3 pages>"
            pages: list[Page[Asset]] = [page async for page in listed.iter_pages()]
    assert [(page.number, ids(page.items)) for page in pages] == [(1, "ab"), (2, "cd"), (3, "e")]


async def test_the_next_page_is_a_pager_that_begins_there(awaited: bool) -> None:
    found = []
    with scripted_server(*THREE, *THREE[1:]) as server:
        if awaited:
            async with AsyncTwelveLabs("k", base_url=server.base_url) as client:
                awaited_list = await client.assets.list()
                while awaited_list:
                    found.append((ids(awaited_list.items), awaited_list.has_next))
                    awaited_list = await awaited_list.next_page()
        else:
            with TwelveLabs("k", base_url=server.base_url) as blocking:
                listed = blocking.assets.list()
                while listed:
                    found.append((ids(listed.items), listed.has_next))
                    listed = listed.next_page()
    assert found == [("ab", True), ("cd", True), ("e", False)]
    assert asked(server) == "1 2 3"


def test_a_pager_of_a_later_page_goes_on_from_there() -> None:
    with scripted_server(*THREE) as server, TwelveLabs("k", base_url=server.base_url) as client:
        second = client.assets.list().next_page()
        assert second is not None
        assert ids(list(second)) == "cde"


def test_a_page_that_fails_is_tried_again() -> None:
    clock = Clock(sleep=lambda duration_sec: None)
    with scripted_server(THREE[0], BUSY, BUSY, *THREE[1:]) as server:
        with TwelveLabs(
            "k", base_url=server.base_url, clock=clock, retry=RetryPolicy(attempts=3)
        ) as client:
            assert ids(list(client.assets.list())) == "abcde"
    assert asked(server) == "1 2 2 2 3"


def test_a_page_that_keeps_failing_ends_the_list_where_it_is_needed() -> None:
    """What came before is not lost, and the list may be read once more."""
    with scripted_server(THREE[0], BUSY, *THREE[1:]) as server:
        with TwelveLabs("k", base_url=server.base_url, retry=NO_RETRY) as client:
            listed = client.assets.list()
            reading = iter(listed)
            assert ids([next(reading), next(reading)]) == "ab"
            with pytest.raises(ServiceUnavailableError):
                next(reading)
            assert ids(list(listed)) == "abcde"


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


@pytest.mark.parametrize("name", list(LISTS))
def test_every_list_pages(name: str) -> None:
    path, items, item = LISTS[name]
    step = Response(body={items: [item], "page_info": {"total_page": 2}})
    with scripted_server(step) as server, TwelveLabs("k", base_url=server.base_url) as client:
        method: Any = client
        for part in name.split("."):
            method = getattr(method, part)
        listed: Pager[Any] = method("u") if name.endswith("get_status") else method()
        assert len(list(listed)) == 2
    assert {urlsplit(request.path).path for request in server.requests} == {path}
    assert asked(server) == "1 2"


def test_a_session_without_chunks_has_an_empty_list() -> None:
    """Neither its chunks nor `page_info` are promised."""
    with scripted_server(Response(body={"status": "active"})) as server:
        with TwelveLabs("k", base_url=server.base_url) as client:
            listed = client.multipart_upload.get_status("u")
            assert list(listed) == []
            assert listed.response.status == "active"
    assert asked(server) == "1"
