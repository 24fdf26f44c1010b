"""Sliding window log of the requests and tokens that still count towards a quota."""

from __future__ import annotations

import math

from attrs import Factory, define, field

_BUCKETS = 600  # of a window: an entry expires a tenth of a second late at most


@define
class _Bucket:
    requests: int = 0
    tokens: int = 0


@define
class SlidingWindowLog:
    """Finished requests that still count, grouped into buckets by when they expire.

    Its size does not grow with the number of requests. A bucket expires with its last entry, so
    that nothing expires too early.
    """

    window_sec: float
    requests: int = 0
    tokens: int = 0
    _buckets: dict[int, _Bucket] = field(factory=dict[int, _Bucket])
    _first_expiry_sec: float = math.inf
    _bucket_sec: float = field(
        init=False, default=Factory(lambda self: self.window_sec / _BUCKETS, takes_self=True)
    )

    def add(self, expires_sec: float, tokens: int) -> None:
        """Count a request until it expires."""
        number = math.ceil(expires_sec / self._bucket_sec)
        bucket = self._buckets.get(number)
        if bucket is None:
            bucket = self._buckets[number] = _Bucket()
            self._first_expiry_sec = min(self._first_expiry_sec, number * self._bucket_sec)
        bucket.requests += 1
        bucket.tokens += tokens
        self.requests += 1
        self.tokens += tokens

    def expire(self, now_sec: float) -> None:
        """Drop what has expired by now."""
        if now_sec < self._first_expiry_sec:
            return
        for number in [n for n in self._buckets if n * self._bucket_sec <= now_sec]:
            bucket = self._buckets.pop(number)
            self.requests -= bucket.requests
            self.tokens -= bucket.tokens
        self._first_expiry_sec = min(self._buckets, default=math.inf) * self._bucket_sec

    def free_sec(self, now_sec: float, requests: float, tokens: float) -> float:
        """Return in how many seconds so many requests and tokens will have expired."""
        for number in sorted(self._buckets):
            requests -= self._buckets[number].requests
            tokens -= self._buckets[number].tokens
            if requests <= 0 and tokens <= 0:
                return number * self._bucket_sec - now_sec
        return self.window_sec  # some are in flight; they count at least that long
