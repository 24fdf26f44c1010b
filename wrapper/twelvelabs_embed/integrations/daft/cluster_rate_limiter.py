"""Rate limiter of a cluster: `ClusterRateLimiter` grants permits, `LeasedRateLimiter` uses them."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Mapping
from threading import Event, Thread
from time import monotonic, sleep
from typing import TypeAlias
from uuid import uuid4

from attrs import define, evolve, field, frozen

from twelvelabs_embed.batch.rate_limiter import Delay, Permit, RateLimiter

__all__ = ["ClusterRateLimiter"]

_log = logging.getLogger("twelvelabs_embed")

PermitId: TypeAlias = "tuple[str, int]"
"""The limiter that granted a permit, and the permit's number."""

WINDOW_SEC = 60.0
"""The length of the minute that a quota counts in; shorter in tests."""
# A worker that has not called for this long is taken to be dead.
WORKER_TIMEOUT_SEC = 10.0
_HEARTBEAT_SEC = 1.0


# --------------------------------------------------------------------------------------- messages


@frozen
class _CompletedRequest:
    """A request that got a response, or failed.

    Attributes:
        permit_id: its permit
        sent_sec: when it was sent; inside a `LeaseRequest`, how long ago that was
        status_code: of the response; None when there was none
        headers: those of the response that state the quota
        retry_after_sec: how long the service asked to wait
    """

    permit_id: PermitId
    sent_sec: float
    status_code: int | None
    headers: Mapping[str, str]
    retry_after_sec: float | None


@frozen(kw_only=True)
class LeaseRequest:
    """A worker's call: what it did since the last one, and what it needs.

    Attributes:
        worker: the worker's name
        query: the query that it works for
        concurrency: that of the whole query
        max_in_flight: how many concurrent requests it may have until it gets a response
        wanted: how many permits it needs
        completed: the requests that ended
        unused: permits that it returns
        is_last: whether the worker ends
    """

    worker: str = ""
    query: str = ""
    concurrency: int = 0
    max_in_flight: int
    wanted: int
    completed: list[_CompletedRequest]
    unused: list[PermitId]
    is_last: bool = False


@frozen
class LeaseResponse:
    """What a worker is granted.

    Attributes:
        permit_ids: permits
        share: how many concurrent requests it may have from now on
        delay_sec: in how many seconds there may be more permits
        throttled_by: the rule that delays them
    """

    permit_ids: list[PermitId]
    share: int
    delay_sec: float
    throttled_by: str


# ------------------------------------------------------------------------------ the whole cluster


@define
class _Worker:
    query: str
    seen_sec: float
    max_in_flight: int = 0
    permits: dict[int, Permit] = field(factory=dict[int, Permit])


