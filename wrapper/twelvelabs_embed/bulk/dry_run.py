"""A look at a source: what would be embedded, and what is wrong. Nothing is sent or written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import UTC, datetime
from itertools import islice
from os import PathLike
from pathlib import Path
from typing import Any

from attrs import asdict, frozen

from twelvelabs_embed.bulk.checkpoint import Plan, as_chosen, check_plan
from twelvelabs_embed.bulk.part_files import Failure, IdSet, read_ids
from twelvelabs_embed.bulk.report import FailureGroup, Tally
from twelvelabs_embed.bulk.rows import Defaults, Entry, InvalidRow, as_json, clean, duplicate
from twelvelabs_embed.bulk.sources import Source, SourceLike
from twelvelabs_embed.errors import InvalidInputError
from twelvelabs_embed.inputs.builders import Dynamic, Fixed, Seconds
from twelvelabs_embed.limits.tables import DEFAULT_MODEL
from twelvelabs_embed.validation.media_probe import inspect_media
from twelvelabs_embed.validation.options import PlanOptions, VectorOptions
from twelvelabs_embed.validation.planning import plan_request
from twelvelabs_embed.validation.routing import RouteName

__all__ = ["DryReport", "dry_run"]


@frozen(kw_only=True)
class DryReport:
    """What a run would have before it.

    Attributes:
        to_run: how many items could be sent, by their type
        done_before: how many have their vectors already
        failed: how many cannot be sent
        failures: why, by code, the most frequent first
    """

    to_run: Mapping[str, int]
    done_before: int
    failed: int
    failures: tuple[FailureGroup, ...]

    def as_document(self) -> dict[str, Any]:
        """The same for machines: what JSON can hold."""
        document = asdict(self)
        for group in document["failures"]:
            group["example"]["failed_at"] = group["example"]["failed_at"].isoformat()
        return document


def dry_run(
    source: SourceLike,
    out: str | PathLike[str] | None = None,
    *,
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
    limit: int | None = None,
    progress: Callable[[int, int | None], object] | None = None,
) -> DryReport:
    """Read a whole source, look at all its media, and tell what would be refused.

    Args:
        source: as for `client.bulk.run`, like the settings
        out: the folder of the run, to know what is done already
        check: also look at what the media holds
        limit: how many items to look at at most, besides those that are done
        progress: is told how many items were looked at, and how many there are

    Raises:
        InvalidInputError: the source or a setting cannot be
        RunChangedError: the folder was begun with another model or other settings
    """
    defaults = Defaults(
        start=start, end=end, segmentation=segmentation, options=options, scopes=scopes
    )
    of_vectors = VectorOptions(
        dimension=dimension, uncertainty=uncertainty, auto_truncate=auto_truncate
    )
    folder = Path(out) if out is not None and Path(out).is_dir() else None
    read_from = Source(source, defaults, out=folder)
    total = read_from.prepare()
    done = IdSet()
    if folder is not None:
        settings = {**defaults.as_json(), **as_chosen(of_vectors)}
        check_plan(folder, Plan(model, settings, str(read_from.root), read_from.names))
        done = read_ids(folder)
    tally, types = Tally(), Counter[str]()
    plan_options = PlanOptions(
        model=model,
        route=route,
        dimension=dimension,
        uncertainty=uncertainty,
        auto_truncate=auto_truncate,
    )
    for number, entry in enumerate(islice(_new(read_from, done, tally), limit), 1):
        outcome = _look(entry, plan_options if check else None)
        if isinstance(outcome, InvalidRow):
            tally.fail(_failure(outcome))
        else:
            types[outcome] += 1
        if progress is not None:
            progress(number + tally.done_before, total)
    return DryReport(
        to_run=dict(types),
        done_before=tally.done_before,
        failed=tally.failed,
        failures=tally.failures(),
    )


def _new(source: Source, done: IdSet, tally: Tally) -> Iterator[Entry]:
    """The entries that are not done."""
    seen = IdSet()
    for entry in source:
        if not seen.add(entry.id):
            yield duplicate(entry)
        elif entry.id in done:
            tally.done_before += 1
        else:
            yield entry


def _look(entry: Entry, options: PlanOptions | None) -> str | InvalidRow:
    """What an entry would be embedded as, or why it would not."""
    if isinstance(entry, InvalidRow):
        return entry
    if options is None:
        return entry.input_type
    plan = plan_request(entry.input, inspect_media(entry.input), options)
    if not plan.violations:
        return entry.input_type
    message = clean(str(InvalidInputError(plan.violations)))
    return InvalidRow(entry.id, entry.input_type, "invalid_input", message, entry.row)


def _failure(bad: InvalidRow) -> Failure:
    return Failure(
        id=bad.id,
        input_type=bad.input_type,
        code=bad.code,
        message=bad.message,
        input=as_json(bad.row),
        attempts=0,
        failed_at=datetime.now(UTC),
    )
