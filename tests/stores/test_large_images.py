"""Images in a store, of which only the beginning is read."""

from __future__ import annotations

import io

import pytest
from PIL import Image as Pillow
from twelvelabs_embed import InvalidInputError, Media
from twelvelabs_embed.validation import media_probe
from twelvelabs_embed.validation.media_probe import probe

from tests.stores.s3_server import S3Server


@pytest.fixture(params=["jpeg", "png"])
def picture(request: pytest.FixtureRequest) -> bytes:
    file = io.BytesIO()
    Pillow.effect_noise((160, 130), 90).save(file, request.param)
    return file.getvalue()


def test_a_large_image_of_a_store_is_not_called_truncated(
    s3: S3Server, monkeypatch: pytest.MonkeyPatch, picture: bytes
) -> None:
    monkeypatch.setattr(media_probe, "STORE_SCAN_BYTES", 2000)
    s3.fill("media", {"whole": picture})
    facts = probe(Media.object("s3://media/whole"), "image")
    assert (facts.fault, facts.fault_detail) == (None, "")
    assert (facts.width_px, facts.height_px) == (160, 130)
    assert "not read to its end" in str(facts.notes)


def test_an_image_that_is_read_whole_is_called_truncated(
    s3: S3Server, picture: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(media_probe, "STORE_SCAN_BYTES", 2000)
    s3.fill("media", {"cut off": picture[:2000], "whole": picture})
    assert probe(Media.object("s3://media/cut off"), "image").fault == "truncated"
    monkeypatch.setattr(media_probe, "STORE_SCAN_BYTES", len(picture))
    assert probe(Media.object("s3://media/whole"), "image").fault is None


@pytest.mark.parametrize("scheme", ["s3", "gs", "az"])
def test_an_address_without_a_bucket_is_shown_by_its_scheme_alone(scheme: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        Media.object(f"{scheme}://me:secret@")
    (violation,) = caught.value.violations
    assert violation.value == f"{scheme}://… names no bucket"
