"""`twelvelabs-embed run SOURCE... --out DIR`: runs over datasets."""

from __future__ import annotations

import signal
import threading
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from attrs import frozen

from twelvelabs_embed.cli import rendering, run_panel
from twelvelabs_embed.cli.embed import (
    _DynamicMinSec,
    _EndSec,
    _FixedSec,
    _Scopes,
    _StartSec,
    _VideoOptions,
)
from twelvelabs_embed.cli.failures import SetupError, Status
from twelvelabs_embed.cli.options import (
    AsJson,
    AutoTruncate,
    Dimension,
    KeepAsset,
    RouteWord,
    Service,
    Uncertainty,
    number_option,
    wait_option,
    with_settings,
)
from twelvelabs_embed.cli.progress import show_progress
from twelvelabs_embed.cli.session import connected
from twelvelabs_embed.errors import InvalidInputError, ModelMismatchError, Violation
from twelvelabs_embed.inputs import Dynamic, Fixed
from twelvelabs_embed.limits.tables import DEFAULT_MODEL

if TYPE_CHECKING:
    from twelvelabs_embed.bulk import RunReport

_SPEED = "Concurrency and rate limits"
_ITEMS = "Items"
_SERVICE = "Service"
_ROUTE = "Route to the service"
_OUTPUT = "Output"


@frozen(kw_only=True)
class RunSettings(Service):
    """How the items of a run are embedded."""

    json: AsJson = False
    concurrency: Annotated[
        int,
        number_option(
            low=1, help="How many items are in progress at a time.", rich_help_panel=_SPEED
        ),
    ] = 16
    rpm: Annotated[
        float | None,
        number_option(
            low=1,
            help="Maximum of requests in any minute.",
            rich_help_panel=_SPEED,
        ),
    ] = None
    tpm: Annotated[
        float | None,
        number_option(
            low=1,
            help="Maximum of tokens of text in any minute.",
            rich_help_panel=_SPEED,
        ),
    ] = None
    model: Annotated[
        str,
        typer.Option(metavar="NAME", help="The model that embeds.", rich_help_panel=_SERVICE),
    ] = DEFAULT_MODEL
    dimension: Dimension = None
    uncertainty: Uncertainty = False
    auto_truncate: AutoTruncate = False
    check: Annotated[
        bool,
        typer.Option(
            "--check/--no-check",
            help="Validate each item before it is sent.",
            rich_help_panel=_SERVICE,
        ),
    ] = True
    emulator: Annotated[
        bool,
        typer.Option(
            "--emulator",
            help="Use an emulator that runs for this call only: no key, no network.",
            rich_help_panel=_SERVICE,
        ),
    ] = False
    route: Annotated[
        RouteWord | None,
        typer.Option(
            metavar="WORD",
            help="inline (inside the request), url, asset (uploaded) or task (for what is long). "
            "Selected by size and length by default.",
            rich_help_panel=_ROUTE,
        ),
    ] = None
    keep_asset: KeepAsset = False
    wait_sec: Annotated[
        float,
        wait_option(
            "How long to wait for an upload to be ready, and for a task; the next run collects "
            "tasks that take longer."
        ),
    ] = 7200


