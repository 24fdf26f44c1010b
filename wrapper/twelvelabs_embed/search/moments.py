"""Moments: hits that join neighbouring segments, and the best of each item."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import isnan
from typing import TypeAlias

from attrs import define

from twelvelabs_embed.search.fusion import Fused
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
    *,
    top: int,
    merge_gap_sec: float | None,
    max_per_item: int | None,
) -> list[Group]:
    """Join the best segments into groups, taking as many segments as that needs.

    Segments are taken in the order of their scores, until the next one would start a group too
    many.

    Args:
        best: returns the numbers and scores of the best segments
        rows: the rows
        fused: moments, when the numbers are those of moments and not of rows
        top: how many groups, at most
        merge_gap_sec: the largest gap between segments that are joined; None joins none
        max_per_item: how many groups of an item, at most
    """
    count = top if merge_gap_sec is None and max_per_item is None else _GROWTH * top
    names = ("id", "scope") if fused else ("id", "scope", "input_type", "option")
    codes, (starts, ends) = [rows.codes(name) for name in names], rows.times
    while True:
        numbers, scores = best(count)
        row_of = fused.first_rows[numbers] if fused else numbers
        grouping = _Grouping(top, merge_gap_sec, max_per_item)
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

    def __init__(self, top: int, gap_sec: float | None, max_per_item: int | None) -> None:
        self.groups: list[Group] = []
        self._top = top
        self._gap_sec = gap_sec
        self._max_per_item = max_per_item
        self._by_key: dict[_Key, list[Group]] = {}
        self._counts: dict[int, int] = {}

    def add(self, key: _Key, start_sec: float, end_sec: float, number: int, score: float) -> bool:
        """Add the next segment; return False when the groups are complete without it."""
        near = self._neighbours(key, start_sec, end_sec)
        if len(near) > 1 and len(self.groups) == self._top:
            return False
        if near:
            self._join(near, start_sec, end_sec, number)
            return True
        item = key[0]
        if self._max_per_item is not None and self._counts.get(item, 0) >= self._max_per_item:
            return True
        if len(self.groups) == self._top:
            return False
        group = Group(key, start_sec, end_sec, [number], score)
        self.groups.append(group)
        self._by_key.setdefault(key, []).append(group)
        self._counts[item] = self._counts.get(item, 0) + 1
        return True

    def _neighbours(self, key: _Key, start_sec: float, end_sec: float) -> list[Group]:
        if self._gap_sec is None or isnan(start_sec) or isnan(end_sec):
            return []
        gap_sec = self._gap_sec + _ROUNDING_SEC
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
