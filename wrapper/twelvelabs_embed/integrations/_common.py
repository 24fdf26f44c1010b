"""What the adapters have in common: lists of inputs in, one vector for each out."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import aclosing, closing
from weakref import finalize

from attrs import field, frozen

from twelvelabs_embed.batch.jobs import BatchResult
from twelvelabs_embed.batch.rate_limiter import RateLimiter
from twelvelabs_embed.client import AsyncTwelveLabs, TwelveLabs
from twelvelabs_embed.inputs import EmbedInput
from twelvelabs_embed.limits.tables import DEFAULT_MODEL
from twelvelabs_embed.results.vectors import Vectors

DEFAULT_DIMENSIONS = 512
"""How many numbers a vector has unless one asks for another length."""


@frozen
class Embedder:
    """Embeds lists, within one quota for all of them.

    Args:
        model: the model's name
        dimension: how many numbers a vector shall have, with `marengo3.5`
        concurrency: how many inputs of a list are under way at most
        rpm: requests a minute at most, of all lists together and counting retries

    Raises:
        ConfigurationError: a quota of less than one
    """

    model: str = DEFAULT_MODEL
    dimension: int | None = None
    concurrency: int = 16
    rpm: float | None = None
    _rate_limiter: RateLimiter = field(init=False, repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "_rate_limiter", RateLimiter(self.rpm))  # it is frozen

    @property
    def dimensions(self) -> int:
        """How many numbers its vectors have."""
        return self.dimension or DEFAULT_DIMENSIONS

    def embed(self, client: TwelveLabs, inputs: Sequence[EmbedInput]) -> list[Vectors]:
        """The vectors of inputs that have one each, in their order; each of shape (D,), float32.

        Raises:
            TwelveLabsError: that of the first input that failed, with a note that names its index;
                the others are not gone on with
            ValueError: an input has several vectors, with such a note, too
        """
        if len(inputs) == 1 and self.rpm is None:  # by connections that are kept
            return [client.embed(inputs[0], model=self.model, dimension=self.dimension).vector]
        outcomes = client.embed.many(
            inputs,
            in_order=True,
            concurrency=self.concurrency,
            rate_limiter=self._rate_limiter,
            model=self.model,
            dimension=self.dimension,
        )
        with closing(outcomes):
            return [_vector(one, index, len(inputs)) for index, one in enumerate(outcomes)]

    async def embed_async(
        self, client: AsyncTwelveLabs, inputs: Sequence[EmbedInput]
    ) -> list[Vectors]:
        """`embed`, awaited."""
        if len(inputs) == 1 and self.rpm is None:
            found = await client.embed(inputs[0], model=self.model, dimension=self.dimension)
            return [found.vector]
        outcomes = client.embed.many(
            inputs,
            in_order=True,
            concurrency=self.concurrency,
            rate_limiter=self._rate_limiter,
            model=self.model,
            dimension=self.dimension,
        )
        vectors: list[Vectors] = []
        async with aclosing(outcomes):
            async for outcome in outcomes:
                vectors.append(_vector(outcome, len(vectors), len(inputs)))
        return vectors


def own_client(owner: object, api_key: str | None = None) -> TwelveLabs:
    """A client that is closed when its owner goes, or with the process.

    Raises:
        ConfigurationError: no key, or one that cannot be
    """
    client = TwelveLabs(api_key)
    finalize(owner, client.close)
    return client


def _vector(outcome: BatchResult, index: int, count: int) -> Vectors:
    try:
        return outcome.unwrap().vector
    except Exception as error:
        error.add_note(f"It is of the input with the index {index}, of {count}.")
        raise
