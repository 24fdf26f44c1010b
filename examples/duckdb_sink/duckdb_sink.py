"""A sink for DuckDB: `duckdb:vectors.duckdb#films`."""

from collections.abc import Sequence
from contextlib import closing

import duckdb
import pyarrow as pa
from twelvelabs_embed.bulk.sinks import SinkError, split_address
from twelvelabs_embed.errors import ModelMismatchError


class DuckDBSink:
    def __init__(self, address: str) -> None:
        self.address = address
        self.path, table = split_address(address)
        self.table = '"' + table.replace('"', '""') + '"'
        try:
            self.database = duckdb.connect(self.path)
        except duckdb.Error as error:
            raise SinkError(address, error, "Close what has the file open") from error

    def _find(self) -> tuple[str, int] | None:
        with closing(self.database.cursor()) as cursor:
            try:
                query = f"select model, len(vector) from {self.table} limit 1"
                return cursor.execute(query).fetchone()
            except duckdb.CatalogException:  # there is no table yet
                return None

    def check(self, model: str, dimensions: int | None) -> None:
        there = self._find()
        if there and (there[0] != model or dimensions not in (None, there[1])):
            raise ModelMismatchError(f"{self.address} has vectors of {there[0]}, {there[1]} long")

    def write(self, table: pa.Table) -> None:
        with closing(self.database.cursor()) as cursor:
            cursor.register("new_rows", table)
            cursor.begin()
            cursor.execute(f"create table if not exists {self.table} as from new_rows limit 0")
            cursor.execute(f"delete from {self.table} where id in (select id from new_rows)")
            cursor.execute(f"insert into {self.table} by name from new_rows")
            cursor.commit()

    def delete(self, ids: Sequence[str]) -> None:
        if self._find():
            self.database.execute(f"delete from {self.table} where id in (select unnest(?))", [ids])

    def close(self) -> None:
        self.database.close()
