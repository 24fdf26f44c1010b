"""Pruning: removes items that are gone from the source, if the source was seen whole."""

from __future__ import annotations

from collections.abc import Iterable

from twelvelabs_embed.bulk.errors import PruneError
from twelvelabs_embed.bulk.id_set import IdSet
from twelvelabs_embed.bulk.links import legacy_ids
from twelvelabs_embed.errors import InvalidInputError, Violation


def check_share(share: float) -> float:
    """Return the share of all items that may be removed.

    Raises:
        InvalidInputError: it is not from 0 to 1
    """
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
    """Reject to remove anything where the source may not be whole.

    Args:
        incomplete: a path that could not be read when items were listed
        bad_rows: how many rows cannot be read, so that their ids are not known
        count: how many items would be removed
        total: how many there are with them
        max_share: the share of them that may be removed

    Raises:
        PruneError: nothing is removed
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
