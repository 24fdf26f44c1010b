"""Minutes of audio and video in any hour: the third quota, known before a request is sent."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock

import pytest
from attrs import define, field
from hypothesis import given, strategies as st
from twelvelabs_embed import Audio, Clock, ConfigurationError, RetryPolicy, Text, TwelveLabs
from twelvelabs_embed._http.effects import SendRequest
from twelvelabs_embed.batch.admission import Admission
from twelvelabs_embed.batch.rate_limiter import Delay, Permit, RateLimiter
from twelvelabs_embed_emulator import Emulator, samples

from tests.waiting import wait_until

HOUR_SEC = 3600.0


def limiter(minutes: float) -> RateLimiter:
    return RateLimiter(minutes_per_hour=minutes)


def test_as_much_as_the_quota_allows_is_sent_without_a_wait() -> None:
    quota = limiter(2)
    assert quota.acquire_media(0, 60) is None
    assert quota.acquire_media(0, 60) is None
    delay = quota.acquire_media(0, 1)
    assert delay is not None
    assert delay.reason == quota.throttled_by == "minutes_per_hour"


@pytest.mark.parametrize(("took_sec", "counted_sec"), [(3, 3), (5, 5), (40, 5)])
def test_what_was_embedded_counts_for_an_hour_after_its_response(
    took_sec: float, counted_sec: float
) -> None:
    """Of a slow response, five seconds are assumed for its request's way."""
    quota, again_sec = limiter(1), HOUR_SEC + counted_sec
    assert quota.acquire_media(0, 60) is None
    quota.release_media(0, took_sec, 60, 200)
    assert quota.acquire_media(50, 30) == Delay(again_sec - 50, "minutes_per_hour")
    assert quota.acquire_media(again_sec - 0.5, 30) == Delay(0.5, "minutes_per_hour")
    assert quota.throttled_by == "minutes_per_hour"
    assert quota.acquire_media(again_sec, 30) is None
    assert quota.waited_sec == again_sec - 50
    assert quota.throttled_by == ""


def test_a_slow_response_does_not_count_less_long_than_one_before() -> None:
    quota = limiter(1)
    assert [quota.acquire_media(0, 30), quota.acquire_media(10, 30)] == [None, None]
    quota.release_media(10, 11, 30, 200)
    quota.release_media(0, 12, 30, 200)
    assert quota.acquire_media(20, 60) == Delay(HOUR_SEC + 11 - 20, "minutes_per_hour")


@pytest.mark.parametrize("status", [400, 429, 503, 0])
def test_what_was_rejected_or_not_sent_does_not_count(status: int) -> None:
    quota = limiter(1)
    assert quota.acquire_media(0, 60) is None
    quota.release_media(0, 1, 60, status)
    assert quota.acquire_media(1, 60) is None


def test_what_is_in_flight_counts_until_its_response() -> None:
    quota = limiter(1)
    assert [quota.acquire_media(0, 30), quota.acquire_media(0, 20)] == [None, None]
    quota.release_media(0, 1, 30, 400)
    assert quota.acquire_media(1, 41) is not None
    assert quota.acquire_media(1, 40) is None


def test_a_request_without_a_response_counts() -> None:
    quota = limiter(1)
    assert quota.acquire_media(0, 60) is None
    quota.release_media(0, 1, 60, None)
    assert quota.acquire_media(1, 60) is not None


def test_what_is_longer_than_the_quota_is_sent_alone() -> None:
    quota = limiter(1)
    assert quota.acquire_media(0, 600) is None
    assert quota.acquire_media(0, 1) is not None
    quota.release_media(0, 1, 600, 200)
    assert quota.acquire_media(11, 700) == Delay(HOUR_SEC - 10, "minutes_per_hour")
    assert quota.acquire_media(HOUR_SEC + 1, 600) is None


@pytest.mark.parametrize("minutes", [0, -1, float("nan")])
def test_a_quota_has_minutes(minutes: float) -> None:
    with pytest.raises(ConfigurationError):
        limiter(minutes)


def seconds(low_sec: float, high_sec: float) -> st.SearchStrategy[float]:
    """Times in whole 1024ths of a second, which stay exact when an hour is added."""
    return st.integers(int(low_sec * 1024), int(high_sec * 1024)).map(lambda ticks: ticks / 1024)


