"""Assets: uploaded or fetched, listed, used and deleted."""

import httpx
import pytest
from PIL import Image
from twelvelabs_embed_emulator import Emulator, samples
from twelvelabs_embed_emulator.contract import limits
from twelvelabs_embed_emulator.contract.errors import ApiError
from twelvelabs_embed_emulator.endpoints.assets import _check_size

from tests.emulator.helpers import (
    MIB,
    create_asset,
    ended,
    error,
    fields,
    flat_error,
    inline,
    request_body,
    rows,
)
from tests.validation.recordings import recording

OF_AUDIO = {
    "audio_sample_rate": 16_000,
    "audio_channels": 1,
    "audio_duration_seconds": 12.0,
    "total_audio_streams": 1,
    "has_audio": True,
}
OF_VIDEO = OF_AUDIO | {
    "video_width": 640,
    "video_height": 360,
    "video_fps": 12.0,
    "video_duration_seconds": 12.0,
    "total_video_streams": 1,
}
OF_IMAGE = {
    "image_width": 640,
    "image_height": 480,
    "image_orientation": 1,
    "image_bit_depth": 8,
    "has_alpha": False,
    "is_animated": False,
}
TURNED, OTHER = Image.Exif(), Image.new("RGB", (200, 160), "red")
TURNED[0x0112] = 6
OF_PDF = {
    "document_page_count": 3,
    "document_is_encrypted": False,
    "document_pdf_version": "1.4",
}


@pytest.mark.parametrize(
    ("make", "suffix", "file_type", "expected"),
    [
        (
            "video",
            ".mkv",
            "video/x-matroska",
            OF_VIDEO | {"file_container_format": "matroska,webm"},
        ),
        ("video", ".mp4", "video/mp4", OF_VIDEO),
        ("audio", ".mp3", "audio/mpeg", OF_AUDIO),
        ("audio", ".wav", "audio/wav", OF_AUDIO | {"audio_codec": "pcm_s16le"}),
        ("audio", ".flac", "audio/flac", OF_AUDIO | {"audio_codec": "flac"}),
        ("image", ".jpg", "image/jpeg", OF_IMAGE | {"image_format": "JPEG"}),
        ("image", ".png", "image/png", OF_IMAGE | {"image_format": "PNG"}),
        ("document", ".pdf", "application/pdf", OF_PDF),
        ("document", ".md", "text/markdown", {}),
    ],
)
def test_a_file_that_is_sent_becomes_ready(client, sample, make, suffix, file_type, expected):
    file = sample(make, suffix)
    derived = {"enable_hls": "false", "enable_thumbnail": "false"}
    name = file.name.upper()
    asset = create_asset(client, file, filename=name, **derived)
    assert asset.pop("_id")
    assert asset.pop("created_at").endswith("Z")
    size_bytes = asset.pop("size")
    assert size_bytes == file.stat().st_size
    duration_sec = 12 if make in ("audio", "video") else None
    assert asset.pop("duration", None) == pytest.approx(duration_sec, abs=0.1)
    technical = asset.pop("technical_metadata")
    expected = expected | {"file_size_bytes": size_bytes, "file_mime_type": file_type}
    found = {name: technical.get(name) for name in expected}
    assert found == {
        name: pytest.approx(value, abs=0.1) if isinstance(value, float) else value
        for name, value in expected.items()
    }
    assert asset == {
        "method": "direct",
        "status": "ready",
        "filename": name,
        "file_type": file_type,
    }
    for kind in ("audio", "video"):
        streams = technical.get(f"{kind}_streams", [])
        assert len(streams) == technical.get(f"total_{kind}_streams", 0)
        for stream in streams:
            main = {f"{kind}_{name}": value for name, value in stream.items()}
            assert len(main.items() & technical.items()) >= 4


