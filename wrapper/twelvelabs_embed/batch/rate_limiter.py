"""Rate limiter for the service's quotas. It only decides: time is passed in, and callers sleep.

One limiter serves a whole run, and every attempt goes through it, retries too:

    decision = rate_limiter.acquire(now_sec)  # a Permit, or a Delay after which to ask again
    ...                                       # send the request
    rate_limiter.release(permit, now_sec, response.status_code, response.headers)

`acquire_media` and `release_media` do the same for minutes of audio and video in any hour, which
are known once the media was inspected.

Four well-known rules, of which the strictest one holds:

- **Sliding window log.** `rpm` and `tpm` hold in every window of a minute, wherever it begins. A
  request counts until a minute after its response arrived, because the service may have counted it
  at any time before; of a slow one, five seconds are assumed for its way there.
- **Retry-After.** What the service asks of one request, all obey.
- **Pacing by the remaining quota.** The headers `x-ratelimit-<dimension>-limit` and `-remaining`
  say how much of a quota is left, whichever client used the rest. In its last tenth requests are
  throttled the more the less is left, and stop when nothing is; they speed up with the quota.
- **AIMD** (additive increase, multiplicative decrease), as in TCP, for 429s without Retry-After.
  Several in a row halve the rate of the requests, and half a minute later it is what it was. One
  alone says nothing of the rate: at a full quota all are rejected.

Source of the facts: 429 carries `Retry-After` in seconds (documented); the headers come with every
response, `x-ratelimit-dimensions: Duration,Request` (seen in real responses). That they speak of a
minute is assumed; when they mean a day, requests only get slower at its end.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from threading import Lock

from attrs import define, frozen

from twelvelabs_embed.batch.media_quota import MediaQuota
from twelvelabs_embed.batch.observed_quota import ReducedRate, RemainingQuota
from twelvelabs_embed.batch.sliding_window import SlidingWindowLog
from twelvelabs_embed.errors import ConfigurationError

__all__ = ["RateLimiter", "Permit", "Delay"]

RETRY_AFTER = "Retry-After"
"""The reason of a delay that the service asks for."""
_WINDOW_SEC = 60.0
# The longest time that a request is assumed to be on its way before the service counts it.
_MAX_TRANSIT_SEC = 5.0
# The part of a quota in which requests are paced.
_PACED_PART = 0.1
# Fewer 429s in a row may be an accident.
_MIN_REJECTIONS = 5
# AIMD does not slow requests down below this rate.
_MIN_REQUESTS_PER_SEC = 1.0


@define(eq=False)
class Permit:
    """Permission to send one request. It counts until it is cancelled, or a minute after release.

    Attributes:
        sent_sec: when the request was sent; until then, when the permit was acquired
        tokens: how many tokens it counts for
        number: of the permit, from 1
        done_before: how many requests were done when it was acquired
    """

    sent_sec: float
    tokens: int
    number: int
    done_before: int


@frozen
class Delay:
    """No permit yet: ask again, at the latest after this time.

    Attributes:
        sec: how many seconds, more than 0
        reason: the rule that throttles: `rpm`, `tpm`, `Retry-After`, `remaining` or `rejections`
    """

    sec: float
    reason: str


class RateLimiter:
    """Keeps requests within a quota. Several runs and threads may share one.

    Args:
        rpm: requests a minute; None for what the service's headers say
        tpm: tokens of text a minute, counted by `max_tokens`; None for any number. A text with more
            tokens than that is sent alone
        window_sec: how long the quota's minute is, for tests
        minutes_per_hour: minutes of audio and video in any hour, of media whose length is known;
            None for any number. A longer one is sent alone

    Attributes:
        in_flight: how many permits are acquired and not released

    Raises:
        ConfigurationError: a quota of less than one request or token, or of no minutes
    """

    def __init__(
        self,
        rpm: float | None = None,
        tpm: float | None = None,
        *,
        minutes_per_hour: float | None = None,
        window_sec: float = _WINDOW_SEC,
    ) -> None:
        _check_quota("rpm", rpm, "request")
        _check_quota("tpm", tpm, "token")
        if minutes_per_hour is not None and not minutes_per_hour > 0:
            text = f"minutes_per_hour is {minutes_per_hour:g}, but it is more than 0"
            raise ConfigurationError(text)
        self._rpm = rpm
        self._tpm = tpm
        self._media = (
            None
            if minutes_per_hour is None
            else MediaQuota(minutes_per_hour * 60, _MAX_TRANSIT_SEC)
        )
        self._has_quota = (rpm, tpm) != (None, None)
        self._window_sec = window_sec
        self._lock = Lock()
        self._log = SlidingWindowLog(window_sec)
        self._last_number = 0
        self._done = 0
        self._first_sec = math.inf
        self._last_sec = -math.inf
        self._in_flight_tokens = 0
        self._paused_until_sec = -math.inf
        self._remaining: dict[str, RemainingQuota] = {}
        self._reduced: ReducedRate | None = None
        self._rejections_in_a_row = 0
        self._throttled_since_sec: float | None = None
        self._waited_sec = 0.0
        self._throttled_by = ""
        self.in_flight = 0

    @property
    def waited_sec(self) -> float:
        """How long requests have been throttled in total, in seconds."""
        return self._waited_sec + (self._media.waited_sec if self._media else 0.0)

    @property
    def throttled_by(self) -> str:
        """The rule that throttles now; empty when none does."""
        is_media = self._media is not None and self._media.is_throttling
        return self._throttled_by or ("minutes_per_hour" if is_media else "")

    @property
    def counts_media(self) -> bool:
        """Whether minutes of audio and video have a quota."""
        return self._media is not None

    def acquire_media(self, now_sec: float, media_sec: float) -> Delay | None:
        """Ask to send media of a length; None if it may be sent. `release_media` must follow."""
        with self._lock:
            delay_sec = self._media.acquire(now_sec, media_sec) if self._media else 0.0
            return Delay(delay_sec, "minutes_per_hour") if delay_sec else None

    def release_media(
        self, sent_sec: float, now_sec: float, media_sec: float, status_code: int | None
    ) -> None:
        """End a request with media of a length.

        Args:
            sent_sec: when it was sent
            now_sec: the time now
            media_sec: the length
            status_code: of the response, None when there was none; 0 when nothing was sent
        """
        with self._lock:
            if self._media is not None:
                counts = status_code is None or 0 < status_code < 400
                self._media.release(sent_sec, now_sec, media_sec, counts=counts)

    @property
    def counts_tokens(self) -> bool:
        """Whether tokens have a quota."""
        return self._tpm is not None

    def acquire(self, now_sec: float, tokens: int = 0) -> Permit | Delay:
        """Ask for a permit to send a request now. `release` or `cancel` must follow."""
        with self._lock:
            delay = None
            # Usually nothing can delay it, and the rest takes longer.
            if (
                self._has_quota
                or self._reduced is not None
                or self._remaining
                or now_sec < self._paused_until_sec
            ):
                delay = self._longest_delay(now_sec, tokens)
            if delay is not None or self._throttled_since_sec is not None:
                self._record_delay(now_sec, delay)
            if delay is not None:
                return delay
            self._last_number += 1
            if now_sec < self._first_sec:
                self._first_sec = now_sec
            self._last_sec = now_sec
            self.in_flight += 1
            self._in_flight_tokens += tokens
            return Permit(now_sec, tokens, self._last_number, self._done)

    def cancel(self, permit: Permit) -> None:
        """Return a permit with which nothing was sent."""
        with self._lock:
            self._end(permit)

    def release(
        self,
        permit: Permit,
        now_sec: float,
        status_code: int | None,
        headers: Mapping[str, str],
        retry_after_sec: float | None = None,
    ) -> None:
        """End a request, and learn from its response.

        Args:
            permit: the request's
            now_sec: the time now
            status_code: of the response; None when there was none
            headers: of the response, names in lower case or of any case
            retry_after_sec: how long the service asks to wait
        """
        with self._lock:
            self._log.expire(now_sec)
            if (dimensions := headers.get("x-ratelimit-dimensions")) is not None:
                self._read_headers(dimensions, permit, now_sec, headers)
            self._end(permit)
            self._done += 1
            arrived_sec = min(now_sec, permit.sent_sec + _MAX_TRANSIT_SEC)
            self._log.add(arrived_sec + self._window_sec, permit.tokens)
            if retry_after_sec:  # 0 asks for no wait, which is no reason to send more
                self._paused_until_sec = max(self._paused_until_sec, now_sec + retry_after_sec)
            elif status_code == 429:
                self._count_rejection(permit, now_sec)
            if status_code is not None and status_code != 429:
                self._rejections_in_a_row = 0

    # --- delays -----------------------------------------------------------------------------------

    def _longest_delay(self, now_sec: float, tokens: int) -> Delay | None:
        self._log.expire(now_sec)
        return max(self._delays(now_sec, tokens), key=lambda delay: delay.sec, default=None)

    def _delays(self, now_sec: float, tokens: int) -> Iterator[Delay]:
        if now_sec < self._paused_until_sec:
            yield Delay(self._paused_until_sec - now_sec, RETRY_AFTER)
        if self._rpm is not None and (over := self._requests + 1 - self._rpm) > 0:
            yield Delay(self._log.free_sec(now_sec, over, 0), "rpm")
        if self._tpm is not None:
            used = self._in_flight_tokens + self._log.tokens
            if used and (over := used + tokens - self._tpm) > 0:
                yield Delay(self._log.free_sec(now_sec, 0, min(over, used)), "tpm")
        if self._reduced is not None:
            next_sec = self._last_sec + 1 / self._reduced.rate(now_sec)
            yield from _delay_until(next_sec, now_sec, "rejections")
        for name, quota in self._remaining.items():
            yield from _delay_until(self._next_sec(name, quota, now_sec), now_sec, "remaining")

    def _next_sec(self, name: str, quota: RemainingQuota, now_sec: float) -> float:
        """Return when the next request may be sent, by one dimension alone."""
        is_counted = name == "request"
        # Of requests it is known what was sent since, and what no longer counts.
        left = quota.our_part - self._requests if is_counted else quota.left
        part = left / quota.limit / _PACED_PART
        outdated_sec = quota.seen_sec + self._window_sec
        if part >= 1 or now_sec >= outdated_sec:
            return -math.inf
        if left >= 1 or (left > 0 and not is_counted):
            next_sec = self._last_sec + 1 / (quota.full_rate * part)
        elif is_counted:
            next_sec = now_sec + self._log.free_sec(now_sec, 1 - left, 0)
        else:
            next_sec = outdated_sec
        return min(next_sec, outdated_sec)

    @property
    def _requests(self) -> int:
        """How many requests count now."""
        return self.in_flight + self._log.requests

    # --- responses --------------------------------------------------------------------------------

    def _read_headers(
        self, dimensions: str, permit: Permit, now_sec: float, headers: Mapping[str, str]
    ) -> None:
        for name in (word.strip().lower() for word in dimensions.split(",")):
            limit = _number(headers.get(f"x-ratelimit-{name}-limit"))
            left = _number(headers.get(f"x-ratelimit-{name}-remaining"))
            if not limit or left is None:
                continue
            before = self._remaining.get(name)
            if before is not None and now_sec >= before.seen_sec + self._window_sec:
                before = None
            full_rate = (limit if name == "request" else self._requests) / self._window_sec
            if before is not None and left < limit * _PACED_PART:
                full_rate = before.full_rate
            our_part = self._our_part(permit, limit, left, before)
            self._remaining[name] = RemainingQuota(limit, left, now_sec, our_part, full_rate)

    def _our_part(
        self, permit: Permit, limit: float, left: float, before: RemainingQuota | None
    ) -> float:
        """Return how many of our requests may count: those that do, and those that are left.

        When the service wrote its response it had counted those that were done when the request was
        sent, and perhaps those that were in flight at the same time.
        """
        done_still_counting = self._log.requests - (self._done - permit.done_before)
        minimum = left + max(0, done_still_counting) + 1
        maximum = left + self._requests
        part = before.our_part if before else 0
        return min(max(min(part, maximum), minimum), limit)

    def _count_rejection(self, permit: Permit, now_sec: float) -> None:
        if self._reduced is not None and permit.number <= self._reduced.last_number:
            return  # it was in flight when the rate was reduced
        self._rejections_in_a_row += 1
        if self._rejections_in_a_row >= _MIN_REJECTIONS:
            self._reduce_rate(now_sec)

    def _reduce_rate(self, now_sec: float) -> None:
        before = self._reduced
        over_sec = min(now_sec - self._first_sec, self._window_sec)
        rate = self._requests / max(over_sec, 1.0)
        growth_per_sec = rate / self._window_sec
        if before is not None and now_sec < before.since_sec + self._window_sec:
            # Rejected again: that slows requests down, but says nothing new about the quota.
            rate, growth_per_sec = min(rate, before.rate(now_sec)), before.growth_per_sec
        self._reduced = ReducedRate(
            last_number=self._last_number,
            since_sec=now_sec,
            requests_per_sec=max(rate / 2, _MIN_REQUESTS_PER_SEC),
            growth_per_sec=growth_per_sec,
        )

    # --- counters ---------------------------------------------------------------------------------

    def _end(self, permit: Permit) -> None:
        self.in_flight -= 1
        self._in_flight_tokens -= permit.tokens

    def _record_delay(self, now_sec: float, delay: Delay | None) -> None:
        self._throttled_by = delay.reason if delay else ""
        if self._throttled_since_sec is not None:
            self._waited_sec += now_sec - self._throttled_since_sec
        self._throttled_since_sec = now_sec if delay else None


def _delay_until(next_sec: float, now_sec: float, reason: str) -> Iterator[Delay]:
    if next_sec > now_sec:
        yield Delay(next_sec - now_sec, reason)


def _check_quota(name: str, value: float | None, what: str) -> None:
    if value is not None and not value >= 1:
        raise ConfigurationError(f"{name} is {value:g}, but at least 1 {what} a minute is needed")


def _number(text: str | None) -> float | None:
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if 0 <= value < math.inf else None
