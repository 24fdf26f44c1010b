"""The vendor's own SDK takes the emulator for the service."""

import httpx
import numpy as np
import pytest
from twelvelabs_embed_emulator import Emulator, samples

from tests.emulator.helpers import MIB, fixed, inline

twelvelabs = pytest.importorskip("twelvelabs")

MODEL = {"model_name": "marengo3.0", "request_options": {"max_retries": 0}}


@pytest.fixture(scope="module", autouse=True)
def _no_settings_from_outside():
    """The SDK lets this variable win over the argument."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("TWELVELABS_BASE_URL", raising=False)
        yield


@pytest.fixture(scope="module")
def sdk(emulator):
    with httpx.Client(timeout=60) as connections:  # the SDK would never close its own
        yield twelvelabs.TwelveLabs(
            api_key="any", base_url=emulator.base_url, httpx_client=connections
        )


def media(path):
    return twelvelabs.MediaSource(base_64_string=inline(path)["base64_string"])


def test_text(sdk):
    text = twelvelabs.TextInputRequest(input_text="a man walking a dog")
    response = sdk.embed.v_2.create(input_type="text", text=text, **MODEL)
    (row,) = response.data
    assert len(row.embedding) == 512
    assert row.embedding_option is None
    assert response.metadata is None


def test_image(sdk, sample):
    image = twelvelabs.ImageInputRequest(media_source=media(sample("image", ".jpg")))
    response = sdk.embed.v_2.create(input_type="image", image=image, **MODEL)
    assert len(response.data) == 1
    assert response.metadata.input_type == "image"


def test_image_by_url(sdk, media_server):
    url = f"{media_server}/my%20beach.jpg"
    image = twelvelabs.ImageInputRequest(media_source=twelvelabs.MediaSource(url=url))
    response = sdk.embed.v_2.create(input_type="image", image=image, **MODEL)
    assert response.metadata.input_url == url
    assert response.metadata.input_filename == "my beach.jpg"


def test_text_image(sdk, sample):
    both = twelvelabs.TextImageInputRequest(
        media_source=media(sample("image", ".png")), input_text="a dog"
    )
    response = sdk.embed.v_2.create(input_type="text_image", text_image=both, **MODEL)
    assert len(response.data) == 1
    assert response.metadata.input_type == "text_image"


def test_audio(sdk, sample):
    audio = twelvelabs.AudioInputRequest(
        media_source=media(sample("audio", ".mp3")),
        segmentation=twelvelabs.AudioSegmentation(
            strategy="fixed", fixed=twelvelabs.AudioSegmentationFixed(duration_sec=5)
        ),
        embedding_option=["audio"],
        embedding_scope=["clip"],
    )
    response = sdk.embed.v_2.create(input_type="audio", audio=audio, **MODEL)
    assert [row.end_sec for row in response.data] == [5, 10, 12]
    assert response.metadata.duration == 12


def test_video(sdk, film):
    video = twelvelabs.VideoInputRequest(
        media_source=media(film),
        segmentation=twelvelabs.VideoSegmentation_Dynamic(
            dynamic=twelvelabs.VideoSegmentationDynamicDynamic(min_duration_sec=3)
        ),
    )
    response = sdk.embed.v_2.create(input_type="video", video=video, **MODEL)
    assert len(response.data) == 3 * (3 + 1)
    assert {row.embedding_scope for row in response.data} == {"clip", "asset"}
    assert response.metadata.embedding_options == ["visual", "audio", "transcription"]


async def test_async(emulator):
    text = twelvelabs.TextInputRequest(input_text="a dog")
    async with httpx.AsyncClient() as connections:
        client = twelvelabs.AsyncTwelveLabs(
            api_key="any", base_url=emulator.base_url, httpx_client=connections
        )
        response = await client.embed.v_2.create(input_type="text", text=text, **MODEL)
    assert np.isfinite(response.data[0].embedding).all()


def test_bad_requests(sdk):
    text = twelvelabs.TextInputRequest(input_text="word " * 501)
    with pytest.raises(twelvelabs.BadRequestError) as caught:
        sdk.embed.v_2.create(input_type="text", text=text, **MODEL)
    assert caught.value.body["error"]["code"] == "parameter_invalid"
    with pytest.raises(twelvelabs.BadRequestError) as caught:
        sdk.embed.v_2.create(input_type="text", **MODEL)
    assert caught.value.body["error"]["code"] == "parameter_not_provided"


def test_what_only_the_later_model_takes(sdk):
    text = twelvelabs.TextInputRequest(input_text="a dog")
    with pytest.raises(twelvelabs.BadRequestError, match="embedding_dimension"):
        sdk.embed.v_2.create(input_type="text", text=text, embedding_dimension=256, **MODEL)


def test_content_too_large(sdk):
    """The SDK fails to decode this error when it is not nested."""
    video = twelvelabs.VideoInputRequest(media_source=media(bytes(36 * MIB + 1)))
    with pytest.raises(twelvelabs.ContentTooLargeError) as caught:
        sdk.embed.v_2.create(input_type="video", video=video, **MODEL)
    assert caught.value.body.error.code == "video_filesize_too_large"


def test_a_key_that_is_not_accepted():
    text = twelvelabs.TextInputRequest(input_text="a dog")
    with Emulator(api_keys=["right"]) as emulator, httpx.Client() as connections:
        client = twelvelabs.TwelveLabs(
            api_key="wrong", base_url=emulator.base_url, httpx_client=connections
        )
        with pytest.raises(twelvelabs.core.api_error.ApiError) as caught:
            client.embed.v_2.create(input_type="text", text=text, **MODEL)
    assert caught.value.status_code == 401
    assert caught.value.body["code"] == "api_key_invalid"


def test_an_asset_that_does_not_exist(sdk):
    image = twelvelabs.ImageInputRequest(media_source=twelvelabs.MediaSource(asset_id="1"))
    with pytest.raises(twelvelabs.core.api_error.ApiError) as caught:
        sdk.embed.v_2.create(input_type="image", image=image, **MODEL)
    assert caught.value.status_code == 404
    assert caught.value.body["error"]["code"] == "resource_not_exist"


def test_fixed_segments_as_plain_settings(sdk, sample):
    """The SDK leaves fields out that are not set: the contract knows all that it sends."""
    video = twelvelabs.VideoInputRequest(
        media_source=media(sample("video", ".mp4")), segmentation=fixed(6)
    )
    response = sdk.embed.v_2.create(input_type="video", video=video, **MODEL)
    assert response.metadata.clip_length == 6


# ---------------------------------------------------------------------------------- assets, uploads


SOON = {"request_options": {"max_retries": 0}}


def wait_for_asset(sdk, asset_id):
    while (asset := sdk.assets.retrieve(asset_id, **SOON)).status == "processing":
        pass
    return asset


def test_assets(sdk, sample, media_server):
    path = sample("image", ".jpg")
    with path.open("rb") as file:
        direct = sdk.assets.create(method="direct", file=file, filename="a.jpg", **SOON)
    by_url = sdk.assets.create(method="url", url=f"{media_server}/talk.wav", **SOON)
    assert direct.status == by_url.status == "processing"
    asset = wait_for_asset(sdk, direct.id)
    assert (asset.status, asset.filename, asset.file_type) == ("ready", "a.jpg", "image/jpeg")
    assert wait_for_asset(sdk, by_url.id).filename == "talk.wav"

    ids = [direct.id, by_url.id]
    listed = sdk.assets.list(asset_ids=ids, page_limit=1, **SOON)
    assert [asset.id for asset in listed] == ids[::-1]
    listed = sdk.assets.list(asset_ids=ids, asset_types=["image", "video"], **SOON)
    assert [asset.id for asset in listed] == [direct.id]

    source = twelvelabs.MediaSource(asset_id=direct.id)
    image = twelvelabs.ImageInputRequest(media_source=source)
    assert len(sdk.embed.v_2.create(input_type="image", image=image, **MODEL).data) == 1

    sdk.assets.delete(direct.id, **SOON)
    with pytest.raises(twelvelabs.NotFoundError):
        sdk.assets.retrieve(direct.id, **SOON)


def test_an_asset_that_is_wrong(sdk):
    with pytest.raises(twelvelabs.BadRequestError) as caught:
        sdk.assets.create(method="direct", **SOON)
    assert caught.value.body["code"] == "parameter_not_provided"


@pytest.fixture(scope="module")
def large_film(sample, tmp_path_factory):
    """A video of 20 MB: what follows its content is padding."""
    path = tmp_path_factory.mktemp("large") / "film.mp4"
    return samples.write_padded_video(path, 20 * MIB)


def test_upload_file(start, large_film):
    """The SDK splits the file, sends the chunks, asks for more URLs and reports."""
    emulator, _ = start(chunk_bytes=MIB, urls_per_response=3)
    with httpx.Client(timeout=60) as connections:
        sdk = twelvelabs.TwelveLabs(
            api_key="any", base_url=emulator.base_url, httpx_client=connections
        )
        seen = []
        result = sdk.multipart_upload.upload_file(
            large_film,
            batch_size=6,
            max_retries=0,
            progress_callback=lambda progress: seen.append(progress.completed_chunks),
        )
        assert seen == [6, 12, 18, 20]
        assert result.asset_url.startswith(emulator.storage_url)
        assert emulator.received_chunk_bytes == large_film.stat().st_size
        asset = wait_for_asset(sdk, result.asset_id)
        assert (asset.status, asset.filename) == ("ready", "film.mp4")
        video = twelvelabs.VideoInputRequest(
            media_source=twelvelabs.MediaSource(asset_id=asset.id), embedding_option=["visual"]
        )
        assert sdk.embed.v_2.create(input_type="video", video=video, **MODEL).data


def test_an_upload_in_steps(start):
    emulator, _ = start(chunk_bytes=10)
    content = bytes(range(115))
    with httpx.Client(timeout=60) as connections:
        sdk = twelvelabs.TwelveLabs(
            api_key="any", base_url=emulator.base_url, httpx_client=connections
        )
        uploads = sdk.multipart_upload
        session = uploads.create(filename="a.mp4", type="video", total_size=len(content))
        (listed,) = uploads.list_incomplete_uploads()
        assert (listed.upload_id, listed.total_chunks) == (session.upload_id, 12)
        more = uploads.get_additional_presigned_urls(session.upload_id, start=12, count=1)
        assert more.upload_urls[0].chunk_index == 12
        chunks = []
        for one in session.upload_urls:
            chunk = content[(one.chunk_index - 1) * 10 : one.chunk_index * 10]
            response = connections.put(one.url, content=chunk, headers=session.upload_headers)
            chunks.append(
                twelvelabs.CompletedChunk(
                    chunk_index=one.chunk_index,
                    proof=response.headers["etag"],
                    proof_type="etag",
                    chunk_size=len(chunk),
                )
            )
        assert (
            uploads.report_chunk_batch(session.upload_id, completed_chunks=chunks[:5]).url is None
        )
        states = [chunk.status for chunk in uploads.get_status(session.upload_id)]
        assert states == ["completed"] * 5 + ["pending"] * 7
        assert uploads.report_chunk_batch(session.upload_id, completed_chunks=chunks[5:]).url
        status = uploads.wait_for_upload_completion(session.upload_id)
        assert (status.status, status.total_chunks) == ("completed", 12)
        assert list(uploads.list_incomplete_uploads()) == []


async def test_upload_file_async(start, large_film):
    emulator, _ = start(chunk_bytes=4 * MIB)
    async with httpx.AsyncClient(timeout=60) as connections:
        sdk = twelvelabs.AsyncTwelveLabs(
            api_key="any", base_url=emulator.base_url, httpx_client=connections
        )
        result = await sdk.multipart_upload.upload_file(large_film, max_retries=0)
        while (asset := await sdk.assets.retrieve(result.asset_id)).status == "processing":
            pass
        assert asset.status == "ready"


# -------------------------------------------------------------------------------------------- tasks


def test_tasks(start, sample):
    emulator, _ = start()
    audio = twelvelabs.AsyncAudioInputRequest(media_source=media(sample("audio", ".mp3")))
    with httpx.Client(timeout=60) as connections:
        sdk = twelvelabs.TwelveLabs(
            api_key="any", base_url=emulator.base_url, httpx_client=connections
        )
        created = [
            sdk.embed.v_2.tasks.create(input_type="audio", audio=audio, **MODEL) for _ in range(3)
        ]
        assert created[0].status == "processing"
        assert created[0].data is None
        for one in created:
            while (task := sdk.embed.v_2.tasks.retrieve(one.id)).status == "processing":
                pass
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
    while (task := sdk.embed.v_2.tasks.retrieve(created.id)).status == "processing":
        pass
    assert task.status == "failed"
    assert "minimum of 4 s" in task.error.message


async def test_tasks_async(emulator, sample):
    path = sample("video", ".mp4", duration_sec=4, fps=4)
    video = twelvelabs.AsyncVideoInputRequest(media_source=media(path))
    async with httpx.AsyncClient(timeout=60) as connections:
        sdk = twelvelabs.AsyncTwelveLabs(
            api_key="any", base_url=emulator.base_url, httpx_client=connections
        )
        tasks = sdk.embed.v_2.tasks
        created = await tasks.create(input_type="video", video=video, **MODEL)
        while (task := await tasks.retrieve(created.id)).status == "processing":
            pass
        assert task.metadata.input_type == "video"
        assert created.id in [one.id async for one in await tasks.list(page_limit=50)]


# --------------------------------------------------------------------------------- of November 2026

NEW = {"model_name": "marengo3.5", "request_options": {"max_retries": 0}}


def wait_for_task(sdk, created):
    while (task := sdk.embed.v_2.tasks.retrieve(created.id, **SOON)).status == "processing":
        pass
    assert task.status == "ready", task.error
    return task


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
    task = wait_for_task(sdk, created)
    assert [(row.embedding_option, row.embedding_scope) for row in task.data] == [
        ("fused", "clip")
    ] * 2
    assert task.metadata.clip_length == 6
    assert task.usage.input_tokens["video"] > 0


def test_an_image_and_a_document_by_tasks(sdk, sample):
    tasks = sdk.embed.v_2.tasks
    image = twelvelabs.AsyncImageInputRequest(media_source=media(sample("image", ".jpg")))
    task = wait_for_task(sdk, tasks.create(input_type="image", image=image, **NEW))
    assert task.metadata.input_type == "image"
    assert [row.embedding_scope for row in task.data] == ["asset"]
    document = twelvelabs.AsyncDocumentInputRequest(
        media_source=media(sample("document", ".pdf")),
        segmentation=twelvelabs.DocumentSegmentation(
            spatial=twelvelabs.DocumentSpatialSegmentation(strategy="quadrants")
        ),
    )
    task = wait_for_task(sdk, tasks.create(input_type="document", document=document, **NEW))
    assert task.metadata.input_type == "document"
    assert len(task.data) == 15
    assert (task.data[1].quadrant, task.data[1].end_page_number) == ("top_left", 1)
    listed = {task.id: task for task in sdk.embed.v_2.tasks.list(page_limit=50, **SOON)}
    assert listed[task.id].document_embedding.metadata.document_embedding_option == ["visual"]


def test_details_and_notes_of_assets(sdk, film):
    with film.open("rb") as file:
        created = sdk.assets.create(
            method="direct",
            file=file,
            filename="The Match.mkv",
            enable_hls=True,
            enable_thumbnail=True,
            user_metadata='{"season": 2026}',
            **SOON,
        )
    asset = wait_for_asset(sdk, created.id)
    assert asset.user_metadata == {"season": 2026}
    assert asset.hls.status == asset.thumbnail.status == "ready"
    assert asset.technical_metadata.video_width == 640
    assert asset.duration == pytest.approx(12, abs=0.1)
    assert created.id in [one.id for one in sdk.assets.list(filename="match", **SOON)]
    sdk.assets.update_user_metadata(created.id, user_metadata={"final": True}, **SOON)
    assert sdk.assets.retrieve(created.id).user_metadata == {"season": 2026, "final": True}
    sdk.assets.replace_user_metadata(created.id, user_metadata={"rating": 9.5}, **SOON)
    assert sdk.assets.retrieve(created.id).user_metadata == {"rating": 9.5}
    sdk.assets.delete_user_metadata(created.id, **SOON)
    assert sdk.assets.retrieve(created.id).user_metadata is None
    transcription = sdk.assets.retrieve_transcription(created.id, include=["sentences"], **SOON)
    assert transcription.status == "ready"
    assert transcription.words is None
    assert transcription.sentences[0].value.startswith("A man is walking")
    sdk.assets.delete(created.id, force=True, **SOON)
    with pytest.raises(twelvelabs.NotFoundError):
        sdk.assets.retrieve_transcription(created.id, **SOON)


@pytest.mark.parametrize("kind", ["video", "audio", "image"])
def test_uploads_of_all_kinds(sdk, kind):
    session = sdk.multipart_upload.create(
        filename=f"a.{kind}", type=kind, total_size=100, user_metadata={"season": 2026}, **SOON
    )
    asset = sdk.assets.retrieve(session.asset_id, **SOON)
    assert (asset.method, asset.user_metadata) == ("multipart", {"season": 2026})
