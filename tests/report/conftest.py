"""Reports to look at, and a browser to look with."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.report import datasets
from tests.report.browser import Page, chromium, new_page


@pytest.fixture(scope="session")
def devtools(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where Chromium listens."""
    with chromium(tmp_path_factory.mktemp("chromium")) as address:
        yield address


@pytest.fixture
async def page(devtools: str) -> AsyncIterator[Page]:
    """A tab. What it complains of, and what it asks a network for, fails the test."""
    async with new_page(devtools) as opened:
        await opened.resize(1280, 900)
        yield opened
        assert opened.failures == []
        assert {request.partition(":")[0] for request in opened.requests} <= {"file"}


@pytest.fixture(scope="session")
def films(tmp_path_factory: pytest.TempPathFactory) -> datasets.Written:
    """Two films and a copy, sounds, images, texts, made and embedded on the spot."""
    return datasets.write_films(tmp_path_factory.mktemp("films"))


@pytest.fixture(scope="session")
def many(tmp_path_factory: pytest.TempPathFactory) -> datasets.Written:
    """10,000 segments."""
    return datasets.write_many(tmp_path_factory.mktemp("many"))
