"""Sinks have what the parts have: LanceDB, Qdrant, and PostgreSQL with pgvector."""

from __future__ import annotations

import gc
import json
import socket
import sys
import warnings
from collections.abc import Generator
from pathlib import Path
from threading import Thread
from uuid import uuid4

import numpy as np
import psycopg
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from attrs import frozen
from psycopg.conninfo import make_conninfo
from qdrant_client import QdrantClient, models
from twelvelabs_embed import Embeddings, InvalidInputError, ModelMismatchError, TwelveLabs
from twelvelabs_embed.bulk import Sink
from twelvelabs_embed.bulk.part_files import part_paths
from twelvelabs_embed.bulk.sinks import SinkError, open_sink
from twelvelabs_embed.bulk.sinks._common import segment_ids
from twelvelabs_embed.bulk.sinks.pgvector import PgvectorSink
from twelvelabs_embed.search.exact import search
from twelvelabs_embed_emulator import Emulator

from tests.bulk import qdrant_service
from tests.bulk.sink_places import (
    CHUNKS,
    PAGES,
    TEXT,
    Place,
    Row,
    closing_sink,
    expected,
    film,
    lancedb_place,
    pgvector_place,
    put,
    qdrant_place,
    table_of,
    without_segment_ids,
)

# ------------------------------------------------------------------------------------------ writing


def test_rows_are_written_unchanged(place: Place, tmp_path: Path) -> None:
    table = table_of(tmp_path, film("a.mp4", [0, 4.5, 9, 11.25]), TEXT)
    put(place, table)
    assert without_segment_ids(place.read()) == expected(table)


def test_writing_twice_changes_nothing(place: Place, tmp_path: Path) -> None:
    table = table_of(tmp_path, film("a.mp4", [0, 4, 8]), TEXT)
    put(place, table)
    once = {key: pytest.approx(vector, abs=1e-6) for key, vector in place.read().items()}
    put(place, table, table)
    assert place.read() == once


def test_an_item_with_other_segments_replaces_all_its_rows(place: Place, tmp_path: Path) -> None:
    before = table_of(tmp_path, film("a.mp4", [0, 4, 8, 12]), film("b.mp4", [0, 6]), TEXT)
    again = table_of(tmp_path, film("a.mp4", [0, 4, 12], seed=1))
    put(place, before)
    put(place, again)
    left = table_of(tmp_path, film("a.mp4", [0, 4, 12], seed=1), film("b.mp4", [0, 6]), TEXT)
    assert without_segment_ids(place.read()) == expected(left)


def test_segments_with_equal_columns_are_all_kept(place: Place, tmp_path: Path) -> None:
    _, two = film("", [0, 4, 8])
    same = Embeddings(two.vectors, [two.segments[0]] * 2, model=two.model, input_type="video")
    table = table_of(tmp_path, ("a.mp4", same))
    put(place, table, table)
    kept = sorted(place.read().values())
    np.testing.assert_allclose(kept, sorted(two.vectors.tolist()), atol=1e-6)


def test_several_requests_of_rows_from_another_thread(place: Place, tmp_path: Path) -> None:
    table = table_of(tmp_path, film("a.mp4", range(601)), film("b.mp4", range(8)))
    sink = open_sink(place.address)
    thread = Thread(target=sink.write, args=[table])
    thread.start()
    thread.join()
    sink.close()
    assert without_segment_ids(place.read()) == expected(table)


def test_an_empty_table_is_no_error(place: Place, tmp_path: Path) -> None:
    put(place, table_of(tmp_path, TEXT).slice(0, 0))


