"""Media of hours and of gigabytes: limits of each endpoint, memory, and the files made for this."""

import dataclasses
import json
import os
import subprocess
import sys
from contextlib import contextmanager

import av
import numpy as np
import pytest
from twelvelabs_embed_emulator import samples
from twelvelabs_embed_emulator.contract.errors import ApiError
from twelvelabs_embed_emulator.contract.limits import FILE_SIZE
from twelvelabs_embed_emulator.contract.rules import SYNC, TASK
from twelvelabs_embed_emulator.embedding import features as feature_extraction
from twelvelabs_embed_emulator.embedding.embed import embed, embed_sync
from twelvelabs_embed_emulator.embedding.job import Context
from twelvelabs_embed_emulator.embedding.segments import Segment
from twelvelabs_embed_emulator.media.sources import Media

from tests.emulator.helpers import MIB, dynamic, fixed, inline, request_body

HOURS_4 = 4 * 3600
WORDS_ONLY = {"embedding_option": ["transcription"], "segmentation": fixed(10)}
"""Nothing is decoded for this, so that it takes no time."""


def request_and_context(path, kind, rules, settings):
    media = Media(path.stat().st_size, lambda: path.open("rb"))
    request = request_body(kind, media_source={"asset_id": "the file"}, **settings)
    return request, Context(rules, assets=lambda asset_id, field: media)


@contextmanager
def embedded(path, kind="video", rules=TASK, **settings):
    with embed(*request_and_context(path, kind, rules, settings)) as result:
        yield result


def metadata(path, kind="video", rules=TASK, **settings):
    with embedded(path, kind, rules, **settings) as result:
        return result.metadata


def error_of(path, kind, rules):
    with pytest.raises(ApiError) as caught:
        metadata(path, kind, rules)
    return caught.value.status, caught.value.code, caught.value.message


# ----------------------------------------------------------------------------------------- limits


def test_just_more_than_ten_minutes_are_for_tasks_only(sample):
    path = sample("write_long_video", ".mkv", duration_sec=600.1, fps=10)
    assert error_of(path, "video", SYNC) == (
        400,
        "video_duration_too_long",
        "video.media_source: the duration of 600.1 s is greater than the maximum of 600 s",
    )
    assert metadata(path, rules=TASK, **WORDS_ONLY)["duration"] == 600.1


@pytest.mark.parametrize("kind", ["audio", "video"])
def test_less_than_four_seconds_are_not_for_tasks(sample, kind):
    settings = {"fps": 10, "scenes": 1} if kind == "video" else {}
    path = sample(kind, ".mkv" if kind == "video" else ".wav", duration_sec=3.9, **settings)
    assert error_of(path, kind, TASK) == (
        400,
        "video_duration_too_short",
        f"{kind}.media_source: the duration of 3.9 s is less than the minimum of 4 s",
    )
    assert metadata(path, kind, SYNC)["duration"] == 3.9


def test_four_seconds_are_for_tasks(sample):
    path = sample("video", ".mkv", duration_sec=4, scenes=1)
    assert metadata(path, rules=TASK, **WORDS_ONLY)["duration"] == 4


@pytest.mark.parametrize("suffix", [".mkv", ".mp4"])
def test_four_hours_are_for_tasks_and_half_a_second_more_is_not(sample, suffix):
    settings = {"fps": 2, "sound": False, "subtitles": None}
    path = sample("write_long_video", suffix, duration_sec=HOURS_4, **settings)
    first = {"end_sec": 2, "embedding_option": ["visual"]}
    assert metadata(path, rules=TASK, **first)["duration"] == HOURS_4
    path = sample("write_long_video", suffix, duration_sec=HOURS_4 + 0.5, **settings)
    status, code, message = error_of(path, "video", TASK)
    assert (status, code) == (400, "video_duration_too_long")
    assert message.endswith("of 14400.5 s is greater than the maximum of 14400 s")


def test_four_hours_of_sound_and_a_quarter_of_a_second_more(sample):
    path = sample("write_long_audio", ".wav", duration_sec=HOURS_4 + 0.25)
    status, code, message = error_of(path, "audio", TASK)
    assert (status, code) == (400, "video_duration_too_long")
    assert message.endswith("of 14400.25 s is greater than the maximum of 14400 s")
    path.unlink()  # 230 MB


@pytest.mark.parametrize("rules", [SYNC, TASK], ids=["sync", "task"])
def test_4_gb_are_accepted_and_one_byte_more_is_not(sample, rules):
    path = sample("write_padded_video", ".mp4", size_bytes=4096 * MIB)
    assert metadata(path, rules=rules, **WORDS_ONLY)["duration"] == 12
    path = sample("write_padded_video", ".mp4", size_bytes=4096 * MIB + 1)
    status, code, message = error_of(path, "video", rules)
    assert (status, code) == (413, "video_filesize_too_large")
    assert "4294967297 bytes is greater than the maximum of 4294967296 bytes (4 GB)" in message


