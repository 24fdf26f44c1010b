"""Containers opened with FFmpeg: cover pictures make no video, and reading may fail."""

import errno
import io

import pytest
from PIL import Image
from twelvelabs_embed_emulator.media.containers import (
    _BoundedFile,
    is_picture,
    open_container,
    photo_subtype,
)
from twelvelabs_embed_emulator.media.sources import in_memory

from tests.emulator.helpers import create_asset, error, inline, rows
from tests.validation.recordings import covered_sound

FORMATS = {"mp3": "libmp3lame", "flac": "flac", "mp4": "aac"}


# Cover pictures of sound files, which FFmpeg lists as video streams.


@pytest.fixture(scope="module", params=FORMATS)
def covered(request):
    """A sound file with a cover picture: its format and its bytes."""
    return request.param, covered_sound(request.param, FORMATS[request.param], size_px=640)


def test_sound_with_a_cover_picture_is_no_video(embed, covered):
    status, code, message = error(embed("video", media_source=inline(covered[1])))
    assert (status, code) == (400, "parameter_invalid")
    assert "no video stream" in message


@pytest.mark.parametrize("covered", ["mp3", "flac"], indirect=True)
def test_sound_with_a_cover_picture_is_embedded_as_sound(embed, covered):
    response = embed("audio", media_source=inline(covered[1]), embedding_scope=["asset"])
    assert {row["embedding_option"] for row in rows(response)} == {"audio"}
    assert response.json()["metadata"]["duration"] == pytest.approx(5, abs=0.1)


def test_an_asset_of_sound_with_a_cover_picture_is_sound(client, covered, tmp_path):
    form, data = covered
    path = tmp_path / f"talk.{form}"
    path.write_bytes(data)
    asset = create_asset(client, path)
    technical = asset["technical_metadata"]
    subtype = {"mp3": "mpeg"}.get(form, form)
    assert asset["file_type"] == technical["file_mime_type"] == f"audio/{subtype}"
    assert technical["video_streams"] == []
    assert (technical["total_video_streams"], technical["total_audio_streams"]) == (0, 1)
    assert not any(name.startswith("video_") for name in technical.keys() - {"video_streams"})
    assert asset["duration"] == pytest.approx(5, abs=0.1)


class FailingSeek(io.BytesIO):
    def __init__(self, error):
        super().__init__(b"film")
        self.error = error

    def seek(self, offset, whence=0):
        raise self.error


@pytest.mark.parametrize("error", [OSError(errno.EIO, "failed"), OSError("without a number")])
def test_a_seek_that_fails_is_an_error(error):
    with pytest.raises(OSError) as caught:  # noqa: PT011 - the same object, below
        _BoundedFile(FailingSeek(error), 10).seek(0)
    assert caught.value is error


@pytest.mark.parametrize("error", [OSError(errno.EINVAL, "negative"), ValueError("negative")])
def test_a_seek_before_the_start_is_left_to_ffmpeg(error):
    assert _BoundedFile(FailingSeek(error), 10).seek(-1) == -1


def test_a_file_ends_after_so_many_reads_and_seeks():
    file = _BoundedFile(io.BytesIO(b"film"), 4)
    assert [file.read(1), file.seek(2), file.read(1), file.read()] == [b"f", 2, b"l", b"m"]
    assert not file.is_exhausted
    assert (file.seek(0), file.read(1), file.is_exhausted) == (0, b"", True)


BRANDS = {
    "avif": "avif",
    "heic heix heim heis": "heic",
    "mif1 mif2 miaf jpeg j2ki": "heif",
    "isom mp42": "mp4",
}


@pytest.mark.parametrize(
    ("brands", "subtype"),
    [((brand,), subtype) for names, subtype in BRANDS.items() for brand in names.split()]
    + [(("mif1", "heic"), "heic"), (("heic", "avif"), "avif"), (("isom", "miaf"), "heif")],
)
def test_the_type_of_a_photo_follows_from_its_brands(brands, subtype):
    """The most exact of them; the file is always the same AVIF."""
    file = io.BytesIO()
    Image.new("RGB", (640, 480)).save(file, "AVIF")
    length, head = int.from_bytes(file.getvalue()[:4]), [brands[0].encode(), bytes(4)]
    others = [brand.encode() for brand in brands[1:] or brands]
    head += [others[at % len(others)] for at in range((length - 16) // 4)]
    data = file.getvalue()[:8] + b"".join(head) + file.getvalue()[length:]
    with open_container(in_memory(data), "x") as container:
        assert (photo_subtype(container) or "mp4") == subtype
        assert is_picture(container) == (subtype != "mp4")
