"""Audio and video that is not as it should be, and that players and viewers accept all the same."""

import io
from contextlib import suppress

import av
import numpy as np
import pytest

from tests.emulator.helpers import broken_file, cosine, error, fixed, inline, rows, spans
from tests.validation.recordings import (
    ENCRYPTED,
    add_audio,
    add_video,
    late_sound,
    longer_avi,
    longer_flac,
    longer_matroska,
    recording,
    remuxed,
    vbr_mp3,
    write_pictures,
)

# -------------------------------------------------------------------------- durations in the header


LONGER = {
    ".mkv": ("video", longer_matroska),
    ".avi": ("video", longer_avi),
    ".flac": ("audio", longer_flac),
}


@pytest.mark.parametrize("suffix", LONGER)
def test_a_whole_file_whose_header_states_a_longer_duration(embed, sample, suffix):
    kind, change = LONGER[suffix]
    settings = {} if kind == "audio" else {"subtitles": None}
    data = sample(kind, suffix, **settings).read_bytes()
    changed = change(data, 2)
    assert changed != data
    for one in (data, changed):
        response = embed(kind, media_source=inline(one), embedding_scope=["asset"])
        assert rows(response)
        assert response.json()["metadata"]["duration"] == pytest.approx(12, abs=0.2)


@pytest.mark.parametrize("suffix", [".mkv", ".mp4", ".flac"])
@pytest.mark.parametrize("part", [0.001, 0.1, 0.4, 0.8])
def test_a_file_that_was_cut_off(embed, sample, suffix, part):
    kind = "audio" if suffix == ".flac" else "video"
    settings = {} if kind == "audio" else {"subtitles": None}
    data = sample(kind, suffix, **settings).read_bytes()
    response = embed(kind, media_source=inline(data[: int(len(data) * part)]))
    assert broken_file(response, kind)


@pytest.mark.parametrize("part", [0.4, 0.8])
def test_a_file_that_players_play_as_far_as_it_goes(embed, sample, tmp_path, part):
    files = [sample("video", ".avi", subtitles=None)]
    for seconds in ("0.5", "2"):
        files.append(tmp_path / f"fragments_of_{seconds}.mp4")
        fragments = {"movflags": "empty_moov", "frag_duration": f"{float(seconds) * 1e6:.0f}"}
        remuxed(sample("video", ".mp4", subtitles=None), files[-1], options=fragments)
    for file in files:
        data = file.read_bytes()
        cut = inline(data[: int(len(data) * part)])
        duration_sec = embed("video", media_source=cut).json()["metadata"]["duration"]
        assert 12 * part - 2.5 < duration_sec < 12 * part + 1


# ----------------------------------------------------------------------------------- odd recordings


@pytest.mark.parametrize("clocks_sec", [(0, 70_000), (70_000, 0), (0, 0), (0, 30, 5)])
def test_a_transport_stream_joined_of_parts_with_other_clocks(embed, sample, tmp_path, clocks_sec):
    film = sample("video", ".mp4", duration_sec=4, scenes=1, subtitles=None)
    parts = [remuxed(film, tmp_path / f"{clock}.ts", clock) for clock in clocks_sec]
    seconds = 4 * len(parts)
    response = embed("video", media_source=inline(b"".join(parts)), segmentation=fixed(4))
    assert response.json()["metadata"]["duration"] == pytest.approx(seconds, abs=0.3)
    for option in ("visual", "audio"):
        starts = [start for start, _ in spans(response, option)]
        assert starts[: len(parts)] == list(range(0, seconds, 4))


@pytest.mark.parametrize(("gap_sec", "kept_sec"), [(5, 5), (15, 0)])
def test_a_gap_of_up_to_ten_seconds_in_a_transport_stream_stays(
    embed, sample, tmp_path, gap_sec, kept_sec
):
    film = sample("video", ".mp4", duration_sec=4, scenes=1, subtitles=None)
    parts = [remuxed(film, tmp_path / f"{at}.ts", at) for at in (0, 4 + gap_sec)]
    response = embed("video", media_source=inline(b"".join(parts)), embedding_scope=["asset"])
    assert response.json()["metadata"]["duration"] == pytest.approx(8 + kept_sec, abs=0.3)


def write_tracks(path, *tracks):
    """Write videos without sound side by side: size, seconds, and whether it is the default."""
    with av.open(str(path), "w") as container:
        streams = [add_video(container, size=size) for size, _, _ in tracks]
        for stream, (_, _, is_default) in zip(streams, tracks, strict=True):
            stream.disposition = av.stream.Disposition.default if is_default else 0
        container.start_encoding()
        for stream, (_, seconds, _) in zip(streams, tracks, strict=True):
            write_pictures(container, stream, seconds)
    return path


