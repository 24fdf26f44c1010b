"""Media: sources, reading in chunks, sniffing, probing."""

import builtins
import copy
import http.client
import io
import os
import pickle
import struct
import warnings
import wave
from collections.abc import Callable
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image as Pillow, PngImagePlugin
from twelvelabs_embed.errors import InvalidInputError, Violation
from twelvelabs_embed.inputs import pil_images
from twelvelabs_embed.inputs.media import Media, read_head
from twelvelabs_embed.inputs.media_conversion import as_media
from twelvelabs_embed.limits.file_signatures import FORMATS, sniff
from twelvelabs_embed.validation import packet_scan
from twelvelabs_embed.validation.media_probe import MediaFacts, probe


def rejected(make: Callable[[], object]) -> Violation:
    with pytest.raises(InvalidInputError) as caught:
        make()
    (violation,) = caught.value.violations
    return violation


def noise(width: int, height: int, mode: str = "RGB") -> Pillow.Image:
    """A picture that cannot be compressed."""
    channels = {"RGB": 3, "RGBA": 4, "L": 1, "CMYK": 4}[mode]
    data = np.random.default_rng(0).integers(0, 256, (height, width, channels), np.uint8)
    return Pillow.frombytes(mode, (width, height), data.tobytes())


new_frame: Any = av.VideoFrame.from_image


def image_bytes(size: tuple[int, int] = (200, 150), form: str = "PNG") -> bytes:
    file = io.BytesIO()
    Pillow.new("RGB", size, "teal").save(file, format=form)
    return file.getvalue()


def wav_bytes(duration_sec: float = 1.0, rate_hz: int = 8000) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(rate_hz)
        sound.writeframes(bytes(2 * round(duration_sec * rate_hz)))
    return file.getvalue()


def video_bytes(form: str = "mp4", **settings: Any) -> bytes:
    file = io.BytesIO()
    write_video(file, form, **settings)
    return file.getvalue()


def write_video(
    file: Any,
    form: str,
    *,
    seconds: int = 2,
    size: tuple[int, int] = (360, 360),
    codec: str = "mpeg4",
    rate: int = 5,
    options: dict[str, str] | None = None,
) -> None:
    with av.open(file, "w", format=form, options=options or {}) as container:
        stream: Any = container.add_stream(codec, rate=rate)
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        for number in range(rate * seconds):
            picture = Pillow.new("RGB", size, (number * 9 % 256, 80, 80))
            container.mux(stream.encode(new_frame(picture)))
        container.mux(stream.encode(None))


# ------------------------------------------------------------------------------------------ sources


def test_four_sources() -> None:
    assert Media.file("a.jpg").value == Path("a.jpg")
    assert Media.bytes(b"abc").value == b"abc"
    assert Media.url("https://a.example/a.jpg").value == "https://a.example/a.jpg"
    assert Media.asset("6298").value == "6298"
    kinds = [Media.file("a"), Media.bytes(b""), Media.url("http://a"), Media.asset("a")]
    assert [media.kind for media in kinds] == ["file", "bytes", "url", "asset"]
    assert [media.is_readable for media in kinds] == [True, True, False, False]


def test_media_are_values() -> None:
    assert Media.file("a.jpg") == Media.file(Path("a.jpg"))
    assert hash(Media.bytes(b"a")) == hash(Media.bytes(bytearray(b"a")))
    assert Media.bytes(b"a", filename="x.jpg") == Media.bytes(b"a", filename="y.jpg")
    assert Media.asset("a") != Media.file("a")
    media = Media.bytes(b"abc", filename="x.jpg")
    assert pickle.loads(pickle.dumps(media)) == copy.deepcopy(media) == media


def test_home_is_expanded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert Media.file("~/a.jpg").value == tmp_path / "a.jpg"
    assert as_media(Path("~/a.jpg")).value == tmp_path / "a.jpg"
    assert Media.file("~no_such_user_here/a.jpg").value == Path("~no_such_user_here/a.jpg")


def test_nothing_is_opened_when_media_is_made() -> None:
    for value in ("no/such/file.mp4", Path("no/such/file.mp4"), "\0"):
        assert as_media(value).kind == "file"


