"""How long a recording is, by its packets and its header, at the limits of each rule."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import av
import pytest
from twelvelabs_embed import Media
from twelvelabs_embed.validation import recording_probe
from twelvelabs_embed.validation.media_facts import MediaFacts
from twelvelabs_embed.validation.packet_scan import (
    PacketScan,
    _read_packets,
    is_declaring,
    read_end_sec,
    scan_packets,
    to_sec,
)
from twelvelabs_embed.validation.recording_probe import (
    _add_declared_duration,
    _add_duration,
    _length_sec,
)

MEDIA, MILLISECONDS = Media.bytes(b"film"), Fraction(1, 1000)


def packet(pts_sec: float | None, dts_sec: float | None = None, **changes: Any) -> Any:
    """A packet of a tenth of a second; it is decoded when it is shown, if nothing else is given."""

    def ticks(sec: float | None) -> int | None:
        return None if sec is None else round(sec * 1000)

    is_encrypted = changes.pop("is_encrypted", False)
    values = {
        "pts": ticks(pts_sec),
        "dts": ticks(pts_sec if dts_sec is None else dts_sec),
        "size": 1,
        "stream_index": 0,
        "time_base": MILLISECONDS,
        "duration": 100,
        "is_discard": False,
        "has_sidedata": lambda name: is_encrypted and name == "encryption_info",
    }
    return SimpleNamespace(**{**values, **changes})


def container(
    name: str = "mpegts", duration_sec: float | None = 10.0, packets: Iterable[Any] = ()
) -> Any:
    jumps = name in ("mpegts", "mpeg")
    return SimpleNamespace(
        format=SimpleNamespace(name=name, flags=0x200 * jumps),
        duration=None if duration_sec is None else round(duration_sec * 1_000_000),
        streams=SimpleNamespace(best=lambda kind: None),
        demux=lambda: iter(packets),
        seek=lambda position: None,
    )


def read(*packets: Any, name: str = "mpegts") -> PacketScan:
    scan = PacketScan(is_whole=True)
    _read_packets(container(name), packets, scan)
    return scan


# --- packets --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("times_sec", "end_sec", "is_ambiguous"),
    [
        ([0, 10], 10.1, False),  # as far as a picture may stand still
        ([0, 10.001], 0.2, True),
        ([0, 599.999], 0.2, True),
        ([0, 600], 0.2, False),  # no picture stands still for so long
        ([5, 4.5], 5.1, False),  # a little out of order
        ([5, 4.499, 4.6], 5.3, False),  # set anew: it continues after the last one
        ([0, 70_000, 70_001], 1.2, False),
    ],
)
def test_a_clock_that_jumps_is_set_anew(
    times_sec: list[float], end_sec: float, is_ambiguous: bool
) -> None:
    scan = read(*map(packet, times_sec))
    first_sec = min(times_sec) if end_sec == 5.1 else times_sec[0]
    assert scan.spans[0] == (first_sec, pytest.approx(end_sec, abs=0.002))
    assert scan.is_ambiguous is is_ambiguous
    whole = read(*map(packet, times_sec), name="matroska")  # whose clock does not jump
    assert whole.spans[0] == (min(times_sec), pytest.approx(max(times_sec) + 0.1))


def test_each_stream_has_its_clock_and_its_span() -> None:
    sound = {"stream_index": 1, "duration": None}
    scan = read(packet(2, 0), packet(1, 0.1), packet(5, **sound), packet(0, size=0), packet(1.5, 1))
    assert scan.spans == {0: (1, pytest.approx(2.1)), 1: (5, 5)}
    assert scan.last is not None
    assert scan.last.pts == 1500
    without_pts = read(packet(None, 3), name="mov")
    assert without_pts.spans == {0: (3, pytest.approx(3.1))}
    raw = read(packet(None), packet(None), name="h264")
    assert raw.spans == {0: (0, pytest.approx(0.2))}
    cut = read(packet(0), packet(9, is_discard=True), name="mov")
    assert cut.spans == {0: (0, pytest.approx(0.1))}


@pytest.mark.parametrize(("number", "is_found"), [(0, True), (31, False), (32, True), (64, True)])
def test_one_packet_of_32_is_looked_at_for_encryption(number: int, is_found: bool) -> None:
    packets = [packet(0.1 * one, is_encrypted=one == number) for one in range(65)]
    assert read(*packets).encrypted == ({0} if is_found else set())


@pytest.mark.parametrize(
    ("name", "is_stored", "most_bytes"),
    [
        *((name, False, 64 << 20) for name in ("mov,mp4", "matroska,webm", "avi", "flac", "wav")),
        *((name, False, 512 << 20) for name in ("mp3", "mpegts", "ogg")),
        ("mov,mp4", True, 1 << 20),
        ("mp3", True, 1 << 20),
    ],
)
def test_how_large_a_file_is_read_to_its_end(name: str, is_stored: bool, most_bytes: int) -> None:
    assert is_declaring(container(name)) == (most_bytes == 64 << 20 or name.startswith("mov"))
    assert not is_declaring(container(name, None))
    for size_bytes, is_whole in ((most_bytes, True), (most_bytes + 1, False)):
        facts, packets = MediaFacts(size_bytes=size_bytes), [packet(0.1 * n) for n in range(600)]
        scan = scan_packets(container(name, packets=packets), facts, is_stored=is_stored)
        assert scan.is_whole is is_whole
        assert scan.spans[0][1] == pytest.approx(60 if is_whole else 50)  # 500 packets
    assert scan.with_content([SimpleNamespace(index=1)]) != []  # type: ignore[type-var]


def test_streams_that_were_found_late_are_known_either_way() -> None:
    def raising() -> Any:
        yield packet(0)
        raise IndexError

    found = container("mpegts")
    found.demux = raising
    assert scan_packets(found, MediaFacts(), is_stored=False).has_late_streams
    for kind in ("video", "audio"):
        late = container("mpegts")
        late.streams.best = lambda of, kind=kind: [][0] if of == kind else None
        assert scan_packets(late, MediaFacts(), is_stored=False).has_late_streams
    assert not scan_packets(container(), MediaFacts(), is_stored=False).has_late_streams


@pytest.mark.parametrize(("declared_sec", "position_sec"), [(10.0, 9.0), (1.5, 0.5), (0.5, 0.0)])
def test_the_end_is_read_from_a_second_before(declared_sec: float, position_sec: float) -> None:
    positions = list[int]()
    found = container("matroska", packets=[packet(9.0), packet(9.5, stream_index=1), packet(9.2)])
    found.seek = positions.append
    assert read_end_sec(found, declared_sec) == pytest.approx(9.6)
    assert positions == [position_sec * 1_000_000]
    assert read_end_sec(container(), declared_sec) is None
    for error in (av.error.FFmpegError(1, "no"), IndexError()):

        def fail(position: int, error: Exception = error) -> None:
            raise error

        found.seek = fail
        assert read_end_sec(found, declared_sec) is None


def test_a_time_without_a_base_is_not_known() -> None:
    assert (to_sec(1500, MILLISECONDS), to_sec(0, MILLISECONDS)) == (1.5, 0.0)
    assert [to_sec(None, MILLISECONDS), to_sec(5, None), to_sec(5, Fraction(0))] == [None] * 3


# --- length ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shown", "heard", "length_sec"),
    [
        ((0, 10), (0, 12), 12),
        ((0, 10), (-3, 9), 13),
        ((0, 10), (-0.24, 10.24), 10),  # the silence that encoders put around sound
        ((0, 10), (-0.25, 10.25), 10.5),
        ((1, 10), None, 9),
        (None, (1, 4), 3),
        (None, None, None),
    ],
)
def test_pictures_and_sound_are_as_long_as_both(shown: Any, heard: Any, length_sec: Any) -> None:
    spans = {index: span for index, span in enumerate((shown, heard)) if span is not None}
    streams: Any = [SimpleNamespace(index=0)], [SimpleNamespace(index=1)]
    assert _length_sec(PacketScan(True, spans), *streams) == length_sec


@pytest.mark.parametrize(
    ("declared_sec", "end_sec", "is_much"),
    [(10, 9, False), (10, 8.99, True), (100, 95, False), (100, 94.9, True), (None, 5, False)],
)
@pytest.mark.parametrize("is_cut", [True, False])
@pytest.mark.parametrize("fragments", [True, False])
@pytest.mark.parametrize("name", ["matroska", "mp3"])
def test_a_file_with_much_less_than_its_header_states_is_truncated_if_it_was_cut_off(
    declared_sec: float | None,
    end_sec: float,
    is_much: bool,
    is_cut: bool,
    fragments: bool,
    name: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(recording_probe, "_is_cut_off", lambda *_: is_cut)
    monkeypatch.setattr(recording_probe, "_has_fragments", lambda *_: fragments)
    scan, videos = PacketScan(True, {0: (0.0, end_sec)}), [SimpleNamespace(index=0)]
    source: Any = container(name, declared_sec)
    found = _add_duration(source, MEDIA, MediaFacts(), scan, videos, [])  # type: ignore[arg-type]
    is_much = is_much and name == "matroska"
    is_truncated = is_much and is_cut and not fragments
    assert (found.fault == "truncated") is is_truncated
    if is_truncated:
        missing_sec = (declared_sec or 0) - end_sec
        assert found.fault_detail == f"of {declared_sec:.1f} s, {missing_sec:.1f} s are missing"
        return
    assert (found.duration_sec, found.is_estimate) == (end_sec, False)
    stated = f"the data has {end_sec:.1f} s, and its header states {declared_sec or 0:.1f} s"
    missing = "the data: its last part is missing, which most readers ignore"
    assert found.notes == ((missing,) if is_cut else (stated,) if is_much else ())


@pytest.mark.parametrize(
    ("length_sec", "stated_sec", "duration_sec"),
    [(10.2, 10, 10), (10.25, 10, 10.25), (9.9, 10, 9.9), (10, None, 10), (0.0001, None, None)],
)
def test_sound_is_as_long_as_is_stated_without_its_padding(
    length_sec: float, stated_sec: float | None, duration_sec: float, monkeypatch: Any
) -> None:
    monkeypatch.setattr(recording_probe, "_is_cut_off", lambda *_: False)
    ticks = stated_sec and round(stated_sec * 1000)
    sound = SimpleNamespace(index=0, duration=ticks, time_base=MILLISECONDS)
    scan = PacketScan(True, {0: (0.0, length_sec)}, is_ambiguous=True)
    for source, audio in ((container("mp3", stated_sec), evolve(sound, duration=None)),
                          (container("mp3", None), sound)):  # fmt: skip
        found = _add_duration(source, MEDIA, MediaFacts(), scan, [], [audio])
        assert (found.duration_sec, found.is_estimate) == (duration_sec, True)
        assert "its clock jumps" in found.notes[0]


def evolve(stream: SimpleNamespace, **changes: Any) -> Any:
    return SimpleNamespace(**{**vars(stream), **changes})


LARGE = "the data was not read to its end, because it is large"


@pytest.mark.parametrize(
    ("name", "declared_sec", "end_sec", "expected"),
    [
        ("mp3", None, None, (None, False, 1)),
        ("mp3", 10.0, None, (10.0, True, 2)),
        ("mov,mp4", 10.0, None, (10.0, False, 1)),  # its header lists all
        ("matroska", 10.0, None, (10.0, True, 1)),
        ("matroska", 10.0, 9.0, (10.0, False, 1)),
        ("matroska", 10.0, 8.9, (8.9, True, 2)),
        ("matroska", 100.0, 95.0, (100.0, False, 1)),
        ("matroska", 100.0, 94.9, (94.9, True, 2)),
    ],
)
def test_of_a_large_file_the_header_counts_if_the_end_is_near_it(
    name: str,
    declared_sec: float | None,
    end_sec: float | None,
    expected: tuple[float | None, bool, int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(recording_probe, "read_end_sec", lambda *_: end_sec)
    found = _add_declared_duration(container(name, declared_sec), MediaFacts(), declared_sec)
    assert (found.duration_sec, found.is_estimate, len(found.notes)) == expected
    assert found.notes[0] == LARGE
