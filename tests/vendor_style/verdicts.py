"""What the programs give: the same as with the vendor's SDK, unless it is listed here."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from attrs import frozen


@frozen
class Verdict:
    """How a program's outcome differs, and why.

    Attributes:
        kind: better on purpose, or merely different
        reason: one sentence
        theirs: its result with the vendor's SDK
        ours: its result with this package
    """

    kind: Literal["better", "different"]
    reason: str
    theirs: Any
    ours: Any


VERDICTS: dict[str, Verdict] = {}

PENDING = frozenset((Path(__file__).parent / "pending.txt").read_text().split())
"""Programs whose outcome is not settled yet."""