@pytest.mark.parametrize(
    ("value", "media"),
    [
        ("dog.jpg", Media.file("dog.jpg")),
        ("www.example.com/dog.jpg", Media.file("www.example.com/dog.jpg")),
        ("https://a.example/dog.jpg", Media.url("https://a.example/dog.jpg")),
        ("HTTP://a.example/dog.jpg", Media.url("HTTP://a.example/dog.jpg")),
        (b"abc", Media.bytes(b"abc")),
        (bytearray(b"abc"), Media.bytes(b"abc")),
        (memoryview(b"abc"), Media.bytes(b"abc")),
        (io.BytesIO(b"abc"), Media.bytes(b"abc")),
        (Media.asset("a"), Media.asset("a")),
    ],
)
def test_as_media(value: Any, media: Media) -> None:
    assert as_media(value) == media


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("", "no path"),
        ("https://", "no link"),
        ("http:///a.jpg", "no link"),
        ("http://[1/a.jpg", "no link"),
        ("ftp://host/a.jpg?signature=secret", "begins with ftp://"),
        ("s3://key:secret@bucket/a.jpg", "names no bucket"),
        ("s3://bucket", "names no object"),
        ("data:image/png;base64,aGk=", "data: link"),
        (42, "of type int"),
        (["a.jpg"], "of type list"),
    ],
)
def test_as_media_rejects(value: Any, said: str) -> None:
    violation = rejected(lambda: as_media(value))
    assert violation.field == "media"
    assert said in violation.value
    assert violation.hint
    assert "secret" not in str(violation)


@pytest.mark.parametrize("url", ["dog.jpg", "ftp://a/b", "", "file:///etc/passwd"])
def test_url_rejects(url: str) -> None:
    assert "no link" in rejected(lambda: Media.url(url)).value


@pytest.mark.parametrize("url", ["https://a.example/b.jpg\n", "https://a.example/\x00b.jpg"])
def test_links_have_no_control_characters(url: str) -> None:
    assert "control character" in rejected(lambda: Media.url(url)).value
    assert Media.url("https://a.example/größe 1.jpg").kind == "url"  # the service may take it


@pytest.mark.parametrize("make", [Media.file, Media.bytes, Media.url, Media.asset])
def test_constructors_reject_other_types(make: Any) -> None:
    for value in (5, None, ["a"]):
        assert "is of type" in rejected(partial(make, value)).value
    assert "is of type" in rejected(lambda: Media.bytes("abc")).value  # type: ignore[arg-type]


def test_asset_rejects() -> None:
    assert "no id" in rejected(lambda: Media.asset(" ")).value


def test_a_file_object_is_read_from_where_it_stands(tmp_path: Path) -> None:
    path = tmp_path / "dog.jpg"
    path.write_bytes(b"0123456789")
    with path.open("rb") as file:
        file.seek(4)
        media = as_media(file)
    assert (media.value, media.filename, media.label) == (b"456789", "dog.jpg", "dog.jpg")


def test_file_objects_that_give_no_bytes(tmp_path: Path) -> None:
    path = tmp_path / "dog.jpg"
    path.write_text("text")
    with path.open() as text:
        assert "gives str" in rejected(lambda: as_media(text)).value  # type: ignore[arg-type]
    with path.open("rb") as closed:
        pass
    assert "cannot be read" in rejected(lambda: as_media(closed)).value
    with path.open("wb") as written:
        assert "cannot be read" in rejected(lambda: as_media(written)).value


class Disconnected:
    """A file object of an answer that ends too early, as http.client has it."""

    def read(self) -> bytes:
        raise http.client.IncompleteRead(b"abc", 5)


class BytesPath:
    """A path of bytes, as os.scandir(b".") gives them."""

    def __fspath__(self) -> Any:
        return b"dog.jpg"


def test_what_a_file_object_raises_is_an_error_of_the_input() -> None:
    violation = rejected(lambda: as_media(Disconnected()))
    assert "IncompleteRead" in violation.value
    assert as_media(BytesPath()).value == Path("dog.jpg")


def test_messages_have_no_address_in_memory() -> None:
    with io.BytesIO() as closed:
        pass
    for value in (object(), closed, Disconnected(), len):
        assert "0x" not in rejected(partial(as_media, value)).value


