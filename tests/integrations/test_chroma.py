"""`TwelveLabsFunction` in a Chroma database on disk.

Chroma has tests of its own functions, but none for those of others.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import chromadb
import numpy as np
import pytest
from chromadb.config import Settings
from twelvelabs_embed import ConfigurationError, InvalidInputError, TwelveLabs
from twelvelabs_embed.integrations.chroma import TwelveLabsFunction
from twelvelabs_embed_emulator import samples

from tests.integrations.conftest import KEY


@pytest.fixture
def store(tmp_path: Path) -> Any:
    return chromadb.PersistentClient(tmp_path / "store", Settings(anonymized_telemetry=False))


def test_documents_are_found_by_a_function_made_anew(store: Any) -> None:
    made = store.create_collection("films", embedding_function=TwelveLabsFunction(rpm=1000))
    made.add(ids=["1", "2", "3"], documents=["a dog", "a car", "rain"])
    opened = store.get_collection("films")
    assert opened.query(query_texts=["a car"], n_results=1)["documents"] == [["a car"]]
    assert opened.configuration_json["hnsw"]["space"] == "cosine"


def test_vectors_come_in_the_order_of_the_documents(client: TwelveLabs) -> None:
    texts = [f"text {number}" for number in range(40)]
    vectors = TwelveLabsFunction(client=client)(texts)
    assert len(vectors) == 40
    assert np.array_equal(vectors[17], client.embed("text 17").vector)
    assert vectors[0].dtype == np.float32


def test_images_and_texts_are_in_one_space(store: Any, tmp_path: Path) -> None:
    from PIL import Image

    pictures = [
        np.asarray(Image.open(samples.image(tmp_path / f"{scene}.png", scene=scene)))
        for scene in ("beach", "station")
    ]
    films = store.create_collection("films", embedding_function=TwelveLabsFunction())
    films.add(ids=["beach", "station"], images=pictures)
    assert films.query(query_images=[pictures[1]], n_results=1)["ids"] == [["station"]]
    assert len(films.query(query_texts=["sea"], n_results=2)["ids"][0]) == 2


def test_the_first_document_that_fails_is_named() -> None:
    with pytest.raises(InvalidInputError) as caught:
        TwelveLabsFunction()(["a", "b", "", ""])
    assert caught.value.__notes__ == ["It is of the input with the index 2, of 4."]


def test_the_key_is_never_written(
    store: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TWELVE_LABS_API_KEY")
    monkeypatch.setenv("MY_KEY", KEY)
    function = TwelveLabsFunction(api_key_env_var="MY_KEY")
    store.create_collection("films", embedding_function=function).add(ids=["1"], documents=["a"])
    assert store.get_collection("films").query(query_texts=["a"])["ids"] == [["1"]]
    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"MY_KEY" in written
    assert KEY.encode() not in written
    assert KEY not in f"{function!r} {function.get_config()}"


def test_a_variable_without_a_key_is_named() -> None:
    with pytest.raises(ConfigurationError, match="api_key_env_var: NO_KEY is not set"):
        TwelveLabsFunction(api_key_env_var="NO_KEY")


def test_a_function_without_settings_has_those_of_the_documentation() -> None:
    function = TwelveLabsFunction()
    assert function.get_config() == {
        "model": "marengo3.0",
        "dimension": None,
        "concurrency": 16,
        "rpm": None,
        "api_key_env_var": None,
    }
    assert function.default_space() == "cosine"
    assert function.supported_spaces() == ["cosine", "l2", "ip"]
    assert (TwelveLabsFunction.__call__.__doc__ or "").startswith("Embed items")


def test_settings_go_through_unchanged() -> None:
    function = TwelveLabsFunction("marengo3.5", dimension=256, concurrency=4, rpm=60)
    config = function.get_config()
    assert TwelveLabsFunction.build_from_config(config).get_config() == config
    assert not function.is_legacy()


def test_a_collection_cannot_say_where_the_key_goes() -> None:
    config = {**TwelveLabsFunction().get_config(), "base_url": "http://127.0.0.1:1"}
    with pytest.raises(ConfigurationError, match="has base_url"):
        TwelveLabsFunction.build_from_config(config)
    with pytest.raises(ConfigurationError, match="has base_url"):
        TwelveLabsFunction.validate_config(config)


@pytest.mark.parametrize(("name", "value"), [("model", "marengo3.5"), ("dimension", 256)])
def test_a_collection_keeps_its_model_and_dimension(name: str, value: object) -> None:
    function = TwelveLabsFunction()
    old = function.get_config()
    function.validate_config_update(old, {**old, "rpm": 60, "concurrency": 2})
    with pytest.raises(ConfigurationError, match=f"{name}: {value!r}, but.* with {old[name]!r}"):
        function.validate_config_update(old, {**old, name: value})


@pytest.mark.parametrize("space", ["cosine", "l2", "ip"])
def test_a_collection_may_have_any_space(store: Any, space: str) -> None:
    function = TwelveLabsFunction()
    films: Any = store.create_collection(
        "films", embedding_function=function, configuration={"hnsw": {"space": space}}
    )
    kept = films.configuration_json
    assert kept["hnsw"]["space"] == space
    assert space in function.supported_spaces()
    assert kept["embedding_function"]["name"] == "twelvelabs_embed"


def test_a_collection_keeps_all_settings(store: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTHER_KEY", KEY)
    settings: dict[str, Any] = {
        "model": "marengo3.5",
        "dimension": 256,
        "concurrency": 3,
        "rpm": 700,
        "api_key_env_var": "OTHER_KEY",
    }
    made = TwelveLabsFunction(**settings)
    assert made.get_config() == settings
    again = TwelveLabsFunction.build_from_config(made.get_config())
    assert again._embedder == made._embedder
    store.create_collection("films", embedding_function=made)
    kept = store.get_collection("films").configuration_json["embedding_function"]["config"]
    assert kept == settings