@pytest.mark.parametrize(
    ("mode", "form", "settings", "expected"),
    [
        ("1", "PNG", {}, {"image_bit_depth": 1}),
        ("I;16", "PNG", {}, {"image_bit_depth": 16}),
        ("I", "TIFF", {}, {"image_bit_depth": 32}),
        ("F", "TIFF", {}, {"image_bit_depth": 32}),
        ("RGBA", "PNG", {}, {"has_alpha": True}),
        ("P", "PNG", {"transparency": 0}, {"has_alpha": True}),
        ("RGB", "PNG", {"exif": TURNED}, {"image_orientation": 6}),
        ("RGB", "JPEG", {"exif": TURNED}, {"image_orientation": 6}),
        ("RGB", "TIFF", {"save_all": True, "append_images": [OTHER]}, {"is_animated": True}),
    ],
)
def test_what_is_known_of_an_image(client, tmp_path, mode, form, settings, expected):
    Image.new(mode, (200, 160)).save(tmp_path / "a", form, **settings)
    asset = create_asset(client, tmp_path / "a")
    known = {"image_format": form, "image_width": 200, "image_height": 160, **expected}
    assert known.items() <= asset["technical_metadata"].items()
    assert asset["file_type"] == f"image/{form.lower()}"


def test_no_rate_is_known_of_one_frame(client, tmp_path):
    file = samples.video(tmp_path / "a.ts", duration_sec=0.1, fps=10, width=360, height=360)
    technical = create_asset(client, file)["technical_metadata"]
    assert technical["video_width"] == 360
    assert "video_fps" not in technical


def test_the_kind_is_known_by_the_content_and_not_by_the_name(client, sample):
    asset = create_asset(client, sample("image", ".png"), filename="talk.wav")
    assert asset["filename"] == "talk.wav"
    assert asset["file_type"] == "image/png"


@pytest.mark.parametrize(
    ("name", "filename", "file_type"),
    [
        ("talk.flac", "talk.flac", "audio/flac"),
        ("talk.WAV", "talk.WAV", "audio/wav"),
        ("talk.mp3", "talk.mp3", "audio/mpeg"),
        ("film.mkv", "film.mkv", "video/x-matroska"),
        ("film.mp4", "film.mp4", "video/mp4"),
        ("notes.md", "notes.md", "text/markdown"),
        ("notes.pdf", "notes.pdf", "application/pdf"),
        ("beach", "beach", "application/octet-stream"),
        # Some clients send the folders, too.
        ("media/beach.jpg", "beach.jpg", "image/jpeg"),
        ("media\\beach.jpg", "beach.jpg", "image/jpeg"),
        ("media/", "media/", "application/octet-stream"),
    ],
)
def test_a_new_asset_is_processing_and_of_the_type_of_its_name(client, name, filename, file_type):
    content = (
        '--x\r\nContent-Disposition: form-data; name="method"\r\n\r\ndirect\r\n'
        f'--x\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\nabc'
        "\r\n--x--\r\n"
    )
    headers = {"content-type": "multipart/form-data; boundary=x"}
    response = client.post("/assets", content=content, headers=headers)
    assert response.status_code == 201
    asset = response.json()
    assert asset == {
        "_id": asset["_id"],
        "method": "direct",
        "status": "processing",
        "filename": filename,
        "file_type": file_type,
        "created_at": asset["created_at"],
    }


def test_a_file_without_a_name_is_called_as_httpx_calls_it(client, sample):
    data, files = {"method": "direct"}, {"file": sample("image", ".jpg").read_bytes()}
    assert client.post("/assets", data=data, files=files).json()["filename"] == "upload"


@pytest.mark.parametrize(
    ("mime_type", "max_mb", "status"),
    [("image/png", 32, 400), ("application/pdf", 512, 413), ("text/plain", 512, 413)],
)
def test_the_size_of_some_types_is_limited(mime_type, max_mb, status):
    _check_size("file", mime_type, max_mb * MIB)
    with pytest.raises(ApiError, match=rf"^file: .*\({max_mb} MB\)") as caught:
        _check_size("file", mime_type, max_mb * MIB + 1)
    assert caught.value.status == status


def test_audio_and_video_may_have_any_size_that_is_received():
    for mime_type in ("audio/wav", "video/mp4"):
        _check_size("file", mime_type, 2**40)


def test_a_url_is_fetched_afterwards(client, media_server):
    data = {"method": "url", "url": f"{media_server}/my%20beach.jpg"}
    response = client.post("/assets", files=fields(data))
    assert (response.status_code, response.json()["status"]) == (201, "processing")
    asset = ended(client, f"/assets/{response.json()['_id']}")
    assert asset["method"] == "url"
    assert asset["status"] == "ready"
    assert asset["filename"] == "my beach.jpg"
    assert asset["file_type"] == "image/jpeg"


