"""What is known of an audio or video file when it is opened: times, streams and words."""

import io
import wave

import av
import numpy as np
import pytest
from twelvelabs_embed_emulator.contract.errors import ApiError
from twelvelabs_embed_emulator.contract.rules import SYNC
from twelvelabs_embed_emulator.media import containers
from twelvelabs_embed_emulator.media.av_files import AVFile, Cue, open_audio, open_video
from twelvelabs_embed_emulator.media.metadata import cues, describe
from twelvelabs_embed_emulator.media.sources import in_memory
from twelvelabs_embed_emulator.samples import SENTENCES
from twelvelabs_embed_emulator.samples.subtitles import encode_cue, subtitle_stream

from tests.validation.recordings import (
    add_audio,
    add_video,
    recording,
    remuxed,
    write_pictures,
    write_sound,
)
from tests.validation.test_packet_order import RATE_HZ, encode, from_second_key_frame, times_sec


@pytest.mark.parametrize(
    ("suffix", "origin_sec"), [(".wav", 0), (".flac", 0), (".mp3", pytest.approx(1105 / 16_000))]
)
def test_an_audio_file(sample, suffix, origin_sec):
    """An MP3 begins with some samples of padding, which players skip: time counts behind them."""
    media = in_memory(sample("audio", suffix).read_bytes())
    assert open_audio(media, "audio", SYNC) == AVFile(media, 12.0, origin_sec, None, 0, ())


@pytest.mark.parametrize("suffix", [".mkv", ".mp4"])
@pytest.mark.parametrize("shift_sec", [0, 5])
def test_a_video_file(sample, tmp_path, suffix, shift_sec):
    """Its clock may show any time at its beginning; words count from there, as all else."""
    film = sample("video", suffix)
    media = in_memory(remuxed(film, tmp_path / f"a{suffix}", shift_sec))
    known = open_video(media, "video", SYNC)
    assert known == AVFile(media, 12.0, known.origin_sec, 0, 1, known.cues)
    if suffix == ".mkv":  # an MP4 has an edit list for this
        assert known.origin_sec == shift_sec
    for found in (known.cues, cues(media)):
        assert [one.text for one in found] == list(SENTENCES)
        times_sec = [(one.start_sec, one.end_sec) for one in found]
        np.testing.assert_allclose(times_sec, [(0.5, 3.5), (4.5, 7.5), (8.5, 11.5)], atol=0.03)


@pytest.mark.parametrize("codec", ["pcm_u8", "pcm_s16le", "pcm_s24le", "pcm_f32le"])
def test_sound_of_a_wav_that_is_not_compressed(codec):
    if codec == "pcm_u8":
        file = io.BytesIO()
        with wave.open(file, "wb") as sound:
            sound.setparams((1, 1, 8000, 0, "NONE", "not compressed"))
            sound.writeframes(bytes(range(256)) * 125)
        data = file.getvalue()
    else:
        data = recording("wav", pictures_sec=0, sound_sec=4, codecs=("", codec))
    assert open_audio(in_memory(data), "audio", SYNC).duration_sec == 4


@pytest.mark.parametrize(
    ("pictures_sec", "sound_sec", "expected"),
    [
        # start and end
        ((0, 2), (0, 2.4), (0, 2)),
        ((0, 2), (0, 2.7), (0, 2.7)),
        ((0.4, 2), (0, 2), (0.4, 2)),
        ((0.6, 2), (0, 2), (0, 2)),
        ((0.6, 2), (0, 3), (0, 3)),
    ],
)
def test_sound_of_more_than_half_a_second_beside_the_pictures_counts(
    pictures_sec, sound_sec, expected
):
    file = io.BytesIO()
    with av.open(file, "w", format="matroska") as container:
        video, audio = add_video(container), add_audio(container, "pcm_s16le")
        container.start_encoding()
        start_sec, end_sec = pictures_sec
        write_pictures(container, video, end_sec - start_sec, start_sec=start_sec)
        write_sound(container, audio, sound_sec[1])
    known = open_video(in_memory(file.getvalue()), "video", SYNC)
    found = (known.origin_sec, known.origin_sec + known.duration_sec)
    assert found == pytest.approx(expected, abs=0.03)


