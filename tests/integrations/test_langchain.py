"""`TwelveLabsEmbeddings` does what LangChain asks of embeddings."""

from __future__ import annotations

import asyncio
import gc
from typing import Any

import pytest
from langchain_core.vectorstores import InMemoryVectorStore
from twelvelabs_embed import (
    AsyncTwelveLabs,
    ConfigurationError,
    InvalidInputError,
    TwelveLabs,
    UnauthorizedError,
)
from twelvelabs_embed.integrations.langchain import TwelveLabsEmbeddings

from tests.batch.many import threads_that_send

TEXTS = [f"text {number}" for number in range(40)]


@pytest.fixture
def embeddings(client: TwelveLabs) -> TwelveLabsEmbeddings:
    return TwelveLabsEmbeddings(client=client)


def test_vectors_come_in_the_order_of_the_texts(
    embeddings: TwelveLabsEmbeddings, client: TwelveLabs
) -> None:
    vectors = embeddings.embed_documents(TEXTS)
    assert len(vectors) == 40
    assert (
        vectors[17] == client.embed("text 17").vector.tolist() == embeddings.embed_query("text 17")
    )
    assert all(type(number) is float for number in vectors[0])
    assert len(vectors[0]) == 512


def test_no_texts_are_no_vectors(embeddings: TwelveLabsEmbeddings) -> None:
    assert embeddings.embed_documents([]) == []
    assert asyncio.run(embeddings.aembed_documents([])) == []


@pytest.mark.parametrize("bad", ["", "word " * 2500])
def test_the_first_text_that_fails_is_named(embeddings: TwelveLabsEmbeddings, bad: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        embeddings.embed_documents([*TEXTS[:5], bad, "", *TEXTS[5:]])
    assert caught.value.__notes__ == ["It is of the input with the index 5, of 42."]
    assert threads_that_send() == []  # while the error, which holds all frames, is kept


async def test_what_is_awaited_is_the_same(client: TwelveLabs) -> None:
    threaded = TwelveLabsEmbeddings(client=client)
    async with AsyncTwelveLabs() as async_client:
        awaited = TwelveLabsEmbeddings(async_client=async_client)
        expected = await threaded.aembed_documents(TEXTS[:5])
        assert await awaited.aembed_documents(TEXTS[:5]) == expected
        assert await awaited.aembed_query("text 3") == await threaded.aembed_query("text 3")
        with pytest.raises(InvalidInputError) as caught:
            await awaited.aembed_documents(["a", "", *TEXTS])
        assert asyncio.all_tasks() == {asyncio.current_task()}
    assert caught.value.__notes__ == ["It is of the input with the index 1, of 42."]


async def test_a_quota_holds_for_all_calls_together(client: TwelveLabs) -> None:
    async with AsyncTwelveLabs() as async_client:
        embeddings = TwelveLabsEmbeddings(client=client, async_client=async_client, rpm=1000)
        rate_limiter = embeddings._embedder._rate_limiter
        embeddings.embed_query("a")
        embeddings.embed_documents(["b", "c", "d"])
        assert rate_limiter._done == 4
        await embeddings.aembed_query("a")
        await embeddings.aembed_documents(["b", "c", "d"])
        assert rate_limiter._done == 8


@pytest.mark.parametrize("settings", [{"concurrency": 0}, {"rpm": 0}])
def test_a_limit_that_cannot_be_is_reported(client: TwelveLabs, settings: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError, match=next(iter(settings))):
        TwelveLabsEmbeddings(client=client, **settings).embed_documents(["a", "b"])


def test_a_client_of_its_own_is_closed_with_it(client: TwelveLabs) -> None:
    embeddings, others = TwelveLabsEmbeddings(), TwelveLabsEmbeddings(client=client)
    own = embeddings._client
    assert len(embeddings.embed_query("a")) == len(others.embed_query("a")) == 512
    del embeddings, others
    gc.collect()
    with pytest.raises(RuntimeError, match="closed"):
        own.embed("a")
    assert len(client.embed("a")) == 1


def test_a_vector_store_finds_what_is_near(embeddings: TwelveLabsEmbeddings) -> None:
    store = InMemoryVectorStore(embeddings)
    store.add_texts(["a dog jumps", "a car drives", "rain on a roof"])
    assert store.similarity_search("a car drives", k=1)[0].page_content == "a car drives"


def test_a_key_that_is_not_accepted_is_not_shown(emulator: object) -> None:
    with TwelveLabs("wrong-key-55") as client:
        embeddings = TwelveLabsEmbeddings(client=client)
        with pytest.raises(UnauthorizedError) as caught:
            embeddings.embed_query("a")
    assert "wrong-key-55" not in f"{embeddings!r} {caught.value}"


async def test_a_dimension_holds_for_texts_and_lists_blocking_and_awaited(
    client: TwelveLabs,
) -> None:
    settings: dict[str, Any] = {"model": "marengo3.5", "dimension": 256}
    async with AsyncTwelveLabs() as async_client:
        embeddings = TwelveLabsEmbeddings(client=client, async_client=async_client, **settings)
        lists = [
            embeddings.embed_documents(["a", "b"]),
            embeddings.embed_documents(["a"]),
            [embeddings.embed_query("a")],
            await embeddings.aembed_documents(["a", "b"]),
            await embeddings.aembed_documents(["a"]),
            [await embeddings.aembed_query("a")],
        ]
    assert {len(vector) for vectors in lists for vector in vectors} == {256}
