"""LangChain's `Embeddings`, by the extra `[langchain]`.

from langchain_core.vectorstores import InMemoryVectorStore
from twelvelabs_embed.integrations.langchain import TwelveLabsEmbeddings

store = InMemoryVectorStore(TwelveLabsEmbeddings(rpm=600))
store.add_texts(["a dog jumps", "a car drives"])
store.similarity_search("an animal", k=1)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from twelvelabs_embed._extras import import_extra
from twelvelabs_embed.client import AsyncTwelveLabs, TwelveLabs
from twelvelabs_embed.integrations._common import Embedder, own_client
from twelvelabs_embed.limits.tables import DEFAULT_MODEL
from twelvelabs_embed.results.vectors import Vectors
from twelvelabs_embed.validation.options import Dimension

if TYPE_CHECKING:
    from langchain_core.embeddings import Embeddings
else:
    Embeddings = import_extra("langchain_core.embeddings", "langchain").Embeddings

__all__ = ["TwelveLabsEmbeddings"]


class TwelveLabsEmbeddings(Embeddings):
    """Texts become vectors that can be compared with those of images and videos.

    What is awaited goes through `async_client` where you give one, and otherwise blocks a thread.

    Args:
        model: the model's name
        dimension: how many numbers a vector shall have, 128, 256 or 512, with `marengo3.5`
        concurrency: how many texts of a list are under way at most
        rpm: requests a minute at most, of all calls together and counting retries
        client: what sends the requests; otherwise one with the key and URL of the environment
        async_client: what sends them when one awaits; it belongs to one event loop

    Raises:
        ConfigurationError: no key, or a quota of less than one
        MissingDependencyError: langchain-core is missing, which the extra `langchain` brings (when
            imported)
    """

    def __init__(
        self,
        model: str = DEFAULT_MODEL,
        *,
        dimension: Dimension | None = None,
        concurrency: int = 16,
        rpm: float | None = None,
        client: TwelveLabs | None = None,
        async_client: AsyncTwelveLabs | None = None,
    ) -> None:
        self._embedder = Embedder(model, dimension, concurrency, rpm)
        self._client = client or own_client(self)
        self._async_client = async_client

    @property
    def model(self) -> str:
        """The model's name."""
        return self._embedder.model

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Embed texts: N lists of D numbers, 512 by default, in their order.

        Raises:
            TwelveLabsError: that of the first text that failed; a note at it names its index
        """
        return _as_lists(self._embedder.embed(self._client, texts))

    def embed_query(self, text: str) -> list[float]:
        """Embed a text: D numbers.

        Raises:
            TwelveLabsError: it failed
        """
        return self.embed_documents([text])[0]

    async def aembed_documents(self, texts: list[str]) -> list[list[float]]:
        """`embed_documents`, awaited."""
        if self._async_client is None:
            return await super().aembed_documents(texts)
        return _as_lists(await self._embedder.embed_async(self._async_client, texts))

    async def aembed_query(self, text: str) -> list[float]:
        """`embed_query`, awaited."""
        return (await self.aembed_documents([text]))[0]

    def __repr__(self) -> str:
        return f"{type(self).__name__}(model={self.model!r})"


def _as_lists(vectors: list[Vectors]) -> list[list[float]]:
    return [vector.tolist() for vector in vectors]
