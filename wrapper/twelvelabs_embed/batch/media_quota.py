"""Quota of minutes of audio and video in any hour. It only decides: time is passed in.

What is embedded counts for an hour after its response, because the service may have counted it at
any time before; of a slow one, the transit time is assumed for its way there. What the service
rejects does not count. That the length of what is embedded counts, and not of the whole file, is
assumed.
"""

from __future__ import annotations

from collections import deque

from attrs import define, field

__all__ = ["MediaQuota"]

WINDOW_SEC = 3600.0


@define
class MediaQuota:
    """Seconds of media in any window.

    Attributes:
        limit_sec: how many seconds of media count in a window at most; a longer one is sent alone
        transit_sec: the longest time that a request is assumed to be on its way
        waited_sec: how long requests were throttled, in seconds
        is_throttling: whether one waits now
    """

    limit_sec: float
    transit_sec: float
    waited_sec: float = field(default=0.0, init=False)
    is_throttling: bool = field(default=False, init=False)
    _in_flight_sec: float = field(default=0.0, init=False)
    _in_flight: int = field(default=0, init=False)
    _counting_sec: float = field(default=0.0, init=False)
    _expiries: deque[tuple[float, float]] = field(factory=deque[tuple[float, float]], init=False)
    _since_sec: float | None = field(default=None, init=False)

    def acquire(self, now_sec: float, media_sec: float) -> float:
        """Ask to send so much media. Returns 0 if it may be sent, else when to ask again."""
        while self._expiries and self._expiries[0][0] <= now_sec:
            self._counting_sec -= self._expiries.popleft()[1]
        delay_sec = self._delay_sec(now_sec, media_sec)
        if self._since_sec is not None:
            self.waited_sec += now_sec - self._since_sec
        self._since_sec = now_sec if delay_sec else None
        self.is_throttling = delay_sec > 0
        if not delay_sec:
            self._in_flight_sec += media_sec
            self._in_flight += 1
        return delay_sec

    def release(self, sent_sec: float, now_sec: float, media_sec: float, *, counts: bool) -> None:
        """End a request.

        Args:
            sent_sec: when it was sent
            now_sec: the time now
            media_sec: what was acquired
            counts: whether the service may have counted it
        """
        self._in_flight_sec -= media_sec
        self._in_flight -= 1
        if counts:
            expires_sec = min(now_sec, sent_sec + self.transit_sec) + WINDOW_SEC
            if self._expiries and expires_sec < self._expiries[-1][0]:
                expires_sec = self._expiries[-1][0]
            self._expiries.append((expires_sec, media_sec))
            self._counting_sec += media_sec

    def _delay_sec(self, now_sec: float, media_sec: float) -> float:
        if not self._in_flight and not self._expiries:
            return 0.0
        used_sec = self._in_flight_sec + self._counting_sec
        over_sec = min(used_sec + media_sec - self.limit_sec, used_sec)
        if over_sec <= 1e-6:
            return 0.0
        for expires_sec, counted_sec in self._expiries:
            over_sec -= counted_sec
            if over_sec <= 1e-6:
                return expires_sec - now_sec
        return WINDOW_SEC  # what is in flight counts at least that long
