"""Usage of all runs into a folder, stored as `usage.json` for the report page."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import reduce
from pathlib import Path
from typing import Any

from attrs import asdict, fields_dict, frozen

from twelvelabs_embed._files import atomic_write

__all__ = ["Usage"]

_FILE = "usage.json"
_FORMAT = 1


@frozen(kw_only=True)
class Usage:
    """What runs used.

    Attributes:
        runs: how many runs there were
        requests: how many requests were sent, with uploads, polls and retries
        retries: how many of them repeated one that had failed
        media_sec: how much audio and video was embedded, in seconds
        tokens: how many tokens were used
        waited_sec: how long requests were throttled, in seconds
        run_sec: how long the runs took, in seconds
    """

    runs: int = 0
    requests: int = 0
    retries: int = 0
    media_sec: float = 0.0
    tokens: int = 0
    waited_sec: float = 0.0
    run_sec: float = 0.0


def _read(folder: Path) -> Usage | None:
    """Read the usage of a folder; None when there is none, or none that can be read."""
    try:
        document: dict[str, Any] = json.loads((folder / _FILE).read_bytes())
        if document.pop("format") != _FORMAT:
            return None
        return Usage(**{name: value + 0 for name, value in document.items()})
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None


def total_usage(folders: Iterable[Path]) -> Usage | None:
    """Return the usage of several folders together; None when none has any that can be read."""
    found = [usage for usage in map(_read, folders) if usage is not None]
    return reduce(_sum, found) if found else None


def _sum(one: Usage, other: Usage) -> Usage:
    return Usage(**{name: getattr(one, name) + getattr(other, name) for name in fields_dict(Usage)})


def add_usage(folder: Path, more: Usage) -> None:
    """Add the usage of a run. It is for information: what cannot be written is omitted."""
    total = _sum(_read(folder) or Usage(), more)
    document = {"format": _FORMAT, **asdict(total)}
    try:
        atomic_write(folder / _FILE, (json.dumps(document, indent=2) + "\n").encode())
    except OSError:
        return
