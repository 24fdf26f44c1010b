"""How far an upload, or the waiting for its result, has come."""

from __future__ import annotations

from typing import Literal, TypeAlias

from attrs import frozen

__all__ = ["Phase", "Progress"]

Phase: TypeAlias = Literal["upload", "processing", "embedding"]
"""Bytes are sent; the service prepares the asset; the service embeds."""


@frozen
class Progress:
    """What a progress callback is told.

    It is called by whichever thread sends, but never twice at the same time, and sending waits for
    it: be quick. What it raises ends the upload. While bytes are sent, it is called about once for
    every 384 KB; `done_bytes` only ever grows, unless a part has to be sent again.

    Attributes:
        phase: what is going on
        label: what it is about: the name of a file
        done_bytes: how much has been sent, also before a crash
        total_bytes: how much there is to send
        elapsed_sec: seconds since the phase began
        id: the asset or the task that is waited for; keep a task's, to collect it another time
    """

    phase: Phase
    label: str
    done_bytes: int
    total_bytes: int
    elapsed_sec: float
    id: str | None = None
