"""Tasks: long work in the background, its vectors, and the list of tasks."""

import gzip
from datetime import timedelta

import pytest
from twelvelabs_embed_emulator.endpoints.tasks import GzipBody

from tests.emulator.helpers import (
    MIB,
    create_asset,
    create_task,
    ended,
    error,
    fixed,
    flat_error,
    inline,
    listing,
    moment,
    request_body,
    rows,
    wait_for_work,
)


def test_a_new_task(client, talk):
    response = client.post("/embed-v2/tasks", json=request_body("audio", media_source=inline(talk)))
    assert response.status_code == 202
    task_id = response.json()["_id"]
    assert response.json() == {"_id": task_id, "status": "processing", "data": None}
    location = response.headers["location"]
    assert location == str(client.base_url.join(f"embed-v2/tasks/{task_id}"))
    assert client.get(location).json()["_id"] == task_id


@pytest.mark.parametrize(
    ("kind", "suffix", "settings"),
    [
        ("audio", ".mp3", {}),
        ("video", ".mkv", {}),
        (
            "video",
            ".mp4",
            {"segmentation": fixed(5), "start_sec": 1.5, "embedding_scope": ["clip"]},
        ),
    ],
)
def test_a_task_has_the_vectors_of_the_synchronous_response(
    client, embed, sample, kind, suffix, settings
):
    source = inline(sample(kind, suffix))
    task = create_task(client, kind, media_source=source, **settings)
    assert task["status"] == "ready"
    response = embed(kind, media_source=source, **settings)
    assert task["data"] == rows(response)
    assert task["metadata"] == response.json()["metadata"]
    assert task["created_at"] <= task["updated_at"]


def test_media_of_an_asset(client, embed, film):
    source = {"asset_id": create_asset(client, film)["_id"]}
    task = create_task(client, "video", media_source=source)
    assert task["data"] == rows(embed("video", media_source=source))
    assert task["metadata"]["input_filename"] == film.name


def test_media_by_url(client, embed, media_server):
    source = {"url": f"{media_server}/talk.wav"}
    task = create_task(client, "audio", media_source=source)
    assert task["data"] == rows(embed("audio", media_source=source))
    assert task["metadata"]["input_url"] == source["url"]


def test_vectors_come_compressed_and_not(client, talk):
    task = create_task(client, "audio", media_source=inline(talk))
    path = f"/embed-v2/tasks/{task['_id']}"
    for accepted, expected in (("gzip", "gzip"), ("identity", None)):
        response = client.get(path, headers={"accept-encoding": accepted})
        assert response.headers.get("content-encoding") == expected
        assert response.headers["content-type"] == "application/json"
        assert response.headers["vary"].lower() == "accept-encoding"
        assert response.json() == task


def test_a_result_is_decompressed_in_bounded_chunks():
    content = bytes(5 * MIB + 7)
    zipped = gzip.compress(content)
    halves = (zipped[:1000], zipped[1000:])
    chunks = list(GzipBody(len(zipped), iter(halves)).chunks())
    assert b"".join(chunks) == content
    assert max(map(len, chunks)) <= MIB


# ------------------------------------------------------------------------------------------ failing


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ({"url": "/nothing.wav"}, "audio.media_source.url: cannot be fetched"),
        ({"url": "/away"}, "not from '203.0.113.1'"),
        ({"url": "/broken.mp4"}, "broken"),
    ],
)
def test_a_task_that_fails_says_why(client, media_server, source, message):
    source = {"url": media_server + source["url"]}
    task = create_task(client, "audio", media_source=source)
    assert (task["status"], task["data"]) == ("failed", None)
    assert message in task["error"]["message"]
    assert "metadata" not in task


def test_media_of_a_task_is_fetched_from_hosts_that_are_allowed(start):
    _, client = start(allow_hosts=["nowhere.invalid"])  # which does not exist
    source = {"url": "http://nowhere.invalid/talk.wav"}
    task = create_task(client, "audio", media_source=source)
    assert task["error"]["message"].startswith("audio.media_source.url: cannot be fetched: ")


def test_four_seconds_are_needed(client, embed, sample):
    source = inline(sample("audio", ".wav", duration_sec=3.9, sample_rate_hz=2_000))
    task = create_task(client, "audio", media_source=source)
    assert task["status"] == "failed"
    assert "3.9 s is less than the minimum of 4 s" in task["error"]["message"]
    rows(embed("audio", media_source=source))


def test_a_fault_of_the_emulator_fails_the_task(client, talk, monkeypatch, caplog):
    def fail(*_):
        raise ZeroDivisionError("a fault")

    monkeypatch.setattr("twelvelabs_embed_emulator.endpoints.tasks.embed", fail)
    task = create_task(client, "audio", media_source=inline(talk))
    assert task["error"]["message"].startswith("The emulator failed.")
    assert "ZeroDivisionError" in caplog.text


def create(client, kind, source):
    return client.post("/embed-v2/tasks", json=request_body(kind, media_source=source))


