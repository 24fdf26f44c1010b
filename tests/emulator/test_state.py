"""What the emulator remembers: between runs, in one file, and without filling memory."""

import os
import re
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
import threading
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from twelvelabs_embed_emulator import Emulator
from twelvelabs_embed_emulator.endpoints.backend import Backend
from twelvelabs_embed_emulator.state.clock import Clock, format_timestamp, parse_timestamp
from twelvelabs_embed_emulator.state.state import Settings, State
from twelvelabs_embed_emulator.state.store import Store

from tests.emulator.helpers import (
    MIB,
    Upload,
    create_asset,
    create_task,
    ended,
    fixed,
    flat_error,
    form_of,
    inline,
    request_body,
    rows,
)
from tests.waiting import process_of, wait_until

KEY = {"x-api-key": "some key"}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "state.sqlite"


def client_of(emulator):
    return httpx.Client(base_url=emulator.base_url, headers=KEY, timeout=60)


# --------------------------------------------------------------------------------- from run to run


def test_the_number_of_a_file_that_is_gone_is_not_given_again(path, sample):
    """Who still looks into it would find another's: found by the soak."""
    numbers, before = [], None
    for _ in range(3):
        with Emulator(state=path) as emulator, client_of(emulator) as client:
            if before:
                assert client.delete(f"/assets/{before}").status_code == 204
            before = create_asset(client, sample("image", ".jpg"))["_id"]
        with closing(sqlite3.connect(path)) as state:
            numbers += [number for (number,) in state.execute("select id from file")]
    assert len(numbers) == len(set(numbers)) == 3


def test_assets_and_tasks_survive_a_restart(path, sample):
    with Emulator(state=path) as emulator, client_of(emulator) as client:
        # The storage host has another port afterwards, and so have links to it.
        asset = create_asset(client, sample("image", ".jpg"), enable_thumbnail="false")
        task = create_task(client, "audio", media_source=inline(sample("audio", ".mp3")))
        source = {"asset_id": asset["_id"]}
        body = request_body("image", media_source=source)
        vectors = rows(client.post("/embed-v2", json=body))
    with Emulator(state=path) as emulator, client_of(emulator) as client:
        assert client.get(f"/assets/{asset['_id']}").json() == asset
        assert client.get(f"/embed-v2/tasks/{task['_id']}").json() == task
        assert rows(client.post("/embed-v2", json=body)) == vectors
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_an_upload_goes_on_after_a_restart(path, sample):
    content = sample("video", ".mkv").read_bytes()
    with Emulator(state=path, chunk_bytes=100_000) as emulator, client_of(emulator) as client:
        upload = Upload(client, content)
        one, two = upload.put(1), upload.put(2)
        upload.report(one)
    # The size of chunks belongs to the session, whatever it is for new ones.
    with Emulator(state=path, chunk_bytes=5) as emulator, client_of(emulator) as client:
        upload.client = client
        assert upload.status()["chunks_completed"] == 1
        body = upload.report(one, two, upload.put(3)).json()
        assert (body["processed_chunks"], body["duplicate_chunks"]) == (2, 1)
        assert ended(client, upload.asset_path)["status"] == "ready"
        assert emulator.received_chunk_bytes == len(content) - 200_000


def test_a_url_is_good_after_a_restart_on_the_same_port(path):
    with Emulator(state=path) as emulator, client_of(emulator) as client:
        upload = Upload(client, b"content")
        port = httpx.URL(emulator.storage_url).port
    with Emulator(state=path, storage_port=port):
        upload.put(1, url=upload.urls[1])


def test_the_clock_goes_on_after_a_restart(path):
    with Emulator(state=path) as emulator, client_of(emulator) as client:
        upload = Upload(client, b"content")
        emulator.advance(hours=20)
    with Emulator(state=path) as emulator, client_of(emulator) as client:
        upload.client = client
        emulator.advance(hours=3)
        assert upload.status()["status"] == "active"
        emulator.advance(hours=1)
        assert upload.status()["status"] == "expired"


def test_without_a_path_nothing_is_left(sample):
    emulator = Emulator()
    with emulator, client_of(emulator) as client:
        asset = create_asset(client, sample("image", ".jpg"))
    with emulator, client_of(emulator) as client:
        assert flat_error(client.get(f"/assets/{asset['_id']}"))[0] == 404


def test_unfinished_work_resumes_after_a_kill(path, sample, media_server):
    """Tasks and assets that were processing when the process was killed are worked on again."""
    film = inline(sample("video", ".mkv"))
    with run_program("--state", str(path), "--processing-sec", "0.2") as program:
        with httpx.Client(base_url=base_url_of(program), headers=KEY) as client:
            body = request_body("video", media_source=film, segmentation=fixed(2))
            tasks = [client.post("/embed-v2/tasks", json=body).json() for _ in range(3)]
            form = [("method", (None, "url")), ("url", (None, f"{media_server}/film.mkv"))]
            assets = [client.post("/assets", files=form).json() for _ in range(3)]
        program.send_signal(signal.SIGKILL)
    with Emulator(state=path) as emulator, client_of(emulator) as client:
        for asset in assets:
            assert ended(client, f"/assets/{asset['_id']}")["status"] == "ready"
        ended_tasks = [ended(client, f"/embed-v2/tasks/{task['_id']}") for task in tasks]
        assert [len(task["data"]) for task in ended_tasks] == [3 * (6 + 1)] * 3
        times = [task["updated_at"] for task in ended_tasks]
        assert times == sorted(times)  # in the order in which they were created


