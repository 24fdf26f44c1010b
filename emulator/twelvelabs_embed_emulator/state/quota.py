"""Rate limits: the quota of requests, tokens and minutes of media in a span of time.

Each is a sliding window log by the emulator's clock: whatever was accepted in the last minute (of
media: hour) counts. How many tokens and minutes a request takes is known only when it was embedded:
it is accepted when something is left, and counts then.
"""

import math
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Lock

from twelvelabs_embed_emulator.contract.errors import ApiError
from twelvelabs_embed_emulator.contract.limits import TOKENS_PER_SEC
from twelvelabs_embed_emulator.state.clock import HOUR_MS

MINUTE_MS = 60 * 1000


@dataclass
class _Window:
    """One limit, and what counts towards it."""

    dimension: str  # its name in the headers
    limit: float
    span_ms: int
    log: deque[tuple[int, float]] = field(default_factory=deque)

    def used(self, now_ms: int) -> float:
        """Return how much was accepted within the span."""
        while self.log and self.log[0][0] <= now_ms - self.span_ms:
            self.log.popleft()
        return sum(amount for _, amount in self.log)

    def delay_ms(self, now_ms: int) -> int:
        """Return after what time something is left."""
        excess = self.used(now_ms) - self.limit
        for time_ms, amount in self.log:
            if excess < 0:
                return 0
            excess -= amount
            if excess < 0:
                return time_ms + self.span_ms - now_ms
        return 0


class Quota:
    """The quota of all embedding requests, whatever their key. It is thread-safe.

    Args:
        now_ms: the emulator's clock.
        rpm: requests in a minute; None is any number, as of the others.
        tpm: tokens in a minute.
        minutes_per_hour: minutes of audio and video in an hour.
    """

    def __init__(
        self,
        now_ms: Callable[[], int],
        *,
        rpm: float | None = None,
        tpm: float | None = None,
        minutes_per_hour: float | None = None,
    ) -> None:
        limits = {
            "rpm": ("Request", rpm, MINUTE_MS),
            "tpm": ("Token", tpm, MINUTE_MS),
            "minutes_per_hour": ("Duration", minutes_per_hour, HOUR_MS),
        }
        self._windows = {
            name: _Window(dimension, limit, span_ms)
            for name, (dimension, limit, span_ms) in limits.items()
            if limit is not None
        }
        self._now_ms = now_ms
        self._lock = Lock()

    def acquire(self) -> None:
        """Count a request.

        Raises:
            ApiError: 429, when a quota is used up; then nothing counts.
        """
        with self._lock:
            now_ms = self._now_ms()
            delays = {name: one.delay_ms(now_ms) for name, one in self._windows.items()}
            name = max(delays, key=lambda name: delays[name], default="")
            if name and delays[name] > 0:
                window = self._windows[name]
                delay_sec = math.ceil(delays[name] / 1000)
                reason = f"the limit of {window.limit:g} is reached; retry after {delay_sec} s"
                raise ApiError(
                    429,
                    "too_many_requests",
                    f"{name}: {reason}",
                    headers={"retry-after": str(delay_sec)},
                )
            self._count("rpm", now_ms, 1)

    def charge(self, tokens: Mapping[str, int]) -> None:
        """Count what a request was found to take; `tokens` are those of each kind of content."""
        seconds = sum(tokens.get(kind, 0) / per_sec for kind, per_sec in TOKENS_PER_SEC.items())
        with self._lock:
            now_ms = self._now_ms()
            self._count("tpm", now_ms, sum(tokens.values()))
            self._count("minutes_per_hour", now_ms, seconds / 60)

    def headers(self) -> dict[str, str]:
        """Return the headers of a response; none when there is no quota."""
        with self._lock:
            now_ms, windows = self._now_ms(), self._windows.values()
            headers = {"x-ratelimit-dimensions": ",".join(sorted(one.dimension for one in windows))}
            for one in windows:
                name = f"x-ratelimit-{one.dimension.lower()}"
                left = max(0, math.floor(one.limit - one.used(now_ms)))
                headers |= {f"{name}-limit": f"{one.limit:g}", f"{name}-remaining": str(left)}
        return headers if windows else {}

    def reset(self) -> None:
        """Forget what was counted."""
        with self._lock:
            for window in self._windows.values():
                window.log.clear()

    def _count(self, name: str, now_ms: int, amount: float) -> None:
        if amount and name in self._windows:
            self._windows[name].log.append((now_ms, amount))
