"""Waits that the service asks for: spread, reported, and too long ones end a run."""

from __future__ import annotations

import asyncio
import logging
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from attrs import define
from twelvelabs_embed import Clock, QuotaExhaustedError, RateLimiter, RetryPolicy, TwelveLabs
from twelvelabs_embed.batch.admission import AdmissionControl
from twelvelabs_embed.batch.jobs import BatchResult
from twelvelabs_embed.batch.rate_limiter import Delay, Permit
from twelvelabs_embed.bulk import RunReport
from twelvelabs_embed.bulk.failures import read_errors
from twelvelabs_embed.errors import (
    ApiError,
    InternalServerError,
    ServiceUnavailableError,
    TooManyRequestsError,
    api_error,
)
from twelvelabs_embed.retry import MAX_SPREAD_SEC

from tests.bulk.datasets import manifest, written
from tests.clients import ClientKind, each_transport
from tests.scripted_server import Response, ScriptedServer, scripted_server

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
OK = Response(body={"data": [{"embedding": [0.5, -0.25]}]})
LIMITED = {"code": "too_many_requests", "message": "wait"}


@define
class FakeTime:
    """Time that a sleep advances at once."""

    now_sec: float = 0.0

    def clock(self) -> Clock:
        def sleep(duration_sec: float) -> None:
            self.now_sec += duration_sec

        async def sleep_async(duration_sec: float) -> None:
            sleep(duration_sec)

        return Clock(
            monotonic=lambda: self.now_sec,
            now=lambda: NOW + timedelta(seconds=self.now_sec),
            sleep=sleep,
            sleep_async=sleep_async,
        )


def limited(retry_after: str, status: int = 429) -> Response:
    return Response(status, LIMITED, {"retry-after": retry_after})


LONG = {
    "seconds": limited("86400"),
    "a date": limited("Tue, 01 Dec 2026 12:00:00 GMT"),
    "an hour": limited("3600"),
    "milliseconds": Response(429, LIMITED, {"retry-after-ms": "86400000"}),
    "of 503": limited("86400", 503),
}


async def embed_many(
    kind: ClientKind,
    server: ScriptedServer,
    count: int,
    clock: Clock,
    done: list[BatchResult],
    **options: Any,
) -> None:
    """Embed texts that are numbers, and add their results to `done`."""
    async with kind.open(base_url=server.base_url, clock=clock) as client:
        async for result in client.embed.many(map(str, range(count)), **options):
            done.append(result)  # those before an error, too


@each_transport
@pytest.mark.parametrize("response", LONG.values(), ids=LONG)
async def test_a_wait_beyond_the_policy_ends_many_after_what_is_done(
    kind: ClientKind, response: Response
) -> None:
    time, done = FakeTime(), list[BatchResult]()
    with scripted_server(OK, OK, response) as server:
        with pytest.raises(QuotaExhaustedError) as caught:
            await embed_many(kind, server, 50, time.clock(), done, concurrency=1)
        assert len(server.requests) == 3
    assert [result.input for result in done] == ["0", "1"]
    assert all(result.error is None for result in done)
    waits_sec = (3600, 86400)
    assert round(caught.value.wait_sec) in waits_sec
    assert caught.value.retry_at in [NOW + timedelta(seconds=sec) for sec in waits_sec]
    assert time.now_sec < 1


@each_transport
async def test_what_is_in_flight_is_finished(kind: ClientKind) -> None:
    """Of eight items at a time, one has to wait for a day, and the others are embedded."""
    time, results = FakeTime(), list[BatchResult]()
    with scripted_server(limited("86400"), OK) as server:
        with pytest.raises(QuotaExhaustedError):
            await embed_many(kind, server, 50, time.clock(), results, concurrency=8)
        sent = len(server.requests)
    assert sent < 50  # how many others are embedded before the one that ends the run is open
    assert len(results) == sent - 1
    assert all(result.error is None for result in results)