@pytest.mark.parametrize(
    ("suffix", "size_of_first", "is_second_default"),
    [
        (".mkv", (640, 360), True),
        (".ts", (320, 180), False),
        (".ts", (640, 360), False),  # then the longer one
    ],
)
def test_of_several_videos_the_one_that_a_player_takes(
    embed, tmp_path, suffix, size_of_first, is_second_default
):
    film = write_tracks(
        tmp_path / f"film{suffix}", (size_of_first, 2, False), ((640, 360), 4, is_second_default)
    )
    response = embed("video", media_source=inline(film))
    assert rows(response)
    assert response.json()["metadata"]["duration"] == pytest.approx(4, abs=0.1)


def test_a_default_video_comes_before_a_larger_one(embed, tmp_path):
    film = write_tracks(tmp_path / "film.mkv", ((640, 360), 2, True), ((1280, 720), 4, False))
    response = embed("video", media_source=inline(film))
    assert response.json()["metadata"]["duration"] == pytest.approx(2, abs=0.1)


@pytest.mark.parametrize("form", ["matroska", "mp4"])
def test_sound_that_is_longer_than_the_pictures_counts(embed, form):
    film = inline(recording(form, pictures_sec=3, sound_sec=10))
    response = embed(
        "video", media_source=film, start_sec=5, embedding_option=["audio"], segmentation=fixed(2)
    )
    assert response.json()["metadata"]["duration"] == pytest.approx(10, abs=0.1)
    assert [start for start, _ in spans(response, "audio")][:3] == [5, 7, 9]
    # The last picture stays.
    whole = rows(embed("video", media_source=film, segmentation=fixed(2)))
    clips = [
        np.array(row["embedding"])
        for row in whole
        if (row["embedding_option"], row["embedding_scope"]) == ("visual", "clip")
    ]
    assert cosine(clips[-2], clips[-1]) > 0.99
    assert cosine(clips[1], clips[-1]) > cosine(clips[0], clips[-1])


def test_some_hundredths_of_a_second_of_sound_do_not_count(embed, film):
    assert embed("video", media_source=inline(film)).json()["metadata"]["duration"] == 12.0


def test_a_sound_track_that_is_declared_but_empty(embed, tmp_path):
    with av.open(str(tmp_path / "film.mkv"), "w") as container:
        video, _ = add_video(container), add_audio(container)
        write_pictures(container, video, 3)
    film = inline(tmp_path / "film.mkv")
    response = embed("video", media_source=film)
    assert {row["embedding_option"] for row in rows(response)} == {"visual"}
    status, _, message = error(embed("video", media_source=film, embedding_option=["audio"]))
    assert status == 400
    assert "need an audio track" in message


def test_sound_that_starts_after_five_megabytes(embed):
    """PyAV does not know of it when it opens the file; version 18 raises IndexError at its end."""
    film = late_sound()
    with av.open(io.BytesIO(film)) as container:
        assert len(container.streams) == 1
        indices = set()
        with suppress(IndexError):
            indices.update(packet.stream_index for packet in container.demux())
        assert indices == {0}
        with pytest.raises(IndexError):  # FFmpeg has found it
            container.streams.best("audio")
    response = embed("video", media_source=inline(film))
    assert rows(response)
    assert response.json()["metadata"]["duration"] == pytest.approx(2, abs=0.1)  # of the pictures


@pytest.mark.parametrize("codec", ["pcm_alaw", "pcm_mulaw", "adpcm_ms", "adpcm_ima_wav"])
def test_a_wav_with_compressed_sound_is_rejected(embed, codec):
    talk = inline(recording("wav", pictures_sec=0, sound_sec=1, codecs=("", codec)))
    status, code, message = error(embed("audio", media_source=talk))
    assert (status, code) == (400, "parameter_invalid")
    assert message.endswith(f"but wav with {codec}")


def test_an_mp3_without_a_header_is_as_long_as_its_frames(embed):
    """Its beginning is silence, which takes few bytes: estimated by them, it is hours."""
    response = embed("audio", media_source=inline(vbr_mp3(20)), embedding_scope=["asset"])
    assert response.json()["metadata"]["duration"] == pytest.approx(20, abs=0.3)


@pytest.mark.parametrize("option", ["visual", "audio"])
def test_an_encrypted_video_is_broken(embed, option):
    film = inline(recording("mp4", sound_sec=2, codecs=("libx264", "aac"), options=ENCRYPTED))
    response = embed("video", media_source=film, embedding_option=[option])
    assert broken_file(response, "video") == "it is encrypted"


def test_what_an_edit_list_cuts_out_does_not_count(embed, sample, tmp_path):
    film = sample("video", ".mp4", duration_sec=8, scenes=1, subtitles=None)
    data = remuxed(film, tmp_path / "cut.mp4", -2)
    response = embed("video", media_source=inline(data), segmentation=fixed(6))
    assert response.json()["metadata"]["duration"] == pytest.approx(6, abs=0.1)


def test_what_stands_behind_an_mp4_is_ignored(embed, sample):
    data = sample("video", ".mp4", duration_sec=4, scenes=1, subtitles=None).read_bytes()
    response = embed("video", media_source=inline(data + b"\x7f\xff\xff\xffjunk" + bytes(100)))
    assert response.status_code == 200
