"""The rate limiter of a cluster and its workers, in one process and without Ray."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from attrs import define, evolve
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

from tests.waiting import wait_until


@define
class Time:
    now_sec: float = 0.0

    def __call__(self) -> float:
        return self.now_sec


def lease_request(worker: str = "a", **changes: Any) -> LeaseRequest:
    values: dict[str, Any] = {"query": "q", "concurrency": 8, "max_in_flight": 0, "wanted": 100}
    return LeaseRequest(worker=worker, **{**values, "completed": [], "unused": [], **changes})


def completed(
    permit_id: PermitId, status: int = 200, retry_after_sec: float | None = None
) -> _CompletedRequest:
    return _CompletedRequest(permit_id, 0.1, status, {}, retry_after_sec)


# --- the whole cluster ----------------------------------------------------------------------------


def test_the_quota_holds_over_all_workers() -> None:
    clock = Time()
    rate_limiter = ClusterRateLimiter(rpm=10, clock=clock)
    first = rate_limiter.exchange(lease_request("a", wanted=6, concurrency=16)).permit_ids
    second = rate_limiter.exchange(lease_request("b", wanted=8, concurrency=16, query="other"))
    assert (len(first), len(second.permit_ids), second.throttled_by) == (6, 4, "rpm")
    rate_limiter.exchange(
        lease_request("a", wanted=0, completed=[completed(permit_id) for permit_id in first])
    )
    clock.now_sec = 59.0
    assert rate_limiter.exchange(lease_request("a")).permit_ids == []
    clock.now_sec = 60.2
    assert len(rate_limiter.exchange(lease_request("a")).permit_ids) == 6
    assert rate_limiter.stats()["attempts"] == 6


def test_a_new_worker_gets_its_share_when_the_others_have_left_it() -> None:
    rate_limiter = ClusterRateLimiter(rpm=None, clock=Time())
    assert rate_limiter.exchange(lease_request("a")).share == 8
    assert rate_limiter.exchange(lease_request("b")).share == 0
    assert rate_limiter.exchange(lease_request("a", max_in_flight=8)).share == 4
    assert rate_limiter.exchange(lease_request("b")).share == 0  # eight may still be in flight
    assert rate_limiter.exchange(lease_request("a", max_in_flight=4)).share == 4
    assert rate_limiter.exchange(lease_request("b")).share == 4
    rate_limiter.exchange(lease_request("a", max_in_flight=4, is_last=True))
    assert rate_limiter.exchange(lease_request("b", max_in_flight=4)).share == 8


def test_queries_have_their_own_concurrency() -> None:
    rate_limiter = ClusterRateLimiter(rpm=None, clock=Time())
    assert [rate_limiter.exchange(lease_request(query, query=query)).share for query in "xy"] == [
        8,
        8,
    ]


def test_permits_of_a_silent_worker_count_as_used_and_its_share_is_free() -> None:
    clock = Time()
    rate_limiter = ClusterRateLimiter(rpm=10, clock=clock)
    lost = rate_limiter.exchange(lease_request("a")).permit_ids
    assert rate_limiter.stats()["open"] == 8
    clock.now_sec = 9.0
    assert rate_limiter.exchange(lease_request("b")).share == 0
    clock.now_sec = 11.0
    response = rate_limiter.exchange(lease_request("b"))
    assert (response.share, len(response.permit_ids)) == (8, 2)
    assert rate_limiter.stats()["lost"] == len(lost) == 8
    rate_limiter.exchange(
        lease_request("a", wanted=0, completed=[completed(permit_id) for permit_id in lost])
    )  # it was alive
    assert rate_limiter.stats()["attempts"] == 0
    rate_limiter.exchange(lease_request("a", is_last=True))
    clock.now_sec = 70.0
    assert rate_limiter.exchange(lease_request("b")).permit_ids == []
    clock.now_sec = 71.2
    assert len(rate_limiter.exchange(lease_request("b")).permit_ids) == 8


def test_returned_permits_do_not_count() -> None:
    rate_limiter = ClusterRateLimiter(rpm=8, clock=Time())
    permit_ids = rate_limiter.exchange(lease_request("a")).permit_ids
    assert len(rate_limiter.exchange(lease_request("a", unused=permit_ids[:3])).permit_ids) == 3


def test_retry_after_of_one_worker_applies_to_all() -> None:
    clock = Time()
    rate_limiter = ClusterRateLimiter(rpm=None, clock=clock)
    (permit_id,) = rate_limiter.exchange(lease_request("a", wanted=1)).permit_ids
    rate_limiter.exchange(
        lease_request("a", is_last=True, completed=[completed(permit_id, 429, retry_after_sec=7.0)])
    )
    response = rate_limiter.exchange(lease_request("b"))
    assert (response.permit_ids, response.delay_sec, response.throttled_by) == (
        [],
        7.0,
        "Retry-After",
    )
    assert rate_limiter.stats()["rate_limited"] == 1


def test_a_restarted_rate_limiter_grants_nothing_for_a_window() -> None:
    clock = Time()
    before = ClusterRateLimiter(rpm=10, clock=clock).exchange(lease_request("a")).permit_ids
    rate_limiter = ClusterRateLimiter(rpm=10, pause_sec=60.0, clock=clock)
    response = rate_limiter.exchange(
        lease_request("a", completed=[completed(before[0])], unused=before[1:])
    )
    assert (response.permit_ids, response.delay_sec, response.throttled_by) == ([], 60.0, "restart")
    clock.now_sec = 60.0
    assert len(rate_limiter.exchange(lease_request("a")).permit_ids) == 8


# --- one worker -----------------------------------------------------------------------------------


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


@pytest.mark.usefixtures("quick")
def test_a_worker_keeps_to_its_share_and_reports_all_requests() -> None:
    other = ClusterRateLimiter(rpm=None)
    rate_limiter = LeasedRateLimiter(worker_of(other))
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
def test_a_worker_at_its_share_does_not_hoard_permits() -> None:
    other = ClusterRateLimiter(rpm=None)
    rate_limiter = LeasedRateLimiter(worker_of(other))
    for _ in range(4):
        acquire(rate_limiter)
    before = other.stats()["exchanges"]
    while other.stats()["exchanges"] < before + 10:
        assert isinstance(rate_limiter.acquire(time.monotonic()), Delay)
        time.sleep(0.005)
    assert other.stats()["open"] <= 8  # four in flight, four for afterwards
    rate_limiter.close()


@pytest.mark.usefixtures("quick")
def test_expired_leases_are_returned(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster_rate_limiter, "_LEASE_SEC", 0.05)
    other = ClusterRateLimiter(rpm=4)
    rate_limiter = LeasedRateLimiter(worker_of(other))
    rate_limiter.cancel(acquire(rate_limiter))
    wait_until(lambda: other.stats()["open"] == 0)
    rate_limiter.close()
    assert len(other.exchange(lease_request("b")).permit_ids) == 4


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
def test_a_worker_learns_how_long_the_service_asks_to_wait() -> None:
    """So that all of them end the run when it is a day, and not only the one that was asked."""
    other = ClusterRateLimiter(rpm=None)
    first = other.exchange(lease_request("b", wanted=1)).permit_ids
    other.exchange(lease_request("b", completed=[completed(first[0], 429, 86_400.0)]))
    rate_limiter = LeasedRateLimiter(worker_of(other))

    def is_known() -> bool:
        decision = rate_limiter.acquire(time.monotonic())
        return (
            isinstance(decision, Delay)
            and decision.reason == "Retry-After"
            and decision.sec > 86_000
        )

    wait_until(is_known)
    rate_limiter.close()
