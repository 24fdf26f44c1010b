"""Spacing of many waits, and the random part of their pauses."""

from datetime import UTC, datetime

import httpx
import pytest
from twelvelabs_embed import RetryPolicy
from twelvelabs_embed.errors import api_error
from twelvelabs_embed.retry import Pacer, asked_wait_sec


def test_waits_are_spaced_and_no_unused_time_is_saved_up() -> None:
    pacer = Pacer(per_sec=4)
    assert [pacer.delay_sec(10.0) for _ in range(3)] == [0, 0.25, 0.5]
    assert pacer.delay_sec(10.5) == 0.25
    assert [pacer.delay_sec(20.0) for _ in range(2)] == [0, 0.25]


def test_a_time_is_reserved_by_one_thread_at_a_time() -> None:
    is_locked = list[bool]()

    class WatchedPacer(Pacer):
        def __setattr__(self, name: str, value: object) -> None:
            if lock := getattr(self, "_lock", None):
                is_locked.append(lock.locked())
            super().__setattr__(name, value)

    WatchedPacer().delay_sec(0.0)
    assert is_locked == [True]


def test_by_default_ten_waits_end_in_a_second() -> None:
    pacer = Pacer()
    delays_sec = [pacer.delay_sec(0.0) for _ in range(11)]
    assert delays_sec[-1] == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("chance", "jitter", "pause_sec"),
    [(0, 0.5, 8), (0.5, 0.5, 10), (1, 0.5, 12), (1, 1, 14), (0, 0, 10), (1, 0, 10)],
)
def test_a_pause_varies_in_both_directions(chance: float, jitter: float, pause_sec: float) -> None:
    policy = RetryPolicy(jitter=jitter, random=lambda: chance)
    assert policy.vary_sec(10) == pytest.approx(pause_sec)


def test_an_asked_wait_is_a_century_at_most() -> None:
    error = api_error(httpx.Response(429, headers={"retry-after": "1e300"}))
    assert asked_wait_sec(error, datetime(2026, 11, 22, tzinfo=UTC)) == 100 * 365 * 86400