def test_packets_that_come_in_another_order_than_they_are_shown():
    """The first one may be shown third, and the last one before another."""
    whole = encode()
    for data in (whole, from_second_key_frame(whole)):
        known, times = open_video(in_memory(data), "video", SYNC), times_sec(data)
        assert times != sorted(times)
        expected = (min(times), max(times) + 1 / RATE_HZ - min(times))
        assert (known.origin_sec, known.duration_sec) == pytest.approx(expected, abs=0.002)
    assert times[0] != min(times)


def test_words_are_those_of_the_first_track_that_has_some():
    file = io.BytesIO()
    with av.open(file, "w", format="matroska") as container:
        video = add_video(container)
        tracks = [subtitle_stream(container) for _ in range(3)]
        container.start_encoding()
        for time_sec in (0.25, 1.25):
            for number in (1, 2):  # the first one stays empty
                cue = (time_sec, time_sec + 0.5, f"{number} at {time_sec}")
                encode_cue(container, tracks[number], cue)
        write_pictures(container, video, 2)
    media = in_memory(file.getvalue())
    expected = (Cue(0.25, 0.75, "1 at 0.25"), Cue(1.25, 1.75, "1 at 1.25"))
    assert open_video(media, "video", SYNC).cues == expected
    assert tuple(cues(media)) == expected


@pytest.mark.parametrize(
    ("duration_sec", "missing_sec", "is_broken"),
    [(12, 0.8, False), (12, 1.2, True), (60, 2.95, False), (60, 3.1, True)],
)
def test_a_file_may_lack_a_second_or_a_twentieth(duration_sec, missing_sec, is_broken):
    settings = {"pictures_sec": 0, "sound_sec": duration_sec, "codecs": ("", "pcm_s16le")}
    data = recording("matroska", **settings)
    media = in_memory(data[: round(len(data) * (1 - missing_sec / duration_sec))])
    if is_broken:
        reason = f"it was cut off: of {duration_sec}.0 s, {missing_sec} s are gone"
        with pytest.raises(ApiError, match=rf"^\w+: .*: {reason}") as caught:
            cues(media)
        assert (caught.value.status, caught.value.code) == (400, "video_file_broken")
    else:
        assert cues(media) == []


def test_a_large_file_may_take_more_steps_to_read(film, monkeypatch):
    monkeypatch.setattr(containers, "_MAX_STEPS", 0)
    assert open_video(in_memory(film.read_bytes()), "video", SYNC).duration_sec == 12
    monkeypatch.setattr(containers, "_STEP_BYTES", 1 << 30)
    with pytest.raises(ApiError, match=r"^video: .*: reading it to its end takes too many steps"):
        open_video(in_memory(film.read_bytes()), "video", SYNC)


@pytest.mark.parametrize("factor", [0.5, 2])
def test_an_mp3_whose_header_states_another_duration(sample, factor):
    """It is as long as its frames, of which the header counts more or fewer."""
    data = sample("audio", ".mp3").read_bytes()
    at = data.index(b"Info") + 8
    frames = int.from_bytes(data[at : at + 4])
    changed = data[:at] + round(frames * factor).to_bytes(4) + data[at + 4 :]
    known = open_audio(in_memory(changed), "audio", SYNC)
    assert known.duration_sec == pytest.approx(12, abs=0.2)
    assert known.duration_sec != 12  # with the padding


def test_sound_that_cannot_be_decoded_is_none(film):
    data = film.read_bytes()
    assert data.count(b"A_AAC") == 1
    media = in_memory(data.replace(b"A_AAC", b"A_XYZ"))
    assert open_video(media, "video", SYNC).audio_stream is None
    _, technical = describe(media, "film.mkv")
    assert (technical["has_audio"], technical["audio_streams"]) == (False, [])
    assert technical["total_video_streams"] == 1


def test_pictures_that_cannot_be_decoded_are_none(film):
    data = film.read_bytes()
    assert data.count(b"V_MPEG4/ISO/AVC") == 1
    media = in_memory(data.replace(b"V_MPEG4/ISO/AVC", b"V_MPEG4/ISO/XYZ"))
    with pytest.raises(ApiError, match="has no video stream that can be decoded"):
        open_video(media, "video", SYNC)
    _, technical = describe(media, "film.mkv")
    assert (technical["total_video_streams"], technical["video_streams"]) == (0, [])
    assert technical["total_audio_streams"] == 1
