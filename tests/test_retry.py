import pickle
import time
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from hypothesis import given, strategies as st
from twelvelabs_embed import RetryPolicy
from twelvelabs_embed.errors import api_error
from twelvelabs_embed.retry import NO_RETRY, Clock, asked_wait_sec, is_retryable_status

NOW = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "wait_sec"),
    [
        ({}, None),
        ({"retry-after": "3"}, 3.0),
        ({"Retry-After": "0"}, 0.0),
        ({"retry-after": "1.5"}, 1.5),
        ({"retry-after": "-1"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": ""}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "Sun, 22 Nov 2026 12:00:30 GMT"}, 30.0),
        ({"retry-after": "Sun, 22 Nov 2026 13:00:30 +0100"}, 30.0),
        ({"retry-after": "2026-11-22T12:00:30Z"}, 30.0),
        ({"retry-after": "2026-11-22T12:00:30"}, 30.0),
        ({"retry-after": "Sun, 22 Nov 2026 11:00:00 GMT"}, 0.0),
        # What CST means depends on where one is.
        ({"retry-after": "Sun, 22 Nov 2026 12:00:30 CST"}, None),
        # Of 40 characters, and of 41, which no date has.
        ({"retry-after": "2026-11-22T12:00:30.00000000000000+00:00"}, 30.0),
        ({"retry-after": "2026-11-22T12:00:30.000000000000000+00:00"}, None),
        ({"retry-after-ms": "250"}, 0.25),
        ({"retry-after-ms": "0", "retry-after": "9"}, 0.0),
        ({"retry-after-ms": "x", "retry-after": "9"}, 9.0),
    ],
)
def test_what_the_service_asks_for(headers: dict[str, str], wait_sec: float | None) -> None:
    assert asked_wait_sec(api_error(httpx.Response(429, headers=headers)), NOW) == wait_sec


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="of POSIX")
def test_a_date_without_a_zone_is_in_utc(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("TZ", "Asia/Tokyo")
        time.tzset()
        headers = {"retry-after": "2026-11-22T12:00:30"}
        assert asked_wait_sec(api_error(httpx.Response(429, headers=headers)), NOW) == 30
    time.tzset()


def test_waits_double_up_to_the_cap() -> None:
    policy = RetryPolicy(base_sec=0.5, cap_sec=3, jitter=0)
    assert [policy.delay_sec(n, None) for n in (1, 2, 3, 4, 5)] == [0.5, 1, 2, 3, 3]


def test_jitter_shortens() -> None:
    for chance, wait_sec in ((0.0, 1.0), (0.25, 0.875), (1.0, 0.5)):
        policy = RetryPolicy(base_sec=1, jitter=0.5, random=lambda chance=chance: chance)
        assert policy.delay_sec(1, None) == wait_sec


def test_the_service_has_the_last_word_up_to_a_cap() -> None:
    policy = RetryPolicy(retry_after_cap_sec=10, jitter=0)
    assert policy.delay_sec(1, 4.0) == 4.0
    assert policy.delay_sec(1, 3600.0) == 10
    assert policy.delay_sec(3, policy.base_sec) == policy.base_sec


@pytest.mark.parametrize("asked_sec", [0.0, 0.001, 0.49])
def test_a_wait_that_is_hardly_one_does_not_replace_the_backoff(asked_sec: float) -> None:
    policy = RetryPolicy(jitter=0)
    delays_sec = [policy.delay_sec(failures, asked_sec) for failures in range(1, 8)]
    assert delays_sec == [0.5, 1, 2, 4, 8, 16, 20]


def test_a_wait_that_the_service_asks_for_is_spread_and_never_shorter() -> None:
    for chance, waits_sec in ((0.0, [2, 60, 60]), (0.5, [2.5, 62.5, 62.5]), (1.0, [3, 65, 65])):
        policy = RetryPolicy(random=lambda chance=chance: chance)
        assert [policy.delay_sec(1, asked_sec) for asked_sec in (2.0, 60.0, 86400.0)] == waits_sec


@given(st.integers(1, 10_000), st.none() | st.floats(0, 1e9))
def test_a_wait_is_never_negative_nor_endless(failures: int, asked_sec: float | None) -> None:
    policy = RetryPolicy()
    assert 0 <= policy.delay_sec(failures, asked_sec) <= 65


def test_retryable_statuses() -> None:
    retryable = {status for status in range(300, 600) if is_retryable_status(status)}
    assert retryable == {408, 429, *range(500, 600)}


def test_by_default_a_call_is_tried_for_five_minutes() -> None:
    policy = RetryPolicy(jitter=0)
    waits_sec = [policy.delay_sec(failures, None) for failures in range(1, policy.attempts)]
    assert waits_sec == [0.5, 1, 2, 4, 8, 16, 20]
    assert (policy.total_sec, policy.delay_sec(1, 1e9)) == (300, 60)
    assert RetryPolicy(random=lambda: 1.0).delay_sec(1, None) == 0.25
    assert RetryPolicy(attempts=1) == NO_RETRY == pickle.loads(pickle.dumps(NO_RETRY))
    assert repr(NO_RETRY) == (
        "RetryPolicy(attempts=1, total_sec=300.0, base_sec=0.5, cap_sec=20.0, "
        "retry_after_cap_sec=60.0, jitter=0.5)"
    )


async def test_the_clock_is_that_of_the_machine() -> None:
    clock = Clock()
    assert clock.now().utcoffset() == timedelta(0)
    before_sec = clock.monotonic()
    await clock.sleep_async(0.02)
    clock.sleep(0.02)
    # Timers may be early by the fineness of the machine's clock.
    assert clock.monotonic() - before_sec > 0.03


def test_a_policy_at_its_limits() -> None:
    zeros = {"total_sec": 0, "base_sec": 0, "cap_sec": 0, "retry_after_cap_sec": 0}
    for jitter in (0, 1):
        policy = RetryPolicy(attempts=1, jitter=jitter, **zeros)
        assert policy.delay_sec(1, None) == policy.delay_sec(1, 9.0) == 0


@pytest.mark.parametrize(
    "setting",
    [
        {"attempts": 0},
        {"total_sec": -0.1},
        {"base_sec": -0.1},
        {"cap_sec": -0.1},
        {"retry_after_cap_sec": -0.1},
        {"jitter": -0.1},
        {"jitter": 1.1},
    ],
)
def test_a_policy_that_cannot_be(setting: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=next(iter(setting))):
        RetryPolicy(**setting)  # type: ignore[arg-type]
