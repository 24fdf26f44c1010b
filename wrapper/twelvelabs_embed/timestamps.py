"""Timestamps: parsed from what people and programs write, and written as the API takes them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import TypeAlias

from twelvelabs_embed.errors import InvalidInputError, Violation

__all__ = ["Moment", "read_moment"]

Moment: TypeAlias = datetime | date | str
"""A point in time: `datetime`, `date` (its first second), or a text: `2026-02-01 14:30`."""


def read_moment(value: Moment, field: str, now: datetime) -> str:
    """Convert a point in time to RFC 3339 in UTC.

    Without a time zone it is in this machine's. A text without a date means today.

    Args:
        value: the point in time
        field: which argument it is, for the message
        now: the current time

    Raises:
        InvalidInputError: it cannot be parsed
    """
    moment = _read(value, field, now)
    if moment.tzinfo is None:
        moment = moment.astimezone()
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _read(value: Moment, field: str, now: datetime) -> datetime:
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime.combine(value, time())
    from dateutil import parser  # not needed before the first filter

    today = datetime.combine(now.astimezone().date(), time())
    try:
        return parser.parse(value, default=today, tzinfos=_zone_offset_sec)
    except (TypeError, ValueError, OverflowError):
        raise InvalidInputError(
            [
                Violation(
                    field,
                    repr(value),
                    "a moment is written such as '2026-02-01 14:30'",
                    "Write it like that",
                )
            ]
        ) from None


def _zone_offset_sec(name: str | None, offset_sec: int | None) -> int | None:
    # Names of zones, such as CST, are ambiguous.
    if name and offset_sec is None:
        raise ValueError(f"the zone {name} is not known")
    return offset_sec
