"""Multipart uploads: sessions, presigned URLs, the storage host, reports."""

import hashlib
from datetime import datetime, timedelta

import pytest

from tests.emulator.helpers import (
    CHUNK_HEADERS,
    Upload,
    ended,
    error,
    flat_error,
    inline,
    put_chunk,
    request_body,
    rows,
    storage_error,
)


@pytest.fixture(scope="module")
def content(sample):
    return sample("video", ".mkv").read_bytes()


def test_the_five_steps(start, sample, content):
    emulator, client = start(chunk_bytes=100_000)
    upload = Upload(client, content)
    session = upload.session
    assert session["chunk_size"] == 100_000
    assert session["total_chunks"] == len(upload.urls) == 3
    assert session["upload_headers"] == CHUNK_HEADERS
    assert ended_not(client, upload)

    chunks = [upload.put(index, url=upload.urls[index]) for index in (3, 1, 2)]
    assert chunks[1]["proof"] == f'"{hashlib.md5(content[:100_000]).hexdigest()}"'
    assert emulator.received_chunk_bytes == len(content)

    body = upload.report(chunks[0], chunks[2]).json()
    assert body == {
        "asset_id": session["asset_id"],
        "processed_chunks": 2,
        "duplicate_chunks": 0,
        "total_completed": 2,
    }
    status = upload.status()
    assert (status["status"], status["chunks_pending"]) == ("active", 1)
    assert status["uploaded_size"] == len(content) - 100_000

    body = upload.report(chunks[1]).json()
    assert body.pop("url").startswith(emulator.storage_url)
    assert (body["processed_chunks"], body["total_completed"]) == (1, 3)
    assert upload.status()["status"] == "completed"
    assert upload.report(*chunks).json()["duplicate_chunks"] == 3  # which spoils nothing

    asset = ended(client, upload.asset_path)
    assert asset["status"] == "ready"
    assert not {"hls", "thumbnail"} & asset.keys()  # by default, unlike those of `POST /assets`
    sources = ({"asset_id": session["asset_id"]}, inline(content))
    here, there = (
        client.post("/embed-v2", json=request_body("video", media_source=source))
        for source in sources
    )
    assert rows(here) == rows(there)


def ended_not(client, upload):
    asset = client.get(upload.asset_path).json()
    return asset["status"] == "processing" and asset["filename"] == "film.mkv"


def test_what_is_asked_for_and_noted_when_an_upload_begins(client):
    document = {"filename": "a.mp4", "type": "video", "total_size": 10, "enable_hls": True}
    notes = {"season": 2026, "none": None}
    response = client.post("/assets/multipart-uploads", json=document | {"user_metadata": notes})
    asset = client.get(f"/assets/{response.json()['asset_id']}").json()
    assert asset["method"] == "multipart"
    assert asset["user_metadata"] == {"season": 2026}
    assert asset["hls"] == {"status": "processing"}
    assert "thumbnail" not in asset  # which is the default here, unlike that of `POST /assets`


@pytest.mark.parametrize("kind", ["video", "audio", "image"])
def test_the_kind_of_an_upload_is_not_compared_with_its_content(start, sample, kind):
    _, client = start()
    upload = Upload(client, sample("image", ".jpg").read_bytes(), kind)
    upload.report(upload.put(1))
    assert ended(client, upload.asset_path)["status"] == "ready"


def test_a_chunk_of_more_than_a_megabyte_is_stored_whole(start, sample):
    """It comes in parts, which are written as they come."""
    _, client = start()
    content = sample("image", ".jpg").read_bytes().ljust(1_500_000, b"x")
    upload = Upload(client, content)
    chunk = upload.put(1)
    assert chunk["proof"] == f'"{hashlib.md5(content).hexdigest()}"'
    upload.report(chunk)
    assert ended(client, upload.asset_path)["size"] == len(content)


