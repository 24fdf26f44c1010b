"""Counters of a run, and the progress and the report made of them."""

from __future__ import annotations

import heapq
import json
from collections import deque
from collections.abc import Iterable, Mapping
from functools import reduce
from pathlib import Path
from typing import Any

from attrs import asdict, define, field, fields_dict, frozen

from twelvelabs_embed._files import atomic_write
from twelvelabs_embed.batch.rate_limiter import RateLimiter
from twelvelabs_embed.bulk.failures import Failure, FailureGroup, FailureGroups
from twelvelabs_embed.bulk.report import Current, RunProgress, RunReport, Slow
from twelvelabs_embed.results.embeddings import Embeddings

_MINUTE_SEC = 60.0
_MAX_SLOWEST = 5


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
    # How many items were finished at which time; at the start of the run, none.
    _samples: deque[tuple[float, int]] = field(factory=lambda: deque([(0.0, 0)]))

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
        return RunReport(
            **{name: getattr(self, name) for name in _SHARED},
            out=out,
            seconds=duration_sec,
            items_per_sec=self.finished / duration_sec if duration_sec else 0.0,
            waited_sec=waited_sec,
            slowest=tuple(Slow(id, item_sec) for item_sec, id in sorted(self._slowest)[::-1]),
            failures=self.failures(),
            is_stopped=stopped,
        )

    def usage(self, waited_sec: float, run_sec: float) -> Usage:
        """Return what the run used."""
        return Usage(
            runs=1,
            requests=self.requests,
            retries=self.retries,
            media_sec=self.media_sec,
            tokens=self.tokens,
            waited_sec=waited_sec,
            run_sec=run_sec,
        )

    def _items_per_sec(self, now_sec: float) -> float:
        """Return the rate over the last minute, from the start of the run and earlier calls."""
        samples = self._samples
        samples.append((now_sec, self.finished))
        while now_sec - samples[1][0] >= _MINUTE_SEC:
            samples.popleft()
        since_sec, before = samples[0]
        return (self.finished - before) / (now_sec - since_sec) if now_sec > since_sec else 0.0


_SHARED = fields_dict(Tally).keys() & fields_dict(RunReport).keys()


def _media_sec(metadata: Mapping[str, Any]) -> float:
    """Return how much of a recording was embedded, from what the service reports of it."""
    duration = metadata.get("duration")
    start, end = metadata.get("start_offset_sec"), metadata.get("end_offset_sec")
    if isinstance(start, (int, float)) and isinstance(end, (int, float)) and end > start:
        return float(end - start)
    return float(duration) if isinstance(duration, (int, float)) else 0.0


# ------------------------------------------------------------------------------ usage of all runs

_FILE = "usage.json"
_FORMAT = 1


@frozen(kw_only=True)
class Usage:
    """What runs used.

    Attributes:
        runs: how many runs there were
        requests: how many requests were sent, with uploads, polls and retries
        retries: how many of them repeated one that had failed
        media_sec: how much audio and video was embedded, in seconds
        tokens: how many tokens were used
        waited_sec: how long requests were throttled, in seconds
        run_sec: how long the runs took, in seconds
    """

    runs: int = 0
    requests: int = 0
    retries: int = 0
    media_sec: float = 0.0
    tokens: int = 0
    waited_sec: float = 0.0
    run_sec: float = 0.0


def _read(folder: Path) -> Usage | None:
    """Read the usage of a folder; None when there is none, or none that can be read."""
    try:
        document: dict[str, Any] = json.loads((folder / _FILE).read_bytes())
        if document.pop("format") != _FORMAT:
            return None
        return Usage(**{name: value + 0 for name, value in document.items()})
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None


def total_usage(folders: Iterable[Path]) -> Usage | None:
    """Return the usage of several folders together; None when none has any that can be read."""
    found = [usage for usage in map(_read, folders) if usage is not None]
    return reduce(_sum, found) if found else None


def _sum(one: Usage, other: Usage) -> Usage:
    return Usage(**{name: getattr(one, name) + getattr(other, name) for name in fields_dict(Usage)})


def add_usage(folder: Path, more: Usage) -> None:
    """Add the usage of a run. It is for information: what cannot be written is omitted."""
    total = _sum(_read(folder) or Usage(), more)
    document = {"format": _FORMAT, **asdict(total)}
    try:
        atomic_write(folder / _FILE, (json.dumps(document, indent=2) + "\n").encode())
    except OSError:
        return
