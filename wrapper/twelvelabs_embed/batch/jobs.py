"""Jobs of a batch, their results and their concurrency, as data."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Generic, TypeVar

from attrs import field, frozen

from twelvelabs_embed._http.effects import Flow
from twelvelabs_embed.batch.rate_limiter import RateLimiter
from twelvelabs_embed.errors import ConfigurationError, TwelveLabsError
from twelvelabs_embed.limits.tables import DEFAULT_MODEL

if TYPE_CHECKING:
    from twelvelabs_embed.inputs import EmbedInput
    from twelvelabs_embed.results.embeddings import Embeddings
    from twelvelabs_embed.validation.routing import Route

__all__ = ["BatchResult", "ConcurrencyConfig", "Job", "NotStartedError"]

K = TypeVar("K")


class NotStartedError(TwelveLabsError):
    """The run was stopped before this item was sent. Callers never see it."""


@frozen
class BatchResult:
    """The result of one input of a batch: its vectors or its error.

    Attributes:
        input: what was given
        embeddings: its vectors; None when it failed
        error: why it failed; None when it did not
        attempts: how many requests were sent for it, with retries, uploads and polls
        retries: how many of them repeated one that had failed
        seconds: how long it took, in seconds; the wait for the quota before its first request is
            not part of it
        route: by which route it was sent, and why; None when it failed
    """

    input: EmbedInput
    embeddings: Embeddings | None
    error: TwelveLabsError | None
    attempts: int
    seconds: float
    route: Route | None
    retries: int = 0

    def unwrap(self) -> Embeddings:
        """Return the vectors.

        Raises:
            TwelveLabsError: the error, if it failed
        """
        if self.error is not None:
            raise self.error
        assert self.embeddings is not None
        return self.embeddings


@frozen
class Job(Generic[K]):
    """One item of a run, and how to embed it.

    Attributes:
        key: identifies the job, and is returned with its result
        input: what it embeds; its text counts for tokens
        make: makes the flow that embeds it, when the job is started
        model: the model that embeds it
    """

    key: K
    input: EmbedInput
    make: Callable[[], Flow[Embeddings]] = field(repr=False)
    model: str = DEFAULT_MODEL


@frozen(kw_only=True)
class ConcurrencyConfig:
    """Limits on how fast a run is.

    Attributes:
        concurrency: how many items are in progress at most. One that waits before another attempt
            does not count: others are started meanwhile
        in_order: results come in the order of the input, and not as they finish
        max_in_flight_bytes: how many bytes of request bodies are being sent at a time; a larger
            body is sent alone
        rate_limiter: keeps the requests within a quota

    Raises:
        ConfigurationError: less than one item or byte at a time
    """

    concurrency: int = 16
    in_order: bool = False
    max_in_flight_bytes: int = 256 << 20
    rate_limiter: RateLimiter = field(factory=RateLimiter)

    def __attrs_post_init__(self) -> None:
        for name in ("concurrency", "max_in_flight_bytes"):
            if (value := getattr(self, name)) < 1:
                raise ConfigurationError(f"{name} is {value}, but at least 1 is needed")
