"""Tasks: long work in the background, its vectors, and the list of tasks."""

import gzip
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from twelvelabs_embed_emulator import Emulator
from twelvelabs_embed_emulator.endpoints.tasks import GzipBody
from twelvelabs_embed_emulator.state.clock import format_timestamp, parse_timestamp

from tests.emulator.helpers import (
    MIB,
    create_asset,
    create_task,
    ended,
    error,
    fixed,
    flat_error,
    inline,
    request_body,
    rows,
)
from tests.waiting import wait_until


@pytest.fixture(scope="module")
def talk(sample):
    """A short recording, which is soon embedded."""
    return sample("audio", ".wav", duration_sec=5, sample_rate_hz=2_000)


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
    assert client.get(path).json()["status"] == "processing"
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


def wait_for_work(emulator):
    """Return when nothing is left to do in the background; only time is still to pass."""
    store = emulator._run.backend.state.store
    wait_until(lambda: not store.first("select 1 from task where outcome is null"))


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


# --------------------------------------------------------------------------------------------- list


def moment(text):
    return datetime.fromisoformat(text)


def listing(client, **query):
    body = client.get("/embed-v2/tasks", params=query).raise_for_status().json()
    return body["data"], body["page_info"]


@pytest.fixture(scope="module")
def listed(talk, sample, media_server):
    """An emulator with tasks that were created an hour apart, newest first."""
    film = inline(sample("video", ".mp4", duration_sec=4, fps=4))
    with Emulator() as emulator:
        headers = {"x-api-key": "some key"}
        with httpx.Client(base_url=emulator.base_url, headers=headers) as client:
            tasks = []
            for kind, settings in (
                ("audio", {"media_source": inline(talk), "end_sec": 4}),
                ("audio", {"media_source": {"url": f"{media_server}/broken.mp4"}}),
                ("video", {"media_source": film, "segmentation": fixed(3)}),
            ):
                tasks.append(create_task(client, kind, **settings))
                emulator.advance(hours=1)
            yield client, tasks[::-1]


def test_list_newest_first_and_without_vectors(listed):
    client, tasks = listed
    found, info = listing(client)
    assert info == {"limit_per_page": 10, "page": 1, "total_page": 1, "total_results": 3}
    fields = ("_id", "status", "created_at", "updated_at")
    assert [{key: row.pop(key) for key in fields} for row in found] == [
        {key: task[key] for key in fields} for task in tasks
    ]
    assert found == [
        {
            "model_name": "marengo3.0",
            "video_embedding": {
                "metadata": {
                    "video_clip_length": 3,
                    "video_embedding_option": ["visual", "audio", "transcription"],
                    "video_embedding_scope": ["clip", "asset"],
                    "duration": 4,
                }
            },
        },
        {
            "model_name": "marengo3.0",
            "audio_embedding": {
                "metadata": {"input_url": found[1]["audio_embedding"]["metadata"]["input_url"]}
            },
        },
        {
            "model_name": "marengo3.0",
            "audio_embedding": {
                "metadata": {
                    "audio_embedding_option": ["audio", "transcription"],
                    "audio_embedding_scope": ["clip", "asset"],
                    "duration": 5,
                    "start_offset_sec": 0,
                    "end_offset_sec": 4,
                }
            },
        },
    ]


def test_pages(listed):
    client, tasks = listed
    pages = [listing(client, page=page, page_limit=2) for page in (1, 2, 3)]
    assert [[row["_id"] for row in page[0]] for page in pages] == [
        [tasks[0]["_id"], tasks[1]["_id"]],
        [tasks[2]["_id"]],
        [],
    ]
    assert pages[1][1]["total_page"] == 2


def test_filters(listed):
    client, tasks = listed
    new, middle, old = tasks

    def ids(**query):
        return [row["_id"] for row in listing(client, **query)[0]]

    everything = [task["_id"] for task in tasks]
    assert ids(status="ready") == [new["_id"], old["_id"]]
    assert ids(status="failed") == [middle["_id"]]
    assert ids(status="processing") == ids(status="other") == []
    assert ids(started_at=middle["created_at"]) == everything[:2]
    assert ids(ended_at=middle["created_at"]) == everything[1:]
    assert ids(started_at=middle["created_at"], ended_at=middle["created_at"]) == [middle["_id"]]
    later = moment(middle["created_at"]) + timedelta(milliseconds=1)
    assert ids(started_at=later.isoformat()) == everything[:1]
    assert ids(started_at="2020-01-01T00:00:00z", status="ready", page_limit=1) == everything[:1]
    abroad = moment(middle["created_at"]).astimezone(tz=None).isoformat()
    assert ids(started_at=abroad) == everything[:2]


@pytest.mark.parametrize(
    "text", ["", "yesterday", "2026-02-01", "20260201T120000Z", "2026-02-30T00:00:00Z", "7"]
)
@pytest.mark.parametrize("name", ["started_at", "ended_at"])
def test_timestamps_that_are_not_rfc_3339(client, name, text):
    status, code, message = flat_error(client.get("/embed-v2/tasks", params={name: text}))
    assert (status, code) == (400, "parameter_invalid")
    assert message.startswith(f"{name}: ")


def test_what_the_list_knows_of_a_task_that_is_processing(start, media_server):
    """What follows from the request, in the older and the newer shape of it."""
    emulator, client = start(processing_sec=60)
    source = {"media_source": {"url": f"{media_server}/film.mkv"}}
    asked = {"embedding_option": ["visual"], "embedding_scope": ["clip"]}
    for model, segmentation in (("3.0", fixed(5)), ("3.5", {"temporal": fixed(5)})):
        body = request_body("video", **source, **asked, segmentation=segmentation)
        client.post("/embed-v2/tasks", json=body | {"model_name": f"marengo{model}"})
    client.post("/embed-v2/tasks", json=request_body("video", **source))
    wait_for_work(emulator)
    least, *others = listing(client)[0]
    url = {"input_url": source["media_source"]["url"]}
    assert least["video_embedding"] == {"metadata": url}
    for row in others:
        assert row["status"] == "processing"
        assert row["video_embedding"]["metadata"] == url | {
            "video_clip_length": 5,
            "video_embedding_option": ["visual"],
            "video_embedding_scope": ["clip"],
        }


def test_timestamps_are_formatted_and_parsed():
    noon = datetime(2026, 2, 1, 12, 0, 0, 123_000, tzinfo=UTC)
    noon_ms = round(noon.timestamp() * 1000)
    assert format_timestamp(noon_ms) == "2026-02-01T12:00:00.123Z"
    for text in (
        "2026-02-01T12:00:00.123Z",
        "2026-02-01t12:00:00.123000z",
        "2026-02-01T13:30:00.123+01:30",
    ):
        assert parse_timestamp(text) == noon_ms
