"""Control of the emulator: in Python and over HTTP, from one list."""

import hashlib
import os
import sqlite3
import time
from contextlib import closing
from importlib import metadata

import httpx
import pytest
import yaml
from twelvelabs_embed_emulator import Emulator
from twelvelabs_embed_emulator.contract.errors import ApiError
from twelvelabs_embed_emulator.contract.loader import Contract
from twelvelabs_embed_emulator.server.app import CONTROL_CONTRACT
from twelvelabs_embed_emulator.server.control import Control, control_handlers

from tests.emulator.helpers import (
    CHUNK_HEADERS,
    OPENAPI,
    TEXT,
    Upload,
    control_of,
    create_asset,
    create_task,
    embed,
    error,
    flat_error,
    inline,
    request_body,
    rows,
    vector,
)


def test_python_and_http_offer_the_same(started):
    operations = {one.id: one for one in Contract(CONTROL_CONTRACT).operations}
    assert control_handlers(started[0].control).keys() == operations.keys()
    public = {name for name in vars(Control) if not name.startswith("_")}
    assert public == operations.keys()


def test_health_needs_no_key(started):
    emulator, _, control = started
    health = control.get("/health").json()
    uptime_sec = health.pop("uptime_sec")
    assert 0 <= uptime_sec == round(uptime_sec, 3)
    assert health == {
        "status": "ready",
        "version": metadata.version("twelvelabs-embed"),
        "contract_version": yaml.safe_load(OPENAPI.read_text())["info"]["version"],
        "pid": os.getpid(),
        "base_url": emulator.base_url,
        "storage_url": emulator.storage_url,
    }
    in_process = emulator.control.health()
    assert in_process == health | {"uptime_sec": in_process["uptime_sec"]}


def test_health_says_how_long_it_has_been_running(start):
    before_sec = time.monotonic()
    emulator, _ = start()
    uptime_sec = emulator.control.health()["uptime_sec"]
    assert 0 <= uptime_sec <= time.monotonic() - before_sec + 0.001  # it is rounded


# ---------------------------------------------------------------------- faults, clock, and reset


def test_faults_do_not_happen_to_the_control(started):
    _, client, control = started
    assert control.put("/faults", json={"script": "503,repeat"}).status_code == 204
    assert [control.get("/health").status_code for _ in range(2)] == [200, 200]
    assert embed(client).status_code == 503
    assert control.delete("/faults").status_code == 204
    assert embed(client).status_code == 200
    status, code, _ = flat_error(control.put("/faults", json={"script": "sneeze"}))
    assert (status, code) == (400, "parameter_invalid")


def test_a_connection_that_is_open_already_meets_faults_and_returns(started):
    _, client, control = started
    client.headers["connection"] = "keep-alive"
    assert embed(client).status_code == 200
    control.put("/faults", json={"script": "503,reset"}).raise_for_status()
    assert embed(client).status_code == 503
    with pytest.raises(httpx.TransportError):
        embed(client)
    assert [embed(client).status_code for _ in range(2)] == [200, 200]


def test_an_invalid_script_changes_nothing(started):
    _, client, control = started
    put = control.put("/faults", json={"script": "503", "storage_script": "sneeze"})
    assert flat_error(put)[:2] == (400, "parameter_invalid")
    assert embed(client).status_code == 200


def test_the_storage_host_fails_over_http_too(started):
    _, client, control = started
    control.put("/faults", json={"storage_script": "503,reset"}).raise_for_status()
    upload = Upload(client, b"x" * 100)
    url = upload.url(1)
    assert httpx.put(url, content=b"x" * 100, headers=CHUNK_HEADERS).status_code == 503
    with pytest.raises(httpx.TransportError):
        httpx.put(url, content=b"x" * 100, headers=CHUNK_HEADERS)
    upload.put(1)
    statuses = [one["status"] for one in control.get("/requests?host=storage").json()["requests"]]
    assert statuses == [503, 200, 200]


