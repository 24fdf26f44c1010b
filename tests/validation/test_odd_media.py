"""Media that readers play although something is wrong with it, and media that is really cut off.

What is right was said by others: `ffmpeg -v error -i FILE -f null -` (5.1) for recordings, Chromium
and `ffmpeg` for images. Files of the same kinds, made by FFmpeg's command, gave the same verdicts.

| kind | the judge | here |
|---|---|---|
| FLV whose sound begins after more than 5 MB | plays, 12.00 s, two streams | fine, with sound |
| transport stream whose second track exists only in the middle | plays | fine |
| transport stream joined of pieces with other clocks | plays, time=00:00:12.00 | 12 s |
| Matroska, AVI, FLAC, header longer than the file | plays without a word | a note |
| the same cut off | ends early | truncated (AVI: as FFmpeg, without a word) |
| 6 s of pictures, 20 s of sound; a still with 700 s of sound | 20 s; 700 s | 20 s; 700 s |
| a proxy of 320x180 before 640x360 | `Stream #0:1 -> #0:0` | 640x360 |
| encrypted MP4 (`-encryption_scheme cenc-aes-ctr`) | a screen full of errors | encrypted |
| AVIF, JPEG XL, JPEG 2000, ICO | pictures | no moving pictures |
| A-law, mu-law in WAV | `pcm_alaw`, `pcm_mulaw` | compressed |
| JPEG without its end marker; PNG with a wrong checksum of text | shown whole | a note |
| PNG without its last rows | Pillow loads it, FFmpeg complains and shows it | a note |"""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import av
import pytest
from twelvelabs_embed.inputs.media import Media
from twelvelabs_embed.validation import av_container, packet_scan, recording_probe
from twelvelabs_embed.validation.media_facts import MediaFacts
from twelvelabs_embed.validation.media_probe import probe

from tests.validation.recordings import (
    ENCRYPTED,
    add_audio,
    add_video,
    late_sound,
    longer_avi,
    longer_flac,
    longer_matroska,
    recording,
    vbr_mp3,
    write_pictures,
)


def look(data: bytes, kind: Any = None) -> MediaFacts:
    return probe(Media.bytes(data), kind)


# --- late streams ---------------------------------------------------------------------------------


def test_an_flv_whose_sound_begins_late_is_whole_and_has_sound() -> None:
    data = late_sound()
    with av.open(io.BytesIO(data)) as container:
        assert [stream.type for stream in container.streams] == ["video"]
    facts = look(data, "video")
    assert (facts.fault, facts.has_video, facts.has_audio) == (None, True, True)
    assert facts.duration_sec == pytest.approx(3, abs=0.2)
    assert facts.notes == ()


def test_an_flv_without_sound_has_none() -> None:
    data = recording("flv", codecs=("flv", "mp3"))
    assert look(data, "video").has_audio is False


def transport_stream(
    seconds: float, *, start_sec: float = 0, sound: bool = False, codec: str = "mp2"
) -> bytes:
    return recording(
        "mpegts",
        pictures_sec=seconds,
        sound_sec=seconds if sound else 0,
        codecs=("mpeg2video", codec),
        options={"output_ts_offset": str(start_sec)},
    )


