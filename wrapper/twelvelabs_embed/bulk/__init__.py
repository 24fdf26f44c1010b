"""Runs over datasets: from a folder or a manifest of a million rows to Parquet.

    report = client.bulk.run("dataset", "vectors", model="marengo3.0", rpm=600)

A `Source` reads rows; `Selection` compares each with what the folder has, and returns the `Work` of
those to embed; `ItemEmbedder` embeds an item; `Run` adds its vectors or its failure to the
`Checkpoint`, which writes them as parts by `PartStore`. ARCHITECTURE.md lists the modules.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Coroutine
from contextlib import ExitStack
from functools import partial
from os import PathLike
from typing import Any, Concatenate, ParamSpec, TypeVar, Unpack

from twelvelabs_embed._files import expand_path
from twelvelabs_embed._http.methods import (
    AsyncResource,
    Resource,
    awaited_docstring,
    spells_out,
    with_signature_of,
)
from twelvelabs_embed.batch.jobs import ConcurrencyConfig
from twelvelabs_embed.batch.rate_limiter import RateLimiter
from twelvelabs_embed.bulk.checkpoint import Checkpoint
from twelvelabs_embed.bulk.datasets import Dataset, open_source
from twelvelabs_embed.bulk.dry_run import DryReport, dry_run
from twelvelabs_embed.bulk.errors import (
    BulkError,
    DamagedFileError,
    Difference,
    FolderError,
    FolderInUseError,
    NoResponseError,
    PruneError,
    RunChangedError,
)
from twelvelabs_embed.bulk.estimate import Estimate
from twelvelabs_embed.bulk.failures import FailureGroup
from twelvelabs_embed.bulk.ids import Shard
from twelvelabs_embed.bulk.part_store import CompactReport, compact
from twelvelabs_embed.bulk.plan import RunPlan
from twelvelabs_embed.bulk.progress_bar import ProgressLike, as_callback
from twelvelabs_embed.bulk.report import Current, RunProgress, RunReport, Slow
from twelvelabs_embed.bulk.row_settings import Defaults, RunArguments, item_options
from twelvelabs_embed.bulk.run import Run
from twelvelabs_embed.bulk.selection import (
    ChangePolicy,
    RunOptions,
    check_policy,
    check_share,
)
from twelvelabs_embed.bulk.sinks import Sink, SinkError, open_sink
from twelvelabs_embed.bulk.sources import SourceLike
from twelvelabs_embed.embed import EmbedFlows
from twelvelabs_embed.sending import EmbedOptions

__all__ = [
    "AsyncBulk",
    "Bulk",
    "BulkError",
    "CompactReport",
    "Current",
    "DamagedFileError",
    "Dataset",
    "Difference",
    "DryReport",
    "Estimate",
    "FailureGroup",
    "FolderError",
    "FolderInUseError",
    "NoResponseError",
    "PruneError",
    "RunChangedError",
    "RunProgress",
    "RunReport",
    "Sink",
    "SinkError",
    "Slow",
    "compact",
    "dry_run",
    "open_sink",
]

P = ParamSpec("P")
M = TypeVar("M", bound=Callable[..., Any])

FLUSH_ROWS = 4096
FLUSH_SEC = 30.0


class BulkFlows:
    """The methods of `Bulk` and `AsyncBulk`, written once."""

    def __init__(self, embed: EmbedFlows) -> None:
        self.embed = embed

    @spells_out(EmbedOptions, Defaults)
    def run(
        self,
        source: SourceLike | Dataset,
        out: str | PathLike[str],
        *,
        concurrency: int = 16,
        rpm: float | None = None,
        tpm: float | None = None,
        minutes_per_hour: float | None = None,
        max_in_flight_bytes: int = 256 << 20,
        changed: ChangePolicy = "embed",
        prune: bool = False,
        max_prune_share: float = 0.5,
        shard: str | None = None,
        retry_errors: bool = False,
        limit: int | None = None,
        flush_rows: int = FLUSH_ROWS,
        flush_sec: float = FLUSH_SEC,
        sink: Sink | str | None = None,
        progress: ProgressLike | None = None,
        stop: Callable[[], bool] | None = None,
        **item: Unpack[RunArguments],
    ) -> Run:
        """Embed all items of a source, into a folder of Parquet parts.

        Call it again with the same arguments, and it resumes: what is done is skipped, and so is
        what failed. After a crash at any moment nothing is lost and nothing is there twice; paid
        for again are at most the calls in flight, `concurrency`, and the rows that waited to be
        written, `flush_rows`. Running tasks are collected and not created again.

        Items that changed in the source since they were embedded are embedded anew: files whose
        content is another one, links of which their server gives another `ETag` or
        `Last-Modified`, rows with another text or other settings. Items with the same content and
        settings are paid for once, and each has all vectors.

        `part-*.parquet` have a row for each vector: `id`, `input_type`, `model`, `option`, `scope`,
        `start_sec`, `end_sec`, `vector`. `errors-*.parquet` have a row for each item that failed:
        `id`, `input_type`, `code`, `message`, `input`, `attempts`, `failed_at`.

        Args:
            source: a folder, a glob, a media file, a manifest (.csv, .jsonl, .ndjson, .parquet), an
                address in an object store (`s3://bucket/prefix/`, `gs://`, `az://`) or `-` for
                JSONL on standard input; or several of them. Or a `Dataset`, whose items are
                embedded anew. Columns of a manifest: `id`, `type`,
                `text`, `media` (a path from the manifest's folder, a link or an address), `start`,
                `end`, `segmentation` (`fixed:6`, `dynamic:4`), `options`, `scopes`, `types`,
                `time_based_metadata`
            out: the folder, which is created if needed
            concurrency: how many items are in progress at a time. One that waits before another
                attempt does not count: others are started meanwhile
            rpm: how many requests may be sent in any minute
            tpm: how many tokens of text may be sent in any minute
            minutes_per_hour: how many minutes of audio and video may be embedded in any hour, of
                media whose length is known before it is sent: not of links and assets
            max_in_flight_bytes: how many bytes of requests may be in flight
            model: the model's name
            dimension: how many numbers a vector has, 128, 256 or 512, with `marengo3.5`
            uncertainty: request the uncertainty of each number, with `marengo3.5`
            auto_truncate: truncate texts that are too long, with `marengo3.5`
            start: of audio and video that the source gives none; in seconds or `timedelta`
            end: likewise
            segmentation: likewise; `Fixed`, `Dynamic`, or as in a manifest
            options: likewise
            scopes: likewise
            check: validate each item before it is sent
            route: the route, as for `client.embed`
            keep_asset: keep assets that are uploaded for an item
            wait_sec: how long to wait for a task; the next run collects it if it takes longer.
                None waits for ever
            request_options: options of each request
            changed: what becomes of items that changed: `embed`, or `keep` for their old vectors
            prune: remove the vectors of items that are gone from the source, also from the sink;
                nothing is removed if the source was not read whole
            max_prune_share: the share of the items that `prune` may remove, from 0 to 1
            shard: embed only one of several parts of the items, such as `2/4`, chosen by a hash of
                their ids; each into a folder of its own
            retry_errors: run what failed before, and only that
            limit: how many items to run at most; the next run continues after them
            flush_rows: how many rows wait at most until a part is written
            flush_sec: how long a row waits at most, in seconds
            sink: also write the rows to an address, `lancedb:PATH#TABLE`, `qdrant:URL#COLLECTION`
                or `postgresql://…#TABLE`; or to a `Sink`, which the caller closes
            progress: is called with the progress a few times a second, in a thread of its own; or
                `"bar"` for a bar in the terminal or the notebook
            stop: returns whether to start no more items; those in progress are finished

        Returns:
            the results. Items that failed raise nothing: see `failed`

        Raises:
            InvalidInputError: the source or a setting is invalid; nothing was sent
            PruneError: more would be removed than `max_prune_share`, or the source cannot be read
                whole; all else is done
            RunChangedError: the folder was started with another model or other settings
            FolderInUseError: another process runs into the folder
            FolderError: the folder cannot be written; what was written before is complete
            ModelMismatchError: vectors have another length than those that are there
            UnauthorizedError, ForbiddenError: the key was not accepted
            NoResponseError: item after item failed without a usable response: no connection, a
                service that fails, a proxy's page, a wrong base URL; these items run again next
                time
            QuotaExhaustedError: the service asks to wait for longer than the retry policy allows
            DamagedFileError: a part or a file of failures cannot be read
            SinkError: the sink cannot be reached or written
            MissingDependencyError: pyarrow is missing; the extra `bulk` brings it.

        Source: `POST /embed-v2` and the other endpoints of `client.embed`.
        """
        options, defaults = item_options(item)
        folder = expand_path(out, "out")
        part = Shard.parse(shard)
        items, defaults = open_source(source, defaults, folder)
        plan = RunPlan.of(items, options, defaults, part)
        clock = self.embed.connection.clock
        return Run(
            items,
            # Items that finish when it is full, at most `concurrency`, wait to be written, too.
            Checkpoint(
                folder,
                plan,
                max(flush_rows - concurrency, 1),
                flush_sec,
                sink,
                clock,
                is_pruned=prune,
            ),
            self.embed,
            options,
            ConcurrencyConfig(
                concurrency=concurrency,
                max_in_flight_bytes=max_in_flight_bytes,
                rate_limiter=RateLimiter(rpm, tpm, minutes_per_hour=minutes_per_hour),
            ),
            RunOptions(
                changed=check_policy(changed),
                retry_errors=retry_errors,
                shard=part,
                max_prune_share=check_share(max_prune_share) if prune else None,
                limit=limit,
                progress=as_callback(progress),
                stop=stop,
            ),
        )


def _blocking(
    make: Callable[Concatenate[BulkFlows, P], Run],
) -> Callable[Concatenate[Bulk, P], RunReport]:
    """Return the blocking method of one that makes a run."""

    def run(resource: Resource[BulkFlows], /, *args: P.args, **kwargs: P.kwargs) -> RunReport:
        with make(resource._flows, *args, **kwargs) as run:
            run.plan.process(resource._runner)
        return run.report()

    return _reporting(run, make)


def _awaiting(
    make: Callable[Concatenate[BulkFlows, P], Run],
) -> Callable[Concatenate[AsyncBulk, P], Coroutine[Any, Any, RunReport]]:
    """Return the awaited method of one that makes a run."""

    async def run(
        resource: AsyncResource[BulkFlows], /, *args: P.args, **kwargs: P.kwargs
    ) -> RunReport:
        from anyio import to_thread

        run = await to_thread.run_sync(partial(make, resource._flows, *args, **kwargs))
        with ExitStack() as stack:
            # Reading the source and the folder takes a while.
            await to_thread.run_sync(partial(stack.enter_context, run))
            await run.plan.process_async(resource._runner)
        return run.report()

    return _reporting(run, make)


def _reporting(method: M, make: Callable[..., Run]) -> M:
    """Give a method the name, docstring and signature of the one that makes its run."""
    signature = inspect.signature(make).replace(return_annotation="RunReport")
    method = with_signature_of(method, make)
    method.__signature__ = signature  # type: ignore[attr-defined]
    return method


class Bulk(Resource[BulkFlows]):
    """`client.bulk`: runs over datasets."""

    run = _blocking(BulkFlows.run)


class AsyncBulk(AsyncResource[BulkFlows]):
    __doc__ = awaited_docstring(Bulk)

    run = _awaiting(BulkFlows.run)
