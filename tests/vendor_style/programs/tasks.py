"""Tasks for long media and documents."""

import asyncio
import base64
import os
import time
from pathlib import Path

from tests.vendor_style.running import given


def _base64(path):
    return base64.b64encode(Path(path).read_bytes()).decode("utf-8")


def _rows(data):
    return sorted(
        [
            str(row.embedding_option),
            str(row.embedding_scope),
            row.start_sec or 0.0,
            row.embedding[:2],
        ]
        for row in data
    )


def a_loop_until_it_is_ready():
    from twelvelabs import TwelveLabs
    from twelvelabs.types import MediaSource, VideoInputRequest

    client = TwelveLabs(api_key="tlk_test")
    task = client.embed.v_2.tasks.create(
        input_type="video",
        model_name="marengo3.0",
        video=VideoInputRequest(
            media_source=MediaSource(url=os.environ["VIDEO_URL"]),
            embedding_option=["visual", "audio"],
            embedding_scope=["asset"],
            embedding_type=["fused_embedding"],
        ),
    )
    created = [task.status, task.data] if hasattr(task, "data") else [task.status, None]
    for _ in range(360):
        result = client.embed.v_2.tasks.retrieve(task_id=task.id)
        if result.status == "ready":
            break
        if result.status == "failed":
            raise RuntimeError(f"Embedding task failed: {task.id}")
        time.sleep(0.005)
    client_side = [result.id == task.id, result.status, _rows(result.data)]
    return [*created, *client_side, result.metadata.input_type]


def an_async_video_request():
    from twelvelabs import (
        AsyncVideoInputRequest,
        MediaSource,
        TwelveLabs,
        VideoSegmentation_Fixed,
        VideoSegmentationFixedFixed,
    )

    client = TwelveLabs(api_key="tlk_test")
    task = client.embed.v_2.tasks.create(
        input_type="video",
        model_name="marengo3.0",
        video=AsyncVideoInputRequest(
            media_source=MediaSource(base_64_string=_base64("film.mp4")),
            segmentation=VideoSegmentation_Fixed(fixed=VideoSegmentationFixedFixed(duration_sec=3)),
            embedding_scope=["clip"],
        ),
    )
    while (found := client.embed.v_2.tasks.retrieve(task.id)).status == "processing":
        time.sleep(0.005)
    return [
        {"embedding": row.embedding[:2], "start_sec": row.start_sec or 0.0, "end_sec": row.end_sec}
        for row in found.data
        if row.embedding_option == "visual"
    ]


def plain_dicts_and_none():
    from twelvelabs import TwelveLabs

    client = TwelveLabs(api_key="tlk_test")
    task = client.embed.v_2.tasks.create(
        input_type="audio",
        model_name="marengo3.0",
        audio={
            "media_source": {"base64_string": _base64("talk.mp3")},
            "segmentation": {"strategy": "fixed", "fixed": {"duration_sec": 3}},
            "embedding_scope": ["clip"],
        },
        video=None,
        embedding_dimension=None,
    )
    while (found := client.embed.v_2.tasks.retrieve(task.id)).status == "processing":
        time.sleep(0.005)
    return _rows(found.data)


def temporal_segments_of_marengo35():
    from twelvelabs import (
        AsyncTemporalSegmentation,
        AsyncVideoInputRequest,
        MediaSource,
        TemporalSegmentation_Dynamic,
        TemporalSegmentationDynamicDynamic,
        TwelveLabs,
    )

    client = TwelveLabs(api_key="tlk_test")
    task = client.embed.v_2.tasks.create(
        input_type="video",
        model_name="marengo3.5",
        video=AsyncVideoInputRequest(
            media_source=MediaSource(url=os.environ["VIDEO_URL"]),
            segmentation=AsyncTemporalSegmentation(
                temporal=TemporalSegmentation_Dynamic(
                    dynamic=TemporalSegmentationDynamicDynamic(min_duration_sec=4)
                )
            ),
            embedding_option=["visual"],
            embedding_scope=["clip"],
        ),
        embedding_dimension=128,
    )
    while (found := client.embed.v_2.tasks.retrieve(task.id)).status == "processing":
        time.sleep(0.005)
    return [len(found.data[0].embedding), _rows(found.data)]


def pages_of_a_document():
    from twelvelabs import AsyncDocumentInputRequest, MediaSource, TwelveLabs

    client = TwelveLabs(api_key="tlk_test")
    task = client.embed.v_2.tasks.create(
        input_type="document",
        model_name="marengo3.5",
        document=AsyncDocumentInputRequest(
            media_source=MediaSource(base_64_string=_base64("paper.pdf")),
            embedding_option=["visual"],
        ),
    )
    while (found := client.embed.v_2.tasks.retrieve(task.id)).status == "processing":
        time.sleep(0.005)
    return [
        [row.embedding_scope, row.start_page_number, row.end_page_number, row.quadrant]
        for row in found.data
    ]


