"""Sinks of other packages, found by their entry points."""

import json
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest
from twelvelabs_embed import InvalidInputError, TwelveLabs
from twelvelabs_embed.bulk.sinks import open_sink

PLUGIN = """
import json
import sqlite3
from contextlib import closing

from twelvelabs_embed.bulk.sinks import split_address
from twelvelabs_embed.errors import ModelMismatchError


class SqliteSink:
    def __init__(self, address):
        self.address = address
        self.path, self.table = split_address(address)
        with closing(self._connect()) as database, database:
            columns = "id, model, dimensions, start_sec, end_sec, vector"
            database.execute(f"create table if not exists {self.table} ({columns})")

    def _connect(self):
        return sqlite3.connect(self.path)

    def check(self, model, dimensions):
        with closing(self._connect()) as database:
            there = database.execute(f"select model, dimensions from {self.table}").fetchone()
        if there and (there[0] != model or dimensions not in (None, there[1])):
            raise ModelMismatchError(f"{self.address} has vectors of {there[0]}")

    def write(self, table):
        with closing(self._connect()) as database, database:
            for id in set(table.column("id").to_pylist()):
                database.execute(f"delete from {self.table} where id = ?", [id])
            for row in table.to_pylist():
                values = [row["id"], row["model"], len(row["vector"])]
                values += [row["start_sec"], row["end_sec"], json.dumps(row["vector"])]
                database.execute(f"insert into {self.table} values (?, ?, ?, ?, ?, ?)", values)

    def close(self):
        pass
"""


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A package with a sink, as an installer leaves it."""
    assert PLUGIN.count("\n") < 50
    site = tmp_path / "site-packages"
    info = site / "sqlite_sink-1.0.dist-info"
    info.mkdir(parents=True)
    (site / "sqlite_sink.py").write_text(PLUGIN)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: sqlite-sink\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        "[twelvelabs_embed.sinks]\nsqlite = sqlite_sink:SqliteSink\n"
        "lancedb = sqlite_sink:SqliteSink\n"
    )
    monkeypatch.syspath_prepend(site)
    monkeypatch.delitem(sys.modules, "sqlite_sink", raising=False)


def test_a_run_writes_to_a_sink_of_another_package(
    installed: None, client: TwelveLabs, tmp_path: Path
) -> None:
    source, database = tmp_path / "texts.jsonl", tmp_path / "vectors.db"
    source.write_text("\n".join(json.dumps({"id": f"{n}", "text": f"dog {n}"}) for n in range(5)))
    report = client.bulk.run(source, tmp_path / "out", sink=f"sqlite:{database}#dogs")
    assert (report.done, report.failed) == (5, 0)
    with closing(sqlite3.connect(database)) as connection:
        rows = connection.execute("select id, dimensions, vector from dogs").fetchall()
    assert sorted(id for id, _, _ in rows) == ["0", "1", "2", "3", "4"]
    assert all(len(json.loads(vector)) == dimensions for _, dimensions, vector in rows)


def test_an_unknown_scheme_lists_the_sinks_of_other_packages(installed: None) -> None:
    with pytest.raises(InvalidInputError) as caught:
        open_sink("mysql://user:secret@host/dogs")
    (violation,) = caught.value.violations
    assert violation.field == "sink"
    assert "lancedb, postgres, postgresql, qdrant, sqlite" in str(violation)
    assert "secret" not in str(violation)


def test_other_packages_do_not_replace_our_sinks(installed: None, tmp_path: Path) -> None:
    sink = open_sink(f"lancedb:{tmp_path / 'archive'}")
    assert type(sink).__name__ == "LanceDBSink"
    sink.close()
