"""Ray actor that runs the rate limiter of a cluster, and the calls of workers to it."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable
from importlib import import_module
from typing import Any
from uuid import uuid4

from attrs import evolve

from twelvelabs_embed.integrations.daft.cluster_rate_limiter import (
    WORKER_TIMEOUT_SEC,
    ClusterRateLimiter,
    LeaseRequest,
    LeaseResponse,
)


def is_ray_worker() -> bool:
    """Return whether this process runs one of Daft's actors on Ray."""
    ray: Any = sys.modules.get("ray")
    return (
        ray is not None
        and ray.is_initialized()
        and ray.get_runtime_context().get_actor_id() is not None
    )


def connect(
    actor_name: str, rpm: float | None, window_sec: float, *, query: str, concurrency: int
) -> Callable[[LeaseRequest], LeaseResponse]:
    """Return a worker's connection to the actor, which the first worker creates.

    Args:
        actor_name: the name of the actor
        rpm: requests per minute; None for what the service's headers state
        window_sec: how long the quota's minute is
        query: the id of the query
        concurrency: that of the whole query
    """
    worker = uuid4().hex
    actor: Any = None

    def exchange(request: LeaseRequest) -> LeaseResponse:
        nonlocal actor
        if actor is None:
            actor = _find_actor(actor_name, rpm, window_sec)
        request = evolve(request, worker=worker, query=query, concurrency=concurrency)
        try:
            # Not ray.get, which complains when Daft's worker is an asynchronous actor.
            pending = actor.exchange.remote(request)
            response: LeaseResponse = pending.future().result(WORKER_TIMEOUT_SEC)
            return response
        except BaseException:
            actor = None
            raise

    return exchange


def _find_actor(name: str, rpm: float | None, window_sec: float) -> Any:
    """Return the named actor. It is detached: it outlives the worker that creates it."""
    ray: Any = import_module("ray")
    head = "node:__internal_head__"  # the node whose loss ends the cluster anyway
    options: dict[str, Any] = {
        "name": name,
        "namespace": "twelvelabs-embed",
        "lifetime": "detached",
        "get_if_exists": True,
        "num_cpus": 0,
        "max_restarts": -1,
        "resources": {head: 0.001} if head in ray.cluster_resources() else {},
    }
    return ray.remote(_RateLimiterActor).options(**options).remote(rpm, window_sec)


class _RateLimiterActor(ClusterRateLimiter):
    """The actor's class."""

    def __init__(self, rpm: float | None, window_sec: float) -> None:
        context = import_module("ray").get_runtime_context()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Ray reads a property of its own that it deprecates
            is_restarted: bool = context.was_current_actor_reconstructed
        super().__init__(rpm, window_sec, window_sec if is_restarted else 0.0)
