"""Shards of a source: parts of its items, by a hash of their ids, for several machines."""

from __future__ import annotations

import re
from typing import Self

from attrs import frozen

from twelvelabs_embed.bulk.id_set import hash_of
from twelvelabs_embed.errors import InvalidInputError, Violation


@frozen
class Shard:
    """One of several shards. All of them together have each item once.

    Attributes:
        number: from 1 to `count`
        count: how many there are
    """

    number: int = 1
    count: int = 1

    @classmethod
    def parse(cls, text: str | None) -> Self:
        """Read `2/4`; None is everything.

        Raises:
            InvalidInputError: it is something else
        """
        match = re.fullmatch(r"\s*(\d{1,9})\s*/\s*(\d{1,9})\s*", text or "1/1")
        number, count = (int(match[1]), int(match[2])) if match else (0, 0)
        if not 1 <= number <= count:
            allowed = "a shard is NUMBER/COUNT, and its number from 1 to COUNT"
            hint = "Write 1/4 to 4/4 for four machines"
            raise InvalidInputError([Violation("shard", repr(text), allowed, hint)])
        return cls(number, count)

    @property
    def is_all(self) -> bool:
        """Whether it has all items."""
        return self.count == 1

    def has(self, id: str) -> bool:
        """Return whether an item is in it, which never changes for an id."""
        if self.count == 1:
            return True
        return int.from_bytes(hash_of(id)[:8], "big") % self.count == self.number - 1

    def __str__(self) -> str:
        return f"{self.number}/{self.count}"
