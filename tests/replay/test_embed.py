"""Embedding, by every route, against recorded responses."""

import base64
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from twelvelabs_embed import (
    NO_RETRY,
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
    UnauthorizedError,
    Video,
    VideoInputRequest,
)
from twelvelabs_embed.validation.routing import RouteName

from tests.clients import ClientKind
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
async def test_embed(client: Any, name: str) -> None:
    embeddings = await client.embed(INPUTS[name]())
    assert embeddings.vectors.shape == (len(embeddings.segments), 512)
    assert embeddings.vectors.dtype == np.float32
    assert embeddings.input_type == name
    assert len(embeddings) >= (3 if name in ("audio", "video") else 1)


async def test_segments_of_a_video(client: Any) -> None:
    clips = await client.embed(
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
async def test_embed_by_another_way(
    client: Any, make: Callable[[], Audio | Video], route: RouteName
) -> None:
    embeddings = await client.embed(make(), route=route)
    assert embeddings.vectors.shape == (1 if make is talk else 2, 512)
    assert embeddings.input_type == make().input_type
    assert embeddings.route is not None
    assert embeddings.route.name == route
    assert str(embeddings.route) == f"{route}: you asked for this route"
    assert bool(embeddings.route.asset_id) == (route == "asset")
    assert bool(embeddings.route.task_id) == (route == "task")


async def test_embed_a_link(client: Any) -> None:
    embeddings = await client.embed(Image(f"{MEDIA_URL}/beach.jpg"))
    assert embeddings.vector.shape == (512,)
    assert embeddings.route is not None
    assert embeddings.route.name == "url"
    assert embeddings.metadata is not None
    assert embeddings.metadata["input_url"] == f"{MEDIA_URL}/beach.jpg"


async def test_embed_what_was_uploaded(client: Any) -> None:
    asset = await client.assets.upload(MEDIA / "beach.jpg")
    uploaded = await client.embed(Image(Media.asset(str(asset.id))))
    inline = await client.embed(Image(MEDIA / "beach.jpg"))
    assert uploaded.vector == pytest.approx(inline.vector, abs=1e-3)
    await client.assets.delete(str(asset.id))


async def test_resume(client: Any) -> None:
    """A task that was created elsewhere is collected by its id."""
    created = await client.embed.v_2.tasks.create(
        input_type="audio",
        model_name="marengo3.0",
        audio=AudioInputRequest(
            media_source=MediaSource(base_64_string=base64_of("talk.wav")),
            embedding_option=["audio"],
            embedding_scope=["asset"],
        ),
    )
    embeddings = await client.embed.resume(created.id)
    assert embeddings.vectors.shape == (1, 512)
    assert embeddings.input_type == "audio"
    assert embeddings.route is not None
    assert embeddings.route.task_id == created.id


# ------------------------------------------------------------------------- in the vendor's style


async def test_create_text(client: Any) -> None:
    response = await client.embed.v_2.create(
        input_type="text",
        model_name="marengo3.0",
        text=TextInputRequest(input_text="a man walks his dog along the beach"),
    )
    (row,) = response.data
    assert len(row.embedding) == 512
    assert all(isinstance(number, float) for number in row.embedding)
    assert row.embedding_option is None
    assert response.metadata is None


async def test_create_video(client: Any) -> None:
    source = MediaSource(base_64_string=base64_of("film.mkv"))
    raw = await client.embed.v_2.with_raw_response.create(
        input_type="video",
        model_name="marengo3.0",
        video=VideoInputRequest(media_source=source, embedding_option=["visual"]),
    )
    assert raw.status_code == 200
    assert raw.attempts == 1
    assert isinstance(raw.data.metadata, EmbeddingVideoMetadata)
    assert raw.data.metadata.duration == pytest.approx(6, abs=0.2)
    assert {row.embedding_scope for row in raw.data.data} == {"clip", "asset"}


async def test_rejected_by_the_service(client: Any) -> None:
    with pytest.raises(BadRequestError) as caught:
        await client.embed.v_2.create(
            input_type="text", model_name="marengo0.1", text=TextInputRequest(input_text="a dog")
        )
    assert caught.value.code == "parameter_invalid"
    assert caught.value.message


async def test_an_asset_that_is_not_there(client: Any) -> None:
    with pytest.raises(NotFoundError) as caught:
        await client.embed.v_2.create(
            input_type="image",
            model_name="marengo3.0",
            image=ImageInputRequest(media_source=MediaSource(asset_id="0" * 24)),
        )
    assert caught.value.code == "resource_not_exist"


async def test_a_key_that_is_not_accepted(kind: ClientKind) -> None:
    async with kind.open("tlk_not_a_key", base_url=BASE_URL, retry=NO_RETRY) as client:
        with pytest.raises(UnauthorizedError) as caught:
            await client.embed("a dog")
    assert caught.value.code == "api_key_invalid"


def base64_of(name: str) -> str:
    return base64.b64encode((MEDIA / name).read_bytes()).decode()
