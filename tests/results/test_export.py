"""Embeddings as Arrow, Parquet and pandas, and back."""

from __future__ import annotations

import copy
import os
import pickle
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from twelvelabs_embed.errors import InvalidInputError, MissingDependencyError
from twelvelabs_embed.results.embeddings import Embeddings

from tests.results.made import METADATA, NOTHING, TEXT, any_embeddings, assert_same

pa = pytest.importorskip("pyarrow")
parquet = pytest.importorskip("pyarrow.parquet")
pytest.importorskip("pandas")


def test_documents_survive_arrow_and_parquet(document: Embeddings, tmp_path: Path) -> None:
    document.to_parquet(tmp_path / "document.parquet")
    assert_same(document, Embeddings.from_parquet(tmp_path / "document.parquet"))
    assert_same(document, Embeddings.from_arrow(document.to_arrow()))
    assert_same(document, pickle.loads(pickle.dumps(document)))
    assert_same(document, copy.deepcopy(document))
    vector, page = pa.list_(pa.float32(), 2), pa.int64()
    assert list(document.to_arrow().schema)[4:] == [
        pa.field("vector", vector),
        pa.field("start_page", page),
        pa.field("end_page", page),
        pa.field("quadrant", pa.string()),
        pa.field("chunk_index", page),
        pa.field("uncertainty", vector),
    ]
    nothing = document[:0]
    assert_same(nothing, Embeddings.from_arrow(nothing.to_arrow()))


def test_documents_in_pandas(document: Embeddings) -> None:
    frame: Any = document.to_pandas()
    assert frame["start_page"].tolist() == [1, 3, 1]
    assert frame["chunk_index"].isna().all()
    assert (frame["start_page"].dtype, frame["chunk_index"].dtype) == ("Int64", "Int64")
    assert frame["quadrant"].tolist()[1] == "top_left"
    assert frame["uncertainty"][0].tolist() == [0.5, 0.25]
    assert frame.attrs["usage"] == {
        "input_tokens": {"document": 512},
        "truncated": True,
        "truncation_reason": "model_context_window",
    }


@given(any_embeddings())
def test_arrow_round_trip(embeddings: Embeddings) -> None:
    assert_same(embeddings, Embeddings.from_arrow(embeddings.to_arrow()))


@given(any_embeddings())
def test_parquet_round_trip(
    tmp_path_factory: pytest.TempPathFactory, embeddings: Embeddings
) -> None:
    path = tmp_path_factory.getbasetemp() / "embeddings.parquet"
    embeddings.to_parquet(path)
    assert_same(embeddings, Embeddings.from_parquet(path))


def test_empty_embeddings_round_trip(tmp_path: Path) -> None:
    NOTHING.to_parquet(tmp_path / "nothing.parquet")
    assert Embeddings.from_parquet(str(tmp_path / "nothing.parquet")) == NOTHING


def test_arrow_table(video: Embeddings) -> None:
    table = video.to_arrow()
    # Of the same types where no segment has a value.
    assert {table.schema.remove_metadata(), TEXT.to_arrow().schema.remove_metadata()} == {
        pa.schema(
            [
                *((name, pa.string()) for name in ("option", "scope")),
                *((name, pa.float64()) for name in ("start_sec", "end_sec")),
                ("vector", pa.list_(pa.float32(), 2)),
            ]
        )
    }
    assert table.to_pylist()[1] == {
        "option": "visual",
        "scope": "clip",
        "start_sec": 4.0,
        "end_sec": 10.0,
        "vector": [0.0, 2.0],
    }


def test_a_file_has_dictionaries_of_what_repeats(video: Embeddings, tmp_path: Path) -> None:
    video.to_parquet(tmp_path / "a.parquet")
    group = parquet.read_metadata(tmp_path / "a.parquet").row_group(0)
    columns = [group.column(number) for number in range(group.num_columns)]
    encoded = {one.path_in_schema for one in columns if one.has_dictionary_page}
    assert encoded == {"option", "scope"}


def test_slices_of_tables_can_be_read(video: Embeddings) -> None:
    table = video.to_arrow()
    assert Embeddings.from_arrow(table.slice(1, 2)) == video[1:3]
    joined = pa.concat_tables([table, table.slice(3)])
    assert Embeddings.from_arrow(joined) == video[[0, 1, 2, 3, 3]]


