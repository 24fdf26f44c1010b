"""Moments as people and programs write them, and as the API wants them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import TypeAlias

from twelvelabs_embed.errors import InvalidInputError, Violation

__all__ = ["Moment", "read_moment"]

Moment: TypeAlias = datetime | date | str
"""A moment: `datetime`, `date` (its first second), or what a person types: `2026-02-01 14:30`."""


def read_moment(value: Moment, field: str, now: datetime) -> str:
    """Read a moment and write it as RFC 3339 in UTC.

    A moment without a zone is one of this machine's, as a person means it. What a text leaves out
    is today's: `14:30` is half past two today.

    Args:
        value: the moment
        field: which argument it is, for the message
        now: the present moment

    Raises:
        InvalidInputError: it is no moment
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
    # Names of zones, such as CST, mean different things in different places.
    if name and offset_sec is None:
        raise ValueError(f"the zone {name} is not known")
    return offset_sec
