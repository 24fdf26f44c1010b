"""Columns of Daft dataframes, embedded on one machine or on a Ray cluster by the same code.

    import daft
    from twelvelabs_embed.integrations.daft import embed

    films = daft.from_glob_path("films/*.mp4")
    films = embed(films, "path", type="video", concurrency=32, rpm=600)
    films.where(films["error"].is_null()).explode("embeddings").write_parquet("vectors")

Daft hands batches of rows to several threads in each of its processes. What they get they give to
one engine of the process, that of `client.embed.many`: it alone decides how many requests are under
way, because Daft's own bound did not hold when it was measured.

On Ray a named actor keeps the gate of the whole cluster. Workers lease a few passes at a time from
it, so that it is asked a few times a second and not for each request, and tell it what came of
them. When a worker falls silent, its passes count as used, and others get its share of the
concurrency. Should the actor itself die, Ray starts it again, and it lets nothing through for a
minute: what was sent before is not known any more.
"""

from __future__ import annotations

import logging
import sys
import warnings
from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import Future
from functools import partial
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Event, Lock, Thread
from time import monotonic, sleep
from typing import Any, TypeAlias
from uuid import uuid4

from attrs import define, evolve, field, frozen

from twelvelabs_embed._extras import import_extra
from twelvelabs_embed.batch.jobs import BatchResult, ConcurrencyConfig, Job
from twelvelabs_embed.batch.plan import run_jobs
from twelvelabs_embed.batch.rate_limiter import Delay, Permit, RateLimiter
from twelvelabs_embed.bulk.report import code_of
from twelvelabs_embed.bulk.row_settings import Defaults
from twelvelabs_embed.bulk.rows import COLUMNS, InvalidRow, Row, RowReader, clean
from twelvelabs_embed.client import DEFAULT_TIMEOUT_SEC, TwelveLabs, connection
from twelvelabs_embed.errors import ConfigurationError
from twelvelabs_embed.inputs.builders import Dynamic, Fixed, Input, Seconds
from twelvelabs_embed.limits.tables import DEFAULT_MODEL, InputType
from twelvelabs_embed.results.embeddings import DOCUMENT_COLUMNS, Embeddings
from twelvelabs_embed.retry import Clock, RetryPolicy
from twelvelabs_embed.validation.routing import RouteName

# daft.DataFrame. Any, because pyright takes `daft` for this file when it looks at it alone.
DataFrame: TypeAlias = Any

__all__ = ["ClusterRateLimiter", "embed"]

_log = logging.getLogger("twelvelabs_embed")

_WINDOW_SEC = 60.0
# An engine ends when it had nothing to do for so long. Until then its connections stay open.
_LINGER_SEC = 1.0


