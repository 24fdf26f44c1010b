"""The calls of the vendor SDK 1.3.6: ours send what its own sends."""

from __future__ import annotations

import inspect
import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from operator import attrgetter
from typing import Any

import httpx
import pytest
import twelvelabs as vendor
import twelvelabs_embed
from twelvelabs_embed import InvalidRequestError

from tests.api.test_requests import form_fields
from tests.clients import ClientKind, both_clients
from tests.scripted_server import Request, Response, ScriptedServer, scripted_server

ROW = {"embedding": [0.5, -0.25], "embedding_option": None, "embedding_scope": None}
RESPONSE = Response(body={"data": [ROW]})
TASK = Response(202, {"_id": "t1", "status": "processing", "data": None})
ASSET = {"_id": "a1", "status": "ready", "method": "direct", "filename": "a.mp4"}
SESSION: dict[str, Any] = {
    "upload_id": "u1",
    "asset_id": "a1",
    "upload_urls": [],
    "upload_headers": {},
}
SESSION |= {"chunk_size": 10, "total_chunks": 1, "expires_at": "2026-11-02T00:00:00Z"}

OURS: Any = twelvelabs_embed
Call = Callable[[Any, Any], object]


@asynccontextmanager
async def both(
    kind: ClientKind, *steps: Response
) -> AsyncIterator[Sequence[tuple[Any, Any, ScriptedServer]]]:
    """Our client and the vendor's, each with its names and a server of its own."""
    async with kind.connected(*steps) as (ours, server):
        with scripted_server(*steps) as other, httpx.Client() as http:
            theirs = vendor.TwelveLabs(api_key="k", base_url=other.base_url, httpx_client=http)
            yield ((ours, OURS, server), (theirs, vendor, other))


async def result_of(call: Any) -> Any:
    """The result of a call of either client."""
    return await call if inspect.isawaitable(call) else call


def multi_input(client: Any, sdk: Any) -> object:
    sources = [
        sdk.MultiInputMediaSource(name="outfit", media_type="image", base_64_string="aGk="),
        sdk.MultiInputMediaSource(media_type="video", url="https://a.example/b.mp4"),
        sdk.MultiInputMediaSource(media_type="document", asset_id="a1"),
    ]
    return client.embed.v_2.create(
        input_type="multi_input",
        model_name="marengo3.5",
        multi_input=sdk.MultiInputRequest(input_text="wearing <@outfit>", media_sources=sources),
        embedding_dimension=256,
        embedding_uncertainty=False,
        auto_truncate=True,
    )


def fused_video(client: Any, sdk: Any) -> object:
    return client.embed.v_2.create(
        input_type="video",
        model_name="marengo3.0",
        video=sdk.VideoInputRequest(
            media_source=sdk.MediaSource(url="https://a.example/b.mp4"),
            embedding_option=["visual", "audio"],
            embedding_type=["separate_embedding", "fused_embedding"],
        ),
    )


def task_of_video(client: Any, sdk: Any) -> object:
    return client.embed.v_2.tasks.create(
        input_type="video",
        model_name="marengo3.5",
        video=sdk.AsyncVideoInputRequest(
            media_source=sdk.MediaSource(asset_id="a1"),
            segmentation=sdk.AsyncTemporalSegmentation(
                temporal=sdk.TemporalSegmentation_Dynamic(
                    dynamic=sdk.TemporalSegmentationDynamicDynamic(min_duration_sec=4)
                )
            ),
            embedding_scope=["local"],
            embedding_type=["fused_embedding"],
            time_based_metadata=[sdk.TimeBasedMetadataEntry(start=0, end=2.5, text="kick-off")],
        ),
        embedding_dimension=128,
        embedding_uncertainty=True,
    )


