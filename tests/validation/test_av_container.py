"""Containers opened with FFmpeg: what a hostile file does not get, and which stream counts."""

from __future__ import annotations

import errno
import io
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import av
import pytest
from av.stream import Disposition
from twelvelabs_embed.inputs.media import Media
from twelvelabs_embed.report.pictures import FrameReader, Span
from twelvelabs_embed.validation import av_container
from twelvelabs_embed.validation.av_container import (
    BoundedFile,
    best_video,
    is_cover,
    may_hide_streams,
    open_container,
)
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


def test_a_file_ends_when_it_was_read_or_sought_too_many_times(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert av_container._MAX_STEPS == 200_000  # a second or two
    monkeypatch.setattr(av_container, "_MAX_STEPS", 4)
    file = BoundedFile(io.BytesIO(b"film"))
    assert [file.read(1), file.seek(2), file.read(1), file.read()] == [b"f", 2, b"l", b"m"]
    assert (file.is_over, file.tell()) == (False, 4)
    file.seek(0)
    assert (file.read(), file.is_over) == (b"", True)


@pytest.mark.parametrize(
    ("form", "version", "expected"),
    [("mpegts", 18, False), ("mpegts", 19, True), ("mpegts", 20, True), ("mp4", 19, False)],
)
def test_only_a_transport_stream_may_hide_streams_from_newer_versions(
    form: str, version: int, expected: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(av, "__version__", f"{version}.1.0")
    container: Any = SimpleNamespace(format=SimpleNamespace(name=form))
    assert may_hide_streams(container) is expected


@pytest.mark.parametrize(("version", "given"), [("18.9.0", True), ("19.0.0", False)])
def test_titles_may_have_any_encoding_whatever_the_version(
    version: str, given: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = list[dict[str, Any]]()
    monkeypatch.setattr(av, "__version__", version)
    monkeypatch.setattr(av, "open", lambda file, mode, **settings: calls.append(settings))
    open_container(io.BytesIO(), probesize="5")
    options = {"protocol_whitelist": "none", "max_pixels": "90000000", "probesize": "5"}
    more = {"metadata_errors": "replace"} if given else {}
    assert calls == [{"options": options, **more}]


def test_the_best_video_is_the_default_one_and_then_that_with_most_pixels() -> None:
    def stream(width: int, height: int, is_default: bool = False) -> Any:
        disposition = Disposition.default if is_default else Disposition(0)
        size = SimpleNamespace(width=width, height=height)
        return SimpleNamespace(disposition=disposition, codec_context=size)

    wide, tall, large = stream(400, 100), stream(100, 410), stream(300, 200)
    small = stream(10, 10, is_default=True)
    assert best_video([wide, tall]) is tall
    assert best_video([wide, tall, large]) is large
    assert best_video([large, small]) is small
    assert best_video([]) is None


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
