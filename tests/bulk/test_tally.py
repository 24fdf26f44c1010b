"""Counters of a run: what is left, how fast it is, and what its report says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from attrs import evolve
from twelvelabs_embed import Embeddings, RateLimiter, Segment
from twelvelabs_embed.bulk import Current, RunProgress, Slow
from twelvelabs_embed.bulk.tally import Tally, Usage
from twelvelabs_embed.results.embeddings import Usage as Tokens

from tests.bulk.datasets import failure

COUNTS = {
    "done": 5, "changed": 2, "copied": 1, "kept": 6, "pruned": 7, "failed": 3, "done_before": 11,
    "failed_before": 13, "omitted": 17, "unfinished": 4, "rows": 19, "requests": 23, "retries": 9,
    "media_sec": 2.5, "tokens": 29,
}  # fmt: skip


def embeddings(metadata: dict[str, Any] | None = None, **settings: Any) -> Embeddings:
    vectors = np.ones((2, 2), np.float32)
    return Embeddings(
        vectors, [Segment()] * 2, model="m", input_type="video", metadata=metadata, **settings
    )


def progress(tally: Tally, now_sec: float, **settings: Any) -> RunProgress:
    settings = {"total": None, "limit": None, "current": (), **settings}
    return tally.progress(now_sec, rate_limiter=RateLimiter(), **settings)


@pytest.mark.parametrize(
    ("metadata", "expected_sec"),
    [
        (None, 0),
        ({"duration": 12.5}, 12.5),
        ({"duration": 60, "start_offset_sec": 3, "end_offset_sec": 13.5}, 10.5),
        ({"duration": 60, "start_offset_sec": 0, "end_offset_sec": 0}, 60),
        ({"duration": 60, "start_offset_sec": None, "end_offset_sec": 9}, 60),
        ({"duration": 60, "start_offset_sec": 9}, 60),
        ({"duration": "long"}, 0),
    ],
)
def test_an_item_is_counted_with_what_it_used(
    metadata: dict[str, Any] | None, expected_sec: float
) -> None:
    tally = Tally()
    usage = Tokens({"text": 3, "video": 4})
    tally.add(embeddings(metadata, usage=usage))
    tally.add(embeddings())
    tally.copy(2)
    assert tally == Tally(done=3, copied=1, rows=6, media_sec=expected_sec, tokens=7)


@pytest.mark.parametrize(
    ("total", "limit", "left"),
    [
        *((None, None, None), (None, 9, None)),
        *((60, None, 7), (60, 15, 3), (60, 12, 0), (60, 3, 0), (60, 99, 7)),
        *((53, None, 0), (50, None, 0)),
    ],
)
def test_what_is_left_is_known_with_the_total(
    total: int | None, limit: int | None, left: int | None
) -> None:
    """12 are finished and 41 skipped. As many more run as there are, and as the limit allows."""
    tally = Tally(**COUNTS)
    assert tally.left(total, limit) == left
    shown = progress(tally, 10.0, total=total, limit=limit)
    assert shown.total == (None if left is None else 53 + left)
    assert (shown.done, shown.failed, shown.skipped, shown.rows) == (5, 3, 41, 19)
    assert shown.finished == 49


def test_the_rate_is_that_of_the_last_minute() -> None:
    tally, rates = Tally(), list[float]()
    for now_sec in range(0, 310, 10):
        tally.done += (1 if now_sec <= 150 else 3) if now_sec else 0
        rates.append(progress(tally, float(now_sec)).items_per_sec)
    assert rates[0] == 0  # of one moment nothing is known
    assert rates[1:16] == pytest.approx([0.1] * 15)
    assert rates[21:] == pytest.approx([0.3] * 10)
    tally.done += 6
    shown = progress(tally, 310.0, total=tally.done + 14)
    assert shown.items_per_sec == pytest.approx(21 / 60)
    assert shown.left_sec == pytest.approx(14 / (21 / 60))
    assert progress(tally, 1e6).left_sec is None
    assert progress(Tally(), 5.0, total=3).left_sec is None  # nothing has been finished


def test_items_that_are_finished_before_the_first_report_count() -> None:
    """All of a short run may be: the rate starts with the run, not with the first report."""
    tally = Tally(done=6, failed=2, done_before=5)
    shown = progress(tally, 4.0, total=23)
    assert shown.items_per_sec == 2
    assert shown.left_sec == 5
    tally.done += 1
    assert progress(tally, 5.0, total=23).items_per_sec == pytest.approx(9 / 5)


def test_progress_says_what_throttles_and_what_is_in_progress_the_oldest_first() -> None:
    limiter = RateLimiter(1)
    limiter.acquire(0.0)
    limiter.acquire(1.0)
    limiter.acquire(3.5)
    items = [Current("a", "upload", 3.0, 1, 2), Current("b", "sending", 1.0)]
    shown = Tally().progress(7.0, total=9, limit=None, current=items, rate_limiter=limiter)
    assert shown == RunProgress(
        total=9, done=0, failed=0, skipped=0, rows=0, elapsed_sec=7.0, items_per_sec=0.0,
        left_sec=None, waited_sec=2.5, throttled_by="rpm",
        current=(items[1], items[0]),
    )  # fmt: skip


def test_a_report_has_all_counts_the_slowest_items_and_the_failures_by_code() -> None:
    tally = Tally(**{**COUNTS, "failed": 0})
    for number, seconds in enumerate([3.0, 9.0, 1.0, 7.0, 5.0, 8.0, 2.0]):
        tally.time(f"{number}", seconds)
    for id, code in [("a", "x"), ("b", "y"), ("c", "y")]:
        tally.fail(failure(id, code))
    report = tally.report(Path("out"), 6.0, 4.5, stopped=True)
    assert {name: getattr(report, name) for name in COUNTS} == COUNTS
    assert (report.out, report.seconds, report.waited_sec) == (Path("out"), 6.0, 4.5)
    assert (report.items_per_sec, report.is_stopped) == (2.0, True)
    assert report.slowest == tuple(
        Slow(id, sec) for id, sec in [("1", 9.0), ("5", 8.0), ("3", 7.0), ("4", 5.0), ("0", 3.0)]
    )
    assert [(one.code, one.count, one.example.id) for one in report.failures] == [
        ("y", 2, "b"),
        ("x", 1, "a"),
    ]
    assert tally.report(Path("out"), 0.0, 0.0, stopped=False).items_per_sec == 0
    assert tally.usage(4.5, 6.0) == Usage(
        runs=1, requests=23, retries=9, media_sec=2.5, tokens=29, waited_sec=4.5, run_sec=6.0
    )


@pytest.mark.parametrize("name", ["failed", "failed_before", "unfinished"])
def test_a_report_is_clean_if_nothing_failed_or_is_unfinished(name: str) -> None:
    done = Tally(done=1, done_before=2, omitted=3).report(Path("out"), 1.0, 0.0, stopped=True)
    assert done.is_clean
    assert not evolve(done, **{name: 1}).is_clean
