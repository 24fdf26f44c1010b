"""One emulator for all adapters, found by the environment, as users have it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from twelvelabs_embed import NO_RETRY, TwelveLabs
from twelvelabs_embed_emulator import Emulator

KEY = "marker-key-7f3a"


@pytest.fixture(scope="session")
def emulator() -> Iterator[Emulator]:
    with Emulator(api_keys=[KEY]) as running:
        yield running


@pytest.fixture(autouse=True)
def environment(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where adapters find the service and the key."""
    monkeypatch.setenv("TWELVELABS_BASE_URL", emulator.base_url)
    monkeypatch.setenv("TWELVE_LABS_API_KEY", KEY)
    monkeypatch.delenv("TWELVELABS_API_KEY", raising=False)


@pytest.fixture
def client(emulator: Emulator) -> Iterator[TwelveLabs]:
    with TwelveLabs(KEY, base_url=emulator.base_url, retry=NO_RETRY) as client:
        yield client


def pytest_configure(config: pytest.Config) -> None:
    """Know the mark of a package that LangChain's tests of other things use."""
    config.addinivalue_line("markers", "benchmark: not used here")