@each_transport
async def test_results_in_order_are_not_lost(kind: ClientKind) -> None:
    time, results = FakeTime(), list[BatchResult]()
    with scripted_server(limited("86400"), OK) as server:
        with pytest.raises(QuotaExhaustedError):
            await embed_many(kind, server, 9, time.clock(), results, concurrency=4, in_order=True)
        assert len(results) == len(server.requests) - 1
    done = [str(result.input) for result in results]
    assert done == sorted(done)


@each_transport
async def test_a_longer_policy_waits(kind: ClientKind) -> None:
    time = FakeTime()
    retry = RetryPolicy(total_sec=200_000, retry_after_cap_sec=100_000, jitter=0)
    settings = {"clock": time.clock(), "retry": retry}
    async with kind.connected(limited("86400"), OK, **settings) as (client, _):
        (result,) = [one async for one in client.embed.many(["a"])]
    assert result.error is None
    assert time.now_sec >= 86400


def test_a_run_ends_without_failures_and_resumes(tmp_path: Path) -> None:
    time, out = FakeTime(), tmp_path / "out"
    source = manifest(tmp_path / "m.jsonl", [f"text {number}" for number in range(20)])
    with scripted_server(OK, OK, OK, limited("86400")) as server:
        with TwelveLabs("k", base_url=server.base_url, clock=time.clock()) as client:
            with pytest.raises(QuotaExhaustedError, match="asks to wait 24 h") as caught:
                client.bulk.run(source, out, concurrency=2)
    assert f"{caught.value.retry_at.astimezone():%H:%M}" in str(caught.value)
    assert not list(read_errors(out))
    before = len(written(out))
    assert before == 3
    with scripted_server(OK) as server, TwelveLabs("k", base_url=server.base_url) as client:
        assert client.bulk.run(source, out).done == 20 - before


def test_a_long_wait_is_logged_once_with_its_end(caplog: pytest.LogCaptureFixture) -> None:
    time = FakeTime()
    control = AdmissionControl(1, RateLimiter(), 1, time.clock(), RetryPolicy(jitter=0))

    def wait_sec(retry_after: str) -> float | None:
        response = httpx.Response(429, headers={"retry-after": retry_after})
        return control.asked_wait_sec(api_error(response))

    with caplog.at_level(logging.WARNING, "twelvelabs_embed"):
        assert [wait_sec("120"), wait_sec("120"), wait_sec("125"), wait_sec("3")] == [
            120,
            120,
            125,
            3,
        ]
        (logged,) = caplog.messages
        assert "2 min" in logged
        assert f"{(NOW + timedelta(seconds=120)).astimezone():%H:%M:%S}" in logged
        time.now_sec = 120
        assert [wait_sec("3600"), wait_sec("nothing")] == [3600, None]
        assert len(caplog.messages) == 2
        assert "1 h" in caplog.messages[1]
        time.now_sec = 1e5
        assert [wait_sec("9"), wait_sec("10")] == [9, 10]
        assert len(caplog.messages) == 2  # a short wait is none to warn of, nor one soon after it
        time.now_sec = 2e5
        assert wait_sec("10") == 10
    assert len(caplog.messages) == 3
    policy = RetryPolicy(jitter=0.5, random=lambda: 1.0)
    control = AdmissionControl(1, RateLimiter(), 1, time.clock(), policy)
    assert [wait_sec("4"), wait_sec("120")] == [6, 125]  # spread


