"""Progress of uploads, and of waiting for their results."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import TYPE_CHECKING, Literal, TypeAlias

from attrs import frozen

if TYPE_CHECKING:
    from twelvelabs_embed.retry import Clock

__all__ = ["Phase", "Progress", "ProgressMeter"]

Phase: TypeAlias = Literal["upload", "processing", "embedding"]
"""Bytes are sent; the service prepares the asset; the service embeds."""


@frozen
class Progress:
    """The argument of a progress callback.

    The callback is called by the thread that sends, but never twice at the same time, and sending
    waits for it: be quick. An error that it raises ends the upload. While bytes are sent, it is
    called about once for every 384 KB; `done_bytes` only grows, unless a chunk is sent again.

    Attributes:
        phase: what is done at the moment
        label: of the media: the name of a file
        done_bytes: how much has been sent, also before a crash
        total_bytes: how much there is to send
        elapsed_sec: seconds since the phase started
        id: the asset or the task that is waited for; keep a task's, to collect it another time
    """

    phase: Phase
    label: str
    done_bytes: int
    total_bytes: int
    elapsed_sec: float
    id: str | None = None


class ProgressMeter:
    """Adds up what the chunks of an upload have sent, and calls a callback. Threads may share it.

    Args:
        callback: called with each progress; None to do without
        label: of the media
        total_bytes: how much there is to send
        clock: time
    """

    def __init__(
        self,
        callback: Callable[[Progress], object] | None,
        label: str,
        total_bytes: int,
        clock: Clock,
    ) -> None:
        self._callback = callback
        self._label = label
        self._total_bytes = total_bytes
        self._clock = clock
        self._started_sec = clock.monotonic()
        self._sent_bytes: dict[int, int] = {}
        self._lock = Lock()

    def start(self, done_bytes: int) -> None:
        """Start with what was sent before."""
        self._sent_bytes.clear()
        self.report(0, done_bytes)

    def report(self, index: int, sent_bytes: int) -> None:
        """Report how much a chunk has sent; less than before when it is sent again."""
        if self._callback is None:
            return
        with self._lock:
            self._sent_bytes[index] = sent_bytes
            # A form is a little longer than its file.
            done_bytes = min(sum(self._sent_bytes.values()), self._total_bytes)
            elapsed_sec = self._clock.monotonic() - self._started_sec
            self._callback(
                Progress("upload", self._label, done_bytes, self._total_bytes, elapsed_sec)
            )
