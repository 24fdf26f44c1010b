"""Dry run: what a run would embed, and what is wrong with it. Nothing is sent or written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import islice
from os import PathLike
from typing import Any, Unpack

from attrs import asdict, frozen

from twelvelabs_embed._files import expand_path
from twelvelabs_embed._http.methods import spells_out
from twelvelabs_embed.bulk.arguments import RunArguments, item_options
from twelvelabs_embed.bulk.estimate import Estimate
from twelvelabs_embed.bulk.failures import FailureGroup, failure_of
from twelvelabs_embed.bulk.id_set import IdSet
from twelvelabs_embed.bulk.part_files import read_ids
from twelvelabs_embed.bulk.plan import RunPlan, check_plan
from twelvelabs_embed.bulk.report import Tally
from twelvelabs_embed.bulk.row_settings import Defaults
from twelvelabs_embed.bulk.rows import Entry, InvalidRow, clean, duplicate
from twelvelabs_embed.bulk.sources import Source, SourceLike
from twelvelabs_embed.errors import InvalidInputError
from twelvelabs_embed.sending import EmbedOptions
from twelvelabs_embed.validation.media_probe import inspect_media
from twelvelabs_embed.validation.options import PlanOptions
from twelvelabs_embed.validation.planning import plan_request

__all__ = ["DryReport", "dry_run"]


@frozen(kw_only=True)
class DryReport:
    """What a run would do.

    Attributes:
        to_run: how many items could be sent, by their type
        done_before: how many have their vectors already
        failed: how many cannot be sent
        failures: the reasons, by code, the most frequent first
        estimate: what those that could be sent are expected to need; None without `check`
    """

    to_run: Mapping[str, int]
    done_before: int
    failed: int
    failures: tuple[FailureGroup, ...]
    estimate: Estimate | None

    def as_document(self) -> dict[str, Any]:
        """Return the report as JSON types."""
        return {**asdict(self), "failures": [group.as_document() for group in self.failures]}


@spells_out(EmbedOptions, Defaults)
def dry_run(
    source: SourceLike,
    out: str | PathLike[str] | None = None,
    *,
    limit: int | None = None,
    progress: Callable[[int, int | None], object] | None = None,
    **item: Unpack[RunArguments],
) -> DryReport:
    """Read a whole source, inspect all its media, and report what would be rejected and needed.

    Args:
        source: as for `client.bulk.run`, like the settings
        out: the folder of the run, to know what is done already
        check: also inspect the content of the media
        route, keep_asset, wait_sec, request_options: as for the run
        limit: how many items to inspect at most, besides those that are done
        progress: is called with how many items were inspected, and how many there are

    Raises:
        InvalidInputError: the source or a setting is invalid
        RunChangedError: the folder was started with another model or other settings
    """
    options, defaults = item_options(item)
    given = None if out is None else expand_path(out, "out")
    folder = given if given and given.is_dir() else None
    items = Source(source, defaults, out=folder)
    total = items.prepare()
    done = IdSet()
    if folder is not None:
        check_plan(folder, RunPlan.of(items, options, defaults))
        done = read_ids(folder)
    tally, types, estimate = Tally(), Counter[str](), Estimate()
    for number, entry in enumerate(islice(_pending(items, done, tally), limit), 1):
        result = _validate(entry, options, estimate)
        if isinstance(result, InvalidRow):
            tally.fail(failure_of(result, result.code, result.message, datetime.now(UTC)))
        else:
            types[result] += 1
        if progress is not None:
            progress(number + tally.done_before, total)
    return DryReport(
        to_run=dict(types),
        done_before=tally.done_before,
        failed=tally.failed,
        failures=tally.failures(),
        estimate=estimate if options.check else None,
    )


def _pending(source: Source, done: IdSet, tally: Tally) -> Iterator[Entry]:
    """Yield the entries that are not done."""
    seen = IdSet()
    for entry in source:
        if not seen.add(entry.id):
            yield duplicate(entry)
        elif entry.id in done:
            tally.done_before += 1
        else:
            yield entry


def _validate(entry: Entry, options: PlanOptions, estimate: Estimate) -> str | InvalidRow:
    """Return as what type an entry would be embedded, or why it would not."""
    if isinstance(entry, InvalidRow):
        return entry
    if not options.check:
        return entry.input_type
    try:
        facts = inspect_media(entry.input)
        plan = plan_request(entry.input, facts, options)
    except Exception as error:  # whatever is unexpected about one item is only its own
        message = clean(f"it cannot be inspected ({type(error).__name__}: {error})")
        return InvalidRow(entry.id, entry.input_type, "unexpected", message, entry.row)
    if not plan.violations:
        estimate.add(plan, facts)
        return entry.input_type
    message = clean(str(InvalidInputError(plan.violations)))
    return InvalidRow(entry.id, entry.input_type, "invalid_input", message, entry.row)