@with_settings
def run(
    settings: RunSettings,
    source: Annotated[
        list[str],
        typer.Argument(
            metavar="SOURCE...",
            help="Folders, globs, media files, manifests (.csv, .jsonl, .ndjson, .parquet), or - "
            "for JSONL on standard input.",
        ),
    ],
    out: Annotated[
        Path,
        typer.Option(metavar="DIR", help="The folder for the vectors.", rich_help_panel=_OUTPUT),
    ],
    retry_errors: Annotated[
        bool,
        typer.Option(
            "--retry-errors", help="Run what failed before, and only that.", rich_help_panel=_ITEMS
        ),
    ] = False,
    limit: Annotated[
        int | None,
        number_option(
            low=1,
            help="Run at most so many items; the next run continues after them.",
            rich_help_panel=_ITEMS,
        ),
    ] = None,
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run",
            help="Read and validate the source, and send nothing.",
            rich_help_panel=_ITEMS,
        ),
    ] = False,
    start_sec: _StartSec = None,
    end_sec: _EndSec = None,
    fixed_sec: _FixedSec = None,
    dynamic_min_sec: _DynamicMinSec = None,
    option: _VideoOptions = None,
    scope: _Scopes = None,
    sink: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS",
            help="Also write to lancedb:PATH#TABLE, qdrant:URL#COLLECTION or "
            "postgresql://...#TABLE, or to a sink of another package.",
            rich_help_panel=_OUTPUT,
        ),
    ] = None,
    flush_rows: Annotated[
        int,
        number_option(
            low=1,
            help="Write a part when so many vectors wait. After a crash these are paid for again.",
            rich_help_panel=_OUTPUT,
        ),
    ] = 4096,
    flush_sec: Annotated[
        float,
        number_option(
            metavar="SECONDS",
            low=0,
            help="Write a part when a vector has waited so long.",
            rich_help_panel=_OUTPUT,
        ),
    ] = 30,
) -> None:
    """Embed a dataset into a folder of Parquet parts.

    Run it again with the same arguments and it resumes, also after a crash:
    what is done is not sent again.

    A manifest has one row for each item, with some of the columns id, type,
    text, media (a path from the manifest's folder, or a link), start, end,
    segmentation (fixed:6 or dynamic:4), options, scopes, types and
    time_based_metadata.

    Example: twelvelabs-embed run . --out vectors --rpm 600
    """
    if settings.emulator and settings.base_url:
        raise typer.BadParameter(
            "the emulator has an address of its own: give one of the two.", param_hint="--emulator"
        )
    vectors = {
        "model": settings.model,
        "dimension": settings.dimension,
        "uncertainty": settings.uncertainty,
        "auto_truncate": settings.auto_truncate,
        "start": start_sec,
        "end": end_sec,
        "segmentation": _segmentation(fixed_sec, dynamic_min_sec),
        "options": option,
        "scopes": scope,
        "check": settings.check,
        "route": settings.route.value if settings.route else None,
        "limit": limit,
    }
    with _handle_bulk_errors():
        if dry_run:
            _dry_run(source, out, vectors, json=settings.json)
            return
        run_options = {
            "retry_errors": retry_errors,
            "sink": sink,
            "flush_rows": flush_rows,
            "flush_sec": flush_sec,
        }
        _run(source, out, settings, {**vectors, **run_options})


def _segmentation(fixed_sec: int | None, dynamic_min_sec: int | None) -> Fixed | Dynamic | None:
    if fixed_sec is not None and dynamic_min_sec is not None:
        raise typer.BadParameter(
            "a video is cut in one way: give this or --fixed-sec.", param_hint="--dynamic-min-sec"
        )
    if fixed_sec is not None:
        return Fixed(fixed_sec)
    return None if dynamic_min_sec is None else Dynamic(dynamic_min_sec)


def _dry_run(source: list[str], out: Path, vectors: dict[str, Any], *, json: bool) -> None:
    from twelvelabs_embed.bulk import dry_run

    with show_progress("Reading the source"):
        report = dry_run(source, out, **vectors)
    if json:
        rendering.print_json(report.as_document())
    else:
        run_panel.show_dry_run(report)
    if report.failed:
        raise typer.Exit(Status.REFUSED)


def _run(source: list[str], out: Path, settings: RunSettings, given: dict[str, Any]) -> None:
    panel = run_panel.Panel(rendering.console(stderr=True))
    with connected(settings, emulator=settings.emulator) as client:
        with _stopping(panel) as stop, _reporting_the_end(panel), panel.open():
            report = client.bulk.run(
                source,
                out,
                concurrency=settings.concurrency,
                rpm=settings.rpm,
                tpm=settings.tpm,
                keep_asset=settings.keep_asset,
                wait_sec=settings.wait_sec,
                progress=panel.show,
                stop=stop.is_set,
                **given,
            )
    if settings.json:
        rendering.print_json(report.as_document())
    else:
        run_panel.show_summary(report)
    _exit(report, stop)


@contextmanager
def _reporting_the_end(panel: run_panel.Panel) -> Generator[None]:
    from twelvelabs_embed.bulk import NoAnswerError

    try:
        yield
    except NoAnswerError as error:
        panel.show_end()
        rendering.show_note(f"{error.in_a_row} items in a row failed with this error")
        raise error.failure from None
    except BaseException:
        panel.show_end()
        raise


def _exit(report: RunReport, stop: _Stop) -> None:
    if stop.signal is not None:
        # The exit code that shells report for a process that a signal ended.
        raise typer.Exit(128 + stop.signal)  # 130, or `Status.TERMINATED`
    if not report.is_clean:
        raise typer.Exit(Status.SOME_FAILED)


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
def _handle_bulk_errors() -> Generator[None]:
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
