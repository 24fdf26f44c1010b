"""What is uploaded: its size, kind and name, and the progress of it."""

import json
from datetime import timedelta
from itertools import pairwise
from mimetypes import MimeTypes
from pathlib import Path
from typing import Any

import httpx
import pytest
from attrs import evolve
from twelvelabs_embed import Clock, InvalidInputError, Media, Progress
from twelvelabs_embed.errors import UploadError
from twelvelabs_embed.limits import DEFAULT_MODEL, upload_limit
from twelvelabs_embed.limits.file_signatures import FORMATS
from twelvelabs_embed.uploads.multipart import ChunkSettings
from twelvelabs_embed.uploads.progress import ProgressMeter
from twelvelabs_embed.uploads.source import _TYPES, check_size, inspect_source

from tests.uploads.service import (
    CHUNK_BYTES,
    CHUNKS,
    MP4,
    WRONG,
    Outcome,
    Service,
    Uploader,
    all_of,
    interrupt,
    joined,
    run,
)


@pytest.mark.parametrize(("total_chunks", "chunk_bytes"), [(12, 100), (10, 100), (0, 0)])
def test_chunks_that_do_not_make_the_file(
    service: Service, upload: Uploader, total_chunks: int, chunk_bytes: int
) -> None:
    wrong = {"upload_id": "u", "asset_id": "a"}
    wrong |= {"chunk_size": chunk_bytes, "total_chunks": total_chunks}
    service.instead["create"] = [httpx.Response(201, json=wrong)]
    text = f"wants {total_chunks} chunks of {chunk_bytes} bytes of a file of 1036 bytes"
    with pytest.raises(UploadError, match=text) as caught:
        upload()
    assert (caught.value.upload_id, caught.value.chunk_index) == ("u", None)


@pytest.mark.parametrize(
    ("lost", "shown"), [(2, "1, 2"), (5, "1, 2, 3, 4, 5"), (6, "1, 2, 3, 4, 5 …")]
)
def test_a_service_that_lost_chunks(
    service: Service, upload: Uploader, lost: int, shown: str
) -> None:
    def forgetful() -> Outcome:
        service.reported = set(range(lost + 1, CHUNKS + 1))
        return httpx.Response(200, json={"total_completed": CHUNKS - lost})

    service.instead[f"report {all_of()}"] = [forgetful, forgetful]
    with pytest.raises(UploadError, match=f"the service lacks {shown}$") as caught:
        upload()
    assert (caught.value.upload_id, caught.value.chunk_index) == ("u1", 1)
    service.instead["status"] = [
        httpx.Response(200, json={"status": "active", "uploaded_chunks": []}),
        httpx.Response(
            200,
            json={
                "status": "completed",
                "uploaded_chunks": [{"index": 1, "status": "pending"}],
                "page_info": {"page": 1, "total_page": 1},
            },
        ),
    ]
    assert upload().id == "a1"  # what has all chunks has this one, too


def test_a_file_that_is_empty_or_missing(
    service: Service, upload: Uploader, tmp_path: Path
) -> None:
    (tmp_path / "empty.mp4").touch()
    for name, what in (
        ("empty.mp4", r"empty\.mp4 is empty"),
        ("none.mp4", "no file"),
        (".", "directory"),
    ):
        with pytest.raises(InvalidInputError, match=what):
            upload(Media.file(tmp_path / name))
    assert service.sent == []


