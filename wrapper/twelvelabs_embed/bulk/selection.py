"""Selection of the rows of a source that a run embeds: what is new, what changed, and what has the
same content as another item, whose vectors it gets.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Literal, TypeAlias, cast, get_args

from attrs import define, field, frozen

from twelvelabs_embed._text import did_you_mean
from twelvelabs_embed.bulk.changes import Comparison, compare
from twelvelabs_embed.bulk.checkpoint import Checkpoint
from twelvelabs_embed.bulk.errors import PruneError
from twelvelabs_embed.bulk.fingerprints import Fingerprint
from twelvelabs_embed.bulk.ids import IdSet, Shard
from twelvelabs_embed.bulk.item_index import KnownItem, content_key
from twelvelabs_embed.bulk.links import legacy_ids
from twelvelabs_embed.bulk.report import RunProgress
from twelvelabs_embed.bulk.rows import (
    BAD_ROW,
    DUPLICATE,
    Candidate,
    Entry,
    InvalidRow,
    Item,
    duplicate,
)
from twelvelabs_embed.bulk.tally import Tally
from twelvelabs_embed.errors import InvalidInputError, TwelveLabsError, Violation
from twelvelabs_embed.retry import Clock

ChangePolicy: TypeAlias = Literal["embed", "keep"]
"""What becomes of items that changed since they were embedded."""

_POLICIES = get_args(ChangePolicy)
_MAX_WAITING = 10_000


def check_policy(policy: str) -> ChangePolicy:
    """Return a policy, or reject an unknown one."""
    if policy not in _POLICIES:
        hint = did_you_mean(policy, _POLICIES)
        allowed = f"it is {' or '.join(_POLICIES)}"
        raise InvalidInputError([Violation("changed", repr(policy), allowed, hint)])
    return cast(ChangePolicy, policy)


@frozen(kw_only=True)
class RunOptions:
    """Which items a run embeds, and how it proceeds.

    Attributes:
        changed: what becomes of items that changed
        retry_errors: run only what failed before
        shard: only items of this shard
        limit: how many items to run at most
        max_prune_share: the share of the items, from 0 to 1, that may be removed because they are
            gone from the source; None keeps them
        progress: is called with the progress
        stop: returns whether to start no more items
    """

    changed: ChangePolicy = "embed"
    retry_errors: bool = False
    shard: Shard = field(factory=Shard)
    limit: int | None = None
    max_prune_share: float | None = None
    progress: Callable[[RunProgress], object] | None = None
    stop: Callable[[], bool] | None = None


class UnchangedError(TwelveLabsError):
    """A link has vectors of what its server has. Callers never see it."""


@define(eq=False)
class Work:
    """An item to embed.

    Attributes:
        item: the item
        found: what it is embedded from; the version of a link is added when its server was asked
        known: what is known of it if it has vectors
        link: its link, if the server is to be asked for its version
    """

    item: Item
    found: Fingerprint
    known: KnownItem | None
    link: str | None

    @property
    def key(self) -> str | None:
        """What it has in common with items that get equal vectors."""
        return content_key(self.item.input_type, self.found.version, self.found.row_hash)

    def is_unchanged(self) -> bool:
        """Return whether a link has vectors of the version that its server gives."""
        known, found = self.known, self.found
        if known is None or (known.has_row and not known.has_row_of(found)):
            return False
        return found.version is None or not known.has_version or known.has_version_of(found)


@define(eq=False)
class Selection:
    """The selection of a run; used by the thread that reads its source.

    Attributes:
        seen: the ids of all rows that were read
        outdated: new fingerprints of items whose vectors are still right
        in_progress: the contents that are being embedded
        unfinished: the contents whose tasks run longer than the run
        bad_rows: how many rows cannot be read, so that their ids are not known
    """

    _checkpoint: Checkpoint
    _tally: Tally
    _options: RunOptions
    _clock: Clock
    _fail: Callable[[InvalidRow, Fingerprint], None]
    seen: IdSet = field(factory=IdSet, init=False)
    outdated: dict[str, Fingerprint] = field(factory=dict[str, Fingerprint], init=False)
    in_progress: set[str] = field(factory=set[str], init=False)
    unfinished: set[str] = field(factory=set[str], init=False)
    bad_rows: int = field(default=0, init=False)
    _waiting: dict[str, dict[str, Work]] = field(factory=dict[str, "dict[str, Work]"], init=False)
    _waiting_count: int = field(default=0, init=False)

    def select(self, candidate: Candidate) -> Work | None:
        """Return the work of a row, if it is to be embedded now."""
        if not self._options.shard.has(candidate.id):
            self._tally.elsewhere += 1
            return None
        if not self.seen.add(candidate.id):
            self._fail_entry(duplicate(candidate.read()), Fingerprint())
            return None
        known = self._checkpoint.items.get(candidate.id)
        comparison = compare(candidate, known, self._clock.now())
        if self._is_done(candidate.id, comparison):
            return None
        return self._select_entry(candidate, comparison.fingerprint, known)

    def _is_done(self, id: str, comparison: Comparison) -> bool:
        """Return whether an item has vectors and is not to be embedded, and count it."""
        options, tally = self._options, self._tally
        if comparison.is_outdated:
            self.outdated[id] = comparison.fingerprint
        is_omitted = options.retry_errors and id not in self._checkpoint.failures.failed
        match comparison.state:
            case "same":
                tally.done_before += 1
                self._checkpoint.failures.note_done(id)
            case "changed" if options.changed == "keep":
                tally.done_before += 1
                tally.kept += 1
            case "changed" if is_omitted:
                tally.omitted += 1
            case "unknown" if options.changed == "keep" or is_omitted:
                tally.done_before += 1
            case _:
                return False
        return True

    def _select_entry(
        self, candidate: Candidate, found: Fingerprint, known: KnownItem | None
    ) -> Work | None:
        if candidate.path is not None and found.size_bytes is not None and found.version is None:
            with suppress(OSError):  # which is reported when it is sent
                found = found.with_content_of(candidate.path)
        entry = candidate.read()
        if self._options.retry_errors:
            has_own_id = isinstance(entry, Item) or entry.code not in (DUPLICATE, BAD_ROW)
            if has_own_id and entry.id not in self._checkpoint.failures.failed:
                self._tally.omitted += 1
                return None
        if isinstance(entry, InvalidRow):
            self._fail_entry(entry, found)
            return None
        if self._is_known_failure(entry, found):
            self._tally.failed_before += 1
            return None
        link = candidate.link if self._options.changed == "embed" else None
        return Work(entry, found, known, link)

    def _fail_entry(self, entry: InvalidRow, found: Fingerprint) -> None:
        self.bad_rows += entry.code == BAD_ROW
        if self._is_known_failure(entry, found):
            self._tally.failed_before += 1
        else:
            self._fail(entry, found)

    def _is_known_failure(self, entry: Entry, found: Fingerprint) -> bool:
        failures = self._checkpoint.failures
        return not self._options.retry_errors and failures.has_failed(entry, found)

    # ---------------------------------------------------------------------------- equal contents

    def defer(self, work: Work) -> bool:
        """Return whether an item waits for the vectors of another one with the same content."""
        key = work.key
        if key is None:
            return False
        if self._checkpoint.items.contents.add(key):
            self.in_progress.add(key)
            return False
        self._waiting.setdefault(key, {})[work.item.id] = work
        self._waiting_count += 1
        return True

    @property
    def is_waiting(self) -> bool:
        """Whether items wait for others."""
        return self._waiting_count > 0

    @property
    def is_full(self) -> bool:
        """Whether so many items wait that some must be completed first."""
        return self._waiting_count >= _MAX_WAITING

    def take_ready(self) -> dict[str, dict[str, Work]]:
        """Return, by content, the items that wait for one that is not in progress any more."""
        keys = [key for key in self._waiting if key not in self.in_progress]
        ready = {key: self._waiting.pop(key) for key in keys}
        self._waiting_count -= sum(map(len, ready.values()))
        return ready


# ------------------------------------------------------------------------------ what is gone


def check_share(share: float) -> float:
    """Return the share of all items that may be removed, or reject one that is not from 0 to 1."""
    if not 0 <= share <= 1:
        allowed = "it is a share of all items, from 0 to 1"
        hint = "Write 0.9 to allow that nine of ten items are removed"
        raise InvalidInputError([Violation("max_prune_share", repr(share), allowed, hint)])
    return share


def find_gone(ids: Iterable[str], seen: IdSet) -> tuple[set[str], int]:
    """Return the ids that the source does not have any more, and how many there are with them."""
    total, gone = 0, set[str]()
    for id in ids:
        total += 1
        # Older datasets have signatures in the ids of links.
        if not any(one in seen for one in (id, *legacy_ids(id))):
            gone.add(id)
    return gone, total


def check_whole(
    incomplete: str | None, bad_rows: int, count: int, total: int, max_share: float
) -> None:
    """Raise `PruneError` where the source may not be whole, so that nothing is removed.

    Args:
        incomplete: a path that could not be read when items were listed
        bad_rows: how many rows cannot be read, so that their ids are not known
        count: how many items would be removed
        total: how many there are with them
        max_share: the share of them that may be removed
    """
    if not count:
        return
    if incomplete is not None:
        reason = f"{incomplete} cannot be read, so its items may still be there"
        raise PruneError(count, total, reason, "Make it readable, or remove it")
    if bad_rows:
        reason = f"{bad_rows:,} rows of the source cannot be read, and their ids are not known"
        raise PruneError(count, total, reason, "Correct them")
    if count == total:
        reason = "the source has none of the items"
        raise PruneError(count, total, reason, "Delete the folder of vectors if that is intended")
    if count > max_share * total:
        reason = f"that is more than the share of {max_share:g}"
        raise PruneError(count, total, reason, "Allow a larger share if that is intended")