def embed(
    df: DataFrame,
    column: str,
    *,
    type: InputType | None = None,
    out: str = "embeddings",
    error: str = "error",
    concurrency: int = 16,
    rpm: float | None = None,
    model: str = DEFAULT_MODEL,
    dimensions: int = 512,
    batch_size: int | None = None,
    start: Seconds | None = None,
    end: Seconds | None = None,
    segmentation: Fixed | Dynamic | str | None = None,
    options: str | Collection[str] | None = None,
    scopes: str | Collection[str] | None = None,
    check: bool = True,
    route: RouteName | None = None,
    keep_asset: bool = False,
    wait_sec: float | None = 7200.0,
    api_key: str | None = None,
    base_url: str | None = None,
    timeout_sec: float = DEFAULT_TIMEOUT_SEC,
) -> DataFrame:
    """Embed a column, on whichever runner the dataframe runs. A row that fails stops no other.

    Nothing is sent before the dataframe is collected, shown or written, and all is sent again each
    time it is: `collect()` it once. Daft runs the rows of one partition on one node, so split what
    is in memory with `into_partitions` for a cluster. When a node dies, Daft repeats the tasks that
    ran on it: their rows are paid again, and come out once.

    Args:
        df: the dataframe
        column: texts; or paths and links of media, which must be readable on every node; or structs
            with the columns of a manifest (`type`, `text`, `media`, `start`, ...)
        type: what texts, paths and links are embedded as; structs say it themselves, or it is
            found
        out: the name of the new column of vectors
        error: the name of the new column of errors
        concurrency: how many requests are under way at most, in the whole cluster; also how many
            items in each process
        rpm: requests a minute at most, in the whole cluster and in every minute, counting retries.
            Queries with the same key and `rpm` share it. Without it, what the service says counts
        model: the model's name
        dimensions: D, how many numbers the model's vectors have
        batch_size: how many rows Daft hands over at a time at most; four times `concurrency` unless
            given
        start, end, segmentation, options, scopes: of audio and video, where the row does not say
        check, route, keep_asset, wait_sec: as for `client.embed`
        api_key, base_url: otherwise those of the environment of this process. They travel with the
            query to the workers
        timeout_sec: how long each wait for data may be, in seconds

    Returns:
        the dataframe with two more columns: `out`, a list of structs `option`, `scope` (string),
        `start_sec`, `end_sec` (double; these four null for texts and images), `start_page`,
        `end_page`, `quadrant` and `chunk_index` (integers, `quadrant` string; null but for pages
        and pieces of documents) and `vector` (fixed-size list of D float32), null when the row
        failed; and `error`, a struct of `code` and `message`, null when it did not

    Raises:
        ConfigurationError: the column, a name or a number cannot be, or there is no key
        InvalidInputError: neither audio nor video can have such settings
        MissingDependencyError: daft is missing; the extra `daft` brings it
    """
    daft = import_extra("daft", "daft")
    _check_columns(df, column, type, (out, error))
    if dimensions < 1:
        raise ConfigurationError(f"dimensions is {dimensions}, but a vector has at least 1 number")
    ConcurrencyConfig(
        concurrency=concurrency, rate_limiter=RateLimiter(rpm)
    )  # refuses numbers that cannot be
    defaults = Defaults(
        start=start, end=end, segmentation=segmentation, options=options, scopes=scopes
    )
    made = connection(api_key, base_url, timeout_sec, RetryPolicy(), None, Clock())
    job = _Settings(
        run=uuid4().hex,
        api_key=made.headers["x-api-key"],
        base_url=made.base_url,
        timeout_sec=timeout_sec,
        concurrency=concurrency,
        rpm=rpm,
        window_sec=_WINDOW_SEC,
        type=type,
        dimensions=dimensions,
        defaults=defaults.as_row(),
        arguments={
            "model": model,
            "check": check,
            "route": route,
            "keep_asset": keep_asset,
            "wait_sec": wait_sec,
        },
    )
    # In one process, so that there is one engine; without a pool of actors, so that Daft repeats
    # what a dead node did.
    function = daft.func.batch(
        return_dtype=_dtype(dimensions),
        batch_size=batch_size or 4 * concurrency,
        use_process=False,
    )(_embed_rows)
    both = f"_{job.run}"
    df = df.with_column(both, function(df[column], job))
    vectors, errors = df[both].get("embeddings"), df[both].get("error")
    return df.with_columns({out: vectors, error: errors}).exclude(both)


def _check_columns(
    df: DataFrame, column: str, type: InputType | None, new: tuple[str, str]
) -> None:
    names = df.column_names
    if column not in names:
        raise ConfigurationError(f"column is {column!r}, but there are {', '.join(names)}")
    for name in new:
        if name in names or new.count(name) > 1:
            raise ConfigurationError(f"{name!r} is there twice: name it with out=... or error=...")
    dtype: Any = df.schema()[column].dtype
    if dtype.is_struct():
        if type is not None:
            raise ConfigurationError(f"type is given, but {column!r} has structs: say it in them")
        if strange := sorted(set(dtype.fields).difference(COLUMNS)):
            raise ConfigurationError(
                f"{column!r} has {', '.join(strange)}, but fields are {', '.join(COLUMNS)}"
            )
    elif not dtype.is_string():
        raise ConfigurationError(f"{column!r} is of {dtype}, but it must be of strings or structs")
    elif type is None or type == "text_image":
        raise ConfigurationError(
            f"type is {type}, but {column!r} has strings: give text, image, audio, video or "
            "document; for a text with a picture, make a struct of text and media"
        )


