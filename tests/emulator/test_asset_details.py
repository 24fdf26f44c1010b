"""What is known of an asset: derived files, user metadata, transcription, references."""

import pytest
from twelvelabs_embed_emulator import samples
from twelvelabs_embed_emulator.endpoints.transcription import transcription
from twelvelabs_embed_emulator.media.av_files import Cue

from tests.emulator.helpers import FILE, create_asset, flat_error


def test_streams_and_thumbnails_are_made_unless_they_are_not_wanted(client, film, sample):
    for wanted in ({}, {"enable_hls": "true", "enable_thumbnail": "true"}):
        asset = create_asset(client, film, **wanted)
        assert asset["hls"]["status"] == asset["thumbnail"]["status"] == "ready"
    assert asset["hls"]["manifest_url"].endswith(f"/assets/{asset['_id']}/hls.m3u8")
    thumbnail_url = asset["thumbnail"]["representative_url"]
    assert thumbnail_url.endswith(f"/assets/{asset['_id']}/thumbnail.jpg")
    image = create_asset(client, sample("image", ".jpg"))
    assert ("hls" in image, image["thumbnail"]["status"]) == (False, "ready")
    sound = create_asset(client, sample("audio", ".wav"))
    assert ("thumbnail" in sound, sound["hls"]["status"]) == (False, "ready")
    text = create_asset(client, sample("document", ".md"))
    assert not {"hls", "thumbnail"} & text.keys()
    assert create_asset(client, sample("document", ".pdf"))["thumbnail"]["status"] == "ready"
    asset = create_asset(client, film, enable_hls="false", enable_thumbnail="false")
    assert not {"hls", "thumbnail"} & asset.keys()
    response = client.post("/assets", data={"method": "direct", "enable_hls": "yes"}, files=[FILE])
    assert flat_error(response)[2] == 'enable_hls: "yes" is not of type "boolean"'


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        (
            "a.pdf",
            b"not a PDF",
            "filename: its end does not go with the content, which is a text",
        ),
        ("a.md", b" ", "file: the file has no content to embed"),
        ("a.mp4", b"no media", "file: the file is broken or no media file: "),
    ],
)
def test_why_an_asset_failed(client, tmp_path, name, content, reason):
    (tmp_path / name).write_bytes(content)
    asset = create_asset(client, tmp_path / name)
    assert asset["status"] == "failed"
    assert asset["error"]["message"].startswith(reason)


def test_a_fault_of_the_emulator_fails_the_asset(client, sample, monkeypatch, caplog):
    def fail(*_):
        raise ZeroDivisionError("a fault")

    monkeypatch.setattr("twelvelabs_embed_emulator.media.metadata.describe", fail)
    asset = create_asset(client, sample("image", ".jpg"))
    assert (asset["status"], asset["file_type"]) == ("failed", "image/jpeg")
    assert asset["error"]["message"].startswith("The emulator failed.")
    assert "ZeroDivisionError" in caplog.text


@pytest.fixture
def noted(client, sample):
    """The path of an asset on which something is noted."""
    metadata = '{"season": 2026, "tags": ["final"], "empty": "", "none": null}'
    asset = create_asset(client, sample("image", ".jpg"), user_metadata=metadata)
    assert asset["user_metadata"] == {"season": 2026, "tags": ["final"]}
    return f"/assets/{asset['_id']}"


@pytest.mark.parametrize(
    ("method", "change", "expected"),
    [
        ("PUT", {"rating": 9.5, "tags": [], "x": None, "y": ""}, {"rating": 9.5}),
        ("PUT", {}, None),
        ("PATCH", {"season": 2027, "tags": None}, {"season": 2027}),
        ("PATCH", {"season": "", "tags": [], "final": True}, ...),
        ("DELETE", None, None),
    ],
)
def test_notes_are_replaced_changed_and_deleted(client, noted, method, change, expected):
    if expected is ...:
        expected = {"season": 2026, "tags": ["final"], "final": True}
    body = {} if change is None else {"json": {"user_metadata": change}}
    assert client.request(method, f"{noted}/user-metadata", **body).status_code == 200
    assert client.get(noted).json().get("user_metadata") == expected


