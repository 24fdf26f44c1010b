"""The vendor's own SDK takes the emulator for the service."""

import numpy as np
import pytest
from twelvelabs_embed_emulator import Emulator, samples

from tests.emulator.helpers import MIB, fixed, put_chunk
from tests.emulator.vendor_sdk import (
    MODEL,
    SOON,
    TEXT,
    connected,
    connected_async,
    media,
    twelvelabs,
    wait_for,
    wait_for_async,
)


def test_text(sdk):
    response = sdk.embed.v_2.create(input_type="text", text=TEXT, **MODEL)
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
    async with connected_async(emulator) as sdk:
        response = await sdk.embed.v_2.create(input_type="text", text=TEXT, **MODEL)
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
    with pytest.raises(twelvelabs.BadRequestError, match="embedding_dimension"):
        sdk.embed.v_2.create(input_type="text", text=TEXT, embedding_dimension=256, **MODEL)


def test_content_too_large(sdk):
    """The SDK fails to decode this error when it is not nested."""
    video = twelvelabs.VideoInputRequest(media_source=media(bytes(36 * MIB + 1)))
    with pytest.raises(twelvelabs.ContentTooLargeError) as caught:
        sdk.embed.v_2.create(input_type="video", video=video, **MODEL)
    assert caught.value.body.error.code == "video_filesize_too_large"


def test_a_key_that_is_not_accepted():
    with Emulator(api_keys=["right"]) as emulator, connected(emulator, "wrong") as sdk:
        with pytest.raises(twelvelabs.core.api_error.ApiError) as caught:
            sdk.embed.v_2.create(input_type="text", text=TEXT, **MODEL)
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


def test_assets(sdk, sample, media_server):
    path = sample("image", ".jpg")
    with path.open("rb") as file:
        direct = sdk.assets.create(method="direct", file=file, filename="a.jpg", **SOON)
    by_url = sdk.assets.create(method="url", url=f"{media_server}/talk.wav", **SOON)
    assert direct.status == by_url.status == "processing"
    asset = wait_for(sdk.assets.retrieve, direct.id)
    assert (asset.status, asset.filename, asset.file_type) == ("ready", "a.jpg", "image/jpeg")
    assert wait_for(sdk.assets.retrieve, by_url.id).filename == "talk.wav"

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
    with connected(emulator) as sdk:
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
        asset = wait_for(sdk.assets.retrieve, result.asset_id)
        assert (asset.status, asset.filename) == ("ready", "film.mp4")
        video = twelvelabs.VideoInputRequest(
            media_source=twelvelabs.MediaSource(asset_id=asset.id), embedding_option=["visual"]
        )
        assert sdk.embed.v_2.create(input_type="video", video=video, **MODEL).data


def test_an_upload_in_steps(start):
    emulator, _ = start(chunk_bytes=10)
    content = bytes(range(115))
    with connected(emulator) as sdk:
        uploads = sdk.multipart_upload
        session = uploads.create(filename="a.mp4", type="video", total_size=len(content))
        (listed,) = uploads.list_incomplete_uploads()
        assert (listed.upload_id, listed.total_chunks) == (session.upload_id, 12)
        more = uploads.get_additional_presigned_urls(session.upload_id, start=12, count=1)
        assert more.upload_urls[0].chunk_index == 12
        chunks = []
        for one in session.upload_urls:
            chunk = content[(one.chunk_index - 1) * 10 : one.chunk_index * 10]
            response = put_chunk(one.url, content=chunk, headers=session.upload_headers)
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
    async with connected_async(emulator) as sdk:
        result = await sdk.multipart_upload.upload_file(large_film, max_retries=0)
        asset = await wait_for_async(sdk.assets.retrieve, result.asset_id)
        assert asset.status == "ready"


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
    asset = wait_for(sdk.assets.retrieve, created.id)
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