async def an_awaited_task():
    from twelvelabs import AsyncTwelveLabs, AsyncVideoInputRequest, MediaSource

    async with AsyncTwelveLabs(api_key="tlk_test") as client:
        task = await client.embed.v_2.tasks.create(
            input_type="video",
            model_name="marengo3.0",
            video=AsyncVideoInputRequest(
                media_source=MediaSource(url=os.environ["VIDEO_URL"]), embedding_scope=["clip"]
            ),
        )
        while True:
            found = await client.embed.v_2.tasks.retrieve(task.id)
            if found.status == "ready":
                return _rows(found.data)
            if found.status == "failed":
                return "failed"
            await asyncio.sleep(0.005)


def a_task_that_fails():
    from twelvelabs import AsyncVideoInputRequest, MediaSource, TwelveLabs

    client = TwelveLabs(api_key="tlk_test")
    task = client.embed.v_2.tasks.create(
        input_type="video",
        model_name="marengo3.0",
        video=AsyncVideoInputRequest(media_source=MediaSource(url=os.environ["BROKEN_URL"])),
    )
    while (found := client.embed.v_2.tasks.retrieve(task.id)).status == "processing":
        time.sleep(0.005)
    return [found.status, found.data, found.error.message]


def a_task_that_there_is_not():
    from twelvelabs import TwelveLabs
    from twelvelabs.core.api_error import ApiError

    client = TwelveLabs(api_key="tlk_test")
    try:
        client.embed.v_2.tasks.retrieve("6298d673f1090f1100476d4c")
    except ApiError as error:
        return [error.status_code, error.body["error"]["code"]]


@given(fresh=True)
def a_list_of_tasks():
    from twelvelabs import AsyncVideoInputRequest, MediaSource, TwelveLabs

    client = TwelveLabs(api_key="tlk_test")
    video = AsyncVideoInputRequest(media_source=MediaSource(url=os.environ["VIDEO_URL"]))
    ids = [
        client.embed.v_2.tasks.create(input_type="video", model_name="marengo3.0", video=video).id
        for _ in range(3)
    ]
    for task_id in ids:
        while client.embed.v_2.tasks.retrieve(task_id).status == "processing":
            time.sleep(0.005)
    response = client.embed.v_2.tasks.list(page=1, page_limit=2, status="ready")
    listed = [[ids.index(task.id), task.model_name, task.status] for task in response]
    return [listed, _have_a_time(response)]


def _have_a_time(response):
    return all(task.created_at.year > 2000 for task in response)


@given(fresh=True)
def pages_of_tasks():
    from twelvelabs import AsyncVideoInputRequest, MediaSource, TwelveLabs

    client = TwelveLabs(api_key="tlk_test")
    video = AsyncVideoInputRequest(media_source=MediaSource(url=os.environ["BROKEN_URL"]))
    for _ in range(3):
        client.embed.v_2.tasks.create(input_type="video", model_name="marengo3.0", video=video)
    first = client.embed.v_2.tasks.list(page_limit=2)
    second = first.next_page()
    counts = [len(page.items) for page in client.embed.v_2.tasks.list(page_limit=2).iter_pages()]
    return [len(first.items), first.has_next, len(second.items), second.has_next, counts]


@given(fresh=True)
async def an_awaited_list_of_tasks():
    from twelvelabs import AsyncTwelveLabs, AsyncVideoInputRequest, MediaSource

    client = AsyncTwelveLabs(api_key="tlk_test")
    video = AsyncVideoInputRequest(media_source=MediaSource(url=os.environ["BROKEN_URL"]))
    async with client:
        for _ in range(2):
            await client.embed.v_2.tasks.create(
                input_type="video", model_name="marengo3.0", video=video
            )
        pager = await client.embed.v_2.tasks.list(page_limit=1)
        tasks = [task.model_name async for task in pager]
        pages = [len(page.items) async for page in pager.iter_pages()]
    return [tasks, pages]


@given(fresh=True)
def tasks_of_a_time():
    from twelvelabs import TwelveLabs

    client = TwelveLabs(api_key="tlk_test")
    pager = client.embed.v_2.tasks.list(
        started_at="2024-03-01T00:00:00Z", ended_at="2024-03-02T00:00:00Z"
    )
    return list(pager)


def a_client_that_is_looked_for():
    from twelvelabs import TwelveLabs

    client = TwelveLabs(api_key="tlk_test")
    embed = getattr(client, "embed", None)
    v2 = getattr(embed, "v_2", None) or getattr(embed, "v2", None)
    tasks = getattr(v2, "tasks", None)
    return [hasattr(tasks, "create"), hasattr(tasks, "retrieve"), hasattr(embed, "v2")]


def the_raw_responses_of_tasks():
    from twelvelabs import AsyncVideoInputRequest, MediaSource, TwelveLabs

    client = TwelveLabs(api_key="tlk_test")
    raw = client.embed.v_2.tasks.with_raw_response
    created = raw.create(
        input_type="video",
        model_name="marengo3.0",
        video=AsyncVideoInputRequest(media_source=MediaSource(url=os.environ["BROKEN_URL"])),
    )
    found = raw.retrieve(created.data.id)
    return [found.data.id == created.data.id, "content-type" in found.headers]


def the_raw_response_of_a_list_of_tasks():
    from twelvelabs import TwelveLabs

    client = TwelveLabs(api_key="tlk_test")
    pager = client.embed.v_2.tasks.with_raw_response.list(page_limit=1)
    return isinstance(pager.items, list)