def task_of_audio(client: Any, sdk: Any) -> object:
    return client.embed.v_2.tasks.create(
        input_type="audio",
        model_name="marengo3.5",
        audio=sdk.AsyncAudioInputRequest(
            media_source=sdk.MediaSource(asset_id="a1"),
            segmentation=sdk.AsyncTemporalSegmentation(
                temporal=sdk.TemporalSegmentation_Fixed(
                    fixed=sdk.TemporalSegmentationFixedFixed(duration_sec=4)
                )
            ),
        ),
    )


def task_of_document(client: Any, sdk: Any) -> object:
    return client.embed.v_2.tasks.create(
        input_type="document",
        model_name="marengo3.5",
        document=sdk.AsyncDocumentInputRequest(
            media_source=sdk.MediaSource(asset_id="a1"),
            segmentation=sdk.DocumentSegmentation(
                spatial=sdk.DocumentSpatialSegmentation(strategy="quadrants")
            ),
            embedding_option=["visual"],
            embedding_scope=["local"],
        ),
    )


def task_of_image(client: Any, sdk: Any) -> object:
    return client.embed.v_2.tasks.create(
        input_type="image",
        model_name="marengo3.5",
        image=sdk.AsyncImageInputRequest(media_source=sdk.MediaSource(asset_id="a1")),
    )


def multipart(client: Any, sdk: Any) -> object:
    return client.multipart_upload.create(
        filename="a.wav",
        type="audio",
        total_size=10,
        enable_hls=False,
        user_metadata={"shoot": 5, "tags": ["a"]},
    )


@both_clients
@pytest.mark.parametrize(
    ("make", "response"),
    [
        (multi_input, RESPONSE),
        (fused_video, RESPONSE),
        (task_of_video, TASK),
        (task_of_audio, TASK),
        (task_of_document, TASK),
        (task_of_image, TASK),
        (multipart, Response(201, SESSION)),
        (
            lambda client, sdk: client.assets.replace_user_metadata(
                "a1", user_metadata={"x": 1.5, "ok": True}
            ),
            Response(204),
        ),
        (
            lambda client, sdk: client.assets.update_user_metadata(
                "a1", user_metadata={"x": None, "tags": ["a", "b"]}
            ),
            Response(204),
        ),
        (lambda client, sdk: client.assets.delete("a1", force=True), Response(204)),
        (lambda client, sdk: client.assets.delete("a1"), Response(204)),
        (lambda client, sdk: client.assets.delete_user_metadata("a1"), Response(204)),
        (
            lambda client, sdk: client.assets.retrieve_transcription(
                "a1", include=["words", "utterances"]
            ),
            Response(body={"status": "pending"}),
        ),
        (
            lambda client, sdk: client.assets.list(page=1, filename="talk"),
            Response(body={"data": [ASSET], "page_info": {"page": 1, "total_page": 1}}),
        ),
    ],
)
async def test_the_same_is_sent(kind: ClientKind, make: Call, response: Response) -> None:
    sent = []
    async with both(kind, response) as clients:
        for client, sdk, server in clients:
            await result_of(make(client, sdk))
            sent.append([(one.method, one.path, _body(one)) for one in server.requests])
    assert sent[0] == sent[1]


def _body(request: Request) -> Any:
    return json.loads(request.body) if request.body else None


@both_clients
async def test_the_same_form_is_sent(kind: ClientKind) -> None:
    settings: dict[str, Any] = {"url": "https://a.example/b.mp4", "filename": "b.mp4"}
    switches: dict[str, Any] = {"enable_hls": False, "enable_thumbnail": True}
    sent = []
    async with both(kind, Response(201, ASSET)) as clients:
        for client, _, server in clients:
            create = client.assets.create
            noted = {"user_metadata": '{"shoot": 5}'}
            await result_of(create(method="url", **settings, **switches, **noted))
            sent.append(form_fields(server.requests[0]))
    assert sent[0] == sent[1]
    assert sent[0]["enable_hls"] == "false"


