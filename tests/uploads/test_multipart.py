"""Decisions of an upload, made without a socket: a service of a few lines responds to the flow."""

import json
import logging
import re
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from hashlib import md5
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import pytest
from twelvelabs_embed import Asset, Clock, InvalidInputError, Media, Progress, RetryPolicy
from twelvelabs_embed._http.effects import (
    Command,
    Flow,
    RunBlocking,
    RunConcurrently,
    SendRequest,
    Sleep,
)
from twelvelabs_embed._http.encoding import StreamedBody
from twelvelabs_embed._http.request import Connection
from twelvelabs_embed.errors import (
    BadRequestError,
    ServiceUnavailableError,
    TwelveLabsError,
    UploadError,
)
from twelvelabs_embed.uploads.resume_store import ResumeStore
from twelvelabs_embed.uploads.upload import UploadFlows

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
MP4 = b"\x00\x00\x00\x18ftypmp42" + bytes(range(256)) * 4
CHUNK_BYTES = 100
CHUNKS = -(-len(MP4) // CHUNK_BYTES)  # eleven
HEADERS = {"x-stored-as": "a chunk"}

Outcome = httpx.Response | BaseException
Instead = Outcome | Callable[[], Outcome]


class Service:
    """The service and its storage host, as far as uploads need them.

    Attributes:
        asked: what was asked for, in order: `create`, `put 3`, `report 1 2 3`, `links 5 +50`, ...
        instead: responses instead, the next times that this is asked
        sent: every request
        bodies: what each of these held
    """

    def __init__(self, *, chunk_bytes: int = CHUNK_BYTES, links: int = 50) -> None:
        self.chunk_bytes = chunk_bytes
        self.links = links
        self.link_life = timedelta(hours=1)
        self.now = NOW
        self.state = "active"
        self.asked: list[str] = []
        self.sent: list[SendRequest] = []
        self.bodies: list[bytes] = []
        self.instead: dict[str, list[Instead]] = {}
        self.put: dict[int, bytes] = {}
        self.reported: set[int] = set()
        self.failed: set[int] = set()
        self.total_chunks = 0
        self.sessions = 0
        self.groups: list[int] = []  # how many chunks could be sent concurrently

    def respond(self, send: SendRequest) -> httpx.Response:
        body = send.body if isinstance(send.body, bytes) else b"".join(send.body or ())
        self.sent.append(send)
        self.bodies.append(body)
        path = send.url.removeprefix("http://api/v1.3/assets")
        name = _name(send, path, body)
        self.asked.append(name)
        if waiting := self.instead.get(name):
            instead = waiting.pop(0)
            found = instead() if callable(instead) else instead
            if isinstance(found, BaseException):
                raise found
            return found
        if send.is_external:
            return self._store(int(name.split()[1]), body)
        is_json = send.headers.get("content-type") == "application/json"
        return httpx.Response(200, json=self._do(name, json.loads(body) if is_json else {}))

    def _store(self, index: int, body: bytes) -> httpx.Response:
        self.put[index] = body
        return httpx.Response(200, headers={"etag": f'"{md5(body).hexdigest()}"'})

    def _do(self, name: str, body: Any) -> Any:
        match name.split()[0]:
            case "create":
                self.sessions += 1
                self.state, self.put, self.reported = "active", {}, set()
                self.total_chunks = -(-body["total_size"] // self.chunk_bytes)
                return {
                    "upload_id": f"u{self.sessions}",
                    "asset_id": f"a{self.sessions}",
                    "chunk_size": self.chunk_bytes,
                    "total_chunks": self.total_chunks,
                    "upload_urls": self._urls(1, self.links),
                    "upload_headers": HEADERS,
                    "expires_at": (self.now + timedelta(hours=24)).isoformat(),
                }
            case "links":
                return {"upload_urls": self._urls(body["start"], body["count"])}
            case "report":
                for chunk in body["completed_chunks"]:
                    content = self.put[chunk["chunk_index"]]
                    assert chunk["proof"] == md5(content).hexdigest()
                    assert chunk["chunk_size"] == len(content)
                    self.reported.add(chunk["chunk_index"])
                if len(self.reported) == self.total_chunks:
                    self.state = "completed"
                return {"total_completed": len(self.reported)}
            case "status":
                page = self.sent[-1].params.get("page", 1)
                pages = {"page": page, "total_page": -(-self.total_chunks // 50)}
                chunks = self._chunks()[50 * (page - 1) : 50 * page]
                return {"status": self.state, "uploaded_chunks": chunks, "page_info": pages}
            case "asset":
                return {"_id": f"a{self.sessions}", "status": "processing"}
            case _:
                return {"_id": "direct", "status": "processing"}

    def _urls(self, start: int, count: int) -> list[dict[str, Any]]:
        expires_at = (self.now + self.link_life).isoformat()
        return [
            {"chunk_index": index, "url": f"http://storage/{index}", "expires_at": expires_at}
            for index in range(start, min(start + count, self.total_chunks + 1))
        ]

    def _chunks(self) -> list[dict[str, Any]]:
        def status(index: int) -> str:
            if index in self.failed:
                return "failed"
            return "completed" if index in self.reported else "pending"

        return [
            {"index": index, "status": status(index)} for index in range(1, self.total_chunks + 1)
        ]


def _name(send: SendRequest, path: str, body: bytes) -> str:
    if send.is_external:
        return f"put {path.rpartition('/')[2]}"
    if path == "":
        return "direct"
    if path == "/multipart-uploads":
        return "create"
    if path.endswith("/presigned-urls"):
        asked = json.loads(body)
        return f"links {asked['start']} +{asked['count']}"
    if re.fullmatch("/multipart-uploads/[^/]+", path):
        chunks = json.loads(body)["completed_chunks"] if body else []
        indexes = [str(chunk["chunk_index"]) for chunk in chunks]
        return " ".join(["report", *indexes]) if send.method == "POST" else "status"
    return "asset"


def run(flow: Flow[Any], service: Service) -> Any:
    """Run a flow to its end; what is gathered runs one after the other, without waiting."""
    reply: Any = None
    error: Exception | None = None
    with closing(flow):
        while True:
            try:
                command = flow.throw(error) if error else flow.send(reply)
            except StopIteration as stop:
                return stop.value
            reply, error = None, None
            try:
                reply = perform(command, service)
            except Exception as caught:
                error = caught


def perform(command: Command, service: Service) -> Any:
    match command:
        case SendRequest():
            return service.respond(command)
        case RunBlocking():
            return command.work()
        case RunConcurrently():
            results = [run(flow, service) for flow in command.flows]
            service.groups.append(len(results))
            return results
        case Sleep():
            return None


class Uploader:
    """Uploads to a service, again and again if wanted, with one resume store."""

    def __init__(self, service: Service, folder: Path) -> None:
        clock = Clock(monotonic=lambda: 0.0, now=lambda: service.now)
        headers = {"x-api-key": "SECRET", "user-agent": "ours"}
        policy = RetryPolicy(attempts=3)
        self._connection = Connection(
            "http://api/v1.3", httpx.Headers(headers), httpx.Timeout(9), policy, clock
        )
        self._service = service
        self.resume_store = ResumeStore(folder / "resume", clock)

    def __call__(
        self, media: Media = Media.bytes(MP4), direct_bytes: int | None = 0, **settings: Any
    ) -> Asset:
        flows = UploadFlows(self._connection, self.resume_store, direct_bytes=direct_bytes)
        asset: Asset = run(flows.upload(media, **settings), self._service)
        return asset


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
def upload(service: Service, tmp_path: Path) -> Uploader:
    return Uploader(service, tmp_path)


def joined(service: Service) -> bytes:
    return b"".join(service.put[index] for index in sorted(service.put))


def all_of(count: int = CHUNKS) -> str:
    return " ".join(map(str, range(1, count + 1)))


# -------------------------------------------------------------------------------- the whole way


def test_a_large_file_goes_in_chunks(service: Service, upload: Uploader) -> None:
    asset = upload()
    assert (asset.id, asset.status) == ("a1", "processing")
    puts = [f"put {index}" for index in range(1, CHUNKS + 1)]
    assert service.asked == ["create", *puts, f"report {all_of()}", "asset"]
    assert joined(service) == MP4
    assert upload.resume_store.uploads() == []


def test_chunks_take_only_the_headers_of_the_session(service: Service, upload: Uploader) -> None:
    upload(request_options={"additional_headers": {"x-mine": "1"}, "timeout_in_seconds": 3})
    puts = [send for send in service.sent if send.is_external]
    assert len(puts) == CHUNKS
    for send in puts:
        assert dict(send.headers) == HEADERS
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


def test_more_than_50_chunks_are_sent_concurrently_if_that_is_asked_for(tmp_path: Path) -> None:
    service = Service(chunk_bytes=8, links=7)
    Uploader(service, tmp_path)(concurrency=100)
    assert service.groups == [130]
    reports = [name.split()[1:] for name in service.asked if name.startswith("report")]
    assert [len(report) for report in reports] == [50, 50, 30]
    assert joined(service) == MP4


def test_a_small_file_goes_in_one_request(
    service: Service, upload: Uploader, tmp_path: Path
) -> None:
    film = tmp_path / "film.mkv"
    film.write_bytes(MP4)
    assert upload(Media.file(film), direct_bytes=None).id == "direct"
    (body,) = service.bodies
    assert MP4 in body
    assert b'filename="film.mkv"\r\nContent-Type: video/mp4\r\n' in body
    assert b'name="method"\r\n\r\ndirect\r\n' in body


def test_a_link_is_left_to_the_service(service: Service, upload: Uploader) -> None:
    assert upload(Media.url("https://media.example.com/a.mp4")).id == "direct"
    (body,) = service.bodies
    assert b"https://media.example.com/a.mp4" in body
    assert b"filename" not in body


# ---------------------------------------------------------------------------------------- links


def test_a_link_that_soon_expires_is_not_used(service: Service, upload: Uploader) -> None:
    def slow() -> Outcome:
        service.now += timedelta(minutes=59, seconds=1)
        return service._store(3, MP4[200:300])

    service.instead["put 3"] = [slow]
    upload()
    after = service.asked[service.asked.index("put 3") + 1 :]
    assert after[:3] == [f"links 4 +{CHUNKS - 3}", "put 4", "put 5"]


@pytest.mark.parametrize("status", [400, 401, 403, 410])
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
    with pytest.raises(UploadError, match=r"upload u1: chunk 3 of 11: storage: 403: <Error>no"):
        upload()
    assert service.asked.count("put 3") == 3


def test_a_wrong_clock_does_not_ask_for_links_again_and_again(
    service: Service, upload: Uploader
) -> None:
    service.link_life = timedelta(hours=-5)
    upload()
    assert not any(name.startswith("links") for name in service.asked)


def test_a_link_that_does_not_come(service: Service, upload: Uploader) -> None:
    service.links = 2
    service.instead[f"links 3 +{CHUNKS - 2}"] = [httpx.Response(200, json={"upload_urls": []})]
    with pytest.raises(UploadError, match="no link for chunk 3"):
        upload()


# --------------------------------------------------------------------------------------- chunks


def stored(etag: str, **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Response(200, headers={"etag": etag, **named})


WRONG = stored('"00000000000000000000000000000000"')


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
    [(WRONG, "storage got something else"), (httpx.Response(200), "without an ETag")],
)
def test_a_chunk_that_never_arrives_right(
    service: Service, upload: Uploader, response: httpx.Response, what: str
) -> None:
    service.instead["put 2"] = [response] * 9
    with pytest.raises(UploadError, match=f"upload u1: chunk 2 of 11: .*{what}"):
        upload()
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
        stored('"0x8DD0000000000"'),
        stored('W/"weak"'),
    ],
)
def test_an_etag_that_is_no_md5_is_taken(
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
    assert service.asked.count("put 5") == count
    (entry,) = upload.resume_store.uploads()
    assert entry.done_chunks == 4


def test_retries_can_be_turned_off(service: Service, upload: Uploader) -> None:
    service.instead["put 5"] = [httpx.Response(503)]
    with pytest.raises(UploadError):
        upload(request_options={"max_retries": 0})


# ------------------------------------------------------------------------------------- resuming


class Killed(BaseException):
    """The end of a process: nothing catches it."""


def interrupt(
    service: Service, upload: Uploader, name: str, media: Media = Media.bytes(MP4)
) -> None:
    """Upload, and be killed at this."""
    service.instead[name] = [Killed()]
    with pytest.raises(Killed):
        upload(media)
    service.asked.clear()


def test_finished_chunks_are_never_sent_again(service: Service, upload: Uploader) -> None:
    interrupt(service, upload, "put 7")
    assert upload().id == "a1"
    puts = [f"put {index}" for index in range(7, CHUNKS + 1)]
    expected = ["status", "report 1 2 3 4 5 6", f"links 7 +{CHUNKS - 6}", *puts]
    assert service.asked == [*expected, "report 7 8 9 10 11", "asset"]
    assert joined(service) == MP4
    assert service.sessions == 1


def test_all_pages_of_chunks_are_looked_at(tmp_path: Path) -> None:
    service = Service(chunk_bytes=8)
    upload = Uploader(service, tmp_path)
    interrupt(service, upload, "put 120")
    upload()
    assert service.asked.count("status") == 3
    reports = [name.split()[1:] for name in service.asked if name.startswith("report")]
    assert [(report[0], report[-1]) for report in reports] == [("101", "119"), ("120", "130")]


def test_what_was_put_but_not_reported_is_only_reported(service: Service, upload: Uploader) -> None:
    interrupt(service, upload, f"report {all_of()}")
    upload()
    assert service.asked == ["status", f"report {all_of()}", "asset"]


def test_the_response_to_the_last_report_may_be_lost(service: Service, upload: Uploader) -> None:
    def lost() -> Outcome:
        service._do("report", json.loads(service.bodies[-1]))
        return httpx.ReadError("reset")

    rejected = httpx.Response(400, json={"code": "parameter_invalid", "message": "completed"})
    service.instead[f"report {all_of()}"] = [lost, rejected]
    assert upload().id == "a1"
    assert service.asked[-4:] == [f"report {all_of()}"] * 2 + ["status", "asset"]


def test_what_was_completed_is_taken(service: Service, upload: Uploader) -> None:
    interrupt(service, upload, "asset")
    assert upload().id == "a1"
    assert service.asked == ["status", "asset"]


def test_what_was_completed_and_deleted_is_uploaded_anew(
    service: Service, upload: Uploader
) -> None:
    interrupt(service, upload, "asset")
    service.instead["asset"] = [httpx.Response(404)]
    assert upload().id == "a2"


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
        httpx.Response(200, json={"status": "expired", "uploaded_chunks": []}),
        httpx.Response(200, json={"status": "failed", "uploaded_chunks": []}),
    ],
    ids=["404", "403", "expired", "failed"],
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
    with pytest.raises(ServiceUnavailableError):
        upload()
    assert upload().id == "a1"


def test_a_file_is_known_by_path_size_and_time(
    service: Service, upload: Uploader, tmp_path: Path
) -> None:
    film = tmp_path / "film.mp4"
    film.write_bytes(MP4)
    interrupt(service, upload, "put 7", Media.file(film))
    upload(Media.file(tmp_path / "." / "film.mp4"))
    assert service.sessions == 1
    interrupt(service, upload, "put 7", Media.file(film))
    film.write_bytes(MP4[:-1] + b"!")
    upload(Media.file(film))
    assert service.sessions == 3
    assert joined(service) == film.read_bytes()


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
    interrupt(service, upload, "put 7")
    (file,) = tmp_path.rglob("*.jsonl")
    written = file.read_text()
    assert '"upload_id":"u1"' in written
    assert "SECRET" not in written
    assert "http://storage" not in written


# ------------------------------------------------------------------------------ what is rejected


def test_chunks_that_do_not_make_the_file(service: Service, upload: Uploader) -> None:
    wrong = {"upload_id": "u", "asset_id": "a", "chunk_size": 100, "total_chunks": 12}
    service.instead["create"] = [httpx.Response(201, json=wrong)]
    with pytest.raises(UploadError, match="wants 12 chunks of 100 bytes of a file of 1036 bytes"):
        upload()


def test_a_service_that_lost_chunks(service: Service, upload: Uploader) -> None:
    def forgetful() -> Outcome:
        service.reported = set(range(3, CHUNKS + 1))
        return httpx.Response(200, json={"total_completed": CHUNKS - 2})

    service.instead[f"report {all_of()}"] = [forgetful]
    with pytest.raises(UploadError, match="the service lacks 1, 2"):
        upload()


def test_a_file_that_is_empty_or_missing(
    service: Service, upload: Uploader, tmp_path: Path
) -> None:
    (tmp_path / "empty.mp4").touch()
    for name, what in (("empty.mp4", "is empty"), ("none.mp4", "no file"), (".", "directory")):
        with pytest.raises(InvalidInputError, match=what):
            upload(Media.file(tmp_path / name))
    assert service.sent == []


@pytest.mark.parametrize(
    ("head", "size_bytes", "what"),
    [
        (b"fLaC", 10241 << 20, r"at most 10 GB of audio can be uploaded\. Cut"),
        (b"\x00\x00\x00\x18ftypmp42", (10 << 30) + 1, r"at most 10 GB of video can be uploaded"),
        (b"\x89PNG\r\n\x1a\n", 33 << 20, r"has 33 MB, but at most 32 MB of image"),
        (b"%PDF-1.7", 201 << 20, r"at most 200 MB of document .* link to it .* up to 512 MB"),
        (b"%PDF-1.7", 513 << 20, r"at most 200 MB of document can be uploaded\. Split it"),
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


def test_at_min_one_chunk_is_sent_at_a_time(upload: Uploader) -> None:
    with pytest.raises(InvalidInputError, match="concurrency: 0"):
        upload(concurrency=0)


# -------------------------------------------------------------------------- names and progress


@pytest.mark.parametrize(
    ("media", "given", "sent"),
    [
        (Media.bytes(MP4), None, "media.mp4"),
        (Media.bytes(bytes(range(200, 256))), None, "media.bin"),
        (Media.bytes(MP4, "mine.mov"), None, "mine.mov"),
        (Media.bytes(MP4, "mine.mov"), "yours.mov", "yours.mov"),
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
    ("head", "kind"), [(b"RIFF\0\0\0\0WAVE", "audio"), (b"\x89PNG\r\n\x1a\n", "image")]
)
def test_the_content_type_of_chunks_is_that_of_the_media(
    service: Service, upload: Uploader, head: bytes, kind: str
) -> None:
    upload(Media.bytes(head + MP4[len(head) :]))
    assert json.loads(service.bodies[0])["type"] == kind


def test_progress_grows_to_the_whole(service: Service, upload: Uploader) -> None:
    reports: list[Progress] = []
    upload(Media.bytes(MP4, "film.mp4"), progress=reports.append)
    assert {(step.phase, step.label, step.total_bytes) for step in reports} == {
        ("upload", "film.mp4", len(MP4))
    }
    done_bytes = [step.done_bytes for step in reports]
    assert done_bytes == sorted(done_bytes)
    assert (done_bytes[0], done_bytes[-1]) == (0, len(MP4))


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