def test_what_a_killed_process_left_behind_is_deleted(path, sample):
    with run_program("--state", str(path)) as program:
        with httpx.Client(base_url=base_url_of(program), headers=KEY) as client:
            upload = Upload(client, bytes(4_000_000))
            url = httpx.URL(upload.urls[1])
            headers = {"content-type": "application/octet-stream", "content-length": "4000000"}
            half_sent = half_a_request(url, headers, bytes(3_000_000))
            wait_until(lambda: path.stat().st_size > 2_500_000)
            program.send_signal(signal.SIGKILL)
            half_sent.close()
    with Emulator(state=path) as emulator, client_of(emulator) as client:
        upload.client = client
        assert upload.status()["status"] == "active"
    assert left_in(path) == {"file": 0, "part": 0, "extent": 0}


def test_deleted_files_take_no_space(path, sample):
    talk = sample("audio", ".wav", duration_sec=5, sample_rate_hz=2_000)
    with Emulator(state=path, chunk_bytes=1000) as emulator, client_of(emulator) as client:
        expiring, deleted, cut_off = (Upload(client, bytes(1500)) for _ in range(3))
        expiring.report(expiring.put(1))
        deleted.put(1), deleted.put(1, b"x" * 1000)
        client.delete(deleted.asset_path)
        headers = {"content-type": "application/octet-stream", "content-length": "1000"}
        half_a_request(httpx.URL(cut_off.urls[1]), headers, bytes(500)).close()
        client.delete(f"/assets/{create_asset(client, talk)['_id']}")
        create_task(client, "audio", media_source=inline(talk))
        emulator.advance(days=7)
        assert client.get("/embed-v2/tasks").json()["data"] == []
    assert left_in(path) == {"file": 0, "part": 0, "extent": 0}


def left_in(path):
    """Return how many rows each table of the content of files has."""
    with closing(sqlite3.connect(path)) as state:
        tables = ("file", "part", "extent")
        return {one: state.execute(f"select count(*) from {one}").fetchone()[0] for one in tables}


