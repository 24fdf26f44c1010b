"""Embedding of lists with one vector for each input, as the integrations do it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import aclosing, closing
from typing import Any
from weakref import finalize

from attrs import field, frozen

from twelvelabs_embed.batch.jobs import BatchResult
from twelvelabs_embed.batch.rate_limiter import RateLimiter
from twelvelabs_embed.client import AsyncTwelveLabs, TwelveLabs
from twelvelabs_embed.inputs import EmbedInput
from twelvelabs_embed.results.vectors import Vectors
from twelvelabs_embed.validation.options import Dimension

DEFAULT_DIMENSIONS = 512
"""How many numbers a vector has unless one asks for another length."""


@frozen
class Embedder:
    """Embeds lists, within one quota for all of them.

    Args:
        model: the model's name
        dimension: how many numbers a vector shall have, 128, 256 or 512, with `marengo3.5`
        concurrency: how many inputs of a list are under way at most
        rpm: requests a minute at most, of all lists together and counting retries

    Raises:
        ConfigurationError: a quota of less than one
    """

    model: str
    dimension: Dimension | None
    concurrency: int
    rpm: float | None
    _rate_limiter: RateLimiter = field(init=False, repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "_rate_limiter", RateLimiter(self.rpm))  # it is frozen

    @property
    def dimensions(self) -> int:
        """How many numbers its vectors have."""
        return self.dimension or DEFAULT_DIMENSIONS

    def embed(self, client: TwelveLabs, inputs: Sequence[EmbedInput]) -> list[Vectors]:
        """Embed inputs that have one vector each, of shape (D,), float32, in their order.

        Raises:
            TwelveLabsError: that of the first input that failed, with a note that names its index;
                the others are cancelled
            ValueError: an input has several vectors, with such a note, too
        """
        if len(inputs) == 1 and self.rpm is None:  # by connections that are kept
            return [client.embed(inputs[0], **self._options).vector]
        results = client.embed.many(inputs, **self._options, **self._limits)
        with closing(results):
            return [_vector(one, index, len(inputs)) for index, one in enumerate(results)]

    async def embed_async(
        self, client: AsyncTwelveLabs, inputs: Sequence[EmbedInput]
    ) -> list[Vectors]:
        """`embed`, awaited."""
        if len(inputs) == 1 and self.rpm is None:
            return [(await client.embed(inputs[0], **self._options)).vector]
        results = client.embed.many(inputs, **self._options, **self._limits)
        async with aclosing(results):
            vectors = list[Vectors]()
            async for one in results:
                vectors.append(_vector(one, len(vectors), len(inputs)))
            return vectors

    @property
    def _options(self) -> dict[str, Any]:
        return {"model": self.model, "dimension": self.dimension}

    @property
    def _limits(self) -> dict[str, Any]:
        return {
            "in_order": True,
            "concurrency": self.concurrency,
            "rate_limiter": self._rate_limiter,
        }


def own_client(owner: object, api_key: str | None = None) -> TwelveLabs:
    """Make a client that is closed when its owner is deleted, or with the process.

    Raises:
        ConfigurationError: no key, or one that cannot be
    """
    client = TwelveLabs(api_key)
    finalize(owner, client.close)
    return client


def _vector(result: BatchResult, index: int, count: int) -> Vectors:
    try:
        return result.unwrap().vector
    except Exception as error:
        error.add_note(f"It is of the input with the index {index}, of {count}.")
        raise