def test_a_track_only_in_the_middle_of_a_transport_stream(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pieces = [
        transport_stream(4),
        transport_stream(2, start_sec=4, sound=True),
        transport_stream(2, start_sec=6),
    ]
    # So that the first piece need not have the 5 MB that FFmpeg looks at by itself.
    narrow = {**av_container._OPTIONS, "probesize": "50000", "analyzeduration": "100000"}
    monkeypatch.setattr(av_container, "_OPTIONS", narrow)
    facts = look(b"".join(pieces), "video")
    assert (facts.fault, facts.has_video) == (None, True)
    assert facts.has_audio is not False
    assert facts.duration_sec == pytest.approx(8, abs=0.2)


@pytest.mark.parametrize("codec", ["mp2", "aac"])
def test_a_track_only_in_the_middle_of_a_large_transport_stream(codec: str) -> None:
    silent = transport_stream(20) * 8
    data = silent + transport_stream(2, sound=True, codec=codec) + silent
    assert len(silent) > recording_probe._PROBED_BYTES
    with av.open(io.BytesIO(data)) as container:
        assert [stream.type for stream in container.streams] == ["video"]
    facts = look(data, "video")
    assert (facts.fault, facts.has_video) == (None, True)
    assert facts.has_audio is not False


def test_a_transport_stream_without_sound_has_none() -> None:
    assert look(transport_stream(4), "video").has_audio is False


# --- clocks, headers ------------------------------------------------------------------------------


@pytest.mark.parametrize("starts_sec", [(0, 70_000), (70_000, 0), (0, 0, 0), (5, 400, 30)])
def test_a_transport_stream_of_pieces_with_other_clocks(starts_sec: Sequence[float]) -> None:
    data = b"".join(transport_stream(3, start_sec=start, sound=True) for start in starts_sec)
    facts = look(data, "video")
    assert facts.duration_sec == pytest.approx(3 * len(starts_sec), abs=0.6)


def test_what_may_be_a_pause_as_well_is_an_estimate() -> None:
    pieces = transport_stream(2), transport_stream(2, start_sec=60)
    assert look(b"".join(pieces), "video").is_estimate
    pieces = transport_stream(2), transport_stream(2, start_sec=70_000)
    assert not look(b"".join(pieces), "video").is_estimate


def test_pictures_that_stand_still_for_long_are_no_jump() -> None:
    """Matroska's clock is not set anew on the way."""
    file = io.BytesIO()
    with av.open(file, "w", format="matroska") as container:
        stream = add_video(container)
        for second in (0, 1, 40, 41):
            frame = av.VideoFrame(640, 360, "yuv420p")
            frame.pts = 25 * second
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    assert look(file.getvalue()).duration_sec == pytest.approx(41, abs=0.1)


MATROSKA = recording("matroska", pictures_sec=6)
AVI = recording("avi", pictures_sec=6)
FLAC = recording("flac", pictures_sec=0, sound_sec=6, codecs=("", "flac"))


@pytest.mark.parametrize(
    "data",
    [longer_matroska(MATROSKA, 3), longer_avi(AVI, 3), longer_flac(FLAC, 3)],
    ids=["mkv", "avi", "flac"],
)
def test_a_header_that_states_too_long_a_duration_is_a_note(data: bytes) -> None:
    facts = look(data)
    assert facts.fault is None
    assert facts.duration_sec == pytest.approx(6, abs=0.1)
    assert "its header states 18.0 s" in facts.notes[0]


@pytest.mark.parametrize("data", [MATROSKA, FLAC], ids=["mkv", "flac"])
@pytest.mark.parametrize("part", [0.3, 0.6, 0.8])
def test_a_file_that_is_cut_off_is_truncated(data: bytes, part: float) -> None:
    assert look(data[: int(len(data) * part)]).fault == "truncated"


@pytest.mark.parametrize("part", [0.3, 0.6, 0.8])
@pytest.mark.parametrize("flags", ["", "faststart", "frag_keyframe+empty_moov", "empty_moov"])
def test_an_mp4_that_is_cut_off_is_truncated(flags: str, part: float, tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    with av.open(str(path), "w", options={"movflags": flags} if flags else {}) as container:
        write_pictures(container, add_video(container), 6)
    data = path.read_bytes()
    assert look(data).notes == ()
    facts = look(data[: int(len(data) * part)])
    if "empty_moov" in flags:  # fragments, or a single one: made to be played as far as it goes
        assert facts.fault is None
        assert "last part is missing" in facts.notes[0]
    else:
        assert facts.fault == "truncated"


@pytest.mark.parametrize("factor", [1, 3])
@pytest.mark.parametrize(
    "behind", [b"TAG" + bytes(125), b"APETAGEX" + bytes(24), bytes(1000)], ids=["ID3", "APE", "0"]
)
def test_a_longer_flac_something_behind_it_is_whole(factor: int, behind: bytes) -> None:
    assert look(longer_flac(FLAC, factor) + behind).fault is None


# --- length, estimates ----------------------------------------------------------------------------


@pytest.mark.parametrize(("pictures_sec", "sound_sec"), [(2, 7), (0.04, 30), (7, 2)])
def test_the_length_counts_pictures_and_sound(pictures_sec: float, sound_sec: float) -> None:
    facts = look(recording("mp4", pictures_sec=pictures_sec, sound_sec=sound_sec))
    assert facts.duration_sec == pytest.approx(max(pictures_sec, sound_sec), abs=0.1)


def test_the_padding_of_sound_does_not_count() -> None:
    assert look(recording("mp4", pictures_sec=2, sound_sec=2.04)).duration_sec == 2


def test_an_mp3_without_a_header_is_measured_though_it_is_large(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(packet_scan, "WHOLE_SCAN_BYTES", 1000)
    facts = look(vbr_mp3(20), "audio")
    assert facts.duration_sec == pytest.approx(20, abs=0.3)
    assert not facts.is_estimate


def test_what_only_an_estimate_says_is_known_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packet_scan, "WHOLE_SCAN_BYTES", 1000)
    monkeypatch.setattr(packet_scan, "_ESTIMATED_SCAN_BYTES", 1000)
    facts = look(vbr_mp3(20), "audio")
    assert facts.is_estimate
    assert "estimate" in facts.notes[-1]
    assert not look(recording("mp4", pictures_sec=6)).is_estimate
    stream = look(transport_stream(6), "video")
    assert stream.is_estimate
    assert stream.has_audio is None  # it may begin later


@pytest.mark.parametrize("data", [MATROSKA, FLAC], ids=["mkv", "flac"])
def test_of_a_large_file_the_end_is_looked_at(data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packet_scan, "WHOLE_SCAN_BYTES", 1000)
    facts = look(data)
    assert (facts.duration_sec, facts.is_estimate) == (pytest.approx(6, abs=0.1), False)
    longer = look(longer_matroska(MATROSKA, 3))
    assert (longer.duration_sec, longer.is_estimate) == (pytest.approx(6, abs=0.1), True)


# --- tracks ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("form", "default"), [("mpegts", None), ("matroska", 1), ("matroska", 0)])
def test_of_several_videos_the_one_that_a_player_takes(form: str, default: int | None) -> None:
    file = io.BytesIO()
    codec = "mpeg2video" if form == "mpegts" else "mpeg4"
    with av.open(file, "w", format=form) as container:
        streams = [add_video(container, codec, size) for size in ((320, 180), (640, 360))]
        if default is not None:
            for stream in streams:
                stream.disposition = av.stream.Disposition(0)
            streams[default].disposition = av.stream.Disposition.default
        for stream in streams:
            write_pictures(container, stream, 1)
    facts = look(file.getvalue(), "video")
    expected = (320, 180) if default == 0 else (640, 360)
    assert (facts.width_px, facts.height_px) == expected
    assert len(facts.other_sizes_px) == 1


def test_a_sound_track_without_content_is_a_note() -> None:
    file = io.BytesIO()
    with av.open(file, "w", format="matroska") as container:
        video = add_video(container)
        add_audio(container, "pcm_s16le")
        write_pictures(container, video, 1)
    facts = look(file.getvalue())
    assert (facts.fault, facts.has_video, facts.has_audio) == (None, True, None)
    assert "without content" in facts.notes[0]


def test_an_encrypted_mp4_cannot_be_embedded() -> None:
    assert look(recording("mp4", sound_sec=2, options=ENCRYPTED)).fault == "encrypted"


@pytest.mark.parametrize("codec", ["pcm_alaw", "pcm_mulaw"])
def test_g711_is_compressed(codec: str) -> None:
    data = recording("wav", pictures_sec=0, sound_sec=1, codecs=("", codec))
    format = look(data, "audio").format
    assert format is not None
    assert format.name == "wav-compressed"


# --- other oddities ------------------------------------------------------------------------------


def test_what_is_unexpected_while_a_file_is_inspected_is_a_note(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("nobody expected this")

    monkeypatch.setattr(recording_probe, "open_container", fail)
    facts = look(recording("mp4"))
    assert facts.fault is None
    assert "nobody expected this" in facts.notes[0]


@pytest.mark.parametrize("form", ["mp4", "mov"])
def test_what_an_edit_list_cuts_out_does_not_count(form: str) -> None:
    """As `ffmpeg -ss 2 -i FILE -c copy` writes it: the packets stay, and players skip them."""
    target = io.BytesIO()
    data = recording("mp4", pictures_sec=6)
    with av.open(io.BytesIO(data)) as reader, av.open(target, "w", form) as writer:
        stream = writer.add_stream_from_template(reader.streams.video[0])
        for packet in reader.demux(reader.streams.video[0]):
            if packet.dts is not None and packet.pts is not None:
                ticks = round(2 / packet.time_base)
                packet.pts, packet.dts = packet.pts - ticks, packet.dts - ticks
                packet.stream = stream
                writer.mux(packet)
    facts = look(target.getvalue(), "video")
    assert facts.duration_sec == pytest.approx(4, abs=0.05)


def test_what_stands_behind_an_mp4_is_ignored() -> None:
    data = recording("mp4", pictures_sec=4)
    facts = look(data + b"\x7f\xff\xff\xffjunk" + bytes(100), "video")
    assert (facts.fault, facts.duration_sec) == (None, 4)
    assert not any("missing" in note for note in facts.notes)
