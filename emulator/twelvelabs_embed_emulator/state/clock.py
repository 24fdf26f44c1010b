"""The emulator's clock, and timestamps in RFC 3339.

All that depends on time (processing, expiry, retention) looks only at this clock, so that a test
can advance it and waits for nothing. Timestamps are milliseconds since 1970 UTC: the precision of
the responses, so that a timestamp from a response is a good filter for a list.
"""

import re
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

HOUR_MS = 3600 * 1000
DAY_MS = 24 * HOUR_MS

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_LAST_MS = (datetime(9000, 1, 1, tzinfo=UTC) - _EPOCH) // _MILLISECOND
_RFC_3339 = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", re.ASCII | re.IGNORECASE
)


class Clock:
    """Real time plus an offset, which only grows.

    Args:
        offset_ms: how far it is ahead of real time.
        time_sec: real time, in seconds since 1970 UTC.
    """

    def __init__(self, offset_ms: int = 0, time_sec: Callable[[], float] = time.time) -> None:
        self.offset_ms = offset_ms
        self._time_sec = time_sec

    def now_ms(self) -> int:
        """Return the current time."""
        return int(self._time_sec() * 1000) + self.offset_ms

    def advance(self, step: timedelta) -> None:
        """Move the clock ahead by `step`.

        Raises:
            ValueError: `step` is negative (what has expired cannot come back), or the clock would
                pass the year 9000.
        """
        if step < timedelta(0):
            raise ValueError(f"The clock only goes ahead; {step} would move it back.")
        step_ms = step // _MILLISECOND
        if self.now_ms() + step_ms > _LAST_MS:
            raise ValueError("The clock goes no further than the year 9000.")
        self.offset_ms += step_ms


def format_timestamp(time_ms: int) -> str:
    """Return a timestamp as the API writes it: RFC 3339 in UTC, with milliseconds."""
    timestamp = _EPOCH + time_ms * _MILLISECOND
    return timestamp.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def parse_timestamp(text: str) -> float:
    """Return a timestamp in RFC 3339 in milliseconds.

    Raises:
        ValueError: it is not RFC 3339.
    """
    if not _RFC_3339.fullmatch(text):  # fromisoformat takes much else, such as 20260201
        raise ValueError(f"{text[:60]!r} is not a moment like 2026-02-01T12:00:00Z")
    return (datetime.fromisoformat(text.upper()) - _EPOCH) / _MILLISECOND