@pytest.mark.parametrize(
    ("head", "size_bytes", "what"),
    [
        (b"fLaC", (10 << 30) + 1, r"at most 10 GB of audio can be uploaded\. Cut"),
        (b"\x00\x00\x00\x18ftypmp42", (10 << 30) + 1, r"at most 10 GB of video can be uploaded"),
        (b"\x89PNG\r\n\x1a\n", (32 << 20) + 1, r"but at most 32 MB of image"),
        (b"%PDF-1.7", (200 << 20) + 1, r"at most 200 MB of document .* link to it .* up to 512 MB"),
        (b"%PDF-1.7", 512 << 20, r"at most 200 MB of document .* link to it .* up to 512 MB"),
        (b"%PDF-1.7", (512 << 20) + 1, r"at most 200 MB of document can be uploaded\. Split it"),
    ],
)
def test_a_file_that_is_too_large(
    service: Service, upload: Uploader, tmp_path: Path, head: bytes, size_bytes: int, what: str
) -> None:
    file = tmp_path / "large"
    with file.open("wb") as sparse:
        sparse.write(head)
        sparse.truncate(size_bytes)
    with pytest.raises(InvalidInputError, match=what):
        upload(Media.file(file), direct_bytes=None)
    assert service.sent == []
    source = inspect_source(Media.file(file), None)
    limit = upload_limit(source.kind, DEFAULT_MODEL)
    assert limit is not None
    check_size(evolve(source, size_bytes=int(limit.value)))  # raises nothing


@pytest.mark.parametrize(
    "change",
    [
        {"base_url": "http://api/v1.4"},
        {"filename": "other.mp4"},
        {"size_bytes": 1},
        {"path": "/media/other.mp4"},
        {"modified_ns": 1},
        {"media": Media.bytes(b"other")},
    ],
    ids=str,
)
def test_another_service_file_or_name_is_another_upload(change: dict[str, Any]) -> None:
    source = inspect_source(Media.bytes(MP4), None)
    base_url = "http://api/v1.3"
    same = evolve(source, kind="audio", mime_type="audio/mp4")  # what they say is not part of it
    assert same.key(base_url) == source.key(base_url)
    other_url = change.pop("base_url", base_url)
    assert evolve(source, **change).key(other_url) != source.key(base_url)


def test_at_min_one_chunk_is_sent_at_a_time(service: Service, upload: Uploader) -> None:
    upload(concurrency=1)
    assert joined(service) == MP4
    with pytest.raises(InvalidInputError, match="concurrency: 0"):
        upload(concurrency=0)
    flow = upload.flows().upload_in_chunks(
        Media.bytes(MP4),
        filename=None,
        kind="video",
        settings=ChunkSettings(0, batch_size=0),
        request_options=None,
    )
    with pytest.raises(InvalidInputError) as caught:
        run(flow, service)
    fields = [(one.field, one.value) for one in caught.value.violations]
    assert fields == [("max_workers", "0"), ("batch_size", "0")]


# -------------------------------------------------------------------------- names and progress


@pytest.mark.parametrize(
    ("media", "given", "sent"),
    [
        (Media.bytes(MP4), None, "media.mp4"),
        (Media.bytes(bytes(range(200, 256))), None, "media.bin"),
        (Media.bytes(MP4, "mine.mov"), None, "mine.mov"),
        (Media.bytes(MP4, "mine.mov"), "yours.mov", "yours.mov"),
        (Media.bytes(MP4), "x" * 251 + ".mp4", "x" * 251 + ".mp4"),
        (Media.bytes(MP4), "x" * 300 + ".mp4", "x" * 127 + "…" + "x" * 123 + ".mp4"),
        (Media.bytes(MP4), "caf\udce9.mp4", "caf?.mp4"),
    ],
)
def test_what_the_asset_is_called(
    service: Service, upload: Uploader, media: Media, given: str | None, sent: str
) -> None:
    upload(media, filename=given)
    request = json.loads(service.bodies[0])
    assert request["filename"] == sent
    assert request["type"] == "video"


@pytest.mark.parametrize(
    ("content", "name", "given", "mime_type"),
    [
        (b"A dog", "dog.txt", None, "text/plain"),
        (b"A dog", "dog", "dog.csv", "text/csv"),
        (b"A dog", "dog", None, "application/octet-stream"),
        (MP4, "dog.txt", "dog.csv", "video/mp4"),  # the content counts more than a name
    ],
)
def test_a_text_has_the_type_of_its_name(
    content: bytes, name: str, given: str | None, mime_type: str
) -> None:
    assert inspect_source(Media.bytes(content, name), given).mime_type == mime_type


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"RIFF\0\0\0\0WAVE", "audio"),
        (b"\x89PNG\r\n\x1a\n", "image"),
        # What may be a video is uploaded as one.
        (b"OggS", "video"),
        (b"GIF89a", "video"),
        (b"PK\x03\x04", "video"),
        (b"\xfe\xfe", "video"),
    ],
)
def test_the_content_type_of_chunks_is_that_of_the_media(
    service: Service, upload: Uploader, head: bytes, kind: str
) -> None:
    upload(Media.bytes(head + MP4[len(head) :]))
    assert json.loads(service.bodies[0])["type"] == kind