def test_tasks_take_no_more_inline_than_the_other_endpoint():
    source = {"base64_string": "A" * 48 * MIB + "AA=="}
    with pytest.raises(ApiError, match=r"37748737 bytes .* \(36 MB\)") as caught:
        with embed(request_body("video", media_source=source), Context(TASK)):
            pass
    assert caught.value.status == 413


def test_images_are_not_for_tasks(sample):
    with pytest.raises(ApiError, match='"image" is for "marengo') as caught:
        metadata(sample("image", ".jpg"), "image", TASK)
    assert caught.value.code == "parameter_invalid"


def test_too_many_packets(sample):
    rules = dataclasses.replace(TASK, max_packets=100)
    status, code, message = error_of(sample("video", ".mkv"), "video", rules)
    assert (status, code) == (400, "parameter_invalid")
    assert "more than 101 packets" in message


# --------------------------------------------------------------------------------- what comes of it


@pytest.mark.parametrize("settings", [{}, {"segmentation": fixed(5), "start_sec": 1.5}], ids=len)
@pytest.mark.parametrize(("kind", "suffix"), [("video", ".mkv"), ("audio", ".mp3")])
def test_both_endpoints_give_the_same(sample, kind, suffix, settings):
    path = sample(kind, suffix)
    by_sync = embed_sync(*request_and_context(path, kind, SYNC, settings))
    by_inline = embed_sync(request_body(kind, media_source=inline(path), **settings), Context())
    with embedded(path, kind, TASK, **settings) as result:
        by_task = {"data": json.loads(b"".join(result.data())), "metadata": result.metadata}
    assert by_task["data"]
    assert json.loads(by_sync) == by_task
    assert by_inline == by_sync


def test_no_rows_are_an_empty_array(sample):
    path = sample("video", ".mkv", subtitles=None)
    with embedded(path, **WORDS_ONLY) as result:
        assert b"".join(result.data()) == b"[]"


def test_temporary_files_are_gone_after_the_with(sample):
    with embedded(sample("audio", ".wav"), "audio") as result:
        pass
    with pytest.raises(ValueError, match="closed file"):
        list(result.data())


def test_what_a_reader_raises_comes_out(sample):
    """This is how a task can be given up."""

    class GivenUpError(Exception):
        pass

    class Reader:
        def __init__(self, file):
            self._file = file
            self.seek, self.tell, self.close = file.seek, file.tell, file.close

        def read(self, count):
            if self._file.tell() > 64 * 1024:
                raise GivenUpError
            return self._file.read(count)

        def __enter__(self):
            return self

        def __exit__(self, *_):
            self.close()

    path = sample("video", ".mkv")
    media = Media(path.stat().st_size, lambda: Reader(path.open("rb")))
    request = request_body("video", media_source={"asset_id": "the file"})
    with pytest.raises(GivenUpError):
        with embed(request, Context(TASK, assets=lambda asset_id, field: media)):
            pass


@pytest.fixture
def short_sound(film, tmp_path):
    """The default video, of whose sound the last seven seconds are missing."""
    path = tmp_path / "short_sound.mkv"
    with av.open(str(film)) as source, av.open(str(path), "w") as target:
        streams = [target.add_stream_from_template(stream) for stream in source.streams]
        for packet in source.demux():
            is_late = packet.stream.type == "audio" and (packet.pts or 0) * packet.time_base > 5
            if packet.pts is not None and not is_late:
                packet.stream = streams[packet.stream_index]
                target.mux(packet)
    return path


def test_sound_that_ends_before_the_pictures(film, short_sound):
    def sounds(path):
        only = {"embedding_option": ["audio"], "embedding_scope": ["clip"]}
        with embedded(path, **only, segmentation=fixed(4)) as result:
            return [row.vector for row in result.rows]

    whole, short = sounds(film), sounds(short_sound)
    assert np.array_equal(short[0], whole[0])
    assert not np.allclose(short[1], whole[1])
    assert np.isfinite(short).all()


