from datetime import UTC, datetime

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from twelvelabs_embed import RetryPolicy
from twelvelabs_embed.errors import api_error
from twelvelabs_embed.retry import asked_wait_sec, is_retryable_status

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
        ({"retry-after-ms": "250"}, 0.25),
        ({"retry-after-ms": "0", "retry-after": "9"}, 0.0),
        ({"retry-after-ms": "x", "retry-after": "9"}, 9.0),
    ],
)
def test_what_the_service_asks_for(headers: dict[str, str], wait_sec: float | None) -> None:
    assert asked_wait_sec(api_error(httpx.Response(429, headers=headers)), NOW) == wait_sec


def test_waits_double_up_to_the_cap() -> None:
    policy = RetryPolicy(base_sec=0.5, cap_sec=3, jitter=0)
    assert [policy.delay_sec(n, None) for n in (1, 2, 3, 4, 5)] == [0.5, 1, 2, 3, 3]


def test_jitter_shortens() -> None:
    policy = RetryPolicy(base_sec=1, jitter=0.5, random=lambda: 1.0)
    assert policy.delay_sec(1, None) == 0.5


def test_the_service_has_the_last_word_up_to_a_cap() -> None:
    policy = RetryPolicy(retry_after_cap_sec=10)
    assert policy.delay_sec(1, 4.0) == 4.0
    assert policy.delay_sec(1, 3600.0) == 10


@given(st.integers(1, 10_000), st.none() | st.floats(0, 1e9))
def test_a_wait_is_never_negative_nor_endless(failures: int, asked_sec: float | None) -> None:
    policy = RetryPolicy()
    assert 0 <= policy.delay_sec(failures, asked_sec) <= 60


def test_retryable_statuses() -> None:
    retryable = {status for status in range(300, 600) if is_retryable_status(status)}
    assert retryable == {408, 429, *range(500, 600)}


@pytest.mark.parametrize(
    "setting", [{"attempts": 0}, {"total_sec": -1}, {"jitter": 1.1}, {"base_sec": -0.1}]
)
def test_a_policy_that_cannot_be(setting: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=next(iter(setting))):
        RetryPolicy(**setting)  # type: ignore[arg-type]