def test_other_tables_are_rejected(video: Embeddings, tmp_path: Path) -> None:
    table = video.to_arrow()
    ragged = table.column("vector").cast(pa.list_(pa.float32()))
    for other in (
        table.drop_columns(["scope"]),
        table.replace_schema_metadata(None),
        table.set_column(4, "vector", ragged),
    ):
        with pytest.raises(ValueError, match=r"not made by Embeddings\.to_arrow"):
            Embeddings.from_arrow(other)
    parquet.write_table(pa.table({"a": [1]}), tmp_path / "other.parquet")
    with pytest.raises(ValueError, match=r"not made by Embeddings\.to_arrow"):
        Embeddings.from_parquet(tmp_path / "other.parquet")


def test_a_failed_write_keeps_the_existing_file(
    video: Embeddings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "clips.parquet"
    TEXT.to_parquet(path)

    def write_half(table: Any, where: Path, **options: Any) -> None:
        where.write_bytes(b"PAR1")
        raise OSError("disk full")

    monkeypatch.setattr(parquet, "write_table", write_half)
    with pytest.raises(OSError, match="disk full"):
        video.to_parquet(path)
    assert os.listdir(tmp_path) == ["clips.parquet"]
    assert Embeddings.from_parquet(path) == TEXT


def test_the_target_of_a_link_is_replaced(video: Embeddings, tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    link = tmp_path / "link.parquet"
    link.symlink_to(tmp_path / "there" / "file.parquet")
    TEXT.to_parquet(link)
    video.to_parquet(link)
    assert link.is_symlink()
    assert Embeddings.from_parquet(tmp_path / "there" / "file.parquet") == video
    assert os.listdir(tmp_path / "there") == ["file.parquet"]


def test_pandas(video: Embeddings) -> None:
    frame: Any = video.to_pandas()
    assert list(frame.columns) == ["option", "scope", "start_sec", "end_sec", "vector"]
    assert frame["end_sec"].tolist() == [4, 10, 4, 10]
    assert np.stack(frame["vector"]).tolist() == video.vectors.tolist()
    assert frame["vector"][0].dtype == np.float32
    assert frame.attrs == {"model": "marengo3.0", "input_type": "video", "metadata": METADATA}
    text: Any = TEXT.to_pandas()
    assert text["option"].tolist() == [None]
    assert text["start_sec"].dtype == np.float64
    assert NOTHING.to_pandas().empty


@pytest.mark.parametrize(
    ("module", "extra", "method"),
    [
        ("pyarrow", "arrow", "to_arrow"),
        ("pyarrow", "arrow", "to_parquet"),
        ("pyarrow", "arrow", "from_parquet"),
        ("pandas", "pandas", "to_pandas"),
    ],
)
def test_a_missing_package_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, module: str, extra: str, method: str
) -> None:
    # None in sys.modules is how Python itself marks what cannot be imported.
    monkeypatch.setitem(sys.modules, module, None)
    monkeypatch.setitem(sys.modules, f"{module}.parquet", None)
    arguments = [tmp_path / "file.parquet"] if "parquet" in method else []
    with pytest.raises(MissingDependencyError) as raised:
        getattr(TEXT, method)(*arguments)
    error = raised.value
    assert (error.package, error.extra, error.name) == (module, extra, module)
    assert str(error) == (
        f"{module} is not installed. The extra [{extra}] of twelvelabs-embed brings it; "
        'see "Install" in its README.'
    )
    again = pickle.loads(pickle.dumps(error))
    assert isinstance(again, ImportError)
    assert (str(again), again.extra, again.name) == (str(error), extra, module)


def test_a_tilde_in_the_path_of_a_file_is_expanded(
    document: Embeddings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    document.to_parquet("~/x.parquet")
    assert [path.name for path in tmp_path.iterdir()] == ["x.parquet"]
    assert Embeddings.from_parquet("~/x.parquet") == document
    for use in (document.to_parquet, Embeddings.from_parquet):
        with pytest.raises(InvalidInputError, match="path: it is empty"):
            use("")