def test_track_have_the_same_mean_however_they_are_kept(monkeypatch):
    random = np.random.default_rng(3)
    features = random.normal(5, 1, (5000, 40))
    times_sec = np.arange(5000) / 4
    for spool_bytes in (10_000, 10_000_000):  # on the disk, in memory
        monkeypatch.setattr(feature_extraction, "_SPOOL_BYTES", spool_bytes)
        track = feature_extraction.FeatureTrack()
        for start in range(0, 5000, 300):
            track.add(times_sec[start : start + 300], features[start : start + 300])
        for first, end in ((0, 5000), (1000, 1001), (1023, 1025), (4, 3000)):
            segment = Segment(first / 4, end / 4)
            assert np.array_equal(track.mean(segment), features[first:end].mean(axis=0))
            assert np.array_equal(track.deviation(segment), features[first:end].std(axis=0))
        assert np.array_equal(track.mean(Segment(2.1, 2.2)), features[8])  # between two of them
        assert np.array_equal(track.mean(Segment(9999, 10_000)), features[-1])
        track.close()


# ------------------------------------------------------------------------------ memory

MEASURE = """
import sys
from pathlib import Path
import scenedetect
from twelvelabs_embed_emulator.embedding.embed import embed
from twelvelabs_embed_emulator.embedding.job import Context
from twelvelabs_embed_emulator.contract.rules import TASK
from twelvelabs_embed_emulator.media.sources import Media

def highest_mb():  # not getrusage: that begins with what the parent of this process had
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024

path, kind = Path(sys.argv[1]), sys.argv[2]
media = Media(path.stat().st_size, lambda: path.open("rb"))
settings = {
    "media_source": {"asset_id": "the file"},
    "segmentation": {"strategy": "fixed", "fixed": {"duration_sec": 2}},
}
before_mb = highest_mb()
context = Context(TASK, assets=lambda asset_id, field: media)
with embed({"input_type": kind, kind: settings}, context) as embedded:
    rows = sum(chunk.count(b"embedding_option") for chunk in embedded.data())
    assert embedded.metadata["duration"] == 14_400
print(rows, highest_mb() - before_mb)
"""


def measure(path, kind):
    """Embed a file of four hours in a process of its own.

    Returns:
        How many rows there were, and how many MB of memory they took.
    """
    command = [sys.executable, "-c", MEASURE, str(path), kind]
    result = subprocess.run(command, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    rows, used_mb = result.stdout.split()
    return int(rows), float(used_mb)


needs_proc = pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")


@needs_proc
@pytest.mark.slow
@pytest.mark.timeout(400)
def test_four_hours_of_video_take_little_memory(tmp_path):
    path = samples.write_long_video(tmp_path / "film.mkv", HOURS_4, fps=0.5)
    rows, used_mb = measure(path, "video")
    path.unlink()  # 240 MB
    assert rows == 3 * (HOURS_4 / 2 + 1)
    assert used_mb < 100


@needs_proc
@pytest.mark.slow
@pytest.mark.timeout(400)
def test_four_hours_of_sound_take_little_memory(tmp_path):
    path = samples.write_long_audio(tmp_path / "talk.wav", HOURS_4)
    rows, used_mb = measure(path, "audio")
    path.unlink()  # 230 MB
    assert rows == HOURS_4 / 2 + 1
    assert used_mb < 100


# ------------------------------------------------------------------------------ samples


@pytest.mark.parametrize("suffix", [".mkv", ".mp4", ".mov"])
def test_a_long_video_repeats_its_scenes_with_sound_and_words(sample, suffix):
    path = sample("write_long_video", suffix, duration_sec=100, fps=2)
    with embedded(path, segmentation=dynamic(4)) as result:
        rows = list(result.rows)
    clips = {
        option: [row for row in rows if (row.option, row.scope) == (option, "clip")]
        for option in ("visual", "audio", "transcription")
    }
    starts = [0, 16, 32, 48, 64, 80, 96]
    for option, found in clips.items():
        assert [row.segment.start_sec for row in found][:6] == starts[:6], option
    seen = [row.vector for row in clips["visual"]]
    assert np.allclose(seen[0], seen[3])
    assert not np.allclose(seen[0], seen[1], atol=0.01)
    said = [row.vector for row in clips["transcription"]]
    assert np.array_equal(said[1], said[4])


def test_a_padded_video_takes_no_space(tmp_path):
    path = samples.write_padded_video(tmp_path / "film.mp4", 10**9)
    assert path.stat().st_size == 10**9
    if hasattr(os.stat_result, "st_blocks"):
        assert path.stat().st_blocks * 512 < MIB
    with pytest.raises(ValueError, match="less than the video"):
        samples.write_padded_video(tmp_path / "film.mp4", 1000)


def test_rules_are_those_of_the_documents():
    assert (SYNC.min_duration_sec, SYNC.max_duration_sec) == (0, 600)
    assert (TASK.min_duration_sec, TASK.max_duration_sec) == (4, HOURS_4)
    assert FILE_SIZE.max_bytes == 4 * 1024 * MIB