def test_an_upload_that_is_no_media_fails(start):
    _, client = start(chunk_bytes=1000)
    upload = Upload(client, b"no media" * 200)
    upload.report(upload.put(1), upload.put(2))
    assert upload.status()["status"] == "completed"
    assert ended(client, upload.asset_path)["status"] == "failed"


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({"type": "document"}, 'type: "document" is not "video", "audio" or "image"'),
        ({"total_size": 0}, "total_size: 0 is less than the minimum of 1"),
        ({"total_size": 10 * 2**30 + 1}, "is greater than the maximum of 10737418240"),
        ({"type": "image", "total_size": 32 * 2**20 + 1}, "33554432 bytes (32 MB)"),
        ({"filename": ""}, 'filename: "" is shorter than 1 character'),
        ({"colour": "red"}, "colour: is not a known parameter"),
    ],
)
def test_invalid_sessions_are_rejected(client, document, message):
    document = {"filename": "a.mp4", "type": "video", "total_size": 1} | document
    status, _, text = flat_error(client.post("/assets/multipart-uploads", json=document))
    assert status == 400
    assert message in text


def test_4_gb_in_chunks_of_8_mb(client):
    document = {"filename": "a.mp4", "type": "video", "total_size": 4 * 2**30}
    session = client.post("/assets/multipart-uploads", json=document).json()
    assert (session["chunk_size"], session["total_chunks"]) == (8 * 2**20, 512)
    assert [one["chunk_index"] for one in session["upload_urls"]] == list(range(1, 51))


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_session_that_is_not_there(client, method):
    chunk = {"chunk_index": 1, "proof": "x", "proof_type": "etag", "chunk_size": 1}
    body = {"completed_chunks": [chunk]} if method == "POST" else None
    response = client.request(method, "/assets/multipart-uploads/7", json=body)
    assert flat_error(response)[:2] == (404, "resource_not_exist")


# ----------------------------------------------------------------------------------------- the URLs


def test_urls_run_out_and_there_are_more(start, content):
    _, client = start(chunk_bytes=4000, urls_per_response=2)
    upload = Upload(client, content)
    total = upload.session["total_chunks"]
    assert total == 57
    assert list(upload.urls) == [1, 2]
    body = upload.more(3, 50).json()
    assert (body["start_index"], body["count"]) == (3, 50)
    assert [one["chunk_index"] for one in body["upload_urls"]] == list(range(3, 53))
    assert body["expires_at"] == body["upload_urls"][0]["expires_at"]
    lasts = datetime.fromisoformat(body["expires_at"]) - datetime.fromisoformat(
        body["generated_at"]
    )
    assert lasts == timedelta(hours=1)
    assert upload.more(total, 1).status_code == 200
    for start_index, count, message in (
        (57, 2, "count: chunks 57 to 58 are asked for, and there are 57"),
        (53, 50, "count: chunks 53 to 102 are asked for, and there are 57"),
        (58, 1, "start: chunks 58 to 58 are asked for, and there are 57"),
        (10**30, 1, "start: chunks 1000"),
        (1, 51, "count: 51 is greater than the maximum of 50"),
        (0, 1, "start: 0 is less than the minimum of 1"),
    ):
        status, _, text = flat_error(upload.more(start_index, count))
        assert status == 400
        assert text.startswith(message)


# ------------------------------------------------------------------------------------- the reports


def test_wrong_reports_name_the_chunk_and_change_nothing(upload):
    one, two = upload.put(1), upload.put(2)
    short = upload.put(3, bytes(499))
    for wrong, message in (
        ({"chunk_index": 4}, "completed_chunks[1].chunk_index: there is no chunk 4, only 3"),
        ({"chunk_index": 10**30}, "completed_chunks[1].chunk_index: there is no chunk 1000"),
        ({"proof": "x"}, "completed_chunks[1].proof: 'x' is not the ETag of chunk 2"),
        (
            {"chunk_size": 999},
            "completed_chunks[1].chunk_size: chunk 2 was reported with 999 bytes; "
            "it must have 1000",
        ),
        (
            short,
            "completed_chunks[1].chunk_size: chunk 3 was uploaded with 499 bytes; it must have 500",
        ),
        ({"chunk_index": 0}, "completed_chunks[1].chunk_index: 0 is less than the minimum of 1"),
        ({"proof_type": "md5"}, 'completed_chunks[1].proof_type: "md5" is not "etag"'),
    ):
        status, code, text = flat_error(upload.report(one, two | wrong))
        assert (status, code) == (400, "parameter_invalid")
        assert text.startswith(message)
    assert upload.status()["chunks_completed"] == 0