@pytest.mark.parametrize(
    "metadata",
    [
        "no JSON",
        "[]",
        '{"a": {}}',
        '{"a": [1]}',
        '{"a": ["b", 1]}',
        '{"a": NaN}',
        '{"a": ' + "[" * 100_000,
    ],
    ids=lambda text: text[:12],
)
def test_invalid_user_metadata_is_rejected(client, metadata):
    data = {"method": "direct", "user_metadata": metadata}
    status, code, message = flat_error(client.post("/assets", data=data, files=[FILE]))
    assert (status, code) == (400, "parameter_invalid")
    assert message.startswith("user_metadata")


def test_a_transcription_is_cut_as_asked_for(client, film):
    path = f"/assets/{create_asset(client, film)['_id']}/transcription"
    words = client.get(path).json()
    assert words.keys() == {"status", "words"}
    assert words["words"][1] == {"start": 0.591, "end": 0.864, "value": "man"}
    both = client.get(f"{path}?include=sentences,utterances").json()
    assert both == client.get(f"{path}?include=sentences&include=utterances").json()
    expected = [
        {"start": 4 * scene + 0.5, "end": 4 * scene + 3.5, "value": samples.SENTENCES[scene]}
        for scene in range(3)
    ]
    assert both == {
        "status": "ready",
        "sentences": expected,
        "utterances": [{**one, "speaker": "speaker_0"} for one in expected],
    }


def test_the_time_of_a_subtitle_is_divided_by_letters():
    found = transcription([Cue(1, 3, "One two. Three!")], ("words", "sentences", "utterances"))
    times = {"One": (1, 1.462), "two.": (1.462, 2.077), "Three!": (2.077, 3)}
    assert found == {
        "words": [
            {"start": start, "end": end, "value": word} for word, (start, end) in times.items()
        ],
        "sentences": [
            {"start": 1, "end": 2.143, "value": "One two."},
            {"start": 2.143, "end": 3, "value": "Three!"},
        ],
        "utterances": [{"start": 1, "end": 3, "value": "One two. Three!", "speaker": "speaker_0"}],
    }


def test_a_transcription_has_the_state_of_its_asset(start, sample, tmp_path):
    emulator, client = start(processing_sec=60)
    (tmp_path / "broken.mp4").write_bytes(b"no media")
    silent = sample("video", ".mkv", sound=False, duration_sec=4)
    paths = []
    for file in (silent, tmp_path / "broken.mp4"):
        files = {"file": (file.name, file.read_bytes())}
        created = client.post("/assets", data={"method": "direct"}, files=files).json()
        paths.append(f"/assets/{created['_id']}")
    emulator.wait_until_idle()
    for path in paths:
        assert client.get(f"{path}/transcription").json() == {"status": "processing"}
        assert client.get(path).json()["hls"] == {"status": "processing"}
    emulator.advance(minutes=1)
    without, broken = (client.get(f"{path}/transcription") for path in paths)
    assert flat_error(without)[:2] == (404, "resource_not_exist")
    asset = client.get(paths[1]).json()
    assert broken.json() == {"status": "failed", "error": asset["error"]}
    assert (asset["hls"], asset["thumbnail"]) == ({"status": "error"}, {"status": "error"})


def test_what_has_no_transcription(client, sample, tmp_path):
    image = create_asset(client, sample("image", ".jpg"))
    path = f"/assets/{image['_id']}/transcription"
    assert flat_error(client.get(path))[:2] == (404, "resource_not_exist")
    talk = create_asset(client, sample("audio", ".wav"))
    body = client.get(f"/assets/{talk['_id']}/transcription").json()
    assert body == {"status": "ready", "words": []}


@pytest.mark.parametrize("what", ["indexed-assets", "entities"])
def test_nothing_refers_to_an_asset(client, noted, what):
    response = client.get(f"{noted}/{what}", params={"page": 2, "page_limit": 50})
    assert response.status_code == 200
    info = {"limit_per_page": 50, "page": 2, "total_page": 0, "total_results": 0}
    assert response.json() == {"data": [], "page_info": info}
    missing = client.get(f"/assets/nothing/{what}")
    assert (missing.status_code, missing.json()["code"]) == (404, "resource_not_exist")
    assert client.get(f"{noted}/{what}", params={"page_limit": 51}).status_code == 400
