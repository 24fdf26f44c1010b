"""Small pictures: of the right moment, and as a player or an image viewer shows the file."""

from __future__ import annotations

import io
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image
from twelvelabs_embed.report.pictures import FrameReader, Span, image_thumbnail

FPS = 25
LEVELS_PER_SEC = 10


def write_clock(
    path: Path,
    seconds: int,
    *,
    codec: str = "libx264",
    size: tuple[int, int] = (320, 240),
    keyframe_sec: float = 10,
    pixel_aspect_ratio: Fraction = Fraction(1),
    cover: bool = False,
    first_sec: int = 0,
) -> Path:
    """Write a video whose pictures are as bright as they are late."""
    options = {"sc_threshold": "0"} if codec == "libx264" else {"sc_threshold": "1000000000"}
    with av.open(str(path), "w") as container:
        if cover:
            picture: Any = container.add_stream("mjpeg", rate=1)
            picture.width, picture.height, picture.pix_fmt = 640, 640, "yuvj420p"
            picture.disposition = av.stream.Disposition.attached_pic
        stream: Any = container.add_stream(codec, rate=FPS, options=options)
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        stream.codec_context.gop_size = round(FPS * keyframe_sec)
        stream.codec_context.sample_aspect_ratio = pixel_aspect_ratio
        if cover:
            red = av.VideoFrame.from_image(Image.new("RGB", (640, 640), "red"))
            container.mux(picture.encode(red.reformat(format="yuvj420p")))
        for number in range(FPS * seconds):
            level = round(number / FPS * LEVELS_PER_SEC)
            image = Image.new("RGB", size, (level, level, level))
            frame: Any = av.VideoFrame.from_image(image)
            frame.pts = number + FPS * first_sec
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def shown_sec(jpeg: bytes) -> float:
    """The time that a picture shows, by its brightness."""
    with Image.open(io.BytesIO(jpeg)) as image:
        return float(np.asarray(image.convert("L")).mean()) / LEVELS_PER_SEC


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv", "a.ts", "a.avi", "a.flv"])
@pytest.mark.parametrize("keyframe_sec", [10, 20])
def test_pictures_are_of_their_segments(name: str, keyframe_sec: float, tmp_path: Path) -> None:
    """With few key frames, most segments have none of their own."""
    codec = {"a.avi": "mpeg4", "a.flv": "flv"}.get(name, "libx264")
    path = write_clock(tmp_path / name, 24, codec=codec, keyframe_sec=keyframe_sec)
    spans = [Span(start, start + 3) for start in range(0, 24, 3)]
    reader = FrameReader()
    found = [(span, list(reader.read(path, [span]))) for span in spans]
    for span, pictures in found:
        for time_sec, jpeg in pictures:
            assert span.start_sec <= time_sec < span.end_sec
            assert shown_sec(jpeg) == pytest.approx(time_sec, abs=0.4)
    assert sum(len(pictures) for _, pictures in found) >= 7


def test_without_a_picture_within_reach_there_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_clock(tmp_path / "a.mp4", 12, keyframe_sec=100)
    monkeypatch.setattr("twelvelabs_embed.report.pictures._PICTURE_FRAMES", 20)
    assert len(list(FrameReader().read(path, [Span(0, 2), Span(9, 12)]))) == 1
    assert list(FrameReader().read(path, [Span(50, 60)])) == []


def test_a_picture_at_the_end_of_a_span_is_of_the_next(tmp_path: Path) -> None:
    path = write_clock(tmp_path / "a.mp4", 4, codec="mpeg4")
    assert list(FrameReader().read(path, [Span(1.97, 2.0)])) == []
    ((time_sec, _),) = FrameReader().read(path, [Span(1.97, 2.01)])
    assert time_sec == 2.0


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv"])
def test_times_are_counted_from_the_first_frame(name: str, tmp_path: Path) -> None:
    path = write_clock(tmp_path / name, 4, codec="mpeg4", first_sec=50)
    ((time_sec, jpeg),) = FrameReader().read(path, [Span(2, 4)])
    assert 2 <= time_sec < 4
    assert shown_sec(jpeg) == pytest.approx(time_sec, abs=0.4)


def test_all_pictures_together_have_a_budget(tmp_path: Path) -> None:
    path = write_clock(tmp_path / "a.mp4", 4)
    spans = [Span(0, 1), Span(3, 4), Span(2, 3)]
    reader = FrameReader()
    assert reader.left_pixels == 20_000_000_000
    assert len(list(reader.read(path, spans))) == 3
    assert len(list(FrameReader(left_pixels=10 * 320 * 240).read(path, spans))) == 1


def test_a_cover_is_not_taken_for_the_video(tmp_path: Path) -> None:
    path = write_clock(tmp_path / "a.mp4", 4, cover=True)
    [(_, jpeg)] = FrameReader().read(path, [Span(2, 4)])
    assert shown_sec(jpeg) == pytest.approx(2.5, abs=1)


def test_pixels_that_are_not_square_are_shown_square(tmp_path: Path) -> None:
    path = write_clock(tmp_path / "a.mkv", 1, size=(240, 360), pixel_aspect_ratio=Fraction(8, 3))
    [(_, jpeg)] = FrameReader().read(path, [Span(0, 1)])
    with Image.open(io.BytesIO(jpeg)) as image:
        assert image.width / image.height == pytest.approx(16 / 9, abs=0.05)


