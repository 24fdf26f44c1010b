"""LangChain's own tests of embeddings, against the emulator. scripts/setup installs them."""

from __future__ import annotations

from typing import Any

from langchain_tests.integration_tests import EmbeddingsIntegrationTests
from langchain_tests.unit_tests import EmbeddingsUnitTests
from twelvelabs_embed.integrations.langchain import TwelveLabsEmbeddings


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
