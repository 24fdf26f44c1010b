"""Texts, and how vectors are used."""

import asyncio

import numpy as np


def a_query():
    from twelvelabs import TextInputRequest, TwelveLabs

    client = TwelveLabs(api_key="tlk_test")
    response = client.embed.v_2.create(
        input_type="text",
        model_name="marengo3.0",
        text=TextInputRequest(input_text="a man walks his dog along the beach"),
    )
    return [row.embedding for row in response.data]


def a_query_as_a_plain_dict():
    from twelvelabs import TwelveLabs

    client = TwelveLabs(api_key="tlk_test")
    response = client.embed.v_2.create(
        input_type="text", model_name="marengo3.0", text={"input_text": "a dog"}
    )
    return response.data[0].embedding


def arguments_from_a_dict():
    from twelvelabs import TwelveLabs

    client = TwelveLabs(api_key="tlk_test")
    arguments = {"input_type": "text", "model_name": "marengo3.0", "text": {"input_text": "a dog"}}
    result = client.embed.v_2.create(request_options={"timeout_in_seconds": 60}, **arguments)
    return len(result.data[0].embedding)


def a_normalized_array():
    from twelvelabs import TwelveLabs
    from twelvelabs.types import TextInputRequest

    def embed_text(query):
        response = client.embed.v_2.create(
            input_type="text", model_name="marengo3.0", text=TextInputRequest(input_text=query)
        )
        if response.data and len(response.data) > 0:
            vector = np.array(response.data[0].embedding, dtype=np.float32)
            return vector / np.linalg.norm(vector)
        return None

    client = TwelveLabs(api_key="tlk_test")
    return [round(float(embed_text(text) @ embed_text("a dog")), 5) for text in ("a cat", "a dog")]


def several_queries():
    from twelvelabs import TextInputRequest, TwelveLabs

    client = TwelveLabs(api_key="tlk_test")
    embeddings = []
    for text in ["a dog", "a cat", "a train"]:
        response = client.embed.v_2.create(
            input_type="text", model_name="marengo3.0", text=TextInputRequest(input_text=text)
        )
        embeddings.append(response.data[0].embedding[:3])
    return embeddings


async def several_queries_at_once():
    import twelvelabs

    client = twelvelabs.AsyncTwelveLabs(api_key="tlk_test")

    async def embed(text):
        response = await client.embed.v_2.create(
            input_type="text",
            model_name="marengo3.0",
            text=twelvelabs.TextInputRequest(input_text=text),
        )
        return np.array(response.data[0].embedding, dtype="float32")

    async with client:
        vectors = [await embed("a dog")]
        vectors += await asyncio.gather(embed("a dog"), embed("a dog"))
    return np.stack(vectors).round(5).tolist()


def fields_that_a_text_has_not():
    from twelvelabs import TextInputRequest, TwelveLabs

    client = TwelveLabs(api_key="tlk_test")
    response = client.embed.v_2.create(
        input_type="text", model_name="marengo3.0", text=TextInputRequest(input_text="a dog")
    )
    row = response.data[0]
    found = [response.metadata, row.embedding_option, row.embedding_scope]
    found += [row.start_sec, row.end_sec, row.embedding_uncertainty]
    if response.usage is not None:
        found.append(response.usage.input_tokens)
    return found


def a_text_with_marengo35():
    from twelvelabs import MultiInputRequest, TwelveLabs

    client = TwelveLabs(api_key="tlk_test")
    response = client.embed.v_2.create(
        input_type="multi_input",
        model_name="marengo3.5",
        multi_input=MultiInputRequest(input_text="a dog"),
        embedding_dimension=256,
        embedding_uncertainty=True,
        auto_truncate=True,
    )
    row = response.data[0]
    return [len(row.embedding), len(row.embedding_uncertainty), response.metadata.input_type]


def omitted_arguments_as_none():
    from twelvelabs import TextInputRequest, TwelveLabs

    client = TwelveLabs(api_key="tlk_test")
    response = client.embed.v_2.create(
        input_type="text",
        model_name="marengo3.0",
        text=TextInputRequest(input_text="a dog"),
        image=None,
        text_image=None,
        audio=None,
        video=None,
        request_options=None,
    )
    return response.data[0].embedding[:3]
