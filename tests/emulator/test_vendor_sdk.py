"""The vendor's own SDK takes the emulator for the service."""

import httpx
import numpy as np
import pytest
from twelvelabs_embed_emulator import Emulator

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


def test_parameters_of_a_later_contract(sdk):
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