def test_a_task_of_ten_minutes_is_skipped_by_the_clock(start, sample):
    emulator, client = start(processing_sec=600)
    media = inline(sample("audio", ".wav", duration_sec=4))
    body = request_body("audio", media_source=media)
    path = f"/embed-v2/tasks/{client.post('/embed-v2/tasks', json=body).json()['_id']}"
    emulator.wait_until_idle()
    assert client.get(path).json()["status"] == "processing"
    with control_of(emulator) as control:
        before = control.get("/clock").json()
        after = control.post("/clock/advance", json={"seconds": 600}).json()
        assert after["ahead_sec"] == before["ahead_sec"] + 600
        assert client.get(path).json()["status"] == "ready"
        late = control.put("/clock", json={"now": "2100-01-01T00:00:00Z"}).json()
        assert late["now"].startswith("2100-01-01T00:00:0")
        for now in ("2001-01-01T00:00:00Z", "tomorrow"):
            assert flat_error(control.put("/clock", json={"now": now}))[0] == 400


def test_a_reset_forgets_everything(start, sample):
    emulator, client = start(rpm=3)
    with control_of(emulator) as control:
        create_asset(client, sample("image", ".jpg"))
        create_task(client, "audio", media_source=inline(sample("audio", ".wav", duration_sec=4)))
        control.post("/clock/advance", json={"seconds": 60})
        control.put("/faults", json={"script": "503,repeat"})
        emulator.control.add_stub(text="a dog", embedding=[1.0] * 512)
        assert control.post("/reset").status_code == 204
        assert control.get("/clock").json()["ahead_sec"] == 0
        assert control.get("/requests").json()["requests"] == []
        assert control.get("/stubs").json()["stubs"] == []
        for path in ("/assets", "/embed-v2/tasks"):
            assert client.get(path).json()["page_info"]["total_results"] == 0
        assert [embed(client).status_code for _ in range(4)] == [200, 200, 200, 429]
        assert create_asset(client, sample("image", ".jpg"))["status"] == "ready"


def test_waiting_until_idle(started, sample):
    _, client, control = started
    media = inline(sample("audio", ".wav", duration_sec=4))
    body = request_body("audio", media_source=media)
    task_id = client.post("/embed-v2/tasks", json=body).json()["_id"]
    assert control.post("/wait-until-idle").status_code == 204
    assert client.get(f"/embed-v2/tasks/{task_id}").json()["status"] == "ready"


# ---------------------------------------------------------------------------------- stubs


def test_a_text_gets_a_fixed_vector_or_error(started):
    _, client, control = started
    fixed = [0.5, *[0.0] * 511]
    control.post("/stubs", json={"text": "a dog", "embedding": fixed}).raise_for_status()
    failure = {"status": 403, "code": "usage_limit_exceeded", "message": "no more"}
    control.post("/stubs", json={"text": "a cat", "error": failure}).raise_for_status()
    assert vector(embed(client)).tolist() == fixed
    assert error(embed(client, request_body("text", input_text="a cat"))) == tuple(failure.values())
    other = vector(embed(client, request_body("text", input_text="a bird")))
    assert other.tolist() != fixed
    assert [one["text"] for one in control.get("/stubs").json()["stubs"]] == ["a dog", "a cat"]
    control.delete("/stubs").raise_for_status()
    assert vector(embed(client)).tolist() != fixed


def test_a_stub_replaces_an_earlier_one_of_the_same(started):
    emulator, client, _ = started
    one, other = ([number, *[0.0] * 511] for number in (0.5, 0.25))
    for text, embedding in (("a dog", one), ("a cat", one), ("a dog", other)):
        emulator.control.add_stub(text=text, embedding=embedding)
    assert [stub["text"] for stub in emulator.control.stubs()] == ["a cat", "a dog"]
    assert vector(embed(client)).tolist() == other


def test_a_file_gets_a_fixed_vector_or_error(started, sample):
    emulator, client, _ = started
    talk, fixed = sample("audio", ".wav", duration_sec=4), [0.25] * 512
    digest = hashlib.sha256(talk.read_bytes()).hexdigest()
    emulator.control.add_stub(sha256=digest, embedding=fixed)
    source = inline(talk)
    by_inline = rows(embed(client, request_body("audio", media_source=source)))
    by_task = create_task(client, "audio", media_source=source)["data"]
    assert all(row["embedding"] == fixed for row in (*by_inline, *by_task))
    failure = {"status": 400, "code": "video_file_broken", "message": "as a test wants it"}
    emulator.control.add_stub(sha256=digest, error=failure)
    response = embed(client, request_body("audio", media_source=source))
    assert error(response) == tuple(failure.values())
    task = create_task(client, "audio", media_source=source)
    assert (task["status"], task["error"]["message"]) == ("failed", "as a test wants it")


