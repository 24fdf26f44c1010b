"""Command `run SOURCE... --out DIR`: runs over datasets."""

from __future__ import annotations

import signal
import threading
from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from twelvelabs_embed._files import expand_path
from twelvelabs_embed.cli import rendering, run_panel, run_summary
from twelvelabs_embed.cli.errors import SetupError, Status
from twelvelabs_embed.cli.options import (
    AS_JSON,
    OUTPUT,
    VIDEO_OPTIONS,
    MediaSettings,
    OptionGroup,
    Segments,
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


def _check_out(path: str) -> str:
    return str(expand_path(path, "out"))


class RunOutput(OptionGroup, panel=OUTPUT):
    """The output of a run."""

    # Not a Path, in which an empty name is the working directory.
    out: str = declare("The folder for the vectors.", "DIR", default=..., callback=_check_out)
    sink: str | None = declare(
        "Also write to lancedb:PATH#TABLE, qdrant:URL#COLLECTION or "
        "postgresql://...#TABLE, or to a sink of another package.",
        "ADDRESS",
    )
    flush_rows: int = number(
        "Write a part when so many vectors wait. After a crash these are paid for again.",
        low=1,
        default=4096,
    )
    flush_sec: float = number(
        "Write a part when a vector has waited so long.", "SECONDS", low=0, default=30
    )
    json: bool = AS_JSON


class Items(OptionGroup, panel="Items"):
    """Which items are embedded."""

    old: str | None = declare(
        "Instead of SOURCE: embed the items of this folder of vectors anew, with their ids. "
        "What that needs is shown first, and --yes or a confirmation starts it.",
        "DIR",
        "--from",
    )
    yes: bool = flag("--yes -y", "Do not ask for confirmation.")
    retry_errors: bool = flag("--retry-errors", "Run what failed before, and only that.")
    limit: int | None = number(
        "Run at most so many items; the next run continues after them.", low=1
    )
    changed: str = declare(
        "What becomes of items that changed since they were embedded: embed, or keep for their "
        "old vectors.",
        "embed|keep",
        default="embed",
    )
    prune: bool = flag(
        "--prune", "Remove the vectors of items that are gone from the source, also from --sink."
    )
    max_prune_share: float = number(
        "The share of the items that --prune may remove.", "SHARE", low=0, high=1, default=0.5
    )
    shard: str | None = declare(
        "Embed one of several parts of the items, chosen by a hash of their ids; each into a "
        "folder of its own.",
        "NUMBER/COUNT",
    )


class DryRun(OptionGroup, panel="Dry run"):
    """Whether to send nothing, and what the estimate is made with."""

    dry_run: bool = flag(
        "--dry-run", "Read and validate the source, estimate what it needs, and send nothing."
    )
    price_per_minute: float | None = number(
        "Estimate the price of audio and video.", "PRICE", low=0
    )


class Speed(OptionGroup, panel="Concurrency and rate limits"):
    """Concurrency and quotas."""

    concurrency: int = number("How many items are in progress at a time.", low=1, default=16)
    rpm: float | None = number("Maximum of requests in any minute.", low=1)
    tpm: float | None = number("Maximum of tokens of text in any minute.", low=1)
    minutes_per_hour: float | None = number(
        "Maximum of minutes of audio and video in any hour.", low=1
    )


@with_groups
def run(
    segments: Segments,
    output: RunOutput,
    items: Items,
    dry: DryRun,
    speed: Speed,
    settings: MediaSettings,
    source: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[SOURCE...]",
            help="Folders, globs, media files, manifests (.csv, .jsonl, .ndjson, .parquet), "
            "s3://BUCKET/PREFIX/ (gs://, az://), or - for JSONL on standard input.",
        ),
    ] = None,
    option: list[str] | None = VIDEO_OPTIONS,
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
    of_run = {**items.values(), **output.values(), **speed.values()}
    old, yes, out, json = (of_run.pop(name) for name in ("old", "yes", "out", "json"))
    of_both = {name: of_run.pop(name) for name in ("changed", "shard", "limit")}
    of_both |= {
        **settings.arguments(),
        "start": segments.start_sec,
        "end": segments.end_sec,
        "segmentation": segments.segmentation(),
        "options": option,
        "scopes": segments.scope,
    }
    given = _source(source, old)
    with handle_bulk_errors():
        is_asked = old is not None and not yes
        if dry.dry_run or is_asked:
            factors = run_summary.Factors(speed.rpm, speed.minutes_per_hour, dry.price_per_minute)
            _dry_run(given, out, of_both, factors, json=json)
        elif dry.price_per_minute is not None:
            raise typer.BadParameter("it needs --dry-run.", param_hint="--price-per-minute")
        if not dry.dry_run:
            if is_asked:
                confirm("Embed them?")
            _run(given, out, settings, {**of_both, **of_run}, json=json)


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
