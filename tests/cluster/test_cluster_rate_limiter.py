"""The rate limiter of a cluster, in one process and without Ray."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import define, evolve
from twelvelabs_embed.integrations.daft.cluster_rate_limiter import (
    ClusterRateLimiter,
    LeaseRequest,
    LeaseResponse,
    PermitId,
    _CompletedRequest,
)


@define
class Time:
    now_sec: float = 0.0

    def __call__(self) -> float:
        return self.now_sec


def lease_request(worker: str = "a", **changes: Any) -> LeaseRequest:
    values: dict[str, Any] = {"query": "q", "concurrency": 8, "max_in_flight": 0, "wanted": 100}
    return LeaseRequest(worker=worker, **{**values, "completed": [], "unused": [], **changes})


def completed(
    permit_id: PermitId, status: int = 200, retry_after_sec: float | None = None, **changes: Any
) -> _CompletedRequest:
    return evolve(_CompletedRequest(permit_id, 0.1, status, {}, retry_after_sec), **changes)


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


def test_workers_beyond_the_concurrency_do_not_take_it_from_each_other() -> None:
    limiter = ClusterRateLimiter(rpm=None, clock=Time())
    workers = [("a", 0), ("b", 0), ("c", 0), ("a", 1), ("b", 0)]
    shares = [
        limiter.exchange(lease_request(name, concurrency=1, max_in_flight=count)).share
        for name, count in workers
    ]
    assert shares == [1, 0, 0, 1, 0]


def test_a_response_counts_for_all_workers_from_when_it_was_sent() -> None:
    clock = Time()
    limiter = ClusterRateLimiter(rpm=1, clock=clock)
    (first,) = limiter.exchange(lease_request("a")).permit_ids
    clock.now_sec = 9.0
    slow = completed(first, sent_sec=8.0)  # so long ago, and five seconds on its way
    delay_sec = limiter.exchange(lease_request("b", query="other")).delay_sec
    assert delay_sec == 60.0  # it is in flight
    response = limiter.exchange(lease_request("a", completed=[slow]))
    assert (response.delay_sec, response.throttled_by) == (pytest.approx(57.0, abs=0.1), "rpm")
    headers = {
        "x-ratelimit-dimensions": "Request",
        "x-ratelimit-request-limit": "100",
        "x-ratelimit-request-remaining": "0",
    }
    limiter = ClusterRateLimiter(rpm=None, clock=clock)
    (first,) = limiter.exchange(lease_request("a", wanted=1)).permit_ids
    limiter.exchange(lease_request("a", wanted=0, completed=[completed(first, headers=headers)]))
    assert limiter.exchange(lease_request("b", query="other")).throttled_by == "remaining"


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
    for clock.now_sec in (9.0, 10.0):
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


def test_a_worker_that_ends_gets_nothing_and_leaves_nothing() -> None:
    rate_limiter = ClusterRateLimiter(rpm=None, clock=Time())
    rate_limiter.exchange(lease_request("a", wanted=2))
    response = rate_limiter.exchange(lease_request("a", wanted=2, is_last=True))
    assert response == LeaseResponse([], 0, 0.0, "")
    stats = {"attempts": 0, "rate_limited": 0, "open": 0, "lost": 2, "exchanges": 2}
    assert rate_limiter.stats() == {**stats, "paused_sec": 0.0}


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
    clock = Time(100.0)
    before = ClusterRateLimiter(rpm=10, clock=clock).exchange(lease_request("a")).permit_ids
    rate_limiter = ClusterRateLimiter(rpm=10, pause_sec=60.0, clock=clock)
    clock.now_sec = 110.0
    response = rate_limiter.exchange(
        lease_request("a", completed=[completed(before[0])], unused=before[1:])
    )
    assert (response.permit_ids, response.delay_sec, response.throttled_by) == ([], 50.0, "restart")
    clock.now_sec = 160.0
    permits = rate_limiter.exchange(lease_request("a")).permit_ids
    assert [number for _, number in permits] == [number for _, number in before]
    rate_limiter.exchange(lease_request("a", completed=[completed(before[0])], wanted=0))
    stats = rate_limiter.stats()  # what came before the restart is none of its permits
    assert (stats["attempts"], stats["open"], stats["paused_sec"]) == (0, 8, 60.0)
