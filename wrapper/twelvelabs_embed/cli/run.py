"""Command `run SOURCE... --out DIR`: runs over datasets."""

from __future__ import annotations

import signal
import threading
from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer
from attrs import asdict, frozen

from twelvelabs_embed._files import expand_path
from twelvelabs_embed.cli import rendering, run_panel, run_summary
from twelvelabs_embed.cli.errors import SetupError, Status
from twelvelabs_embed.cli.options import (
    OUTPUT,
    AsJson,
    MediaSettings,
    Segments,
    VideoOptions,
    excludes,
    flag,
    number,
    option as declare,
    with_groups,
)
from twelvelabs_embed.cli.progress import show_progress
from twelvelabs_embed.cli.session import confirm, connected
from twelvelabs_embed.errors import InvalidInputError, ModelMismatchError, Violation

if TYPE_CHECKING:
    from twelvelabs_embed.bulk import Dataset

_ITEMS, _DRY_RUN, _SPEED = "Items", "Dry run", "Concurrency and rate limits"


@frozen(kw_only=True)
class EstimateOptions:
    """What the estimate of a dry run is made with."""

    price_per_minute: Annotated[
        float | None,
        number("Estimate the price of audio and video.", "PRICE", low=0, panel=_DRY_RUN),
    ] = None

    def factors(self, rpm: float | None, minutes_per_hour: float | None) -> run_summary.Factors:
        """Return the quotas and the price to estimate with."""
        return run_summary.Factors(rpm, minutes_per_hour, self.price_per_minute)

    def require_none(self) -> None:
        """Reject an option without --dry-run."""
        for name, value in asdict(self).items():
            if value is not None:
                option = f"--{name.replace('_', '-')}"
                raise typer.BadParameter("it needs --dry-run.", param_hint=option)


@frozen(kw_only=True)
class ChangeOptions:
    """What becomes of items that changed, are gone, or are others' to embed."""

    changed: Annotated[
        str,
        declare(
            "What becomes of items that changed since they were embedded: embed, or keep for their "
            "old vectors.",
            "embed|keep",
            panel=_ITEMS,
        ),
    ] = "embed"
    prune: Annotated[
        bool,
        flag(
            "--prune",
            "Remove the vectors of items that are gone from the source, also from --sink.",
            panel=_ITEMS,
        ),
    ] = False
    max_prune_share: Annotated[
        float,
        number(
            "The share of the items that --prune may remove.", "SHARE", low=0, high=1, panel=_ITEMS
        ),
    ] = 0.5
    shard: Annotated[
        str | None,
        declare(
            "Embed one of several parts of the items, chosen by a hash of their ids; each into a "
            "folder of its own.",
            "NUMBER/COUNT",
            panel=_ITEMS,
        ),
    ] = None


def _check_out(path: str) -> str:
    return str(expand_path(path, "out"))


@with_groups
def run(
    segments: Segments,
    estimate: EstimateOptions,
    changes: ChangeOptions,
    settings: MediaSettings,
    # Not a Path, in which an empty name is the working directory.
    out: Annotated[
        str, declare("The folder for the vectors.", "DIR", panel=OUTPUT, callback=_check_out)
    ],
    source: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[SOURCE...]",
            help="Folders, globs, media files, manifests (.csv, .jsonl, .ndjson, .parquet), "
            "s3://BUCKET/PREFIX/ (gs://, az://), or - for JSONL on standard input.",
        ),
    ] = None,
    old: Annotated[
        str | None,
        declare(
            "Instead of SOURCE: embed the items of this folder of vectors anew, with their ids. "
            "What that needs is shown first, and --yes or a confirmation starts it.",
            "DIR",
            "--from",
            panel=_ITEMS,
        ),
    ] = None,
    yes: Annotated[bool, flag("--yes -y", "Do not ask for confirmation.", panel=_ITEMS)] = False,
    retry_errors: Annotated[
        bool, flag("--retry-errors", "Run what failed before, and only that.", panel=_ITEMS)
    ] = False,
    limit: Annotated[
        int | None,
        number(
            "Run at most so many items; the next run continues after them.", low=1, panel=_ITEMS
        ),
    ] = None,
    dry_run: Annotated[
        bool,
        flag(
            "--dry-run",
            "Read and validate the source, estimate what it needs, and send nothing.",
            panel=_DRY_RUN,
        ),
    ] = False,
    concurrency: Annotated[
        int, number("How many items are in progress at a time.", low=1, panel=_SPEED)
    ] = 16,
    rpm: Annotated[
        float | None, number("Maximum of requests in any minute.", low=1, panel=_SPEED)
    ] = None,
    tpm: Annotated[
        float | None, number("Maximum of tokens of text in any minute.", low=1, panel=_SPEED)
    ] = None,
    minutes_per_hour: Annotated[
        float | None,
        number("Maximum of minutes of audio and video in any hour.", low=1, panel=_SPEED),
    ] = None,
    option: VideoOptions = None,
    sink: Annotated[
        str | None,
        declare(
            "Also write to lancedb:PATH#TABLE, qdrant:URL#COLLECTION or "
            "postgresql://...#TABLE, or to a sink of another package.",
            "ADDRESS",
            panel=OUTPUT,
        ),
    ] = None,
    flush_rows: Annotated[
        int,
        number(
            "Write a part when so many vectors wait. After a crash these are paid for again.",
            low=1,
            panel=OUTPUT,
        ),
    ] = 4096,
    flush_sec: Annotated[
        float,
        number("Write a part when a vector has waited so long.", "SECONDS", low=0, panel=OUTPUT),
    ] = 30,
    json: AsJson = False,
) -> None:
    """Embed a dataset into a folder of Parquet parts.

    Run it again with the same arguments and it resumes, also after a crash:
    what is done is not sent again, and tasks that took longer than --wait-sec
    are collected. What changed since is embedded anew, and items with the same
    content are sent once.

    A manifest has one row for each item, with some of the columns id, type,
    text, media (a path from the manifest's folder, a link or s3://...), start,
    end, segmentation (fixed:6 or dynamic:4), options, scopes, types and
    time_based_metadata.

    Example: twelvelabs-embed run . --out vectors --rpm 600
    """
    arguments = {
        **settings.arguments(),
        "start": segments.start_sec,
        "end": segments.end_sec,
        "segmentation": segments.segmentation(),
        "options": option,
        "scopes": segments.scope,
        "changed": changes.changed,
        "shard": changes.shard,
        "limit": limit,
    }
    given = _source(source, old)
    with handle_bulk_errors():
        if dry_run:
            _dry_run(given, out, arguments, estimate.factors(rpm, minutes_per_hour), json=json)
            return
        if old is not None and not yes:
            _dry_run(given, out, arguments, estimate.factors(rpm, minutes_per_hour), json=json)
            confirm("Embed them?")
        else:
            estimate.require_none()
        arguments |= {
            "retry_errors": retry_errors,
            "prune": changes.prune,
            "max_prune_share": changes.max_prune_share,
            "concurrency": concurrency,
            "rpm": rpm,
            "tpm": tpm,
            "minutes_per_hour": minutes_per_hour,
            "sink": sink,
            "flush_rows": flush_rows,
            "flush_sec": flush_sec,
        }
        _run(given, out, settings, arguments, json=json)


