"""Packet scan: what the packets of a recording show, when each stream starts and ends above all."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import Factory, define

from twelvelabs_embed.validation.av_container import has_late_streams
from twelvelabs_embed.validation.media_facts import MediaFacts

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.packet import Packet
    from av.rational import AVRational
    from av.stream import Stream

S = TypeVar("S", bound="Stream")

__all__ = [
    "STORE_SCAN_BYTES",
    "WHOLE_SCAN_BYTES",
    "PacketScan",
    "is_declaring",
    "read_end_sec",
    "scan_packets",
    "to_sec",
]

WHOLE_SCAN_BYTES = 64 << 20
"""The size up to which a file is read to its end. Of larger files, which take long, the header will
do where it has the duration."""

STORE_SCAN_BYTES = 1 << 20
"""The same of objects in stores, which are read by ranges."""

_ESTIMATED_SCAN_BYTES = 512 << 20  # of files whose header has no duration
_JUMP_SEC = 10.0  # forward; a clock that jumps further was set anew, as FFmpeg itself sees it
_BACKWARD_SEC = 0.5
_PAUSE_SEC = 600.0  # a jump of less may as well be a picture that stands still
_MAY_JUMP = 0x200  # AVFMT_TS_DISCONT: formats whose clock may be set anew
_HEAD_PACKETS = 500
_TAIL_PACKETS = 20_000
_ENCRYPTION_EVERY = 32  # packets: the first seconds may be clear
_DECLARING = ("mov", "matroska", "avi", "flac", "wav")


@define
class PacketScan:
    """What the packets of a file show.

    Attributes:
        is_whole: whether all of them were read
        spans: start and end of each stream that has packets, in seconds of the file's clock
        encrypted: the streams with encrypted packets
        has_late_streams: whether there are streams that were not known at the beginning
        is_ambiguous: whether a pause was taken for a clock that was set anew
        last: the last packet
    """

    is_whole: bool
    spans: dict[int, tuple[float, float]] = Factory(dict)
    encrypted: set[int] = Factory(set)
    has_late_streams: bool = False
    is_ambiguous: bool = False
    last: Packet[Any] | None = None

    def with_content(self, streams: Iterable[S]) -> list[S]:
        """Return the streams with packets; all when not all packets were read."""
        return [one for one in streams if not self.is_whole or one.index in self.spans]

    def span(self, streams: Iterable[Stream]) -> tuple[float, float] | None:
        """Return when the first of some streams starts and the last ends."""
        spans = [self.spans[one.index] for one in streams if one.index in self.spans]
        if not spans:
            return None
        return min(start for start, _ in spans), max(end for _, end in spans)


def scan_packets(container: InputContainer, facts: MediaFacts, *, is_stored: bool) -> PacketScan:
    """Read the packets of a file, or of a large one the first."""
    max_bytes = WHOLE_SCAN_BYTES if is_declaring(container) else _ESTIMATED_SCAN_BYTES
    if is_stored:
        max_bytes = STORE_SCAN_BYTES
    scan = PacketScan(is_whole=(facts.size_bytes or 0) <= max_bytes)
    packets = container.demux()
    try:
        _read_packets(container, packets if scan.is_whole else islice(packets, _HEAD_PACKETS), scan)
    except IndexError:  # PyAV 18 raises it at the end, when there are more streams than it knew
        scan.has_late_streams = True
    scan.has_late_streams = scan.has_late_streams or has_late_streams(container)
    return scan


def is_declaring(container: InputContainer) -> bool:
    """Return whether the header states the duration."""
    return container.format.name.startswith(_DECLARING) and container.duration is not None


def _read_packets(
    container: InputContainer, packets: Iterable[Packet[Any]], scan: PacketScan
) -> None:
    """Add packets to a scan. A clock that is reset on the way continues where it was."""
    may_jump = bool(container.format.flags & _MAY_JUMP)
    shift_sec, newest_sec = 0.0, None
    clocks: dict[int, float] = {}
    counts: dict[int, int] = {}
    for packet in packets:
        if not packet.size:
            continue  # PyAV's own, after the last one
        index, base = packet.stream_index, packet.time_base
        counts[index] = counts.get(index, 0) + 1
        if counts[index] % _ENCRYPTION_EVERY == 1 and packet.has_sidedata("encryption_info"):
            scan.encrypted.add(index)
        first_sec, last_sec = scan.spans.get(index, (None, 0.0))
        shown_sec = to_sec(packet.dts if packet.pts is None else packet.pts, base)
        if may_jump and (clock_sec := to_sec(packet.dts, base)) is not None:
            clock_sec += shift_sec
            if newest_sec is not None and not (
                clocks.get(index, newest_sec) - _BACKWARD_SEC <= clock_sec <= newest_sec + _JUMP_SEC
            ):
                if 0 < clock_sec - newest_sec < _PAUSE_SEC:
                    scan.is_ambiguous = True
                after_sec = newest_sec + (to_sec(packet.duration, base) or 0.0)
                shift_sec += after_sec - clock_sec
                clock_sec = after_sec
            clocks[index] = clock_sec
            newest_sec = clock_sec if newest_sec is None else max(newest_sec, clock_sec)
        scan.last = packet
        if packet.is_discard:
            continue  # an edit list cuts it out: players do not show it
        # Raw streams have no clock.
        start_sec = last_sec if shown_sec is None else shown_sec + shift_sec
        end_sec = start_sec + (to_sec(packet.duration, base) or 0.0)
        first_sec = start_sec if first_sec is None else min(first_sec, start_sec)
        scan.spans[index] = first_sec, max(last_sec, end_sec)


def to_sec(ticks: int | None, time_base: Fraction | AVRational | None) -> float | None:
    """Return a time in seconds; None when the file has none."""
    # Where there is no time base, PyAV gives None before version 19, and then a zero.
    return float(ticks * time_base) if ticks is not None and time_base else None


def read_end_sec(container: InputContainer, declared_sec: float) -> float | None:
    """Return when the last packet ends, read from just before; None when that cannot be found."""
    import av.error

    tail = PacketScan(is_whole=False)
    try:
        container.seek(int(max(declared_sec - 1, 0) * 1_000_000))
        _read_packets(container, islice(container.demux(), _TAIL_PACKETS), tail)
    except (av.error.FFmpegError, IndexError):
        return None
    return max((end for _, end in tail.spans.values()), default=None)
