"""The actor that runs the rate limiter, by a stand-in of Ray: test_ray.py has a real cluster."""

from __future__ import annotations

import sys
from concurrent.futures import Future
from types import SimpleNamespace
from typing import Any

import pytest
from attrs import evolve
from twelvelabs_embed.integrations.daft import ray_actor
from twelvelabs_embed.integrations.daft.cluster_rate_limiter import (
    WORKER_TIMEOUT_SEC,
    LeaseRequest,
    LeaseResponse,
)

REQUEST = LeaseRequest(max_in_flight=1, wanted=2, completed=[], unused=[])
RESPONSE = LeaseResponse([], 1, 0.0, "")


class Actor:
    """A named actor, which fails a given number of times."""

    def __init__(self, failures: int = 0) -> None:
        self.requests: list[LeaseRequest] = []
        self.failures = failures
        self.exchange = SimpleNamespace(remote=self._exchange)

    def _exchange(self, request: LeaseRequest) -> Any:
        self.requests.append(request)
        pending: Future[LeaseResponse] = Future()
        if self.failures:
            self.failures -= 1
            pending.set_exception(ConnectionError("gone"))
        else:
            pending.set_result(RESPONSE)
        return SimpleNamespace(future=lambda: pending)


class Ray:
    """What is used of Ray."""

    def __init__(self, actor: Actor, actor_id: str | None = None) -> None:
        self.actor = actor
        self.asked: list[tuple[dict[str, Any], tuple[Any, ...]]] = []
        self.resources = {"CPU": 4.0}
        self.is_initialized = lambda: True
        self.is_restarted = False
        self.actor_id = actor_id

    def cluster_resources(self) -> dict[str, float]:
        return self.resources

    def get_runtime_context(self) -> Any:
        return SimpleNamespace(
            was_current_actor_reconstructed=self.is_restarted,
            get_actor_id=lambda: self.actor_id,
        )

    def remote(self, kind: type) -> Any:
        assert kind is ray_actor._RateLimiterActor

        def options(**options: Any) -> Any:
            def make(*arguments: Any) -> Actor:
                self.asked.append((options, arguments))
                return self.actor

            return SimpleNamespace(remote=make)

        return SimpleNamespace(options=options)


@pytest.fixture
def ray(monkeypatch: pytest.MonkeyPatch) -> Ray:
    ray = Ray(Actor())
    monkeypatch.setitem(sys.modules, "ray", ray)  # type: ignore[arg-type]
    return ray


def test_a_worker_calls_the_named_actor_and_says_who_it_is(ray: Ray) -> None:
    exchange = ray_actor.connect("limiter", 60.0, 61.0, query="q", concurrency=8)
    assert ray.asked == []  # not before the first call
    assert [exchange(REQUEST), exchange(REQUEST)] == [RESPONSE, RESPONSE]
    first, second = ray.actor.requests
    assert first == second == evolve(REQUEST, worker=first.worker, query="q", concurrency=8)
    other = ray_actor.connect("limiter", 60.0, 61.0, query="q", concurrency=8)
    other(REQUEST)
    assert len({first.worker, ray.actor.requests[-1].worker, ""}) == 3
    options = {
        "name": "limiter",
        "namespace": "twelvelabs-embed",
        "lifetime": "detached",
        "get_if_exists": True,
        "num_cpus": 0,
        "max_restarts": -1,
        "resources": {},
    }
    assert ray.asked == [(options, (60.0, 61.0))] * 2
    ray.resources["node:__internal_head__"] = 1.0
    ray_actor.connect("limiter", None, 60.0, query="q", concurrency=8)(REQUEST)
    head = {"node:__internal_head__": 0.001}
    assert ray.asked[-1] == ({**options, "resources": head}, (None, 60.0))


def test_an_actor_that_is_gone_is_looked_for_again(ray: Ray) -> None:
    exchange = ray_actor.connect("limiter", None, 60.0, query="q", concurrency=8)
    ray.actor.failures = 1
    with pytest.raises(ConnectionError):
        exchange(REQUEST)
    assert exchange(REQUEST) == RESPONSE
    assert len(ray.asked) == 2


def test_an_actor_that_was_restarted_grants_nothing_for_a_window(ray: Ray) -> None:
    request = evolve(REQUEST, worker="a", query="q", concurrency=8)
    assert ray_actor._RateLimiterActor(None, 61.0).exchange(request).throttled_by == ""
    ray.is_restarted = True
    actor = ray_actor._RateLimiterActor(None, 61.0)
    assert actor.exchange(request).throttled_by == "restart"
    assert actor.stats()["paused_sec"] == 61.0


def test_only_actors_of_ray_are_its_workers(ray: Ray, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not ray_actor.is_ray_worker()
    ray.actor_id = "actor"
    assert ray_actor.is_ray_worker()
    ray.is_initialized = lambda: False
    assert not ray_actor.is_ray_worker()
    monkeypatch.delitem(sys.modules, "ray")
    assert not ray_actor.is_ray_worker()


def test_a_call_waits_no_longer_than_a_worker_may_be_silent(
    ray: Ray, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited_sec = list[float]()

    def result(pending: Future[Any], timeout: float) -> LeaseResponse:
        waited_sec.append(timeout)
        return RESPONSE

    monkeypatch.setattr(Future, "result", result)
    ray_actor.connect("limiter", None, 60.0, query="q", concurrency=8)(REQUEST)
    assert waited_sec == [WORKER_TIMEOUT_SEC] == [10.0]