@both_clients
async def test_a_file_can_have_headers_of_its_own(kind: ClientKind) -> None:
    heads = []
    async with both(kind, Response(201, ASSET)) as clients:
        for client, _, server in clients:
            file = ("a.mp4", b"abc", "video/mp4", {"X-Part": "1\r\nX-Other: 2"})
            await result_of(client.assets.create(method="direct", file=file))
            head = server.requests[0].body.partition(b'name="file"')[2].partition(b"\r\n\r\n")[0]
            heads.append(head.decode().lower().split("\r\n")[1:])
    ours, theirs = heads
    assert ours == ["content-type: video/mp4", "x-part: 1  x-other: 2"]
    assert ours[0] in theirs


@both_clients
async def test_a_mapping_becomes_the_text_of_the_form(kind: ClientKind) -> None:
    async with kind.connected(Response(201, ASSET)) as (client, server):
        await client.assets.create(
            method="direct", file=b"abc", user_metadata={"tags": ["a"], "n": 5}
        )
        await client.assets.create(method="direct", file=b"abc")
    noted, plain = map(form_fields, server.requests)
    assert json.loads(noted.pop("user_metadata")) == {"tags": ["a"], "n": 5}
    assert noted.keys() == plain.keys() == {"method", "file"}


@both_clients
async def test_what_is_not_given_is_not_sent(kind: ClientKind) -> None:
    async with kind.connected(RESPONSE) as (client, server):
        await client.embed.v_2.create(
            input_type="text",
            model_name="marengo3.0",
            text=twelvelabs_embed.TextInputRequest(input_text="a dog"),
            multi_input=None,
            embedding_dimension=None,
            auto_truncate=None,
        )
    assert server.requests[0].json.keys() == {"input_type", "model_name", "text"}


@both_clients
async def test_the_sync_classes_are_taken_by_tasks_too(kind: ClientKind) -> None:
    source = twelvelabs_embed.MediaSource(asset_id="a1")
    made = []
    for make in (twelvelabs_embed.VideoInputRequest, twelvelabs_embed.AsyncVideoInputRequest):
        async with kind.connected(TASK) as (client, server):
            await client.embed.v_2.tasks.create(
                input_type="video", model_name="marengo3.0", video=make(media_source=source)
            )
        made.append(server.requests[0].body)
    assert made[0] == made[1]


@both_clients
@pytest.mark.parametrize(
    ("input_type", "code", "field", "allowed"),
    [
        ("document", "parameter_not_provided", "document", "document="),
        ("multi_input", "parameter_not_provided", "multi_input", "multi_input="),
        ("sound", "parameter_invalid", "input_type", "multi_input"),
    ],
)
async def test_a_missing_part_is_an_error_that_names_it(
    kind: ClientKind, input_type: str, code: str, field: str, allowed: str
) -> None:
    nothing = {"audio": None, "video": twelvelabs_embed.OMIT}
    another = {"audio": {"media_source": {"asset_id": "a1"}}}
    for parts in (nothing, another):
        async with kind.open() as client:
            v_2 = client.embed.v_2
            create = v_2.tasks.create if input_type == "document" else v_2.create
            with pytest.raises(InvalidRequestError) as caught:
                await create(input_type=input_type, model_name="marengo3.5", **parts)
        (violation,) = caught.value.violations
        assert (caught.value.code, violation.field) == (code, field)
        assert allowed in violation.allowed
        assert repr(input_type) in violation.value
        assert caught.value.body == {"error": {"code": code, "message": str(caught.value)}}


# --------------------------------------------------------------------------------------- responses


@both_clients
async def test_usage_uncertainty_and_metadata_are_read(kind: ClientKind) -> None:
    usage = {"input_tokens": {"text": 9}, "truncated": True, "truncation_reason": "input_text"}
    metadata = {"input_type": "multi_input", "embedding_dimension": 2}
    rows = [{**ROW, "embedding_uncertainty": [0.1, 0.2]}]
    body = {"data": rows, "usage": usage, "metadata": metadata}
    async with kind.connected(Response(body=body)) as (client, _):
        response: Any = await result_of(multi_input(client, OURS))
    assert response.usage.input_tokens["text"] == 9
    assert response.usage.truncated
    assert response.data[0].embedding_uncertainty == [0.1, 0.2]
    assert isinstance(response.metadata, twelvelabs_embed.EmbeddingMediaMetadata_MultiInput)
    assert response.metadata.embedding_dimension == 2


