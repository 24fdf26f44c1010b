"""Containers opened with FFmpeg: what a hostile file does not get, and which stream counts."""

from __future__ import annotations

import errno
import io
import re
from pathlib import Path

import av
import pytest
from twelvelabs_embed.inputs.media import Media
from twelvelabs_embed.report.pictures import FrameReader, Span
from twelvelabs_embed.validation.av_container import BoundedFile, best_video, is_cover
from twelvelabs_embed.validation.media_probe import probe

from tests.validation.media_files import image_bytes, video_bytes, video_of_pngs
from tests.validation.recordings import add_video, covered_sound, write_pictures

CONCAT = "ffconcat version 1.0\nfile {target}\n"
HLS = "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{target}\n#EXT-X-ENDLIST\n"


@pytest.fixture(params=["beside", "absolute"])
def target(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A whole video in the working directory, as playlists name it."""
    monkeypatch.chdir(tmp_path)  # FFmpeg by itself takes files beside a playlist
    path = Path("secret.ts") if request.param == "beside" else tmp_path / "secret.ts"
    path.write_bytes(video_bytes("mpegts", codec="mpeg2video"))
    assert probe(Media.file(path), "video").duration_sec == 2
    return path


@pytest.mark.parametrize("playlist", [CONCAT, HLS], ids=["concat", "hls"])
@pytest.mark.parametrize("name", ["a.mp4", "a.m3u8", "a.ffconcat"])
def test_a_playlist_does_not_open_other_files(name: str, playlist: str, target: Path) -> None:
    path = Path(name)
    path.write_text(playlist.format(target=target))
    for media in (Media.file(path), Media.bytes(path.read_bytes())):
        facts = probe(media, "video")
        assert (facts.fault, facts.has_video, facts.duration_sec) == ("broken", None, None)
    with pytest.raises(av.error.FFmpegError):
        list(FrameReader().read(path, [Span(0, 2)]))


HUGE = image_bytes((12_000, 9000), mode="1")  # 108 million pixels are too many
SMALL = image_bytes((640, 360), mode="1")


def test_a_huge_picture_is_not_decoded_to_measure_it() -> None:
    facts = probe(Media.bytes(video_of_pngs(HUGE, HUGE)), "video")
    assert (facts.fault, facts.has_video, facts.width_px) == (None, True, None)


@pytest.mark.parametrize("first", [SMALL, HUGE], ids=["in_the_middle", "at_the_beginning"])
def test_a_huge_picture_is_not_decoded_for_the_report(first: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.mov"
    path.write_bytes(video_of_pngs(first, SMALL, HUGE, HUGE))
    with pytest.raises(av.error.FFmpegError):
        list(FrameReader().read(path, [Span(0.5, 1)]))


# --- seeking --------------------------------------------------------------------------------------


def test_a_seek_before_the_start_is_left_to_ffmpeg(tmp_path: Path) -> None:
    """FFmpeg tries it in a NUT whose index was cut off, and plays the file."""
    path = tmp_path / "a.nut"
    path.write_bytes(b"film")
    with path.open("rb") as file:
        for one in (file, io.BytesIO(b"film")):
            assert BoundedFile(one).seek(-1) == -1


class FailingSeek(io.BytesIO):
    def __init__(self, data: bytes, error: OSError) -> None:
        super().__init__(data)
        self.error = error

    def seek(self, offset: int, whence: int = 0) -> int:
        raise self.error


@pytest.mark.parametrize("number", [errno.EIO, errno.EBADF, errno.ESPIPE, None])
def test_a_seek_that_fails_otherwise_is_an_error(number: int | None) -> None:
    error = OSError("no number") if number is None else OSError(number, "failed")
    with pytest.raises(OSError, match=re.escape(str(error))) as caught:
        BoundedFile(FailingSeek(b"film", error)).seek(0)
    assert caught.value is error


# --- cover pictures -------------------------------------------------------------------------------

COVERED = [("mp4", "aac"), ("mp3", "libmp3lame"), ("flac", "flac")]


@pytest.mark.parametrize(("form", "codec"), COVERED)
def test_a_cover_picture_is_no_video(form: str, codec: str, tmp_path: Path) -> None:
    path = tmp_path / f"a.{form}"
    path.write_bytes(covered_sound(form, codec))
    facts = probe(Media.file(path))
    assert (facts.has_video, facts.has_audio, facts.width_px) == (False, True, None)
    with av.open(str(path)) as container:
        (cover,) = container.streams.video
        assert is_cover(cover)
        assert best_video([cover]) is None
    assert list(FrameReader().read(path, [Span(0, 5)])) == []


@pytest.mark.parametrize("is_default", [True, False])
def test_a_larger_cover_picture_is_not_the_video_that_a_player_takes(is_default: bool) -> None:
    film = io.BytesIO()
    with av.open(film, "w", format="matroska") as container:
        stream = add_video(container, size=(360, 360))
        stream.disposition = av.stream.Disposition.default if is_default else 0
        write_pictures(container, stream, 1)
    film.seek(0)
    with av.open(film) as container, av.open(io.BytesIO(covered_sound())) as covered:
        (video,), (cover,) = container.streams.video, covered.streams.video
        assert best_video([cover, video]) is video
        assert best_video([video, cover]) is video