def test_the_duration_of_a_video_is_that_of_its_pictures(client, tmp_path):
    (tmp_path / "a.mp4").write_bytes(recording("mp4", pictures_sec=3, sound_sec=5))
    asset = create_asset(client, tmp_path / "a.mp4")
    assert asset["duration"] == pytest.approx(3, abs=0.1)


@pytest.mark.parametrize("path", ["/nothing.mp4", "/broken.mp4", "/film.m3u8", "/away", "/round"])
def test_what_cannot_be_fetched_or_read_fails(client, media_server, path):
    data = {"method": "url", "url": media_server + path, "filename": "x.mp4"}
    response = client.post("/assets", files=fields(data))
    assert ended(client, f"/assets/{response.json()['_id']}")["status"] == "failed"


@pytest.mark.parametrize(
    ("allow_hosts", "reason"),
    [((), "url: the emulator fetches from this machine only"), (("nowhere.invalid",), "")],
)
def test_an_asset_is_fetched_from_hosts_that_are_allowed(start, allow_hosts, reason):
    _, client = start(allow_hosts=allow_hosts)
    data = {"method": "url", "url": "http://nowhere.invalid/a.mp4"}
    response = client.post("/assets", files=fields(data))
    if reason:
        assert flat_error(response)[2].startswith(reason)
    else:  # the host does not exist: the lookup shows that it was allowed
        asset = ended(client, f"/assets/{response.json()['_id']}")
        assert asset["error"]["message"].startswith("url: cannot be fetched: ")


def test_a_file_by_url_may_be_as_large_as_one_of_an_asset(client, media_server, monkeypatch):
    monkeypatch.setattr(limits, "FILE_SIZE", limits.FILE_SIZE._replace(max_bytes=1000))
    data = {"method": "url", "url": f"{media_server}/talk.wav"}
    response = client.post("/assets", files=fields(data))
    asset = ended(client, f"/assets/{response.json()['_id']}")
    assert "is greater than the maximum of 1000 bytes (4 GB)" in asset["error"]["message"]


@pytest.mark.parametrize("content", [b"", b"a text", b"\0" * 100_000])
def test_a_file_that_is_no_media_fails(client, tmp_path, content):
    (tmp_path / "a.mp4").write_bytes(content)
    assert create_asset(client, tmp_path / "a.mp4")["status"] == "failed"


# ----------------------------------------------------------------------------------- list, delete


@pytest.fixture(scope="module")
def listed(sample):
    """An emulator with five assets, and their ids, newest first."""
    with Emulator() as emulator:
        headers = {"x-api-key": "some key"}
        with httpx.Client(base_url=emulator.base_url, headers=headers) as client:
            files = [
                sample("image", ".jpg"),
                sample("image", ".png"),
                sample("audio", ".wav"),
                sample("video", ".mkv"),
                sample("audio", ".mp3"),
            ]
            ids = [create_asset(client, file)["_id"] for file in files]
            yield client, ids[::-1]


def listing(client, query=""):
    body = client.get(f"/assets{query}").raise_for_status().json()
    return [asset["_id"] for asset in body["data"]], body["page_info"]


def test_list_newest_first(listed):
    client, ids = listed
    info = {"limit_per_page": 10, "page": 1, "total_page": 1, "total_results": 5}
    assert listing(client) == (ids, info)
    assert client.get("/assets").json()["data"][1] == client.get(f"/assets/{ids[1]}").json()


def test_pages(listed):
    client, ids = listed
    pages = [listing(client, f"?page={page}&page_limit=2") for page in (1, 2, 3, 4, 10**14)]
    assert [page[0] for page in pages] == [ids[:2], ids[2:4], ids[4:], [], []]
    info = {"limit_per_page": 2, "page": 3, "total_page": 3, "total_results": 5}
    assert pages[2][1] == info


def test_filters(listed):
    client, ids = listed
    mp3, mkv, wav, png, jpg = ids
    assert listing(client, "?asset_types=audio")[0] == [mp3, wav]
    assert listing(client, "?asset_types=image&asset_types=video")[0] == [mkv, png, jpg]
    assert listing(client, f"?asset_ids={wav}&asset_ids={mp3}&asset_ids=other")[0] == [mp3, wav]
    assert listing(client, f"?asset_ids={wav}&asset_ids={mkv}&asset_types=video")[0] == [mkv]
    assert listing(client, "?asset_ids=other")[1]["total_page"] == 0