@pytest.mark.parametrize(
    ("body", "status", "code", "message"),
    [
        ({}, 400, "parameter_not_provided", "input_type: is required"),
        (
            request_body("text", input_text="a dog"),
            400,
            "parameter_invalid",
            'input_type: "text" is not "audio", "video", "document" or "image"',
        ),
        (
            request_body("audio", media_source={"base64_string": "no base64"}),
            400,
            "parameter_invalid",
            "audio.media_source.base64_string: not base64",
        ),
        (
            request_body("video", media_source={"asset_id": "7"}),
            404,
            "resource_not_exist",
            "video.media_source.asset_id: there is no asset 7",
        ),
    ],
)
def test_invalid_requests_are_rejected_in_the_nested_shape(client, body, status, code, message):
    response = client.post("/embed-v2/tasks", json=body)
    found = error(response)
    assert found[:2] == (status, code)
    assert message in found[2]


def test_too_large_for_inline(client):
    status, code, message = error(create(client, "video", inline(bytes(36 * MIB + 1))))
    assert (status, code) == (413, "video_filesize_too_large")
    assert "36 MB" in message


def test_an_asset_that_failed(client, tmp_path):
    (tmp_path / "a.mp4").write_bytes(b"no media")
    asset = create_asset(client, tmp_path / "a.mp4")
    status, _, message = error(create(client, "video", {"asset_id": asset["_id"]}))
    assert status == 400
    assert "is failed" in message


def test_a_task_that_is_not_there(client):
    assert error(client.get("/embed-v2/tasks/7"))[:2] == (404, "resource_not_exist")


# --------------------------------------------------------------------------------------------- time


def test_processing_lasts_as_long_as_was_said(start, talk):
    emulator, client = start(processing_sec=60)
    path = f"/embed-v2/tasks/{create(client, 'audio', inline(talk)).json()['_id']}"
    wait_for_work(emulator)
    emulator.advance(seconds=59)
    task = client.get(path).json()
    assert (task["status"], task["updated_at"]) == ("processing", task["created_at"])
    (listed,) = listing(client)[0]
    assert (listed["status"], listed["updated_at"]) == ("processing", task["created_at"])
    emulator.advance(seconds=1)
    task = client.get(path).json()
    assert task["status"] == "ready"
    took = moment(task["updated_at"]) - moment(task["created_at"])
    assert took == timedelta(seconds=60)
    (listed,) = listing(client)[0]
    assert listed["updated_at"] == task["updated_at"]


def test_why_a_task_fails_is_not_known_while_it_is_processed(start, sample):
    emulator, client = start(processing_sec=60)
    source = inline(sample("audio", ".wav", duration_sec=3.9, sample_rate_hz=2_000))
    path = f"/embed-v2/tasks/{create(client, 'audio', source).json()['_id']}"
    wait_for_work(emulator)
    task = client.get(path).json()
    assert (task["status"], "error" in task) == ("processing", False)
    emulator.advance(minutes=1)
    task = client.get(path).json()
    assert (task["status"], "error" in task) == ("failed", True)
    took = moment(task["updated_at"]) - moment(task["created_at"])
    assert took == timedelta(seconds=60)


def test_vectors_are_kept_for_seven_days(start, talk):
    emulator, client = start()
    path = f"/embed-v2/tasks/{create_task(client, 'audio', media_source=inline(talk))['_id']}"
    emulator.advance(days=6, hours=23, minutes=59)
    assert client.get(path).json()["status"] == "ready"
    emulator.advance(minutes=1)
    assert error(client.get(path))[:2] == (404, "resource_not_exist")
    assert listing(client)[0] == []


@pytest.fixture
def used(start, talk):
    """An emulator, a client, an asset, and a task in processing that is about it."""
    emulator, client = start(processing_sec=60)
    asset = client.post("/assets", data={"method": "direct"}, files={"file": talk.read_bytes()})
    asset_id = asset.json()["_id"]
    emulator.advance(minutes=1)
    assert ended(client, f"/assets/{asset_id}")["status"] == "ready"
    task_id = create(client, "audio", {"asset_id": asset_id}).json()["_id"]
    return emulator, client, f"/assets/{asset_id}", task_id


def test_an_asset_that_a_task_is_about_is_deleted_by_force(used):
    _, client, path, _ = used
    assert flat_error(client.delete(f"{path}?force=false"))[0] == 409
    assert client.delete(f"{path}?force=true").status_code == 204
    assert client.get(path).status_code == 404


def test_an_asset_is_not_deleted_while_a_task_is_about_it(used):
    emulator, client, path, task_id = used
    status, _, message = flat_error(client.delete(path))
    assert status == 409
    assert task_id in message
    emulator.advance(minutes=1)
    ended(client, f"/embed-v2/tasks/{task_id}")
    assert client.delete(path).status_code == 204
    assert client.get(f"/embed-v2/tasks/{task_id}").json()["status"] == "ready"
