"""Images that are not as they should be, and that viewers accept all the same."""

import io
import struct
import zlib
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from hashlib import sha256

import numpy as np
import pytest
from PIL import Image
from twelvelabs_embed_emulator.media.images import with_pillow
from twelvelabs_embed_emulator.media.metadata import describe
from twelvelabs_embed_emulator.media.sources import in_memory

from tests.emulator.helpers import create_asset, error, inline, rows, vector


def encoded(picture, form, **settings):
    file = io.BytesIO()
    picture.save(file, form, **settings)
    return file.getvalue()


@pytest.fixture(scope="module")
def picture(sample):
    with Image.open(sample("image", ".png", width=320, height=240)) as image:
        return image.convert("RGB")


@pytest.mark.parametrize("progressive", [False, True])
def test_a_jpeg_without_its_end_marker(embed, picture, progressive):
    jpeg = encoded(picture, "JPEG", progressive=progressive)
    assert jpeg.endswith(b"\xff\xd9")
    whole, without = (embed("image", media_source=inline(one)) for one in (jpeg, jpeg[:-2]))
    np.testing.assert_array_equal(vector(without), vector(whole))


@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("part", [0.3, 0.6, 0.9])
def test_a_jpeg_that_was_cut_off(embed, picture, progressive, part):
    jpeg = encoded(picture, "JPEG", progressive=progressive, quality=95)
    status, code, message = error(
        embed("image", media_source=inline(jpeg[: int(len(jpeg) * part)]))
    )
    assert (status, code) == (400, "parameter_invalid")
    assert message.startswith("image.media_source: the image is broken: ")


def with_chunk(png, kind, content, *, is_wrong=False):
    """Return a PNG with another chunk behind its header; `is_wrong`: its checksum."""
    checksum = zlib.crc32(kind + content) ^ is_wrong
    chunk = struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checksum)
    return png[:33] + chunk + png[33:]


XMP = b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(b"<x:xmpmeta>" + b"a b c " * 600_000)


@pytest.mark.parametrize(
    ("kind", "content", "is_wrong"),
    [
        (b"tEXt", b"Comment\0a beach", True),
        (b"gAMA", struct.pack(">I", 45455), True),
        (b"pHYs", struct.pack(">IIB", 1, 1, 1), True),
        (b"iTXt", XMP, False),
        (b"zTXt", b"Comment\0\0" + zlib.compress(bytes(3_000_000)), False),
        (b"iCCP", b"sRGB\0\0" + zlib.compress(bytes(3_000_000)), False),
        (b"iCCP", b"sRGB\0\1of another method", False),
        (b"cHRM", bytes(9), False),
        (b"tRNS", b"\1", False),
        (b"fcTL", bytes(3), False),
        (b"eXIf", b"MM\0*\0\0\0\x08\0\x05\x01\x12\0\x03", False),
    ],
)
def test_a_png_whose_side_data_is_odd(
    client, embed, picture, tmp_path, recwarn, kind, content, is_wrong
):
    png = encoded(picture, "PNG")
    odd = with_chunk(png, kind, content, is_wrong=is_wrong)
    whole, other = (embed("image", media_source=inline(one)) for one in (png, odd))
    np.testing.assert_array_equal(vector(other), vector(whole))
    file = tmp_path / "odd.png"
    file.write_bytes(odd)
    asset = create_asset(client, file)
    assert asset["technical_metadata"]["image_width"] == 320
    assert not recwarn.list


