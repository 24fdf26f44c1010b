"""Report of a run: its progress, and its results."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Any

from attrs import asdict, frozen

from twelvelabs_embed._text import duration_words
from twelvelabs_embed.bulk.failures import FailureGroup

__all__ = ["Current", "RunProgress", "RunReport", "Slow"]

_MAX_MESSAGE = 160


@frozen
class Current:
    """An item in progress.

    Attributes:
        id: the item
        phase: `sending`, `upload`, `processing` or `embedding`
        started_sec: when it was started, in seconds since the start of the run
        done_bytes: how much of it has been uploaded
        total_bytes: how much there is to upload; 0 when nothing is
    """

    id: str
    phase: str
    started_sec: float
    done_bytes: int = 0
    total_bytes: int = 0


@frozen(kw_only=True)
class RunProgress:
    """How far a run has come.

    Attributes:
        total: how many items there are; None when that is not known
        done: how many got their vectors in this run
        failed: how many failed in this run
        skipped: how many were not run: done or failed before, or omitted
        rows: how many vectors were returned
        elapsed_sec: seconds since the run started
        items_per_sec: over the last minute
        left_sec: remaining seconds at this rate; None when that is not known
        waited_sec: how long requests were throttled so far, in seconds
        throttled_by: what throttles requests now, such as `rpm`; empty when nothing does
        current: the items in progress, the oldest first
    """

    total: int | None
    done: int
    failed: int
    skipped: int
    rows: int
    elapsed_sec: float
    items_per_sec: float
    left_sec: float | None
    waited_sec: float
    throttled_by: str
    current: tuple[Current, ...]

    @property
    def finished(self) -> int:
        """How many items are finished: done, failed or skipped."""
        return self.done + self.failed + self.skipped


@frozen
class Slow:
    """An item that took long.

    Attributes:
        id: the item
        seconds: from its first request to its vectors or its failure
    """

    id: str
    seconds: float


@frozen(kw_only=True, repr=False)
class RunReport:
    """The results of a run.

    Attributes:
        out: the folder with the parts
        done: how many items got their vectors
        failed: how many failed; `errors-*.parquet` says why
        changed: how many of them had vectors of what they were before
        copied: how many of them got the vectors of an item with the same content
        kept: how many have vectors of what they were before, and keep them
        pruned: how many were removed, because they are gone from the source
        done_before: how many had their vectors already
        failed_before: how many failed in an earlier run and were not run again
        omitted: how many did not fail before, in a run of `retry_errors`
        unfinished: how many tasks were not done in time; the next run collects them
        rows: how many vectors were written
        requests: how many requests were sent for them, with uploads, polls and retries
        retries: how many of them repeated one that had failed
        media_sec: how much audio and video was embedded, in seconds, as the service reports it
        tokens: how many tokens were used, as newer models report it
        seconds: how long the run took
        items_per_sec: on average
        waited_sec: how long requests were throttled, in seconds
        slowest: the slowest items, the slowest first
        failures: the failures of this run by their code, the most frequent first
        is_stopped: whether it was stopped before the end of the source, or by `limit`
    """

    out: Path
    done: int
    changed: int
    copied: int
    kept: int
    pruned: int
    failed: int
    done_before: int
    failed_before: int
    omitted: int
    unfinished: int
    rows: int
    requests: int
    retries: int
    media_sec: float
    tokens: int
    seconds: float
    items_per_sec: float
    waited_sec: float
    slowest: tuple[Slow, ...]
    failures: tuple[FailureGroup, ...]
    is_stopped: bool

    @property
    def is_clean(self) -> bool:
        """Whether nothing has failed, neither now nor before, and no task is unfinished."""
        return not (self.failed or self.failed_before or self.unfinished)

    def __repr__(self) -> str:
        rows = _rows(self)
        width = max(len(name) for name, _ in rows)
        return "\n".join(["RunReport", *(f"  {name:<{width}}  {value}" for name, value in rows)])

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><th style='text-align:left'>{escape(name)}</th>"
            f"<td style='text-align:left'>{escape(value)}</td></tr>"
            for name, value in _rows(self)
        )
        return f"<table>{rows}</table>"

    def as_document(self) -> dict[str, Any]:
        """Return the report as JSON types."""
        failures = [group.as_document() for group in self.failures]
        return {**asdict(self), "out": str(self.out), "failures": failures}


_COUNTS = (
    "done",
    "failed",
    "changed",
    "copied",
    "pruned",
    "done_before",
    "failed_before",
    "omitted",
    "unfinished",
)


def _rows(report: RunReport) -> list[tuple[str, str]]:
    """Return names and values of the figures, without those that are 0, and failures by code."""
    counts = {name.replace("_", " "): getattr(report, name) for name in _COUNTS}
    items = ", ".join(f"{n:,} {name}" for name, n in counts.items() if n) or "nothing to do"
    retries = f" ({report.retries:,} retries)" if report.retries else ""
    rows = [
        ("items", items),
        ("vectors", f"{report.rows:,}"),
        ("requests", f"{report.requests:,}{retries}"),
        ("audio and video", f"{report.media_sec / 60:,.1f} min" if report.media_sec else ""),
        ("tokens", f"{report.tokens:,}" if report.tokens else ""),
        ("time", f"{duration_words(report.seconds)}, {report.items_per_sec:,.1f} items/s"),
        ("waited for quota", duration_words(report.waited_sec) if report.waited_sec else ""),
        ("ended", "before the end of the source" if report.is_stopped else ""),
        ("folder", str(report.out)),
    ]
    for group in report.failures:
        message = " ".join(group.example.message.split())[:_MAX_MESSAGE]
        rows.append((f"{group.count:,} {group.code}", f"{group.example.id}: {message}"))
    return [(name, value) for name, value in rows if value]
