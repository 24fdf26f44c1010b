"""Segmentation of a time span. Pure functions; all times are seconds of the file."""

from collections.abc import Iterable
from typing import NamedTuple


class Segment(NamedTuple):
    """The time from `start_sec` to `end_sec`, exclusive."""

    start_sec: float
    end_sec: float


def fixed(whole: Segment, duration_sec: float) -> list[Segment]:
    """Cut `whole` into segments of `duration_sec`; the last may be shorter.

    Twelve seconds in segments of five are 0-5, 5-10 and 10-12 (the documented example). Cuts are
    counted from the start of `whole`, not from the start of the file.
    """
    cuts: list[float] = []
    while (cut := round(whole.start_sec + duration_sec * (len(cuts) + 1), 6)) < whole.end_sec:
        cuts.append(cut)
    return _between(whole, cuts)


def dynamic(
    whole: Segment, scene_cuts_sec: Iterable[float], min_duration_sec: float
) -> list[Segment]:
    """Cut `whole` where scenes change, so that no segment is shorter than `min_duration_sec`.

    A change too soon after the last cut is skipped. A rest at the end that is too short belongs to
    the segment before it. Only a `whole` that is itself shorter gives a shorter segment.
    """
    cuts: list[float] = []
    last = whole.start_sec
    for cut in sorted(scene_cuts_sec):
        if cut - last >= min_duration_sec and whole.end_sec - cut >= min_duration_sec:
            cuts.append(cut)
            last = cut
    return _between(whole, cuts)


def _between(whole: Segment, cuts: list[float]) -> list[Segment]:
    starts = [whole.start_sec, *cuts]
    return [Segment(*pair) for pair in zip(starts, [*cuts, whole.end_sec], strict=True)]
