"""The rate limiter in simulated minutes: a service that counts, a client at full speed."""

import heapq
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import count, pairwise
from random import Random
from typing import Any

import pytest
from attrs import define, field
from twelvelabs_embed import ConfigurationError
from twelvelabs_embed.batch.media_quota import MediaQuota
from twelvelabs_embed.batch.rate_limiter import Delay, Permit, RateLimiter
from twelvelabs_embed.batch.sliding_window import SlidingWindowLog

MINUTE_SEC = 60.0
Response = tuple[int, dict[str, str], float | None]
"""Status, headers and Retry-After."""


@define
class Service:
    """Counts requests in a sliding minute, a minute of the clock, or a bucket that refills.

    Attributes:
        rpm: the quota
        kind: how it counts
        sends_headers: whether responses have the headers about the remaining quota
        retry_after: whether 429s have Retry-After
        counted: when each accepted request was counted
        rejected: how many it rejected
    """

    rpm: int
    kind: str = "sliding"
    sends_headers: bool = True
    retry_after: bool = True
    counted: list[float] = field(factory=list)
    rejected: int = 0
    _log: deque[float] = field(factory=deque)
    _bucket: float = field(default=1e9)
    _seen_sec: float = 0.0

    def respond(self, now_sec: float, is_ours: bool = True) -> Response:
        left, again_sec = self._left(now_sec)
        is_accepted = left >= 1
        if is_accepted:
            self._log.append(now_sec)
            self._bucket -= 1
            if is_ours:
                self.counted.append(now_sec)
        elif is_ours:
            self.rejected += 1
        headers = {
            "x-ratelimit-dimensions": "Duration,Request",
            "x-ratelimit-duration-limit": "3600",
            "x-ratelimit-duration-remaining": "3600",
            "x-ratelimit-request-limit": str(self.rpm),
            "x-ratelimit-request-remaining": str(int(left) - is_accepted),
        }
        retry_after_sec = again_sec if self.retry_after and not is_accepted else None
        return 200 if is_accepted else 429, headers if self.sends_headers else {}, retry_after_sec

    def _left(self, now_sec: float) -> tuple[float, float]:
        if self.kind == "bucket":
            refilled = (now_sec - self._seen_sec) * self.rpm / MINUTE_SEC
            self._bucket = min(float(self.rpm), self._bucket + refilled)
            self._seen_sec = now_sec
            return self._bucket, MINUTE_SEC / self.rpm
        from_sec = now_sec - MINUTE_SEC
        if self.kind == "fixed":
            from_sec = now_sec - now_sec % MINUTE_SEC - 1e-9
        while self._log and self._log[0] <= from_sec:
            self._log.popleft()
        oldest_sec = self._log[0] if self._log else now_sec
        return self.rpm - len(self._log), oldest_sec + MINUTE_SEC - now_sec


def send_at_full_speed(
    rate_limiter: RateLimiter,
    service: Service,
    *,
    until_sec: float = 300.0,
    concurrency: int = 16,
    latency_sec: Callable[[], float] = lambda: 0.2,
    tokens: int = 0,
) -> Iterator[float]:
    """Send as fast as the rate limiter allows; yields when each request was sent."""
    random = Random(1)
    now_sec = 1000.0
    end_sec = now_sec + until_sec
    ahead: list[tuple[float, int, Callable[[float], None]]] = []
    numbers = count()
    in_flight = 0

    def later(at_sec: float, work: Callable[[float], None]) -> None:
        heapq.heappush(ahead, (at_sec, next(numbers), work))

    def send(permit: Permit, responded_sec: float) -> None:
        def arrive(at_sec: float) -> None:
            response = service.respond(at_sec)
            later(responded_sec, lambda at_sec: finish(at_sec, response))

        def finish(at_sec: float, response: Response) -> None:
            nonlocal in_flight
            in_flight -= 1
            status, headers, retry_after_sec = response
            rate_limiter.release(permit, at_sec, status, headers, retry_after_sec)

        later(now_sec + (responded_sec - now_sec) * random.random(), arrive)

    while now_sec < end_sec:
        while ahead and ahead[0][0] <= now_sec:
            at_sec, _, work = heapq.heappop(ahead)
            work(at_sec)
        decision = rate_limiter.acquire(now_sec, tokens) if in_flight < concurrency else None
        if isinstance(decision, Permit):
            in_flight += 1
            send(decision, now_sec + latency_sec())
            yield now_sec
            continue
        times_sec = [ahead[0][0]] if ahead else []
        if decision is not None:
            times_sec.append(now_sec + min(max(decision.sec, 0.001), 1.0))
        now_sec = min(times_sec)