@pytest.mark.parametrize(
    "kind", [TooManyRequestsError, ServiceUnavailableError, InternalServerError]
)
def test_a_wait_is_too_long_when_no_attempt_can_follow_it(kind: type[ApiError]) -> None:
    """Up to the time of all attempts and what spreads them, another one can."""
    policy = RetryPolicy(total_sec=50)
    control = AdmissionControl(1, RateLimiter(), 1, FakeTime().clock(), policy)
    longest_ms = (50 + MAX_SPREAD_SEC) * 1000

    def error(wait_ms: float) -> ApiError:
        status = {TooManyRequestsError: 429, ServiceUnavailableError: 503}.get(kind, 500)
        found = api_error(httpx.Response(status, headers={"retry-after-ms": str(wait_ms)}))
        assert type(found) is kind
        return found

    control.raise_if_exhausted(error(longest_ms))
    if kind is InternalServerError:
        control.raise_if_exhausted(error(longest_ms + 1))
        return
    with pytest.raises(QuotaExhaustedError) as caught:
        control.raise_if_exhausted(error(longest_ms + 1))
    wait_sec = (longest_ms + 1) / 1000
    assert caught.value.wait_sec == pytest.approx(wait_sec)
    assert caught.value.retry_at == NOW + timedelta(seconds=caught.value.wait_sec)


def test_no_wait_is_no_reason_to_send_more() -> None:
    """429 with `Retry-After: 0` counts as a rejection, which slows all requests down."""
    limiter = RateLimiter()
    for number in range(5):
        permit = limiter.acquire(float(number))  # four in a row are not enough
        assert isinstance(permit, Permit)
        limiter.release(permit, number + 0.1, 429, {}, 0.0)
    # Five in four seconds, halved, but not below one a second.
    assert limiter.acquire(4.2) == Delay(pytest.approx(0.8, abs=0.01), "rejections")


class Stop:
    """A clock with which the first sleep stops the run.

    Attributes:
        event: is set then
        steps_sec: how long all sleeps were to take
    """

    def __init__(self) -> None:
        self.event = threading.Event()
        self.steps_sec: list[float] = []

    async def sleep_async(self, duration_sec: float) -> None:
        self.steps_sec.append(duration_sec)
        self.event.set()
        await asyncio.sleep(0)

    def sleep(self, duration_sec: float) -> None:
        asyncio.run(self.sleep_async(duration_sec))

    def run(
        self, server: ScriptedServer, folder: Path, is_given: bool, **options: Any
    ) -> RunReport:
        """Run thirty texts, with a user-supplied HTTP client or without."""
        source = manifest(folder / "m.jsonl", [f"text {number}" for number in range(30)])
        clock = Clock(sleep=self.sleep, sleep_async=self.sleep_async)
        with httpx.Client() as http:
            own = http if is_given else None
            client = TwelveLabs("k", base_url=server.base_url, clock=clock, httpx_client=own)
            return client.bulk.run(source, folder / "out", stop=self.event.is_set, **options)


@pytest.mark.parametrize("is_given", [False, True])
def test_stopping_does_not_wait_for_the_quota_of_items_that_were_not_sent(
    is_given: bool, tmp_path: Path
) -> None:
    stop = Stop()
    with scripted_server(OK) as server:
        report = stop.run(server, tmp_path, is_given, rpm=5, concurrency=8)
        assert len(server.requests) == 5
    assert (report.done, report.failed, report.is_stopped) == (5, 0, True)
    assert not list(read_errors(tmp_path / "out"))
    assert len(stop.steps_sec) < 20  # of the real sixty seconds of the quota, in steps of one


@pytest.mark.parametrize("is_given", [False, True])
@pytest.mark.parametrize("status", [429, 503])
def test_stopping_does_not_wait_for_items_that_were_only_rejected(
    status: int, is_given: bool, tmp_path: Path
) -> None:
    """Nothing was done for them; those of which something is are finished."""
    stop, rejected = Stop(), Response(status, b"", {"retry-after": "50"})
    with scripted_server(OK, OK, rejected) as server:
        report = stop.run(server, tmp_path, is_given, concurrency=4)
        assert len(server.requests) <= 6
    assert (report.done, report.failed, report.is_stopped) == (2, 0, True)
    assert not list(read_errors(tmp_path / "out"))
    assert max(stop.steps_sec) <= 1
