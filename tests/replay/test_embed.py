"""Embedding, by every route, against recorded responses."""

import base64
from collections.abc import Callable

import numpy as np
import pytest
from twelvelabs_embed import (
    NO_RETRY,
    AsyncTwelveLabs,
    Audio,
    AudioInputRequest,
    BadRequestError,
    Dynamic,
    EmbeddingVideoMetadata,
    Fixed,
    Image,
    ImageInputRequest,
    Input,
    Media,
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
from twelvelabs_embed.validation.routing import RouteName

from tests.replay.recording import BASE_URL, MEDIA, MEDIA_URL

pytestmark = [pytest.mark.vcr, pytest.mark.block_network(allowed_hosts=["127.0.0.1"])]

INPUTS: dict[str, Callable[[], Input]] = {
    "text": lambda: Text("a man walks his dog along the beach"),
    "image": lambda: Image(MEDIA / "beach.jpg"),
    "text_image": lambda: TextImage("the same beach, at night", MEDIA / "beach.jpg"),
    "audio": lambda: Audio(MEDIA / "talk.wav", segmentation=Fixed(5), options=["audio"]),
    "video": lambda: Video(MEDIA / "film.mkv", segmentation=Dynamic(2), scopes=["clip"]),
}


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


# ------------------------------------------------------------------------------- the ways to go


def talk() -> Audio:
    return Audio(MEDIA / "talk.wav", options=["audio"], scopes=["asset"])


def film() -> Video:
    return Video(MEDIA / "film.mkv", segmentation=Fixed(3), options=["visual"], scopes=["clip"])


@pytest.mark.parametrize("make", [talk, film])
@pytest.mark.parametrize("route", ["asset", "task"])
def test_embed_by_another_way(
    client: TwelveLabs, make: Callable[[], Audio | Video], route: RouteName
) -> None:
    embeddings = client.embed(make(), route=route)
    assert embeddings.vectors.shape == (1 if make is talk else 2, 512)
    assert embeddings.input_type == make().input_type
    assert embeddings.route is not None
    assert embeddings.route.name == route
    assert bool(embeddings.route.asset_id) == (route == "asset")
    assert bool(embeddings.route.task_id) == (route == "task")


@pytest.mark.parametrize("route", ["asset", "task"])
async def test_embed_by_another_way_awaited(
    async_client: AsyncTwelveLabs, route: RouteName
) -> None:
    embeddings = await async_client.embed(talk(), route=route)
    assert embeddings.vectors.shape == (1, 512)
    assert str(embeddings.route) == f"{route}: you asked for this route"


def test_embed_a_link(client: TwelveLabs) -> None:
    embeddings = client.embed(Image(f"{MEDIA_URL}/beach.jpg"))
    assert embeddings.vector.shape == (512,)
    assert embeddings.route is not None
    assert embeddings.route.name == "url"
    assert embeddings.metadata is not None
    assert embeddings.metadata["input_url"] == f"{MEDIA_URL}/beach.jpg"


def test_embed_what_was_uploaded(client: TwelveLabs) -> None:
    asset = client.assets.upload(MEDIA / "beach.jpg")
    uploaded = client.embed(Image(Media.asset(str(asset.id))))
    inline = client.embed(Image(MEDIA / "beach.jpg"))
    assert uploaded.vector == pytest.approx(inline.vector, abs=1e-3)
    client.assets.delete(str(asset.id))


def test_resume(client: TwelveLabs) -> None:
    """A task that was created elsewhere is collected by its id."""
    created = client.embed.v_2.tasks.create(
        input_type="audio",
        model_name="marengo3.0",
        audio=AudioInputRequest(
            media_source=MediaSource(base_64_string=base64_of("talk.wav")),
            embedding_option=["audio"],
            embedding_scope=["asset"],
        ),
    )
    embeddings = client.embed.resume(created.id)
    assert embeddings.vectors.shape == (1, 512)
    assert embeddings.input_type == "audio"
    assert embeddings.route is not None
    assert embeddings.route.task_id == created.id


# ------------------------------------------------------------------------- in the vendor's style


def test_create_text(client: TwelveLabs) -> None:
    response = client.embed.v_2.create(
        input_type="text",
        model_name="marengo3.0",
        text=TextInputRequest(input_text="a man walks his dog along the beach"),
    )
    (row,) = response.data
    assert len(row.embedding) == 512
    assert all(isinstance(number, float) for number in row.embedding)
    assert row.embedding_option is None
    assert response.metadata is None


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


def test_rejected_by_the_service(client: TwelveLabs) -> None:
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
