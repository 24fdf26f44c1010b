"""Cassettes, one for each test and source, which all kinds of clients replay.

The awaited client sends by aiohttp unless it is given a client of httpx, so cassettes are replayed
by both transports; they are recorded by the blocking client.
"""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from twelvelabs_embed import NO_RETRY
from vcr.cassette import Cassette

from tests.clients import BLOCKING, KINDS, ClientKind
from tests.replay.recording import (
    API_KEY,
    BASE_URL,
    CASSETTES,
    CLOCK,
    RECORDING,
    without_cookies_and_signatures,
    without_secrets_and_media,
)


def sources() -> list[str]:
    if RECORDING:
        return [Path(RECORDING).name]
    return [name for name in ("emulator", "live") if (CASSETTES / name).is_dir()]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if metafunc.definition.get_closest_marker("vcr"):
        metafunc.parametrize("source", sources(), scope="module")
        metafunc.parametrize("kind", [BLOCKING] if RECORDING else KINDS, ids=str)


@pytest.fixture(scope="module")
def source() -> str:
    """Where the cassette came from. Tests without one have none."""
    return ""


@pytest.fixture(scope="module")
def vcr_config() -> dict[str, Any]:
    return {
        "match_on": ["method", "path", "query", "body"],
        "before_record_request": without_secrets_and_media,
        "before_record_response": without_cookies_and_signatures,
        "decode_compressed_response": True,
    }


@pytest.fixture
def vcr_cassette_dir(source: str) -> str:
    return RECORDING or str(CASSETTES / source)


@pytest.fixture
def default_cassette_name(request: pytest.FixtureRequest, source: str, kind: ClientKind) -> str:
    """One for all kinds of clients: they send the same."""
    name, _, ids = request.node.name.removesuffix("]").partition("[")
    kept = "-".join(one for one in ids.split("-") if one not in (source, str(kind)))
    return f"{name}[{kept}]" if kept else name


@pytest.fixture
def kind() -> ClientKind:
    """Which client sends. Tests without a cassette have none."""
    return BLOCKING


@pytest.fixture(autouse=True)
def _all_is_asked_for_again(vcr: Cassette | None, source: str, kind: ClientKind) -> Iterator[None]:
    """What was recorded and is not asked for any more should be recorded again."""
    yield
    assert vcr is None or RECORDING or vcr.all_played


@pytest.fixture
def settings(tmp_path: Path) -> dict[str, Any]:
    """What the clients of all tests have in common."""
    return {
        "api_key": API_KEY,
        "base_url": BASE_URL,
        "retry": NO_RETRY,
        "clock": CLOCK,
        "resume_dir": tmp_path / "resume",
    }


@pytest.fixture
async def client(kind: ClientKind, settings: dict[str, Any]) -> AsyncIterator[Any]:
    async with kind.open(**settings) as client:
        yield client
