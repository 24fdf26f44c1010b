"""The rate limiter of a worker, which leases permits of the cluster's, without Ray."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from unittest.mock import Mock

import pytest
from attrs import evolve
from twelvelabs_embed.batch.rate_limiter import Delay, Permit
from twelvelabs_embed.integrations.daft import cluster_rate_limiter
from twelvelabs_embed.integrations.daft.cluster_rate_limiter import (
    ClusterRateLimiter,
    LeasedRateLimiter,
    LeaseRequest,
    LeaseResponse,
    PermitId,
    _CompletedRequest,
)

from tests.cluster.test_cluster_rate_limiter import Time
from tests.waiting import wait_until


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster_rate_limiter, "_HEARTBEAT_SEC", 0.02)
    monkeypatch.setattr(cluster_rate_limiter, "_BATCHING_SEC", 0.001)


def acquire(rate_limiter: LeasedRateLimiter) -> Permit:
    granted: list[Permit] = []

    def acquire_one() -> bool:
        if isinstance(decision := rate_limiter.acquire(time.monotonic()), Permit):
            granted.append(decision)
        return bool(granted)

    wait_until(acquire_one)
    return granted[0]


def worker_of(
    other: ClusterRateLimiter, name: str = "a"
) -> Callable[[LeaseRequest], LeaseResponse]:
    return lambda request: other.exchange(evolve(request, worker=name, query="q", concurrency=4))


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Time:
    """The time of a worker whose thread does not run: the test makes its calls."""
    clock = Time(100.0)
    monkeypatch.setattr(cluster_rate_limiter, "monotonic", clock)
    monkeypatch.setattr(cluster_rate_limiter, "Thread", Mock())
    return clock


def call(limiter: LeasedRateLimiter, response: LeaseResponse, **last: bool) -> LeaseRequest:
    """What the worker's thread does each time: call the cluster's limiter and note its response."""
    request = limiter._next_request(is_last=last.get("is_last", False))
    limiter._apply(response)
    return request


def ids(*numbers: int) -> list[PermitId]:
    return [("cluster", number) for number in numbers]


def test_a_worker_asks_for_what_it_needs_and_reports_what_it_did(clock: Time) -> None:
    limiter = LeasedRateLimiter(Mock())
    assert limiter.acquire(clock.now_sec) == Delay(0.01, "lease")
    assert call(limiter, LeaseResponse([], 0, 0.0, "")).wanted == 1
    idle = call(limiter, LeaseResponse([], 0, 0.0, ""))
    assert (idle.worker, idle.query, idle.concurrency) == ("", "", 0)  # which the caller adds
    assert idle == LeaseRequest(max_in_flight=0, wanted=0, completed=[], unused=[])
    assert limiter.acquire(clock.now_sec) == Delay(0.01, "lease")
    assert call(limiter, LeaseResponse(ids(1, 2, 3, 4), 4, 0.0, "")).wanted == 1
    first = limiter.acquire(clock.now_sec, tokens=7)
    assert isinstance(first, Permit)
    assert (first.sent_sec, first.tokens, limiter.in_flight) == (100.0, 7, 1)
    assert call(limiter, LeaseResponse([], 4, 0.0, "")).wanted == 0  # three of four are there
    second = limiter.acquire(clock.now_sec)
    assert isinstance(second, Permit)
    assert limiter.acquire(clock.now_sec) != Delay(0.01, "lease")  # half of them are left
    assert call(limiter, LeaseResponse([], 4, 0.0, "")) == LeaseRequest(
        max_in_flight=4, wanted=3, completed=[], unused=[]
    )
    clock.now_sec = 101.5
    quota = {"x-ratelimit-request-remaining": "5", "x-ratelimit-token-limit": "9"}
    headers = {**{name.title(): value for name, value in quota.items()}, "Set-Cookie": "a"}
    limiter._wake.clear()
    limiter.release(first, clock.now_sec, 200, headers)
    assert limiter._wake.is_set()  # results are reported at once
    limiter.cancel(second)
    assert limiter.in_flight == 1
    clock.now_sec = 102.0
    done = _CompletedRequest(ids(1)[0], 2.0, 200, quota, None)  # it was sent two seconds ago
    request = call(limiter, LeaseResponse([], 4, 0.0, ""))
    assert (request.completed, request.unused) == ([done], ids(2, 4))  # the last lease expired
    assert call(limiter, LeaseResponse([], 4, 0.0, "")).completed == []


def test_a_worker_waits_for_the_whole_delay_and_asks_again_after_a_heartbeat(
    clock: Time,
) -> None:
    limiter = LeasedRateLimiter(Mock())
    call(limiter, LeaseResponse([], 40, 10.0, "rpm"))
    assert limiter.acquire(clock.now_sec) == Delay(10.0, "rpm")
    assert (limiter.throttled_by, limiter.waited_sec) == ("rpm", 0)
    clock.now_sec += 0.9
    assert call(limiter, LeaseResponse([], 40, 9.1, "rpm")).wanted == 0
    clock.now_sec += 1.0
    assert limiter.acquire(clock.now_sec) == Delay(pytest.approx(8.1), "rpm")
    assert call(limiter, LeaseResponse(ids(1, 2), 40, 0.0, "")).wanted == 32
    clock.now_sec += 20
    assert limiter.acquire(clock.now_sec) == Delay(0.01, "lease")  # both leases expired
    assert call(limiter, LeaseResponse(ids(3), 40, 0.0, "")).unused == ids(1, 2)
    clock.now_sec += 1.0
    assert isinstance(limiter.acquire(clock.now_sec), Permit)
    assert (limiter.throttled_by, limiter.waited_sec) == ("", pytest.approx(22.9))


@pytest.mark.parametrize(("status", "retry_after_sec"), [(429, None), (503, 3.0), (200, None)])
def test_leases_are_returned_when_the_service_is_busy(
    clock: Time, status: int, retry_after_sec: float | None
) -> None:
    limiter = LeasedRateLimiter(Mock())
    call(limiter, LeaseResponse(ids(1, 2, 3), 3, 0.0, ""))
    permit = limiter.acquire(clock.now_sec)
    assert isinstance(permit, Permit)
    limiter.release(permit, clock.now_sec, status, {}, retry_after_sec)
    request = call(limiter, LeaseResponse([], 3, 0.0, ""))
    assert request.unused == (ids(2, 3) if status != 200 else [])
    assert [one.retry_after_sec for one in request.completed] == [retry_after_sec]


def test_what_could_not_be_reported_is_kept_in_order_and_nothing_is_sent(clock: Time) -> None:
    limiter = LeasedRateLimiter(Mock())
    call(limiter, LeaseResponse(ids(1, 2, 3, 4), 4, 0.0, ""))
    permits = [limiter.acquire(clock.now_sec) for _ in range(3)]
    for permit in permits[:2]:
        assert isinstance(permit, Permit)
        limiter.release(permit, clock.now_sec, 200, {})
    clock.now_sec += 1.0
    limiter._keep_for_later(limiter._next_request(is_last=False))
    assert isinstance(limiter.acquire(clock.now_sec), Delay)
    again = limiter._next_request(is_last=False)
    assert (again.max_in_flight, again.wanted) == (1, 1)  # one is in flight, whatever its share
    assert [one.sent_sec for one in again.completed] == [1.0, 1.0]  # as long ago as before
    assert isinstance(permits[2], Permit)
    limiter.release(permits[2], clock.now_sec, 500, {})
    limiter._keep_for_later(again)
    clock.now_sec += 0.5
    request = call(limiter, LeaseResponse(ids(5), 4, 0.0, ""), is_last=True)
    assert [(one.permit_id, one.sent_sec) for one in request.completed] == [
        (permit_id, 1.5) for permit_id in ids(1, 2, 3)
    ]
    assert (request.unused, request.is_last, request.max_in_flight) == (ids(4), True, 0)
    limiter._wake.clear()
    limiter.close()
    assert limiter._wake.is_set()  # it ends at once, and returns all leases
    assert limiter._next_request(is_last=True).unused == ids(5)


def test_a_worker_calls_each_second_and_fails_after_two_minutes_without_a_response(
    clock: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or when something wakes it; what happens until shortly after is reported by the same call."""
    calls: list[float] = []

    def exchange(request: LeaseRequest) -> LeaseResponse:
        calls.append(clock.now_sec - 100.0)
        if 3 < len(calls) < 6 or len(calls) > 7:
            raise ConnectionError("unreachable")
        return LeaseResponse([], 4, 0.0, "")

    def pass_time(duration_sec: float) -> None:
        clock.now_sec += duration_sec

    monkeypatch.setattr(cluster_rate_limiter, "sleep", pass_time)
    limiter = LeasedRateLimiter(exchange)
    limiter._wake = Mock(wait=pass_time)
    limiter._run()
    assert calls[:8] == pytest.approx([1.02, 2.04, 3.06, 4.08, 5.6, 7.12, 8.14, 9.16])
    assert len(limiter._wake.clear.mock_calls) == len(calls)
    assert calls[-1] == pytest.approx(9.16 + 79 * 1.52)
    with pytest.raises(ConnectionError):
        limiter.acquire(clock.now_sec)


