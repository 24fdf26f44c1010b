"""The vendor's own SDK takes the emulator for the service: what the programs in
tests/vendor_style do not show, which run with it, too.
"""

import httpx
import pytest
from twelvelabs_embed_emulator import samples

from tests.emulator.helpers import MIB, inline

twelvelabs = pytest.importorskip("twelvelabs")

SOON = {"request_options": {"max_retries": 0}}
MODEL = {"model_name": "marengo3.0", **SOON}
NEW = {"model_name": "marengo3.5", **SOON}


@pytest.fixture
def started_sdk(start):
    """An emulator with chunks of 1 MiB, and the SDK with a client that it would never close."""
    emulator, _ = start(chunk_bytes=MIB, urls_per_response=3)
    with httpx.Client(timeout=60) as client, pytest.MonkeyPatch.context() as patch:
        # The SDK lets the variable win over the argument.
        patch.delenv("TWELVELABS_BASE_URL", raising=False)
        yield (
            emulator,
            twelvelabs.TwelveLabs(api_key="any", base_url=emulator.base_url, httpx_client=client),
        )


@pytest.fixture
def sdk(started_sdk):
    return started_sdk[1]


def wait_for(retrieve, id):
    """Return an asset or a task when it is no longer processing."""
    while (found := retrieve(id, **SOON)).status == "processing":
        pass
    return found


def media(path):
    return twelvelabs.MediaSource(base_64_string=inline(path)["base64_string"])


def test_content_too_large(sdk):
    """The SDK fails to decode this error when it is not nested."""
    video = twelvelabs.VideoInputRequest(media_source=media(bytes(36 * MIB + 1)))
    with pytest.raises(twelvelabs.ContentTooLargeError) as caught:
        sdk.embed.v_2.create(input_type="video", video=video, **MODEL)
    assert caught.value.body.error.code == "video_filesize_too_large"


def test_an_asset_that_does_not_exist(sdk):
    image = twelvelabs.ImageInputRequest(media_source=twelvelabs.MediaSource(asset_id="1"))
    with pytest.raises(twelvelabs.core.api_error.ApiError) as caught:
        sdk.embed.v_2.create(input_type="image", image=image, **MODEL)
    assert caught.value.status_code == 404
    assert caught.value.body["error"]["code"] == "resource_not_exist"


def test_upload_file(started_sdk, tmp_path):
    """The SDK splits the file, sends the chunks, asks for more URLs and reports."""
    emulator, sdk = started_sdk
    path = samples.write_padded_video(tmp_path / "film.mp4", 20 * MIB)
    seen = []
    result = sdk.multipart_upload.upload_file(
        path,
        batch_size=6,
        max_retries=0,
        progress_callback=lambda progress: seen.append(progress.completed_chunks),
    )
    assert seen == [6, 12, 18, 20]
    assert result.asset_url.startswith(emulator.storage_url)
    assert emulator.received_chunk_bytes == path.stat().st_size
    asset = wait_for(sdk.assets.retrieve, result.asset_id)
    assert (asset.status, asset.filename) == ("ready", "film.mp4")


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