def thumbnail(image: Image.Image, path: Path, **options: Any) -> Image.Image:
    image.save(path, **options)
    with Image.open(io.BytesIO(image_thumbnail(path))) as small:
        return small.convert("RGB")


def test_a_small_picture_is_a_jpeg_of_few_bytes(tmp_path: Path) -> None:
    image = Image.radial_gradient("L").resize((100, 80)).convert("RGB")
    image.save(tmp_path / "a.png")
    expected = io.BytesIO()
    image.save(expected, "JPEG", quality=60, optimize=True)
    assert image_thumbnail(tmp_path / "a.png") == expected.getvalue()


def test_a_photo_is_shown_upright(tmp_path: Path) -> None:
    """Orientation 6: the right of what is stored is at the bottom, as Chromium shows it."""
    stored = Image.new("RGB", (400, 200), "white")
    stored.paste("black", (300, 0, 400, 200))
    exif = Image.Exif()
    exif[0x0112] = 6
    for name in ("a.jpg", "a.png", "a.webp"):
        small = thumbnail(stored, tmp_path / name, exif=exif)
        assert small.height == 2 * small.width
        pixels = np.asarray(small.convert("L"))
        assert pixels[:80].mean() > 250
        assert pixels[100:].mean() < 5
    upright = thumbnail(stored, tmp_path / "b.jpg")
    assert upright.width == 2 * upright.height


@pytest.mark.parametrize("exif", [b"MM\0*\0\0\0\x08\0\x05\x01\x12\0\x03", b"II*\0\xff", b"junk"])
def test_damaged_exif_data_are_ignored(
    tmp_path: Path, exif: bytes, recwarn: pytest.WarningsRecorder
) -> None:
    small = thumbnail(Image.new("RGB", (400, 200)), tmp_path / "a.jpg", exif=b"Exif\0\0" + exif)
    assert small.size == (160, 80)
    assert not recwarn.list


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_what_is_transparent_is_white(mode: str, tmp_path: Path) -> None:
    image = Image.new("RGBA", (200, 200), (0, 0, 0, 0)).convert(mode)
    options = {"transparency": 0} if mode == "P" else {}
    small = thumbnail(image, tmp_path / "a.png", **options)
    assert small.getpixel((60, 60)) == (255, 255, 255)


def test_grey_of_16_bits_has_its_tones(tmp_path: Path) -> None:
    tones = np.linspace(0, 65_535, 160 * 120).reshape(120, 160).astype(np.uint16)
    small = np.asarray(thumbnail(Image.fromarray(tones), tmp_path / "a.png").convert("L"))
    assert small[0].mean() < 10
    assert small[60].mean() == pytest.approx(128, abs=4)
    assert small[-1].mean() > 245


def test_a_large_photo_has_a_picture(tmp_path: Path, recwarn: pytest.WarningsRecorder) -> None:
    """Of 108 million pixels, as phones take them; Pillow warns of it by itself."""
    assert thumbnail(Image.new("L", (12_000, 9000)), tmp_path / "a.jpg").size == (160, 120)
    assert not recwarn.list


def cover_first(path: Path) -> None:
    """Move the metadata of an MP4 before its tracks, as some tools write it."""
    data = path.read_bytes()
    moov = data.index(b"moov") - 4
    end = moov + int.from_bytes(data[moov : moov + 4])
    boxes, at = [], moov + 8
    while at < end:
        length_bytes = int.from_bytes(data[at : at + 4])
        boxes.append(data[at : at + length_bytes])
        at += length_bytes
    boxes.sort(key=lambda box: (box[4:8] != b"mvhd", box[4:8] != b"udta"))
    path.write_bytes(data[: moov + 8] + b"".join(boxes) + data[end:])


def test_a_cover_that_is_the_first_stream_is_not_taken_for_the_video(tmp_path: Path) -> None:
    path = write_clock(tmp_path / "a.mp4", 4, cover=True)
    cover_first(path)
    with av.open(str(path)) as container:
        assert container.streams[0].disposition & av.stream.Disposition.attached_pic
    ((time_sec, jpeg),) = FrameReader().read(path, [Span(1, 3)])
    assert shown_sec(jpeg) == pytest.approx(time_sec, abs=0.4)


def test_a_rotated_video_is_shown_upright(tmp_path: Path) -> None:
    """By its display matrix: a quarter turn anticlockwise, so that the left side is below."""
    path = tmp_path / "a.mp4"
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream("mpeg4", rate=FPS)
        stream.width, stream.height, stream.pix_fmt = 320, 240, "yuv420p"
        image = Image.new("RGB", (320, 240), "black")
        image.paste("white", (0, 0, 160, 240))
        container.mux(stream.encode(av.VideoFrame.from_image(image)))
        container.mux(stream.encode(None))
    upright, turned = (
        b"".join(number.to_bytes(4, signed=True) for number in matrix)
        for matrix in (
            (1 << 16, 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 30),
            (0, -(1 << 16), 0, 1 << 16, 0, 0, 0, 0, 1 << 30),
        )
    )
    data = path.read_bytes()
    place = data.index(upright, data.index(b"tkhd"))
    path.write_bytes(data[:place] + turned + data[place + 36 :])
    ((_, jpeg),) = FrameReader().read(path, [Span(0, 1)])
    with Image.open(io.BytesIO(jpeg)) as shown:
        assert shown.size == (90, 120)
        pixels = np.asarray(shown.convert("L"))
    assert pixels[100:].mean() > 200 > 50 > pixels[:20].mean()