def test_repr_holds_neither_bytes_nor_secrets() -> None:
    link = "https://me:word@a.example:80/b/c.mp4?X-Amz-Signature=5ecret#t=1"
    assert repr(Media.url(link)) == "Media.url('https://a.example:80/b/c.mp4')"
    assert repr(Media.bytes(bytes(1_000_000))) == "Media.bytes(<1000000 bytes>)"
    assert repr(Media.bytes(b"a", "x.jpg")) == "Media.bytes(<1 bytes>, filename='x.jpg')"
    assert repr(Media.file("a/b.jpg")) == "Media.file('a/b.jpg')"
    assert repr(Media.asset("6298")) == "Media.asset('6298')"
    for media in (Media.file("a" * 5000), Media.asset("a" * 5000), Media.url(link + "a" * 5000)):
        assert len(repr(media)) < 120
        assert len(media.label) < 120


def test_labels_do_not_move_the_cursor() -> None:
    assert "\x1b" not in Media.file("\x1b[2J.mp4").label


# --------------------------------------------------------------------------------------- PIL images


@pytest.mark.parametrize("mode", ["1", "L", "LA", "I;16", "P", "RGB", "RGBA"])
def test_pil_images_keep_their_pixels(mode: str) -> None:
    image = Pillow.new(mode, (20, 10))
    image.putpixel((3, 4), (90,) * len(image.getbands()) if len(image.getbands()) > 1 else 1)
    value = as_media(image).value
    assert isinstance(value, bytes)
    with Pillow.open(io.BytesIO(value)) as again:
        assert again.format == "PNG"
        assert again.convert("RGBA").tobytes() == image.convert("RGBA").tobytes()


@pytest.mark.parametrize(
    "mode", ["CMYK", "YCbCr", "HSV", "F", "I", "PA", "RGBX", "LAB", "La", "RGBa", "I;16B"]
)
def test_pil_images_of_every_mode_are_encoded(mode: str) -> None:
    assert sniff(read_head(as_media(Pillow.new(mode, (20, 10))))) == FORMATS["png"]


@pytest.mark.parametrize(
    ("kind", "highest", "mode"),
    [
        (np.int32, 255, "L"),
        (np.int32, 65_535, "I;16"),
        (np.uint16, 65_535, "I;16"),
        (np.dtype(">u2"), 65_535, "I;16"),
        (np.float32, 255, "L"),
        (np.float32, 1, "L"),
    ],
)
def test_grey_keeps_its_tones_whatever_numbers_it_has(kind: Any, highest: int, mode: str) -> None:
    """And is not clipped to white, as `convert("RGB")` does it."""
    tones = np.linspace(0, highest, 256).reshape(16, 16)
    value = as_media(Pillow.fromarray(tones.astype(kind))).value
    assert isinstance(value, bytes)
    with Pillow.open(io.BytesIO(value)) as again:
        assert again.mode == mode
        shown = np.asarray(again) / (65_535 if mode == "I;16" else 255)
    assert shown == pytest.approx(tones / highest, abs=1 / 255)


@pytest.mark.parametrize(
    ("kind", "low", "high"), [(np.int32, -1, 9), (np.int32, 0, 65_536), (np.float32, 0, 256)]
)
def test_grey_of_no_known_scale_is_rejected(kind: Any, low: float, high: float) -> None:
    image = Pillow.fromarray(np.array([[low, high]], kind))
    assert rejected(lambda: as_media(image)).code == "media.pixels"


def test_a_pil_image_is_png_up_to_the_limit_of_images(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    image = noise(1500, 1300)
    assert as_media(image).size_bytes > 5_800_000
    assert sniff(read_head(as_media(image))) == FORMATS["png"]
    assert not caplog.records
    monkeypatch.setattr(pil_images, "_MAX_PNG_BYTES", 5_000_000)
    assert sniff(read_head(as_media(image))) == FORMATS["jpeg"]
    assert [record.levelname for record in caplog.records] == ["WARNING"]


def test_a_palette_with_transparency_as_jpeg(
    monkeypatch: pytest.MonkeyPatch, recwarn: pytest.WarningsRecorder
) -> None:
    monkeypatch.setattr(pil_images, "_MAX_PNG_BYTES", 100)
    image = noise(100, 100).convert("P")
    image.info["transparency"] = bytes(range(256))
    assert sniff(read_head(as_media(image))) == FORMATS["jpeg"]
    assert not recwarn.list


def test_a_pil_image_that_neither_png_nor_jpeg_can_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pil_images, "_MAX_PNG_BYTES", 1000)
    violation = rejected(lambda: as_media(noise(70_000, 2)))
    assert violation.code == "media.pixels"
    assert "70000x2" in violation.value


