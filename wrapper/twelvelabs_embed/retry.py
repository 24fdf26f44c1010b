"""Retry policies: which failures are retried, and with what backoff. Nothing here does I/O."""

from __future__ import annotations

import random
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from math import inf
from threading import Lock
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from twelvelabs_embed.errors import ApiError

__all__ = ["NO_RETRY", "Clock", "Pacer", "RetryPolicy"]

MAX_SPREAD_SEC = 10.0
"""At most so many seconds are added to a wait that the service asks for."""

_MAX_ASKED_SEC = 100 * 365 * 86400.0
"""A century: the moment after a longer wait may be no date."""

_BOUNDS = {
    "attempts": (1, inf),
    "total_sec": (0, inf),
    "base_sec": (0, inf),
    "cap_sec": (0, inf),
    "retry_after_cap_sec": (0, inf),
    "jitter": (0, 1),
}
_RETRYABLE_STATUSES = frozenset({408, 429})


async def _sleep_async(duration_sec: float) -> None:
    from anyio import sleep

    await sleep(duration_sec)


def _now() -> datetime:
    return datetime.now(UTC)


def _random() -> float:
    # Not the method itself: with it, its generator would be pickled, and be the same everywhere.
    return random.random()


class Clock(Struct, frozen=True):
    """Time, as a client sees it. Tests pass one that does not wait.

    Attributes:
        monotonic: seconds that never decrease
        now: the current time, with a time zone
        sleep: waits this many seconds
        sleep_async: the same, awaited
    """

    monotonic: Callable[[], float] = time.monotonic
    now: Callable[[], datetime] = _now
    sleep: Callable[[float], None] = time.sleep
    sleep_async: Callable[[float], Awaitable[None]] = _sleep_async


class RetryPolicy(Struct, frozen=True):
    """How often and for how long a call is retried.

    Retried are responses 408, 429 and 500 and above, connections that fail or break, timeouts, and
    truncated responses. The backoff is exponential, `base_sec * 2**n` up to `cap_sec`, each delay
    shortened by a random part (jitter); where the service sends `Retry-After`, that is the delay,
    up to `retry_after_cap_sec`, and a random part is added to it. A wait that is shorter than
    `base_sec`, such as 0 or a date that has passed, does not replace the backoff. No attempt starts
    later than `total_sec` after the first: a call that would have to wait longer, or is asked to,
    fails at once with the last error.

    Attributes:
        attempts: how many times a request is sent at most; 1 turns retries off
        total_sec: how long after the first attempt the last may start, in seconds
        base_sec: the longest first delay, in seconds
        cap_sec: the longest delay by backoff, in seconds
        retry_after_cap_sec: the longest delay by `Retry-After`, in seconds
        jitter: the part of a delay that is random, from 0 (none) to 1 (all of it); of what is
            added to a `Retry-After`, this part of the first ten seconds
        random: a source of numbers from 0 to 1
    """

    attempts: int = 8
    total_sec: float = 300.0
    base_sec: float = 0.5
    cap_sec: float = 20.0
    retry_after_cap_sec: float = 60.0
    jitter: float = 0.5
    random: Callable[[], float] = _random

    def __post_init__(self) -> None:
        for name, (low, high) in _BOUNDS.items():
            value = getattr(self, name)
            if not low <= value <= high:
                at_most = f" and at most {high}" if high < inf else ""
                raise ValueError(f"{name} is {value!r}; it must be at least {low}{at_most}")

    def __repr__(self) -> str:
        return f"RetryPolicy({', '.join(f'{name}={getattr(self, name)!r}' for name in _BOUNDS)})"

    def delay_sec(self, failures: int, asked_sec: float | None) -> float:
        """Return the delay before the next attempt, in seconds.

        Args:
            failures: how many attempts have failed so far, at least 1
            asked_sec: the delay that the service asked for, if it did
        """
        if asked_sec is not None and asked_sec >= self.base_sec:
            return self.spread_sec(min(asked_sec, self.retry_after_cap_sec))
        # The exponent is bounded, so that a policy of thousands of attempts cannot overflow.
        max_sec = min(self.cap_sec, self.base_sec * 2.0 ** min(failures - 1, 30))
        return max_sec * (1 - self.jitter * self.random())

    def vary_sec(self, pause_sec: float) -> float:
        """Return a pause between polls with jitter, so that waits spread out."""
        return pause_sec * (1 + 0.4 * self.jitter * (self.random() - 0.5) * 2)

    def spread_sec(self, asked_sec: float) -> float:
        """Return an asked wait with jitter, as many clients are asked for the same."""
        return asked_sec + self.jitter * self.random() * min(asked_sec, MAX_SPREAD_SEC)


class Pacer:
    """Spaces many waits, from any thread: at most so many of them end in a second.

    Args:
        per_sec: how many
    """

    def __init__(self, per_sec: float = 10.0) -> None:
        self._spacing_sec = 1 / per_sec
        self._next_sec = -inf
        self._lock = Lock()

    def delay_sec(self, now_sec: float) -> float:
        """Reserve the next free time, and return in how many seconds it is: usually 0."""
        with self._lock:
            free_sec = max(now_sec, self._next_sec)
            self._next_sec = free_sec + self._spacing_sec
            return free_sec - now_sec


NO_RETRY = RetryPolicy(attempts=1)
"""Every request is sent once."""


def is_retryable_status(status_code: int) -> bool:
    """Return whether a request with a response of this status may be sent again."""
    return status_code in _RETRYABLE_STATUSES or status_code >= 500


def asked_wait_sec(error: ApiError, now: datetime) -> float | None:
    """Read the delay that a response's headers ask for, in seconds from `now`, if they do."""
    wait_sec = _from_number(error.headers, "retry-after-ms", 0.001)
    if wait_sec is None:
        wait_sec = _from_number(error.headers, "retry-after", 1.0)
    if wait_sec is None:
        wait_sec = _from_date(error.headers.get("retry-after", ""), now)
    return None if wait_sec is None else min(wait_sec, _MAX_ASKED_SEC)


def _from_number(headers: Mapping[str, str], name: str, unit_sec: float) -> float | None:
    try:
        wait_sec = float(headers[name]) * unit_sec
    except (KeyError, ValueError):
        return None
    # float() accepts "nan" and "inf", which are no delays.
    return wait_sec if 0 <= wait_sec < inf else None


_MAX_DATE = 40  # characters


def _from_date(text: str, now: datetime) -> float | None:
    # A date of HTTP has a time of day, and dateutil would read "-1" as a day.
    if ":" not in text or len(text) > _MAX_DATE:
        return None
    from dateutil.parser import parse

    from twelvelabs_embed.timestamps import _zone_offset_sec

    try:
        moment = parse(text, tzinfos=_zone_offset_sec)
    except (ValueError, ArithmeticError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())