def _dtype(dimensions: int) -> Any:
    DataType = import_extra("daft", "daft").DataType  # noqa: N806
    text, number = DataType.string(), DataType.float64()
    vector = DataType.fixed_size_list(DataType.float32(), dimensions)
    kinds = {"string": text, "int64": DataType.int64()}
    places = {name: kinds[kind] for name, kind in DOCUMENT_COLUMNS.items()}
    segment = {"option": text, "scope": text, "start_sec": number, "end_sec": number, **places}
    return DataType.struct(
        {
            "embeddings": DataType.list(DataType.struct({**segment, "vector": vector})),
            "error": DataType.struct({"code": text, "message": text}),
        }
    )


@frozen
class _Settings:
    """What a query embeds with. Travels to the workers.

    Attributes:
        run: tells queries apart
        window_sec: how long the quota's minute is
        type: of texts and media that are no structs
        defaults: settings of audio and video
        arguments: of `client.embed`
    """

    run: str
    api_key: str = field(repr=False)
    base_url: str
    timeout_sec: float
    concurrency: int
    rpm: float | None
    window_sec: float
    type: InputType | None
    dimensions: int
    defaults: Mapping[str, Any]
    arguments: Mapping[str, Any]

    @property
    def rate_limiter_name(self) -> str:
        """The same for all queries that share a quota."""
        words = f"{self.base_url}\n{self.api_key}\n{self.rpm}\n{self.window_sec}"
        return f"gate-{sha256(words.encode()).hexdigest()[:16]}"


# -------------------------------------------------------------------------------- a batch of rows


@frozen
class _Failure:
    code: str
    message: str


_Result: TypeAlias = Embeddings | _Failure


def _embed_rows(column: Any, settings: _Settings) -> Any:
    """Embed a batch. Daft calls it in several threads at a time."""
    reader = RowReader(Path(), "", "row", settings.defaults)
    values = column.to_pylist()
    entries = [reader.read(_row(value, settings.type), i + 1) for i, value in enumerate(values)]
    inputs = {
        i: entry.input for i, entry in enumerate(entries) if not isinstance(entry, InvalidRow)
    }
    outcomes = dict(zip(inputs, _embed_all(list(inputs.values()), settings), strict=True))
    results = [
        _Failure(entry.code, entry.message)
        if isinstance(entry, InvalidRow)
        else _result(outcomes[i], settings.dimensions)
        for i, entry in enumerate(entries)
    ]
    return _as_array(results, settings.dimensions)


def _row(value: Any, type: InputType | None) -> Row:
    if type is None:
        return value or {}
    return {"type": type, "text" if type == "text" else "media": value}


def _result(outcome: BatchResult, dimensions: int) -> _Result:
    if outcome.error is not None:
        return _Failure(code_of(outcome.error), clean(str(outcome.error)))
    embeddings = outcome.unwrap()
    found = embeddings.vectors.shape[1]
    if len(embeddings) and found != dimensions:
        message = f"its vectors have {found} numbers: give dimensions={found}"
        return _Failure("other_dimensions", message)
    return embeddings


def _as_array(results: Sequence[_Result], dimensions: int) -> Any:
    """The results as `pyarrow.StructArray`."""
    import numpy as np

    pa = import_extra("pyarrow", "daft")
    done = [result for result in results if isinstance(result, Embeddings)]
    segments = [segment for embeddings in done for segment in embeddings.segments]
    numbers = [embeddings.vectors.reshape(-1) for embeddings in done if len(embeddings)]
    flat = np.concatenate(numbers) if numbers else np.zeros(0, np.float32)
    columns = [
        pa.array([segment.option for segment in segments], pa.string()),
        pa.array([segment.scope for segment in segments], pa.string()),
        pa.array([segment.start_sec for segment in segments], pa.float64()),
        pa.array([segment.end_sec for segment in segments], pa.float64()),
        *(
            pa.array([getattr(segment, name) for segment in segments], kind)
            for name, kind in DOCUMENT_COLUMNS.items()
        ),
        pa.FixedSizeListArray.from_arrays(pa.array(flat), dimensions),
    ]
    names = ["option", "scope", "start_sec", "end_sec", *DOCUMENT_COLUMNS, "vector"]
    starts: list[int | None] = []
    count = 0
    for result in results:
        starts.append(count if isinstance(result, Embeddings) else None)
        count += len(result) if isinstance(result, Embeddings) else 0
    lists = pa.LargeListArray.from_arrays(
        pa.array([*starts, count], pa.int64()), pa.StructArray.from_arrays(columns, names)
    )
    errors = pa.array(
        [
            {"code": result.code, "message": result.message}
            if isinstance(result, _Failure)
            else None
            for result in results
        ],
        pa.struct([("code", pa.string()), ("message", pa.string())]),
    )
    return pa.StructArray.from_arrays([lists, errors], ["embeddings", "error"])