@pytest.mark.parametrize(
    "stub",
    [
        {},
        {"text": "a"},
        {"embedding": [1.0] * 512},
        {"text": "a", "embedding": [1.0] * 511},
        {"text": "a", "sha256": "0" * 64, "embedding": [1.0] * 512},
        {"sha256": "xyz", "embedding": [1.0] * 512},
        {"text": "a", "error": {"status": 200, "code": "a", "message": "b"}},
    ],
)
def test_stubs_are_validated(started, stub):
    assert flat_error(started[2].post("/stubs", json=stub))[0] == 400


# ------------------------------------------------------------------------------------------- state


def test_a_state_is_exported_and_imported(start, sample):
    first, client = start()
    # Each has a storage host of its own, and links to it.
    asset = create_asset(client, sample("image", ".jpg"), enable_thumbnail="false")
    first.advance(hours=1)
    second, other_client = start()
    with control_of(first) as source, control_of(second) as target:
        state = source.get("/state")
        assert state.headers["content-type"] == "application/octet-stream"
        headers = {"content-type": "application/octet-stream"}
        put = target.put("/state", content=state.content, headers=headers)
        assert put.status_code == 204
        assert target.get("/clock").json()["ahead_sec"] == 3600
        path = f"/assets/{asset['_id']}"
        assert other_client.get(path).json() == client.get(path).json()
        with closing(sqlite3.connect(":memory:")) as other:
            other.execute("create table diary (text)")
            diary = other.serialize()
        for content in (b"my diary", diary):
            put = target.put("/state", content=content, headers=headers)
            status, code, message = flat_error(put)
            assert (status, code, message[:6]) == (400, "parameter_invalid", "body: ")
        assert other_client.get(path).status_code == 200
    media = {"asset_id": asset["_id"]}
    assert rows(embed(other_client, request_body("image", media_source=media)))


# -------------------------------------------------------------------------------------- mistakes


@pytest.mark.parametrize(
    ("method", "path", "body", "field"),
    [
        ("PUT", "/clock", {"now": "9999-12-31T23:59:59Z"}, "now"),
        ("PUT", "/clock", {"now": 5}, "now"),
        ("PUT", "/clock", {}, "now"),
        ("POST", "/clock/advance", {"seconds": -1}, "seconds"),
        ("POST", "/clock/advance", {"seconds": 1e12}, "seconds"),
        ("POST", "/clock/advance", {"seconds": "5"}, "seconds"),
        ("POST", "/clock/advance", {"minutes": 5}, "minutes"),
        ("POST", "/clock/advance", None, "content-type"),
        ("PUT", "/faults", {}, "body"),
        ("PUT", "/faults", {"script": None}, "script"),
        ("PUT", "/faults", {"script": "503*0"}, "script"),
        ("PUT", "/faults", {"script": "repeat"}, "script"),
        ("PUT", "/faults", {"script": "999"}, "script"),
        ("PUT", "/faults", {"storage_script": "/etc/passwd.json"}, "storage_script"),
        ("PUT", "/faults", {"scripts": "503"}, "scripts"),
        ("PUT", "/faults", ["503"], "body"),
    ],
)
def test_mistakes_are_explained(started, method, path, body, field):
    response = started[2].request(method, path, json=body)
    status, code, message = flat_error(response)
    assert status == 400
    assert code.startswith("parameter_")
    assert message.startswith(f"{field}: ")


def test_a_file_on_the_machine_of_the_emulator_is_not_read(started, tmp_path):
    (tmp_path / "a.json").write_text('["secret"]')
    for name in ("script", "storage_script"):
        put = started[2].put("/faults", json={name: str(tmp_path / "a.json")})
        status, _, message = flat_error(put)
        assert status == 400
        assert "secret" not in message


