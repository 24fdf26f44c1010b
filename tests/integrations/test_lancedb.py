"""`TwelveLabsFunction` in a LanceDB database on disk.

LanceDB has tests of its own functions, but none for those of others.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import lancedb
import pytest
from lancedb.embeddings import get_registry
from lancedb.pydantic import LanceModel, Vector
from pydantic import SecretStr
from twelvelabs_embed import (
    Audio,
    Image,
    Input,
    InvalidInputError,
    Text,
    TwelveLabs,
    UnauthorizedError,
    Video,
)
from twelvelabs_embed.integrations import lancedb as lancedb_function
from twelvelabs_embed.integrations.lancedb import TwelveLabsFunction
from twelvelabs_embed_emulator import samples

from tests.integrations.conftest import KEY


def make_table(folder: Path, **settings: Any) -> Any:
    """A table whose column `source` is embedded."""
    function: Any = TwelveLabsFunction.create(**settings)

    class Row(LanceModel):
        source: str | None = function.SourceField()
        vector: Vector(function.ndims()) | None = function.VectorField()  # type: ignore[valid-type]

    return lancedb.connect(folder).create_table("rows", schema=Row)


def vectors(table: Any) -> list[Any]:
    return [row["vector"] for row in table.to_arrow().to_pylist()]


def test_texts_are_found_when_the_table_is_opened_again(tmp_path: Path) -> None:
    make_table(tmp_path, rpm=1000).add([{"source": text} for text in ("a dog", "a car", "rain")])
    table = lancedb.connect(tmp_path).open_table("rows")
    assert [row["source"] for row in table.search("a car").limit(1).to_list()] == ["a car"]


def test_images_are_found_by_texts_and_by_images(tmp_path: Path, client: TwelveLabs) -> None:
    for name in ("beach", "station"):
        samples.image(tmp_path / f"{name}.jpg", scene=name)
    table = make_table(tmp_path, input_type="image")
    table.add([{"source": str(path)} for path in sorted(tmp_path.glob("*.jpg"))])
    expected = client.embed(Image(tmp_path / "beach.jpg")).vector.tolist()
    assert vectors(table)[0] == pytest.approx(expected)
    found = table.search(Image(tmp_path / "station.jpg")).limit(1).to_list()
    assert found[0]["source"].endswith("station.jpg")
    assert len(table.search("a beach").limit(2).to_list()) == 2


@pytest.mark.parametrize(
    ("input_type", "option", "shown"),
    [("video", "audio", "audio"), ("audio", None, "audio")],
)
def test_a_recording_is_one_vector_of_the_whole(
    tmp_path: Path, client: TwelveLabs, input_type: str, option: str | None, shown: str
) -> None:
    make: Any = Video if input_type == "video" else Audio
    file = tmp_path / ("film.mkv" if make is Video else "talk.wav")
    (samples.video if make is Video else samples.audio)(file, duration_sec=6)
    table = make_table(tmp_path, input_type=input_type, option=option)
    table.add([{"source": str(file)}])
    expected = client.embed(make(file)).select(option=shown, scope="asset").vector
    assert vectors(table)[0] == pytest.approx(expected.tolist())


@pytest.mark.parametrize(
    ("settings", "input"),
    [
        ({}, Text("x")),
        ({"input_type": "image"}, Image("x")),
        ({"input_type": "audio"}, Audio("x", options="audio", scopes="asset")),
        (
            {"input_type": "audio", "option": "transcription"},
            Audio("x", options="transcription", scopes="asset"),
        ),
        ({"input_type": "video"}, Video("x", options="visual", scopes="asset")),
        (
            {"input_type": "video", "option": "audio"},
            Video("x", options="audio", scopes="asset"),
        ),
    ],
)
def test_a_value_has_one_vector_whatever_the_column_holds(
    settings: dict[str, str], input: Input
) -> None:
    assert TwelveLabsFunction.create(**settings)._as_input("x") == input


def test_functions_with_the_same_settings_share_connections_and_a_quota() -> None:
    """LanceDB makes a function anew for each table."""
    settings = {"model": "marengo3.5", "dimension": 256, "concurrency": 3, "rpm": 700}
    first, same = (TwelveLabsFunction.create(**settings) for _ in range(2))
    embedder = first._embedder()
    assert embedder is same._embedder()
    for name, value in settings.items():
        assert getattr(embedder, name) == value
        other = {**settings, name: {"model": "marengo3.0", "dimension": 512}.get(name, 9)}
        assert embedder is not TwelveLabsFunction.create(**other)._embedder()


def test_rows_without_a_value_have_no_vector(tmp_path: Path) -> None:
    function = TwelveLabsFunction.create()
    assert function.compute_source_embeddings([]) == []
    first, second, third = function.compute_source_embeddings(["a", None, "b"])
    assert first is not None
    assert second is None
    assert third is not None


def test_a_row_that_fails_is_named_without_a_retry(tmp_path: Path) -> None:
    table = make_table(tmp_path)
    # LanceDB calls the function from Rust, and makes one text of the error and its notes.
    with pytest.raises(RuntimeError, match=r"InvalidInputError: text: .*\n.*the index 1, of 2"):
        table.add([{"source": "a"}, {"source": ""}])
    with pytest.raises(InvalidInputError):
        table.search("").to_list()


def test_other_lengths_of_vectors_are_kept_with_the_table(tmp_path: Path) -> None:
    make_table(tmp_path, model="marengo3.5", dimension=256).add([{"source": "a"}])
    table = lancedb.connect(tmp_path).open_table("rows")
    assert len(vectors(table)[0]) == 256
    assert len(table.search("a").limit(1).to_list()) == 1


def test_the_key_is_never_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TWELVE_LABS_API_KEY")
    with pytest.raises(ValueError, match="Sensitive key 'api_key'"):
        TwelveLabsFunction.create(api_key=KEY)
    get_registry().set_var("my_key", KEY)
    table = make_table(tmp_path, api_key="$var:my_key")
    table.add([{"source": "a"}])
    table = lancedb.connect(tmp_path).open_table("rows")
    assert len(table.search("a").limit(1).to_list()) == 1
    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"$var:my_key" in written
    assert KEY.encode() not in written
    function = table.embedding_functions["vector"].function
    assert KEY not in f"{function!r} {function.model_dump()}"


def test_a_table_cannot_say_where_the_key_goes() -> None:
    function = TwelveLabsFunction.create(base_url="http://127.0.0.1:1")  # pydantic passes it over
    assert len(function.compute_query_embeddings("a")[0]) == 512


def test_a_key_that_is_rejected_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWELVE_LABS_API_KEY", "wrong-key-55")
    with pytest.raises(UnauthorizedError):
        TwelveLabsFunction.create().compute_query_embeddings_with_retry("a")


def test_a_function_follows_the_environment(
    monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    clients, given = list[TwelveLabs](), list[object]()
    client = lancedb_function._client
    # What is made here is closed when `recorded`, which stands for its owner, is collected.
    request.addfinalizer(client.cache_clear)

    def recorded(api_key: SecretStr | None, environment: tuple[SecretStr, ...]) -> TwelveLabs:
        given.extend(environment)
        clients.append(client(api_key, environment))
        return clients[-1]

    monkeypatch.setattr(lancedb_function, "_client", recorded)
    function = TwelveLabsFunction.create()
    function.compute_query_embeddings("a")
    function.compute_query_embeddings("a")
    for name in ("TWELVELABS_API_KEY", "TWELVE_LABS_API_KEY", "TWELVELABS_BASE_URL"):
        with monkeypatch.context() as patch:
            patch.setenv(name, "http://127.0.0.1:1")
            with pytest.raises(InvalidInputError):  # before anything is sent
                function.compute_query_embeddings("")
    function.compute_query_embeddings("a")
    assert clients[0] is clients[1] is clients[-1]
    assert len({*map(id, clients)}) == 4
    assert {type(value) for value in given} == {SecretStr}  # a traceback may show them


def test_a_function_without_settings_has_those_of_the_documentation() -> None:
    settings = TwelveLabsFunction.create().model_dump()
    assert {name: settings[name] for name in TwelveLabsFunction.__annotations__} == {
        "model": "marengo3.0",
        "dimension": None,
        "input_type": "text",
        "option": None,
        "concurrency": 16,
        "rpm": None,
        "api_key": None,
    }
    assert TwelveLabsFunction.sensitive_keys() == ["api_key"]
    assert get_registry().get("twelvelabs-embed") is TwelveLabsFunction  # as tables name it
    assert TwelveLabsFunction.create().ndims() == 512
