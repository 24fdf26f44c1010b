"""Fixtures of the tests of HTTP."""

from __future__ import annotations

import os

import pytest
from twelvelabs_embed._http import decoding

from tests.http.decoders import WAYS


@pytest.fixture
def no_network_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """No proxies and certificates of the environment."""
    for name in list(os.environ):
        if name.lower().endswith("_proxy") or name.startswith("SSL_CERT"):
            monkeypatch.delenv(name)


@pytest.fixture(params=["blocking", "awaited", "many"])
def way(request: pytest.FixtureRequest) -> str:
    """How a text is embedded: `many` of the blocking client sends by the awaited transport."""
    return str(request.param)


@pytest.fixture(params=WAYS.values(), ids=list(WAYS))
def decoder(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each way of decoding embeddings."""
    for name, value in request.param.items():
        monkeypatch.setattr(decoding, name, value)