def test_a_colour_profile_is_left_out() -> None:
    image = Pillow.new("CMYK", (20, 10))
    image.info["icc_profile"] = b"a profile for ink"
    value = as_media(image).value
    assert isinstance(value, bytes)
    assert b"iCCP" not in value


def test_a_pil_image_is_taken_as_it_is_now() -> None:
    image = Pillow.new("L", (10, 10))
    before = as_media(image)
    image.paste(255, (0, 0, 5, 5))
    assert as_media(image) != before


def test_a_pil_image_whose_file_is_cut_off(tmp_path: Path) -> None:
    file = io.BytesIO()
    noise(300, 300).save(file, format="JPEG")
    image = Pillow.open(io.BytesIO(file.getvalue()[:9000]))
    assert "cannot be encoded" in rejected(lambda: as_media(image)).value


# -------------------------------------------------------------------------------- reading in chunks


@pytest.mark.parametrize("chunk_bytes", [1, 3, 7, 10, 11, 100])
def test_chunks(chunk_bytes: int, tmp_path: Path) -> None:
    data = bytes(range(10))
    path = tmp_path / "a"
    path.write_bytes(data)
    for media in (Media.file(path), Media.bytes(data)):
        assert media.size_bytes == 10
        for _ in range(2):  # read anew
            chunks = list(media.iter_chunks(chunk_bytes))
            assert b"".join(chunks) == data
            assert all(len(chunk) == chunk_bytes for chunk in chunks[:-1])


def test_empty_media_has_no_chunks(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.touch()
    assert list(Media.file(path).iter_chunks(3)) == list(Media.bytes(b"").iter_chunks(3)) == []


@pytest.mark.parametrize(
    ("after", "said"), [(b"x" * 11, "grew"), (b"x" * 8, "shrank"), (b"", "shrank")]
)
@pytest.mark.parametrize("chunk_bytes", [3, 5, 10, 64])
def test_a_file_that_changed_since_its_length_was_declared(
    after: bytes, said: str, chunk_bytes: int, tmp_path: Path
) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"x" * 10)
    media = Media.file(path)
    size_bytes = media.size_bytes
    path.write_bytes(after)
    given: list[bytes] = []
    violation = rejected(
        lambda: given.extend(media.iter_chunks(chunk_bytes, size_bytes=size_bytes))
    )
    assert said in violation.value
    assert "10 bytes" in violation.value


@pytest.mark.parametrize(("change_bytes", "said"), [(+1, "grew"), (+50, "grew"), (-1, "shrank")])
def test_a_file_that_changes_while_it_is_read(change_bytes: int, said: str, tmp_path: Path) -> None:
    path = tmp_path / "a"
    size_bytes = 400_000  # more than is read ahead
    path.write_bytes(bytes(size_bytes))
    chunks = Media.file(path).iter_chunks(100_000)
    given = len(next(chunks))
    os.truncate(path, size_bytes + change_bytes)

    def read_on() -> None:
        nonlocal given
        for chunk in chunks:
            given += len(chunk)

    assert said in rejected(read_on).value
    assert given <= size_bytes


