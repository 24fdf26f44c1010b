"""Several inputs as one, with marengo3.5."""

import pytest
from twelvelabs_embed_emulator import samples

from tests.emulator.helpers import MIB, code_of, cosine, error, rows, source, vector

TEXT = "a man walking a dog"


def pdf(path, page_count):
    return samples.document(path, pages=["a page"] * page_count)


def test_a_text(combine):
    response = combine(input_text=TEXT)
    (row,) = rows(response)
    assert len(row.pop("embedding")) == 512
    assert row == {
        "embedding_option": None,
        "embedding_scope": None,
        "start_sec": None,
        "end_sec": None,
        "start_page_number": None,
        "end_page_number": None,
        "quadrant": None,
        "chunk_index": None,
    }
    assert response.json()["metadata"] == {"input_type": "multi_input", "embedding_dimension": 512}
    assert response.json()["usage"] == {"input_tokens": {"text": 5}, "truncated": False}


def test_all_kinds_of_media_become_one_vector(combine, files):
    sources = [source(kind, files[kind]) for kind in ("image", "audio", "video", "document")]
    response = combine(input_text="all of it", media_sources=sources)
    assert len(rows(response)) == 1
    assert response.json()["usage"]["input_tokens"] == {
        "text": 3 + len(files["document"].read_text().split()),
        "image": 256,
        "audio": 25 * 5,
        "video": 64 * 4,
    }


def test_one_image_is_near_itself_with_a_text(combine, files):
    image = source("image", files["image"])
    alone = vector(combine(media_sources=[image]))
    both = vector(combine(input_text=TEXT, media_sources=[image]))
    assert 0.5 < cosine(alone, both) < 0.9


def test_the_order_of_sources_matters(combine, files, sample):
    images = [source("image", file) for file in (files["image"], sample("image", ".png", scene=1))]
    there, back = (vector(combine(media_sources=one)) for one in (images, images[::-1]))
    assert 0.9 < cosine(there, back) < 0.9999


def test_references(combine, files):
    image = source("image", files["image"], name="outfit")
    assert rows(combine(input_text="A person wearing <@outfit>", media_sources=[image]))
    message = "multi_input.input_text: refers to <@hat>, and no source has that name"
    response = combine(input_text="A person wearing <@hat>", media_sources=[image])
    assert error(response) == (400, "parameter_invalid", message)
    message = 'multi_input.media_sources: two sources have the name "outfit"'
    assert error(combine(media_sources=[image] * 2)) == (400, "parameter_invalid", message)


def test_vectors_of_two_models_are_far_from_each_other(combine, embed):
    old, new = vector(embed("text", input_text=TEXT)), vector(combine(input_text=TEXT))
    assert abs(cosine(old, new)) < 0.2
    assert cosine(new, vector(combine(input_text=TEXT + "!"))) > 0.99


INVALID = [
    # kinds of the sources, text, message
    ((), None, "multi_input: {} has less than 1 property"),
    (("image", "audio"), None, "multi_input.input_text: is required for media of several types"),
    (("pdf",), TEXT, "multi_input.media_sources: a PDF must be the only source and goes without"),
    (("pdf", "document"), None, "multi_input.media_sources: a PDF must be the only source"),
    (("document",), TEXT, "multi_input.media_sources: all of it is text"),
    (("document", "document"), None, "multi_input.media_sources: all of it is text"),
    (("image",) * 11, None, "multi_input.media_sources: [{"),
]


@pytest.mark.parametrize(
    ("kinds", "text", "message"), INVALID, ids=[str(row[0]) for row in INVALID]
)
def test_combinations_that_are_rejected(combine, files, kinds, text, message):
    media_types = {"pdf": "document"}
    sources = [source(media_types.get(kind, kind), files[kind]) for kind in kinds]
    settings = {"media_sources": sources} if sources else {}
    response = combine(**settings, **({"input_text": text} if text else {}))
    status, code, found = error(response)
    assert (status, code) == (400, code_of(message))
    assert found.startswith(message)


def test_exactly_one_place_of_a_source(combine):
    place = {"url": "http://127.0.0.1:9/a.jpg"}
    both = {"media_type": "image", **place, "asset_id": "1"}
    _, code, message = error(combine(media_sources=[both]))
    assert code == "parameter_invalid"
    assert "gives more than one of what may be given alone" in message
    _, code, message = error(combine(media_sources=[{"media_type": "image"}]))
    assert code == "parameter_not_provided"
    assert message.endswith('one of "url", "base64_string" or "asset_id" is required')


def test_32_mb_and_30_seconds(combine, files, sample):
    large = files["image"].read_bytes().ljust(32 * MIB, b"\0")
    assert rows(combine(media_sources=[source("image", large)]))
    response = combine(media_sources=[source("image", large + b"x")])
    assert error(response)[:2] == (413, "video_filesize_too_large")
    long = sample("audio", ".wav", duration_sec=31, sample_rate_hz=2_000)
    response = combine(media_sources=[source("audio", long)])
    assert error(response)[1] == "video_duration_too_long"


def test_pages_of_a_pdf_are_limited_by_its_size(combine, tmp_path):
    fits, too_many = (pdf(tmp_path / f"{count}.pdf", count) for count in (16, 17))
    assert rows(combine(media_sources=[source("document", fits)]))
    status, _, message = error(combine(media_sources=[source("document", too_many)]))
    assert status == 413
    assert "17 pages are more than the 16" in message


def test_a_document_without_content(combine):
    response = combine(media_sources=[source("document", b" \n")])
    assert "no content to embed" in error(response)[2]