def test_a_png_that_was_cut_off(embed, picture):
    png = encoded(picture, "PNG")
    assert error(embed("image", media_source=inline(png[: len(png) // 2])))[0] == 400


def test_grey_of_16_bits_looks_as_grey_of_8(embed, picture):
    grey = picture.convert("L")
    deep = Image.fromarray(np.asarray(grey).astype(np.uint16) * 257)
    assert deep.mode == "I;16"
    first, second = (
        vector(embed("image", media_source=inline(encoded(one, "PNG")))) for one in (grey, deep)
    )
    np.testing.assert_allclose(first, second, atol=1e-6)


def test_a_photo_of_a_hundred_megapixels(embed, recwarn):
    photo = Image.new("RGB", (12_000, 9_000))
    assert rows(embed("image", media_source=inline(encoded(photo, "JPEG", quality=30))))
    assert not recwarn.list


@pytest.mark.parametrize("form", ["PNG", "TIFF"])
def test_nothing_is_known_of_an_image_of_too_many_pixels(client, tmp_path, form):
    file = tmp_path / "large.bin"
    file.write_bytes(encoded(Image.new("1", (20_001, 10_000)), form))
    asset = create_asset(client, file)
    assert (asset["status"], asset["file_type"]) == ("ready", f"image/{form.lower()}")
    assert not any(name.startswith("image_") for name in asset["technical_metadata"])


@pytest.mark.parametrize(("width", "is_known"), [(20_000, True), (20_001, False)])
def test_what_is_known_of_an_image_of_200_megapixels(picture, width, is_known):
    """A small JPEG whose header states another size; it is not decoded for this."""
    data = encoded(picture, "JPEG")
    at = data.index(b"\xff\xc0") + 5
    data = data[:at] + struct.pack(">HH", 10_000, width) + data[at + 4 :]
    mime_type, technical = describe(in_memory(data), "a.jpg")
    assert (mime_type, technical.get("image_width")) == ("image/jpeg", width if is_known else None)


@pytest.mark.parametrize("form", ["AVIF", "JPEG2000"])
def test_other_pictures_are_neither_images_nor_videos(client, embed, picture, tmp_path, form):
    file = tmp_path / "picture.bin"
    file.write_bytes(encoded(picture.resize((640, 480)), form))
    for kind in ("image", "video"):
        response = embed(kind, media_source=inline(file))
        assert error(response)[:2] == (400, "parameter_invalid")
    asset = create_asset(client, file)
    assert asset["file_type"] in ("image/avif", "image/jp2")


@pytest.mark.parametrize("brand", [b"mif1", b"MiHE", b"isom"])
def test_a_photo_is_recognized_by_any_of_its_brands(client, embed, picture, tmp_path, brand):
    avif = encoded(picture.resize((640, 480)), "AVIF")
    file = tmp_path / "photo.bin"
    file.write_bytes(avif[:8] + brand + avif[12:])
    assert error(embed("video", media_source=inline(file)))[:2] == (400, "parameter_invalid")
    assert create_asset(client, file)["file_type"] == "image/avif"


def test_a_sequence_of_photos_is_a_video(embed, picture):
    frames = [picture.resize((640, 480)).rotate(angle) for angle in range(10)]
    avif = encoded(frames[0], "AVIF", save_all=True, append_images=frames[1:], duration=500)
    response = embed("video", media_source=inline(avif))
    assert response.json()["metadata"]["duration"] == pytest.approx(5, abs=0.6)


def test_damaged_exif_data_are_ignored(client, embed, picture, tmp_path, recwarn):
    exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x05\x01\x12\0\x03"
    file = tmp_path / "picture.jpg"
    file.write_bytes(encoded(picture, "JPEG", exif=exif))
    assert rows(embed("image", media_source=inline(file)))
    assert create_asset(client, file)["technical_metadata"]["image_width"] == 320
    assert not recwarn.list


@pytest.mark.parametrize("mode", ["P", "LA", "RGBA", "1"])
def test_an_image_of_any_mode(embed, picture, recwarn, mode):
    image = picture.convert(mode)
    data = encoded(image, "PNG", **({"transparency": bytes(range(99))} if mode == "P" else {}))
    assert rows(embed("image", media_source=inline(data)))
    assert not recwarn.list


def test_one_image_at_a_time_is_decoded():
    """A small file can have 400 MB of pixels."""
    inside = []

    def work(number):
        inside.append(number)
        sha256(bytes(1 << 20)).digest()  # others may run meanwhile
        assert inside == [number]
        inside.remove(number)

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda number: with_pillow(partial(work, number)), range(100)))
