"""Code that must type-check, under mypy --strict and pyright's strict mode. It is never run."""

import io
from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Literal, assert_never, assert_type

from PIL import Image as Pillow
from twelvelabs_embed import (
    Asset,
    AsyncPager,
    AsyncTwelveLabs,
    AudioInputRequest,
    ChunkInfo,
    CompletedChunk,
    CreateAssetUploadResponse,
    Embeddings,
    EmbeddingTaskResponse,
    IncompleteUploadSummary,
    MediaEmbeddingTask,
    MediaSource,
    Page,
    Pager,
    Progress,
    RawResponse,
    ReportChunkBatchResponse,
    RequestAdditionalPresignedUrlsResponse,
    RequestOptions,
    Route,
    TaskFailedError,
    TasksCreateResponse,
    TwelveLabs,
)
from twelvelabs_embed.errors import Violation
from twelvelabs_embed.inputs import (
    Audio,
    Document,
    Dynamic,
    Fixed,
    Image,
    Input,
    MultiInput,
    Scope,
    Sequential,
    Spatial,
    Text,
    TextImage,
    TimedText,
    Video,
    VideoOption,
    coerce,
)
from twelvelabs_embed.inputs.media import Media
from twelvelabs_embed.inputs.media_conversion import as_media
from twelvelabs_embed.limits import Limit, find_limit
from twelvelabs_embed.validation.media_probe import MediaFacts, inspect_media, probe
from twelvelabs_embed.validation.planning import PlanOptions, RequestPlan, plan_request
from twelvelabs_embed.validation.routing import RouteName

# Media from anywhere.
Image("dog.jpg")
Image("https://a.example/dog.jpg")
Image(Path("dog.jpg"))
Image(b"abc")
Image(bytearray(b"abc"))
Image(memoryview(b"abc"))
Image(io.BytesIO(b"abc"))
with open("dog.jpg", "rb") as dog:
    Image(dog)
Image(Pillow.new("RGB", (200, 200)))
with Pillow.open("dog.jpg") as opened:
    Image(opened)
    Image(opened.convert("RGB"))
    TextImage("a dog", opened)
    coerce(opened)
for media in (
    Media.file("a"),
    Media.bytes(b"a", "a.jpg"),
    Media.url("https://a"),
    Media.asset("a"),
):
    assert_type(media, Media)
    Image(media)
    Audio(media)
    Video(media)

# Settings.
Text("a dog")
TextImage("a dog", "dog.jpg")
TextImage(text="a dog", media=Path("dog.jpg"))
Audio("a.mp3", start=1, end=2.5, segmentation=Fixed(5), options=["audio"], scopes=["clip"])
Audio("a.mp3", start=timedelta(minutes=1), end=None, segmentation=None, options=None)
Video("a.mp4", segmentation=Fixed(sec=5))
Video("a.mp4", segmentation=Dynamic(min_sec=4), options=["visual", "audio", "transcription"])
Video("a.mp4", options={"visual"}, scopes=("clip", "asset"))
wanted: dict[Scope, bool] = {"asset": True}
Video("a.mp4", scopes=wanted.keys())
Video("a.mp4", options="visual", scopes="clip")
chosen: list[VideoOption] = ["visual"]
Video("a.mp4", options=chosen)

# What they hold.
video = Video("a.mp4")
assert_type(video.media, Media)
assert_type(video.start_sec, float | None)
assert_type(video.segmentation, Fixed | Dynamic | None)
assert_type(video.options, tuple[VideoOption, ...] | None)
assert_type(video.scopes, tuple[Scope, ...] | None)
assert_type(Fixed(5).sec, int)

# Several together, documents, and what came with marengo3.5.
assert_type(MultiInput("a <@hat>", Audio("a.mp3"), hat=Image("hat.png")), MultiInput)
MultiInput(None, Image("a.png"), Video("a.mp4"), Document("a.pdf"))
Document("a.pdf", options="visual", scopes=["local", "asset"], segmentation=Spatial("quadrants"))
Document(Path("a.txt"), segmentation=Sequential(5, overlap_sentences=1))
Audio("a.mp3", segmentation=Dynamic(4), scopes="local")
Video("a.mp4", types=["separate", "fused"], time_based_metadata=[TimedText(1, 2, "a goal")])


# Plain values.
assert_type(coerce("a dog"), Input)
coerce(Path("dog.jpg"))
coerce(b"abc")
coerce(Media.file("dog.jpg"))
coerce(video)
assert_type(as_media("dog.jpg"), Media)