# ------------------------------------------------------------------------------------------ engine

_Asked: TypeAlias = "tuple[Future[BatchResult], Input]"

_engines: dict[str, _Engine] = {}
_rate_limiters: dict[str, RateLimiter] = {}
_lock = Lock()


def _embed_all(inputs: Sequence[Input], settings: _Settings) -> list[BatchResult]:
    """The outcomes of a batch, in its order."""
    with _lock:
        engine = _engines.get(settings.run)
        if engine is None:
            engine = _engines[settings.run] = _Engine(settings)
        asked = engine.ask(inputs)
    return [future.result() for future in asked]


class _Engine:
    """Embeds what all threads of this process ask for, in one run of `client.embed.many`.

    It ends by itself when it has nothing to do.
    """

    def __init__(self, settings: _Settings) -> None:
        self._settings = settings
        self._queue: SimpleQueue[_Asked] = SimpleQueue()
        self._open: set[Future[BatchResult]] = set()
        Thread(target=self._run, name="twelvelabs-embed-daft", daemon=True).start()

    def ask(self, inputs: Sequence[Input]) -> list[Future[BatchResult]]:
        """Embed these, too. `_lock` must be held, so that it does not end at the same time."""
        futures: list[Future[BatchResult]] = [Future() for _ in inputs]
        self._open.update(futures)
        for asked in zip(futures, inputs, strict=True):
            self._queue.put(asked)
        return futures

    def _run(self) -> None:
        try:
            self._embed()
        except BaseException as error:  # the query ends with it
            with _lock:
                self._end()
                waiting, self._open = self._open, set()
            for future in waiting:
                future.set_exception(error)

    def _embed(self) -> None:
        settings = self._settings
        rate_limiter = _rate_limiter(settings)
        pace = ConcurrencyConfig(concurrency=settings.concurrency, rate_limiter=rate_limiter)
        try:
            with TwelveLabs(
                settings.api_key, base_url=settings.base_url, timeout=settings.timeout_sec
            ) as client:
                for future, outcome in run_jobs(
                    client._runner, client._connection, self._jobs(client), pace
                ):
                    with _lock:
                        self._open.discard(future)
                    future.set_result(outcome)
        finally:
            if isinstance(rate_limiter, _LeasedRateLimiter):
                rate_limiter.close()

    def _jobs(self, client: TwelveLabs) -> Iterator[Job[Future[BatchResult]]]:
        flows, arguments = client.embed._flows, self._settings.arguments
        while True:
            try:
                future, input = self._queue.get(timeout=_LINGER_SEC)
            except Empty:
                with _lock:
                    if not self._open:
                        self._end()
                        return
                continue
            yield Job(future, input, partial(flows, input, **arguments), arguments["model"])

    def _end(self) -> None:
        if _engines.get(self._settings.run) is self:
            del _engines[self._settings.run]


def _rate_limiter(settings: _Settings) -> RateLimiter:
    """The gate of this process, or a way to that of the cluster."""
    if _is_ray_worker():
        return _LeasedRateLimiter(_exchange_with_ray(settings))
    with _lock:
        name = settings.rate_limiter_name
        if name not in _rate_limiters:
            _rate_limiters[name] = RateLimiter(settings.rpm, window_sec=settings.window_sec)
        return _rate_limiters[name]


def _is_ray_worker() -> bool:
    ray: Any = sys.modules.get("ray")
    return (
        ray is not None
        and ray.is_initialized()
        and ray.get_runtime_context().get_actor_id() is not None
    )


# --------------------------------------------------------------------------- the gate of a cluster

_Ticket: TypeAlias = "tuple[str, int]"  # which gate gave it, and its number

# A worker that was not heard of for so long is taken to be dead.
_SILENCE_SEC = 10.0
_HEARTBEAT_SEC = 1.0


