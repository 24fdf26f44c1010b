"""Arguments and responses of the vendor's calling style, over a socket: what is sent and read."""

from __future__ import annotations

import inspect
import json
import logging
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from twelvelabs_embed import (
    OMIT,
    BadRequestError,
    InvalidInputError,
    InvalidResponseError,
    MediaSource,
    VideoInputRequest,
)

from tests.clients import ClientKind, both_clients
from tests.http.test_resources import methods
from tests.scripted_server import Request, Response

ROW = {"embedding": [0.5, -0.25], "embedding_option": "visual", "start_sec": 0.0, "end_sec": 2.0}
TASK = {"_id": "t1", "status": "processing"}
PAGES = {"page_info": {"page": 1, "total_page": 1}}
VIDEO = {"media_source": {"asset_id": "a1"}}
VIDEO_CALL: dict[str, Any] = {"input_type": "video", "model_name": "marengo3.0"}
# What each method needs, and a response that it can read.
CALLS: dict[str, tuple[dict[str, Any], Response]] = {
    "V2.create": ({**VIDEO_CALL, "video": VIDEO}, Response(body={"data": [ROW]})),
    "Tasks.create": ({**VIDEO_CALL, "video": VIDEO}, Response(202, TASK)),
    "Tasks.retrieve": ({"task_id": "t1"}, Response(body=TASK)),
    "Tasks.list": ({}, Response(body={"data": [], **PAGES})),
    "Assets.create": ({"method": "url", "url": "https://a.example/b"}, Response(201, {"_id": "a"})),
    "Assets.retrieve": ({"asset_id": "a"}, Response(body={"_id": "a"})),
    "Assets.delete": ({"asset_id": "a"}, Response(204)),
    "Assets.list": ({}, Response(body={"data": [], **PAGES})),
    "Assets.replace_user_metadata": (
        {"asset_id": "a", "user_metadata": {"x": None}},
        Response(204),
    ),
    "Assets.update_user_metadata": (
        {"asset_id": "a", "user_metadata": {"x": None}},
        Response(204),
    ),
    "Assets.delete_user_metadata": ({"asset_id": "a"}, Response(204)),
    "Assets.retrieve_transcription": ({"asset_id": "a"}, Response(body={"status": "pending"})),
    "Assets.list_indexed_assets": ({"asset_id": "a"}, Response(body={"data": [], **PAGES})),
    "Assets.list_entities": ({"asset_id": "a"}, Response(body={"data": [], **PAGES})),
    "MultipartUpload.create": (
        {"filename": "a.mp4", "type": "video", "total_size": 9},
        Response(201, {"upload_id": "u", "asset_id": "a", "chunk_size": 9, "total_chunks": 1}),
    ),
    "MultipartUpload.report_chunk_batch": (
        {
            "upload_id": "u",
            "completed_chunks": [
                {"chunk_index": 1, "proof": "5a", "proof_type": "etag", "chunk_size": 9}
            ],
        },
        Response(body={}),
    ),
    "MultipartUpload.get_additional_presigned_urls": (
        {"upload_id": "u", "start": 1, "count": 2},
        Response(body={}),
    ),
    "MultipartUpload.get_status": ({"upload_id": "u"}, Response(body={"status": "active"})),
    "MultipartUpload.list_incomplete_uploads": ({}, Response(body={"data": [], **PAGES})),
}
# A value of each optional argument, as it is sent.
OPTIONAL: dict[str, Any] = {
    **dict.fromkeys(("image", "audio", "video", "document"), VIDEO),
    "text": {"input_text": "a"},
    "text_image": {"media_source": {"asset_id": "a"}, "input_text": "b"},
    "multi_input": {"input_text": "a"},
    "embedding_dimension": 512,
    "embedding_uncertainty": True,
    "auto_truncate": False,
    "started_at": "2026-02-01T14:30:00.000Z",
    "ended_at": "2026-02-02T14:30:00.000Z",
    "status": "ready",
    "page": 2,
    "page_limit": 7,
    "asset_ids": ["a", "b"],
    "asset_types": ["image", "audio"],
    "filename": "b.mp4",
    "include": ["utterances", "words"],
    "force": True,
    "file": "content",
    "enable_hls": True,
    "enable_thumbnail": False,
    "user_metadata": {"shoot": 5},
}
AREAS = {
    "V2": lambda client: client.embed.v_2,
    "Tasks": lambda client: client.embed.v_2.tasks,
    "Assets": lambda client: client.assets,
    "MultipartUpload": lambda client: client.multipart_upload,
}
NAMES = {
    "V2": "embed.v_2",
    "Tasks": "embed.v_2.tasks",
    "Assets": "assets",
    "MultipartUpload": "multipart_upload",
}