def test_qdrant_finds_the_rows_of_an_item_by_an_index(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QDRANT_API_KEY", qdrant_service.API_KEY)
    with qdrant_service.serving() as service, pytest.warns(UserWarning, match="insecure"):
        put(qdrant_place(service.url), table_of(tmp_path, TEXT))
    assert service.indexed == ["id"]
    assert service.seen.count("PUT /collections/films/points") == 1


def test_postgresql_keeps_the_old_rows_when_it_rejects_new_ones(
    postgres: str, tmp_path: Path
) -> None:
    place = pgvector_place(postgres)
    put(place, table_of(tmp_path, film("a.mp4", [0, 4, 8])))
    before = place.read()
    rejected = table_of(tmp_path, film("a.mp4", [0, 8]), ("no\0text", TEXT[1]))
    with pytest.raises(SinkError, match="NUL"):
        put(place, rejected)
    assert place.read() == before


# ---------------------------------------------------------------------------------------- documents


def test_places_in_documents_are_written(place: Place, tmp_path: Path) -> None:
    table = table_of(tmp_path, film("a.mp4", [0, 4, 8]), PAGES, CHUNKS, TEXT)
    put(place, table, table)
    assert without_segment_ids(place.read()) == expected(table)
    assert {(None, None, None, 1), (1, 1, "top_left", None)} <= {key[-4:] for key in place.read()}


def test_a_table_that_is_older_than_documents_gets_their_columns_with_the_first(
    place: Place, tmp_path: Path
) -> None:
    before = table_of(tmp_path, film("a.mp4", [0, 4, 8]))
    put(place, before)
    place.age()
    more = table_of(tmp_path, film("b.mp4", [0, 4], seed=1))
    put(place, more)  # of which no column is missing
    old = {**expected(before), **expected(more)}
    assert without_segment_ids(place.read()) == old
    documents = table_of(tmp_path, PAGES, CHUNKS)
    put(place, documents, documents)
    assert without_segment_ids(place.read()) == {**old, **expected(documents)}


def test_ids_of_pages_do_not_depend_on_their_order(place: Place, tmp_path: Path) -> None:
    id, pages = PAGES
    turned = Embeddings(
        pages.vectors[::-1].copy(), pages.segments[::-1], model=pages.model, input_type="document"
    )
    put(place, table_of(tmp_path, PAGES))
    before = {key: pytest.approx(vector, abs=1e-6) for key, vector in place.read().items()}
    put(place, table_of(tmp_path, (id, turned)))
    assert place.read() == before


def test_rows_without_a_place_keep_the_ids_of_earlier_versions(
    tmp_path: Path,
) -> None:
    clip = film("a.mp4", [0, 4])
    (alone,) = segment_ids(table_of(tmp_path, clip))
    among = segment_ids(table_of(tmp_path, PAGES, clip))
    assert str(alone) == "5de84513-31ab-585d-bfe7-3e9ed77ed7df"
    assert among[-1] == alone


def test_postgresql_reports_what_the_owner_of_an_older_table_has_to_run(
    postgres: str, tmp_path: Path
) -> None:
    place = pgvector_place(postgres)
    put(place, table_of(tmp_path, film("a.mp4", [0, 4])))
    place.age()
    name, table = f"writer_{uuid4().hex}", place.address.rpartition("#")[2]
    with psycopg.connect(postgres) as connection:
        connection.execute(f"create role {name} login password 'any'")
        connection.execute(f"grant select, insert, update, delete on {table} to {name}")
    sink = PgvectorSink(make_conninfo(postgres, user=name, password="any"), table)
    sink.write(table_of(tmp_path, film("b.mp4", [0, 4])))
    said = rf'owner run: alter table "{table}" add column if not exists "start_page" bigint'
    with pytest.raises(SinkError, match=said):
        sink.write(table_of(tmp_path, PAGES))
    assert len(place.read()) == 2


# ---------------------------------------------------------------------------------------- rejecting


@pytest.mark.parametrize(
    ("other", "message"),
    [
        ({"model": "marengo4.0"}, "of the model marengo3.0, and these are of the model marengo4.0"),
        ({"dimensions": 8}, "of the length 4, and these are of the length 8"),
    ],
)
def test_vectors_that_do_not_match_are_rejected(
    place: Place, tmp_path: Path, other: dict[str, object], message: str
) -> None:
    put(place, table_of(tmp_path, film("a.mp4", [0, 4])))
    stranger = film("b.mp4", [0, 4], **other)  # type: ignore[arg-type]
    with closing_sink(place) as sink:
        sink.check("marengo3.0", None)
        with pytest.raises(ModelMismatchError, match=message):
            sink.check(stranger[1].model, stranger[1].vectors.shape[1])
        with pytest.raises(ModelMismatchError, match=message):
            sink.write(table_of(tmp_path, stranger))
    assert len(place.read()) == 1


def test_a_new_sink_accepts_any_vectors(place: Place) -> None:
    with closing_sink(place) as sink:
        sink.check("any", 3)


def test_a_collection_of_another_program_is_rejected(tmp_path: Path) -> None:
    client = QdrantClient(path=str(tmp_path / "archive"))
    client.create_collection("films", models.VectorParams(size=4, distance=models.Distance.DOT))
    client.upsert("films", [models.PointStruct(id=1, vector=[1, 0, 0, 0])])
    client.close()
    with pytest.raises(SinkError, match="made for something else"):
        open_sink(qdrant_place(str(tmp_path / "archive")).address)


def test_a_table_of_another_program_is_rejected(place: Place) -> None:
    place.spoil()
    with pytest.raises(SinkError, match=r"of this name is there, .* Name another"):
        open_sink(place.address)


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("qdrant:http://user:secret@{host}#films", "qdrant:http://{host}#films"),
        ("qdrant:http://user:secret@{host}/a?key=secret#b", "qdrant:http://{host}/a#b"),
        ("qdrant:http://user:secret@[a#films", "qdrant:http://[a#films"),
        ("postgresql://user:secret@{host}/films", "postgresql://user@{host}/films#vectors"),
        ("postgresql://{host}/films?password=secret#a.b", "postgresql://{host}/films#a.b"),
    ],
)
def test_an_unreachable_server_is_reported_without_its_password(address: str, shown: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        host = f"127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(SinkError, match="Check that the server runs") as caught:
        open_sink(address.format(host=host))
    assert caught.value.address == shown.format(host=host)
    assert str(caught.value).startswith(caught.value.address)
    assert "secret" not in str(caught.value)


def test_a_key_that_qdrant_rejects(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("QDRANT_API_KEY", raising=False)
    with qdrant_service.serving() as service:
        with pytest.raises(SinkError, match=r"403 .*Invalid API key.* QDRANT_API_KEY"):
            open_sink(f"qdrant:{service.url}")


@pytest.mark.parametrize("kind", ["lancedb", "qdrant"])
def test_an_invalid_folder_is_an_error(kind: str, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SinkError, match="Check that the folder is writable"):
        open_sink(f"{kind}:{tmp_path / 'file'}").write(table_of(tmp_path, TEXT))


# The client leaves its lock file open when it cannot have it.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_local_qdrant_is_of_one_process(tmp_path: Path) -> None:
    with closing_sink(qdrant_place(str(tmp_path / "archive"))) as sink:
        with pytest.raises(SinkError, match="no other process has it open"):
            open_sink(sink.address)
    gc.collect()  # in this test, which expects the warning


def test_postgresql_without_pgvector(postgres: str, tmp_path: Path) -> None:
    name = f"bare_{uuid4().hex}"
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f"create database {name}")
        connection.execute(f"create role {name} login password 'any'")
    sink = PgvectorSink(make_conninfo(postgres, dbname=name, user=name, password="any"))
    with pytest.raises(SinkError, match="an administrator run: create extension vector"):
        sink.write(table_of(tmp_path, TEXT))


@pytest.mark.parametrize(
    ("address", "module", "extra"),
    [
        ("lancedb:archive", "lancedb", "lancedb"),
        ("qdrant:archive", "qdrant_client", "qdrant"),
        ("postgresql://host/archive", "psycopg", "pgvector"),
        ("postgresql://host/archive", "pgvector", "pgvector"),
    ],
)
def test_an_extra_that_is_missing_is_named(
    address: str, module: str, extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == module]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ImportError, match=rf"{module} is not .*\[{extra}\] of"):
        open_sink(address)