@frozen
class _Done:
    """A request that was answered, or failed.

    Attributes:
        ticket: its pass
        sent_sec: when it was sent; before it is told, how long ago that was
        status_code: of the answer; None when there was none
        headers: of the answer, as far as they tell of the quota
        asked_sec: how long the service asked to wait
    """

    ticket: _Ticket
    sent_sec: float
    status_code: int | None
    headers: Mapping[str, str]
    asked_sec: float | None


@frozen(kw_only=True)
class _News:
    """What a worker tells and wants.

    Attributes:
        worker: who
        run: for which query
        concurrency: of the whole query
        holds: how many requests it may have under way until it gets an answer
        wanted: how many passes
        done: what came of requests
        unused: passes that it gives back
        is_last: it ends
    """

    worker: str
    run: str
    concurrency: int
    holds: int
    wanted: int
    done: list[_Done]
    unused: list[_Ticket]
    is_last: bool = False


@frozen
class _Answer:
    """What a worker gets.

    Attributes:
        tickets: passes
        share: how many requests it may have under way from now on
        again_sec: when there may be more passes
        why: what holds it
    """

    tickets: list[_Ticket]
    share: int
    again_sec: float
    why: str


@define
class _Worker:
    run: str
    seen_sec: float
    holds: int = 0
    passes: dict[int, Permit] = field(factory=dict[int, Permit])


