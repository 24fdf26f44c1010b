"""Reset and import of a state while requests, uploads and tasks are at work."""

import logging
import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import httpx
import pytest
from twelvelabs_embed_emulator import Emulator

from tests.emulator.helpers import (
    CHUNK_HEADERS,
    TEXT,
    SlowServer,
    Upload,
    create_asset,
    create_task,
    flat_error,
    inline,
    request_body,
    rows,
)
from tests.waiting import wait_for, wait_until


def rows_left(emulator: Emulator) -> dict[str, int]:
    """How many rows each table of the state has."""
    with closing(sqlite3.connect(":memory:")) as state:
        state.deserialize(emulator.control.export_state())
        tables = ("asset", "task", "upload", "chunk", "file", "part", "extent")
        return {one: state.execute(f"select count(*) from {one}").fetchone()[0] for one in tables}


def begin_task(client: httpx.Client, slow_server: SlowServer) -> str:
    """Create a task whose media does not come yet."""
    body = request_body("audio", media_source={"url": slow_server.url})
    response = client.post("/embed-v2/tasks", json=body)
    assert response.status_code == 202
    wait_for(slow_server.is_asked)
    return str(response.json()["_id"])


def test_a_task_that_runs_leaves_nothing_after_a_reset(start, sample, slow_server, caplog):
    emulator, client = start()
    task_id = begin_task(client, slow_server)
    with caplog.at_level(logging.WARNING):
        emulator.control.reset()
        slow_server.may_send.set()
        emulator.wait_until_idle()
    assert client.get(f"/embed-v2/tasks/{task_id}").status_code == 404
    assert set(rows_left(emulator).values()) == {0}
    assert caplog.records == []
    task = create_task(
        client, "audio", media_source=inline(sample("audio", ".wav", duration_sec=4))
    )
    assert task["status"] == "ready"


def begin_asset(client: httpx.Client, slow_server: SlowServer) -> str:
    """Create an asset whose file does not come yet, and return its path."""
    form = {"method": (None, "url"), "url": (None, slow_server.url)}
    response = client.post("/assets", files=form)
    assert response.status_code == 201
    wait_for(slow_server.is_asked)
    return f"/assets/{response.json()['_id']}"


@pytest.mark.parametrize("end", ["reset", "delete"])
def test_an_asset_that_is_fetched_leaves_nothing_when_it_is_gone(start, slow_server, caplog, end):
    emulator, client = start()
    path = begin_asset(client, slow_server)
    with caplog.at_level(logging.WARNING):
        if end == "reset":
            emulator.control.reset()
        else:
            assert client.delete(path).status_code == 204
        slow_server.may_send.set()
        emulator.wait_until_idle()
    assert client.get(path).status_code == 404
    assert set(rows_left(emulator).values()) == {0}
    # Of an asset that was deleted while it was processed, there is nothing to look into.
    assert [record.levelname for record in caplog.records] == []


def test_a_document_that_is_rejected_leaves_nothing(start, sample):
    emulator, client = start()
    source = inline(sample("document", ".md"))
    body = request_body("document", media_source=source, embedding_option=["visual"])
    response = client.post("/embed-v2/tasks", json=body | {"model_name": "marengo3.5"})
    assert response.status_code == 400
    assert set(rows_left(emulator).values()) == {0}


def test_a_task_waits_for_the_one_before(start, sample, slow_server):
    emulator, client = start()
    talk = inline(sample("audio", ".wav", duration_sec=4))
    first = begin_task(client, slow_server)
    body = request_body("audio", media_source=talk)
    second = client.post("/embed-v2/tasks", json=body).json()["_id"]
    emulator.advance(hours=1)
    an_hour_later = emulator.control.clock()["now"]
    slow_server.may_send.set()
    emulator.wait_until_idle()
    ends = [client.get(f"/embed-v2/tasks/{one}").json()["updated_at"] for one in (first, second)]
    assert an_hour_later <= ends[0] <= ends[1]


def test_a_task_of_before_does_not_end_an_imported_one(start, sample, slow_server):
    other, other_client = start()
    talk = inline(sample("audio", ".wav", duration_sec=4))
    known = create_task(other_client, "audio", media_source=talk)
    emulator, client = start()
    begin_task(client, slow_server)
    emulator.control.import_state(other.control.export_state())
    before = rows_left(emulator)
    slow_server.may_send.set()
    emulator.wait_until_idle()
    assert rows_left(emulator) == before
    assert client.get(f"/embed-v2/tasks/{known['_id']}").json() == known


