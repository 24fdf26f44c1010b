"""Explicit nulls for optional fields: omitted by default, rejected in strict mode."""

import httpx
import pytest

from tests.emulator.helpers import create_asset, error, fixed, inline, request_body, rows


def requests(sample):
    """Return pairs: a request with a null in each optional place, and the same without."""
    wav = inline(sample("audio", ".wav", duration_sec=4))
    source_nulls = {"url": None, "asset_id": None}
    yield (
        request_body(
            "audio",
            media_source=wav | source_nulls,
            start_sec=None,
            end_sec=None,
            embedding_option=None,
            embedding_scope=None,
            embedding_type=None,
            segmentation=None,
        )
        | {"text": None, "image": None, "video": None, "multi_input": None},
        request_body("audio", media_source=wav),
    )
    video = inline(sample("video", ".mkv", duration_sec=4, width=360, height=360, fps=4))
    yield (
        request_body("video", media_source=video, segmentation=fixed(2) | {"dynamic": None}),
        request_body("video", media_source=video, segmentation=fixed(2)),
    )
    image = inline(sample("image", ".jpg"))
    multi = {"media_type": "image", **image}
    yield (
        request_body(
            "multi_input",
            input_text=None,
            media_sources=[multi | source_nulls | {"name": None}],
        )
        | {"embedding_dimension": None, "auto_truncate": None, "embedding_uncertainty": None},
        request_body("multi_input", media_sources=[multi]),
    )


def test_null_counts_as_omitted(client, sample):
    for given, expected in requests(sample):
        assert rows(client.post("/embed-v2", json=given)) == rows(
            client.post("/embed-v2", json=expected)
        )


def test_strict_mode_rejects_nulls_and_names_the_field(start, sample):
    _, client = start(strict_nulls=True)
    for given, expected in requests(sample):
        assert error(client.post("/embed-v2", json=given))[0] == 400
        rows(client.post("/embed-v2", json=expected))
    body = request_body("text", input_text="a dog") | {"embedding_dimension": None}
    _, code, message = error(client.post("/embed-v2", json=body))
    assert code == "parameter_invalid"
    assert message.startswith("embedding_dimension: null")


def test_tasks_take_nulls(client, sample):
    wav = inline(sample("audio", ".wav", duration_sec=4))
    body = request_body("audio", media_source=wav, start_sec=None) | {"video": None}
    assert client.post("/embed-v2/tasks", json=body).status_code == 202


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        (request_body("text", input_text=None), "parameter_not_provided", "text.input_text"),
        (
            {"input_type": None, "model_name": "marengo3.0", "text": {"input_text": "a"}},
            "parameter_not_provided",
            "input_type",
        ),
        (
            request_body("text", input_text="a", tone=None),
            "parameter_unknown",
            "text.tone",
        ),
        (
            request_body("image", media_source={"url": None, "asset_id": None}),
            "parameter_invalid",
            "image.media_source",
        ),
    ],
)
def test_what_is_required_or_unknown_stays_an_error(client, body, code, field):
    status, found, message = error(client.post("/embed-v2", json=body))
    assert (status, found) == (400, code)
    assert message.startswith(f"{field}: ")


def test_null_keeps_its_meaning_where_the_contract_has_one(client: httpx.Client, sample):
    path = f"/assets/{create_asset(client, sample('image', '.jpg'))['_id']}"
    for changes in ({"place": "home", "year": 2026}, {"place": None}):
        document = {"user_metadata": changes}
        assert client.patch(f"{path}/user-metadata", json=document).is_success
    assert client.get(path).json()["user_metadata"] == {"year": 2026}
