"""The storage host, and the presigned URLs of chunks."""

import logging
import socket

import httpx
import pytest
from twelvelabs_embed_emulator.endpoints.uploads import NoUploadError, StoredChunk

from tests.emulator.helpers import CHUNK_HEADERS, Upload, flat_error, put_chunk, storage_error


@pytest.mark.parametrize("header", ["x-api-key", "Authorization"])
def test_the_storage_host_must_not_see_the_key(upload, header):
    response = put_chunk(
        upload.urls[1], content=upload.chunk(1), headers={**CHUNK_HEADERS, header: "secret"}
    )
    assert storage_error(response) == (400, "InvalidArgument")
    assert header.lower() in response.text
    assert "secret" not in response.text
    assert upload.emulator.received_chunk_bytes == 0


def test_a_url_is_good_for_one_chunk_of_one_session(upload):
    url = upload.urls[1]
    other = Upload(upload.client, bytes(10)).session["upload_id"]
    for changed in (
        url.replace("/1?", "/2?"),
        url.replace(upload.session["upload_id"], other),
        url.replace("expires=", "expires=9"),
        url.replace("nonce=", "nonce=0"),
        url[:-1] + ("0" if url[-1] != "0" else "1"),
        url.partition("&")[0],
    ):
        response = put_chunk(changed, content=b"x", headers=CHUNK_HEADERS)
        assert storage_error(response) == (403, "SignatureDoesNotMatch")


@pytest.mark.parametrize("path", ["/", "/x/1", "/assets/1", "/1/2?expires=x&signature=x"])
def test_a_url_that_is_not_signed(upload, path):
    response = put_chunk(upload.emulator.storage_url + path, content=b"x", headers=CHUNK_HEADERS)
    assert storage_error(response) == (403, "AccessDenied")


def test_a_url_lasts_for_an_hour(upload):
    upload.emulator.advance(minutes=59)
    upload.put(1, url=upload.urls[1])
    upload.emulator.advance(minutes=1)
    response = put_chunk(upload.urls[2], content=upload.chunk(2), headers=CHUNK_HEADERS)
    assert storage_error(response) == (403, "AccessDenied")
    assert "expired" in response.text
    upload.put(1, url=upload.url(1))


def test_a_url_works_once(upload):
    rejected = put_chunk(upload.urls[1], content=b"x", headers={})
    assert storage_error(rejected) == (403, "SignatureDoesNotMatch")
    upload.put(1, url=upload.urls[1])
    again = put_chunk(upload.urls[1], content=upload.chunk(1), headers=CHUNK_HEADERS)
    assert storage_error(again) == (403, "AccessDenied")
    assert "before" in again.text
    first, second = upload.url(1), upload.url(1)
    assert first != second
    for url in (first, second):
        upload.put(1, url=url)
        assert storage_error(put_chunk(url, content=b"x", headers=CHUNK_HEADERS))[0] == 403


def test_urls_that_can_be_used_again_by_choice(start):
    _, client = start(chunk_bytes=10, reusable_urls=True)
    upload = Upload(client, bytes(15))
    for _ in range(3):
        upload.put(1, url=upload.urls[1])


def test_upload_headers_are_needed(upload):
    for headers in ({}, {"content-type": "video/mp4"}):
        response = put_chunk(upload.urls[1], content=b"x", headers=headers)
        assert storage_error(response) == (403, "SignatureDoesNotMatch")
        assert "upload_headers" in response.text


def test_an_error_is_xml_whatever_was_sent(upload):
    response = put_chunk(upload.urls[1], content=b"x", headers={"content-type": "a<b>&c"})
    assert storage_error(response) == (403, "SignatureDoesNotMatch")
    assert "a&lt;b&gt;&amp;c" in response.text


def test_a_fault_of_the_storage_host_is_a_response_and_a_log_record(upload, monkeypatch, caplog):
    def fail(*_):
        raise ZeroDivisionError("a fault")

    monkeypatch.setattr("twelvelabs_embed_emulator.endpoints.uploads.Uploads.put_chunk", fail)
    response = put_chunk(upload.urls[1], content=upload.chunk(1), headers=CHUNK_HEADERS)
    assert storage_error(response) == (500, "InternalError")
    assert "ZeroDivisionError" not in response.text
    assert "ZeroDivisionError" in caplog.text
    assert upload.emulator.received_chunk_bytes == 0


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_chunks_are_put(upload, method):
    response = httpx.request(method, upload.urls[1], headers=CHUNK_HEADERS, verify=False)
    assert storage_error(response) == (405, "MethodNotAllowed")
    assert response.headers["allow"] == "PUT"


def test_lengths_that_the_storage_host_rejects(upload):
    response = put_chunk(upload.urls[1], content=iter([b"x"]), headers=CHUNK_HEADERS)
    assert storage_error(response) == (411, "MissingContentLength")
    response = put_chunk(upload.urls[1], content=bytes(1001), headers=CHUNK_HEADERS)
    assert storage_error(response) == (400, "EntityTooLarge")


def test_the_storage_host_takes_nothing_for_a_completed_session(upload):
    url = upload.url(3)
    upload.report(*(upload.put(index) for index in (1, 2, 3)))
    response = put_chunk(url, content=upload.chunk(3), headers=CHUNK_HEADERS)
    assert storage_error(response) == (404, "NoSuchUpload")
    assert "completed" in flat_error(upload.more(1, 1))[2]


def test_a_chunk_that_comes_when_the_session_is_completed_is_not_stored(upload):
    """It was on its way meanwhile."""
    upload.report(*(upload.put(index) for index in (1, 2, 3)))
    uploads = upload.emulator._running().backend.uploads
    with pytest.raises(NoUploadError):
        uploads.put_chunk(StoredChunk(upload.session["upload_id"], 1, 99, "etag", 1000))
    assert upload.status()["chunks_completed"] == 3


def test_a_client_that_goes_away_leaves_nothing(upload, caplog):
    url = httpx.URL(upload.urls[1])
    head = f"PUT {url.raw_path.decode()} HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n"
    with caplog.at_level(logging.WARNING):
        with socket.create_connection((url.host, url.port)) as connection:
            connection.sendall(
                f"{head}content-type: {CHUNK_HEADERS['content-type']}\r\n\r\nhalf".encode()
            )
        two = upload.put(2)
    assert caplog.text == ""
    assert upload.emulator.received_chunk_bytes == 1000
    assert "chunk 1 is not uploaded" in flat_error(upload.report(two | {"chunk_index": 1}))[2]