@both_clients
async def test_details_of_an_asset_are_read(kind: ClientKind) -> None:
    body = {
        **ASSET,
        "size": 7,
        "user_metadata": {"shoot": 5},
        "hls": {"manifest_url": "https://a.example/x.m3u8", "status": "ready"},
        "technical_metadata": {"video_width": 640},
        "error": None,
    }
    async with kind.connected(Response(body=body)) as (client, _):
        asset: Any = await client.assets.retrieve("a1")
    assert isinstance(asset, twelvelabs_embed.AssetDetail)
    assert (asset.size, asset.user_metadata["shoot"], asset.hls.status) == (7, 5, "ready")
    assert asset.technical_metadata.video_width == 640


@both_clients
@pytest.mark.parametrize(
    ("error", "message"),
    [
        ({"message": "no track", "code": "x"}, "no track"),
        ({"message": None}, "the service does not say why"),
        ({}, "the service does not say why"),
        (None, "the service does not say why"),
        ({"message": {"en": "no track"}}, "the service does not say why"),
    ],
)
async def test_why_an_asset_or_a_task_failed_is_reported(
    kind: ClientKind, error: Any, message: str
) -> None:
    failed = {"_id": "a1", "status": "failed", "error": error, "data": None}
    async with kind.connected(Response(body=failed)) as (client, _):
        for wait in (client.assets.wait_until_ready, client.embed.v_2.tasks.wait_for_done):
            with pytest.raises(Exception, match=f"failed: {message}"):
                await wait("a1")


INDEXED = {"_id": "i1", "index": {"_id": "x1", "name": "films"}}
ENTITY = {
    "_id": "e1",
    "entity_collection_id": "c1",
    "name": "Ada",
    "metadata": {"role": "host"},
    "asset_ids": ["a1"],
    "status": "ready",
    "created_at": "2026-11-02T10:15:00Z",
}


@both_clients
@pytest.mark.parametrize(
    ("ours", "theirs", "item"),
    [
        ("list_indexed_assets", "indexes.indexed_assets.list_by_asset", INDEXED),
        ("list_entities", "entity_collections.entities.list_by_asset", ENTITY),
    ],
)
async def test_what_refers_to_an_asset_is_listed_as_by_the_vendors_sdk(
    kind: ClientKind, ours: str, theirs: str, item: dict[str, Any]
) -> None:
    pages = [
        Response(body={"data": [item], "page_info": {"page": page, "total_page": 2}})
        for page in (1, 2)
    ]
    async with both(kind, *pages, Response(body={"data": []})) as clients:
        (client, _, server), (vendor, _, other) = clients
        found = [one async for one in await getattr(client.assets, ours)("a1", page_limit=1)]
        pager = attrgetter(theirs)(vendor)("a1", page=1, page_limit=1)
        assert [one.id for one in found] == [item["_id"]] * 2
        assert pager.items[0].id == item["_id"]
        assert server.requests[0].path == other.requests[0].path
    document = found[0].to_dict()
    assert {**document, "created_at": item.get("created_at")} == {"created_at": None, **item}


@both_clients
async def test_a_transcription_is_read(kind: ClientKind) -> None:
    words = [{"start": 0.5, "end": 1.0, "value": "hello"}]
    utterances = [{"start": 0.5, "end": 3.0, "value": "hello you", "speaker": "A"}]
    body = {"status": "ready", "words": words, "utterances": utterances}
    async with kind.connected(Response(body=body)) as (client, server):
        found: Any = await client.assets.retrieve_transcription("a1", include="words")
    assert server.requests[0].path.endswith("/assets/a1/transcription?include=words")
    assert (found.words[0].value, found.utterances[0].speaker) == ("hello", "A")
