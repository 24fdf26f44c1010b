"""PIL images as media: modes, sizes, PNG or JPEG."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image as Pillow
from twelvelabs_embed.inputs import pil_images
from twelvelabs_embed.inputs.media import read_head
from twelvelabs_embed.inputs.media_conversion import as_media
from twelvelabs_embed.limits.file_signatures import FORMATS, sniff

from tests.inputs.violations import only_violation
from tests.validation.media_files import noise


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
    ("mode", "sent"),
    [
        *((mode, "RGB") for mode in ("CMYK", "YCbCr", "HSV", "RGBX", "LAB")),
        *((mode, "L") for mode in ("F", "I", "I;16B")),
        *(("PA", "RGBA"), ("La", "LA"), ("RGBa", "RGBA")),
    ],
)
def test_pil_images_of_every_mode_are_encoded(mode: str, sent: str) -> None:
    value = as_media(Pillow.new(mode, (20, 10))).value
    assert isinstance(value, bytes)
    with Pillow.open(io.BytesIO(value)) as again:
        assert (again.format, again.mode, again.size) == ("PNG", sent, (20, 10))


def test_grey_is_rounded_to_the_nearest_tone() -> None:
    for tones in ([[0.4, 0.6, 127.4, 254.6]], [[0.4 / 255, 0.6 / 255, 127.4 / 255, 254.6 / 255]]):
        value = as_media(Pillow.fromarray(np.array(tones, np.float32))).value
        assert isinstance(value, bytes)
        with Pillow.open(io.BytesIO(value)) as again:
            assert np.asarray(again).tolist() == [[0, 1, 127, 255]]


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
    assert only_violation(lambda: as_media(image)).code == "media.pixels"


def test_a_pil_image_is_png_up_to_the_limit_of_images(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    image = noise(1500, 1300)
    assert as_media(image).size_bytes > 5_800_000
    assert sniff(read_head(as_media(image))) == FORMATS["png"]
    assert not caplog.records
    assert pil_images._MAX_PNG_BYTES == 32_000_000  # under the limit whichever way MB is read
    size_bytes = as_media(image).size_bytes
    monkeypatch.setattr(pil_images, "_MAX_PNG_BYTES", size_bytes)
    assert as_media(image).size_bytes == size_bytes
    monkeypatch.setattr(pil_images, "_MAX_PNG_BYTES", size_bytes - 1)
    value = as_media(image).value
    assert isinstance(value, bytes)
    expected = io.BytesIO()
    image.save(expected, format="JPEG", quality=90)
    assert value == expected.getvalue()
    assert [record.levelname for record in caplog.records] == ["WARNING"]


def test_a_palette_with_transparency_as_jpeg(
    monkeypatch: pytest.MonkeyPatch, recwarn: pytest.WarningsRecorder
) -> None:
    monkeypatch.setattr(pil_images, "_MAX_PNG_BYTES", 100)
    image = noise(100, 100).convert("P")
    image.info["transparency"] = bytes(range(256))
    assert sniff(read_head(as_media(image))) == FORMATS["jpeg"]
    assert not recwarn.list


@pytest.mark.parametrize("size", [(65_501, 2), (2, 65_501)])
def test_a_pil_image_that_neither_png_nor_jpeg_can_hold(
    size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pil_images, "_MAX_PNG_BYTES", 1000)
    violation = only_violation(lambda: as_media(noise(*size)))
    assert violation.code == "media.pixels"
    assert f"{size[0]}x{size[1]}" in violation.value
    assert sniff(read_head(as_media(noise(65_500, 2)))) == FORMATS["jpeg"]


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
    assert "cannot be encoded" in only_violation(lambda: as_media(image)).value
