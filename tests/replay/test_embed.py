"""What users do most, against recorded answers."""

import base64
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import httpx
import numpy as np
import pytest
from twelvelabs_embed import (
    NO_RETRY,
    AsyncTwelveLabs,
    Audio,
    BadRequestError,
    Dynamic,
    EmbeddingVideoMetadata,
    Fixed,
    Image,
    ImageInputRequest,
    Input,
    MediaSource,
    NotFoundError,
    Text,
    TextImage,
    TextInputRequest,
    TwelveLabs,
    UnauthorizedError,
    Video,
    VideoInputRequest,
)

from tests.replay.recording import (
    API_KEY,
    BASE_URL,
    CASSETTES,
    MEDIA,
    RECORDING,
    without_cookies,
    without_secrets_and_media,
)

pytestmark = [pytest.mark.vcr, pytest.mark.block_network(allowed_hosts=["127.0.0.1"])]

INPUTS: dict[str, Callable[[], Input]] = {
    "text": lambda: Text("a man walks his dog along the beach"),
    "image": lambda: Image(MEDIA / "beach.jpg"),
    "text_image": lambda: TextImage("the same beach, at night", MEDIA / "beach.jpg"),
    "audio": lambda: Audio(MEDIA / "talk.wav", segmentation=Fixed(5), options=["audio"]),
    "video": lambda: Video(MEDIA / "film.mkv", segmentation=Dynamic(2), scopes=["clip"]),
}


def sources() -> list[str]:
    if RECORDING:
        return [RECORDING]
    return [name for name in ("emulator", "live") if (CASSETTES / name).is_dir()]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "source" in metafunc.fixturenames:
        metafunc.parametrize("source", sources(), scope="module")


@pytest.fixture(scope="module")
def vcr_config() -> dict[str, Any]:
    return {
        "match_on": ["method", "path", "query", "body"],
        "before_record_request": without_secrets_and_media,
        "before_record_response": without_cookies,
        "decode_compressed_response": True,
    }


@pytest.fixture
def vcr_cassette_dir(source: str) -> str:
    return str(CASSETTES / source)


@pytest.fixture
def default_cassette_name(request: pytest.FixtureRequest, source: str) -> str:
    return request.node.name.replace(f"[{source}]", "").replace(f"{source}-", "")


@pytest.fixture
def client(source: str) -> Iterator[TwelveLabs]:
    with TwelveLabs(API_KEY, base_url=BASE_URL, retry=NO_RETRY) as client:
        yield client


@pytest.fixture
async def async_client(source: str) -> AsyncIterator[AsyncTwelveLabs]:
    # Not the default transport, which vcrpy would record in another way than the blocking one.
    async with (
        httpx.AsyncClient() as http,
        AsyncTwelveLabs(API_KEY, base_url=BASE_URL, retry=NO_RETRY, http_client=http) as client,
    ):
        yield client


@pytest.mark.parametrize("name", list(INPUTS))
def test_embed(client: TwelveLabs, name: str) -> None:
    embeddings = client.embed(INPUTS[name]())
    assert embeddings.vectors.shape == (len(embeddings.segments), 512)
    assert embeddings.vectors.dtype == np.float32
    assert embeddings.input_type == name
    assert len(embeddings) >= (3 if name in ("audio", "video") else 1)


@pytest.mark.parametrize("name", list(INPUTS))
async def test_embed_awaited(async_client: AsyncTwelveLabs, name: str) -> None:
    embeddings = await async_client.embed(INPUTS[name]())
    assert embeddings.vectors.shape == (len(embeddings.segments), 512)
    assert embeddings.input_type == name


def test_segments_of_a_video(client: TwelveLabs) -> None:
    clips = client.embed(
        Video(MEDIA / "film.mkv", segmentation=Fixed(2), options=["visual"], scopes=["clip"])
    )
    assert {segment.option for segment in clips.segments} == {"visual"}
    assert [(s.start_sec, s.end_sec) for s in clips.segments] == [(0, 2), (2, 4), (4, 6)]


def test_create_text(client: TwelveLabs) -> None:
    answer = client.embed.v_2.create(
        input_type="text",
        model_name="marengo3.0",
        text=TextInputRequest(input_text="a man walks his dog along the beach"),
    )
    (row,) = answer.data
    assert len(row.embedding) == 512
    assert all(isinstance(number, float) for number in row.embedding)
    assert row.embedding_option is None
    assert answer.metadata is None


def test_create_video(client: TwelveLabs) -> None:
    source = MediaSource(base_64_string=base64_of("film.mkv"))
    raw = client.embed.v_2.with_raw_response.create(
        input_type="video",
        model_name="marengo3.0",
        video=VideoInputRequest(media_source=source, embedding_option=["visual"]),
    )
    assert raw.status_code == 200
    assert raw.attempts == 1
    assert isinstance(raw.data.metadata, EmbeddingVideoMetadata)
    assert raw.data.metadata.duration == pytest.approx(6, abs=0.2)
    assert {row.embedding_scope for row in raw.data.data} == {"clip", "asset"}


def test_refused_by_the_service(client: TwelveLabs) -> None:
    with pytest.raises(BadRequestError) as caught:
        client.embed.v_2.create(
            input_type="text", model_name="marengo0.1", text=TextInputRequest(input_text="a dog")
        )
    assert caught.value.code == "parameter_invalid"
    assert caught.value.message


def test_an_asset_that_is_not_there(client: TwelveLabs) -> None:
    with pytest.raises(NotFoundError) as caught:
        client.embed.v_2.create(
            input_type="image",
            model_name="marengo3.0",
            image=ImageInputRequest(media_source=MediaSource(asset_id="0" * 24)),
        )
    assert caught.value.code == "resource_not_exist"


def test_a_key_that_is_not_accepted(source: str) -> None:
    with TwelveLabs("tlk_not_a_key", base_url=BASE_URL, retry=NO_RETRY) as client:
        with pytest.raises(UnauthorizedError) as caught:
            client.embed("a dog")
    assert caught.value.code == "api_key_invalid"


def base64_of(name: str) -> str:
    return base64.b64encode((MEDIA / name).read_bytes()).decode()