def half_a_request(url, headers, content):
    connection = socket.create_connection((url.host, url.port))
    lines = [f"PUT {url.raw_path.decode()} HTTP/1.1", "host: x"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    connection.sendall("\r\n".join([*lines, "", ""]).encode() + content)
    return connection


def run_program(*options):
    return process_of(
        [sys.executable, "-m", "twelvelabs_embed_emulator", "--port", "0", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def base_url_of(program):
    return program.stdout.readline().split()[2].rstrip(";")


# ---------------------------------------------------------------------------------------- the file


def test_one_file_is_for_one_emulator(path):
    with Emulator(state=path):
        with pytest.raises(OSError, match=r"state\.sqlite cannot be used: database is locked"):
            Emulator(state=path).start()
    with Emulator(state=path) as emulator:
        assert httpx.get(f"{emulator.base_url}/assets", headers=KEY).status_code == 200


def test_a_file_that_is_no_state_is_left_alone(path):
    path.write_text("my diary " * 1000)
    with pytest.raises(OSError, match="cannot be used: file is not a database"):
        Emulator(state=path).start()
    assert path.read_text() == "my diary " * 1000


@pytest.mark.parametrize(
    ("sql", "version"), [("create table diary (text)", 0), ("pragma user_version = 2", 2)]
)
def test_a_database_of_something_else_or_an_earlier_version_is_left_alone(path, sql, version):
    if version:
        with Emulator(state=path):
            pass
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(sql)
    before = path.read_bytes()
    hint = "delete it or take another file"
    with pytest.raises(OSError, match=f"its version is {version}, not 3; {hint}"):
        Emulator(state=path).start()
    assert path.read_bytes() == before


@pytest.mark.skipif(os.name != "posix", reason="permissions are others there")
@pytest.mark.parametrize("is_old", [False, True])
def test_the_state_is_readable_by_its_owner_alone(path, is_old):
    before = os.umask(0)
    try:
        if is_old:
            path.touch(0o666)
        with Emulator(state=path, chunk_bytes=1000) as emulator, client_of(emulator) as client:
            Upload(client, bytes(2000)).put(1)
            files = [*path.parent.iterdir()]
            modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in files}
    finally:
        os.umask(before)
    assert modes == dict.fromkeys(modes, 0o600)
    assert path.name in modes


def test_a_folder_that_is_not_there(tmp_path):
    emulator = Emulator(state=tmp_path / "nowhere" / "state.sqlite")
    with pytest.raises(OSError, match="unable to open database file"):
        emulator.start()


def test_the_program_says_what_is_wrong_with_the_state(path):
    path.write_text("my diary " * 1000)
    with run_program("--state", str(path)) as program:
        assert program.wait(timeout=20) == 4
        assert "file is not a database" in program.stderr.read()


# --------------------------------------------------------------------------- settings, and stopping


@pytest.mark.parametrize(
    "settings",
    [
        {"chunk_bytes": 0},
        {"urls_per_response": 51},
        {"urls_per_response": -1},
        {"processing_sec": -1},
        {"processing_sec": float("nan")},
        {"processing_sec": 1e9},
        {"latency_sec": -0.1},
        {"latency_sec": 3600.1},
    ],
)
def test_numbers_that_are_out_of_bounds(settings):
    with pytest.raises(ValueError, match=next(iter(settings))):
        Emulator(**settings)


def test_numbers_at_the_bounds():
    Emulator(chunk_bytes=1, urls_per_response=0, processing_sec=0, latency_sec=0)
    Emulator(urls_per_response=50, processing_sec=1e9 - 1, latency_sec=3600)


def test_the_clock_goes_ahead_up_to_the_year_9000():
    clock = Clock(5, time_sec=lambda: 1.9999)
    assert clock.now_ms() == 1999 + 5
    left = timedelta(milliseconds=parse_timestamp("9000-01-01T00:00:00Z") - clock.now_ms())
    millisecond = timedelta(milliseconds=1)
    for step in (-millisecond, left + millisecond):
        with pytest.raises(ValueError, match=r"only goes ahead|the year 9000"):
            clock.advance(step)
    clock.advance(timedelta(0))
    assert clock.offset_ms == 5
    clock.advance(left)
    assert format_timestamp(clock.now_ms()) == "9000-01-01T00:00:00.000Z"


@pytest.mark.parametrize("ask", ["base_url", "storage_url", "received_chunk_bytes"])
def test_what_is_known_only_while_it_runs(ask):
    with pytest.raises(RuntimeError, match="not running"):
        getattr(Emulator(), ask)


def test_stopping_does_not_wait_for_tasks(sample, path):
    film = inline(sample("video", ".mkv"))
    threads = threading.active_count()
    with Emulator(state=path) as emulator, client_of(emulator) as client:
        for _ in range(20):  # some seconds of work
            client.post("/embed-v2/tasks", json=request_body("video", media_source=film))
        emulator.stop()
    with closing(sqlite3.connect(path)) as file:
        assert file.execute("select count(*) from task where outcome is null").fetchone()[0] > 0
    wait_until(lambda: threading.active_count() <= threads)


# ------------------------------------------------------------------------------------------- memory


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="memory is measured otherwise there")
def test_large_files_do_not_fill_memory():
    with run_program() as program:
        with httpx.Client(base_url=base_url_of(program), headers=KEY, timeout=60) as client:
            send_direct(client, 8)
            send_in_chunks(client, 16)
            before = peak_mb(program.pid)
            send_direct(client, 160)
            send_in_chunks(client, 304)
            assert peak_mb(program.pid) - before < 20
        program.terminate()


def peak_mb(pid):
    status = Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) / 1024


def send_direct(client, size_mb):
    headers = {"content-type": "multipart/form-data; boundary=x"}
    form = form_of(size_mb * MIB)
    client.post("/assets", content=form, headers=headers).raise_for_status()


def send_in_chunks(client, size_mb):
    document = {"filename": "a.mp4", "type": "video", "total_size": size_mb * MIB}
    session = client.post("/assets/multipart-uploads", json=document).json()
    content, chunks = bytes(8 * MIB), []
    with httpx.Client(headers=session["upload_headers"], timeout=60) as storage:
        for one in session["upload_urls"]:
            etag = storage.put(one["url"], content=content).raise_for_status().headers["etag"]
            chunk = {"chunk_index": one["chunk_index"], "proof": etag}
            chunks.append(chunk | {"proof_type": "etag", "chunk_size": 8 * MIB})
    path = f"/assets/multipart-uploads/{session['upload_id']}"
    assert "url" in client.post(path, json={"completed_chunks": chunks}).json()


# --------------------------------------------------------------------------------------- many rows


def test_a_request_does_not_read_all_assets_and_tasks():
    """10,000 of each would take milliseconds of each request."""
    with closing(Backend(State(None, Settings(), "http://storage"))) as backend:
        connection, statements = backend.state.store._connection, []
        connection.set_trace_callback(statements.append)
        backend.state.apply_expiry()
        connection.set_trace_callback(None)
        read = [one for one in statements if one.startswith(("select", "update", "delete"))]
        plans = [connection.execute(f"explain query plan {one}").fetchall() for one in read]
    assert len(read) == 5
    assert not [step["detail"] for plan in plans for step in plan if "SCAN" in step["detail"]]


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, ValueError])
def test_an_interrupted_transaction_leaves_nothing(path, error):
    store = Store(path)
    store.run("create table number (value integer)")

    def write() -> None:
        with store.transaction():
            store.run("insert into number values (1)")
            raise error

    with pytest.raises(error):
        write()
    store.run("insert into number values (2)")  # a transaction of its own: none is open
    store.close()
    with closing(sqlite3.connect(path)) as file:
        assert file.execute("select value from number").fetchall() == [(2,)]
