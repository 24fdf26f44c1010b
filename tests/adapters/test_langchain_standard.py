"""LangChain's own tests of embeddings, against the emulator.

`langchain-tests` asks for an older vcrpy than the replays need, so it is not among what a developer
installs: `pip install --no-deps langchain-tests` brings it.
"""

from __future__ import annotations

from typing import Any

import pytest
from twelvelabs_embed.adapters.langchain import TwelveLabsEmbeddings

pytest.importorskip("langchain_tests", reason="pip install --no-deps langchain-tests")

from langchain_tests.integration_tests import EmbeddingsIntegrationTests
from langchain_tests.unit_tests import EmbeddingsUnitTests


class TestUnits(EmbeddingsUnitTests):
    @property
    def embeddings_class(self) -> type[TwelveLabsEmbeddings]:
        return TwelveLabsEmbeddings

    @property
    def init_from_env_params(self) -> tuple[dict[str, str], dict[str, Any], dict[str, Any]]:
        return {"TWELVE_LABS_API_KEY": "k"}, {"model": "marengo3.5"}, {"model": "marengo3.5"}


class TestIntegration(EmbeddingsIntegrationTests):
    @property
    def embeddings_class(self) -> type[TwelveLabsEmbeddings]:
        return TwelveLabsEmbeddings
