"""Timestamps as people and programs write them."""

import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from twelvelabs_embed import InvalidInputError
from twelvelabs_embed.timestamps import Moment, read_moment

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@pytest.fixture(params=["UTC", "Asia/Tokyo", "America/New_York"])
def zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """This machine stands somewhere else."""
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield str(request.param)
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-02-01T14:30:00Z", "2026-02-01T14:30:00.000Z"),
        ("2026-02-01T14:30:00.5+02:00", "2026-02-01T12:30:00.500Z"),
        ("Sun, 01 Feb 2026 14:30:00 GMT", "2026-02-01T14:30:00.000Z"),
        ("20260201T143000Z", "2026-02-01T14:30:00.000Z"),
        (datetime(2026, 2, 1, 14, 30, tzinfo=UTC), "2026-02-01T14:30:00.000Z"),
        (
            datetime(2026, 2, 1, 14, 30, tzinfo=timezone(timedelta(hours=-3))),
            "2026-02-01T17:30:00.000Z",
        ),
    ],
)
def test_with_a_zone_it_is_the_same_everywhere(zone: str, value: Moment, expected: str) -> None:
    assert read_moment(value, "started_at", NOW) == expected


@pytest.mark.parametrize(
    "value", ["2026-02-01 14:30", "Feb 1 2026 2:30pm", datetime(2026, 2, 1, 14, 30)]
)
def test_without_a_zone_it_is_this_machines(zone: str, value: Moment) -> None:
    hour = {"UTC": "14", "Asia/Tokyo": "05", "America/New_York": "19"}[zone]
    assert read_moment(value, "started_at", NOW) == f"2026-02-01T{hour}:30:00.000Z"


@pytest.mark.parametrize("value", ["2026-02-01", date(2026, 2, 1)])
def test_a_date_is_its_first_second(zone: str, value: Moment) -> None:
    hour = {"UTC": "02-01T00", "Asia/Tokyo": "01-31T15", "America/New_York": "02-01T05"}[zone]
    assert read_moment(value, "started_at", NOW) == f"2026-{hour}:00:00.000Z"


def test_a_time_is_todays(zone: str) -> None:
    hour = {"UTC": "14", "Asia/Tokyo": "05", "America/New_York": "19"}[zone]
    assert read_moment("14:30", "started_at", NOW) == f"2026-11-22T{hour}:30:00.000Z"
    day = 23 if zone == "Asia/Tokyo" else 22  # which begins there while it is still the 22nd in UTC
    late = NOW.replace(hour=23)
    assert read_moment("14:30", "started_at", late) == f"2026-11-{day}T{hour}:30:00.000Z"


@pytest.mark.parametrize("value", ["soon", "2026-13-45", "2026-02-01 14:30 CST", 7, "9" * 99])
def test_what_is_no_moment(value: Moment) -> None:
    with pytest.raises(InvalidInputError) as caught:
        read_moment(value, "ended_at", NOW)
    (violation,) = caught.value.violations
    assert (violation.field, violation.value) == ("ended_at", repr(value))
    assert "2026-02-01 14:30" in violation.allowed
