"""What responses say of a quota: rejections in a row, and headers about what remains."""

import pytest
from twelvelabs_embed.batch.rate_limiter import Delay, Permit, RateLimiter


def remaining(count: int, name: str = "Request") -> dict[str, str]:
    return {
        "x-ratelimit-dimensions": name,
        f"x-ratelimit-{name.lower()}-limit": "100",
        f"x-ratelimit-{name.lower()}-remaining": str(count),
    }


@pytest.mark.parametrize("rejected_sec", [10.005, 11.0])
def test_one_burst_of_rejections_halves_the_rate_once(rejected_sec: float) -> None:
    rate_limiter = RateLimiter()
    permits = [rate_limiter.acquire(10.0) for _ in range(20)]
    for permit in permits:
        assert isinstance(permit, Permit)
        rate_limiter.release(permit, rejected_sec, 429, {})
    # 20 in the second since the first, of which less has passed, and then 10.
    assert rate_limiter.acquire(10.01) == Delay(pytest.approx(0.09, abs=1e-4), "rejections")
    assert isinstance(rate_limiter.acquire(10.11), Permit)


@pytest.mark.parametrize(
    ("between", "more", "is_reduced"),
    [(None, 1, True), (429, 1, True), (200, 4, False), (200, 5, True)],
)
def test_rejections_are_in_a_row_until_a_response_is_none(
    between: int | None, more: int, is_reduced: bool
) -> None:
    rate_limiter = RateLimiter()
    for status in (429, 429, 429, 429, between, *[429] * more):
        if isinstance(permit := rate_limiter.acquire(10.0), Permit):
            rate_limiter.release(permit, 10.0, status, {})
    assert isinstance(rate_limiter.acquire(10.0), Delay) == is_reduced


def test_another_rejection_halves_the_rate_again_and_it_grows_as_before() -> None:
    rate_limiter = RateLimiter()

    def reject(at_sec: float, permits: list[Permit]) -> None:
        for permit in permits:
            rate_limiter.release(permit, at_sec, 429, {})

    def take(count: int, now_sec: float) -> list[Permit]:
        permits = list[Permit]()
        while len(permits) < count:
            decision = rate_limiter.acquire(now_sec)
            if isinstance(decision, Permit):
                permits.append(decision)
            else:
                now_sec += decision.sec
        return permits

    def pause_sec(now_sec: float) -> float:
        """How long the rate lets requests wait for each other."""
        take(1, now_sec)
        delay = rate_limiter.acquire(now_sec)
        assert isinstance(delay, Delay)
        assert delay.reason == "rejections"
        return delay.sec

    reject(11.0, take(20, 10.0))
    reject(12.0, take(3, 11.0))  # the first of them; the others were in flight then
    growth = 20 / 60
    rate = (10 + growth) / 2
    assert pause_sec(12.0) == pytest.approx(1 / rate)
    assert pause_sec(42.0) == pytest.approx(1 / (rate + 30 * growth))


@pytest.mark.parametrize(
    ("name", "count", "delay_sec"),
    [
        ("Request", 0, 60.0),  # nothing is left until what was said is outdated
        ("Request", 4, 0.5),  # of the last tenth of 100 a minute, 40 %: 1.5 s after the last one
        ("Request", 10, 0.0),
        ("Duration", 0, 60.0),
    ],
)
def test_the_remaining_quota_delays(name: str, count: int, delay_sec: float) -> None:
    rate_limiter = RateLimiter()
    permit = rate_limiter.acquire(0.0)
    assert isinstance(permit, Permit)
    rate_limiter.release(permit, 1.0, 200, remaining(count, name))
    if delay_sec:
        assert rate_limiter.acquire(1.0) == Delay(pytest.approx(delay_sec), "remaining")
    assert isinstance(rate_limiter.acquire(1.0 + delay_sec), Permit)


def test_what_ended_while_a_request_was_in_flight_is_no_remaining_quota() -> None:
    rate_limiter = RateLimiter()
    first, second = rate_limiter.acquire(0.0), rate_limiter.acquire(0.0)
    assert isinstance(first, Permit)
    assert isinstance(second, Permit)
    rate_limiter.release(second, 0.5, 200, {})
    rate_limiter.release(first, 1.0, 200, remaining(0))
    assert rate_limiter.acquire(1.0) == Delay(pytest.approx(60.0), "remaining")


def test_a_remaining_quota_that_is_outdated_says_nothing_of_the_rate() -> None:
    rate_limiter = RateLimiter()
    first = rate_limiter.acquire(0.0)
    assert isinstance(first, Permit)
    rate_limiter.release(first, 1.0, 200, remaining(50, "Duration"))
    *permits, last = [rate_limiter.acquire(70.0) for _ in range(30)]
    for permit in permits:
        assert isinstance(permit, Permit)
        rate_limiter.release(permit, 70.5, 200, {})
    assert isinstance(last, Permit)
    rate_limiter.release(last, 71.0, 200, remaining(5, "Duration"))
    # 30 a minute, halved since half of the last tenth is left: 4 s after the last one.
    assert rate_limiter.acquire(71.0) == Delay(pytest.approx(3.0), "remaining")


def test_requests_that_no_longer_count_do_not_make_the_remaining_quota_smaller() -> None:
    rate_limiter = RateLimiter()
    first, *others = [rate_limiter.acquire(0.0) for _ in range(6)]
    assert isinstance(first, Permit)
    for permit in others:
        assert isinstance(permit, Permit)
        rate_limiter.release(permit, 1.0, 200, {})
    rate_limiter.release(first, 100.0, 200, remaining(4))
    assert isinstance(rate_limiter.acquire(100.0), Permit)
    # Four are left, 40 % of the last tenth of 100 a minute.
    assert rate_limiter.acquire(100.0) == Delay(pytest.approx(1.5), "remaining")


@pytest.mark.parametrize("text", ["", "many", "-1", "nan", "inf"])
def test_invalid_quota_headers_are_ignored(text: str) -> None:
    rate_limiter = RateLimiter()
    permit = rate_limiter.acquire(0.0)
    assert isinstance(permit, Permit)
    rate_limiter.release(permit, 1.0, 200, {**remaining(0), "x-ratelimit-request-remaining": text})
    assert isinstance(rate_limiter.acquire(1.0), Permit)
