"""Whole archives: from a folder or a manifest of a million rows to Parquet.

    report = client.bulk.run("archive", "vectors", model="marengo3.0", rpm=600)

| room | what lives there |
|---|---|
| `rows`, `sources` | folders, globs, manifests and standard input, read item by item |
| `parts` | the Parquet files: their schema, writing and reading them |
| `store` | the folder of a run: what is done, what failed, what waits to be written |
| `run`, `report` | taking items through, and what is told of it |
| `sinks` | LanceDB, Qdrant and PostgreSQL, besides Parquet |
| `errors` | why a run cannot begin or go on |
| `trial` | looking at a source without sending anything |
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Coroutine
from contextlib import ExitStack
from functools import partial
from os import PathLike
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from twelvelabs_embed._http.request import RequestOptions
from twelvelabs_embed._http.runners import AsyncResource, Resource, with_signature_of
from twelvelabs_embed.batch.jobs import ConcurrencyConfig
from twelvelabs_embed.batch.plan import process_jobs, process_jobs_async
from twelvelabs_embed.batch.rate_limiter import RateLimiter
from twelvelabs_embed.bulk.checkpoint import Plan, Store, as_chosen
from twelvelabs_embed.bulk.dry_run import DryReport, dry_run
from twelvelabs_embed.bulk.errors import (
    BulkError,
    Difference,
    FolderError,
    FolderInUseError,
    NoAnswerError,
    RunChangedError,
)
from twelvelabs_embed.bulk.report import Current, FailureGroup, RunProgress, RunReport, Slow
from twelvelabs_embed.bulk.rows import Defaults
from twelvelabs_embed.bulk.run import Run, RunOptions, Settings
from twelvelabs_embed.bulk.sinks import Sink, SinkError, open_sink
from twelvelabs_embed.bulk.sources import Source, SourceLike
from twelvelabs_embed.embed import DEFAULT_WAIT_SEC, EmbedFlows
from twelvelabs_embed.inputs.builders import Dynamic, Fixed, Seconds
from twelvelabs_embed.limits.tables import DEFAULT_MODEL
from twelvelabs_embed.validation.options import VectorOptions
from twelvelabs_embed.validation.routing import RouteName

__all__ = [
    "AsyncBulk",
    "Bulk",
    "BulkError",
    "Current",
    "Difference",
    "DryReport",
    "FailureGroup",
    "FolderError",
    "FolderInUseError",
    "NoAnswerError",
    "RunChangedError",
    "RunProgress",
    "RunReport",
    "Sink",
    "SinkError",
    "Slow",
    "dry_run",
    "open_sink",
]

P = ParamSpec("P")
M = TypeVar("M", bound=Callable[..., Any])

FLUSH_ROWS = 4096
FLUSH_SEC = 30.0


class BulkFlows:
    """What `Bulk` and `AsyncBulk` do, written once."""

    def __init__(self, embed: EmbedFlows) -> None:
        self.embed = embed

    def run(
        self,
        source: SourceLike,
        out: str | PathLike[str],
        *,
        concurrency: int = 16,
        rpm: float | None = None,
        tpm: float | None = None,
        max_in_flight_bytes: int = 256 << 20,
        model: str = DEFAULT_MODEL,
        dimension: int | None = None,
        uncertainty: bool = False,
        auto_truncate: bool = False,
        start: Seconds | None = None,
        end: Seconds | None = None,
        segmentation: Fixed | Dynamic | str | None = None,
        options: str | Collection[str] | None = None,
        scopes: str | Collection[str] | None = None,
        check: bool = True,
        route: RouteName | None = None,
        keep_asset: bool = False,
        wait_sec: float | None = DEFAULT_WAIT_SEC,
        request_options: RequestOptions | None = None,
        retry_errors: bool = False,
        limit: int | None = None,
        flush_rows: int = FLUSH_ROWS,
        flush_sec: float = FLUSH_SEC,
        sink: Sink | str | None = None,
        progress: Callable[[RunProgress], object] | None = None,
        stop: Callable[[], bool] | None = None,
    ) -> Run:
        """Embed everything that a source has, into a folder of Parquet parts.

        Call it again with the same arguments, and it goes on: what is done is passed over, and so
        is what failed. After a crash at any moment nothing is lost and nothing is there twice; paid
        again are at most the calls that were under way, `concurrency`, and the rows that waited to
        be written, `flush_rows`. Tasks that run are collected and not created again.

        `part-*.parquet` have a row for each vector: `id`, `input_type`, `model`, `option`, `scope`,
        `start_sec`, `end_sec`, `vector`. `errors-*.parquet` have a row for each item that failed:
        `id`, `input_type`, `code`, `message`, `input`, `attempts`, `failed_at`.

        Args:
            source: a folder, a glob, a media file, a manifest (.csv, .jsonl, .ndjson, .parquet) or
                `-` for JSONL on standard input; or several of them. Columns of a manifest: `id`,
                `type`, `text`, `media` (a path from the manifest's folder, or a link), `start`,
                `end`, `segmentation` (`fixed:6`, `dynamic:4`), `options`, `scopes`, `types`,
                `time_based_metadata`
            out: the folder, which is made when it is not there
            concurrency: how many items are under way at once. One that waits before another attempt
                is not: others go on in its place
            rpm: how many requests may be sent in any minute
            tpm: how many tokens of text may be sent in any minute
            max_in_flight_bytes: how many bytes of requests may be on their way at once
            model: the model's name
            dimension: how many numbers a vector shall have, with `marengo3.5`
            uncertainty: ask how uncertain each number is, with `marengo3.5`
            auto_truncate: have texts that are too long cut, and not refused, with `marengo3.5`
            start: of audio and video, where the source does not say it; in seconds or `timedelta`
            end: likewise
            segmentation: likewise; `Fixed`, `Dynamic`, or as in a manifest
            options: likewise
            scopes: likewise
            check: find out before sending whether the API would refuse an item
            route: the way to go, as for `client.embed`
            keep_asset: keep what is uploaded on the way
            wait_sec: how long to wait for a task; what is not done then is collected by the next
                run. None waits for ever
            request_options: settings of each call
            retry_errors: run what failed before, and only that
            limit: how many items to run at most; the next run goes on
            flush_rows: how many rows wait at most until a part is written
            flush_sec: how long a row waits at most, in seconds
            sink: where rows go besides the parts: an address, `lancedb:PATH#TABLE`,
                `qdrant:URL#COLLECTION` or `postgresql://…#TABLE`; or a `Sink`, which you close
            progress: is told a few times a second how far it is, from a thread of its own
            stop: is asked whether to begin nothing more; what is under way goes on to its end

        Returns:
            what came of it. Items that failed are no error: see `failed`

        Raises:
            InvalidInputError: the source or a setting cannot be; nothing was sent
            RunChangedError: the folder was begun with another model or other settings
            FolderInUseError: another process runs into the folder
            FolderError: the folder cannot be written; what was written before is whole
            ModelMismatchError: vectors have another length than those that are there
            UnauthorizedError, ForbiddenError: the key was not accepted
            NoAnswerError: item after item failed for lack of an answer: no connection, a service
                that fails, a quota that stays used up; these items run again next time
            SinkError: the sink cannot be reached or written
            MissingDependencyError: pyarrow is missing; the extra `bulk` brings it.

        Source: `POST /embed-v2` and what `client.embed` needs besides.
        """
        defaults = Defaults(
            start=start, end=end, segmentation=segmentation, options=options, scopes=scopes
        )
        folder = Path(out)
        read_from = Source(source, defaults, out=folder)
        of_vectors = VectorOptions(
            dimension=dimension, uncertainty=uncertainty, auto_truncate=auto_truncate
        )
        plan = Plan(
            model=model,
            settings={**defaults.as_json(), **as_chosen(of_vectors)},
            root=str(read_from.root),
            sources=read_from.names,
        )
        clock = self.embed.connection.clock
        return Run(
            read_from,
            # What ends while others wait for room, at most `concurrency`, waits to be written, too.
            Store(folder, plan, max(flush_rows - concurrency, 1), flush_sec, sink, clock),
            self.embed,
            Settings(
                model=model,
                dimension=dimension,
                uncertainty=uncertainty,
                auto_truncate=auto_truncate,
                check=check,
                route=route,
                keep_asset=keep_asset,
                wait_sec=wait_sec,
                request_options=request_options,
            ),
            ConcurrencyConfig(
                concurrency=concurrency,
                max_in_flight_bytes=max_in_flight_bytes,
                rate_limiter=RateLimiter(rpm, tpm),
            ),
            RunOptions(retry_errors, limit, progress, stop),
        )


def _blocking(
    make: Callable[Concatenate[BulkFlows, P], Run],
) -> Callable[Concatenate[Bulk, P], RunReport]:
    """The blocking method for the one that makes a run."""

    def run(room: Resource[BulkFlows], /, *args: P.args, **kwargs: P.kwargs) -> RunReport:
        connection = room._flows.embed.connection
        run = make(room._flows, *args, **kwargs)
        with run:
            process_jobs(room._runner, connection, run.jobs(), run.pace, run.take)
        return run.report()

    return _reporting(run, make)


def _awaiting(
    make: Callable[Concatenate[BulkFlows, P], Run],
) -> Callable[Concatenate[AsyncBulk, P], Coroutine[Any, Any, RunReport]]:
    """The awaited method for the one that makes a run."""

    async def run(
        room: AsyncResource[BulkFlows], /, *args: P.args, **kwargs: P.kwargs
    ) -> RunReport:
        from anyio import to_thread

        connection = room._flows.embed.connection
        run = await to_thread.run_sync(partial(make, room._flows, *args, **kwargs))
        with ExitStack() as stack:
            # Looking through the source and the folder takes a while.
            await to_thread.run_sync(partial(stack.enter_context, run))
            await process_jobs_async(room._runner, connection, run.jobs(), run.pace, run.take)
        return run.report()

    return _reporting(run, make)


def _reporting(method: M, make: Callable[..., Run]) -> M:
    """Give a method the name, docstring and signature of the one that makes its run."""
    signature = inspect.signature(make).replace(return_annotation="RunReport")
    dressed = with_signature_of(method, make)
    dressed.__signature__ = signature  # type: ignore[attr-defined]
    return dressed


class Bulk(Resource[BulkFlows]):
    """`client.bulk`: whole archives."""

    run = _blocking(BulkFlows.run)


class AsyncBulk(AsyncResource[BulkFlows]):
    """`client.bulk`, awaited."""

    run = _awaiting(BulkFlows.run)