# ---------------------------------------------------------------------------------------- addresses


@pytest.mark.parametrize(
    "address", ["", "lancedb", "lancedb:", "mysql://user:secret@host/archive", "archive.lancedb"]
)
def test_an_invalid_address_is_rejected(address: str) -> None:
    with pytest.raises(
        InvalidInputError, match="of lancedb, postgres, postgresql, qdrant"
    ) as caught:
        open_sink(address)
    assert "secret" not in str(caught.value)


def test_an_address_that_postgresql_cannot_read_is_not_repeated() -> None:
    with pytest.raises(InvalidInputError, match="postgresql://USER@HOST/DATABASE") as caught:
        open_sink("postgresql://user:secret@[host/archive")
    assert "secret" not in str(caught.value)


def test_an_address_does_not_depend_on_the_working_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for kind in ("lancedb", "qdrant"):
        sink = open_sink(f"{kind}:archive#films")
        assert sink.address == f"{kind}:{tmp_path}/archive#films"
        sink.close()


# ----------------------------------------------------------------------------------------- in a run


@frozen
class Archive:
    """Seven texts, and a run of some of them."""

    client: TwelveLabs
    source: Path
    out: Path

    def run(self, count: int, sink: Sink | str | None) -> None:
        rows = [{"id": f"{number}", "text": f"dog {number}"} for number in range(count)]
        self.source.write_text("\n".join(map(json.dumps, rows)))
        report = self.client.bulk.run(self.source, self.out, sink=sink, flush_rows=2, concurrency=1)
        assert report.failed == 0

    def parts(self) -> set[Row]:
        return set(expected(pa.concat_tables(pq.read_table(path) for path in part_paths(self.out))))


@pytest.fixture
def archive(tmp_path: Path) -> Generator[Archive]:
    with Emulator() as emulator, TwelveLabs("any", base_url=emulator.base_url) as client:
        yield Archive(client, tmp_path / "texts.jsonl", tmp_path / "vectors")


def test_a_run_writes_what_the_parts_have(place: Place, archive: Archive) -> None:
    archive.run(4, None)
    archive.run(7, place.address)  # what was there before comes, too
    assert len(archive.parts()) == 7
    assert {key[1:] for key in place.read()} == archive.parts()


def test_a_run_whose_sink_fails_resumes(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QDRANT_API_KEY", qdrant_service.API_KEY)
    with qdrant_service.serving() as service, warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Api key is used with an insecure connection")
        place, service.puts_left = qdrant_place(service.url), 2
        with pytest.raises(SinkError, match="No space left on device"):
            archive.run(7, place.address)
        assert {key[1:] for key in place.read()} == archive.parts()
        service.puts_left = None
        archive.run(7, place.address)
        assert len(archive.parts()) == 7
        assert {key[1:] for key in place.read()} == archive.parts()


def test_a_lancedb_table_can_be_searched(tmp_path: Path) -> None:
    video = film("a.mp4", [0, 4, 8, 12])
    put(
        lancedb_place(tmp_path / "archive"),
        table_of(tmp_path, video, film("b.mp4", [0, 4], seed=1)),
    )
    best = search(tmp_path / "archive", video[1].vectors[2], top=1)[0]
    assert (best.id, best.segment.start_sec, best.segment.end_sec) == ("a.mp4", 8, 12)
