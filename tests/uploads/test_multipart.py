"""Chunks of an upload, their links and their retries, without a socket."""

import json
import logging
import re
from datetime import timedelta
from functools import partial
from hashlib import md5
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
from twelvelabs_embed import Asset, Media, RetryPolicy
from twelvelabs_embed._http.effects import Notify
from twelvelabs_embed._http.encoding import StreamedBody
from twelvelabs_embed.errors import TwelveLabsError, UploadError
from twelvelabs_embed.uploads.multipart import ChunkSettings

from tests.uploads.service import (
    CHUNKS,
    HEADERS,
    MP4,
    WRONG,
    Outcome,
    Service,
    Uploader,
    all_of,
    interrupt,
    joined,
    run,
    stored,
)


def test_a_large_file_goes_in_chunks(service: Service, upload: Uploader, tmp_path: Path) -> None:
    asset = upload()
    assert (asset.id, asset.status) == ("a1", "processing")
    puts = [f"put {index}" for index in range(1, CHUNKS + 1)]
    assert service.asked == ["create", *puts, f"report {all_of()}", "asset"]
    assert joined(service) == MP4
    assert service.concurrency == 4
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []  # nor a lock


@pytest.mark.parametrize("headers", [HEADERS, None])
def test_chunks_take_only_the_headers_of_the_session(
    service: Service, upload: Uploader, headers: dict[str, str] | None
) -> None:
    service.headers = headers
    upload(request_options={"additional_headers": {"x-mine": "1"}, "timeout_in_seconds": 3})
    puts = [send for send in service.sent if send.is_external]
    assert len(puts) == CHUNKS
    for send in puts:
        assert dict(send.headers) == (headers or {})
        assert send.params == {}
        assert isinstance(send.body, StreamedBody)
        assert send.timeout == httpx.Timeout(3)


def test_reports_and_requests_for_links_stay_within_50(tmp_path: Path) -> None:
    service = Service(chunk_bytes=8, links=7)
    Uploader(service, tmp_path)()
    reports = [name.split()[1:] for name in service.asked if name.startswith("report")]
    assert [len(report) for report in reports] == [50, 50, 30]
    assert service.groups == [50, 50, 30]
    links = [name for name in service.asked if name.startswith("links")]
    assert links == ["links 8 +50", "links 58 +50", "links 108 +23"]
    assert joined(service) == MP4


@pytest.mark.parametrize(
    ("concurrency", "groups"), [(12, [50, 50, 30]), (13, [100, 30]), (99, [130])]
)
def test_more_than_50_chunks_are_in_a_group_if_many_are_sent_concurrently(
    tmp_path: Path, concurrency: int, groups: list[int]
) -> None:
    service = Service(chunk_bytes=8, links=7)
    Uploader(service, tmp_path)(concurrency=concurrency)
    assert (service.groups, service.concurrency) == (groups, concurrency)
    reports = [name.split()[1:] for name in service.asked if name.startswith("report")]
    assert [len(report) for report in reports] == [50, 50, 30]
    assert joined(service) == MP4


@pytest.mark.parametrize("direct_bytes", [None, len(MP4)])
@pytest.mark.parametrize(
    ("content", "name", "mime_type"),
    [
        (MP4, "film.mkv", "video/mp4"),
        (b"A dog. " * 148, "dog.txt", "text/plain"),
        (b"\xfe" * len(MP4), "dog.unknown", "application/octet-stream"),
    ],
)
def test_a_small_file_goes_in_one_request(
    service: Service,
    upload: Uploader,
    tmp_path: Path,
    direct_bytes: int | None,
    content: bytes,
    name: str,
    mime_type: str,
) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    options = {"additional_headers": {"x-mine": "1"}}
    assert upload(Media.file(file), direct_bytes, request_options=options).id == "direct"
    (body,) = service.bodies
    assert service.sent[0].headers["x-mine"] == "1"
    assert content in body
    assert f'filename="{name}"\r\nContent-Type: {mime_type}\r\n'.encode() in body
    assert b'name="method"\r\n\r\ndirect\r\n' in body
    assert f'name="filename"\r\n\r\n{name}\r\n'.encode() in body


@pytest.mark.parametrize(
    ("given", "sent"), [(None, []), ("x" * 300, ["x" * 127 + "…" + "x" * 127])]
)
def test_a_link_is_left_to_the_service(
    service: Service, upload: Uploader, given: str | None, sent: list[str]
) -> None:
    options = {"additional_headers": {"x-mine": "1"}}
    media = Media.url("https://media.example.com/a.mp4")
    assert upload(media, filename=given, request_options=options).id == "direct"
    (body,) = service.bodies
    assert service.sent[0].headers["x-mine"] == "1"
    assert b'name="method"\r\n\r\nurl\r\n' in body
    assert b'name="url"\r\n\r\nhttps://media.example.com/a.mp4\r\n' in body
    assert re.findall('name="filename"\r\n\r\n(.*)\r\n', body.decode()) == sent


