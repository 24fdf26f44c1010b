"""Uploads that were interrupted, and sessions that the service has ended."""

import json
import logging
import pickle
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from twelvelabs_embed import InvalidInputError, Media, Progress
from twelvelabs_embed.errors import (
    BadRequestError,
    NotFoundError,
    ServiceUnavailableError,
    UploadError,
)
from twelvelabs_embed.uploads.resume_store import ResumeStore, Session, UploadEntry
from twelvelabs_embed.uploads.session_state import SessionClosedError

from tests.uploads.service import (
    CHUNK_BYTES,
    CHUNKS,
    HEADERS,
    MP4,
    NOW,
    Killed,
    Outcome,
    Service,
    Uploader,
    all_of,
    interrupt,
    joined,
)


def test_finished_chunks_are_never_sent_again(
    service: Service, upload: Uploader, caplog: pytest.LogCaptureFixture
) -> None:
    interrupt(service, upload, "put 7")
    with caplog.at_level(logging.INFO, "twelvelabs_embed"):
        assert upload().id == "a1"
    notices = [record.getMessage() for record in caplog.records if hasattr(record, "is_notice")]
    assert notices == ["the data: 6 of 11 chunks are there from before"]
    puts = [f"put {index}" for index in range(7, CHUNKS + 1)]
    expected = ["status", "report 1 2 3 4 5 6", f"links 7 +{CHUNKS - 6}", *puts]
    assert service.asked == [*expected, "report 7 8 9 10 11", "asset"]
    assert joined(service) == MP4
    assert service.sessions == 1


@pytest.mark.parametrize(
    ("life_hours", "later_hours", "sessions"),
    [(1, 0.9, 1), (1, 1, 2), (None, 23.9, 1), (None, 24, 2)],
)
def test_a_session_is_resumed_until_it_ends_after_a_day_if_nothing_else_is_said(
    service: Service,
    upload: Uploader,
    life_hours: float | None,
    later_hours: float,
    sessions: int,
) -> None:
    service.session_life = None if life_hours is None else timedelta(hours=life_hours)
    interrupt(service, upload, "put 7")
    service.now += timedelta(hours=later_hours)
    upload()
    assert service.sessions == sessions
    assert joined(service) == MP4


