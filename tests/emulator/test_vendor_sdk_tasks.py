"""The vendor's own SDK creates tasks, and sends what came with marengo3.5."""

import pytest

from tests.emulator.helpers import inline
from tests.emulator.vendor_sdk import (
    MODEL,
    NEW,
    SOON,
    connected,
    connected_async,
    media,
    twelvelabs,
    wait_for,
    wait_for_async,
)


def test_tasks(start, sample):
    emulator, _ = start()
    audio = twelvelabs.AsyncAudioInputRequest(media_source=media(sample("audio", ".mp3")))
    with connected(emulator) as sdk:
        created = [
            sdk.embed.v_2.tasks.create(input_type="audio", audio=audio, **MODEL) for _ in range(3)
        ]
        assert created[0].status == "processing"
        assert created[0].data is None
        for one in created:
            task = wait_for(sdk.embed.v_2.tasks.retrieve, one.id)
        assert task.status == "ready"
        assert len(task.data[0].embedding) == 512
        assert task.metadata.input_type == "audio"
        assert task.metadata.duration == 12
        listed = list(sdk.embed.v_2.tasks.list(status="ready", page_limit=2))
        assert [task.id for task in listed] == [task.id for task in created[::-1]]
        assert listed[0].audio_embedding.metadata.duration == 12
        with pytest.raises(twelvelabs.BadRequestError) as caught:
            sdk.embed.v_2.tasks.list(started_at="yesterday")
        assert caught.value.body["code"] == "parameter_invalid"
        with pytest.raises(twelvelabs.NotFoundError) as caught:
            sdk.embed.v_2.tasks.retrieve("7")
        assert caught.value.body["error"]["code"] == "resource_not_exist"


def test_a_task_that_fails(sdk, sample):
    path = sample("audio", ".wav", duration_sec=3, sample_rate_hz=2_000)
    audio = twelvelabs.AsyncAudioInputRequest(media_source=media(path))
    created = sdk.embed.v_2.tasks.create(input_type="audio", audio=audio, **MODEL)
    task = wait_for(sdk.embed.v_2.tasks.retrieve, created.id)
    assert task.status == "failed"
    assert "minimum of 4 s" in task.error.message


async def test_tasks_async(emulator, sample):
    path = sample("video", ".mp4", duration_sec=4, fps=4)
    video = twelvelabs.AsyncVideoInputRequest(media_source=media(path))
    async with connected_async(emulator) as sdk:
        tasks = sdk.embed.v_2.tasks
        created = await tasks.create(input_type="video", video=video, **MODEL)
        task = await wait_for_async(tasks.retrieve, created.id)
        assert task.metadata.input_type == "video"
        assert created.id in [one.id async for one in await tasks.list(page_limit=50)]


def test_multi_input(sdk, sample):
    outfit = twelvelabs.MultiInputMediaSource(
        name="outfit",
        media_type="image",
        base_64_string=inline(sample("image", ".jpg"))["base64_string"],
    )
    response = sdk.embed.v_2.create(
        input_type="multi_input",
        multi_input=twelvelabs.MultiInputRequest(
            input_text="A person wearing <@outfit>", media_sources=[outfit]
        ),
        embedding_dimension=256,
        **NEW,
    )
    assert [len(row.embedding) for row in response.data] == [256]
    assert response.metadata.input_type == "multi_input"
    assert response.metadata.embedding_dimension == 256
    assert response.usage.input_tokens["image"] > 0
    assert response.usage.truncated is False


def test_multi_input_with_uncertainty_and_a_long_text(sdk):
    response = sdk.embed.v_2.create(
        input_type="multi_input",
        multi_input=twelvelabs.MultiInputRequest(input_text="word " * 2001),
        embedding_uncertainty=True,
        auto_truncate=True,
        **NEW,
    )
    assert len(response.data[0].embedding_uncertainty) == 512
    assert response.usage.truncation_reason == "model_context_window"


def test_a_video_with_temporal_segmentation_and_fused_vectors(sdk, film):
    video = twelvelabs.AsyncVideoInputRequest(
        media_source=media(film),
        segmentation=twelvelabs.AsyncTemporalSegmentation(
            temporal=twelvelabs.TemporalSegmentation_Fixed(
                fixed=twelvelabs.TemporalSegmentationFixedFixed(duration_sec=6)
            )
        ),
        embedding_scope=["local"],
        embedding_type=["fused_embedding"],
        time_based_metadata=[twelvelabs.TimeBasedMetadataEntry(start=1, end=2, text="goal")],
    )
    tasks = sdk.embed.v_2.tasks
    created = tasks.create(input_type="video", video=video, embedding_dimension=128, **NEW)
    assert created.metadata.embedding_dimension == 128
    task = wait_for(tasks.retrieve, created.id)
    assert [(row.embedding_option, row.embedding_scope) for row in task.data] == [
        ("fused", "clip")
    ] * 2
    assert task.metadata.clip_length == 6
    assert task.usage.input_tokens["video"] > 0


def test_an_image_and_a_document_by_tasks(sdk, sample):
    tasks = sdk.embed.v_2.tasks
    image = twelvelabs.AsyncImageInputRequest(media_source=media(sample("image", ".jpg")))
    created = tasks.create(input_type="image", image=image, **NEW)
    task = wait_for(tasks.retrieve, created.id)
    assert task.metadata.input_type == "image"
    assert [row.embedding_scope for row in task.data] == ["asset"]
    document = twelvelabs.AsyncDocumentInputRequest(
        media_source=media(sample("document", ".pdf")),
        segmentation=twelvelabs.DocumentSegmentation(
            spatial=twelvelabs.DocumentSpatialSegmentation(strategy="quadrants")
        ),
    )
    created = tasks.create(input_type="document", document=document, **NEW)
    task = wait_for(tasks.retrieve, created.id)
    assert task.metadata.input_type == "document"
    assert len(task.data) == 15
    assert (task.data[1].quadrant, task.data[1].end_page_number) == ("top_left", 1)
    listed = {task.id: task for task in sdk.embed.v_2.tasks.list(page_limit=50, **SOON)}
    assert listed[task.id].document_embedding.metadata.document_embedding_option == ["visual"]
