"""What came by November 2026, against recorded responses."""

import base64

import numpy as np
import pytest
from twelvelabs_embed import (
    AsyncTwelveLabs,
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
    TwelveLabs,
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
def test_one_word_changes(client: TwelveLabs, name: str) -> None:
    embeddings = client.embed(INPUTS[name], model=MODEL)
    assert embeddings.vector.shape == (512,)
    assert (embeddings.input_type, embeddings.model) == (name, MODEL)
    assert embeddings.usage is not None
    assert not embeddings.usage.truncated
    assert sum(embeddings.usage.input_tokens.values()) > 0


async def test_one_word_changes_awaited(async_client: AsyncTwelveLabs) -> None:
    embeddings = await async_client.embed(INPUTS["multi_input"], model=MODEL)
    assert embeddings.vector.shape == (512,)


def test_shorter_vectors_and_how_uncertain_they_are(client: TwelveLabs) -> None:
    embeddings = client.embed("a dog", model=MODEL, dimension=128, uncertainty=True)
    assert embeddings.vectors.shape == (1, 128)
    assert embeddings.uncertainties is not None
    assert embeddings.uncertainties.shape == (1, 128)
    assert np.isfinite(embeddings.uncertainties).all()


def test_recordings_are_cut_by_tasks(client: TwelveLabs) -> None:
    talk = Audio(MEDIA / "talk.wav", options="audio", scopes=["local", "asset"])
    embeddings = client.embed(talk, model=MODEL)
    assert embeddings.route is not None
    assert embeddings.route.name == "task"
    assert {segment.option for segment in embeddings.segments} == {"audio"}
    assert len(embeddings.select(scope="asset")) == 1


def test_pages_of_a_document(client: TwelveLabs) -> None:
    embeddings = client.embed(Document(MEDIA / "paper.pdf"), model=MODEL)
    pages = [segment.start_page for segment in embeddings.segments]
    assert sorted(page for page in pages if page is not None) == [1, 2]


def test_in_the_vendors_style(client: TwelveLabs) -> None:
    beach = base64.b64encode((MEDIA / "beach.jpg").read_bytes()).decode()
    response = client.embed.v_2.create(
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


def test_what_only_the_new_model_takes(client: TwelveLabs) -> None:
    with pytest.raises(BadRequestError, match="embedding_dimension"):
        client.embed("a dog", dimension=128, check=False)
    with pytest.raises(BadRequestError, match="input_type"):
        client.embed.v_2.create(
            input_type="text", model_name=MODEL, text=TextInputRequest(input_text="a dog")
        )


def test_what_is_noted_about_an_asset(client: TwelveLabs) -> None:
    asset = client.assets.upload(MEDIA / "talk.wav")
    client.assets.wait_until_ready(asset.id)
    client.assets.replace_user_metadata(asset.id, user_metadata={"series": "talks", "year": 2026})
    client.assets.update_user_metadata(asset.id, user_metadata={"year": None, "tags": ["a", "b"]})
    known = client.assets.retrieve(asset.id)
    assert known.user_metadata is not None
    assert known.user_metadata == {"series": "talks", "tags": ["a", "b"]}
    assert known.duration == pytest.approx(12, abs=0.2)
    client.assets.delete_user_metadata(asset.id)
    assert list(client.assets.list_indexed_assets(asset.id)) == []
    assert list(client.assets.list_entities(asset.id)) == []
    said = client.assets.retrieve_transcription(asset.id, include=["words", "sentences"])
    assert said.status == "ready"
    client.assets.delete(asset.id, force=True)