def max_in_a_minute(times_sec: list[float]) -> int:
    times_sec = sorted(times_sec)
    first, maximum = 0, 0
    for last, time_sec in enumerate(times_sec):
        while times_sec[first] <= time_sec - MINUTE_SEC:
            first += 1
        maximum = max(maximum, last - first + 1)
    return maximum


UNLIMITED = 10**9


@pytest.mark.parametrize("rpm", [1, 7, 100, 3000])
@pytest.mark.parametrize("longest_sec", [0.0, 0.5, 4.9])
def test_no_minute_has_more_requests_than_the_quota(rpm: int, longest_sec: float) -> None:
    random = Random(rpm)
    service = Service(UNLIMITED, sends_headers=False)
    list(
        send_at_full_speed(
            RateLimiter(rpm),
            service,
            concurrency=500,
            latency_sec=lambda: longest_sec * random.random(),
        )
    )
    assert max_in_a_minute(service.counted) <= rpm
    # And nearly all of it is used: a request counts a little longer than it must.
    minutes = 300 / (MINUTE_SEC + longest_sec + 0.2)
    assert len(service.counted) >= rpm * int(minutes)


def test_a_slow_request_counts_from_five_seconds_after_it_was_sent() -> None:
    sent = list(
        send_at_full_speed(
            RateLimiter(1),
            Service(UNLIMITED, sends_headers=False),
            latency_sec=lambda: 40.0,
            until_sec=200,
        )
    )
    gaps_sec = [after - before for before, after in pairwise(sent)]
    assert gaps_sec == pytest.approx([65.0] * 3, abs=0.2)


def test_no_minute_has_more_tokens_than_the_quota() -> None:
    service = Service(UNLIMITED, sends_headers=False)
    sent = list(send_at_full_speed(RateLimiter(tpm=1000), service, tokens=70))
    assert max_in_a_minute(service.counted) == 14
    assert len(sent) >= 14 * 4


def test_a_text_with_more_tokens_than_the_quota_is_sent_alone() -> None:
    rate_limiter = RateLimiter(tpm=100)
    first = rate_limiter.acquire(0.0, 5000)
    assert isinstance(first, Permit)
    assert isinstance(rate_limiter.acquire(0.0, 1), Delay)
    rate_limiter.release(first, 1.0, 200, {})
    for tokens in (1, 6000):
        assert rate_limiter.acquire(11.0, tokens) == Delay(pytest.approx(50.0, abs=0.2), "tpm")
    assert isinstance(rate_limiter.acquire(60.9, 1), Delay)
    assert isinstance(rate_limiter.acquire(61.1, 1), Permit)


def test_a_cancelled_permit_does_not_count() -> None:
    rate_limiter = RateLimiter(1, tpm=10)
    for _ in range(3):
        permit = rate_limiter.acquire(5.0, 10)
        assert isinstance(permit, Permit)
        rate_limiter.cancel(permit)
    assert rate_limiter.in_flight == 0


def test_retry_after_delays_all_requests() -> None:
    rate_limiter = RateLimiter()
    first, second = rate_limiter.acquire(0.0), rate_limiter.acquire(0.0)
    assert isinstance(first, Permit)
    assert isinstance(second, Permit)
    rate_limiter.release(first, 1.0, 503, {}, retry_after_sec=20.0)
    rate_limiter.release(
        second, 1.1, 503, {}, retry_after_sec=5.0
    )  # sooner, but the other still applies
    assert rate_limiter.acquire(2.0) == Delay(19.0, "Retry-After")
    assert rate_limiter.throttled_by == "Retry-After"
    assert isinstance(rate_limiter.acquire(21.0), Permit)
    assert rate_limiter.waited_sec == 19.0
    assert rate_limiter.throttled_by == ""


def test_a_pause_is_as_long_as_the_service_asks_for() -> None:
    rate_limiter = RateLimiter()
    permit = rate_limiter.acquire(0.0)
    assert isinstance(permit, Permit)
    rate_limiter.release(permit, 1.0, 429, {}, retry_after_sec=86400)
    assert rate_limiter.acquire(1.0) == Delay(86400.0, "Retry-After")


@pytest.mark.parametrize("kind", ["sliding", "fixed", "bucket"])
@pytest.mark.parametrize("rpm", [30, 600])
def test_remaining_quota_headers_prevent_rejections(kind: str, rpm: int) -> None:
    service = Service(rpm, kind=kind)
    list(send_at_full_speed(RateLimiter(), service, until_sec=600))
    assert service.rejected == 0
    assert len(service.counted) >= rpm * 10 * 0.75