# ---------------------------------------------------------------------------------------- links


@pytest.mark.parametrize(("later", "is_used"), [(3540, True), (3540.001, False), (9999, False)])
def test_a_link_that_expires_within_a_minute_is_not_used(
    service: Service, upload: Uploader, later: float, is_used: bool
) -> None:
    def slow() -> Outcome:
        service.now += timedelta(seconds=later)
        return service._store(3, MP4[200:300])

    service.instead["put 3"] = [slow]
    upload()
    after = service.asked[service.asked.index("put 3") + 1 :]
    renewed = [] if is_used else [f"links 4 +{CHUNKS - 3}"]
    assert after[: len(renewed) + 2] == [*renewed, "put 4", "put 5"]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_a_link_that_storage_rejects_is_renewed(
    service: Service, upload: Uploader, status: int
) -> None:
    service.instead["put 3"] = [httpx.Response(status, text="<Error>expired</Error>")]
    upload()
    at = service.asked.index("put 3")
    assert service.asked[at : at + 3] == ["put 3", f"links 3 +{CHUNKS - 2}", "put 3"]
    assert joined(service) == MP4


def test_a_link_is_not_renewed_for_ever(service: Service, upload: Uploader) -> None:
    service.instead["put 3"] = [httpx.Response(403, text="<Error>no</Error>")] * 9
    text = r"upload u1: chunk 3 of 11: storage: 403: <Error>no"
    with pytest.raises(UploadError, match=text) as caught:
        upload()
    assert (caught.value.upload_id, caught.value.chunk_index) == ("u1", 3)
    assert caught.value.original_error is caught.value.__cause__
    assert service.asked.count("put 3") == 3


@pytest.mark.parametrize("link_life_sec", [-5 * 3600, 59, 60, None])
def test_a_link_without_an_end_or_of_a_wrong_clock_is_used(
    service: Service, upload: Uploader, link_life_sec: float | None
) -> None:
    def slow() -> Outcome:
        service.now += timedelta(hours=1)
        return service._store(3, MP4[200:300])

    service.link_life = None if link_life_sec is None else timedelta(seconds=link_life_sec)
    service.instead["put 3"] = [slow]
    upload()
    assert not any(name.startswith("links") for name in service.asked)


@pytest.mark.parametrize("response", [{"upload_urls": []}, {"upload_urls": None}, {}])
def test_a_link_that_does_not_come(
    service: Service, upload: Uploader, response: dict[str, Any]
) -> None:
    service.links = None
    upload()
    assert service.asked[:3] == ["create", f"links 1 +{CHUNKS}", "put 1"]
    service.links = 2
    service.instead[f"links 3 +{CHUNKS - 2}"] = [httpx.Response(200, json=response)]
    with pytest.raises(UploadError, match="no link for chunk 3") as caught:
        upload()
    assert (caught.value.upload_id, caught.value.chunk_index) == ("u2", 3)


# --------------------------------------------------------------------------------------- chunks


def test_a_chunk_that_arrived_wrong_is_sent_again(
    service: Service, upload: Uploader, caplog: pytest.LogCaptureFixture
) -> None:
    service.instead["put 2"] = [WRONG, WRONG]
    with caplog.at_level(logging.WARNING, "twelvelabs_embed"):
        upload()
    assert service.asked.count("put 2") == 3
    assert len(caplog.records) == 2
    assert "chunk 2 of 11: storage got something else (MD5 0000" in caplog.text


@pytest.mark.parametrize(
    ("response", "what"),
    [
        (WRONG, "storage got something else"),
        (stored('"ABCDEF0123456789ABCDEF0123456789"'), "storage got something else"),
        (httpx.Response(200), "without an ETag"),
    ],
)
def test_a_chunk_that_never_arrives_right(
    service: Service, upload: Uploader, response: httpx.Response, what: str
) -> None:
    service.instead["put 2"] = [response] * 9
    with pytest.raises(UploadError, match=f"upload u1: chunk 2 of 11: .*{what}") as caught:
        upload()
    assert (caught.value.upload_id, caught.value.chunk_index) == ("u1", 2)
    assert service.asked.count("put 2") == 3
    assert not any(name.startswith("report") for name in service.asked)


@pytest.mark.parametrize(
    "response",
    [
        stored('"00000000000000000000000000000000"', x_amz_server_side_encryption="aws:kms"),
        stored('"00000000000000000000000000000000"', x_amz_server_side_encryption="aws:kms:dsse"),
        stored(
            '"00000000000000000000000000000000"',
            x_amz_server_side_encryption_customer_algorithm="AES256",
        ),
        stored(
            '"00000000000000000000000000000000"',
            x_amz_server_side_encryption_customer_algorithm="AES256",
            x_amz_server_side_encryption="aws:kms",
        ),
        stored('"0x8DD0000000000"'),
        stored(f'"{md5(MP4[100:200]).hexdigest().upper()}"'),
        stored('W/"weak"'),
    ],
)
def test_an_etag_that_proves_nothing_else_is_taken(
    service: Service, upload: Uploader, response: httpx.Response
) -> None:
    service.instead["put 2"] = [response]
    service.instead[f"report {all_of()}"] = [httpx.Response(200, json={})]
    upload()
    assert service.asked.count("put 2") == 1