def _source(source: list[str] | None, old: str | None) -> list[str] | Dataset:
    if old is not None and source:
        raise excludes("--from", "SOURCE")
    if old is not None:
        from twelvelabs_embed.bulk import Dataset

        return Dataset(old)
    if not source:
        raise typer.BadParameter("give a source, or --from.", param_hint="SOURCE...")
    return source


def _dry_run(
    source: list[str] | Dataset,
    out: str,
    arguments: dict[str, Any],
    factors: run_summary.Factors,
    *,
    json: bool,
) -> None:
    from twelvelabs_embed.bulk import dry_run

    with show_progress("Reading the source"):
        report = dry_run(source, out, **arguments)
    if json:
        rendering.print_json(run_summary.dry_run_document(report, factors))
    else:
        run_summary.show_dry_run(report, factors)
    if report.failed:
        raise typer.Exit(Status.REJECTED)


def _run(
    source: list[str] | Dataset,
    out: str,
    settings: MediaSettings,
    arguments: dict[str, Any],
    *,
    json: bool,
) -> None:
    panel = run_panel.Panel(rendering.console(stderr=True))
    with connected(settings) as client:
        with _stopping(panel) as stop, _reporting_the_end(panel), panel.open():
            report = client.bulk.run(
                source, out, progress=panel.show, stop=stop.is_set, **arguments
            )
    if json:
        rendering.print_json(report.as_document())
    else:
        run_summary.show_summary(report)
    if stop.signal is not None:
        # The exit code that shells report for a process that a signal ended.
        raise typer.Exit(128 + stop.signal)  # 130, or `Status.TERMINATED`
    if not report.is_clean:
        raise typer.Exit(Status.SOME_FAILED)


@contextmanager
def _reporting_the_end(panel: run_panel.Panel) -> Generator[None]:
    from twelvelabs_embed.bulk import NoResponseError

    try:
        yield
    except NoResponseError as error:
        panel.show_end()
        rendering.show_note(f"{error.in_a_row} items in a row failed with this error")
        raise error.failure from None
    except BaseException:
        panel.show_end()
        raise


# ------------------------------------------------------------------------------------------ signals


class _Stop:
    """Handler of the signals that stop a run.

    Attributes:
        signal: the first that was received; None before it
    """

    def __init__(self, panel: run_panel.Panel) -> None:
        self.signal: int | None = None
        self._panel = panel

    def is_set(self) -> bool:
        """Return whether to start no more items."""
        return self.signal is not None

    def receive(self, number: int, frame: object) -> None:
        """Handle a signal: after the first, items in progress are finished; the second ends all."""
        if self.signal is not None:
            raise KeyboardInterrupt
        self.signal = number
        self._panel.show_stop()


@contextmanager
def _stopping(panel: run_panel.Panel) -> Generator[_Stop]:
    stop = _Stop(panel)
    if threading.current_thread() is not threading.main_thread():
        yield stop  # only the main thread receives signals
        return
    before = {name: signal.signal(name, stop.receive) for name in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)


# ----------------------------------------------------------------------------------------- failures


@contextmanager
def handle_bulk_errors() -> Generator[None]:
    """Report what ends a run with the options of the command line."""
    from twelvelabs_embed.bulk import BulkError, FolderInUseError, RunChangedError

    try:
        yield
    except RunChangedError as error:
        hint = "Use another --out, or the settings with which it was started"
        raise InvalidInputError(
            [
                Violation(one.name, one.now, f"{error.folder} was started with {one.was}", hint)
                for one in error.differences
            ]
        ) from error
    except FolderInUseError as error:
        hint = "Wait for it to end, or use another --out"
        block = {"value": f"another run is writing to {error.folder}", "hint": hint}
        raise SetupError("The folder is in use", block) from error
    except BulkError as error:
        raise SetupError("The run cannot continue", {"reason": str(error)}) from error
    except ModelMismatchError as error:
        raise SetupError("The vectors do not match", {"reason": str(error)}) from error