@given(
    st.lists(
        st.tuples(seconds(0, 900), seconds(0.125, 120), seconds(0, 60)),
        max_size=40,
    )
)
def test_no_hour_has_more_than_the_quota(steps: list[tuple[float, float, float]]) -> None:
    """Whenever within its request the service counts an item, at its start or at its end."""
    quota, now_sec, counted = limiter(3), 0.0, list[tuple[float, float, float]]()
    for pause_sec, media_sec, took_sec in steps:
        now_sec += pause_sec
        while (delay := quota.acquire_media(now_sec, media_sec)) is not None:
            assert delay.sec > 0
            now_sec += delay.sec
        took_sec = min(took_sec, 5.0)  # the transit that is assumed
        quota.release_media(now_sec, now_sec + took_sec, media_sec, 200)
        counted.append((now_sec, now_sec + took_sec, media_sec))
        now_sec += took_sec
    for start_sec, _, _ in counted:
        in_hour = [sec for _, end, sec in counted if start_sec < end <= start_sec + HOUR_SEC]
        in_hour_by_start = [sec for at, _, sec in counted if start_sec <= at < start_sec + HOUR_SEC]
        assert sum(in_hour) <= 180 + 1e-3
        assert sum(in_hour_by_start) <= 180 + 1e-3


@define
class SharedTime:
    """The time of a client and of the emulator: who sleeps, advances it.

    Not while media is on its way, which takes no such time. What has its share of the quota and
    waits for a permit is not on its way.
    """

    emulator: Emulator
    quota: RateLimiter
    sec: float = 0.0
    waiting: int = 0
    lock: Lock = field(factory=Lock)

    def monotonic(self) -> float:
        with self.lock:
            return self.sec

    def now(self) -> datetime:
        return datetime(2026, 11, 1, tzinfo=UTC) + timedelta(seconds=self.sec)

    def is_media_on_its_way(self) -> bool:
        media = self.quota._media
        return media is not None and media._in_flight > self.waiting

    def sleep(self, duration_sec: float) -> None:
        step_sec = max(duration_sec, 120.0)  # it may oversleep, so that few steps are needed
        is_over = False
        while not is_over:
            wait_until(lambda: not self.is_media_on_its_way())
            with self.lock:
                if is_over := not self.is_media_on_its_way():
                    self.sec += step_sec
                    self.emulator.advance(seconds=step_sec)

    async def sleep_async(self, duration_sec: float) -> None:
        await asyncio.to_thread(self.sleep, duration_sec)

    async def acquire_permit(self, admission: Admission, command: SendRequest) -> Permit:
        self.waiting += command.media_sec > 0
        try:
            return await acquire_permit(admission, command)
        finally:
            with self.lock:
                self.waiting -= command.media_sec > 0


acquire_permit = Admission.acquire_permit


@pytest.mark.parametrize("texts", [0, 5])
def test_a_service_that_counts_minutes_rejects_nothing(
    tmp_path: Path, texts: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    sounds = [samples.audio(tmp_path / f"{n}.wav", duration_sec=6 + n) for n in range(6)]
    inputs = [*map(Audio, sounds), *(Text(f"text {n}") for n in range(texts))]
    # Whole seconds never add up to it: a quota that is used up rejects texts, too.
    minutes = 24.6 / 60
    with Emulator(minutes_per_hour=minutes) as emulator:
        quota = RateLimiter(minutes_per_hour=minutes)
        shared = SharedTime(emulator, quota)
        clock = Clock(shared.monotonic, shared.now, shared.sleep, shared.sleep_async)
        monkeypatch.setattr(Admission, "acquire_permit", lambda *of: shared.acquire_permit(*of))
        with TwelveLabs(
            "k", base_url=emulator.base_url, clock=clock, retry=RetryPolicy(attempts=1)
        ) as client:
            results = list(client.embed.many(inputs, concurrency=4, rate_limiter=quota))
    assert [one.error for one in results] == [None] * len(inputs)
    # 51 s of sound, of which 24 fit into an hour.
    assert shared.sec >= 2 * HOUR_SEC
    assert quota.waited_sec >= 2 * HOUR_SEC