def test_a_file_of_unchanged_size_may_be_touched(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(bytes(400_000))
    chunks = Media.file(path).iter_chunks(100_000)
    first = next(chunks)
    os.utime(path)
    assert len(first) + sum(map(len, chunks)) == 400_000


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    missing = Media.file(tmp_path / "none.mp4")
    assert "there is no file" in rejected(lambda: missing.size_bytes).value
    assert "none.mp4" in rejected(missing.open).value
    assert "is a directory" in rejected(Media.file(tmp_path).open).value
    assert "cannot be read" in rejected(lambda: list(Media.file("\0").iter_chunks(3))).value


@pytest.mark.parametrize("media", [Media.url("https://a.example/a"), Media.asset("a")])
def test_what_is_elsewhere_has_no_bytes_here(media: Media) -> None:
    for read in (lambda: media.size_bytes, media.open, lambda: list(media.iter_chunks(3))):
        with pytest.raises(ValueError, match="not"):
            read()


# ----------------------------------------------------------------------------------------- sniffing


def riff(form: bytes, head: bytes = b"RIFF") -> bytes:
    return head + struct.pack("<I", 1000) + form + bytes(100)


def box(brand: bytes) -> bytes:
    return struct.pack(">I", 32) + b"ftyp" + brand + bytes(100)


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00", "jpeg"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "png"),
        (b"GIF89a\x01\x00", "gif"),
        (b"GIF87a\x01\x00", "gif"),
        (riff(b"WEBP"), "webp"),
        (b"BM\x10\x00\x00\x00\x00\x00\x00\x00\x36\x00", "bmp"),
        (b"II*\x00\x08\x00", "tiff"),
        (b"MM\x00*\x00\x08", "tiff"),
        (box(b"heic"), "heif"),
        (box(b"avif"), "heif"),
        (b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>", "svg"),
        (riff(b"WAVE"), "wav"),
        (riff(b"WAVE", b"RF64"), "wav"),
        (b"ID3\x04\x00\x00\x00\x00\x00\x02\x00\x00\xff\xfb\x90\x00", "mp3"),
        (b"ID3\x04\x00\x00\x00\x00\x00\x02\x00\x00fLaC", "flac"),
        (b"ID3\x04\x00\x00\x00\x01\x7f\x7f" + bytes(100), "mp3"),
        (b"\xff\xfb\x90\x00", "mp3"),
        (b"\xff\xf3\x40\xc0", "mp3"),
        (b"fLaC\x00\x00", "flac"),
        (b"\xff\xf1\x50\x80", "aac"),
        (b"FORM\x00\x00\x00\x10AIFFCOMM", "aiff"),
        (b"#!AMR\n", "amr"),
        (box(b"M4A "), "m4a"),
        (b"OggS\x00\x02" + bytes(22) + b"\x01vorbis", "ogg"),
        (b"OggS\x00\x02" + bytes(22) + b"\x80theora", "ogv"),
        (box(b"isom"), "mp4"),
        (box(b"mp42"), "mp4"),
        (box(b"qt  "), "mov"),
        (b"\x00\x00\x00\x08wide\x00\x00\x00\x00mdat", "mov"),
        (
            b"\x1aE\xdf\xa3\x01\x00\x00\x00\x00\x00\x00\x1fB\x86\x81\x01B\x82\x88matroska",
            "matroska",
        ),
        (b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\x82\x84webm", "webm"),
        (riff(b"AVI "), "avi"),
        (b"0&\xb2u\x8ef\xcf\x11\xa6\xd9", "asf"),
        (b"FLV\x01\x05", "flv"),
        ((b"\x47" + bytes(187)) * 4, "mpegts"),
        ((bytes(4) + b"\x47" + bytes(187)) * 4, "mpegts"),
        (b"\x00\x00\x01\xba\x44", "mpegps"),
        (b"YUV4MPEG2 W360 H360\n", "y4m"),
        (b"\xff\xd8\xff\xf7\x00\x0b\x08", "jpegls"),
        (b"\xff\xd8\xff\xe8\x00\x04\xff\xf7\xff\xf7\x00\x0b\x08", "jpegls"),
        (b"\xff\xd8\xff\xe0\x00\x04\xff\xf7\xff\xc0\x00\x0b\x08", "jpeg"),
        (b"\xff\xd8\xff", "jpeg"),
        (b"%PDF-1.7\n", "pdf"),
        (b"PK\x03\x04\x14", "zip"),
        (b"\x1f\x8b\x08\x00", "gzip"),
        (b"<!DOCTYPE html><html>", "html"),
        (b"  <html lang='en'>", "html"),
        (b"a man walks his dog\n", "text"),
        (b"The free lunch", "text"),
        ("größe".encode(), "text"),
        ("größe".encode("utf-16"), "text"),
        (b"\xef\xbb\xbfwith a mark", "text"),
        (("ü" * 3000).encode()[:4095], "text"),
    ],
)
def test_sniffing(head: bytes, name: str) -> None:
    found = sniff(head)
    assert found is not None
    assert found.name == name
    assert found is FORMATS[name]


@pytest.mark.parametrize(
    "head",
    [
        b"",
        bytes(500),
        bytes(range(256)),
        b"\xff\xff\xff\xff",
        b"\x80" * 3,
        b"RIFF\x00\x00\x00\x00none",
        b"a\x00b",
        b"\xff",
        b"\xffBM" + bytes(20),
        b"received by mail\n%PDF-1.7\n",  # a PDF or a text
    ],
)
def test_nothing_certain(head: bytes) -> None:
    assert sniff(head) is None


@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF"])
def test_sniffing_what_pillow_writes(form: str) -> None:
    found = sniff(image_bytes(form=form))
    assert found is not None
    assert found.name == form.lower()


@pytest.mark.parametrize(
    ("form", "codec", "name"),
    [
        ("mp4", "mpeg4", "mp4"),
        ("mov", "mpeg4", "mov"),
        ("matroska", "mpeg4", "matroska"),
        ("webm", "libvpx", "webm"),
        ("avi", "mpeg4", "avi"),
        ("mpegts", "mpeg2video", "mpegts"),
        ("mpeg", "mpeg2video", "mpegps"),
        ("flv", "flv", "flv"),
        ("asf", "mpeg4", "asf"),
        ("ogg", "libvpx", "ogg"),
        ("mpeg1video", "mpeg1video", "mpegvideo"),
    ],
)
def test_sniffing_what_ffmpeg_writes(form: str, codec: str, name: str) -> None:
    data = video_bytes(form, codec=codec, size=(64, 64), seconds=1, rate=25)
    found = sniff(data[:4096])
    assert found is not None
    assert found.name == name
    assert found.may_hold_video


# ------------------------------------------------------------------------------------------ probing


def test_probing_an_image(tmp_path: Path) -> None:
    path = tmp_path / "dog.txt"
    path.write_bytes(image_bytes((200, 150)))
    facts = probe(Media.file(path))
    assert facts.format is FORMATS["png"]
    assert (facts.width_px, facts.height_px) == (200, 150)
    assert (facts.label, facts.size_bytes) == ("dog.txt", path.stat().st_size)
    assert (facts.fault, facts.notes) == (None, ())


def test_probing_audio() -> None:
    facts = probe(Media.bytes(wav_bytes(1.5)))
    assert facts.format is FORMATS["wav"]
    assert facts.duration_sec == 1.5
    assert (facts.has_audio, facts.has_video, facts.width_px) == (True, False, None)


def test_probing_video() -> None:
    facts = probe(Media.bytes(video_bytes(seconds=2, size=(480, 360))))
    assert facts.format is FORMATS["mp4"]
    assert facts.duration_sec == 2.0
    assert (facts.has_audio, facts.has_video) == (False, True)
    assert (facts.width_px, facts.height_px, facts.pixel_aspect_ratio) == (480, 360, 1.0)


def test_the_duration_is_measured_where_the_header_has_none() -> None:
    """As in a recording that was streamed to disk."""
    data = video_bytes("matroska", seconds=2, options={"live": "1"})
    assert probe(Media.bytes(data)).duration_sec == pytest.approx(2.0, abs=0.3)


def mp3_bytes(duration_sec: float, tags: bool) -> bytes:
    file = io.BytesIO()
    options = {} if tags else {"write_xing": "0", "id3v2_version": "0"}
    with av.open(file, "w", format="mp3", options=options) as container:
        stream: Any = container.add_stream("libmp3lame", rate=16000, layout="mono")
        samples = np.zeros((1, round(16000 * duration_sec)), np.int16)
        frame = av.AudioFrame.from_ndarray(samples, format="s16p", layout="mono")
        frame.sample_rate = 16000
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return file.getvalue()


def test_the_silence_around_mp3_does_not_count() -> None:
    assert probe(Media.bytes(mp3_bytes(5.0, tags=True))).duration_sec == pytest.approx(
        5.0, abs=0.01
    )


def test_mp3_without_any_header() -> None:
    data = mp3_bytes(5.0, tags=False)
    facts = probe(Media.bytes(data))
    assert facts.format is FORMATS["mp3"]
    assert facts.duration_sec == pytest.approx(5.0, abs=0.2)
    behind_junk = probe(Media.bytes(b"\x80\x81\x82\x83" * 20 + data), "audio")
    assert behind_junk.format is FORMATS["mp3"]


def test_wav_that_is_compressed_is_recognized() -> None:
    file = io.BytesIO()
    with av.open(file, "w", format="wav") as container:
        stream: Any = container.add_stream("adpcm_ms", rate=8000, layout="mono")
        frame = av.AudioFrame.from_ndarray(
            np.zeros((1, 8000), np.int16), format="s16", layout="mono"
        )
        frame.sample_rate = 8000
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    facts = probe(Media.bytes(file.getvalue()))
    assert facts.format
    assert facts.format.title == "WAV with adpcm_ms sound"


def test_video_in_a_format_for_sound() -> None:
    facts = probe(Media.bytes(video_bytes("ogg", codec="libvpx")), "video")
    assert facts.format is FORMATS["ogg"]
    assert facts.has_video


def test_pixels_that_are_not_square() -> None:
    file = io.BytesIO()
    with av.open(file, "w", format="matroska") as container:
        stream: Any = container.add_stream("mpeg4", rate=5)
        stream.width, stream.height, stream.pix_fmt = 360, 480, "yuv420p"
        stream.codec_context.sample_aspect_ratio = Fraction(4, 3)
        for _ in range(5):
            container.mux(stream.encode(av.VideoFrame(360, 480, "yuv420p")))
        container.mux(stream.encode(None))
    facts = probe(Media.bytes(file.getvalue()))
    assert facts.width_px == 360
    assert facts.pixel_aspect_ratio == pytest.approx(4 / 3, abs=0.01)


def test_a_cover_picture_is_no_video() -> None:
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as container:
        sound: Any = container.add_stream("aac", rate=16000, layout="mono")
        cover: Any = container.add_stream("mjpeg", rate=1)
        cover.width, cover.height, cover.pix_fmt = 400, 400, "yuvj420p"
        cover.disposition = av.stream.Disposition.attached_pic
        picture = new_frame(Pillow.new("RGB", (400, 400)))
        container.mux(cover.encode(picture.reformat(format="yuvj420p")))
        container.mux(cover.encode(None))
        frame = av.AudioFrame.from_ndarray(
            np.zeros((1, 16000), np.float32), format="fltp", layout="mono"
        )
        frame.sample_rate = 16000
        container.mux(sound.encode(frame))
        container.mux(sound.encode(None))
    facts = probe(Media.bytes(file.getvalue()))
    assert (facts.has_video, facts.has_audio, facts.width_px) == (False, True, None)


@pytest.mark.parametrize(("kind", "form"), [("image", "JPEG"), ("image", "PNG")])
def test_images_that_are_cut_off(kind: Any, form: str) -> None:
    file = io.BytesIO()
    noise(300, 300).save(file, format=form)
    whole = file.getvalue()
    assert probe(Media.bytes(whole), kind).fault is None
    facts = probe(Media.bytes(whole[: len(whole) // 2]), kind)
    assert facts.fault == "truncated"
    assert (facts.width_px, facts.height_px) == (300, 300)


@pytest.mark.parametrize("flags", ["", "faststart"])
def test_mp4_that_is_cut_off(flags: str, tmp_path: Path) -> None:
    """With its header at the end, as FFmpeg writes it, or at the beginning."""
    path = tmp_path / "a.mp4"
    write_video(str(path), "mp4", seconds=10, options={"movflags": flags} if flags else {})
    whole = path.read_bytes()
    assert probe(Media.bytes(whole)).fault is None
    facts = probe(Media.bytes(whole[: len(whole) * 6 // 10]))
    assert facts.fault == "truncated"
    assert facts.fault_detail


def test_matroska_that_is_cut_off() -> None:
    film = video_bytes("matroska", seconds=20)
    assert probe(Media.bytes(film)).fault is None
    assert probe(Media.bytes(film[: len(film) // 2])).fault == "truncated"


@pytest.mark.parametrize(
    "data", [bytes(3000), bytes(range(256)) * 20, b"\x1aE\xdf\xa3" + bytes(500)]
)
def test_garbage_is_broken(data: bytes) -> None:
    assert probe(Media.bytes(data)).fault == "broken"


def test_a_broken_png_is_broken() -> None:
    data = bytearray(image_bytes())
    data[20:24] = b"\xff\xff\xff\xff"
    assert probe(Media.bytes(bytes(data))).fault in ("broken", "truncated")


def test_sound_without_a_sample_is_broken() -> None:
    facts = probe(Media.bytes(wav_bytes(0)))
    assert (facts.fault, facts.fault_detail) == ("broken", "it has no content")


def test_titles_in_another_encoding() -> None:
    title = b"INFOINAM" + struct.pack("<I", 6) + "caf\xe9".encode("latin-1") + bytes(2)
    data = bytearray(wav_bytes() + b"LIST" + struct.pack("<I", len(title)) + title)
    data[4:8] = struct.pack("<I", len(data) - 8)
    facts = probe(Media.bytes(data), "audio")
    assert (facts.fault, facts.duration_sec) == (None, 1.0)


@pytest.mark.parametrize("form", ["h264", "mpeg2video"])
def test_streams_without_a_clock(form: str) -> None:
    codec = "libx264" if form == "h264" else form
    facts = probe(Media.bytes(video_bytes(form, codec=codec, rate=25)), "video")
    assert (facts.fault, facts.has_video) == (None, True)
    assert facts.duration_sec == pytest.approx(2.0, abs=0.1)


def test_a_codec_that_is_not_known_here_may_be_known_there() -> None:
    data = video_bytes("matroska").replace(b"V_MPEG4/ISO/ASP", b"V_NOT/KNOWN/YET")
    facts = probe(Media.bytes(data), "video")
    assert (facts.fault, facts.has_video) == (None, None)
    assert "not known here" in facts.notes[0]


def test_a_playlist_does_not_open_other_files(tmp_path: Path) -> None:
    secret = tmp_path / "secret.ts"
    secret.write_bytes(video_bytes("mpegts", codec="mpeg2video"))
    for text in (
        f"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{secret}\n#EXT-X-ENDLIST\n",
        f"ffconcat version 1.0\nfile {secret}\n",
    ):
        path = tmp_path / "list.mp4"
        path.write_text(text)
        facts = probe(Media.file(path), "video")
        assert facts.fault == "broken"
        assert facts.has_video is None


def test_faults_of_files(tmp_path: Path) -> None:
    (tmp_path / "empty.mp4").touch()
    os.mkfifo(tmp_path / "pipe.mp4")
    faults = {
        "none.mp4": "missing",
        "empty.mp4": "empty",
        "pipe.mp4": "unreadable",
        "empty.mp4/in.mp4": "missing",
        ".": "directory",
        "a" * 300: "unreadable",
        "\0": "unreadable",
    }
    assert {name: probe(Media.file(tmp_path / name)).fault for name in faults} == faults
    assert probe(Media.bytes(b"")).fault == "empty"


def test_files_without_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(b"abc")

    def reject(*_: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "open", reject)  # root may read everything
    facts = probe(Media.file(path))
    assert (facts.fault, facts.fault_detail) == ("unreadable", "Permission denied")


def test_what_is_elsewhere_is_noted() -> None:
    link = probe(Media.url("https://a.example/a.mp4?key=secret"))
    assert (link.via, link.fault) == ("url", None)
    assert "https://a.example/a.mp4 was not downloaded" in link.notes[0]
    asset = probe(Media.asset("6298"))
    assert asset.via == "asset"
    assert "6298 was not looked up" in asset.notes[0]


def test_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """Images are known as well, and size and format of recordings; a note says what is not."""
    real = builtins.__import__

    def importing(name: str, *args: Any) -> Any:
        if name.partition(".")[0] in ("PIL", "av"):
            raise ImportError(name)
        return real(name, *args)

    monkeypatch.setattr(builtins, "__import__", importing)
    image = probe(Media.bytes(image_bytes_once))
    assert (image.width_px, image.fault, image.notes) == (200, None, ())
    facts = probe(Media.bytes(wav_once))
    assert facts.format is FORMATS["wav"]
    assert facts.size_bytes == len(wav_once)
    assert (facts.duration_sec, facts.fault) == (None, None)
    assert "The extra [media] of twelvelabs-embed brings it" in facts.notes[0]


image_bytes_once, wav_once = image_bytes(), wav_bytes()


def test_what_pillow_would_not_open_is_no_fault() -> None:
    """More pixels, or more compressed text, than it takes by default. Nothing is printed."""
    notes = PngImagePlugin.PngInfo()
    notes.add_itxt("XML:com.adobe.xmp", "a" * (3 * PngImagePlugin.MAX_TEXT_CHUNK), zip=True)
    file = io.BytesIO()
    Pillow.new("1", (12_000, 9000)).save(file, format="PNG", pnginfo=notes)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        facts = probe(Media.bytes(file.getvalue()))
    assert (facts.fault, facts.width_px, facts.notes) == (None, 12_000, ())


def test_large_recordings_are_not_read_to_their_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packet_scan, "WHOLE_SCAN_BYTES", 1000)
    facts = probe(Media.bytes(wav_bytes(2.0)))
    assert facts.duration_sec == 2.0
    assert "large" in facts.notes[0]


def test_facts_of_nothing() -> None:
    assert MediaFacts().fault is None
