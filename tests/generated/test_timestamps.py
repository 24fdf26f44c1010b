"""Timestamps of responses become aware datetimes, however they are written."""

from datetime import UTC, datetime
from typing import Any

import pytest
from twelvelabs_embed_api.models import Asset


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-02-01T12:00:00Z", datetime(2026, 2, 1, 12, tzinfo=UTC)),
        ("2026-02-01T12:00:00.123456789Z", datetime(2026, 2, 1, 12, 0, 0, 123456, tzinfo=UTC)),
        ("2026-02-01 12:00:00", datetime(2026, 2, 1, 12, tzinfo=UTC)),
        ("2026-02-01T12:00:00+0200", datetime(2026, 2, 1, 10, tzinfo=UTC)),
        ("20260201T120000Z", datetime(2026, 2, 1, 12, tzinfo=UTC)),
        ("Sun, 01 Feb 2026 12:00:00 GMT", datetime(2026, 2, 1, 12, tzinfo=UTC)),
        ("0001-01-01T00:00:00Z", datetime(1, 1, 1, tzinfo=UTC)),
    ],
)
def test_a_moment_is_in_utc(text: str, expected: datetime) -> None:
    found = Asset.from_dict({"_id": "a1", "created_at": text})
    assert found.created_at == expected
    assert found.to_dict()["created_at"].endswith("+00:00")


@pytest.mark.parametrize("value", ["", "soon", None, 1767225600, "2026-02-01T12:00:00 PST", []])
def test_what_is_no_moment_does_not_spoil_the_response(value: Any) -> None:
    found = Asset.from_dict({"_id": "a1", "created_at": value})
    assert (found.id, found.created_at) == ("a1", None)
