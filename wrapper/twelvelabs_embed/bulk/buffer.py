"""Buffer of what waits to be written with the next part."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from attrs import define, field

from twelvelabs_embed.bulk.failures import Failure
from twelvelabs_embed.bulk.fingerprints import Fingerprint

if TYPE_CHECKING:
    from twelvelabs_embed.results.embeddings import Embeddings


@define
class Buffer:
    """What waits to be written, since `first_sec`.

    Attributes:
        items: vectors of items that have none
        changed: vectors of items that have others
        fingerprints: what the items are embedded from
        failures: items that failed
        rows: how many vectors there are
        bytes: their size
        first_sec: when the first of all this was added
    """

    items: list[tuple[str, Embeddings]] = field(factory=list["tuple[str, Embeddings]"])
    changed: list[tuple[str, Embeddings]] = field(factory=list["tuple[str, Embeddings]"])
    fingerprints: dict[str, Fingerprint] = field(factory=dict[str, Fingerprint])
    failures: list[Failure] = field(factory=list[Failure])
    rows: int = 0
    bytes: int = 0
    first_sec: float = math.inf

    def __bool__(self) -> bool:
        return bool(self.items or self.changed or self.failures)

    def add(
        self, id: str, embeddings: Embeddings, found: Fingerprint | None, *, is_changed: bool
    ) -> None:
        """Add the vectors of an item."""
        (self.changed if is_changed else self.items).append((id, embeddings))
        if found is not None:
            self.fingerprints[id] = found
        self.rows += len(embeddings)
        self.bytes += embeddings.vectors.nbytes

    def drop(self, items: list[tuple[str, Embeddings]]) -> None:
        """Remove vectors that are written: `items` or `changed`."""
        self.rows -= sum(len(one) for _, one in items)
        self.bytes -= sum(one.vectors.nbytes for _, one in items)
        items.clear()

    def extend(self, later: Buffer) -> None:
        """Append what came later."""
        self.items += later.items
        self.changed += later.changed
        self.fingerprints |= later.fingerprints
        self.failures += later.failures
        self.rows += later.rows
        self.bytes += later.bytes
        self.first_sec = min(self.first_sec, later.first_sec)