def test_all_pages_of_chunks_are_looked_at(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    service = Service(chunk_bytes=8)
    upload = Uploader(service, tmp_path)
    interrupt(service, upload, "put 120")
    with caplog.at_level(logging.INFO, "twelvelabs_embed"):
        upload()
    assert "the data: 119 of 130 chunks are there from before" in caplog.messages
    asked = zip(service.asked, service.sent[-len(service.asked) :], strict=True)
    assert [send.params for name, send in asked if name == "status"] == [
        {"page": page, "page_limit": 50} for page in (1, 2, 3)
    ]
    reports = [name.split()[1:] for name in service.asked if name.startswith("report")]
    assert [(report[0], report[-1]) for report in reports] == [("101", "119"), ("120", "130")]


def test_pages_without_a_number_end_when_they_repeat(service: Service, upload: Uploader) -> None:
    interrupt(service, upload, "put 7")
    page = {"status": "active", "uploaded_chunks": service._chunks(), "page_info": {}}
    service.instead["status"] = [httpx.Response(200, json=page)] * 9
    assert upload().id == "a1"
    assert service.asked.count("status") == 2


def test_what_was_put_but_not_reported_is_only_reported(service: Service, upload: Uploader) -> None:
    interrupt(service, upload, f"report {all_of()}")
    upload()
    assert service.asked == ["status", f"report {all_of()}", "asset"]


@pytest.mark.parametrize(
    ("chunk_bytes", "last"), [(CHUNK_BYTES, range(1, 12)), (8, range(101, 131))]
)
def test_the_response_to_the_last_report_may_be_lost(
    tmp_path: Path, chunk_bytes: int, last: range
) -> None:
    service = Service(chunk_bytes=chunk_bytes)
    upload, report = Uploader(service, tmp_path), " ".join(map(str, ["report", *last]))

    def lost() -> Outcome:
        service._do("report", json.loads(service.bodies[-1]))
        return httpx.ReadError("reset")

    rejected = httpx.Response(400, json={"code": "parameter_invalid", "message": "completed"})
    service.instead[report] = [lost, rejected]
    assert upload().id == "a1"
    asked = service.asked[service.asked.index(report) :]
    assert asked == [report, report, *["status"] * -(-last[-1] // 50), "asset"]


@pytest.mark.parametrize("lists_chunks", [True, False])
def test_what_was_completed_is_taken(
    service: Service, upload: Uploader, lists_chunks: bool
) -> None:
    interrupt(service, upload, "asset")
    if not lists_chunks:
        page = {"status": "completed", "uploaded_chunks": [], "page_info": {}}
        service.instead["status"] = [httpx.Response(200, json=page)]
    reports: list[Progress] = []
    assert upload(progress=reports.append).id == "a1"
    assert service.asked == ["status", "asset"]
    assert [step.done_bytes for step in reports] == [len(MP4)]


def test_what_was_completed_and_deleted_is_uploaded_anew(
    service: Service, upload: Uploader, caplog: pytest.LogCaptureFixture
) -> None:
    interrupt(service, upload, "asset")
    service.instead["asset"] = [httpx.Response(404)]
    assert upload().id == "a2"
    assert "upload u1: the session is gone" in caplog.text
    (closed,) = [one.args[1] for one in caplog.records if isinstance(one.args, tuple)]
    assert isinstance(closed, SessionClosedError)
    assert (closed.upload_id, closed.state) == ("u1", "gone")
    assert isinstance(closed.__cause__, NotFoundError)
    again = pickle.loads(pickle.dumps(closed))
    assert (again.upload_id, again.state, str(again)) == ("u1", "gone", str(closed))


def test_an_asset_that_is_gone_immediately_is_an_error(service: Service, upload: Uploader) -> None:
    service.instead["asset"] = [httpx.Response(404)]
    with pytest.raises(NotFoundError):
        upload()
    assert service.sessions == 1


def test_a_chunk_that_failed_is_sent_again(service: Service, upload: Uploader) -> None:
    interrupt(service, upload, "put 7")
    service.failed = {2}
    upload()
    puts = [name for name in service.asked if name.startswith("put")]
    assert puts == ["put 2", *(f"put {index}" for index in range(7, CHUNKS + 1))]


@pytest.mark.parametrize(
    "gone",
    [
        httpx.Response(404),
        httpx.Response(403),
        httpx.Response(400),
        httpx.Response(200, json={"status": "expired", "uploaded_chunks": []}),
        httpx.Response(200, json={"status": "failed", "uploaded_chunks": []}),
    ],
    ids=["404", "403", "400", "expired", "failed"],
)
def test_a_session_that_is_gone_is_replaced(
    service: Service, upload: Uploader, gone: httpx.Response, caplog: pytest.LogCaptureFixture
) -> None:
    interrupt(service, upload, "put 7")
    service.instead["status"] = [gone]
    with caplog.at_level(logging.WARNING, "twelvelabs_embed"):
        assert upload().id == "a2"
    assert service.asked[:3] == ["status", "create", "put 1"]
    assert joined(service) == MP4
    assert "upload u1: the session is" in caplog.text


def test_a_resume_store_that_the_service_contradicts_is_given_up(
    service: Service, upload: Uploader
) -> None:
    interrupt(service, upload, "put 7")
    service.instead["report 1 2 3 4 5 6"] = [httpx.Response(400)]
    assert upload().id == "a2"


def test_a_session_that_ends_on_the_way_is_replaced_once(
    service: Service, upload: Uploader
) -> None:
    def end() -> Outcome:
        service.state = "expired"
        return httpx.Response(404, text="<Code>NoSuchUpload</Code>")

    renew = f"links 3 +{CHUNKS - 2}"
    service.instead["put 3"] = [end]
    service.instead[renew] = [httpx.Response(400)]
    reports: list[Progress] = []
    assert upload(progress=reports.append).id == "a2"
    assert [step.done_bytes for step in reports].count(0) == 2
    assert reports[-1].done_bytes == len(MP4)
    service.instead["put 3"] = [end, end]
    service.instead[renew] = [httpx.Response(400), httpx.Response(400)]
    with pytest.raises(UploadError, match="upload u4: the session is expired"):
        upload()


def test_a_rejection_in_a_new_session_is_raised(service: Service, upload: Uploader) -> None:
    service.instead[f"report {all_of()}"] = [httpx.Response(400, json={"message": "bad"})]
    with pytest.raises(BadRequestError, match="bad"):
        upload()
    assert service.sessions == 1


def test_a_failure_that_passes_keeps_the_session(service: Service, upload: Uploader) -> None:
    service.instead[f"report {all_of()}"] = [httpx.Response(503)] * 3
    with pytest.raises(ServiceUnavailableError) as caught:
        upload()
    assert upload().id == "a1"  # while the error, which holds all frames, is kept
    assert caught.value.__traceback__ is not None


def test_a_file_is_known_by_path_size_and_time(
    service: Service, upload: Uploader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    film = tmp_path / "film.mp4"
    film.write_bytes(MP4)
    interrupt(service, upload, "put 7", Media.file(film))
    monkeypatch.chdir(tmp_path)
    upload(Media.file("film.mp4"))
    assert service.sessions == 1
    interrupt(service, upload, "put 7", Media.file(film))
    film.write_bytes(MP4[:-1] + b"!")
    upload(Media.file(film))
    assert service.sessions == 3
    assert joined(service) == film.read_bytes()
    interrupt(service, upload, "put 7", Media.file(film))
    (tmp_path / "other").mkdir()
    upload(Media.file(Path(shutil.copy2(film, tmp_path / "other"))))
    assert service.sessions == 5


def test_another_name_is_another_upload(service: Service, upload: Uploader) -> None:
    interrupt(service, upload, "put 7")
    upload(filename="other.mp4")
    assert service.sessions == 2


def test_other_bytes_are_another_upload(service: Service, upload: Uploader) -> None:
    interrupt(service, upload, "put 7")
    upload(Media.bytes(MP4[:-1] + b"!"))
    assert service.sessions == 2


def test_a_second_upload_of_the_file_has_its_own_session(
    service: Service, upload: Uploader, caplog: pytest.LogCaptureFixture
) -> None:
    interrupt(service, upload, "put 7")
    with caplog.at_level(logging.INFO, "twelvelabs_embed"):
        record = hold_the_only(upload.resume_store)
        assert upload().id == "a2"
        record.release()
    assert "uploaded a second time" in caplog.text
    (entry,) = upload.resume_store.uploads()
    assert entry.session.upload_id == "u1"


def hold_the_only(resume_store: ResumeStore) -> Any:
    (path,) = resume_store._files("uploads", "*.jsonl")
    return resume_store.hold(path.stem)


def test_a_file_that_changes_is_never_reported(
    service: Service, upload: Uploader, tmp_path: Path
) -> None:
    film = tmp_path / "film.mp4"
    film.write_bytes(MP4)

    def change() -> Outcome:
        film.write_bytes(MP4[::-1])
        return service._store(11, MP4[1000:])

    service.instead["put 11"] = [change]
    with pytest.raises(InvalidInputError, match=r"film\.mp4 changed while it was uploaded"):
        upload(Media.file(film))
    assert not any(name.startswith("report") for name in service.asked)
    assert upload.resume_store.uploads()[0].done_chunks == 10


def test_neither_key_nor_links_are_written_down(
    service: Service, upload: Uploader, tmp_path: Path
) -> None:
    film = tmp_path / "film.mp4"
    film.write_bytes(MP4)
    service.instead["put 7"] = [Killed()]
    with pytest.raises(Killed):
        upload(Media.file(film), filename="mine.mp4")
    session = Session(
        base_url="http://api/v1.3",
        label="film.mp4",
        path=str(film),
        filename="mine.mp4",
        size_bytes=len(MP4),
        upload_id="u1",
        asset_id="a1",
        chunk_bytes=CHUNK_BYTES,
        total_chunks=CHUNKS,
        upload_headers=HEADERS,
        expires_at=NOW + timedelta(days=1),
    )
    assert upload.resume_store.uploads() == [UploadEntry(session, 6, 6 * CHUNK_BYTES)]
    (file,) = tmp_path.rglob("*.jsonl")
    written = file.read_text()
    assert '"upload_id":"u1"' in written
    assert "SECRET" not in written
    assert "http://storage" not in written


def test_settings_of_a_call_reach_each_request_to_the_service(
    service: Service, upload: Uploader
) -> None:
    interrupt(service, upload, "put 7")
    service.sent.clear()
    options = {"additional_headers": {"x-mine": "1"}, "timeout_in_seconds": 3}
    upload(request_options=options)
    upload(Media.bytes(MP4, "other.mp4"), request_options=options)
    requests = zip(service.asked, service.sent, strict=True)
    own = {name.split()[0]: send for name, send in requests if not send.is_external}
    assert own.keys() == {"status", "report", "links", "create", "asset"}
    for name, send in own.items():
        assert send.headers["x-mine"] == "1", name
        assert send.timeout == httpx.Timeout(3), name


def test_a_session_without_a_state_is_active(service: Service, upload: Uploader) -> None:
    interrupt(service, upload, "put 7")
    service.reported = {1}
    chunks = [{"index": 1, "status": "completed"}, {"index": 2, "status": "failed"}]
    chunks.append({"status": "completed"})  # of no chunk
    page = {"uploaded_chunks": chunks, "page_info": {"page": 1, "total_page": 1}}
    service.instead["status"] = [httpx.Response(200, json=page)]
    reports: list[Progress] = []
    assert upload(progress=reports.append).id == "a1"
    assert reports[0].done_bytes == 5 * CHUNK_BYTES
    puts = [name for name in service.asked if name.startswith("put")]
    assert puts == ["put 2", *(f"put {index}" for index in range(7, CHUNKS + 1))]
    assert "report 3 4 5 6" in service.asked
