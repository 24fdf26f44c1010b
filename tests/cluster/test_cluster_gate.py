"""The gate of a cluster and its workers, in one process and without Ray."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
import twelvelabs_embed.integrations.daft as ours
from attrs import define, evolve
from twelvelabs_embed.batch.rate_limiter import Delay, Permit
from twelvelabs_embed.integrations.daft import (
    ClusterRateLimiter,
    _Answer,
    _Done,
    _LeasedRateLimiter,
    _News,
    _Ticket,
)


@define
class Time:
    now_sec: float = 0.0

    def __call__(self) -> float:
        return self.now_sec


def news(worker: str = "a", **said: Any) -> _News:
    told: dict[str, Any] = {"run": "r", "concurrency": 8, "holds": 0, "wanted": 100}
    return _News(worker=worker, **{**told, "done": [], "unused": [], **said})


def done(ticket: _Ticket, status: int = 200, asked_sec: float | None = None) -> _Done:
    return _Done(ticket, 0.1, status, {}, asked_sec)


# --- the actor's part -----------------------------------------------------------------------------


def test_the_quota_holds_over_all_workers() -> None:
    clock = Time()
    rate_limiter = ClusterRateLimiter(rpm=10, clock=clock)
    first = rate_limiter.exchange(news("a", wanted=6, concurrency=16)).tickets
    second = rate_limiter.exchange(news("b", wanted=8, concurrency=16, run="other"))
    assert (len(first), len(second.tickets), second.why) == (6, 4, "rpm")
    rate_limiter.exchange(news("a", wanted=0, done=[done(ticket) for ticket in first]))
    clock.now_sec = 59.0
    assert rate_limiter.exchange(news("a")).tickets == []
    clock.now_sec = 60.2
    assert len(rate_limiter.exchange(news("a")).tickets) == 6
    assert rate_limiter.figures()["attempts"] == 6


def test_a_new_worker_gets_its_share_when_the_others_have_left_it() -> None:
    rate_limiter = ClusterRateLimiter(rpm=None, clock=Time())
    assert rate_limiter.exchange(news("a")).share == 8
    assert rate_limiter.exchange(news("b")).share == 0
    assert rate_limiter.exchange(news("a", holds=8)).share == 4
    assert rate_limiter.exchange(news("b")).share == 0  # eight may still be under way
    assert rate_limiter.exchange(news("a", holds=4)).share == 4
    assert rate_limiter.exchange(news("b")).share == 4
    rate_limiter.exchange(news("a", holds=4, is_last=True))
    assert rate_limiter.exchange(news("b", holds=4)).share == 8


def test_queries_have_their_own_concurrency() -> None:
    rate_limiter = ClusterRateLimiter(rpm=None, clock=Time())
    assert [rate_limiter.exchange(news(run, run=run)).share for run in "xy"] == [8, 8]


def test_passes_of_a_silent_worker_count_as_used_and_its_share_is_free() -> None:
    clock = Time()
    rate_limiter = ClusterRateLimiter(rpm=10, clock=clock)
    lost = rate_limiter.exchange(news("a")).tickets
    assert rate_limiter.figures()["open"] == 8
    clock.now_sec = 9.0
    assert rate_limiter.exchange(news("b")).share == 0
    clock.now_sec = 11.0
    answer = rate_limiter.exchange(news("b"))
    assert (answer.share, len(answer.tickets)) == (8, 2)
    assert rate_limiter.figures()["lost"] == len(lost) == 8
    rate_limiter.exchange(
        news("a", wanted=0, done=[done(ticket) for ticket in lost])
    )  # it was alive
    assert rate_limiter.figures()["attempts"] == 0
    rate_limiter.exchange(news("a", is_last=True))
    clock.now_sec = 70.0
    assert rate_limiter.exchange(news("b")).tickets == []
    clock.now_sec = 71.2
    assert len(rate_limiter.exchange(news("b")).tickets) == 8


def test_what_is_given_back_does_not_count() -> None:
    rate_limiter = ClusterRateLimiter(rpm=8, clock=Time())
    tickets = rate_limiter.exchange(news("a")).tickets
    assert len(rate_limiter.exchange(news("a", unused=tickets[:3])).tickets) == 3


def test_all_workers_obey_what_one_was_asked() -> None:
    clock = Time()
    rate_limiter = ClusterRateLimiter(rpm=None, clock=clock)
    (ticket,) = rate_limiter.exchange(news("a", wanted=1)).tickets
    rate_limiter.exchange(news("a", is_last=True, done=[done(ticket, 429, asked_sec=7.0)]))
    answer = rate_limiter.exchange(news("b"))
    assert (answer.tickets, answer.again_sec, answer.why) == ([], 7.0, "Retry-After")
    assert rate_limiter.figures()["refused"] == 1


def test_a_gate_that_was_started_again_lets_nothing_through_for_a_window() -> None:
    clock = Time()
    before = ClusterRateLimiter(rpm=10, clock=clock).exchange(news("a")).tickets
    rate_limiter = ClusterRateLimiter(rpm=10, pause_sec=60.0, clock=clock)
    answer = rate_limiter.exchange(news("a", done=[done(before[0])], unused=before[1:]))
    assert (answer.tickets, answer.again_sec, answer.why) == ([], 60.0, "restart")
    clock.now_sec = 60.0
    assert len(rate_limiter.exchange(news("a")).tickets) == 8


# --- a worker's part ------------------------------------------------------------------------------


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ours, "_HEARTBEAT_SEC", 0.02)
    monkeypatch.setattr(ours, "_GATHER_SEC", 0.001)


def enter(rate_limiter: _LeasedRateLimiter) -> Permit:
    for _ in range(2000):
        if isinstance(answer := rate_limiter.acquire(time.monotonic()), Permit):
            return answer
        time.sleep(0.005)
    raise AssertionError("no pass came")


def worker_of(other: ClusterRateLimiter, name: str = "a") -> Callable[[_News], _Answer]:
    return lambda said: other.exchange(evolve(said, worker=name, run="r", concurrency=4))


@pytest.mark.usefixtures("quick")
def test_a_worker_keeps_to_its_share_and_tells_all_that_was_sent() -> None:
    other = ClusterRateLimiter(rpm=None)
    rate_limiter = _LeasedRateLimiter(worker_of(other))
    passes = [enter(rate_limiter) for _ in range(4)]
    assert isinstance(rate_limiter.acquire(time.monotonic()), Delay)
    rate_limiter.cancel(passes.pop())
    for leave in passes:
        rate_limiter.release(leave, time.monotonic(), 200, {"X-RateLimit-Request-Remaining": "5"})
    enter(rate_limiter)
    rate_limiter.close()
    figures = other.figures()
    assert (figures["attempts"], figures["lost"]) == (3, 1)  # one is not answered yet


@pytest.mark.usefixtures("quick")
def test_a_worker_that_may_not_send_more_hoards_no_passes() -> None:
    other = ClusterRateLimiter(rpm=None)
    rate_limiter = _LeasedRateLimiter(worker_of(other))
    for _ in range(4):
        enter(rate_limiter)
    before = other.figures()["exchanges"]
    while other.figures()["exchanges"] < before + 10:
        assert isinstance(rate_limiter.acquire(time.monotonic()), Delay)
        time.sleep(0.005)
    assert other.figures()["open"] <= 8  # four under way, four for afterwards
    rate_limiter.close()


@pytest.mark.usefixtures("quick")
def test_leases_that_nobody_used_in_time_are_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ours, "_LEASE_SEC", 0.05)
    other = ClusterRateLimiter(rpm=4)
    rate_limiter = _LeasedRateLimiter(worker_of(other))
    rate_limiter.cancel(enter(rate_limiter))
    time.sleep(0.3)
    rate_limiter.close()
    assert len(other.exchange(news("b")).tickets) == 4


@pytest.mark.usefixtures("quick")
def test_what_could_not_be_told_is_told_later() -> None:
    other = ClusterRateLimiter(rpm=None)
    ask = worker_of(other)
    failures = [ConnectionError("away")] * 3

    def exchange(said: _News) -> _Answer:
        if said.done and failures:
            raise failures.pop()
        return ask(said)

    rate_limiter = _LeasedRateLimiter(exchange)
    rate_limiter.release(enter(rate_limiter), time.monotonic(), 429, {}, 0.01)
    enter(rate_limiter)
    rate_limiter.close()
    assert failures == []
    assert other.figures()["attempts"] == 1


@pytest.mark.usefixtures("quick")
def test_a_cluster_gate_that_stays_away_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ours, "_PATIENCE_SEC", 0.05)

    def away(said: _News) -> _Answer:
        raise ConnectionError("away")

    rate_limiter = _LeasedRateLimiter(away)
    with pytest.raises(ConnectionError):
        enter(rate_limiter)
    rate_limiter.close()
