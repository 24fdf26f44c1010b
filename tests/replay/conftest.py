"""What the tests of recordings share: a cassette for each test and source, and clients."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from twelvelabs_embed import NO_RETRY, AsyncTwelveLabs, TwelveLabs
from vcr.cassette import Cassette

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
def default_cassette_name(request: pytest.FixtureRequest, source: str) -> str:
    return str(request.node.name).replace(f"[{source}]", "").replace(f"{source}-", "")


@pytest.fixture(autouse=True)
def _all_is_asked_for_again(vcr: Cassette | None) -> Iterator[None]:
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
def client(source: str, settings: dict[str, Any]) -> Iterator[TwelveLabs]:
    with TwelveLabs(**settings) as client:
        yield client


@pytest.fixture
async def async_client(source: str, settings: dict[str, Any]) -> AsyncIterator[AsyncTwelveLabs]:
    # Not the default transport, which vcrpy would record in another way than the blocking one.
    async with (
        httpx.AsyncClient() as http,
        AsyncTwelveLabs(**settings, httpx_client=http) as client,
    ):
        yield client