def test_a_chunk_that_is_not_uploaded(upload):
    one = upload.put(1)
    status, _, text = flat_error(upload.report(one | {"chunk_index": 2}))
    assert (status, text) == (400, "completed_chunks[0].chunk_index: chunk 2 is not uploaded")


def test_at_most_50_chunks_are_reported_together(start):
    _, client = start(chunk_bytes=1, urls_per_response=50)
    upload = Upload(client, bytes(51))
    chunks = [upload.put(index, url=url) for index, url in upload.urls.items()]
    chunks.append(upload.put(51))
    assert flat_error(upload.report(*chunks))[0] == 400
    assert flat_error(upload.report())[0] == 400
    assert upload.report(*chunks[:50]).json()["total_completed"] == 50
    assert "url" in upload.report(chunks[50]).json()


def test_duplicates_are_counted(upload):
    one, two, three = (upload.put(index) for index in (1, 2, 3))
    unquoted = one | {"proof": one["proof"].strip('"')}
    steps = [
        # report, new, duplicates, completed
        ((one,), 1, 0, 1),
        ((one,), 0, 1, 1),
        ((two, unquoted, two), 1, 2, 2),
        ((three,), 1, 0, 3),
        ((three, one), 0, 2, 3),  # also when the session is completed
    ]
    for chunks, new, duplicates, completed in steps:
        body = upload.report(*chunks).json()
        counts = (body["processed_chunks"], body["duplicate_chunks"])
        assert (*counts, body["total_completed"]) == (new, duplicates, completed)
        assert ("url" in body) == (completed == 3)


def test_a_chunk_may_be_put_again(upload):
    one = upload.put(1)
    upload.report(one)
    assert upload.put(1) == one  # the same content stays reported
    assert upload.report(one).json()["duplicate_chunks"] == 1
    other = upload.put(1, b"x" * 1000)
    assert upload.status()["chunks_completed"] == 0
    assert flat_error(upload.report(one))[0] == 400
    assert upload.report(other).json()["processed_chunks"] == 1
    assert upload.emulator.received_chunk_bytes == 3000


def test_the_status_has_pages_of_chunks(start):
    _, client = start(chunk_bytes=10)
    upload = Upload(client, bytes(115))
    upload.report(upload.put(2), upload.put(12))
    upload.put(3)
    first, second, third = (upload.status(page=page) for page in (1, 2, 3))
    assert [chunk["index"] for chunk in first["uploaded_chunks"]] == list(range(1, 11))
    assert [chunk["index"] for chunk in second["uploaded_chunks"]] == [11, 12]
    assert third["uploaded_chunks"] == []
    assert first["uploaded_chunks"][0] == {"index": 1, "status": "pending", "uploaded_at": None}
    assert first["uploaded_chunks"][1]["uploaded_at"].endswith("Z")
    reported = first["uploaded_chunks"][1]
    assert reported["updated_at"] == reported["uploaded_at"]
    assert first["uploaded_chunks"][2]["updated_at"] >= reported["updated_at"]
    assert first["uploaded_chunks"][2]["uploaded_at"] is None  # it was put, and is not reported
    assert first["uploaded_chunks"][1]["status"] == "completed"
    assert first["uploaded_chunks"][2]["status"] == "pending"
    assert second["page_info"] == {
        "limit_per_page": 10,
        "page": 2,
        "total_page": 2,
        "total_results": 12,
    }
    assert (first["total_size"], first["uploaded_size"]) == (115, 15)
    assert (first["chunks_completed"], first["chunks_failed"], first["chunks_pending"]) == (
        2,
        0,
        10,
    )


# ----------------------------------------------------------------------------------- the sessions


def incomplete(client, **query):
    body = client.get("/assets/multipart-uploads", params=query).raise_for_status().json()
    return [session["upload_id"] for session in body["data"]], body