@pytest.mark.parametrize("end", ["reset", "import"])
def test_a_chunk_that_is_being_put_is_not_stored(start, sample, end):
    """The state that is imported has a file of the same id, which must keep its content."""
    other, other_client = start()
    image = sample("image", ".jpg")
    asset = create_asset(other_client, image)
    state = other.control.export_state()
    emulator, client = start(chunk_bytes=2_000_000)
    upload = Upload(client, bytes(2_000_000))
    is_half_sent, may_go_on = threading.Event(), threading.Event()

    def content() -> Iterator[bytes]:
        yield bytes(1_000_000)
        is_half_sent.set()
        wait_for(may_go_on)
        yield bytes(1_000_000)

    headers = {**CHUNK_HEADERS, "content-length": "2000000"}
    with ThreadPoolExecutor() as pool:
        put = pool.submit(httpx.put, upload.urls[1], content=content(), headers=headers)
        wait_for(is_half_sent)
        wait_until(lambda: rows_left(emulator)["part"])
        if end == "reset":
            emulator.control.reset()
        else:
            emulator.control.import_state(state)
        may_go_on.set()
        assert put.result().status_code == 404
    if end == "reset":
        assert set(rows_left(emulator).values()) == {0}
    else:
        media = {"asset_id": asset["_id"]}
        body = request_body("image", media_source=media)
        assert rows(client.post("/embed-v2", json=body))
        assert client.get(f"/assets/{asset['_id']}").json()["size"] == image.stat().st_size


def test_resets_while_requests_come(start, sample):
    """Each request succeeds, or says that there was a reset; afterwards all is as new."""
    emulator, client = start(rpm=1_000_000)
    image = sample("image", ".jpg").read_bytes()
    control = emulator.base_url.removesuffix("/v1.3") + "/_emulator"

    def work(number: int) -> set[int]:
        statuses = set()
        with httpx.Client(headers={"x-api-key": "any"}, timeout=60) as own:
            for _ in range(8):
                if number % 2:
                    statuses.add(own.post(f"{control}/reset").status_code)
                    continue
                form = {"data": {"method": "direct"}, "files": {"file": ("a.jpg", image)}}
                created = own.post(f"{emulator.base_url}/assets", **form)
                statuses.add(created.status_code)
                statuses.add(own.get(f"{emulator.base_url}/assets").status_code)
                statuses.add(own.post(f"{emulator.base_url}/embed-v2", json=TEXT).status_code)
        return statuses

    with ThreadPoolExecutor(6) as pool:
        statuses = set().union(*pool.map(work, range(6)))
    assert {200, 204} <= statuses <= {200, 201, 204, 404, 503}
    emulator.control.reset()
    emulator.wait_until_idle()
    assert set(rows_left(emulator).values()) == {0}
    assert create_asset(client, sample("image", ".jpg"))["status"] == "ready"


def test_an_upload_of_before_a_reset_does_not_exist(start):
    emulator, client = start()
    upload = Upload(client, b"x" * 100)
    emulator.control.reset()
    put = httpx.put(upload.urls[1], content=b"x" * 100, headers=CHUNK_HEADERS)
    assert put.status_code == 404
    assert flat_error(client.get(upload.path))[:2] == (404, "resource_not_exist")


def test_urls_of_uploads_are_signed_with_the_same_secret_after_a_reset(start):
    """Otherwise a chunk that is sent while another process resets would be an invalid signature."""
    emulator, client = start()
    emulator.control.reset()
    upload = Upload(client, b"x" * 100)
    upload.put(1, url=upload.urls[1])


def test_after_a_reset_the_clock_shows_the_real_time_also_after_a_restart(tmp_path):
    path = tmp_path / "state.sqlite"
    with Emulator(state=path) as emulator:
        emulator.advance(hours=1)
        emulator.control.reset()
        emulator.advance(minutes=1)
        emulator.control.reset()
    with Emulator(state=path) as emulator:
        assert emulator.control.clock()["ahead_sec"] == 0


def test_work_of_an_imported_state_is_done(start, slow_server):
    """The state was exported while an asset and a task were processing."""
    emulator, client = start()
    task_id = begin_task(client, slow_server)
    asset_path = begin_asset(client, slow_server)
    other, other_client = start()
    other.control.import_state(emulator.control.export_state())
    slow_server.may_send.set()
    other.wait_until_idle()
    for path in (f"/embed-v2/tasks/{task_id}", asset_path):
        assert other_client.get(path).json()["status"] == "ready"


def test_with_an_imported_state_the_quota_begins_anew_and_urls_stay_good(start):
    emulator, _ = start(rpm=1)
    other, client = start()
    upload = Upload(client, b"x" * 100)
    emulator.control.import_state(other.control.export_state())
    with httpx.Client(base_url=emulator.base_url, headers={"x-api-key": "any"}) as client:
        assert [client.post("/embed-v2", json=TEXT).status_code for _ in range(2)] == [200, 429]
        emulator.control.import_state(emulator.control.export_state())
        assert client.post("/embed-v2", json=TEXT).status_code == 200
        url = upload.urls[1].replace(other.storage_url, emulator.storage_url)
        upload.client = client
        assert upload.report(upload.put(1, url=url)).json()["total_completed"] == 1
