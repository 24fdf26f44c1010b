"""With another model one word changes, whatever way an input has to go."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from twelvelabs_embed import (
    Audio,
    BadRequestError,
    Document,
    Embeddings,
    Fixed,
    Image,
    Input,
    InvalidInputError,
    MultiInput,
    Spatial,
    Text,
    TextImage,
    Video,
)
from twelvelabs_embed_emulator import Emulator, samples

from tests.clients import AWAITED, BLOCKING, SHORT_WAITS

MODEL = "marengo3.5"


@pytest.fixture(scope="module")
def media(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("media")
    samples.image(folder / "beach.jpg", scene="beach")
    samples.image(folder / "station.png", scene="station")
    samples.audio(folder / "talk.wav", duration_sec=12)
    samples.audio(folder / "long.wav", duration_sec=31)
    samples.video(folder / "small.mp4", fps=4)
    (folder / "large.mp4").write_bytes((folder / "small.mp4").read_bytes())
    samples.write_padded_video(folder / "large.mp4", 40 << 20)
    samples.document(folder / "paper.pdf", pages=["a dog", "a beach", "a train"])
    return folder


@pytest.fixture(params=[BLOCKING, AWAITED], ids=str)
async def client(
    emulator: Emulator, tmp_path: Path, request: pytest.FixtureRequest
) -> AsyncIterator[Any]:
    settings = {"base_url": emulator.base_url, "clock": SHORT_WAITS, "resume_dir": tmp_path}
    async with request.param.open(**settings) as made:
        yield made


def way_of(embeddings: Embeddings) -> str:
    assert embeddings.route is not None
    return str(embeddings.route)


@pytest.mark.parametrize("kind", ["text", "image", "text_image", "audio", "video"])
async def test_one_word_changes(client: Any, media: Path, kind: str) -> None:
    inputs: dict[str, Input] = {
        "text": Text("a dog"),
        "image": Image(media / "beach.jpg"),
        "text_image": TextImage("a dog", media / "beach.jpg"),
        "audio": Audio(media / "talk.wav"),
        "video": Video(media / "small.mp4"),
    }
    input = inputs[kind]
    before, after = await client.embed(input), await client.embed(input, model=MODEL)
    assert before.input_type == after.input_type == kind
    assert before.usage is None
    assert after.usage is not None
    assert after.vectors.shape == (1, 512)
    assert way_of(after).startswith("inline")


async def test_several_together(client: Any, media: Path) -> None:
    beach, station = Image(media / "beach.jpg"), Image(media / "station.png")
    trip = MultiInput("from <@here> to <@there>", here=beach, there=station)
    assert (await client.embed(trip, model=MODEL)).vector.shape == (512,)
    assert (await client.embed(trip)).vector.shape == (512,)  # images alone are for both models
    with_sound = MultiInput("<@sound> at <@here>", here=beach, sound=Audio(media / "talk.wav"))
    assert (await client.embed(with_sound, model=MODEL)).vector.shape == (512,)
    with pytest.raises(InvalidInputError, match=r"audio, with marengo3\.0"):
        await client.embed(with_sound)
    with pytest.raises(BadRequestError):
        await client.embed(with_sound, check=False)


async def test_pages_and_their_quarters(client: Any, media: Path) -> None:
    pages = await client.embed(Document(media / "paper.pdf"), model=MODEL)
    assert [one.start_page for one in pages.segments if one.scope == "page"] == [1, 2, 3]
    cut = Document(media / "paper.pdf", scopes="local", segmentation=Spatial("quadrants"))
    quarters = await client.embed(cut, model=MODEL)
    assert way_of(quarters) == "task: only tasks embed documents with marengo3.5"
    assert len({one.quadrant for one in quarters.segments}) >= 4
    with pytest.raises(InvalidInputError, match=r"only marengo3\.5 embeds documents"):
        await client.embed(cut)


async def test_settings_of_recordings_need_a_task(client: Any, media: Path) -> None:
    cut = await client.embed(Audio(media / "talk.wav", segmentation=Fixed(4)), model=MODEL)
    assert way_of(cut) == "task: with marengo3.5, only tasks take segmentation"
    assert [one.end_sec for one in cut.segments if one.scope == "clip"] == [4, 8, 12]
    long = await client.embed(Audio(media / "long.wav"), model=MODEL)
    assert way_of(long).startswith("task: long.wav is 31 s long")


async def test_a_short_file_that_is_large_needs_a_task(client: Any, media: Path) -> None:
    large = await client.embed(Video(media / "large.mp4"), model=MODEL)
    assert way_of(large).startswith("task: large.mp4 has 40 MB, and at most 32 MB go through")
    assert [one async for one in await client.assets.list()] == []


@pytest.mark.parametrize(
    "input", [Text("a dog"), Audio("talk.wav", segmentation=Fixed(4), scopes="clip")]
)
async def test_shorter_vectors_and_how_uncertain_they_are(
    client: Any, media: Path, input: Input
) -> None:
    if isinstance(input, Audio):
        input = Audio(media / "talk.wav", segmentation=Fixed(4), scopes="clip")
    whole = await client.embed(input, model=MODEL)
    short = await client.embed(input, model=MODEL, dimension=128, uncertainty=True)
    assert short.vectors.shape == (len(whole), 128)
    assert np.array_equal(short.vectors, whole.vectors[:, :128])
    assert short.uncertainties is not None
    assert short.uncertainties.shape == (len(whole), 128)
    assert whole.uncertainties is None


async def test_a_long_text_is_cut_when_that_is_asked_for(client: Any) -> None:
    text = "dog " * 2001
    with pytest.raises(InvalidInputError, match="at most 2000 tokens"):
        await client.embed(text, model=MODEL)
    cut = await client.embed(text, model=MODEL, auto_truncate=True)
    assert cut.usage is not None
    assert cut.usage.truncated
    assert cut.usage.truncation_reason == "model_context_window"
    kept = await client.embed("dog " * 2000, model=MODEL)
    assert np.array_equal(kept.vectors, cut.vectors)