@pytest.mark.parametrize(
    "failure", [httpx.Response(503), httpx.Response(429), httpx.ReadError("reset")]
)
def test_a_chunk_is_retried_alone(service: Service, upload: Uploader, failure: Outcome) -> None:
    service.instead["put 5"] = [failure, failure]
    upload()
    assert [service.asked.count(f"put {index}") for index in (4, 5, 6)] == [1, 3, 1]


@pytest.mark.parametrize(
    ("failure", "count"),
    [
        (httpx.Response(503), 3),
        (httpx.ConnectError("refused"), 3),
        (httpx.Response(307, headers={"location": "http://elsewhere"}), 1),
        (httpx.Response(411), 1),
    ],
)
def test_a_chunk_that_cannot_be_sent(
    service: Service, upload: Uploader, failure: Outcome, count: int
) -> None:
    service.instead["put 5"] = [failure] * 9
    with pytest.raises(UploadError, match="chunk 5 of 11: storage: ") as caught:
        upload()
    assert isinstance(caught.value.__cause__, TwelveLabsError)
    assert caught.value.original_error is caught.value.__cause__
    assert (caught.value.upload_id, caught.value.chunk_index) == ("u1", 5)
    assert service.asked.count("put 5") == count
    (entry,) = upload.resume_store.uploads()
    assert entry.done_chunks == 4


def test_retries_can_be_turned_off(service: Service, upload: Uploader) -> None:
    service.instead["put 5"] = [httpx.Response(503)]
    with pytest.raises(UploadError):
        upload(request_options={"max_retries": 0})


def test_a_session_is_started_again_if_its_response_is_lost(
    service: Service, upload: Uploader
) -> None:
    """One that is never completed does no harm."""
    service.instead["create"] = [httpx.ReadError("reset")]
    assert upload().id == "a1"
    assert service.asked.count("create") == 2


def test_the_settings_of_chunks_reach_storage_and_each_report_is_followed_by_a_callback(
    service: Service, upload: Uploader
) -> None:
    """Of a resumed upload what was there before counts."""
    interrupt(service, upload, "put 7")
    service.instead["put 9"] = [httpx.Response(503)]
    batches = list[tuple[int, int]]()

    def after_batch(sent: int, total: int) -> Notify:
        return Notify(batches.append, (sent, total))

    def complete(attempts: int) -> Asset:
        retry = RetryPolicy(attempts=attempts)
        asset, _ = run(
            upload.flows().upload_in_chunks(
                Media.bytes(MP4),
                filename=None,
                kind="video",
                settings=ChunkSettings(4, 2, retry, after_batch),
                request_options={"max_retries": 9, "additional_headers": {"x-mine": "1"}},
            ),
            service,
        )
        return cast(Asset, asset)

    with pytest.raises(UploadError):
        complete(attempts=1)
    assert batches == [(8, CHUNKS)]
    service.instead["put 9"] = [httpx.Response(503)]
    assert complete(attempts=2).id == "a1"
    assert batches == [(8, CHUNKS), (10, CHUNKS), (11, CHUNKS)]
    assert service.groups == [2, 2, 1]
    own = [send for send in service.sent[-4:] if not send.is_external]
    assert {send.headers.get("x-mine") for send in own} == {"1"}


@pytest.mark.parametrize(
    ("urls", "expected"), [(["https://first", "https://second"], "https://second"), ([], "")]
)
def test_the_address_of_the_asset_is_that_of_the_last_report_that_has_one(
    service: Service, upload: Uploader, urls: list[str], expected: str
) -> None:
    def stored_at(url: str) -> Outcome:
        counts = service._do("report", json.loads(service.bodies[-1]))
        return httpx.Response(200, json={**counts, "url": url})

    for report, url in zip(("report 1 2 3 4", "report 5 6 7 8"), urls, strict=False):
        service.instead[report] = [partial(stored_at, url)]
    flow = upload.flows().upload_in_chunks(
        Media.bytes(MP4),
        filename="mine.mov",
        kind="audio",
        settings=ChunkSettings(concurrency=2, batch_size=4),
        request_options=None,
    )
    asset, url = run(flow, service)
    assert (asset.id, url) == ("a1", expected)
    created = {"filename": "mine.mov", "type": "audio", "total_size": len(MP4)}
    assert json.loads(service.bodies[0]) == created
    assert service.groups == [8, 3]
