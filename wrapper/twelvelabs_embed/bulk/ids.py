"""Ids of items: sets of them in little memory, and shards by their hashes."""

from __future__ import annotations

import re
from hashlib import blake2b
from typing import Self

import numpy as np
from attrs import frozen

from twelvelabs_embed.errors import InvalidInputError, Violation


def hash_of(*texts: str) -> bytes:
    """Return the hash of several texts, of 16 bytes."""
    # No text of JSON or of a file system holds a zero character.
    joined = "\0".join(texts).encode(errors="surrogatepass")
    return blake2b(joined, digest_size=16).digest()


class IdSet:
    """A set of ids that takes 16 bytes for each.

    It holds hashes (BLAKE2b of 128 bits): among a billion ids, two have the same one with a
    probability of 10**-21. One thread may add while others look.
    """

    # So many wait in a plain set until they are merged: a copy for each would be quadratic.
    _MAX_RECENT = 1 << 16

    def __init__(self) -> None:
        self._sorted = np.empty(0, "S16")
        self._recent: set[bytes] = set()

    def add(self, *parts: str) -> bool:
        """Add an id, or several texts that are one together. Returns whether it is new."""
        key = hash_of(*parts)
        if self._has(key):
            return False
        self._recent.add(key)
        if len(self._recent) >= self._MAX_RECENT:
            self._merge()
        return True

    def has(self, *parts: str) -> bool:
        """Return whether an id, or several texts that are one together, was added."""
        return self._has(hash_of(*parts))

    def __contains__(self, id: str) -> bool:
        return len(self) > 0 and self._has(hash_of(id))

    def __len__(self) -> int:
        return len(self._sorted) + len(self._recent)

    def _has(self, key: bytes) -> bool:
        if key in self._recent:
            return True
        merged = self._sorted  # once: another thread may merge more
        if not len(merged):  # numpy would let other threads run first
            return False
        index = int(merged.searchsorted(key))
        # numpy drops trailing zeros from what it returns, and nothing else.
        return index < len(merged) and bytes(merged[index]) == key.rstrip(b"\0")

    def _merge(self) -> None:
        recent = np.array(sorted(self._recent), "S16")
        indices = np.searchsorted(self._sorted, recent)
        self._sorted = np.insert(self._sorted, indices, recent)
        self._recent = set()


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
        """Read `2/4`; None is everything."""
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
