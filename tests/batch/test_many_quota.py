"""Quotas, concurrency and bytes in flight of `client.embed.many`, on simulated time."""

import threading

import numpy as np
import pytest
from twelvelabs_embed import Image, RetryPolicy, TwelveLabs
from twelvelabs_embed.batch.jobs import BatchResult
from twelvelabs_embed.batch.rate_limiter import RateLimiter

from tests.batch.many import BUSY, OK, embed_many, texts
from tests.batch.quota_service import QuotaService, SimulatedTime, running
from tests.clients import ClientKind, each_transport
from tests.scripted_server import scripted_server

pytestmark = pytest.mark.usefixtures("nothing_left_open")


def embed_texts(
    kind: ClientKind,
    service: QuotaService,
    rate_limiter: RateLimiter,
    time: SimulatedTime,
    count: int,
    *,
    concurrency: int,
) -> list[BatchResult]:
    return embed_many(
        kind,
        service.base_url,
        texts(count),
        rate_limiter=rate_limiter,
        concurrency=concurrency,
        clock=time.clock(),
    )


@each_transport
def test_no_window_has_more_requests_than_the_quota(kind: ClientKind) -> None:
    rate_limiter = RateLimiter(40)
    time = SimulatedTime(rate_limiter)
    service = QuotaService(quota=40, window_sec=60, sends_headers=False, now=time.now)
    with running(service):
        results = embed_texts(kind, service, rate_limiter, time, 100, concurrency=30)
    assert all(result.attempts == 1 for result in results)
    assert (len(service.accepted_sec), service.rejected_sec) == (100, [])
    assert rate_limiter.waited_sec >= 120
    assert rate_limiter.in_flight == 0


@each_transport
def test_remaining_quota_headers_are_obeyed(kind: ClientKind) -> None:
    # Retries would hide a 429 from the results, but not from the service.
    rate_limiter = RateLimiter()
    time = SimulatedTime(rate_limiter)
    service = QuotaService(quota=40, window_sec=60, now=time.now)
    with running(service):
        results = embed_texts(kind, service, rate_limiter, time, 100, concurrency=10)
    assert all(result.error is None for result in results)
    assert len(service.rejected_sec) <= 1
    assert rate_limiter.waited_sec > 60


@each_transport
def test_retries_count_towards_the_quota(kind: ClientKind) -> None:
    retry = RetryPolicy(attempts=100, base_sec=0.0, total_sec=600)
    rate_limiter = RateLimiter(10)
    time = SimulatedTime(rate_limiter)
    with scripted_server(*[BUSY] * 30, OK) as server:
        (result,) = embed_many(
            kind,
            server.base_url,
            ["a dog"],
            retry=retry,
            rate_limiter=rate_limiter,
            clock=time.clock(),
        )
    assert result.attempts == 31
    assert time.now_sec >= 3 * 60


@each_transport
def test_retry_after_delays_all_requests(kind: ClientKind) -> None:
    rate_limiter = RateLimiter()
    time = SimulatedTime(rate_limiter)
    service = QuotaService(hold_sec=0.01, reject_once_sec=30, now=time.now)
    with running(service):
        results = embed_texts(kind, service, rate_limiter, time, 200, concurrency=5)
    assert all(result.error is None for result in results)
    assert service.rejected_sec == [0]
    # Those in flight already arrive; and then none, until the time is up.
    assert [sec for sec in service.accepted_sec if 0 < sec < 30] == []
    assert sum(sec >= 30 for sec in service.accepted_sec) >= 100


@each_transport
def test_the_wait_for_the_quota_is_not_part_of_a_results_duration(kind: ClientKind) -> None:
    rate_limiter = RateLimiter(4)
    time = SimulatedTime(rate_limiter)
    with running(QuotaService()) as service:
        results = embed_texts(kind, service, rate_limiter, time, 12, concurrency=1)
    assert time.now_sec >= 2 * 60
    assert {result.seconds for result in results} == {0}


def test_two_runs_may_share_a_rate_limiter() -> None:
    rate_limiter = RateLimiter(20)
    time = SimulatedTime(rate_limiter)
    service = QuotaService(quota=20, window_sec=60, sends_headers=False, now=time.now)
    with (
        running(service),
        TwelveLabs("k", base_url=service.base_url, clock=time.clock()) as client,
    ):
        runs = [client.embed.many(texts(20), rate_limiter=rate_limiter) for _ in range(2)]
        threads = [threading.Thread(target=list, args=[run]) for run in runs]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert (len(service.accepted_sec), service.rejected_sec) == (40, [])


# ------------------------------------------------------------------------------- concurrency, bytes


@each_transport
def test_concurrency_holds_with_retries(kind: ClientKind) -> None:
    retry = RetryPolicy(base_sec=0.02)
    service = QuotaService(hold_sec=0.02, fails_first=True)
    with running(service):
        results = embed_many(kind, service.base_url, texts(60), concurrency=5, retry=retry)
    assert [result.attempts for result in results] == [2] * 60
    assert service.max_requests == 5


@each_transport
def test_bytes_in_flight_are_bounded(kind: ClientKind) -> None:
    small, large = 300_000, 3_000_000
    sizes = [small] * 8 + [large] + [small] * 8
    images = [Image(np.random.default_rng(1).bytes(size)) for size in sizes]
    service = QuotaService(hold_sec=0.01)
    with running(service):
        results = embed_many(
            kind, service.base_url, images, check=False, max_in_flight_bytes=1_300_000
        )
    assert all(result.error is None for result in results)
    sent_small, sent_large = sorted(service.max_beside_bytes)
    assert sent_small > small * 4 / 3
    assert service.max_beside_bytes[sent_small] == 2 * sent_small  # three at a time
    assert service.max_beside_bytes[sent_large] == 0  # more than the maximum is sent alone
    assert service.max_bytes == sent_large
