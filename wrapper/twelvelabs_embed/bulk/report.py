"""Report of a run: its progress, and its results."""

from __future__ import annotations

import heapq
import re
from collections import deque
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from attrs import asdict, define, field, frozen

from twelvelabs_embed.batch.rate_limiter import RateLimiter
from twelvelabs_embed.bulk.display import report_html, report_text
from twelvelabs_embed.bulk.failures import Failure, FailureGroup, FailureGroups
from twelvelabs_embed.errors import ApiError, TwelveLabsError
from twelvelabs_embed.results.embeddings import Embeddings

__all__ = ["Current", "RunProgress", "RunReport", "Slow", "code_of"]

_MINUTE_SEC = 60.0
_MAX_SLOWEST = 5


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
        return report_text(self)

    def _repr_html_(self) -> str:
        return report_html(self)

    def as_document(self) -> dict[str, Any]:
        """Return the report as JSON types."""
        failures = [group.as_document() for group in self.failures]
        return {**asdict(self), "out": str(self.out), "failures": failures}


def code_of(error: TwelveLabsError) -> str:
    """Return the short name of an error: the service's, otherwise of its class: `task_failed`."""
    if isinstance(error, ApiError):
        return error.code or f"http_{error.status_code}"
    name = type(error).__name__.removesuffix("Error")
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


# --------------------------------------------------------------------------------------- counters


@define
class Tally:
    """Counters of a run. Its size does not grow with the number of items."""

    done: int = 0
    changed: int = 0
    copied: int = 0
    kept: int = 0
    pruned: int = 0
    elsewhere: int = 0
    failed: int = 0
    done_before: int = 0
    failed_before: int = 0
    omitted: int = 0
    unfinished: int = 0
    rows: int = 0
    requests: int = 0
    retries: int = 0
    media_sec: float = 0.0
    tokens: int = 0
    _slowest: list[tuple[float, str]] = field(factory=list[tuple[float, str]])
    _groups: FailureGroups = field(factory=FailureGroups)
    _samples: deque[tuple[float, int]] = field(factory=deque[tuple[float, int]])

    @property
    def finished(self) -> int:
        """How many items this run has finished."""
        return self.done + self.failed + self.unfinished

    @property
    def skipped(self) -> int:
        """How many items are not run."""
        return self.done_before + self.failed_before + self.omitted

    def add(self, embeddings: Embeddings) -> None:
        """Count an item that got its vectors, and what it used."""
        self.done += 1
        self.rows += len(embeddings)
        self.media_sec += _media_sec(embeddings.metadata or {})
        if embeddings.usage is not None:
            self.tokens += sum(embeddings.usage.input_tokens.values())

    def copy(self, rows: int) -> None:
        """Count an item that got the vectors of another one."""
        self.done += 1
        self.copied += 1
        self.rows += rows

    def time(self, id: str, seconds: float) -> None:
        """Record how long an item took."""
        heapq.heappush(self._slowest, (seconds, id))
        if len(self._slowest) > _MAX_SLOWEST:
            heapq.heappop(self._slowest)

    def fail(self, failure: Failure) -> None:
        """Count a failure."""
        self.failed += 1
        self._groups.add(failure)

    def failures(self) -> tuple[FailureGroup, ...]:
        """Return failures by their code, the most frequent first."""
        return self._groups.groups()

    def left(self, total: int | None, limit: int | None) -> int | None:
        """Return how many of `total` items are still to be run; None when that is not known."""
        if total is None:
            return None
        left = max(total - self.finished - self.skipped, 0)
        return left if limit is None else min(left, max(limit - self.finished, 0))

    def progress(
        self,
        now_sec: float,
        *,
        total: int | None,
        limit: int | None,
        current: Iterable[Current],
        rate_limiter: RateLimiter,
    ) -> RunProgress:
        """Return the progress, `now_sec` after the start of the run."""
        rate, left = self._items_per_sec(now_sec), self.left(total, limit)
        return RunProgress(
            total=None if left is None else self.finished + self.skipped + left,
            done=self.done,
            failed=self.failed,
            skipped=self.skipped,
            rows=self.rows,
            elapsed_sec=now_sec,
            items_per_sec=rate,
            left_sec=left / rate if left is not None and rate else None,
            waited_sec=rate_limiter.waited_sec,
            throttled_by=rate_limiter.throttled_by,
            current=tuple(sorted(current, key=lambda one: one.started_sec)),
        )

    def report(
        self, out: Path, duration_sec: float, waited_sec: float, *, stopped: bool
    ) -> RunReport:
        """Return the report of a run that took so long."""
        slowest = sorted(self._slowest, reverse=True)
        return RunReport(
            out=out,
            done=self.done,
            changed=self.changed,
            copied=self.copied,
            kept=self.kept,
            pruned=self.pruned,
            failed=self.failed,
            done_before=self.done_before,
            failed_before=self.failed_before,
            omitted=self.omitted,
            unfinished=self.unfinished,
            rows=self.rows,
            requests=self.requests,
            retries=self.retries,
            media_sec=self.media_sec,
            tokens=self.tokens,
            seconds=duration_sec,
            items_per_sec=self.finished / duration_sec if duration_sec else 0.0,
            waited_sec=waited_sec,
            slowest=tuple(Slow(id, item_sec) for item_sec, id in slowest),
            failures=self.failures(),
            is_stopped=stopped,
        )

    def _items_per_sec(self, now_sec: float) -> float:
        """Return the rate over the last minute, from the times of earlier calls."""
        samples = self._samples
        samples.append((now_sec, self.finished))
        while len(samples) > 2 and now_sec - samples[1][0] >= _MINUTE_SEC:
            samples.popleft()
        since_sec, before = samples[0]
        return (self.finished - before) / (now_sec - since_sec) if now_sec > since_sec else 0.0


def _media_sec(metadata: Mapping[str, Any]) -> float:
    """Return how much of a recording was embedded, from what the service reports of it."""
    duration = metadata.get("duration")
    start, end = metadata.get("start_offset_sec"), metadata.get("end_offset_sec")
    if isinstance(start, (int, float)) and isinstance(end, (int, float)) and end > start:
        return float(end - start)
    return float(duration) if isinstance(duration, (int, float)) else 0.0