def test_pdfs_and_texts_are_found_as_documents(start, sample):
    _, client = start()
    files = (sample("document", ".pdf"), sample("image", ".jpg"), sample("document", ".md"))
    pdf, image, text = (create_asset(client, file)["_id"] for file in files)
    assert listing(client, "?asset_types=document")[0] == [text, pdf]
    assert listing(client, "?asset_types=document&asset_types=image")[0] == [text, image, pdf]
    assert listing(client, "?asset_types=audio")[0] == []


def test_part_of_a_name_finds_an_asset(listed):
    client, _ = listed
    first = client.get("/assets").json()["data"][0]
    found = client.get("/assets", params={"filename": first["filename"][:7].upper()}).json()["data"]
    assert first in found
    assert listing(client, "?filename=nothing")[0] == []


def test_delete(client, sample):
    path = f"/assets/{create_asset(client, sample('image', '.jpg'))['_id']}"
    response = client.delete(path)
    assert (response.status_code, response.content) == (204, b"")
    for again in (client.delete(path), client.get(path)):
        assert flat_error(again)[:2] == (404, "resource_not_exist")


# --------------------------------------------------------------------------------------------- use


@pytest.mark.parametrize(
    ("kind", "make", "suffix"),
    [("video", "video", ".mkv"), ("audio", "audio", ".mp3"), ("image", "image", ".png")],
)
def test_an_asset_has_the_vectors_of_its_file(client, sample, kind, make, suffix):
    file = sample(make, suffix)
    asset_id = create_asset(client, file)["_id"]
    sources = ({"asset_id": asset_id}, inline(file))
    here, there = (
        client.post("/embed-v2", json=request_body(kind, media_source=source)) for source in sources
    )
    assert rows(here) == rows(there)
    assert here.json()["metadata"]["input_filename"] == file.name


def embed_asset(client, asset_id):
    body = request_body("image", media_source={"asset_id": asset_id})
    return client.post("/embed-v2", json=body)


def test_an_asset_that_is_processing_or_failed(start, sample, tmp_path):
    emulator, client = start(processing_sec=60)
    (tmp_path / "broken.jpg").write_bytes(b"no image")
    ids = []
    for file in (sample("image", ".jpg"), tmp_path / "broken.jpg"):
        data, files = {"method": "direct"}, {"file": file.read_bytes()}
        ids.append(client.post("/assets", data=data, files=files).json()["_id"])
    good, broken = ids
    for asset_id in ids:
        status, code, message = error(embed_asset(client, asset_id))
        assert (status, code) == (400, "parameter_invalid")
        assert f"asset {asset_id} is processing" in message
    emulator.advance(minutes=1)
    assert ended(client, f"/assets/{good}")["status"] == "ready"
    assert ended(client, f"/assets/{broken}")["status"] == "failed"
    rows(embed_asset(client, good))
    assert f"asset {broken} is failed" in error(embed_asset(client, broken))[2]


# ------------------------------------------------------------------ use before it is known as ready


def test_an_asset_can_be_used_when_a_response_said_that_it_is_ready(start, sample):
    """Otherwise it would be a matter of luck whether a client that does not wait is found."""
    emulator, client = start()
    with sample("image", ".jpg").open("rb") as file:
        form = {"data": {"method": "direct"}, "files": {"file": file}}
        asset_id = client.post("/assets", **form).json()["_id"]
    emulator._running().backend.assets.jobs.wait()
    body = request_body("image", media_source={"asset_id": asset_id})
    status, code, message = error(client.post("/embed-v2", json=body))
    assert (status, code) == (400, "parameter_invalid")
    assert message.startswith("image.media_source.asset_id: ")
    assert client.get("/assets").json()["data"][0]["status"] == "ready"
    assert client.post("/embed-v2", json=body).status_code == 200


@pytest.mark.parametrize("wait", ["time", "idle"])
def test_a_client_that_waits_in_another_way_may_use_it(start, sample, wait):
    emulator, client = start()
    with sample("image", ".jpg").open("rb") as file:
        form = {"data": {"method": "direct"}, "files": {"file": file}}
        asset_id = client.post("/assets", **form).json()["_id"]
    if wait == "idle":
        emulator.wait_until_idle()
    else:
        emulator._running().backend.assets.jobs.wait()
        emulator.advance(seconds=10)
        client.get("/embed-v2/tasks")
    body = request_body("image", media_source={"asset_id": asset_id})
    assert client.post("/embed-v2", json=body).status_code == 200
