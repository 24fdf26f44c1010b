"""Moments: hits that join neighbouring segments, and the best of each item."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import isnan
from typing import TypeAlias

from attrs import define

from twelvelabs_embed.search.fusion import Fused
from twelvelabs_embed.search.options import SearchOptions
from twelvelabs_embed.search.quantization import Numbers
from twelvelabs_embed.search.ranking import Integers
from twelvelabs_embed.search.rows import Rows

_Key: TypeAlias = tuple[int, ...]

_ROUNDING_SEC = 1e-6
_GROWTH = 4


@define
class Group:
    """Neighbouring segments of an item.

    Attributes:
        key: what they share: item, scope, and, without fusion, input type and option
        start_sec, end_sec: what they span; NaN for what has no time
        members: their numbers in the ranking, best first
        score: of the best
    """

    key: _Key
    start_sec: float
    end_sec: float
    members: list[int]
    score: float


def find_groups(
    best: Callable[[int], tuple[Integers, Numbers]],
    rows: Rows,
    fused: Fused | None,
    options: SearchOptions,
) -> list[Group]:
    """Join the best segments into groups, taking as many segments as that needs.

    Segments are taken in the order of their scores, until the next one would start a group too
    many.

    Args:
        best: returns the numbers and scores of the best segments
        rows: the rows
        fused: moments, when the numbers are those of moments and not of rows
        options: how many groups, and what they join
    """
    count = options.top * (_GROWTH if options.groups_hits else 1)
    names = ("id", "scope") if fused else ("id", "scope", "input_type", "option")
    codes, (starts, ends) = [rows.codes(name) for name in names], rows.times
    while True:
        numbers, scores = best(count)
        row_of = fused.first_rows[numbers] if fused else numbers
        grouping = _Grouping(options)
        columns = [column[row_of].tolist() for column in codes]
        segments = zip(
            zip(*columns, strict=True),
            starts[row_of].tolist(),
            ends[row_of].tolist(),
            numbers.tolist(),
            scores.tolist(),
            strict=True,
        )
        is_complete = any(not grouping.add(*segment) for segment in segments)
        if is_complete or len(numbers) < count:
            return grouping.groups
        count *= _GROWTH


class _Grouping:
    """Groups of the segments so far."""

    def __init__(self, options: SearchOptions) -> None:
        self.groups: list[Group] = []
        self._options = options
        self._by_key: dict[_Key, list[Group]] = {}
        self._counts: dict[int, int] = {}

    def add(self, key: _Key, start_sec: float, end_sec: float, number: int, score: float) -> bool:
        """Add the next segment; return False when the groups are complete without it."""
        near = self._neighbours(key, start_sec, end_sec)
        is_full = len(self.groups) == self._options.top
        if len(near) > 1 and is_full:
            return False
        if near:
            self._join(near, start_sec, end_sec, number)
            return True
        item, most = key[0], self._options.max_per_item
        if most is not None and self._counts.get(item, 0) >= most:
            return True
        if is_full:
            return False
        group = Group(key, start_sec, end_sec, [number], score)
        self.groups.append(group)
        self._by_key.setdefault(key, []).append(group)
        self._counts[item] = self._counts.get(item, 0) + 1
        return True

    def _neighbours(self, key: _Key, start_sec: float, end_sec: float) -> list[Group]:
        gap_sec = self._options.merge_gap_sec
        if gap_sec is None or isnan(start_sec) or isnan(end_sec):
            return []
        gap_sec += _ROUNDING_SEC
        return [
            group
            for group in self._by_key.get(key, ())
            if start_sec <= group.end_sec + gap_sec and group.start_sec <= end_sec + gap_sec
        ]

    def _join(self, near: Sequence[Group], start_sec: float, end_sec: float, number: int) -> None:
        first, *others = near
        first.start_sec = min(start_sec, *(group.start_sec for group in near))
        first.end_sec = max(end_sec, *(group.end_sec for group in near))
        # The segment closes the gap between groups: the best of them takes in the others.
        for group in others:
            first.members += group.members
            self.groups.remove(group)
            self._by_key[group.key].remove(group)
            self._counts[group.key[0]] -= 1
        first.members.append(number)
