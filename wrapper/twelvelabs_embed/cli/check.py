"""Command `check FILE...`: what files are, and whether the service would accept them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer
from attrs import frozen
from rich.text import Text

from twelvelabs_embed.cli import rendering
from twelvelabs_embed.cli.errors import Status
from twelvelabs_embed.cli.messages import as_block, hint_text
from twelvelabs_embed.cli.options import AS_JSON, Kind, option
from twelvelabs_embed.cli.progress import show_progress
from twelvelabs_embed.errors import InvalidInputError, Violation
from twelvelabs_embed.inputs import coerce
from twelvelabs_embed.inputs.coercion import INPUT_CLASSES
from twelvelabs_embed.inputs.faults import fault_violation
from twelvelabs_embed.inputs.media import Media
from twelvelabs_embed.limits.tables import DEFAULT_MODEL
from twelvelabs_embed.validation.media_probe import MediaFacts, inspect_media, probe
from twelvelabs_embed.validation.planning import PlanOptions, plan_request
from twelvelabs_embed.validation.routing import Route

_MAX_THREADS = 8


@frozen
class Report:
    """The validation of a file.

    Attributes:
        file: the file as it was typed
        kind: its input type; None when it is uncertain
        facts: its properties
        violations: why the service would reject it; empty for a valid file
        route: its route, and why; None when it would be rejected
        notes: what is unknown or may surprise
    """

    file: str
    kind: str | None
    facts: MediaFacts
    violations: Sequence[Violation]
    notes: Sequence[str]
    route: Route | None = None


def check(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="Images, audio, videos and documents.")
    ],
    kind: Kind | None = option(
        "Their input type: image, audio, video or document. [default: by content]", "KIND", "--as"
    ),
    model: str = option("The model.", "NAME", default=DEFAULT_MODEL),
    json: bool = AS_JSON,
) -> None:
    """Validate files: show what they are, their route, and all reasons for a rejection.

    Nothing is sent.

    Example: twelvelabs-embed check film.mkv beach.jpg
    """
    with show_progress(f"Reading {rendering.counted(len(files), 'file')}"):
        # Most of the time is waiting for the disk, and decoding, which does not hold the GIL.
        with ThreadPoolExecutor(min(_MAX_THREADS, len(files))) as threads:
            reports = list(threads.map(partial(_report, kind=kind, model=model), files))
    if json:
        rendering.print_json({"files": [_as_document(report) for report in reports]})
    else:
        _show(reports)
    if any(report.violations for report in reports):
        raise typer.Exit(Status.REJECTED)


def _report(file: Path, kind: Kind | None, model: str) -> Report:
    """Validate a file. Whatever is unexpected about one does not end the command."""
    try:
        return _validate(file, kind, model)
    except Exception as error:
        if os.environ.get("TWELVELABS_EMBED_TRACEBACK"):
            raise
        value = f"{file} cannot be inspected ({type(error).__name__}: {error})"
        hint = "If a player opens it, report this, with the file if possible"
        violation = Violation("media", value, "a file can be read", hint, code="media.unexpected")
        return Report(str(file), None, MediaFacts(label=file.name), [violation], ())


def _validate(file: Path, kind: Kind | None, model: str) -> Report:
    media = Media.file(file)
    try:
        input = INPUT_CLASSES[kind](media) if kind else coerce(media)
    except InvalidInputError as error:
        facts, found = probe(media), error.violations
        played = Kind.VIDEO if facts.has_video else Kind.AUDIO if facts.has_audio else None
        if played is None or facts.fault:
            if facts.fault:  # which explains more than an uncertain type
                found = (fault_violation(facts.label, facts.fault, facts.fault_detail),)
            return Report(str(file), None, facts, found, facts.notes)
        input = INPUT_CLASSES[played](media)  # only FFmpeg knows what it is
    facts = inspect_media(input)
    plan = plan_request(input, facts, PlanOptions(model=model))
    route = None if plan.violations else plan.route
    return Report(str(file), input.input_type, facts, plan.violations, plan.warnings, route)


_FACTS = ("size_bytes", "width_px", "height_px", "duration_sec", "has_video", "has_audio")


def _as_document(report: Report) -> dict[str, Any]:
    facts = report.facts
    return {
        "file": report.file,
        "input_type": report.kind,
        "format": facts.format.title if facts.format else None,
        **{name: getattr(facts, name) for name in _FACTS},
        "route": report.route.name if report.route else None,
        "route_why": report.route.why if report.route else None,
        "violations": [
            {
                **{name: getattr(one, name) for name in ("code", "field", "value", "allowed")},
                "hint": hint_text(one.hint),
            }
            for one in report.violations
        ],
        "notes": list(report.notes),
    }


def _show(reports: Sequence[Report]) -> None:
    """Print a table of the files, and below it the violations and notes of each."""
    out = rendering.console()
    columns = {"file": rendering.FOLD, "as": {}, "format": {}}
    columns |= dict.fromkeys(("size", "pixels", "duration"), rendering.RIGHT)
    columns |= dict.fromkeys(("route", "result"), rendering.FIXED)
    table = rendering.new_table(**columns)
    for report in reports:
        table.add_row(*_cells(report))
    out.print(table)
    for report in reports:
        fields = _fields(report)
        if report.violations or fields:
            out.print(rendering.plain(report.file), style="bold", soft_wrap=True)
            rendering.print_blocks(out, [as_block(violation) for violation in report.violations])
            if fields:
                out.print()
                rendering.print_fields(out, fields)
            out.print()


def _fields(report: Report) -> list[tuple[str, str]]:
    """Return the notes of a file, and its route, unless it is the usual one."""
    route = report.route
    shown = [("route", str(route))] if route and route.name != "inline" else []
    return [*shown, *(("note", note) for note in report.notes)]


def _cells(report: Report) -> list[str | Text]:
    facts, count = report.facts, len(report.violations)
    return [
        rendering.plain(report.file),
        rendering.plain(report.kind),
        facts.format.title if facts.format else rendering.NOTHING,
        rendering.size(facts.size_bytes),
        f"{facts.width_px}x{facts.height_px}" if facts.width_px else rendering.NOTHING,
        rendering.duration(facts.duration_sec),
        report.route.name if report.route else rendering.NOTHING,
        Text(rendering.counted(count, "violation"), "red") if count else Text("fine", "green"),
    ]
