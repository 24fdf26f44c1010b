"""Engine of a process: one run of `client.embed.many` for all of Daft's threads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future
from functools import partial
from hashlib import sha256
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import Any, TypeAlias

from attrs import field, frozen

from twelvelabs_embed.batch.jobs import BatchResult, ConcurrencyConfig, Job
from twelvelabs_embed.batch.plan import plan_jobs
from twelvelabs_embed.batch.rate_limiter import RateLimiter
from twelvelabs_embed.client import TwelveLabs
from twelvelabs_embed.inputs import Input
from twelvelabs_embed.integrations.daft import ray_actor
from twelvelabs_embed.integrations.daft.cluster_rate_limiter import LeasedRateLimiter
from twelvelabs_embed.limits import InputType
from twelvelabs_embed.sending import EmbedOptions

# How long an idle engine keeps running, and its connections stay open.
_IDLE_TIMEOUT_SEC = 1.0


@frozen
class Settings:
    """Settings of a query. They travel to the workers.

    Attributes:
        query: the id of the query
        window_sec: how long the quota's minute is
        type: of texts and media that are no structs
        defaults: settings of audio and video
        options: what each row is embedded with
    """

    query: str
    api_key: str = field(repr=False)
    base_url: str
    timeout_sec: float
    concurrency: int
    rpm: float | None
    window_sec: float
    type: InputType | None
    dimensions: int
    defaults: Mapping[str, Any]
    options: EmbedOptions

    @property
    def rate_limiter_name(self) -> str:
        """The same for all queries that share a quota."""
        quota = f"{self.base_url}\n{self.api_key}\n{self.rpm}\n{self.window_sec}"
        return f"rate-limiter-{sha256(quota.encode()).hexdigest()[:16]}"


_Queued: TypeAlias = "tuple[Future[BatchResult], Input]"

_engines: dict[str, _Engine] = {}
_rate_limiters: dict[str, RateLimiter] = {}
_lock = Lock()


def embed_all(inputs: Sequence[Input], settings: Settings) -> list[BatchResult]:
    """Embed a batch; the results are in its order."""
    with _lock:
        engine = _engines.get(settings.query)
        if engine is None:
            engine = _engines[settings.query] = _Engine(settings)
        futures = engine.submit(inputs)
    return [future.result() for future in futures]


class _Engine:
    """Embeds the batches of all threads of this process, and ends when it is idle."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._queue: SimpleQueue[_Queued] = SimpleQueue()
        self._open: set[Future[BatchResult]] = set()
        Thread(target=self._run, name="twelvelabs-embed-daft", daemon=True).start()

    def submit(self, inputs: Sequence[Input]) -> list[Future[BatchResult]]:
        """Queue inputs. `_lock` must be held, so that the engine does not end at the same time."""
        futures: list[Future[BatchResult]] = [Future() for _ in inputs]
        self._open.update(futures)
        for queued in zip(futures, inputs, strict=True):
            self._queue.put(queued)
        return futures

    def _run(self) -> None:
        try:
            self._embed()
        except BaseException as error:  # it ends the query
            with _lock:
                self._end()
                waiting, self._open = self._open, set()
            for future in waiting:
                future.set_exception(error)

    def _embed(self) -> None:
        settings = self._settings
        rate_limiter = _rate_limiter(settings)
        config = ConcurrencyConfig(concurrency=settings.concurrency, rate_limiter=rate_limiter)
        try:
            with TwelveLabs(
                settings.api_key, base_url=settings.base_url, timeout=settings.timeout_sec
            ) as client:
                plan = plan_jobs(client._connection, self._jobs(client), config)
                for future, result in plan.run(client._runner):
                    with _lock:
                        self._open.discard(future)
                    future.set_result(result)
        finally:
            if isinstance(rate_limiter, LeasedRateLimiter):
                rate_limiter.close()

    def _jobs(self, client: TwelveLabs) -> Iterator[Job[Future[BatchResult]]]:
        embed, options = client.embed._flows._embed, self._settings.options
        while True:
            try:
                future, input = self._queue.get(timeout=_IDLE_TIMEOUT_SEC)
            except Empty:
                with _lock:
                    if not self._open:
                        self._end()
                        return
                continue
            yield Job(future, input, partial(embed, input, options=options), options.model)

    def _end(self) -> None:
        if _engines.get(self._settings.query) is self:
            del _engines[self._settings.query]


def _rate_limiter(settings: Settings) -> RateLimiter:
    """Return the rate limiter of this process, or one that leases permits from the cluster's."""
    name, rpm, window_sec = settings.rate_limiter_name, settings.rpm, settings.window_sec
    if ray_actor.is_ray_worker():
        return LeasedRateLimiter(
            ray_actor.connect(
                name, rpm, window_sec, query=settings.query, concurrency=settings.concurrency
            )
        )
    with _lock:
        if name not in _rate_limiters:
            _rate_limiters[name] = RateLimiter(rpm, window_sec=window_sec)
        return _rate_limiters[name]
