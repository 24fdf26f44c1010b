"""Programs in the style of the reference page and of the vendor's SDK. It is never run.

Lines that end with "error" in a comment must not type-check; all others must.
"""

from datetime import datetime
from typing import Any, assert_type

from twelvelabs_embed import (
    OMIT,
    Asset,
    AsyncTemporalSegmentation,
    AsyncTwelveLabs,
    AsyncVideoInputRequest,
    AudioInputRequest,
    AudioSegmentation,
    AudioSegmentationFixed,
    EmbeddingAudioMetadata,
    EmbeddingData,
    EmbeddingSuccessResponse,
    EmbeddingTaskResponse,
    EmbeddingUsage,
    EmbeddingVideoMetadata,
    ImageInputRequest,
    MediaEmbeddingTask,
    MediaSource,
    MultiInputMediaSource,
    MultiInputRequest,
    Pager,
    RawResponse,
    TemporalSegmentation_Dynamic,
    TemporalSegmentationDynamicDynamic,
    TextImageInputRequest,
    TextInputRequest,
    TwelveLabs,
    VideoInputRequest,
    VideoSegmentation_Dynamic,
    VideoSegmentation_Fixed,
    VideoSegmentationDynamicDynamic,
    VideoSegmentationFixedFixed,
)

client = TwelveLabs(api_key="k")

# The examples of the page.
response = client.embed.v_2.create(
    input_type="text",
    model_name="marengo3.0",
    text=TextInputRequest(input_text="a man walks his dog"),
)
assert_type(response, EmbeddingSuccessResponse)
for embedding_data in response.data:
    assert_type(embedding_data, EmbeddingData)
    assert_type(embedding_data.embedding, list[float])
    print(len(embedding_data.embedding), embedding_data.embedding[:10])
client.embed.v_2.create(
    input_type="image",
    model_name="marengo3.0",
    image=ImageInputRequest(media_source=MediaSource(url="https://a.example/dog.jpg")),
)
client.embed.v_2.create(
    input_type="video",
    model_name="marengo3.0",
    video=VideoInputRequest(media_source=MediaSource(url="https://a.example/film.mp4")),
)

# All of its parameters; `embedding_option` is a list of `str` there.
options: list[str] = ["visual", "audio"]
scopes = ["clip", "asset"]
source = MediaSource(base_64_string="aGk=")
assert_type(source.base64_string, str | None)
assert_type(source.base_64_string, str | None)
video = VideoInputRequest(
    media_source=source,
    start_sec=0.0,
    end_sec=12,
    segmentation=VideoSegmentation_Fixed(
        strategy="fixed", fixed=VideoSegmentationFixedFixed(duration_sec=5)
    ),
    embedding_option=options,
    embedding_scope=scopes,
    embedding_type=["separate_embedding"],
)
VideoInputRequest(
    media_source=source,
    segmentation=VideoSegmentation_Dynamic(
        dynamic=VideoSegmentationDynamicDynamic(min_duration_sec=3)
    ),
)
AudioInputRequest(
    media_source=source,
    segmentation=AudioSegmentation(strategy="fixed", fixed=AudioSegmentationFixed(duration_sec=5)),
    embedding_option=["audio", "transcription"],
)
TextImageInputRequest(media_source=source, input_text="a dog")
MultiInputRequest(
    input_text="wearing <@hat>",
    media_sources=[MultiInputMediaSource(name="hat", media_type="image", url="https://a.example")],
)


# Wrappers pass on what they were given.
def embed_video(
    url: str,
    start_sec: float | None = None,
    embedding_option: list[str] | None = None,
    dimension: int | None = OMIT,
) -> EmbeddingSuccessResponse:
    return client.embed.v_2.create(
        input_type="video",
        model_name="marengo3.0",
        video=VideoInputRequest(
            media_source=MediaSource(url=url),
            start_sec=start_sec,
            embedding_option=embedding_option,
        ),
        text=None,
        embedding_dimension=dimension,
    )


# Plain dicts, at every level.
settings: dict[str, Any] = {"media_source": {"url": "https://a.example/film.mp4"}}
client.embed.v_2.create(input_type="video", model_name="marengo3.0", video=settings)
by_dict = VideoInputRequest(media_source={"asset_id": "a"}, segmentation={"strategy": "fixed"})
assert_type(by_dict.media_source, MediaSource)
client.embed.v_2.tasks.create(
    input_type="video", model_name="marengo3.5", video={"media_source": {"asset_id": "a"}}
)
MultiInputRequest(media_sources=[{"media_type": "image", "asset_id": "a"}])

