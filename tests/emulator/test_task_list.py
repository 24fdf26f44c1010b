"""The list of tasks: its pages, filters, and what it knows of each."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from twelvelabs_embed_emulator import Emulator
from twelvelabs_embed_emulator.state.clock import format_timestamp, parse_timestamp

from tests.emulator.helpers import (
    create_task,
    fixed,
    flat_error,
    inline,
    listing,
    moment,
    request_body,
    wait_for_work,
)


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
