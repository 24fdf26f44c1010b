"""What came by November 2026, against recorded responses."""

import base64
from typing import Any

import numpy as np
import pytest
from twelvelabs_embed import (
    Audio,
    BadRequestError,
    Document,
    EmbeddingMultiInputMetadata,
    Image,
    Input,
    MultiInput,
    MultiInputMediaSource,
    MultiInputRequest,
    Text,
    TextImage,
    TextInputRequest,
)

from tests.replay.recording import MEDIA

pytestmark = [pytest.mark.vcr, pytest.mark.block_network(allowed_hosts=["127.0.0.1"])]

MODEL = "marengo3.5"
INPUTS: dict[str, Input] = {
    "text": Text("a man walks his dog along the beach"),
    "image": Image(MEDIA / "beach.jpg"),
    "text_image": TextImage("the same beach, at night", MEDIA / "beach.jpg"),
    "audio": Audio(MEDIA / "talk.wav"),
    "multi_input": MultiInput("someone at <@place>", place=Image(MEDIA / "beach.jpg")),
}


@pytest.mark.parametrize("name", list(INPUTS))
async def test_one_word_changes(client: Any, name: str) -> None:
    embeddings = await client.embed(INPUTS[name], model=MODEL)
    assert embeddings.vector.shape == (512,)
    assert (embeddings.input_type, embeddings.model) == (name, MODEL)
    assert embeddings.usage is not None
    assert not embeddings.usage.truncated
    assert sum(embeddings.usage.input_tokens.values()) > 0


async def test_shorter_vectors_and_how_uncertain_they_are(client: Any) -> None:
    embeddings = await client.embed("a dog", model=MODEL, dimension=128, uncertainty=True)
    assert embeddings.vectors.shape == (1, 128)
    assert embeddings.uncertainties is not None
    assert embeddings.uncertainties.shape == (1, 128)
    assert np.isfinite(embeddings.uncertainties).all()


async def test_recordings_are_cut_by_tasks(client: Any) -> None:
    talk = Audio(MEDIA / "talk.wav", options="audio", scopes=["local", "asset"])
    embeddings = await client.embed(talk, model=MODEL)
    assert embeddings.route is not None
    assert embeddings.route.name == "task"
    assert {segment.option for segment in embeddings.segments} == {"audio"}
    assert len(embeddings.select(scope="asset")) == 1


async def test_pages_of_a_document(client: Any) -> None:
    embeddings = await client.embed(Document(MEDIA / "paper.pdf"), model=MODEL)
    pages = [segment.start_page for segment in embeddings.segments]
    assert sorted(page for page in pages if page is not None) == [1, 2]


async def test_in_the_vendors_style(client: Any) -> None:
    beach = base64.b64encode((MEDIA / "beach.jpg").read_bytes()).decode()
    response = await client.embed.v_2.create(
        input_type="multi_input",
        model_name=MODEL,
        embedding_dimension=128,
        multi_input=MultiInputRequest(
            input_text="someone at <@place>",
            media_sources=[
                MultiInputMediaSource(
                    media_type="image",
                    name="place",
                    base_64_string=beach,
                )
            ],
        ),
    )
    assert len(response.data[0].embedding) == 128
    assert isinstance(response.metadata, EmbeddingMultiInputMetadata)


async def test_what_only_the_new_model_takes(client: Any) -> None:
    with pytest.raises(BadRequestError, match="embedding_dimension"):
        await client.embed("a dog", dimension=128, check=False)
    with pytest.raises(BadRequestError, match="input_type"):
        await client.embed.v_2.create(
            input_type="text", model_name=MODEL, text=TextInputRequest(input_text="a dog")
        )


async def test_what_is_noted_about_an_asset(client: Any) -> None:
    asset = await client.assets.upload(MEDIA / "talk.wav")
    await client.assets.wait_until_ready(asset.id)
    await client.assets.replace_user_metadata(
        asset.id, user_metadata={"series": "talks", "year": 2026}
    )
    await client.assets.update_user_metadata(
        asset.id, user_metadata={"year": None, "tags": ["a", "b"]}
    )
    known = await client.assets.retrieve(asset.id)
    assert known.user_metadata is not None
    assert known.user_metadata == {"series": "talks", "tags": ["a", "b"]}
    assert known.duration == pytest.approx(12, abs=0.2)
    await client.assets.delete_user_metadata(asset.id)
    assert [one async for one in await client.assets.list_indexed_assets(asset.id)] == []
    assert [one async for one in await client.assets.list_entities(asset.id)] == []
    said = await client.assets.retrieve_transcription(asset.id, include=["words", "sentences"])
    assert said.status == "ready"
    await client.assets.delete(asset.id, force=True)