class ClusterRateLimiter:
    """Rate limiter of all workers of a cluster; lives in a Ray actor.

    Args:
        rpm: requests per minute; None for what the service's headers state
        window_sec: how long the quota's minute is
        pause_sec: how long no permits are granted at first, after a restart
        clock: seconds that only ever grow
    """

    def __init__(
        self,
        rpm: float | None,
        window_sec: float = WINDOW_SEC,
        pause_sec: float = 0.0,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._rate_limiter = RateLimiter(rpm, window_sec=window_sec)
        self._clock = clock
        self._pause_sec = pause_sec
        self._opens_sec = clock() + pause_sec
        self._name = uuid4().hex
        self._workers: dict[str, _Worker] = {}
        self._stats = {"attempts": 0, "rate_limited": 0, "lost": 0, "exchanges": 0}

    def exchange(self, request: LeaseRequest) -> LeaseResponse:
        """Record a worker's results, and grant it permits."""
        now_sec = self._clock()
        self._stats["exchanges"] += 1
        worker = self._workers.setdefault(request.worker, _Worker(request.query, now_sec))
        worker.seen_sec = now_sec
        self._record(worker, request, now_sec)
        self._remove_silent_workers(now_sec)
        if request.is_last:
            self._remove_worker(request.worker, now_sec)
            return LeaseResponse([], 0, 0.0, "")
        share = self._share(worker, request)
        worker.max_in_flight = max(request.max_in_flight, share)
        permit_ids: list[PermitId] = []
        delay = Delay(self._opens_sec - now_sec, "restart") if now_sec < self._opens_sec else None
        while delay is None and len(permit_ids) < min(request.wanted, share):
            granted = self._rate_limiter.acquire(now_sec)
            if isinstance(granted, Delay):
                delay = granted
            else:
                worker.permits[granted.number] = granted
                permit_ids.append((self._name, granted.number))
        delay_sec, throttled_by = (delay.sec, delay.reason) if delay else (0.0, "")
        return LeaseResponse(permit_ids, share, delay_sec, throttled_by)

    def stats(self) -> dict[str, float]:
        """Return counts for people and tests.

        Returns:
            `attempts`: requests that got a response or failed; `rate_limited`: those of them with
            the status 429; `open`: permits that workers hold now; `lost`: permits of workers that
            timed out; `exchanges`: calls of workers; `paused_sec`: how long it granted no permits
            after a restart
        """
        permits = sum(len(worker.permits) for worker in self._workers.values())
        return {**self._stats, "open": permits, "paused_sec": self._pause_sec}

    def _record(self, worker: _Worker, request: LeaseRequest, now_sec: float) -> None:
        for permit_id in request.unused:
            if (permit := self._pop(worker, permit_id)) is not None:
                self._rate_limiter.cancel(permit)
        for one in request.completed:
            if (permit := self._pop(worker, one.permit_id)) is None:
                continue  # of another limiter, or counted when the worker was taken to be dead
            permit.sent_sec = now_sec - one.sent_sec
            self._rate_limiter.release(
                permit, now_sec, one.status_code, one.headers, one.retry_after_sec
            )
            self._stats["attempts"] += 1
            self._stats["rate_limited"] += one.status_code == 429

    def _pop(self, worker: _Worker, permit_id: PermitId) -> Permit | None:
        limiter, number = permit_id
        return worker.permits.pop(number, None) if limiter == self._name else None

    def _share(self, worker: _Worker, request: LeaseRequest) -> int:
        """Return a worker's part of the concurrency that the other workers leave."""
        others = [
            other
            for other in self._workers.values()
            if other.query == request.query and other is not worker
        ]
        free = request.concurrency - sum(other.max_in_flight for other in others)
        return max(0, min(free, max(1, request.concurrency // (len(others) + 1))))

    def _remove_silent_workers(self, now_sec: float) -> None:
        silent_since_sec = now_sec - WORKER_TIMEOUT_SEC
        for name in [n for n, w in self._workers.items() if w.seen_sec < silent_since_sec]:
            _log.warning("worker %s timed out: its share goes to the other workers", name)
            self._remove_worker(name, now_sec)

    def _remove_worker(self, name: str, now_sec: float) -> None:
        """Count the permits of a worker, whose results will not be reported, as used now."""
        for permit in self._workers.pop(name).permits.values():
            permit.sent_sec = now_sec
            self._rate_limiter.release(permit, now_sec, None, {})
            self._stats["lost"] += 1


# ------------------------------------------------------------------------------------- one worker

# How long permits are leased for, and how many at a time.
_LEASE_SEC = 2.0
_MAX_LEASES = 32
# Results within this time are reported together.
_BATCHING_SEC = 0.02
# How long the cluster's limiter may be unreachable before that is an error.
_MAX_UNREACHABLE_SEC = 120.0
_MIN_DELAY_SEC = 0.01


@define(eq=False)
class _LeasedPermit(Permit):
    permit_id: PermitId


class LeasedRateLimiter(RateLimiter):
    """Rate limiter that leases permits from a cluster's, in a background thread.

    Args:
        exchange: calls the cluster's limiter, and adds the worker's identity
    """

    def __init__(self, exchange: Callable[[LeaseRequest], LeaseResponse]) -> None:
        super().__init__()
        self._exchange = exchange
        self._leases: deque[tuple[float, PermitId]] = deque()
        self._unused: list[PermitId] = []
        self._completed: list[_CompletedRequest] = []
        self._share = 0
        self._next_grant_sec = self._delayed_until_sec = 0.0
        self._is_wanted = False
        self._is_closed = False
        self._error: Exception | None = None
        self._wake = Event()
        self._thread = Thread(target=self._run, name="twelvelabs-embed-rate-limiter", daemon=True)
        self._thread.start()

    def acquire(self, now_sec: float, tokens: int = 0) -> Permit | Delay:
        """Return a permit to send a request now, or the delay until the next try.

        Raises:
            Exception: the cluster's limiter is unreachable
        """
        with self._lock:
            if self._error is not None:
                raise self._error
            self._drop_leases(now_sec - _LEASE_SEC)
            is_full = self.in_flight >= self._share
            if 2 * len(self._leases) <= self._share:
                self._is_wanted = True
                self._wake.set()
            if is_full or not self._leases:
                delay_sec = max(self._delayed_until_sec - now_sec, _MIN_DELAY_SEC)
                delay = Delay(delay_sec, self._throttled_by or "lease")
                self._record_delay(now_sec, delay)
                return delay
            self._record_delay(now_sec, None)
            self.in_flight += 1
            _, permit_id = self._leases.popleft()
            return _LeasedPermit(now_sec, tokens, permit_id[1], 0, permit_id)

    def cancel(self, permit: Permit) -> None:
        """Return a permit with which nothing was sent."""
        assert isinstance(permit, _LeasedPermit)
        with self._lock:
            self.in_flight -= 1
            self._unused.append(permit.permit_id)

    def release(
        self,
        permit: Permit,
        now_sec: float,
        status_code: int | None,
        headers: Mapping[str, str],
        retry_after_sec: float | None = None,
    ) -> None:
        """Record the result of a request."""
        assert isinstance(permit, _LeasedPermit)
        quota = {k.lower(): v for k, v in headers.items() if k.lower().startswith("x-ratelimit")}
        done = _CompletedRequest(
            permit.permit_id, permit.sent_sec, status_code, quota, retry_after_sec
        )
        with self._lock:
            self.in_flight -= 1
            self._completed.append(done)
            if retry_after_sec is not None or status_code == 429:
                self._drop_leases(now_sec)
            self._wake.set()

    def close(self) -> None:
        """Report what is not reported yet, and end the thread."""
        self._is_closed = True
        self._wake.set()
        self._thread.join(WORKER_TIMEOUT_SEC)

    def _drop_leases(self, until_sec: float) -> None:
        while self._leases and self._leases[0][0] <= until_sec:
            self._unused.append(self._leases.popleft()[1])

    def _run(self) -> None:
        failing_since_sec: float | None = None
        while True:
            self._wake.wait(_HEARTBEAT_SEC)
            sleep(_BATCHING_SEC)
            self._wake.clear()
            request = self._next_request(is_last=self._is_closed)
            try:
                self._apply(self._exchange(request))
                failing_since_sec = None
            except Exception as error:
                self._keep_for_later(request)
                failing_since_sec = failing_since_sec or monotonic()
                if monotonic() - failing_since_sec > _MAX_UNREACHABLE_SEC:
                    self._error = error
                sleep(_HEARTBEAT_SEC / 2)
            if request.is_last or self._error is not None:
                return

    def _next_request(self, is_last: bool) -> LeaseRequest:
        now_sec = monotonic()
        with self._lock:
            self._drop_leases(now_sec if is_last else now_sec - _LEASE_SEC)
            wanted = 0
            if self._is_wanted and now_sec >= self._next_grant_sec:
                # At least one, even before its share is known.
                wanted = max(0, min(_MAX_LEASES, max(1, self._share)) - len(self._leases))
            self._is_wanted = False
            completed, self._completed = self._completed, []
            unused, self._unused = self._unused, []
            max_in_flight = max(self.in_flight, self._share)
        return LeaseRequest(
            max_in_flight=max_in_flight,
            wanted=wanted,
            completed=[evolve(one, sent_sec=now_sec - one.sent_sec) for one in completed],
            unused=unused,
            is_last=is_last,
        )

    def _apply(self, response: LeaseResponse) -> None:
        now_sec = monotonic()
        with self._lock:
            self._share = response.share
            self._leases.extend((now_sec, permit_id) for permit_id in response.permit_ids)
            self._throttled_by = response.throttled_by
            # The whole delay: the caller gives up if it is too long.
            self._delayed_until_sec = now_sec + response.delay_sec
            # Not later than the next heartbeat: other workers may return permits.
            self._next_grant_sec = now_sec + min(response.delay_sec, _HEARTBEAT_SEC)

    def _keep_for_later(self, request: LeaseRequest) -> None:
        """Keep what could not be reported. Nothing new is sent until then."""
        now_sec = monotonic()
        with self._lock:
            self._drop_leases(now_sec)
            self._share = 0
            completed = (evolve(c, sent_sec=now_sec - c.sent_sec) for c in request.completed)
            self._completed[:0] = completed
            self._unused[:0] = request.unused
