"""LanceDB sink: a table in a folder or wherever else LanceDB stores tables."""

from __future__ import annotations

from collections.abc import Sequence
from os import PathLike, fspath
from pathlib import Path
from typing import Any

from twelvelabs_embed._extras import import_extra
from twelvelabs_embed._text import sql_list
from twelvelabs_embed.bulk.part_files import vectors_of
from twelvelabs_embed.bulk.sinks._common import TABLE, NewRows, TableSink, VectorKind
from twelvelabs_embed.results.export import arrow_vectors

__all__ = ["LanceDBSink"]


class LanceDBSink(TableSink):
    """A table of LanceDB.

    Args:
        uri: a folder, which is created if needed, or an address such as `s3://bucket/path`
        table: the table's name

    Raises:
        SinkError: it cannot be opened
        MissingDependencyError: lancedb is missing; the extra `lancedb` brings it.
    """

    def __init__(self, uri: str | PathLike[str], table: str = TABLE) -> None:
        lancedb = import_extra("lancedb", "lancedb")
        place = fspath(uri)
        if "://" not in place:
            # The same in run.json from whatever folder the run is started.
            place = str(Path(place).expanduser().absolute())
        self._name = table
        self.address = f"lancedb:{place}#{table}"
        with self._connected():
            self._database: Any = lancedb.connect(place)
            self._table: Any = self._find()

    def _find(self) -> Any:
        """Return the table; None when there is none yet."""
        try:
            table = self._database.open_table(self._name)
        except (ValueError, FileNotFoundError) as error:
            if "not found" not in str(error):
                raise
            return None
        self._require_columns(table.schema.names)
        return table

    def _kind(self, connection: object) -> VectorKind | None:
        if self._table is None:
            return None
        schema = self._table.schema
        some = self._table.search().select(["model"]).limit(1).to_arrow()
        models = some.column("model").to_pylist()
        length = getattr(schema.field("vector").type, "list_size", None)
        return VectorKind(models[0] if models else None, length, schema.names)

    def _replace(self, connection: object, new: NewRows, *, is_new: bool) -> None:
        pa = import_extra("pyarrow", "lancedb")
        keys = [str(key) for key in new.keys]
        # Parquet calls a list's numbers `element`, a name that not every version of LanceDB knows.
        vectors = arrow_vectors(vectors_of(new.rows))
        rows = new.rows.drop_columns("vector").append_column("vector", vectors)
        rows = rows.append_column("segment_id", pa.array(keys, pa.string()))
        rows = rows.replace_schema_metadata(None)
        if is_new:
            self._table = self._database.create_table(self._name, schema=rows.schema)
        if new.added:
            self._table.add_columns(new.added)
        merge = self._table.merge_insert("segment_id").when_matched_update_all()
        merge.when_not_matched_insert_all().execute(rows)
        self._table.delete(f"id IN {sql_list(new.items)} AND segment_id NOT IN {sql_list(keys)}")

    def _delete(self, connection: object, ids: Sequence[str]) -> None:
        self._table.delete(f"id IN {sql_list(ids)}")

    def close(self) -> None:
        """Drop the table and the connection."""
        self._table = self._database = None

    def _translate(self, error: Exception) -> str | None:
        if isinstance(error, (OSError, RuntimeError, ValueError)):  # all that LanceDB raises
            return "Check that the folder is writable and that the table's name is valid"
        return None