@pytest.mark.usefixtures("quick")
def test_a_worker_keeps_to_its_share_and_reports_all_requests() -> None:
    other = ClusterRateLimiter(rpm=None)
    rate_limiter = LeasedRateLimiter(worker_of(other))
    thread = rate_limiter._thread
    assert (thread.name, thread.daemon) == ("twelvelabs-embed-rate-limiter", True)
    permits = [acquire(rate_limiter) for _ in range(4)]
    assert isinstance(rate_limiter.acquire(time.monotonic()), Delay)
    rate_limiter.cancel(permits.pop())
    for permit in permits:
        rate_limiter.release(permit, time.monotonic(), 200, {"X-RateLimit-Request-Remaining": "5"})
    acquire(rate_limiter)
    rate_limiter.close()
    stats = other.stats()
    assert (stats["attempts"], stats["lost"]) == (3, 1)  # one has no response yet


@pytest.mark.usefixtures("quick")
def test_results_that_could_not_be_reported_are_reported_later() -> None:
    other = ClusterRateLimiter(rpm=None)
    ask = worker_of(other)
    failures = [ConnectionError("unreachable")] * 3

    def exchange(request: LeaseRequest) -> LeaseResponse:
        if request.completed and failures:
            raise failures.pop()
        return ask(request)

    rate_limiter = LeasedRateLimiter(exchange)
    rate_limiter.release(acquire(rate_limiter), time.monotonic(), 429, {}, 0.01)
    acquire(rate_limiter)
    rate_limiter.close()
    assert failures == []
    assert other.stats()["attempts"] == 1


@pytest.mark.usefixtures("quick")
def test_an_unreachable_rate_limiter_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster_rate_limiter, "_MAX_UNREACHABLE_SEC", 0.05)

    def unreachable(request: LeaseRequest) -> LeaseResponse:
        raise ConnectionError("unreachable")

    rate_limiter = LeasedRateLimiter(unreachable)
    with pytest.raises(ConnectionError):
        acquire(rate_limiter)
    rate_limiter.close()


@pytest.mark.usefixtures("quick")
def test_closing_does_not_wait_long_for_an_unreachable_rate_limiter(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cluster_rate_limiter, "WORKER_TIMEOUT_SEC", 0.01)
    is_closed = threading.Event()

    def unreachable(request: LeaseRequest) -> LeaseResponse:
        closed_before_it_failed.append(is_closed.wait(30))
        raise ConnectionError("unreachable")

    closed_before_it_failed: list[bool] = []
    rate_limiter = LeasedRateLimiter(unreachable)
    rate_limiter.close()
    is_closed.set()
    wait_until(lambda: closed_before_it_failed)
    assert closed_before_it_failed == [True]