def test_progress_grows_to_the_whole(service: Service, upload: Uploader) -> None:
    def slow() -> Outcome:
        service.now += timedelta(seconds=5)
        return service._store(CHUNKS - 1, MP4[900:1000])

    reports: list[Progress] = []
    service.instead[f"put {CHUNKS - 1}"] = [slow]
    upload(Media.bytes(MP4, "film.mp4"), progress=reports.append)
    assert {(step.phase, step.label, step.total_bytes) for step in reports} == {
        ("upload", "film.mp4", len(MP4))
    }
    done_bytes = [step.done_bytes for step in reports]
    assert done_bytes == sorted(done_bytes)
    assert (done_bytes[0], done_bytes[-1]) == (0, len(MP4))
    assert {step.elapsed_sec for step in reports[:-1]} == {0}
    assert reports[-1].elapsed_sec == 5  # a read chunk is reported before its response


def test_progress_is_reported_by_one_thread_at_a_time() -> None:
    is_locked = list[bool]()
    meter: ProgressMeter

    def callback(progress: Progress) -> None:
        is_locked.append(meter._lock.locked())

    meter = ProgressMeter(callback, "film.mp4", 100, Clock())
    meter.report(1, 60)
    assert is_locked == [True]


def test_progress_counts_what_was_there_and_nothing_twice(
    service: Service, upload: Uploader
) -> None:
    interrupt(service, upload, "put 7")
    service.instead["put 9"] = [WRONG]
    reports: list[Progress] = []
    upload(progress=reports.append)
    assert reports[0].done_bytes == 6 * CHUNK_BYTES
    assert reports[-1].done_bytes == len(MP4)
    steps = [after.done_bytes - before.done_bytes for before, after in pairwise(reports)]
    assert all(0 <= step <= CHUNK_BYTES for step in steps)


def test_progress_of_a_small_file_never_passes_its_size(upload: Uploader) -> None:
    reports: list[Progress] = []
    upload(direct_bytes=None, progress=reports.append)
    assert reports[-1].done_bytes == len(MP4)
    assert max(step.done_bytes for step in reports) == len(MP4)


# Formats whose suffix Python's table of MIME types does not know, or gives another type.
OTHER_TYPES = {
    "aiff": "audio/aiff",
    "amr": "audio/amr",
    "avi": "video/x-msvideo",  # from 3.14 on: video/vnd.avi
    "flac": "audio/flac",
    "flv": "video/x-flv",
    "heic": "image/heif",
    "m4a": "audio/mp4",
    "mkv": "video/x-matroska",
    "mxf": "application/mxf",
    "ogg": "audio/ogg",
    "ogv": "video/ogg",
    "ts": "video/mp2t",
    "txt": "",  # by its name: Markdown is text, too
    "wav": "audio/wav",
    "webp": "image/webp",
    "wmv": "video/x-ms-wmv",
}


def test_each_format_has_the_suffix_and_the_type_that_others_know() -> None:
    known = MimeTypes(filenames=())
    assert _TYPES.keys() <= FORMATS.keys()
    suffixes = dict(_TYPES.values())
    assert all(suffix == suffix.lower() for suffix in suffixes)
    assert OTHER_TYPES.keys() <= suffixes.keys()
    for suffix, mime_type in suffixes.items():
        expected = OTHER_TYPES.get(suffix, known.guess_type(f"media.{suffix}")[0])
        assert mime_type == expected, suffix