# Responses.
row = response.data[0]
assert_type(row.start_sec, float | None)
scope: str | None = row.embedding_scope
assert_type(row.start_page_number, int | None)
if row.start_sec is not None and row.end_sec is not None:
    assert_type(row.end_sec - row.start_sec, float)
if row.embedding_option == "visual":
    print(row)
if response.usage is not None:
    assert_type(response.usage, EmbeddingUsage)
    assert_type(response.usage.input_tokens["text"], int)
if response.metadata is not None:
    assert_type(response.metadata.input_type == "video", bool)
    if response.metadata.input_type == "video":
        assert_type(response.metadata, EmbeddingVideoMetadata)
        assert_type(response.metadata.duration, float)
        assert_type(response.metadata.clip_length, int | None)
    elif response.metadata.input_type == "audio":
        assert_type(response.metadata, EmbeddingAudioMetadata)
assert_type(response.model_dump(exclude_none=True), dict[str, Any])
assert_type(response.dict(), dict[str, Any])
assert_type(response.model_dump_json(indent=2), str)
assert_type(response.json(), str)
assert_type(EmbeddingSuccessResponse.model_validate({"data": []}), EmbeddingSuccessResponse)
assert_type(video.model_copy(update={"start_sec": 1.0}), VideoInputRequest)

# Made in a user's test.
EmbeddingData(embedding=[0.1, 0.2])
EmbeddingSuccessResponse(data=[EmbeddingData(embedding=[0.1])])

# Tasks, lists, assets.
tasks = client.embed.v_2.tasks
task = tasks.create(
    input_type="video",
    model_name="marengo3.5",
    video=AsyncVideoInputRequest(
        media_source=MediaSource(asset_id="a"),
        segmentation=AsyncTemporalSegmentation(
            temporal=TemporalSegmentation_Dynamic(
                dynamic=TemporalSegmentationDynamicDynamic(min_duration_sec=2)
            )
        ),
    ),
)
done = tasks.retrieve(task.id)
assert_type(done, EmbeddingTaskResponse)
assert_type(done.created_at, datetime | None)
if done.status == "ready" and done.data:
    assert_type(done.data[0].embedding, list[float])
pager: Pager[MediaEmbeddingTask] | None = tasks.list(status="ready")
while pager is not None and pager.has_next:
    pager = pager.next_page()
asset = client.assets.retrieve("a")
assert_type(asset, Asset)
if asset.user_metadata is not None:
    print(asset.user_metadata["shoot"], asset.user_metadata.get("tags"))
assert_type(client.assets.with_raw_response.retrieve("a"), RawResponse[Asset])


async def awaited(client: AsyncTwelveLabs) -> None:
    response = await client.embed.v_2.create(
        input_type="text", model_name="marengo3.0", text={"input_text": "a dog"}
    )
    assert_type(response, EmbeddingSuccessResponse)
    pager = await client.assets.list()
    if following := await pager.next_page():
        assert_type(following.items, list[Asset])
    assert_type(await client.assets.with_raw_response.retrieve("a"), RawResponse[Asset])


# What must not type-check.
AudioSegmentation("fixed", AudioSegmentationFixed(duration_sec=5))  # error
AudioSegmentationFixed()  # error
AudioSegmentationFixed(duration=5)  # error
TextInputRequest("a dog")  # error
TextInputRequest(text="a dog")  # error
VideoInputRequest(media_source="https://a.example/film.mp4")  # error
VideoInputRequest(start_sec=0.0)  # error
VideoInputRequest(media_source=source, embedding_option=3)  # error
VideoInputRequest(media_source=source, start_sec="0")  # error
MediaSource(link="https://a.example/film.mp4")  # error
source.url = "https://a.example/other.mp4"  # error
client.embed.v_2.create("text", "marengo3.0")  # error
client.embed.v_2.create(input_type="text", model_name="marengo3.0", text="a dog")  # error
client.embed.v_2.create(input_type="text", model_name="marengo3.0", words={})  # error
print(row.smell)  # error
print(response.metadata.duration)  # error
total: float = row.start_sec  # error
client.assets.with_raw_response.upload("film.mp4")  # error