def test_it_slows_down_for_other_clients_and_speeds_up_when_they_stop() -> None:
    service = Service(600)
    sent_sec: list[float] = []
    minutes_sec = [1000.0 + 60 * minute for minute in range(5)]
    for now_sec in send_at_full_speed(RateLimiter(), service, until_sec=600):
        sent_sec.append(now_sec)
        while minutes_sec and minutes_sec[0] <= now_sec:  # other clients take most of these minutes
            at_sec = minutes_sec.pop(0)
            for _ in range(480):
                service.respond(at_sec, is_ours=False)
    during = sum(sec < 1300 for sec in sent_sec)
    after = sum(1420 <= sec < 1600 for sec in sent_sec)
    assert 5 * 120 * 0.85 <= during <= 5 * 120 * 1.01
    assert after >= 3 * 600 * 0.85
    assert service.rejected <= 0.01 * len(sent_sec)


def test_requests_are_paced_in_the_last_tenth_of_the_quota() -> None:
    sent_sec = list(send_at_full_speed(RateLimiter(), Service(100), until_sec=50, concurrency=1))
    gaps_sec = [after - before for before, after in pairwise(sent_sec)]
    assert max(gaps_sec[:88]) < 0.3
    assert gaps_sec[-1] > gaps_sec[-4] > gaps_sec[92] > 0.6


@pytest.mark.parametrize(("retry_after", "rejected"), [(True, 0.05), (False, 0.3)])
def test_rejections_alone_find_the_rate(retry_after: bool, rejected: float) -> None:
    service = Service(120, sends_headers=False, retry_after=retry_after)
    sent = list(send_at_full_speed(RateLimiter(), service, until_sec=600, concurrency=4))
    assert len(service.counted) >= 120 * 10 * 0.9
    assert service.rejected <= rejected * len(sent)


def test_single_rejections_do_not_reduce_the_rate() -> None:
    rate_limiter, random = RateLimiter(), Random(1)
    for number in range(10_000):
        permit = rate_limiter.acquire(number / 1000)
        assert isinstance(permit, Permit)
        rate_limiter.release(permit, number / 1000, 429 if random.random() < 0.05 else 200, {})
    assert rate_limiter.waited_sec == 0


def test_its_size_does_not_grow_with_the_requests() -> None:
    rate_limiter = RateLimiter()
    for number in range(50_000):
        permit = rate_limiter.acquire(number / 500)
        assert isinstance(permit, Permit)
        rate_limiter.release(permit, number / 500 + 0.01, 200, {})
    assert len(rate_limiter._log._buckets) <= 602
    assert rate_limiter._log.requests == pytest.approx(30_000, abs=100)


@pytest.mark.parametrize("quota", [{"rpm": 0}, {"tpm": -1}, {"rpm": float("nan")}])
def test_an_invalid_quota_is_rejected(quota: dict[str, float]) -> None:
    with pytest.raises(ConfigurationError, match=r"[rt]pm is .*, but at least 1"):
        RateLimiter(**quota)


def test_each_change_is_made_by_one_thread_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    changes: list[tuple[type, str]] = [
        (RateLimiter, "_end"),
        (RateLimiter, "_longest_delay"),
        (SlidingWindowLog, "add"),
        (MediaQuota, "acquire"),
        (MediaQuota, "release"),
    ]
    is_locked = list[tuple[str, bool]]()

    def record(change: Callable[..., Any], name: str) -> Callable[..., Any]:
        def recorded(*args: Any, **kwargs: Any) -> Any:
            is_locked.append((name, limiter._lock.locked()))
            return change(*args, **kwargs)

        return recorded

    for owner, name in changes:
        monkeypatch.setattr(owner, name, record(getattr(owner, name), name))
    limiter = RateLimiter(2, minutes_per_hour=1)
    permit, other = limiter.acquire(0.0), limiter.acquire(0.0)
    assert isinstance(permit, Permit)
    assert isinstance(other, Permit)
    limiter.cancel(permit)
    limiter.release(other, 0.0, 200, {})
    limiter.acquire_media(0.0, 1.0)
    limiter.release_media(0.0, 0.0, 1.0, 200)
    names = ["_longest_delay", "_longest_delay", "_end", "_end", "add", "acquire", "release"]
    assert is_locked == [(name, True) for name in names]


def test_two_threads_do_not_get_the_same_permit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each decides while the other could, unless one has to wait for the other."""
    rate_limiter = RateLimiter(1)
    both_decide, longest_delay = threading.Barrier(2), RateLimiter._longest_delay

    def slowly(self: RateLimiter, now_sec: float, tokens: int) -> Delay | None:
        decision = longest_delay(self, now_sec, tokens)
        with suppress(threading.BrokenBarrierError):
            both_decide.wait(0.3)
        return decision

    monkeypatch.setattr(RateLimiter, "_longest_delay", slowly)
    with ThreadPoolExecutor(2) as threads:
        decisions = list(threads.map(rate_limiter.acquire, [0.0, 0.0]))
    assert sorted(type(one).__name__ for one in decisions) == ["Delay", "Permit"]