def test_incomplete_sessions_are_listed_newest_first(start):
    _, client = start(chunk_bytes=1000)
    uploads = [Upload(client, bytes(10 + number)) for number in range(4)]
    ids = [upload.session["upload_id"] for upload in uploads]
    uploads[1].report(uploads[1].put(1))
    found, body = incomplete(client)
    assert found == [ids[3], ids[2], ids[0]]
    assert body["data"][0] == {
        "upload_id": ids[3],
        "status": "active",
        "total_size": 13,
        "chunk_size": 1000,
        "total_chunks": 1,
        "created_at": body["data"][0]["created_at"],
        "expires_at": uploads[3].session["expires_at"],
    }
    assert incomplete(client, page=2, page_limit=2)[0] == [ids[0]]
    created, expires = (
        datetime.fromisoformat(body["data"][0][name]) for name in ("created_at", "expires_at")
    )
    assert expires - created == timedelta(hours=24)


def test_a_session_lasts_for_a_day(upload):
    one = upload.put(1)
    upload.report(one)
    status = upload.status()
    assert status["created_at"] <= status["updated_at"] < upload.session["expires_at"]
    upload.emulator.advance(hours=23, minutes=30)
    url = upload.url(2)  # for an hour, which is longer than the session lasts
    assert upload.status()["status"] == "active"
    upload.emulator.advance(minutes=30)
    response = put_chunk(url, content=upload.chunk(2), headers=CHUNK_HEADERS)
    assert storage_error(response) == (404, "NoSuchUpload")
    for response in (upload.report(one), upload.more(1, 1)):
        status, code, text = flat_error(response)
        assert (status, code) == (400, "parameter_invalid")
        assert "is expired" in text
    status = upload.status()
    assert status["status"] == "expired"
    assert status["updated_at"] == upload.session["expires_at"]
    assert incomplete(upload.client)[1]["data"][0]["status"] == "expired"
    assert upload.client.get(upload.asset_path).json()["status"] == "failed"


def test_an_asset_that_is_on_its_way_can_neither_be_used_nor_found_after_its_deletion(upload):
    source = {"asset_id": upload.session["asset_id"]}
    body = request_body("video", media_source=source)
    assert "is processing" in error(upload.client.post("/embed-v2", json=body))[2]
    url = upload.url(2)
    assert upload.client.delete(upload.asset_path).status_code == 204
    assert flat_error(upload.client.get(upload.path))[0] == 404
    response = put_chunk(url, content=upload.chunk(2), headers=CHUNK_HEADERS)
    assert storage_error(response) == (404, "NoSuchUpload")


def test_reports_are_dated(upload):
    """What a client that resumes sees of the session and of its chunks."""
    upload.emulator.advance(hours=1)
    reported = upload.put(1, url=upload.url(1))
    put = upload.status()
    assert put["updated_at"] == put["created_at"]
    upload.emulator.advance(hours=1)
    upload.report(reported)
    status = upload.status()
    times = (put["created_at"], put["uploaded_chunks"][0]["updated_at"], status["updated_at"])
    created, was_put, updated = map(datetime.fromisoformat, times)
    hour = timedelta(hours=1)
    assert was_put - created >= hour
    assert updated - was_put >= hour
    assert status["uploaded_chunks"][0]["uploaded_at"] == status["updated_at"]


def test_the_asset_of_an_upload_is_processed_from_its_completion_on(start, sample):
    emulator, client = start(processing_sec=60)
    upload = Upload(client, sample("image", ".jpg").read_bytes())
    emulator.advance(minutes=5)
    upload.report(upload.put(1))
    emulator.wait_until_idle()
    emulator.advance(seconds=59)
    assert client.get(upload.asset_path).json()["status"] == "processing"
    emulator.advance(seconds=1)
    assert client.get(upload.asset_path).json()["status"] == "ready"


def test_the_asset_of_an_upload_is_used_when_a_response_said_that_it_is_ready(start, sample):
    emulator, client = start()
    upload = Upload(client, sample("image", ".jpg").read_bytes())
    emulator.advance(minutes=5)
    upload.report(upload.put(1))
    emulator._running().backend.assets.jobs.wait()
    source = {"asset_id": upload.session["asset_id"]}
    body = request_body("image", media_source=source)
    assert error(client.post("/embed-v2", json=body))[:2] == (400, "parameter_invalid")
    assert client.get(upload.asset_path).json()["status"] == "ready"
    assert rows(client.post("/embed-v2", json=body))
