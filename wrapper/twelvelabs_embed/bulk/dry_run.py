"""Dry run: what a run would embed, and what is wrong with it. Nothing is sent or written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import islice
from os import PathLike
from pathlib import Path
from typing import Any, Unpack

from attrs import asdict, frozen

from twelvelabs_embed._files import expand_path
from twelvelabs_embed._http.methods import spells_out
from twelvelabs_embed.bulk.changes import compare
from twelvelabs_embed.bulk.datasets import Dataset, open_source
from twelvelabs_embed.bulk.estimate import Estimate
from twelvelabs_embed.bulk.failures import FailureGroup, failure_of
from twelvelabs_embed.bulk.fingerprints import Fingerprint
from twelvelabs_embed.bulk.ids import IdSet, Shard
from twelvelabs_embed.bulk.item_index import ItemIndex, content_key
from twelvelabs_embed.bulk.part_files import PartSummary, read_parts
from twelvelabs_embed.bulk.plan import RunPlan, check_plan
from twelvelabs_embed.bulk.rewriting import ids_of_parts
from twelvelabs_embed.bulk.row_settings import Defaults, RunArguments, item_options
from twelvelabs_embed.bulk.rows import Entry, InvalidRow, Item, clean, duplicate
from twelvelabs_embed.bulk.selection import ChangePolicy, check_policy, find_gone
from twelvelabs_embed.bulk.sources import Source, SourceLike
from twelvelabs_embed.bulk.tally import Tally
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
        changed: how many of them have vectors of what they were before
        copied: how many items would get the vectors of another one with the same content
        kept: how many have vectors of what they were before, and would keep them
        gone: how many have vectors and are gone from the source; `prune` removes them
        done_before: how many have their vectors already
        failed: how many cannot be sent
        failures: the reasons, by code, the most frequent first
        estimate: what those that could be sent are expected to need; None without `check`
    """

    to_run: Mapping[str, int]
    changed: int
    copied: int
    kept: int
    gone: int
    done_before: int
    failed: int
    failures: tuple[FailureGroup, ...]
    estimate: Estimate | None

    def as_document(self) -> dict[str, Any]:
        """Return the report as JSON types."""
        return {**asdict(self), "failures": [group.as_document() for group in self.failures]}


@spells_out(EmbedOptions, Defaults)
def dry_run(
    source: SourceLike | Dataset,
    out: str | PathLike[str] | None = None,
    *,
    changed: ChangePolicy = "embed",
    shard: str | None = None,
    limit: int | None = None,
    progress: Callable[[int, int | None], object] | None = None,
    **item: Unpack[RunArguments],
) -> DryReport:
    """Read a whole source, inspect all its media, and report what would be rejected and needed.

    Servers of links are not asked whether they changed: a run asks them.

    Args:
        source: as for `client.bulk.run`, like the settings
        out: the folder of the run, to know what is done already
        check: also inspect the content of the media
        route, keep_asset, wait_sec, request_options: as for the run
        changed, shard: as for the run
        limit: how many items to inspect at most, besides those that are done
        progress: is called with how many items were inspected, and how many there are

    Raises:
        InvalidInputError: the source or a setting is invalid
        RunChangedError: the folder was started with another model or other settings
    """
    options, defaults = item_options(item)
    part, given = Shard.parse(shard), None if out is None else expand_path(out, "out")
    folder = given if given and given.is_dir() else None
    items, defaults = open_source(source, defaults, folder)
    total, parts = items.prepare(), PartSummary([], ItemIndex(), None)
    if folder is not None:
        check_plan(folder, RunPlan.of(items, options, defaults, part))
        parts = read_parts(folder)
    tally, types, estimate = Tally(), Counter[str](), Estimate()
    inspection = _Inspection(parts.items, tally, check_policy(changed), part)
    for number, entry in enumerate(islice(inspection.pending(items), limit), 1):
        result = _validate(entry, options, estimate)
        if isinstance(result, InvalidRow):
            tally.fail(failure_of(result, result.code, result.message, datetime.now(UTC)))
        else:
            types[result] += 1
        if progress is not None:
            progress(number + tally.done_before, total if part.is_all else None)
    is_whole = limit is None
    gone, _ = find_gone(ids_of_parts(parts.paths) if is_whole else (), inspection.seen)
    return DryReport(
        to_run=dict(types),
        changed=tally.changed,
        copied=tally.copied,
        kept=tally.kept,
        gone=len(gone),
        done_before=tally.done_before,
        failed=tally.failed,
        failures=tally.failures(),
        estimate=estimate if options.check else None,
    )


class _Inspection:
    """Selects the rows that a run would embed; a file is read only if another has its size."""

    def __init__(self, items: ItemIndex, tally: Tally, policy: ChangePolicy, shard: Shard) -> None:
        self.seen = IdSet()
        self._items, self._tally, self._policy, self._shard = items, tally, policy, shard
        self._sizes: dict[int, tuple[Path, Fingerprint, str] | None] = {}

    def pending(self, source: Source) -> Iterator[Entry]:
        """Yield the entries that are not done."""
        for candidate in source.candidates():
            if not self._shard.has(candidate.id):
                continue
            if not self.seen.add(candidate.id):
                yield duplicate(candidate.read())
                continue
            comparison = compare(candidate, self._items.get(candidate.id), datetime.now(UTC))
            is_changed = comparison.state == "changed"
            if comparison.state != "new" and (not is_changed or self._policy == "keep"):
                self._tally.kept += is_changed
                self._tally.done_before += 1
                continue
            entry, found = candidate.read(), comparison.fingerprint
            if isinstance(entry, Item) and self._is_copy(entry, candidate.path, found):
                self._tally.copied += 1
                continue
            self._tally.changed += is_changed
            yield entry

    def _is_copy(self, entry: Item, path: Path | None, found: Fingerprint) -> bool:
        """Return whether an item gets the vectors of another one."""
        size_bytes = found.size_bytes
        if path is not None and size_bytes is not None:
            if size_bytes not in self._sizes and not self._items.has_size(size_bytes):
                self._sizes[size_bytes] = (path, found, entry.input_type)
                return False
            if (first := self._sizes.get(size_bytes)) is not None:
                self._sizes[size_bytes] = None
                self._is_new(*first)
            return not self._is_new(path, found, entry.input_type)
        return not self._is_new(None, found, entry.input_type)

    def _is_new(self, path: Path | None, found: Fingerprint, input_type: str) -> bool:
        if path is not None and found.version is None:
            try:
                found = found.with_content_of(path)
            except OSError:  # which is reported when it is inspected
                return True
        key = content_key(input_type, found.version, found.row_hash)
        return key is None or self._items.contents.add(key)


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