# A match over the classes is exhaustive, and one over the tag too.
def by_class(input: Input) -> str:
    match input:
        case Text(text):
            return text
        case Image(media):
            return media.label
        case TextImage(text, media):
            return text + media.label
        case Audio(media, segmentation=Fixed(sec)):
            return f"{media.label} {sec}"
        case Audio(media):
            return media.label
        case Video(segmentation=Dynamic(min_sec)):
            return f"{min_sec}"
        case Video():
            return input.media.label
        case Document(media, segmentation=Spatial(strategy)):
            return f"{media.label} {strategy}"
        case Document(media):
            return media.label
        case MultiInput():
            return input.text or " ".join(source.input.media.label for source in input.sources)


def by_tag(input: Input) -> object:
    if input.input_type == "text":
        return input.text
    if input.input_type == "text_image":
        return input.text, input.media
    if input.input_type == "image":
        return input.media
    if input.input_type == "audio":
        return input.segmentation
    if input.input_type == "video":
        return input.segmentation
    if input.input_type == "document":
        return input.segmentation
    if input.input_type == "multi_input":
        return input.sources
    assert_never(input)


def source(media: Media) -> Mapping[str, Any]:
    return {"url": media.value}


assert_type(video.to_payload(source), dict[str, Any])

# Plans.
facts = inspect_media(video)
assert_type(facts, MediaFacts)
assert_type(probe(video.media, video.input_type), MediaFacts)
plan = plan_request(video, facts, PlanOptions(model="marengo3.0", route="task"))
assert_type(plan, RequestPlan)
assert_type(plan.violations, tuple[Violation, ...])
assert_type(plan.warnings, tuple[str, ...])
assert_type(find_limit("max_duration_sec", "video", via="url"), Limit | None)

# Which way an input goes.
way = plan.route
assert_type(way, Route)
assert_type(way.name, RouteName)
assert_type(way.endpoint, Literal["sync", "task"])
assert_type(way.asset_id, str | None)
assert_type(way.task_id, str | None)


# A progress callback may return anything.
def show(progress: Progress) -> None:
    assert_type(progress.phase, Literal["upload", "processing", "embedding"])
    assert_type(progress.done_bytes, int)
    assert_type(progress.elapsed_sec, float)
    assert_type(progress.id, str | None)


seen: list[Progress] = []
reported: list[str] = []
options = RequestOptions(max_retries=0, timeout_in_seconds=5.0)
source_of_task = AudioInputRequest(media_source=MediaSource(asset_id="a"))

client = TwelveLabs("k", resume_dir=Path("resume"))

# Any input, any way.
assert_type(client.embed("a dog"), Embeddings)
assert_type(client.embed(video, route="task", wait_sec=None, keep_asset=True), Embeddings)
assert_type(client.embed(Path("a.mp4"), model="marengo3.0", check=False), Embeddings)
client.embed(video, route=None, progress=show, request_options=options)
client.embed(video, progress=seen.append, request_options={"max_retries": 0})
chosen_way: RouteName = "asset"
assert_type(client.embed(video, route=chosen_way).route, Route | None)
assert_type(client.embed.resume("t", model="marengo3.0", wait_sec=60, progress=show), Embeddings)

# Tasks.
tasks = client.embed.v_2.tasks
created = tasks.create(input_type="audio", model_name="marengo3.0", audio=source_of_task)
assert_type(created, TasksCreateResponse)
assert_type(created.id, str)
assert_type(tasks.retrieve(created.id), EmbeddingTaskResponse)
assert_type(
    tasks.wait_for_done(
        created.id,
        sleep_interval=2,
        timeout=None,
        callback=lambda task: reported.append(task.status),
    ),
    EmbeddingTaskResponse,
)
listed = tasks.list(started_at=datetime.now(UTC), ended_at="yesterday", status="ready", page=2)
assert_type(listed, Pager[MediaEmbeddingTask])
tasks.list(started_at=date(2026, 1, 1), page_limit=50)
assert_type(
    tasks.with_raw_response.retrieve("t", request_options=options),
    RawResponse[EmbeddingTaskResponse],
)
try:
    tasks.wait_for_done("t")
except TaskFailedError as error:
    assert_type(error.task_id, str)
    assert_type(error.message, str | None)

