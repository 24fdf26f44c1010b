"""Pruning: removes items that are gone from the source, if the source was seen whole."""

from __future__ import annotations

from attrs import frozen

from twelvelabs_embed.bulk.checkpoint import Checkpoint
from twelvelabs_embed.bulk.errors import PruneError
from twelvelabs_embed.bulk.id_set import IdSet
from twelvelabs_embed.bulk.links import legacy_ids
from twelvelabs_embed.errors import InvalidInputError, Violation


@frozen
class PruneOptions:
    """How much may be removed.

    Attributes:
        max_share: the share of all items that may be removed, from 0 to 1

    Raises:
        InvalidInputError: it is not from 0 to 1
    """

    max_share: float = 0.5

    def __attrs_post_init__(self) -> None:
        if not 0 <= self.max_share <= 1:
            allowed = "it is a share of all items, from 0 to 1"
            hint = "Write 0.9 to allow that nine of ten items are removed"
            violation = Violation("max_prune_share", repr(self.max_share), allowed, hint)
            raise InvalidInputError([violation])


@frozen
class Gone:
    """The items that are gone from the source.

    Attributes:
        ids: their ids
        total: how many items there are with them
    """

    ids: set[str]
    total: int


def find_gone(checkpoint: Checkpoint, seen: IdSet) -> Gone:
    """Find the items in the parts that the source does not have any more."""
    total, gone = 0, set[str]()
    for id in checkpoint.parts.ids():
        total += 1
        if not is_seen(id, seen):
            gone.add(id)
    return Gone(gone, total)


def is_seen(id: str, seen: IdSet) -> bool:
    """Return whether the source has an id; older datasets have signatures in those of links."""
    return any(one in seen for one in (id, *legacy_ids(id)))


def check_whole(incomplete: str | None, bad_rows: int, gone: Gone, options: PruneOptions) -> None:
    """Reject to remove anything where the source may not be whole.

    Args:
        incomplete: a path that could not be read when items were listed
        bad_rows: how many rows cannot be read, so that their ids are not known
        gone: what would be removed
        options: how much of it may be removed

    Raises:
        PruneError: nothing is removed
    """
    if not gone.ids:
        return
    count, total = len(gone.ids), gone.total
    if incomplete is not None:
        reason = f"{incomplete} cannot be read, so its items may still be there"
        raise PruneError(count, total, reason, "Make it readable, or remove it")
    if bad_rows:
        reason = f"{bad_rows:,} rows of the source cannot be read, and their ids are not known"
        raise PruneError(count, total, reason, "Correct them")
    if count == total:
        reason = "the source has none of the items"
        raise PruneError(count, total, reason, "Delete the folder of vectors if that is intended")
    if count > options.max_share * total:
        reason = f"that is more than the share of {options.max_share:g}"
        raise PruneError(count, total, reason, "Allow a larger share if that is intended")