def sent(request: Request) -> tuple[str, str, Any]:
    is_json = request.headers.get("content-type") == "application/json"
    # The boundary of a form differs each time.
    body = request.json if is_json else len(request.body)
    return request.method, request.path, body


def form_fields(request: Request) -> dict[str, str]:
    """The texts of a form."""
    found = re.findall(rb'[ ;]name="(\w+)"[^\r]*\r\n(?:[^\r]+\r\n)*\r\n(.*?)\r\n', request.body)
    return {name.decode(): text.decode() for name, text in found}


def fields(request: Request) -> dict[str, str]:
    """What is sent in the query and the body, by name; what is no text, as JSON."""
    query = parse_qs(urlsplit(request.path).query)
    found = {name: one if one[1:] else one[0] for name, one in query.items()}
    is_json = request.headers.get("content-type") == "application/json"
    found |= request.json if is_json else form_fields(request)
    return {name: one if isinstance(one, str) else json.dumps(one) for name, one in found.items()}


def optional_arguments(name: str) -> dict[str, inspect.Parameter]:
    (written,) = (one.values[3] for one in methods() if f"{one.values[1]}.{one.values[2]}" == name)
    return {
        argument: one
        for argument, one in inspect.signature(written.flow).parameters.items()
        if one.default is not one.empty and argument not in {*CALLS[name][0], "request_options"}
    }


@both_clients
@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("nothing", [None, OMIT, ...], ids=repr)
async def test_nothing_as_an_optional_argument_is_not_sent(
    kind: ClientKind, name: str, nothing: Any
) -> None:
    given, response = CALLS[name]
    optional = [
        argument
        for argument, one in optional_arguments(name).items()
        if nothing is None or one.default is OMIT
    ]
    area, _, method = name.partition(".")
    async with kind.connected(response) as (client, server):
        call = getattr(AREAS[area](client), method)
        await call(**given)
        await call(**given, **dict.fromkeys(optional, nothing), request_options=None)
        first, second = map(sent, server.requests)
    assert first == second