class ClusterRateLimiter:
    """The gate of all workers of a cluster; lives in a Ray actor.

    Args:
        rpm: requests a minute; None for what the service's headers say
        window_sec: how long the quota's minute is
        pause_sec: how long nothing goes, when what was sent before is not known
        clock: seconds that only ever grow
    """

    def __init__(
        self,
        rpm: float | None,
        window_sec: float = _WINDOW_SEC,
        pause_sec: float = 0.0,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._rate_limiter = RateLimiter(rpm, window_sec=window_sec)
        self._clock = clock
        self._pause_sec = pause_sec
        self._opens_sec = clock() + pause_sec
        self._name = uuid4().hex
        self._workers: dict[str, _Worker] = {}
        self._figures = {"attempts": 0, "refused": 0, "lost": 0, "exchanges": 0}

    def exchange(self, news: _News) -> _Answer:
        """Take what a worker tells, and give it what it may have."""
        now_sec = self._clock()
        self._figures["exchanges"] += 1
        worker = self._workers.setdefault(news.worker, _Worker(news.run, now_sec))
        worker.seen_sec = now_sec
        self._take(worker, news, now_sec)
        self._forget_silent(now_sec)
        if news.is_last:
            self._forget(news.worker, now_sec)
            return _Answer([], 0, 0.0, "")
        share = self._share(worker, news)
        worker.holds = max(news.holds, share)
        tickets: list[_Ticket] = []
        hold = Delay(self._opens_sec - now_sec, "restart") if now_sec < self._opens_sec else None
        while hold is None and len(tickets) < min(news.wanted, share):
            answer = self._rate_limiter.acquire(now_sec)
            if isinstance(answer, Delay):
                hold = answer
            else:
                worker.passes[answer.number] = answer
                tickets.append((self._name, answer.number))
        return _Answer(tickets, share, hold.sec if hold else 0.0, hold.reason if hold else "")

    def figures(self) -> dict[str, float]:
        """Counts for people and tests.

        Returns:
            `attempts`: requests that were answered or failed; `refused`: those of them that were
            answered with 429; `open`: passes that workers have now; `lost`: those that workers had
            when they fell silent; `exchanges`: how often workers asked; `paused_sec`: how long it
            let nothing through because it was started again
        """
        passes = sum(len(worker.passes) for worker in self._workers.values())
        return {**self._figures, "open": passes, "paused_sec": self._pause_sec}

    def _take(self, worker: _Worker, news: _News, now_sec: float) -> None:
        for ticket in news.unused:
            if (leave := self._pop(worker, ticket)) is not None:
                self._rate_limiter.cancel(leave)
        for done in news.done:
            if (leave := self._pop(worker, done.ticket)) is None:
                continue  # of another gate, or counted when the worker was taken to be dead
            leave.sent_sec = now_sec - done.sent_sec
            self._rate_limiter.release(
                leave, now_sec, done.status_code, done.headers, done.asked_sec
            )
            self._figures["attempts"] += 1
            self._figures["refused"] += done.status_code == 429

    def _pop(self, worker: _Worker, ticket: _Ticket) -> Permit | None:
        rate_limiter, turn = ticket
        return worker.passes.pop(turn, None) if rate_limiter == self._name else None

    def _share(self, worker: _Worker, news: _News) -> int:
        """How many requests a worker may have under way: its part of what others leave."""
        others = [
            other
            for other in self._workers.values()
            if other.run == news.run and other is not worker
        ]
        left = news.concurrency - sum(other.holds for other in others)
        return max(0, min(left, max(1, news.concurrency // (len(others) + 1))))

    def _forget_silent(self, now_sec: float) -> None:
        silent_since_sec = now_sec - _SILENCE_SEC
        for name in [n for n, w in self._workers.items() if w.seen_sec < silent_since_sec]:
            _log.warning("worker %s is silent: its share goes to others", name)
            self._forget(name, now_sec)

    def _forget(self, name: str, now_sec: float) -> None:
        """Passes that nobody can tell of any more count as used now."""
        for leave in self._workers.pop(name).passes.values():
            leave.sent_sec = now_sec
            self._rate_limiter.release(leave, now_sec, None, {})
            self._figures["lost"] += 1


# ------------------------------------------------------------------------------- a worker's part

# Passes are leased for so long, and so many at a time.
_LEASE_SEC = 2.0
_LEASES = 32
# What happens within this time is told together.
_GATHER_SEC = 0.02
# So long the cluster's gate may be out of reach.
_PATIENCE_SEC = 120.0
_NAP_SEC = 0.01


@define(eq=False)
class _LeasedPass(Permit):
    ticket: _Ticket


class _LeasedRateLimiter(RateLimiter):
    """A gate that leases passes from another one, in a thread of its own.

    Args:
        exchange: asks the other one; the identity of the worker is filled in
    """

    def __init__(self, exchange: Callable[[_News], _Answer]) -> None:
        super().__init__()
        self._exchange = exchange
        self._leases: deque[tuple[float, _Ticket]] = deque()
        self._unused: list[_Ticket] = []
        self._told: list[_Done] = []
        self._share = 0
        self._again_sec = 0.0
        self._why = "lease"
        self._is_wanted = False
        self._is_closed = False
        self._error: Exception | None = None
        self._wake = Event()
        self._thread = Thread(target=self._run, name="twelvelabs-embed-gate", daemon=True)
        self._thread.start()

    def acquire(self, now_sec: float, tokens: int = 0) -> Permit | Delay:
        """Ask for leave to send a request now.

        Raises:
            Exception: the other gate is out of reach
        """
        with self._lock:
            if self._error is not None:
                raise self._error
            self._drop_leases(now_sec - _LEASE_SEC)
            is_full = self.in_flight >= self._share
            if len(self._leases) <= self._share // 2:
                self._is_wanted = True
                self._wake.set()
            if is_full or not self._leases:
                hold = Delay(max(self._again_sec - now_sec, _NAP_SEC), self._why or "lease")
                self._record_delay(now_sec, hold)
                return hold
            self._record_delay(now_sec, None)
            self.in_flight += 1
            _, ticket = self._leases.popleft()
            return _LeasedPass(now_sec, tokens, ticket[1], 0, ticket)

    def cancel(self, permit: Permit) -> None:
        """A pass with which nothing was sent."""
        assert isinstance(permit, _LeasedPass)
        with self._lock:
            self.in_flight -= 1
            self._unused.append(permit.ticket)

    def release(
        self,
        permit: Permit,
        now_sec: float,
        status_code: int | None,
        headers: Mapping[str, str],
        retry_after_sec: float | None = None,
    ) -> None:
        """What came of a request."""
        assert isinstance(permit, _LeasedPass)
        of_quota = {k.lower(): v for k, v in headers.items() if k.lower().startswith("x-ratelimit")}
        done = _Done(permit.ticket, permit.sent_sec, status_code, of_quota, retry_after_sec)
        with self._lock:
            self.in_flight -= 1
            self._told.append(done)
            if retry_after_sec is not None or status_code == 429:
                self._drop_leases(now_sec)
            self._wake.set()

    def close(self) -> None:
        """Tell what is left to tell, and end."""
        self._is_closed = True
        self._wake.set()
        self._thread.join(_SILENCE_SEC)

    def _drop_leases(self, until_sec: float) -> None:
        while self._leases and self._leases[0][0] <= until_sec:
            self._unused.append(self._leases.popleft()[1])

    def _run(self) -> None:
        failing_since_sec: float | None = None
        while True:
            self._wake.wait(_HEARTBEAT_SEC)
            sleep(_GATHER_SEC)
            self._wake.clear()
            news = self._news(is_last=self._is_closed)
            try:
                self._heed(self._exchange(news))
                failing_since_sec = None
            except Exception as error:
                self._keep(news)
                failing_since_sec = failing_since_sec or monotonic()
                if monotonic() - failing_since_sec > _PATIENCE_SEC:
                    self._error = error
                sleep(_HEARTBEAT_SEC / 2)
            if news.is_last or self._error is not None:
                return

    def _news(self, is_last: bool) -> _News:
        now_sec = monotonic()
        with self._lock:
            self._drop_leases(now_sec if is_last else now_sec - _LEASE_SEC)
            wanted = 0
            if self._is_wanted and now_sec >= self._again_sec:
                # At least one, even before its share is known.
                wanted = max(0, min(_LEASES, max(1, self._share)) - len(self._leases))
            self._is_wanted = False
            done, self._told = self._told, []
            unused, self._unused = self._unused, []
            holds = max(self.in_flight, self._share)
        done = [evolve(each, sent_sec=now_sec - each.sent_sec) for each in done]
        return _News(
            worker="",
            run="",
            concurrency=0,
            holds=holds,
            wanted=wanted,
            done=done,
            unused=unused,
            is_last=is_last,
        )

    def _heed(self, answer: _Answer) -> None:
        now_sec = monotonic()
        with self._lock:
            self._share = answer.share
            self._leases.extend((now_sec, ticket) for ticket in answer.tickets)
            self._why = answer.why
            # News may come before: others may give passes back.
            self._again_sec = now_sec + min(answer.again_sec, _HEARTBEAT_SEC)

    def _keep(self, news: _News) -> None:
        """What could not be told is told later. Nothing new is sent until then."""
        now_sec = monotonic()
        with self._lock:
            self._drop_leases(now_sec)
            self._share = 0
            self._told[:0] = [evolve(each, sent_sec=now_sec - each.sent_sec) for each in news.done]
            self._unused[:0] = news.unused


def _exchange_with_ray(settings: _Settings) -> Callable[[_News], _Answer]:
    """A worker's way to the actor, which is made by who comes first."""
    name = uuid4().hex
    actor: Any = None

    def exchange(news: _News) -> _Answer:
        nonlocal actor
        if actor is None:
            actor = _find_actor(settings)
        try:
            # Not ray.get, which complains when Daft's worker is an asynchronous actor.
            asked = actor.exchange.remote(_signed(news, name, settings))
            answer: _Answer = asked.future().result(_SILENCE_SEC)
            return answer
        except BaseException:
            actor = None
            raise

    return exchange


def _signed(news: _News, name: str, settings: _Settings) -> _News:
    return evolve(news, worker=name, run=settings.run, concurrency=settings.concurrency)


def _find_actor(settings: _Settings) -> Any:
    """The named actor. It belongs to nobody, so that it outlives the worker that made it."""
    ray: Any = import_module("ray")
    head = "node:__internal_head__"  # the node whose loss ends the cluster anyway
    options: dict[str, Any] = {
        "name": settings.rate_limiter_name,
        "namespace": "twelvelabs-embed",
        "lifetime": "detached",
        "get_if_exists": True,
        "num_cpus": 0,
        "max_restarts": -1,
        "resources": {head: 0.001} if head in ray.cluster_resources() else {},
    }
    actor = ray.remote(_RateLimiterActor).options(**options)
    return actor.remote(settings.rpm, settings.window_sec)


class _RateLimiterActor(ClusterRateLimiter):
    """What the actor is made of."""

    def __init__(self, rpm: float | None, window_sec: float) -> None:
        context = import_module("ray").get_runtime_context()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Ray asks itself what it no longer wants to be asked
            is_restarted: bool = context.was_current_actor_reconstructed
        super().__init__(rpm, window_sec, window_sec if is_restarted else 0.0)