@pytest.mark.parametrize("how", ["cut off", "damaged", "other tables"])
def test_a_state_that_cannot_be_used_changes_nothing(start, sample, how):
    emulator, client = start()
    asset = create_asset(client, sample("image", ".jpg"))
    state = bytearray(emulator.control.export_state())
    if how == "cut off":
        del state[len(state) // 2 :]
    elif how == "damaged":
        state[32_768:98_304] = bytes(65_536)
    else:
        with closing(sqlite3.connect(":memory:")) as other:
            other.deserialize(bytes(state))
            other.execute("drop table task")
            state = other.serialize()
    with pytest.raises(ValueError, match=r"no state|damaged|others"):
        emulator.control.import_state(bytes(state))
    assert client.get(f"/assets/{asset['_id']}").json() == asset


def test_json_that_is_none_is_explained(started):
    for content in (b"", b"{", b"\xff", b'{"seconds": NaN}'):
        headers = {"content-type": "application/json"}
        response = started[2].post("/clock/advance", content=content, headers=headers)
        assert flat_error(response)[:2] == (400, "parameter_invalid")
    assert flat_error(started[2].post("/clock/advance", content=b"{}"))[0] == 400


def test_the_clock_stops_before_the_last_year(started):
    _, client, control = started
    statuses = [
        control.post("/clock/advance", json={"seconds": 1e9}).status_code for _ in range(300)
    ]
    assert set(statuses) == {200, 400}
    assert client.get("/assets").status_code == 200
    assert Upload(client, b"x").session["expires_at"]


def test_the_clock_moves_by_all_of_many_steps_at_once(started):
    from concurrent.futures import ThreadPoolExecutor

    control = started[2]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: control.post("/clock/advance", json={"seconds": 1}), range(40)))
    assert control.get("/clock").json()["ahead_sec"] == 40


def test_unknown_paths_and_methods_of_the_control(started):
    control = started[2]
    assert control.get("/restart").status_code == 404
    assert control.get("/reset").status_code == 405
    assert control.get("/reset").headers["allow"] == "POST"


# --------------------------------------------------------------------------------------- profiles


@pytest.mark.parametrize(
    ("profile", "processing_sec", "latency_sec", "is_null_accepted"),
    [("normal", 0, 0, True), ("strict", 5, 0, False), ("slow", 30, 0.5, True)],
)
def test_a_profile_is_as_the_help_says(profile, processing_sec, latency_sec, is_null_accepted):
    emulator = Emulator(profile=profile)
    settings = emulator._settings
    assert (settings.processing_sec, settings.latency_sec) == (processing_sec, latency_sec)
    assert settings.processing_ms == 1000 * processing_sec
    create = next(one for one in emulator._contract.operations if one.id == "create_embeddings")
    body = {**TEXT, "embedding_dimension": None}
    if is_null_accepted:
        create.validate(body)
    else:
        with pytest.raises(ApiError, match="embedding_dimension"):
            create.validate(body)
    given = Emulator(profile=profile, processing_sec=0, latency_sec=0, strict_nulls=False)
    assert (given._settings.processing_sec, given._settings.latency_sec) == (0, 0)


def test_a_profile_sets_what_is_not_given(start):
    _, client = start(profile="strict")
    body = {**TEXT, "embedding_dimension": None}
    assert client.post("/embed-v2", json=body).status_code == 400
    upload = Upload(client, b"x")
    assert client.get(upload.asset_path).json()["status"] == "processing"
    _, lenient = start(profile="strict", strict_nulls=False)
    assert lenient.post("/embed-v2", json=body).status_code == 200
    with pytest.raises(ValueError, match="profile"):
        Emulator(profile="sloppy")


def test_responses_take_time_by_choice(start):
    emulator, client = start(latency_sec=0.05)
    assert embed(client).status_code == 200
    (request,) = emulator.control.requests()
    assert request["duration_sec"] >= 0.05
    before_sec = time.perf_counter()
    client.get("/assets")
    request = emulator.control.requests()[-1]
    assert request["duration_sec"] <= time.perf_counter() - before_sec
    with pytest.raises(ValueError, match="latency_sec"):
        Emulator(latency_sec=-1)