@both_clients
@pytest.mark.parametrize("name", CALLS)
async def test_each_optional_argument_is_sent(
    kind: ClientKind, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    given, response = CALLS[name]
    area, _, method = name.partition(".")
    caplog.set_level(logging.DEBUG, "twelvelabs_embed")
    async with kind.connected(response) as (client, server):
        call = getattr(AREAS[area](client), method)
        await call(**given)
        for argument in optional_arguments(name):
            await call(**given, **{argument: OPTIONAL[argument]})
            first, *_, last = map(fields, server.requests)
            value = OPTIONAL[argument]
            added = {argument: value if isinstance(value, str) else json.dumps(value)}
            assert last == {**first, **added}
    logged = {vars(one)["operation"] for one in caplog.records if "operation" in vars(one)}
    assert logged == {f"{NAMES[area]}.{method}"}


@both_clients
async def test_dicts_and_objects_send_the_same(kind: ClientKind) -> None:
    fixed = {"strategy": "fixed", "fixed": {"duration_sec": 4}}
    as_dict = {**VIDEO, "segmentation": fixed, "embedding_option": ["visual"]}
    as_object = VideoInputRequest(
        media_source=MediaSource(asset_id="a1"), segmentation=fixed, embedding_option=["visual"]
    )
    async with kind.connected(Response(body={"data": [ROW]})) as (client, server):
        await client.embed.v_2.create(**VIDEO_CALL, video=as_dict)
        await client.embed.v_2.create(**VIDEO_CALL, video=as_object)
        bodies = [request.json for request in server.requests]
    assert bodies == [{**VIDEO_CALL, "video": as_dict}] * 2


@both_clients
@pytest.mark.parametrize(
    ("video", "field"),
    [
        ({"media_source": {"link": "https://a.example/b"}}, "video.media_source.link"),
        ({"media": {}}, "video.media"),
        ({}, "video.media_source"),
        ({**VIDEO, "embedding_option": "visual"}, "video.embedding_option"),
        ({**VIDEO, "segmentation": {"strategy": "even"}}, "video.segmentation.strategy"),
        ({**VIDEO, "start_sec": [1]}, "video.start_sec"),
        ("film.mp4", "video"),
        (MediaSource(asset_id="a1"), "video"),
    ],
)
async def test_a_wrong_part_is_one_error_before_anything_is_sent(
    kind: ClientKind, video: Any, field: str
) -> None:
    async with kind.connected(Response(body={"data": [ROW]})) as (client, server):
        for create in (client.embed.v_2.create, client.embed.v_2.tasks.create):
            with pytest.raises(InvalidInputError) as caught:
                await create(**VIDEO_CALL, video=video)
            (violation,) = caught.value.violations
            assert violation.field == field
            assert violation.allowed
            assert isinstance(
                caught.value, BadRequestError
            )  # which users of the vendor's SDK catch
            assert caught.value.code == "parameter_invalid"
    assert server.requests == []


# --------------------------------------------------------------------------------------- responses

BROKEN_ROWS: list[Any] = [
    None,
    {},
    "x",
    [None],
    [[0.5]],
    [{}],
    [{"embedding": None}],
    [{"embedding": []}],
    [{"embedding": "0.5"}],
    [{"embedding": ["0.5", "-0.25"]}],
    [{"embedding": [0.5, None]}],
    [{"embedding": [True, False]}],
    [{"embedding": [[0.5], [1]]}],
    [ROW, {"embedding": [0.5]}],
    [{**ROW, "start_sec": "0.0"}],
    [{**ROW, "end_sec": [2]}],
    [{**ROW, "embedding_option": 3}],
    [{**ROW, "embedding_scope": {}}],
]


@both_clients
@pytest.mark.parametrize("rows", BROKEN_ROWS, ids=repr)
async def test_vectors_that_break_the_contract_are_an_invalid_response(
    kind: ClientKind, rows: Any
) -> None:
    text = {"input_type": "text", "model_name": "marengo3.0", "text": {"input_text": "a"}}
    response = Response(body={"data": rows, "_id": "t", "status": "ready"})
    async with kind.connected(response) as (client, _):
        with pytest.raises(InvalidResponseError):
            await client.embed("a")  # which judges the same
        with pytest.raises(InvalidResponseError):
            await client.embed.v_2.create(**text)
        with pytest.raises(InvalidResponseError):
            await client.embed.v_2.tasks.retrieve("t")


@both_clients
@pytest.mark.parametrize(
    "odd",
    [
        {"metadata": []},
        {"metadata": "x"},
        {"metadata": {"input_type": "book"}},
        {"metadata": {"input_type": "video", "duration": "long"}},
        {"usage": {"input_tokens": {"text": None}, "truncated": False}},
        {"usage": {"input_tokens": {"text": 3.0}, "truncated": False}},
        {"usage": {"input_tokens": None}},
        {"usage": []},
        {"usage": 3},
        {"request_id": "r"},
    ],
    ids=repr,
)
async def test_odd_side_data_costs_no_vectors(kind: ClientKind, odd: dict[str, Any]) -> None:
    row = {**ROW, "start_page_number": 1.0, "quadrant": "middle", "smell": None}
    async with kind.connected(Response(body={"data": [row], **odd})) as (client, _):
        response = await client.embed.v_2.create(**VIDEO_CALL, video=VIDEO)
    assert response.data[0].embedding == [0.5, -0.25]


@both_clients
async def test_a_task_that_is_not_ready_needs_no_rows(kind: ClientKind) -> None:
    for status in ("processing", "failed", "queued"):
        async with kind.connected(Response(body={"_id": "t", "status": status})) as (client, _):
            task = await client.embed.v_2.tasks.retrieve("t")
        assert (task.status, task.data, task.metadata, task.error) == (status, None, None, None)


@both_clients
@pytest.mark.parametrize("input_type", ["audio", "video"])
async def test_too_long_a_recording_is_sent_to_tasks(kind: ClientKind, input_type: str) -> None:
    error = {"error": {"code": "video_duration_too_long", "message": "at most 10 minutes"}}
    call: dict[str, Any] = {"input_type": input_type, "model_name": "marengo3.0"}
    async with kind.connected(Response(400, error)) as (client, _):
        with pytest.raises(BadRequestError) as caught:
            await client.embed.v_2.create(**call, **{input_type: VIDEO})
        assert caught.value.hint is not None
        assert "tasks.create" in caught.value.hint
        assert caught.value.hint in str(caught.value)
        with pytest.raises(BadRequestError) as caught:
            await client.embed.v_2.tasks.create(**call, **{input_type: VIDEO})
        assert caught.value.hint is None