# Lists: items, pages, and what the first page says.
assert_type(iter(listed), Iterator[MediaEmbeddingTask])
assert_type(list(listed), list[MediaEmbeddingTask])
assert_type(listed.items, list[MediaEmbeddingTask])
assert_type(listed.first_page, Page[MediaEmbeddingTask])
assert_type(listed.has_next, bool)
assert_type(listed.total_results, int | None)
for page in listed.iter_pages():
    assert_type(page, Page[MediaEmbeddingTask])
    assert_type(page.items, list[MediaEmbeddingTask])
    assert_type(page.number, int)
    assert_type(page.total_pages, int | None)

# Assets.
assert_type(client.assets.upload("a.mp4", timeout=None, concurrency=2, progress=show), Asset)
assert_type(client.assets.upload(b"abc", filename="a.jpg", timeout=0), Asset)
client.assets.upload(Path("a.mp4"), progress=seen.append)
client.assets.upload(Media.url("https://a.example/a.mp4"))
with open("a.mp4", "rb") as opened_film:
    assert_type(client.assets.create(method="direct", file=opened_film), Asset)
    client.assets.create(method="direct", file=("a.mp4", opened_film, "video/mp4"))
client.assets.create(method="direct", file=b"abc", filename="a.jpg")
client.assets.create(method="url", url="https://a.example/a.mp4")
assert_type(client.assets.retrieve("a"), Asset)
assert_type(client.assets.wait_until_ready("a", timeout=60, callback=print), Asset)
assert_type(client.assets.list(asset_ids="a", asset_types=["image", "video"]), Pager[Asset])
assert_type(client.assets.with_raw_response.delete("a"), RawResponse[None])
client.assets.delete("a")

# Uploads, call by call.
uploads = client.multipart_upload
session = uploads.create(filename="a.mp4", type="video", total_size=1 << 30)
assert_type(session, CreateAssetUploadResponse)
chunk = CompletedChunk(chunk_index=1, proof="5a", proof_type="etag", chunk_size=100)
assert_type(
    uploads.report_chunk_batch(session.upload_id, completed_chunks=[chunk]),
    ReportChunkBatchResponse,
)
uploads.report_chunk_batch(session.upload_id, completed_chunks=(chunk,))
assert_type(
    uploads.get_additional_presigned_urls(session.upload_id, start=51, count=50),
    RequestAdditionalPresignedUrlsResponse,
)
assert_type(uploads.get_status(session.upload_id, page_limit=50), Pager[ChunkInfo])
assert_type(uploads.list_incomplete_uploads(), Pager[IncompleteUploadSummary])


# The same, awaited.
async def awaited(client: AsyncTwelveLabs) -> None:
    assert_type(await client.embed(video, route="asset", progress=seen.append), Embeddings)
    assert_type(await client.embed.resume("t"), Embeddings)

    tasks = client.embed.v_2.tasks
    created = await tasks.create(input_type="audio", model_name="marengo3.0", audio=source_of_task)
    assert_type(created, TasksCreateResponse)
    assert_type(await tasks.wait_for_done(created.id), EmbeddingTaskResponse)
    listed = await tasks.list(started_at="2026-02-01")
    assert_type(listed, AsyncPager[MediaEmbeddingTask])
    assert_type(aiter(listed), AsyncIterator[MediaEmbeddingTask])
    assert_type([task async for task in listed], list[MediaEmbeddingTask])
    assert_type(listed.items, list[MediaEmbeddingTask])
    async for page in listed.iter_pages():
        assert_type(page, Page[MediaEmbeddingTask])

    assert_type(await client.assets.upload("a.mp4", progress=show), Asset)
    assert_type(await client.assets.wait_until_ready("a"), Asset)
    assert_type(await client.assets.list(), AsyncPager[Asset])
    assert_type(await client.assets.with_raw_response.retrieve("a"), RawResponse[Asset])
    await client.assets.delete("a")

    uploads = client.multipart_upload
    session = await uploads.create(filename="a.mp4", type="video", total_size=100)
    assert_type(session, CreateAssetUploadResponse)
    assert_type(
        await uploads.report_chunk_batch(session.upload_id, completed_chunks=[chunk]),
        ReportChunkBatchResponse,
    )
    assert_type(await uploads.get_status(session.upload_id), AsyncPager[ChunkInfo])
    assert_type(await uploads.list_incomplete_uploads(), AsyncPager[IncompleteUploadSummary])
